"""Every exception that searchlib raises on purpose.

    SearchlibError
      IngestError                  an article could not be read
        UnsupportedFormatError       no reader knows the file's format
        MalformedArticleError        one record is bad: source and line say which
      StorageError                 the index on disk could not be used: path says where
        IndexNotFoundError           there is no index
        IndexExistsError             there is one already, or another file is in its place
        IndexLockedError             somebody else is writing to it, or has taken the lock
        IndexFormatError             it was made by another version of searchlib
        CorruptIndexError            its files are damaged
      QueryError                   a part of the query cannot be used: start and end say which
        QuerySyntaxError             it cannot be understood
        UnknownFieldError            it names a field that no article has

A message shows the value that caused it and what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    """The root of the tree: catch this to catch everything that searchlib raises on purpose."""


class IngestError(SearchlibError):
    """An article could not be read."""


class UnsupportedFormatError(IngestError):
    """No reader knows the format of a file."""


class MalformedArticleError(IngestError):
    """One record is bad; those around it can still be read.

    ``source`` names the file ("-" is standard input) and ``line`` the line where the record
    begins, counted from 1. Both are None for an Article that was made in Python.
    """

    def __init__(self, problem: str, *, source: str | None = None, line: int | None = None) -> None:
        self.problem = problem
        self.source = source
        self.line = line
        place = ":".join(str(part) for part in (source, line) if part is not None)
        super().__init__(f"{place}: {problem}" if place else problem)


class StorageError(SearchlibError):
    """An index could not be read or written. ``path`` is the index directory."""

    def __init__(self, problem: str, *, path: str) -> None:
        self.problem = problem
        self.path = path
        super().__init__(f"{path}: {problem}")


class IndexNotFoundError(StorageError):
    """There is no index at ``path``."""


class IndexExistsError(StorageError):
    """There is an index at ``path`` already, and nothing was changed."""


class IndexLockedError(StorageError):
    """Another writer holds the index at ``path``."""


class IndexFormatError(StorageError):
    """The index at ``path`` has format ``found``, and this searchlib reads ``supported``."""

    def __init__(self, problem: str, *, path: str, found: int, supported: int) -> None:
        self.found = found
        self.supported = supported
        super().__init__(problem, path=path)


class CorruptIndexError(StorageError):
    """A file of the index is damaged; ``file`` names it, ``offset`` the byte where known."""

    def __init__(
        self, problem: str, *, path: str, file: str | None = None, offset: int | None = None
    ) -> None:
        self.file = file
        self.offset = offset
        super().__init__(problem, path=path)


class QueryError(SearchlibError):
    """A part of the query, from ``start`` to ``end``, cannot be used. Strict mode only."""

    def __init__(self, problem: str, *, query: str, start: int, end: int) -> None:
        self.problem = problem
        self.query = query
        self.start = start
        self.end = end
        super().__init__(problem)


class QuerySyntaxError(QueryError):
    """A part of the query cannot be understood."""


class UnknownFieldError(QueryError):
    """The query names ``field``; the fields it may name are ``known``."""

    def __init__(
        self,
        problem: str,
        *,
        query: str,
        start: int,
        end: int,
        field: str,
        known: Sequence[str],
    ) -> None:
        self.field = field
        self.known = tuple(known)
        super().__init__(problem, query=query, start=start, end=end)
