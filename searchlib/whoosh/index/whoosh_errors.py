"""Errors of Whoosh indexes. Each is an error of searchlib and the matching error of Whoosh."""

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
    """There is no index. It is Whoosh's EmptyIndexError, too."""


class LockedError(IndexLockedError, LockError):  # type: ignore[misc]
    """Another writer has the index. It is Whoosh's LockError, too."""


class ReadOnlyIndexError(StorageError, ReadOnlyError):  # type: ignore[misc]
    """The index cannot be written through Whoosh. It is Whoosh's ReadOnlyError, too."""


class StockIndexError(IndexFormatError, IndexVersionError):  # type: ignore[misc]
    """Whoosh itself has made this index. It is Whoosh's IndexVersionError, too.

    It is not an EmptyIndexError, because programs create an index after that error.
    """

    def __init__(self, problem: str, *, path: str, found: int, supported: int) -> None:
        # The base classes take different arguments, so super().__init__() cannot serve both.
        Exception.__init__(self, f"{path}: {problem}")
        self.problem = problem
        self.path = path
        self.found = self.version = found
        self.supported = supported
        self.release = None
