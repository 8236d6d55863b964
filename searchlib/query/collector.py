"""Collects the diagnostics of a query while it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from searchlib.errors import QuerySyntaxError, UnknownFieldError
from searchlib.query.diagnostics import Diagnostic
from searchlib.query.fields import FIELD_NAMES

__all__ = ["Collector", "refuse"]


class Collector:
    """Collects the diagnostics of one query.

    ``unknown_fields`` maps the start of each name before a colon that is not a field to the name.
    """

    __slots__ = ("_diagnostics", "_limit", "unknown_fields")

    def __init__(self, query: str) -> None:
        self.unknown_fields: dict[int, str] = {}
        self._limit = len(query)
        self._diagnostics: list[Diagnostic] = []

    def warn(self, start: int, end: int, message: str, action: str) -> None:
        """Add a warning: it changes what is searched for."""
        self.add("warning", start, end, message, action)

    def note(self, start: int, end: int, message: str, action: str) -> None:
        """Add a note: it changes nothing."""
        self.add("info", start, end, message, action)

    def add(
        self,
        severity: Literal["error", "warning", "info"],
        start: int,
        end: int,
        message: str,
        action: str,
        suggestion: str | None = None,
    ) -> None:
        """Add a diagnostic. A span that ends after the query is cut to its end."""
        end = min(end, self._limit)
        self._diagnostics.append(
            Diagnostic(severity, min(start, end), end, message, action, suggestion)
        )

    def in_order(self) -> tuple[Diagnostic, ...]:
        """Return the diagnostics in the order of the text."""
        return tuple(sorted(self._diagnostics, key=lambda each: (each.start, each.end)))


def refuse(
    query: str, diagnostics: Iterable[Diagnostic], unknown_fields: Mapping[int, str]
) -> None:
    """Raise QuerySyntaxError or UnknownFieldError for the first error or warning, if any."""
    for diagnostic in diagnostics:
        if diagnostic.severity == "info":
            continue
        problem = diagnostic.message
        if diagnostic.suggestion:
            problem += f"; did you mean {diagnostic.suggestion!r}?"
        if diagnostic.severity == "error" and diagnostic.start in unknown_fields:
            raise UnknownFieldError(
                problem,
                query=query,
                field=unknown_fields[diagnostic.start],
                known=FIELD_NAMES,
                start=diagnostic.start,
                end=diagnostic.end,
            )
        raise QuerySyntaxError(problem, query=query, start=diagnostic.start, end=diagnostic.end)
