"""What is wrong with a query, for people: each diagnostic with its part of the query underlined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from searchlib.cli.terminal import output_style
from searchlib.cli.underlining import underlined
from searchlib.errors import QueryError
from searchlib.query import Diagnostic
from searchlib.results.search import IN_FILTER

__all__ = ["diagnostic_lines", "refusal_lines"]

_INDENT = "  "


def diagnostic_lines(
    diagnostics: Iterable[Diagnostic], query: str, filter_query: str = ""
) -> Iterator[str]:
    """Return three lines a diagnostic: its text, the query around its span, and carets."""
    for found in diagnostics:
        yield str(found)
        text = filter_query if found.message.startswith(IN_FILTER) else query
        yield from _underlined(text, found.start, found.end)


def refusal_lines(error: QueryError) -> Iterator[str]:
    """Return three lines like those of a diagnostic: what a query was refused for."""
    yield str(error)
    yield from _underlined(error.query, error.start, error.end)


def _underlined(query: str, start: int, end: int) -> Iterator[str]:
    for line in underlined(query, start, end, output_style().columns - len(_INDENT)):
        yield _INDENT + line
