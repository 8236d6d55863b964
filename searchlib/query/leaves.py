"""Phrases, words, values, dates and lengths, with what stands behind them."""

from __future__ import annotations

from datetime import datetime

from searchlib.query import tree
from searchlib.query.collector import Remarks
from searchlib.query.counts import parse_length
from searchlib.query.dates import parse_date_range
from searchlib.query.fields import is_field
from searchlib.query.lookalikes import TO_AFTER, slip_of
from searchlib.query.proximity import Proximity
from searchlib.query.scanner import CLOSING, Chunk, Scanner
from searchlib.query.scope import Scope
from searchlib.query.suffixes import read_suffixes, split_suffixes
from searchlib.query.words import value_leaf, verbatim_leaf, word_leaf

__all__ = ["Leaves"]


class Leaves:
    """Reads the parts of a query that have no parts."""

    def __init__(self, scanner: Scanner, remarks: Remarks, now: datetime) -> None:
        self.scanner = scanner
        self.remarks = remarks
        self.proximity = Proximity(remarks)
        self._now = now

    def _suffixed(self, node: tree.Node | None, *, grouped: bool = False) -> tree.Node | None:
        return read_suffixes(self.scanner, self.remarks, self.proximity, node, grouped=grouped)

    def _phrase(self, scope: Scope, start: int, *, verbatim: bool = False) -> tree.Node | None:
        opened = self.scanner.at
        text, closed = self.scanner.phrase()
        is_prefix = scope.key is not None and self.scanner.accept("*")
        end = self.scanner.at
        if not closed:
            message = "the quote is never closed"
            self.remarks.warn(opened, opened + 1, message, "it was closed at the end")
        elif "*" in text and not (verbatim or scope.key or scope.date):
            message = "a star between quotes stands for nothing"
            self.remarks.note(start, end, message, "it was left out")
        node: tree.Node | None
        if scope.date:
            node = self._date(text, start)
        elif not text.strip():
            message = "there is nothing between the quotes"
            self.remarks.note(start, end, message, "they were ignored")
            node = None
        elif scope.key:
            node = tree.Metadata(scope.key, text, is_prefix, start=start, end=end)
        elif verbatim:
            node = tree.Verbatim(text, scope.fields, start=start, end=end)
        elif scope.letters:
            node = tree.Verbatim(scope.letters(text), scope.fields, start=start, end=end)
        else:
            node = tree.Phrase(text, scope.fields, start=start, end=end)
        return self._suffixed(node)

    def _verbatim(self, scope: Scope, start: int) -> tree.Node | None:
        # Of dates and metadata nothing is stemmed: "=" says what is so anyway.
        if self.scanner.peek() in CLOSING:
            return self._phrase(scope, start, verbatim=True)
        chunk = self.scanner.chunk()
        if scope.date:
            return self._date(chunk.text, start)
        if scope.key:
            return self._value(scope.key, chunk)
        name, _, rest = chunk.text.partition(":")
        if rest and not chunk.escaped and is_field(name.casefold()):
            message = "a field stands before '='"
            action = "it was searched for as it is"
            self.remarks.add("warning", start, chunk.end, message, action, f"{name}:={rest}")
        word = split_suffixes(chunk)
        self.scanner.at = word.end
        node = None
        if word.text.strip():
            node = verbatim_leaf(word._replace(start=start), scope, self.remarks)
        else:
            message = "there is no word in this part"
            self.remarks.note(start, chunk.end, message, "it was ignored")
        return self._after_word(node, chunk, word)

    def _typed(self, scope: Scope, chunk: Chunk) -> tree.Node | None:
        """Return the word of ``chunk`` with what its suffixes make of it."""
        word = split_suffixes(chunk)
        self.scanner.at = word.end
        return self._after_word(self._word(scope, word), chunk, word)

    def _after_word(self, node: tree.Node | None, chunk: Chunk, word: Chunk) -> tree.Node | None:
        node = self._suffixed(node)
        if word.end < chunk.end:  # a full stop behind the suffixes is none of them
            self.scanner.at = max(self.scanner.at, chunk.end)
        return node

    def _word(self, scope: Scope, word: Chunk) -> tree.Node | None:
        if not word.text.strip():
            message = "there is no word in this part"
            self.remarks.note(word.start, word.end, message, "it was ignored")
            return None
        slip = None if word.escaped else slip_of(word.text)
        if slip:
            action = "it was searched for as a word"
            self.remarks.add(
                slip.severity, word.start, word.end, slip.message, action, slip.suggestion
            )
        node = word_leaf(word, scope, self.remarks)
        if scope.letters and isinstance(node, tree.Word):
            text = scope.letters(node.text)
            return tree.Verbatim(text, node.fields, start=node.start, end=node.end)
        return node

    def _value(self, key: str, chunk: Chunk) -> tree.Node | None:
        if not chunk.text.strip():
            message = "there is no word in this part"
            self.remarks.note(chunk.start, chunk.end, message, "it was ignored")
            return None
        return value_leaf(chunk, key)

    def _date(self, value: str, start: int) -> tree.Node | None:
        end = self.scanner.at
        try:
            since, until = parse_date_range(value.removeprefix("="), self._now)
        except ValueError as error:
            self.remarks.add("error", start, end, str(error), "it was left out")
            return None
        if since is not None and until is not None and since >= until:
            message = "this ends before it begins"
            self.remarks.warn(start, end, message, "nothing can match")
        joined = TO_AFTER.match(self.scanner.query, end)
        if joined:
            message = "TO joins dates in brackets only: write 2022-01..2022-06"
            self.remarks.warn(*joined.span(1), message, "it was searched for as a word")
        return tree.DateRange(since, until, start=start, end=end)

    def _length(self, value: str, start: int) -> tree.Node | None:
        end = self.scanner.at
        try:
            least, most = parse_length(value)
        except ValueError as error:
            self.remarks.add("error", start, end, str(error), "it was left out")
            return None
        if least is not None and most is not None and least > most:
            message = "the least of these lengths is more than the most"
            self.remarks.warn(start, end, message, "nothing can match")
        return tree.Length(least, most, start=start, end=end)
