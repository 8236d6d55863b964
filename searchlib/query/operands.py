"""The parts between the operators of a query: groups, and what has no parts."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Final

from searchlib.query import tree
from searchlib.query.fields import LENGTH_FIELD, is_field
from searchlib.query.lookalikes import range_at
from searchlib.query.prefixes import FUNCTIONS, PREFIX, PendingPrefix, Prefixes, Read
from searchlib.query.scanner import CLOSING, Chunk
from searchlib.query.scope import MAX_NESTING, Scope
from searchlib.query.words import accept_regex, regex_leaf

__all__ = ["Operands"]

# "=>" and "=)" are no words.
_VERBATIM: Final = re.compile(r"""=(?:[“”„«»"]|[^\s()“”„«»"=]*\w)""")

_COMPARED: Final = re.compile(
    r"wc(?=[<>=][<>=0-9]|\Z)|(?:date|published)(?=[<>]=?[^\s<>=]|\Z)", re.IGNORECASE
)
"""What begins a length or a date without a colon: wc>500, date>=2022, or with spaces."""

_SIGN: Final = re.compile(r"\s*([<>]=?)\s*(?=[0-9])")


class Operands(Prefixes, ABC):
    """Reads one part of a query at a time; a subclass reads what stands in parentheses."""

    @abstractmethod
    def _list(self, scope: Scope) -> tree.Node | None:
        """Read up to the end or a closing parenthesis."""

    def _operand(self, scope: Scope) -> tree.Node | None:
        """Read a part with all that stands before it: first5:atleast2 headline:(a OR b)."""
        scanner, depth = self.scanner, self._depth
        row = [PendingPrefix(scope)]
        found: Read = None
        while True:
            scanner.skip_space()
            start = scanner.at
            if self._at_end():
                found = None
            elif scanner.accept("("):
                found = self._group(row[-1].scope, start)
            else:
                found = self._leaf(row[-1], start)
            if not isinstance(found, PendingPrefix):
                break
            row.append(found)
        self._depth = depth
        for before in reversed(row):
            found = before.make(found) if before.make else found
        return found

    def _leaf(self, before: PendingPrefix, start: int) -> Read:
        """Read a part that has no parts, or the next thing before a part."""
        scanner, scope = self.scanner, before.scope
        opening = scanner.peek()
        if scope.date and opening in ("[", "{"):
            return self._suffixed(self._date(scanner.bracketed(), start))
        if opening in CLOSING:
            return self._phrase(scope, start)
        searches_text = not (scope.key or scope.date)
        if opening in "fFaAhH" and searches_text and (found := PREFIX.match(scanner.query, start)):
            return self._prefixed(before, found)
        if opening == "=" and _VERBATIM.match(scanner.query, start):
            scanner.at += 1
            return self._verbatim(scope, start)
        if opening == "/" and searches_text:
            pattern = accept_regex(scanner)
            if pattern is not None:
                nodes = regex_leaf(pattern, scope, self.remarks, start, scanner.at)
                return self._suffixed(self._joined(nodes) if nodes else None, grouped=True)
        if opening in "[{" and searches_text and (dates := range_at(scanner.query, start)):
            message = "a range stands behind a field"
            action, meant = "its words are searched for", f"date:{dates}"
            self.remarks.add("warning", start, start + len(dates), message, action, meant)
        return self._chunk(before, scanner.chunk())

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

    def _compared(self, chunk: Chunk) -> str | None:
        """Return what a length or date is compared with, >500; None if it is not.

        Reads it if it stands behind a space.
        """
        found = _COMPARED.match(chunk.text)
        if found is None:
            return None
        if found.end() < len(chunk.text):
            return chunk.text[found.end() :]
        sign = _SIGN.match(self.scanner.query, self.scanner.at)
        if sign is None:
            return None
        self.scanner.at = sign.end()
        return sign[1] + self.scanner.chunk().text

    def _chunk(self, before: PendingPrefix, chunk: Chunk) -> Read:
        scope = before.scope
        if scope.date:
            return self._date(chunk.text, chunk.start)
        if scope.key:
            return self._value(scope.key, chunk)
        # One field before a value: in "caption:10:30" the rest is the value.
        split = -1 if before.after_field else chunk.find(":=")
        if split > 0:
            name = chunk.text[:split]
            lowered = name.casefold()
            # Nothing of what follows the name has been read if it was a quote or parenthesis.
            if is_field(lowered):
                return self._field(scope, lowered, chunk, split)
            if self._may_be_field(name, chunk, split):
                return self._unknown_field(scope, name, chunk, split)
        if not chunk.escaped:
            if chunk.text in FUNCTIONS and self.scanner.peek() == "(":
                return self._function(scope, chunk.text, (chunk.start, chunk.end))
            value = None if before.after_field else self._compared(chunk)
            if value is not None:
                is_length = chunk.text[:2].casefold() == LENGTH_FIELD
                return (self._length if is_length else self._date)(value, chunk.start)
        return self._typed(scope, chunk)
