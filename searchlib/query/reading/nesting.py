"""How deep the reader is in parentheses and operators, and where a list ends."""

from __future__ import annotations

import re
from typing import Final

from searchlib.query.collector import Collector
from searchlib.query.reading.scanner import Scanner
from searchlib.query.reading.scope import MAX_NESTING

__all__ = ["Nesting"]

_LIST_ENDS: Final = ("", ")")


class Nesting:
    """Counts what is open, up to MAX_NESTING; what is opened further in is ignored, and said once.

    ``depth`` counts parentheses and the operators before an operand alike.
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
        """Whether nothing may be opened any more."""
        return self.depth == MAX_NESTING

    def at_end(self) -> bool:
        """Tell whether the query or the list ends here; read ahead over white space.

        A parenthesis that closes one that was ignored is ignored, too.
        """
        scanner = self._scanner
        scanner.skip_space()
        while self._ignored_openings and self.depth == MAX_NESTING and scanner.accept(")"):
            self._ignored_openings -= 1
            scanner.skip_space()
        return scanner.peek() in _LIST_ENDS

    def ignore_opening(self, start: int) -> None:
        """Ignore a parenthesis that has been read."""
        if not self._ignored_openings:
            message = f"parentheses are nested deeper than {MAX_NESTING}"
            self._collector.warn(start, start + 1, message, "those further in were ignored")
        self._ignored_openings += 1

    def ignore_prefixes(self, found: re.Match[str], pattern: re.Pattern[str]) -> None:
        """Ignore an operator before an operand, and all that follow it at once."""
        if not self._ignored_prefixes:
            message = f"operators are nested deeper than {MAX_NESTING}"
            self._collector.warn(*found.span(), message, "those further in were ignored")
        self._ignored_prefixes = True
        scanner = self._scanner
        while further := pattern.match(scanner.query, scanner.at):
            scanner.at = further.end()
            scanner.skip_space()
