"""Counts the nesting of parentheses and operators, and finds the end of a list."""

from __future__ import annotations

import re
from typing import Final

from searchlib.query.collector import Collector
from searchlib.query.reading.scanner import Scanner
from searchlib.query.reading.scope import MAX_NESTING

__all__ = ["Nesting"]

_LIST_ENDS: Final = ("", ")")


class Nesting:
    """Counts open parentheses and the operators before an operand, together, in ``depth``.

    Any that are nested deeper than MAX_NESTING are ignored, with one diagnostic for each kind.
    """

    __slots__ = ("_collector", "_ignored_openings", "_ignored_prefixes", "_scanner", "depth")

    def __init__(self, scanner: Scanner, collector: Collector) -> None:
        self.depth = 0
        self._scanner = scanner
        self._collector = collector
        self._ignored_openings = 0
        self._ignored_prefixes = False

    @property
    def is_full(self) -> bool:
        """Whether the nesting is at its maximum."""
        return self.depth == MAX_NESTING

    def at_end(self) -> bool:
        """Skip white space and tell whether the query or the list ends here.

        If an opening parenthesis was ignored, the closing one is skipped, too.
        """
        scanner = self._scanner
        scanner.skip_space()
        while self._ignored_openings and self.depth == MAX_NESTING and scanner.accept(")"):
            self._ignored_openings -= 1
            scanner.skip_space()
        return scanner.peek() in _LIST_ENDS

    def ignore_opening(self, start: int) -> None:
        """Ignore an opening parenthesis that has been read."""
        if not self._ignored_openings:
            message = f"parentheses are nested deeper than {MAX_NESTING}"
            self._collector.warn(start, start + 1, message, "those further in were ignored")
        self._ignored_openings += 1

    def ignore_prefixes(self, match: re.Match[str], pattern: re.Pattern[str]) -> None:
        """Ignore an operator before an operand, and skip those that follow it directly."""
        if not self._ignored_prefixes:
            message = f"operators are nested deeper than {MAX_NESTING}"
            self._collector.warn(*match.span(), message, "those further in were ignored")
        self._ignored_prefixes = True
        scanner = self._scanner
        while further := pattern.match(scanner.query, scanner.at):
            scanner.at = further.end()
            scanner.skip_space()
