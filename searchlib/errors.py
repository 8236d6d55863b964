"""Every exception that searchlib raises on purpose.

    SearchlibError
      IngestError                  an article could not be read
        UnsupportedFormatError       no reader knows the file's format
        MalformedArticleError        one record is bad; source and line locate it
      StorageError                 the index could not be read or written; path is its directory
        IndexNotFoundError           there is no index
        IndexExistsError             there is an index already, or another file in its place
        IndexLockedError             another writer is writing to the index, or has taken its lock
        IndexFormatError             another version of searchlib made the index
        CorruptIndexError            a file of the index is damaged
      QueryError                   the query could not be run unchanged; start and end locate why
        QuerySyntaxError             a part of the query is invalid
        UnknownFieldError            the query names a field that articles do not have

A message shows the value that caused the error, and says what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = [
    "CorruptIndexError",
    "IndexExistsError",
    "IndexFormatError",
    "IndexLockedError",
    "IndexNotFoundError",
    "IngestError",
    "MalformedArticleError",
    "QueryError",
    "QuerySyntaxError",
    "SearchlibError",
    "StorageError",
    "UnknownFieldError",
    "UnsupportedFormatError",
]


class SearchlibError(Exception):
    """The base class of all exceptions that searchlib raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # By default unpickling calls __init__ with the message only. A process pool would then
        # break when one of its processes raises an error that has keyword arguments.
        return _restored, (type(self), self.args), self.__dict__


def _restored(error_class: type[SearchlibError], arguments: tuple[object, ...]) -> SearchlibError:
    """Return an error without calling its __init__. Unpickling then sets its attributes."""
    return error_class.__new__(error_class, *arguments)


class IngestError(SearchlibError):
    """An article could not be read."""


class UnsupportedFormatError(IngestError):
    """No reader knows the format of a file."""


class MalformedArticleError(IngestError):
    """One record is bad. The records around it can still be read.

    ``source`` is the name of the file ("-" is standard input). ``line`` is the line on which the
    record begins, counted from 1. Both are None for an Article that was made in Python.
    """

    def __init__(self, problem: str, *, source: str | None = None, line: int | None = None) -> None:
        self.problem = problem
        self.source = source
        self.line = line
        location = ":".join(str(part) for part in (source, line) if part is not None)
        super().__init__(f"{location}: {problem}" if location else problem)


class StorageError(SearchlibError):
    """An index could not be read or written. ``path`` is the index directory."""

    def __init__(self, problem: str, *, path: str) -> None:
        self.problem = problem
        self.path = path
        super().__init__(f"{path}: {problem}")


class IndexNotFoundError(StorageError):
    """There is no index at ``path``."""


class IndexExistsError(StorageError):
    """There is an index at ``path`` already. Nothing was changed."""


class IndexLockedError(StorageError):
    """Another writer holds the lock of the index at ``path``."""


class IndexFormatError(StorageError):
    """The index at ``path`` has format ``found``. This version of searchlib reads ``supported``."""

    def __init__(self, problem: str, *, path: str, found: int, supported: int) -> None:
        self.found = found
        self.supported = supported
        super().__init__(problem, path=path)


class CorruptIndexError(StorageError):
    """A file of the index is damaged.

    ``file`` is the name of the file, and ``offset`` the byte of the damage. Each is None if it is
    not known.
    """

    def __init__(
        self, problem: str, *, path: str, file: str | None = None, offset: int | None = None
    ) -> None:
        self.file = file
        self.offset = offset
        super().__init__(problem, path=path)


class QueryError(SearchlibError):
    """A query could not be run unchanged, because of the characters from ``start`` up to ``end``.

    Without these it is because of the whole query. Raised in strict mode only.
    """

    def __init__(self, problem: str, *, query: str, start: int = 0, end: int | None = None) -> None:
        self.problem = problem
        self.query = query
        self.start = start
        self.end = len(query) if end is None else end
        super().__init__(problem)


class QuerySyntaxError(QueryError):
    """The characters are invalid."""


class UnknownFieldError(QueryError):
    """The query names ``field``, which articles do not have. ``known`` are the fields they have."""

    def __init__(
        self,
        problem: str,
        *,
        query: str,
        field: str,
        known: Sequence[str],
        start: int = 0,
        end: int | None = None,
    ) -> None:
        self.field = field
        self.known = tuple(known)
        super().__init__(problem, query=query, start=start, end=end)
