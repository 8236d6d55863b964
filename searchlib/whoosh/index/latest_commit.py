"""Finds and reads the newest commit of a Whoosh index, and takes its lock."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from whoosh.util.filelock import try_for

from searchlib.files.whole_files import read_file
from searchlib.whoosh.index.stock_refusal import refuse_stock_index
from searchlib.whoosh.index.whoosh_commit import (
    COMMIT_VERSION,
    WhooshCommit,
    commit_names,
    decode_commit,
)
from searchlib.whoosh.index.whoosh_directory import storage_path
from searchlib.whoosh.index.whoosh_errors import LockedError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["exists", "lock_file", "locked", "read_commit"]

_OPENING_ATTEMPTS: Final = 10
"""Maximum number of attempts to read a commit while writers replace it, to bound the loop."""

_LOCK_SECONDS: Final = 10.0
"""Maximum time to wait for the lock, to bound the wait."""


def lock_file(indexname: str) -> str:
    """Return the name of an index's lock file. An index of articles uses the same name."""
    return f"{indexname}_WRITELOCK"


def exists(storage: Any, indexname: str) -> bool:
    """Return whether there is an index. Raises StockIndexError if Whoosh itself has made it."""
    if commit_names(indexname).latest(storage) >= 0:
        return True
    refuse_stock_index(storage, indexname, COMMIT_VERSION)
    return False


def read_commit(storage: Any, indexname: str, schema: Any = None) -> WhooshCommit | None:
    """Return the newest commit, or None; ``schema``, if given, replaces the stored schema."""
    names = commit_names(indexname)
    for _ in range(_OPENING_ATTEMPTS):
        generation = names.latest(storage)
        if generation < 0:
            break
        # If a writer deletes the file after latest(), there is a newer commit: try again.
        with suppress(FileNotFoundError):
            data = read_file(storage, names.name(generation))
            return decode_commit(data, storage_path(storage), indexname, generation, schema)
    return None


@contextmanager
def locked(storage: Any, indexname: str) -> Iterator[Any]:
    """Hold the lock of an index. Raises LockedError if it is not free within 10 s."""
    lock = storage.lock(lock_file(indexname))
    # A thread that has a writer would wait for itself, so it does not wait.
    timeout = 0.0 if lock.held_by_this_thread() else _LOCK_SECONDS
    if not try_for(lock.acquire, timeout=timeout, delay=0.05):
        raise LockedError(
            "another writer has the index; try again when it has finished",
            path=storage_path(storage),
        )
    try:
        yield lock
    finally:
        lock.release()
