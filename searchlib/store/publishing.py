"""Publishing the commit of a transaction. How it is made the newest: see files/publication.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from searchlib.errors import IndexLockedError
from searchlib.files.publication import Publication
from searchlib.segment.entry import SegmentEntry, segment_file
from searchlib.store.commit import COMMIT_NAMES, Commit

__all__ = ["CommitPublication"]


class CommitPublication(Publication):
    """What one transaction publishes: a commit of ``generation``, made from ``base``."""

    def __init__(self, storage: Any, path: str, base: Commit, generation: int, lock: Any) -> None:
        super().__init__(storage, path, COMMIT_NAMES, lock)
        self._base = base
        self._generation = generation
        self._commit_id = ""

    def publish(
        self,
        segments: Sequence[SegmentEntry],
        written: Iterable[str],
        not_dropped: Iterable[str] = (),
    ) -> Commit:
        """Make a commit of ``segments`` the newest one, and return it.

        ``written`` are the names of all segments that the transaction has written. The commit drops
        those files of the transaction and of the commits before that it does not need, except those
        that are ``not_dropped``. Raises IndexLockedError if another transaction was faster: nothing
        of this one is there then. OSError if the disk fails.
        """
        temporary = self._base.new_temporary()
        # All files that are not needed any more, whether they can be deleted or not.
        unused = self._base.droppable(self._storage) | {temporary, *map(segment_file, written)}
        commit = self._base.next(self._generation, segments, unused.difference(not_dropped))
        self._commit_id = commit.commit_id
        self._publish(commit.generation, commit.encode(), temporary)
        return commit

    def overtaken(self) -> IndexLockedError | None:
        """Return the error to raise if the lock was lost, or another writer has committed."""
        newest = COMMIT_NAMES.latest(self._storage)
        if self._lock.is_ours() and newest < self._generation:
            return None
        return self._lost_to(newest)

    def _lost_to(self, generation: int) -> IndexLockedError:  # noqa: ARG002  # as the base has it
        return IndexLockedError(
            "this writer has lost its lock, or another one has committed without it; nothing of"
            " this one was written: run it again",
            path=self._path,
        )

    def _follows(self, data: bytes, generation: int) -> bool:
        newer = Commit.decode(data, self._path, COMMIT_NAMES.name(generation))
        return self._commit_id in newer.ancestor_ids
