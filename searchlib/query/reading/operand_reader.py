"""Reads the operands of a query: groups in parentheses, and leaves such as words and phrases."""

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

# "=" must be followed by a word or quote: "=>" and "=)" are not verbatim words.
_VERBATIM: Final = re.compile(r"""=(?:[“”„«»"]|[^\s()“”„«»"=]*\w)""")

_COMPARED: Final = re.compile(
    r"wc(?=[<>=][<>=0-9]|\Z)|(?:date|published)(?=[<>]=?[^\s<>=]|\Z)", re.IGNORECASE
)
"""A pattern of a length or date without a colon: wc>500, date>=2022, also with spaces."""

_SIGN: Final = re.compile(r"\s*([<>]=?)\s*(?=[0-9])")


class OperandReader:
    """Reads one operand at a time, with its prefixes and suffixes."""

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
        """Read an operand with its prefixes, as in first5:atleast2 headline:(a OR b).

        ``read_list`` reads the list in its parentheses. Return None if nothing is left of it.
        """
        scanner, nesting = self._scanner, self._nesting
        depth = nesting.depth
        prefixes = [PendingPrefix(scope)]
        operand: Read = None
        while True:
            scanner.skip_space()
            start = scanner.at
            if nesting.at_end():
                operand = None
            elif scanner.accept("("):
                operand = self._group(prefixes[-1].scope, start, read_list)
            else:
                operand = self._leaf(prefixes[-1], start)
            if not isinstance(operand, PendingPrefix):
                break
            prefixes.append(operand)
        nesting.depth = depth
        for prefix in reversed(prefixes):
            operand = prefix.make(operand) if prefix.make else operand
        return operand

    def _leaf(self, prefix: PendingPrefix, start: int) -> Read:
        """Read an operand without operands, or one more prefix. ``prefix`` is the last one read."""
        scanner, scope, leaves = self._scanner, prefix.scope, self._leaves
        opening = scanner.peek()
        if scope.date and opening in ("[", "{"):
            return self._suffixes.read(leaves.date(scanner.bracketed(), start))
        if opening in CLOSING:
            return leaves.phrase(scope, start)
        searches_text = not (scope.key or scope.date)
        if opening in PREFIX_BEGINNINGS and searches_text:
            match = PREFIX.match(scanner.query, start)
            if match:
                return self._prefixes.operator(prefix, match)
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
            action, suggestion = "its words are searched for", f"date:{dates}"
            self._collector.add("warning", start, start + len(dates), message, action, suggestion)
        return self._chunk(prefix, scanner.chunk())

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
        """Return the comparison of a length or date, such as ">500"; None if there is none.

        If the sign follows after white space, it is read with its value.
        """
        name = _COMPARED.match(chunk.text)
        if name is None:
            return None
        if name.end() < len(chunk.text):
            return chunk.text[name.end() :]
        sign = _SIGN.match(self._scanner.query, self._scanner.at)
        if sign is None:
            return None
        self._scanner.at = sign.end()
        return sign[1] + self._scanner.chunk().text

    def _chunk(self, prefix: PendingPrefix, chunk: Chunk) -> Read:
        scope = prefix.scope
        if scope.date:
            return self._leaves.date(chunk.text, chunk.start)
        if scope.key:
            return self._leaves.value(scope.key, chunk)
        # A value has one field before it: "10:30" is the value in "caption:10:30".
        split = -1 if prefix.after_field else chunk.find(":=")
        if split > 0:
            name = chunk.text[:split]
            lowered = name.casefold()
            # A quote or parenthesis after the name is not in the chunk and has not been read.
            if is_field(lowered):
                return self._prefixes.field(scope, lowered, chunk, split)
            if self._prefixes.may_be_field(name, chunk, split):
                return self._prefixes.unknown_field(scope, name, chunk, split)
        if not chunk.escaped:
            if chunk.text in FUNCTIONS and self._scanner.peek() == "(":
                return self._prefixes.function(scope, chunk.text, (chunk.start, chunk.end))
            value = None if prefix.after_field else self._compared(chunk)
            if value is not None:
                is_length = chunk.text[:2].casefold() == LENGTH_FIELD
                return (self._leaves.length if is_length else self._leaves.date)(value, chunk.start)
        return self._leaves.word(scope, chunk)
