"""Publishes a commit of a Whoosh index; files/publication.py describes the steps.

After that, files that are no longer needed are deleted. The commit has their names, so that the
next commit can delete those that could not be deleted now.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from searchlib.errors import StorageError
from searchlib.files.commit_names import MAX_GENERATION
from searchlib.files.disk_errors import published_errors
from searchlib.files.publication import Publication
from searchlib.files.syncing import sync_names
from searchlib.files.whole_files import delete_files
from searchlib.whoosh.index.whoosh_commit import (
    WhooshCommit,
    commit_names,
    decode_commit,
    droppable,
    encode_commit,
    new_name,
)
from searchlib.whoosh.index.whoosh_directory import storage_path
from searchlib.whoosh.index.whoosh_errors import LockedError
from searchlib.whoosh.schema.schema_writing import encode_schema, supplied_fields

__all__ = ["WhooshPublication", "next_generation"]

_NOTHING = "nothing of this writer was written; run it again with a new one"


def next_generation(base: WhooshCommit | None, path: str) -> int:
    """Return the generation after that of ``base``, or 0.

    Raises StorageError if ``base`` has the maximum generation.
    """
    if base is None:
        return 0
    if base.generation >= MAX_GENERATION:
        raise StorageError(
            f"the index is at generation {base.generation}, which is the maximum; nothing was"
            " written. Index the documents again in another directory",
            path=path,
        )
    return int(base.generation) + 1


class WhooshPublication(Publication):
    """The publication of one writer's commit, based on ``base``; None if there was no index."""

    _commit: WhooshCommit

    def __init__(self, storage: Any, indexname: str, base: WhooshCommit | None, lock: Any) -> None:
        super().__init__(storage, storage_path(storage), commit_names(indexname), lock)
        self._indexname = indexname
        self._base = base

    def publish(self, commit: WhooshCommit, files: Iterable[str] = ()) -> dict[str, str]:
        """Make ``commit`` the newest one, then delete the files that it does not need.

        ``files``, which the writer has made for it, are synced to the disk before the commit gets
        its name. Returns the fields that the program has to supply, with the reasons. Raises
        LockedError if another writer has committed first; then nothing of this commit remains.
        After any other error, ``is_there`` tells whether the commit is published.
        """
        storage, indexname, base = self._storage, self._indexname, self._base
        schema = encode_schema(commit.schema, self._path)
        temporary = new_name(indexname, base.token if base else commit.token, ".new")
        old = droppable(storage, indexname, base) - commit.files if base else set()
        commit.dropped = tuple(sorted({*old, temporary}))
        self._commit = commit
        data = encode_commit(indexname, commit, schema)
        self._publish(commit.generation, data, temporary, files)
        with published_errors(self._path):
            sync_names(storage)
        delete_files(storage, sorted(old))
        return supplied_fields(schema)

    def overtaken(self, *, has_lock: bool = True) -> LockedError | None:
        """Return the error to raise if the lock was lost or another writer has committed.

        Without ``has_lock`` the lock has been released, and is not checked.
        """
        begun = -1 if self._base is None else self._base.generation
        latest = self._names.latest(self._storage)
        lock = f"{self._indexname}_WRITELOCK"
        if latest < begun:
            problem = (
                f"generation {begun} of the index, on which this writer is based, was deleted"
                " meanwhile"
            )
        elif latest > begun:
            problem = (
                f"the index is at generation {latest}, and was at {begun} when this writer began:"
                f" its lock, {lock}, was deleted or replaced, and another writer has committed"
            )
        elif has_lock and not self._lock.is_ours():
            problem = (
                f"the lock of this writer, {lock}, was deleted or replaced, so others may be"
                " writing"
            )
        else:
            return None
        return LockedError(f"{problem}; {_NOTHING}", path=self._path)

    def _lost_to(self, generation: int) -> LockedError:
        return LockedError(
            f"another writer has committed generation {generation} meanwhile; {_NOTHING}",
            path=self._path,
        )

    def _follows(self, data: bytes, generation: int) -> bool:
        newer = decode_commit(data, self._path, self._indexname, generation, self._commit.schema)
        before = set() if self._base is None else self._base.files
        # Only a commit that is based on this one can name its new segments.
        new_files = {name for name in self._commit.files - before if not name.endswith(".commit")}
        return bool(new_files & newer.files)
