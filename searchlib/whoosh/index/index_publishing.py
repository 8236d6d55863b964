"""Making a commit of a Whoosh index the newest one, if no other writer has made one meanwhile.

It is written under a name of its own, synced, linked to its name, and made durable with its
directory: a crash at any moment leaves the commit before, or this one. The files that it needs no
more are deleted after that; those that stay are named in it, for the next commit to delete.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from searchlib.errors import StorageError
from searchlib.files.storage import change_is_there, has_content, publish, read_file, sync_names
from searchlib.whoosh.index.index_commit import (
    MOST_GENERATION,
    Commit,
    commit_name,
    decode_commit,
    droppable,
    encode_commit,
    latest_generation,
    new_name,
)
from searchlib.whoosh.index.index_directory import place_of
from searchlib.whoosh.index.whoosh_errors import LockedError
from searchlib.whoosh.schema.schema_reading import encode_schema, supplied_fields

__all__ = ["Publication", "delete_files", "next_generation"]

_NOTHING = "nothing of this writer was written; run it again with a new one"


def next_generation(base: Commit | None, path: str) -> int:
    """Return the generation of the commit after ``base``. StorageError if that is the last one."""
    if base is None:
        return 0
    if base.generation >= MOST_GENERATION:
        raise StorageError(
            f"the index is at generation {base.generation}, and no commit has a higher one;"
            " nothing was written. Index the documents again in another directory",
            path=path,
        )
    return int(base.generation) + 1


def delete_files(storage: Any, names: set[str]) -> None:
    """Delete files that are ours; one that cannot be deleted now stays."""
    for name in sorted(names):
        with suppress(OSError):
            storage.delete_file(name)


class Publication:
    """What one writer publishes: a commit on ``base``, which is None where there was no index."""

    def __init__(self, storage: Any, indexname: str, base: Commit | None, lock: Any) -> None:
        self._storage = storage
        self._indexname = indexname
        self._base = base
        self._lock = lock
        self._written: tuple[str, bytes] | None = None

    def overtaken(self, *, has_lock: bool = True) -> LockedError | None:
        """Return the error to raise if the lock was lost, or another writer has committed.

        Without ``has_lock`` the lock has been freed, and is not asked for.
        """
        path = place_of(self._storage)
        begun = -1 if self._base is None else self._base.generation
        latest = latest_generation(self._storage, self._indexname)
        if latest < begun:
            return LockedError(
                f"generation {begun} of the index, with which this writer began, was deleted"
                f" meanwhile; {_NOTHING}",
                path=path,
            )
        if latest > begun:
            return LockedError(
                f"the index is at generation {latest}, and was at {begun} when this writer began:"
                f" its lock, {self._indexname}_WRITELOCK, was deleted or replaced, and another"
                f" writer has committed; {_NOTHING}",
                path=path,
            )
        if has_lock and not self._lock.is_ours():
            return LockedError(
                f"the lock of this writer, {self._indexname}_WRITELOCK, was deleted or replaced,"
                f" so that others may be writing; {_NOTHING}",
                path=path,
            )
        return None

    def publish(self, commit: Commit, files: Iterable[str] = ()) -> dict[str, str]:
        """Make ``commit`` the newest one, then delete what it does not name.

        ``files``, which the writer has made for it, are on the disk before it has its name.
        Gives the fields that the program has to supply, with the reason. LockedError if another
        writer was faster: nothing of this one is there then. After any other error is_there() says
        whether the commit counts.
        """
        storage, indexname, base = self._storage, self._indexname, self._base
        schema = encode_schema(commit.schema, place_of(storage))
        name = commit_name(indexname, commit.generation)
        temporary = new_name(indexname, base.token if base else commit.token, ".new")
        old = droppable(storage, indexname, base) - commit.files if base else set()
        commit.dropped = tuple(sorted({*old, temporary}))
        data = encode_commit(indexname, commit, schema)
        if error := self.overtaken():
            raise error
        self._written = name, data
        try:
            publish(storage, name, data, temporary, files)
        except FileExistsError:
            raise self._lost(commit.generation) from None
        except FileNotFoundError:
            # Another writer deletes what this one has left, as it must seem to it.
            latest = latest_generation(storage, indexname)
            if latest < commit.generation:
                raise
            raise self._lost(latest) from None
        latest = self._left_out_by(commit)
        if latest:
            # It was written between two steps, and the commit that ours follows is gone. Nobody
            # reads ours beside a higher one, even if it cannot be deleted.
            self._written = None
            with suppress(OSError):
                storage.delete_file(name)
            raise self._lost(latest)
        with change_is_there(place_of(storage)):
            sync_names(storage)
        delete_files(storage, old)
        return supplied_fields(schema)

    def _left_out_by(self, commit: Commit) -> int:
        """Return the generation of a newer commit that was not made from ours, or 0."""
        storage, path = self._storage, place_of(self._storage)
        before = set() if self._base is None else self._base.files
        try:
            latest = latest_generation(storage, self._indexname)
            if latest <= commit.generation:
                return 0
            data = read_file(storage, commit_name(self._indexname, latest))
            newer = decode_commit(data, path, self._indexname, latest, commit.schema)
        except (OSError, StorageError):
            return 0  # ours is there, and nothing says otherwise
        # A segment of ours is known to those only who have read our commit.
        ours = {name for name in commit.files - before if not name.endswith(".commit")}
        return 0 if ours & newer.files else latest

    def _lost(self, generation: int) -> LockedError:
        return LockedError(
            f"another writer has committed generation {generation} meanwhile; {_NOTHING}",
            path=place_of(self._storage),
        )

    def is_there(self) -> bool:
        """Tell whether the commit is in the index; or might be, where that cannot be read."""
        return self._written is not None and has_content(self._storage, *self._written)
