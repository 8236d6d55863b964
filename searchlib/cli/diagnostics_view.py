"""Show the diagnostics of a query to people, each with its part of the query underlined."""

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
    """Yield three lines for each diagnostic: the message, the part of the query, and carets."""
    for diagnostic in diagnostics:
        yield str(diagnostic)
        text = filter_query if diagnostic.message.startswith(IN_FILTER) else query
        yield from _underlined(text, diagnostic.start, diagnostic.end)


def refusal(error: QueryError) -> Iterator[str]:
    """Yield the same three lines for the error that a query was refused for."""
    yield str(error)
    if isinstance(error, QuerySyntaxError):
        yield from _underlined(error.query, error.start, error.end)
        return
    # An unknown field. The error has no offsets: they are those of the first error or warning.
    from searchlib.query import parse  # noqa: PLC0415  # only a refused query needs it

    diagnostics = parse(error.query).diagnostics
    cause = next(diagnostic for diagnostic in diagnostics if diagnostic.severity != "info")
    yield from _underlined(error.query, cause.start, cause.end)


def _underlined(query: str, start: int, end: int) -> Iterator[str]:
    for line in underlined(query, start, end, output_style().columns - len(_INDENT)):
        yield _INDENT + line
