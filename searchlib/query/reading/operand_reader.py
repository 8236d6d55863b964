"""Reads the operands of a query: groups, and what has no operands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from searchlib.query import tree
from searchlib.query.collector import Collector
from searchlib.query.fields import LENGTH_FIELD, is_field
from searchlib.query.lookalikes import range_at
from searchlib.query.reading.clauses import side_by_side
from searchlib.query.reading.leaf_reader import LeafReader
from searchlib.query.reading.nesting import Nesting
from searchlib.query.reading.prefix_reader import (
    FUNCTIONS,
    PREFIX,
    PREFIX_BEGINNINGS,
    PendingPrefix,
    PrefixReader,
    Read,
)
from searchlib.query.reading.proximity import Proximity
from searchlib.query.reading.scanner import CLOSING, Chunk, Scanner
from searchlib.query.reading.scope import Scope
from searchlib.query.reading.suffix_reader import SuffixReader
from searchlib.query.reading.words import accept_regex, regex_leaf

__all__ = ["OperandReader", "ReadList"]

ReadList: TypeAlias = Callable[[Scope], "tree.Node | None"]
"""Reads a list, up to the end of the query or a closing parenthesis."""

# "=>" and "=)" are no words.
_VERBATIM: Final = re.compile(r"""=(?:[“”„«»"]|[^\s()“”„«»"=]*\w)""")

_COMPARED: Final = re.compile(
    r"wc(?=[<>=][<>=0-9]|\Z)|(?:date|published)(?=[<>]=?[^\s<>=]|\Z)", re.IGNORECASE
)
"""What begins a length or a date without a colon: wc>500, date>=2022, or with spaces."""

_SIGN: Final = re.compile(r"\s*([<>]=?)\s*(?=[0-9])")


class OperandReader:
    """Reads one operand at a time, with what stands before and behind it."""

    __slots__ = (
        "_collector",
        "_joins_by_and",
        "_leaves",
        "_nesting",
        "_prefixes",
        "_proximity",
        "_scanner",
        "_suffixes",
    )

    def __init__(
        self,
        scanner: Scanner,
        collector: Collector,
        nesting: Nesting,
        proximity: Proximity,
        suffixes: SuffixReader,
        leaves: LeafReader,
        prefixes: PrefixReader,
        *,
        joins_by_and: bool,
    ) -> None:
        self._scanner = scanner
        self._collector = collector
        self._nesting = nesting
        self._proximity = proximity
        self._suffixes = suffixes
        self._leaves = leaves
        self._prefixes = prefixes
        self._joins_by_and = joins_by_and

    def read(self, scope: Scope, read_list: ReadList) -> tree.Node | None:
        """Read an operand with all that stands before it: first5:atleast2 headline:(a OR b).

        ``read_list`` reads what stands in its parentheses.
        """
        scanner, nesting = self._scanner, self._nesting
        depth = nesting.depth
        row = [PendingPrefix(scope)]
        found: Read = None
        while True:
            scanner.skip_space()
            start = scanner.at
            if nesting.at_end():
                found = None
            elif scanner.accept("("):
                found = self._group(row[-1].scope, start, read_list)
            else:
                found = self._leaf(row[-1], start)
            if not isinstance(found, PendingPrefix):
                break
            row.append(found)
        nesting.depth = depth
        for before in reversed(row):
            found = before.make(found) if before.make else found
        return found

    def _leaf(self, before: PendingPrefix, start: int) -> Read:
        """Read a part that has no parts, or the next thing before a part."""
        scanner, scope, leaves = self._scanner, before.scope, self._leaves
        opening = scanner.peek()
        if scope.date and opening in ("[", "{"):
            return self._suffixes.read(leaves.date(scanner.bracketed(), start))
        if opening in CLOSING:
            return leaves.phrase(scope, start)
        searches_text = not (scope.key or scope.date)
        if opening in PREFIX_BEGINNINGS and searches_text:
            found = PREFIX.match(scanner.query, start)
            if found:
                return self._prefixes.operator(before, found)
        if opening == "=" and _VERBATIM.match(scanner.query, start):
            scanner.at += 1
            return leaves.verbatim(scope, start)
        if opening == "/" and searches_text:
            pattern = accept_regex(scanner)
            if pattern is not None:
                nodes = regex_leaf(pattern, scope, self._collector, start, scanner.at)
                return self._suffixes.read(self._side_by_side(nodes), grouped=True)
        if opening in "[{" and searches_text and (dates := range_at(scanner.query, start)):
            message = "a range stands behind a field"
            action, meant = "its words are searched for", f"date:{dates}"
            self._collector.add("warning", start, start + len(dates), message, action, meant)
        return self._chunk(before, scanner.chunk())

    def _group(self, scope: Scope, start: int, read_list: ReadList) -> tree.Node | None:
        nesting = self._nesting
        if nesting.is_full:
            nesting.ignore_opening(start)
            return None
        nesting.depth += 1
        node = read_list(scope)
        nesting.depth -= 1
        closed = self._scanner.accept(")")
        if not closed:
            self._collector.warn(
                start, start + 1, "'(' is never closed", "it was closed at the end"
            )
        elif node is None:
            message = "there is nothing in the parentheses"
            self._collector.warn(start, self._scanner.at, message, "left out")
        if node and self._proximity.is_too_deep(
            node, start, self._scanner.at, "its words are searched for"
        ):
            node = self._side_by_side(list(tree.leaves(node)))
        return self._suffixes.read(node, grouped=True) if closed else node

    def _side_by_side(self, nodes: list[tree.Node]) -> tree.Node | None:
        return side_by_side(nodes, joins_by_and=self._joins_by_and) if nodes else None

    def _compared(self, chunk: Chunk) -> str | None:
        """Return what a length or date is compared with, >500; None if it is not.

        Reads it if it stands behind a space.
        """
        found = _COMPARED.match(chunk.text)
        if found is None:
            return None
        if found.end() < len(chunk.text):
            return chunk.text[found.end() :]
        sign = _SIGN.match(self._scanner.query, self._scanner.at)
        if sign is None:
            return None
        self._scanner.at = sign.end()
        return sign[1] + self._scanner.chunk().text

    def _chunk(self, before: PendingPrefix, chunk: Chunk) -> Read:
        scope = before.scope
        if scope.date:
            return self._leaves.date(chunk.text, chunk.start)
        if scope.key:
            return self._leaves.value(scope.key, chunk)
        # One field before a value: in "caption:10:30" the rest is the value.
        split = -1 if before.after_field else chunk.find(":=")
        if split > 0:
            name = chunk.text[:split]
            lowered = name.casefold()
            # Nothing of what follows the name has been read if it was a quote or parenthesis.
            if is_field(lowered):
                return self._prefixes.field(scope, lowered, chunk, split)
            if self._prefixes.may_be_field(name, chunk, split):
                return self._prefixes.unknown_field(scope, name, chunk, split)
        if not chunk.escaped:
            if chunk.text in FUNCTIONS and self._scanner.peek() == "(":
                return self._prefixes.function(scope, chunk.text, (chunk.start, chunk.end))
            value = None if before.after_field else self._compared(chunk)
            if value is not None:
                is_length = chunk.text[:2].casefold() == LENGTH_FIELD
                return (self._leaves.length if is_length else self._leaves.date)(value, chunk.start)
        return self._leaves.word(scope, chunk)
