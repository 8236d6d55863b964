"""Reads the prefixes of an operand: a field, first5:, atleast3, hlp:, and names like HEADLINE."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple, TypeAlias

from searchlib.query import tree
from searchlib.query.collector import Collector
from searchlib.query.counts import whole
from searchlib.query.fields import KEY_NAMES, LENGTH_FIELD, TEXT_NAMES, closest_field
from searchlib.query.operator_row import Function, Operator
from searchlib.query.operators import OPERATORS
from searchlib.query.reading.clauses import side_by_side
from searchlib.query.reading.connectives import accept_word, at_junction
from searchlib.query.reading.leaf_reader import LeafReader
from searchlib.query.reading.nesting import Nesting
from searchlib.query.reading.proximity import Proximity
from searchlib.query.reading.scanner import Chunk, Scanner
from searchlib.query.reading.scope import Scope

__all__ = ["FUNCTIONS", "PREFIX", "PREFIX_BEGINNINGS", "PendingPrefix", "PrefixReader", "Read"]

_ROWS: Final = tuple(row for row in OPERATORS if row.before)
PREFIX: Final = re.compile("|".join(f"({row.before})" for row in _ROWS), re.IGNORECASE)
"""A pattern of an operator before an operand; each operator has its groups."""

PREFIX_BEGINNINGS: Final = frozenset(
    letter for row in _ROWS for letter in (row.before[0].lower(), row.before[0].upper())
)
"""First letters of the operators. A check of the first letter takes a tenth of the time."""


def _groups() -> dict[int, Operator]:
    """Return the operators by the number of their outer group in PREFIX."""
    groups: dict[int, Operator] = {}
    number = 1
    for row in _ROWS:
        groups[number] = row
        number += 1 + re.compile(row.before).groups
    return groups


_BY_GROUP: Final = _groups()
FUNCTIONS: Final[dict[str, tuple[Operator, Function]]] = {
    each.name: (row, each) for row in OPERATORS for each in row.functions
}
"""The functions, by their names in capitals before a parenthesis."""

_SCHEMES: Final = frozenset({"http", "https", "ftp", "mailto", "file", "news"})
"""Words before a colon that begin an address and are not a misspelled field."""

_NAME: Final = re.compile(r"[^\W\d]\w*")


class PendingPrefix(NamedTuple):
    """A prefix whose operand is not read yet: the operand's scope, and how its node is made."""

    scope: Scope
    after_field: bool = False
    make: Callable[[tree.Node | None], tree.Node | None] | None = None


Read: TypeAlias = tree.Node | PendingPrefix | None
"""The result of a read: an operand, a prefix, or None for nothing to search for."""


class PrefixReader:
    """Reads the prefixes of an operand, one at a time."""

    __slots__ = ("_collector", "_joins_by_and", "_leaves", "_nesting", "_proximity", "_scanner")

    def __init__(
        self,
        scanner: Scanner,
        collector: Collector,
        nesting: Nesting,
        proximity: Proximity,
        leaves: LeafReader,
        *,
        joins_by_and: bool,
    ) -> None:
        self._scanner = scanner
        self._collector = collector
        self._nesting = nesting
        self._proximity = proximity
        self._leaves = leaves
        self._joins_by_and = joins_by_and

    def _at_operator(self) -> bool:
        before = self._scanner.at
        at_not = accept_word(self._scanner, "NOT")
        self._scanner.at = before
        return at_not or at_junction(self._scanner)

    def _nothing_after(self, start: int, name: str) -> bool:
        after_name = self._scanner.at
        if not self._nesting.at_end() and not self._at_operator():
            return False
        message = f"there is nothing after {name!r}"
        self._collector.warn(start, after_name, message, "it was ignored")
        return True

    # Fields

    def field(self, scope: Scope, name: str, chunk: Chunk, split: int) -> Read:
        """Read the field ``name``, the part of ``chunk`` before ``split``.

        A length is read with its value and returned as a node.
        """
        self._go_back_to_value(chunk, split)
        if self._nothing_after(chunk.start, f"{name}{chunk.text[split]}"):
            return None
        if name == LENGTH_FIELD:
            bracketed = self._scanner.peek() == "["
            value = self._scanner.bracketed() if bracketed else self._scanner.chunk().text
            return self._leaves.length(value, chunk.start)
        if name in TEXT_NAMES:
            inner = Scope((TEXT_NAMES[name],), letters=scope.letters)
        elif name in KEY_NAMES:
            inner = Scope(key=KEY_NAMES[name])
        else:
            inner = Scope(date=True)
        return PendingPrefix(inner, after_field=True)

    def may_be_field(self, name: str, chunk: Chunk, split: int) -> bool:
        """Return whether ``name`` is typed like a field, so that it may be a misspelled one."""
        following = chunk.text[split + 1 : split + 2] or self._scanner.peek()
        value_follows = bool(following) and not following.isspace() and following != ")"
        is_address = name.casefold() in _SCHEMES or chunk.text.startswith("//", split + 1)
        is_colon = chunk.text[split] == ":"
        return is_colon and bool(_NAME.fullmatch(name)) and value_follows and not is_address

    def unknown_field(self, scope: Scope, name: str, chunk: Chunk, split: int) -> PendingPrefix:
        """Read a name before a colon that is not a field, as a word beside its value."""
        self._go_back_to_value(chunk, split)
        start, end = chunk.start, self._scanner.at
        self._collector.unknown_fields[start] = name
        self._collector.add(
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
        return (
            word if value is None else side_by_side([word, value], joins_by_and=self._joins_by_and)
        )

    def _go_back_to_value(self, chunk: Chunk, split: int) -> None:
        escapes = sum(index < split for index in chunk.escaped)
        self._scanner.at = chunk.start + split + 1 + escapes

    # Operators

    def function(self, scope: Scope, name: str, span: tuple[int, int]) -> PendingPrefix:
        """Return the prefix of the function ``name`` before a parenthesis."""
        row, function = FUNCTIONS[name]
        if function.fields:
            return PendingPrefix(replace(scope, fields=function.fields), after_field=True)
        if function.letters:
            return PendingPrefix(replace(scope, letters=function.letters), after_field=True)
        return PendingPrefix(scope, make=partial(self._under, row, 0, name, span))

    def operator(self, before: PendingPrefix, match: re.Match[str]) -> PendingPrefix | None:
        """Read the operator that PREFIX matches after the prefix ``before``.

        Return None, with a diagnostic, if no operand follows.
        """
        nesting = self._nesting
        self._scanner.at = match.end()
        if self._nothing_after(match.start(), match[0]):
            return None
        if self._scanner.peek() != "(":  # a parenthesis counts itself when it is opened
            if nesting.is_full:
                nesting.ignore_prefixes(match, PREFIX)
                return before._replace(make=None)
            nesting.depth += 1
        group = match.lastindex or 0  # the operator's outer group, which closes last
        row = _BY_GROUP[group]
        count = whole(match[group + 1]) if row.zero else 0
        make = partial(self._under, row, count, match[0], match.span())
        return before._replace(make=make)

    def _under(
        self,
        row: Operator,
        count: int,
        name: str,
        span: tuple[int, int],
        node: tree.Node | None,
    ) -> tree.Node | None:
        return node and self._proximity.restrict(node, row, count, name, span)
