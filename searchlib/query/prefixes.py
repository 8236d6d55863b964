"""What stands before a part of a query: a field, first5:, atleast3, hlp:, HEADLINE and its like."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple, TypeAlias

from searchlib.query import tree
from searchlib.query.collector import Remarks
from searchlib.query.counts import whole
from searchlib.query.fields import KEY_FIELDS, LENGTH_FIELD, TEXT_NAMES, closest_field
from searchlib.query.leaves import Leaves
from searchlib.query.operators import accept_operator, accept_word, nearness
from searchlib.query.scanner import Chunk, Scanner
from searchlib.query.scope import MAX_NESTING, Scope

__all__ = ["FUNCTIONS", "PREFIX", "PendingPrefix", "Prefixes", "Read"]

PREFIX: Final = re.compile(
    r"""(?:(first)([0-9]+)(?::|(?=\())"""
    r"""|(atleast)([0-9]+)(?::|(?=[\s()“”„«»"]|\Z))|(hlp)[:=])""",
    re.IGNORECASE,
)
"""An operator before a part; each begins with one of fFaAhH."""

FUNCTIONS: Final = frozenset({"HEADLINE", "HLEAD", "ALLCAPS", "CAPS"})
"""LexisNexis writes these before a parenthesis, in capitals."""

# Words before a colon that are part of an address, not a slip for a field.
_SCHEMES: Final = frozenset({"http", "https", "ftp", "mailto", "file", "news"})
_NAME: Final = re.compile(r"[^\W\d]\w*")


class PendingPrefix(NamedTuple):
    """One thing that stands before a part: where that is looked for, and what is made of it."""

    scope: Scope
    after_field: bool = False
    make: Callable[[tree.Node | None], tree.Node | None] | None = None


Read: TypeAlias = tree.Node | PendingPrefix | None
"""What may be read: a part, something before one, or nothing that counts."""


class Prefixes(Leaves, ABC):
    """Reads what stands before a part, one thing at a time."""

    def __init__(self, scanner: Scanner, remarks: Remarks, now: datetime) -> None:
        super().__init__(scanner, remarks, now)
        self._depth = 0
        self._ignored_openings = 0
        self._ignored_prefixes = False

    @abstractmethod
    def _joined(self, parts: list[tree.Node]) -> tree.Node:
        """Return parts as if they had been typed side by side."""

    def _at_end(self) -> bool:
        self.scanner.skip_space()
        while self._ignored_openings and self._depth == MAX_NESTING and self.scanner.accept(")"):
            self._ignored_openings -= 1
            self.scanner.skip_space()
        return self.scanner.ended or self.scanner.peek() == ")"

    def _at_operator(self) -> bool:
        before = self.scanner.at
        found = accept_operator(self.scanner) or accept_word(self.scanner, "NOT")
        self.scanner.at = before
        return bool(found or nearness(self.scanner, between=False))

    def _nothing_after(self, start: int, name: str) -> bool:
        after_name = self.scanner.at
        if not self._at_end() and not self._at_operator():
            return False
        message = f"there is nothing after {name!r}"
        self.remarks.warn(start, after_name, message, "it was ignored")
        return True

    # Fields

    def _field(self, scope: Scope, name: str, chunk: Chunk, split: int) -> Read:
        self._go_back_to_value(chunk, split)
        if self._nothing_after(chunk.start, f"{name}{chunk.text[split]}"):
            return None
        if name == LENGTH_FIELD:
            bracketed = self.scanner.peek() == "["
            value = self.scanner.bracketed() if bracketed else self.scanner.chunk().text
            return self._length(value, chunk.start)
        if name in TEXT_NAMES:
            inner = Scope((TEXT_NAMES[name],), letters=scope.letters)
        elif name in KEY_FIELDS:
            inner = Scope(key=KEY_FIELDS[name])
        else:
            inner = Scope(date=True)
        return PendingPrefix(inner, after_field=True)

    def _may_be_field(self, name: str, chunk: Chunk, split: int) -> bool:
        following = chunk.text[split + 1 : split + 2] or self.scanner.peek()
        value_follows = bool(following) and not following.isspace() and following != ")"
        is_address = name.casefold() in _SCHEMES or chunk.text.startswith("//", split + 1)
        is_colon = chunk.text[split] == ":"
        return is_colon and bool(_NAME.fullmatch(name)) and value_follows and not is_address

    def _unknown_field(self, scope: Scope, name: str, chunk: Chunk, split: int) -> PendingPrefix:
        self._go_back_to_value(chunk, split)
        start, end = chunk.start, self.scanner.at
        self.remarks.unknown_fields[start] = name
        self.remarks.add(
            "error",
            start,
            end,
            f"there is no field {name!r}",
            "it was searched for as a word",
            closest_field(name[:32].casefold()),
        )
        word = tree.Word(name, scope.fields, start=start, end=end - 1)
        return PendingPrefix(scope, after_field=True, make=partial(self._beside, word))

    def _beside(self, word: tree.Word, value: tree.Node | None) -> tree.Node:
        return word if value is None else self._joined([word, value])

    def _go_back_to_value(self, chunk: Chunk, split: int) -> None:
        escapes = sum(place < split for place in chunk.escaped)
        self.scanner.at = chunk.start + split + 1 + escapes

    # Operators

    def _function(self, scope: Scope, name: str, span: tuple[int, int]) -> PendingPrefix:
        if name == "HLEAD":
            return PendingPrefix(scope, make=partial(self._lead, name, span))
        if name == "HEADLINE":
            return PendingPrefix(replace(scope, fields=("headline",)), after_field=True)
        letters = str.upper if name == "ALLCAPS" else _first_upper
        return PendingPrefix(replace(scope, letters=letters), after_field=True)

    def _prefixed(self, before: PendingPrefix, found: re.Match[str]) -> PendingPrefix | None:
        self.scanner.at = found.end()
        if self._nothing_after(found.start(), found[0]):
            return None
        if self.scanner.peek() != "(":  # a parenthesis is counted itself
            if self._depth == MAX_NESTING:
                self._ignore_prefixes(found)
                return before._replace(make=None)
            self._depth += 1
        return before._replace(make=partial(self._under, found))

    def _ignore_prefixes(self, found: re.Match[str]) -> None:
        if not self._ignored_prefixes:
            message = f"operators are nested deeper than {MAX_NESTING}"
            self.remarks.warn(*found.span(), message, "those further in were ignored")
        self._ignored_prefixes = True
        while further := PREFIX.match(self.scanner.query, self.scanner.at):
            self.scanner.at = further.end()
            self.scanner.skip_space()

    def _under(self, found: re.Match[str], node: tree.Node | None) -> tree.Node | None:
        first, first_count, at_least, count, _ = found.groups()
        if node and first:
            return self.proximity.among_first(node, whole(first_count), found[0], found.span())
        if node and at_least:
            return self.proximity.at_least(node, whole(count), found[0], found.span())
        return self._lead(found[0], found.span(), node)

    def _lead(self, name: str, span: tuple[int, int], node: tree.Node | None) -> tree.Node | None:
        return node and self.proximity.lead(node, name, span)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
