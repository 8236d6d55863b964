"""Errors of Whoosh indexes: each is one of ours and the one that Whoosh's programs know."""

from __future__ import annotations

from whoosh.filedb.filestore import ReadOnlyError
from whoosh.index import EmptyIndexError, IndexVersionError, LockError

from searchlib.errors import (
    IndexFormatError,
    IndexLockedError,
    IndexNotFoundError,
    StorageError,
)

__all__ = ["LockedError", "NoIndexError", "ReadOnlyIndexError", "StockIndexError"]


class NoIndexError(IndexNotFoundError, EmptyIndexError):  # type: ignore[misc]  # whoosh has no types
    """There is no index. Whoosh's programs know it as EmptyIndexError."""


class LockedError(IndexLockedError, LockError):  # type: ignore[misc]
    """Another writer has the index. Whoosh's programs know it as LockError."""


class ReadOnlyIndexError(StorageError, ReadOnlyError):  # type: ignore[misc]
    """Whoosh does not write this index. Whoosh's programs know it as ReadOnlyError."""


class StockIndexError(IndexFormatError, IndexVersionError):  # type: ignore[misc]
    """Whoosh itself has made this index. Whoosh's programs know it as IndexVersionError.

    It is no EmptyIndexError, after which programs make an index in the place of this one.
    """

    def __init__(self, problem: str, *, path: str, found: int, supported: int) -> None:
        # Whoosh's class takes other arguments, so that the two cannot call each other.
        Exception.__init__(self, f"{path}: {problem}")
        self.problem = problem
        self.path = path
        self.found = self.version = found
        self.supported = supported
        self.release = None
