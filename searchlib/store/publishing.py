"""Making a commit the newest one, unless another transaction has come in between.

A writer can lose its lock: somebody deletes the lock file, or replaces the directory. So the lock
is checked again just before the commit gets its name. Two commits cannot have one name. But the
next writer may have committed, and dropped, a commit of our number. So we look once more
afterwards, and withdraw ours if a newer commit was not made from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from searchlib.errors import IndexLockedError, StorageError
from searchlib.files.storage import has_content, publish, read_file
from searchlib.segment.entry import SegmentEntry, segment_file
from searchlib.store.commit import Commit, commit_file, generations

__all__ = ["Publication"]


class Publication:
    """What one transaction publishes: a commit of ``generation``, made from ``base``."""

    def __init__(self, storage: Any, path: str, base: Commit, generation: int, lock: Any) -> None:
        self._storage = storage
        self._path = path
        self._base = base
        self._generation = generation
        self._lock = lock
        self._data: bytes | None = None
        self._is_there = False

    @property
    def is_there(self) -> bool:
        """Whether the commit is in the index, for good.

        The files say so, as Ctrl-C may come between them and a variable. Only as long as the lock
        is ours: the next writer drops our commit for its own.
        """
        if not self._is_there and self._data is not None:
            self._is_there = has_content(self._storage, commit_file(self._generation), self._data)
        return self._is_there

    @property
    def is_begun(self) -> bool:
        """Whether the commit may have got its name."""
        return self._data is not None

    def publish(
        self, segments: Sequence[SegmentEntry], made: Iterable[str], kept: Iterable[str] = ()
    ) -> Commit:
        """Make the newest commit of ``segments``, and give it; ``made`` are all that were written.

        It names the files to drop: all of the commits before and of this transaction that are not
        in use, but for those that are ``kept``. Raises IndexLockedError if another transaction was
        faster: nothing of this one is there then. OSError where the disk does not take it.
        """
        temporary = self._base.new_temporary()
        # Whatever is not needed from now on, whether it can be deleted or not.
        unused = self._base.droppable(self._storage) | {temporary, *map(segment_file, made)}
        commit = self._base.next(self._generation, segments, unused.difference(kept))
        self.check_alone()
        self._data = commit.encode()
        try:
            publish(self._storage, commit.file_name, self._data, temporary)
        except FileExistsError:
            raise self._overtaken() from None
        self._is_there = True
        if self._is_left_out(commit):
            self._is_there, self._data = False, None
            with suppress(OSError):  # nobody reads it beside a higher one
                self._storage.delete_file(commit.file_name)
            raise self._overtaken()
        return commit

    def check_alone(self) -> None:
        """Raise IndexLockedError if the lock is not ours any more, or somebody has committed."""
        newest = max(generations(self._storage), default=-1)
        if not self._lock.is_ours() or newest >= self._generation:
            raise self._overtaken()

    def _is_left_out(self, commit: Commit) -> bool:
        """Tell whether there is a newer commit already that was not made from ours."""
        try:
            newest = max(generations(self._storage), default=-1)
            if newest <= commit.generation:
                return False
            name = commit_file(newest)
            found = Commit.decode(read_file(self._storage, name), self._path, name)
        except (OSError, StorageError):
            return False  # ours is there, and nothing says otherwise
        return commit.commit_id not in found.after

    def _overtaken(self) -> IndexLockedError:
        return IndexLockedError(
            "this writer has lost its lock, or another one has committed without it; nothing of"
            " this one was written: run it again",
            path=self._path,
        )
