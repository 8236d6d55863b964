"""The parts between the operators of a query: groups, fields, and operators before a part."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import datetime
from typing import Final

from searchlib.query import tree
from searchlib.query.counts import LENGTH, whole
from searchlib.query.fields import (
    KEY_FIELDS,
    LENGTH_FIELD,
    TEXT_NAMES,
    closest_field,
    is_field,
)
from searchlib.query.leaves import Leaves
from searchlib.query.operators import accept_operator, accept_word, nearness
from searchlib.query.remarks import Remarks
from searchlib.query.scanner import CLOSING, Chunk, Scanner
from searchlib.query.scope import MAX_NESTING, Scope
from searchlib.query.words import accept_regex, regex_leaf

__all__ = ["Operands"]

# Words before a colon that are part of an address, not a slip for a field.
_SCHEMES: Final = frozenset({"http", "https", "ftp", "mailto", "file", "news"})
_NAME: Final = re.compile(r"[^\W\d]\w*")
_PREFIX: Final = re.compile(
    r"""(?:(first)([0-9]+):|(atleast)([0-9]+)(?::|(?=[\s()“”„«»"]|\Z))|(hlp)[:=])""", re.IGNORECASE
)
# "=>" and "=)" are no words.
_VERBATIM: Final = re.compile(r"""=(?:[“”„«»"]|[^\s()“”„«»"=]*\w)""")
# LexisNexis writes these before a parenthesis, in capitals.
_FUNCTIONS: Final = frozenset({"HEADLINE", "HLEAD", "ALLCAPS", "CAPS"})


class Operands(Leaves, ABC):
    """Reads one part of a query at a time; a subclass reads what stands in parentheses."""

    def __init__(self, scanner: Scanner, remarks: Remarks, now: datetime) -> None:
        super().__init__(scanner, remarks, now)
        self._depth = 0
        self._ignored_openings = 0
        self._ignored_prefixes = False

    @abstractmethod
    def _list(self, scope: Scope) -> tree.Node | None:
        """Read up to the end or a closing parenthesis."""

    @abstractmethod
    def _joined(self, parts: list[tree.Node]) -> tree.Node:
        """Give parts as if they had been typed side by side."""

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

    # The part

    def _operand(self, scope: Scope, *, after_field: bool = False) -> tree.Node | None:
        scanner = self.scanner
        scanner.skip_space()
        start = scanner.at
        if self._at_end():
            return None
        if scanner.accept("("):
            return self._group(scope, start)
        opening = scanner.peek()
        if scope.date and opening in ("[", "{"):
            return self._suffixed(self._date(scanner.bracketed(), start))
        if opening in CLOSING:
            return self._phrase(scope, start)
        searches_text = not (scope.key or scope.date)
        if opening in "fFaAhH" and searches_text and (found := _PREFIX.match(scanner.query, start)):
            return self._prefixed(scope, found, after_field=after_field)
        if opening == "=" and _VERBATIM.match(scanner.query, start):
            scanner.at += 1
            return self._verbatim(scope, start)
        if opening == "/" and searches_text:
            pattern = accept_regex(scanner)
            if pattern is not None:
                nodes = regex_leaf(pattern, scope, self.remarks, start, scanner.at)
                return self._suffixed(self._joined(nodes) if nodes else None, grouped=True)
        return self._chunk(scope, scanner.chunk(), after_field=after_field)

    def _group(self, scope: Scope, start: int) -> tree.Node | None:
        if self._depth == MAX_NESTING:
            if not self._ignored_openings:
                message = f"parentheses are nested deeper than {MAX_NESTING}"
                self.remarks.warn(start, start + 1, message, "those further in were ignored")
            self._ignored_openings += 1
            return None
        self._depth += 1
        node = self._list(scope)
        self._depth -= 1
        closed = self.scanner.accept(")")
        if not closed:
            self.remarks.warn(start, start + 1, "'(' is never closed", "it was closed at the end")
        elif node is None:
            message = "there is nothing in the parentheses"
            self.remarks.warn(start, self.scanner.at, message, "left out")
        if node and self.proximity.is_too_deep(
            node, start, self.scanner.at, "its words are searched for"
        ):
            words = list(tree.leaves(node))
            node = self._joined(words) if words else None
        return self._suffixed(node, grouped=True) if closed else node

    def _chunk(self, scope: Scope, chunk: Chunk, *, after_field: bool) -> tree.Node | None:
        if scope.date:
            return self._date(chunk.text, chunk.start)
        if scope.key:
            return self._value(scope.key, chunk)
        # One field before a value: in "caption:10:30" the rest is the value.
        split = -1 if after_field else chunk.find(":=")
        if split > 0:
            name = chunk.text[:split]
            lowered = name.casefold()
            # Nothing of what follows the name has been read if it was a quote or parenthesis.
            if is_field(lowered):
                return self._field(scope, lowered, chunk, split)
            if self._may_be_field(name, chunk, split):
                return self._unknown_field(scope, name, chunk, split)
        if not chunk.escaped:
            if chunk.text in _FUNCTIONS and self.scanner.peek() == "(":
                return self._function(scope, chunk)
            if not after_field and (found := LENGTH.match(chunk.text)):
                return self._length(chunk.text[found.end() :], chunk.start)
        return self._typed(scope, chunk)

    # Fields, and operators before a part

    def _field(self, scope: Scope, name: str, chunk: Chunk, split: int) -> tree.Node | None:
        start = chunk.start
        self._go_back_to_value(chunk, split)
        if self._nothing_after(start, f"{name}{chunk.text[split]}"):
            return None
        if name == LENGTH_FIELD:
            bracketed = self.scanner.peek() == "["
            value = self.scanner.bracketed() if bracketed else self.scanner.chunk().text
            return self._length(value, start)
        if name in TEXT_NAMES:
            inner = Scope((TEXT_NAMES[name],), letters=scope.letters)
        elif name in KEY_FIELDS:
            inner = Scope(key=KEY_FIELDS[name])
        else:
            inner = Scope(date=True)
        return self._operand(inner, after_field=True)

    def _nothing_after(self, start: int, name: str) -> bool:
        after_name = self.scanner.at
        if not self._at_end() and not self._at_operator():
            return False
        message = f"there is nothing after {name!r}"
        self.remarks.warn(start, after_name, message, "it was ignored")
        return True

    def _function(self, scope: Scope, chunk: Chunk) -> tree.Node | None:
        if chunk.text == "HLEAD":
            node = self._operand(scope)
            return node and self.proximity.lead(node, chunk.text, (chunk.start, chunk.end))
        if chunk.text == "HEADLINE":
            return self._operand(replace(scope, fields=("headline",)), after_field=True)
        letters = str.upper if chunk.text == "ALLCAPS" else _first_upper
        return self._operand(replace(scope, letters=letters), after_field=True)

    def _prefixed(
        self, scope: Scope, found: re.Match[str], *, after_field: bool
    ) -> tree.Node | None:
        scanner = self.scanner
        scanner.at = found.end()
        if self._nothing_after(found.start(), found[0]):
            return None
        if scanner.peek() == "(":
            return self._under(found, self._operand(scope, after_field=after_field))
        if self._depth == MAX_NESTING:
            if not self._ignored_prefixes:
                message = f"operators are nested deeper than {MAX_NESTING}"
                self.remarks.warn(*found.span(), message, "those further in were ignored")
            self._ignored_prefixes = True
            while further := _PREFIX.match(scanner.query, scanner.at):
                scanner.at = further.end()
                scanner.skip_space()
            return self._operand(scope, after_field=after_field)
        self._depth += 1
        node = self._operand(scope, after_field=after_field)
        self._depth -= 1
        return self._under(found, node)

    def _under(self, found: re.Match[str], node: tree.Node | None) -> tree.Node | None:
        if node is None:
            return None
        first, first_count, at_least, count, _ = found.groups()
        if first:
            return self.proximity.among_first(node, whole(first_count), found[0], found.span())
        if at_least:
            return self.proximity.at_least(node, whole(count), found[0], found.span())
        return self.proximity.lead(node, found[0], found.span())

    def _unknown_field(self, scope: Scope, name: str, chunk: Chunk, split: int) -> tree.Node | None:
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
        value = self._operand(scope, after_field=True)
        return word if value is None else self._joined([word, value])

    def _may_be_field(self, name: str, chunk: Chunk, split: int) -> bool:
        following = chunk.text[split + 1 : split + 2] or self.scanner.peek()
        value_follows = bool(following) and not following.isspace() and following != ")"
        is_address = name.casefold() in _SCHEMES or chunk.text.startswith("//", split + 1)
        is_colon = chunk.text[split] == ":"
        return is_colon and bool(_NAME.fullmatch(name)) and value_follows and not is_address

    def _go_back_to_value(self, chunk: Chunk, split: int) -> None:
        escapes = sum(place < split for place in chunk.escaped)
        self.scanner.at = chunk.start + split + 1 + escapes


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
