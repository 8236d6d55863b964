"""Show the diagnostics of a query to people, each with its part of the query underlined."""

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
    """Yield three lines for each diagnostic: the message, the part of the query, and carets."""
    for diagnostic in diagnostics:
        yield str(diagnostic)
        text = filter_query if diagnostic.message.startswith(IN_FILTER) else query
        yield from _underlined(text, diagnostic.start, diagnostic.end)


def refusal_lines(error: QueryError) -> Iterator[str]:
    """Yield the same three lines for the error that a query was refused for."""
    yield str(error)
    yield from _underlined(error.query, error.start, error.end)


def _underlined(query: str, start: int, end: int) -> Iterator[str]:
    for line in underlined(query, start, end, output_style().columns - len(_INDENT)):
        yield _INDENT + line
