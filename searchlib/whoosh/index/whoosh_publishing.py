"""Publishing a commit of a Whoosh index: see files/publication.py for how it is made the newest.

The files that it does not need any more are deleted after that. Those that cannot be deleted are
named in it, for the next commit to delete.
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
    """Return the generation of the commit after ``base``. StorageError if that is the last one."""
    if base is None:
        return 0
    if base.generation >= MAX_GENERATION:
        raise StorageError(
            f"the index is at generation {base.generation}, and no commit has a higher one;"
            " nothing was written. Index the documents again in another directory",
            path=path,
        )
    return int(base.generation) + 1


class WhooshPublication(Publication):
    """What one writer publishes: a commit on ``base``, which is None where there was no index."""

    _commit: WhooshCommit

    def __init__(self, storage: Any, indexname: str, base: WhooshCommit | None, lock: Any) -> None:
        super().__init__(storage, storage_path(storage), commit_names(indexname), lock)
        self._indexname = indexname
        self._base = base

    def publish(self, commit: WhooshCommit, files: Iterable[str] = ()) -> dict[str, str]:
        """Make ``commit`` the newest one, then delete what it does not name.

        ``files``, which the writer has made for it, are on the disk before it has its name. Returns
        the fields that the program has to supply, with the reason. Raises LockedError if another
        writer was faster: nothing of this one is there then. After any other error ``is_there``
        says whether the commit counts.
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
        """Return the error to raise if the lock was lost, or another writer has committed.

        Without ``has_lock`` the lock has been freed, and is not asked for.
        """
        begun = -1 if self._base is None else self._base.generation
        latest = self._names.latest(self._storage)
        lock = f"{self._indexname}_WRITELOCK"
        if latest < begun:
            problem = (
                f"generation {begun} of the index, with which this writer began, was deleted"
                " meanwhile"
            )
        elif latest > begun:
            problem = (
                f"the index is at generation {latest}, and was at {begun} when this writer began:"
                f" its lock, {lock}, was deleted or replaced, and another writer has committed"
            )
        elif has_lock and not self._lock.is_ours():
            problem = (
                f"the lock of this writer, {lock}, was deleted or replaced, so that others may be"
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
        # Only a commit that was made from ours can name a segment of ours.
        ours = {name for name in self._commit.files - before if not name.endswith(".commit")}
        return bool(ours & newer.files)
