"""What is wrong with a query, for people: each remark with its part of the query underlined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from searchlib.cli.terminal import output_style
from searchlib.cli.underlining import underlined
from searchlib.errors import QueryError, QuerySyntaxError
from searchlib.query import Diagnostic
from searchlib.results.search import IN_FILTER

__all__ = ["refusal", "remarks"]

_INDENT = "  "


def remarks(diagnostics: Iterable[Diagnostic], query: str, filter_query: str = "") -> Iterator[str]:
    """Return three lines a diagnostic: what it says, what part of the query it means, carets."""
    for found in diagnostics:
        yield str(found)
        text = filter_query if found.message.startswith(IN_FILTER) else query
        yield from _underlined(text, found.start, found.end)


def refusal(error: QueryError) -> Iterator[str]:
    """Return the same of what a query was refused for."""
    yield str(error)
    if isinstance(error, QuerySyntaxError):
        yield from _underlined(error.query, error.start, error.end)
        return
    # A field there is not: the first thing that is more than a note.
    from searchlib.query import parse  # noqa: PLC0415  # a query that is right does without

    found = next(each for each in parse(error.query).diagnostics if each.severity != "info")
    yield from _underlined(error.query, found.start, found.end)


def _underlined(query: str, start: int, end: int) -> Iterator[str]:
    for line in underlined(query, start, end, output_style().columns - len(_INDENT)):
        yield _INDENT + line
