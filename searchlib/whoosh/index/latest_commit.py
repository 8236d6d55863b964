"""Finding and reading the newest commit of a Whoosh index, and having its lock."""

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
_LOCK_SECONDS: Final = 10.0


def lock_file(indexname: str) -> str:
    """Return the name of the file of an index's lock, which an index of articles has too."""
    return f"{indexname}_WRITELOCK"


def exists(storage: Any, indexname: str) -> bool:
    """Tell whether there is an index; StockIndexError for one that is Whoosh's own."""
    if commit_names(indexname).latest(storage) >= 0:
        return True
    refuse_stock_index(storage, indexname, COMMIT_VERSION)
    return False


def read_commit(storage: Any, indexname: str, schema: Any = None) -> WhooshCommit | None:
    """Return the newest commit, or None if there is none; ``schema`` counts for the one written."""
    names = commit_names(indexname)
    for _ in range(_OPENING_ATTEMPTS):
        generation = names.latest(storage)
        if generation < 0:
            break
        # If a writer drops the file between two of our steps, there is a newer one.
        with suppress(FileNotFoundError):
            data = read_file(storage, names.name(generation))
            return decode_commit(data, storage_path(storage), indexname, generation, schema)
    return None


@contextmanager
def locked(storage: Any, indexname: str) -> Iterator[Any]:
    """Have the lock of an index, or raise LockedError when another one keeps it for 10 s."""
    lock = storage.lock(lock_file(indexname))
    # A thread that has a writer would wait for itself.
    timeout = 0.0 if lock.held_by_this_thread() else _LOCK_SECONDS
    if not try_for(lock.acquire, timeout=timeout, delay=0.05):
        raise LockedError(
            "a writer has the index; try again when it has ended",
            path=storage_path(storage),
        )
    try:
        yield lock
    finally:
        lock.release()
