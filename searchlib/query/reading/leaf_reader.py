"""Reads phrases, words, values, dates and lengths, with their suffixes."""

from __future__ import annotations

from datetime import datetime

from searchlib.query import tree
from searchlib.query.collector import Collector
from searchlib.query.counts import parse_length
from searchlib.query.dates import parse_date_range
from searchlib.query.fields import is_field
from searchlib.query.lookalikes import TO_AFTER, lookalike
from searchlib.query.reading.scanner import CLOSING, Chunk, Scanner
from searchlib.query.reading.scope import Scope
from searchlib.query.reading.suffix_reader import SuffixReader, split_suffixes
from searchlib.query.reading.words import value_leaf, verbatim_leaf, word_leaf

__all__ = ["LeafReader"]


class LeafReader:
    """Reads the operands that have no operands themselves.

    Each method returns the node of its operand. It returns None, with a diagnostic, if the operand
    has nothing to search for.
    """

    __slots__ = ("_collector", "_now", "_scanner", "_suffixes")

    def __init__(
        self, scanner: Scanner, collector: Collector, suffixes: SuffixReader, now: datetime
    ) -> None:
        self._scanner = scanner
        self._collector = collector
        self._suffixes = suffixes
        self._now = now

    def phrase(self, scope: Scope, start: int, *, verbatim: bool = False) -> tree.Node | None:
        """Read a phrase and its suffixes, from its opening quote on."""
        opened = self._scanner.at
        text, closed = self._scanner.phrase()
        is_prefix = scope.key is not None and self._scanner.accept("*")
        end = self._scanner.at
        if not closed:
            message = "the quote is never closed"
            self._collector.warn(opened, opened + 1, message, "it was closed at the end")
        elif "*" in text and not (verbatim or scope.key or scope.date):
            message = "a star between quotes stands for nothing"
            self._collector.note(start, end, message, "it was left out")
        node: tree.Node | None
        if scope.date:
            node = self.date(text, start)
        elif not text.strip():
            message = "there is nothing between the quotes"
            self._collector.note(start, end, message, "they were ignored")
            node = None
        elif scope.key:
            node = tree.Metadata(scope.key, text, is_prefix, start=start, end=end)
        elif verbatim:
            node = tree.Verbatim(text, scope.fields, start=start, end=end)
        elif scope.letters:
            node = tree.Verbatim(scope.letters(text), scope.fields, start=start, end=end)
        else:
            node = tree.Phrase(text, scope.fields, start=start, end=end)
        return self._suffixes.read(node)

    def verbatim(self, scope: Scope, start: int) -> tree.Node | None:
        """Read a word or phrase after "=", with its suffixes; ``start`` is the index of "="."""
        # Dates and metadata are never stemmed, so "=" changes nothing for them.
        if self._scanner.peek() in CLOSING:
            return self.phrase(scope, start, verbatim=True)
        chunk = self._scanner.chunk()
        if scope.date:
            return self.date(chunk.text, start)
        if scope.key:
            return self.value(scope.key, chunk)
        name, _, rest = chunk.text.partition(":")
        if rest and not chunk.escaped and is_field(name.casefold()):
            message = "a field stands before '='"
            action = "it was searched for as it is"
            self._collector.add("warning", start, chunk.end, message, action, f"{name}:={rest}")
        word = split_suffixes(chunk)
        self._scanner.at = word.end
        node = None
        if word.text.strip():
            node = verbatim_leaf(word._replace(start=start), scope, self._collector)
        else:
            message = "there is no word in this part"
            self._collector.note(start, chunk.end, message, "it was ignored")
        return self._after_word(node, chunk, word)

    def word(self, scope: Scope, chunk: Chunk) -> tree.Node | None:
        """Return the node of the word in ``chunk``, which has been read, and read its suffixes."""
        word = split_suffixes(chunk)
        self._scanner.at = word.end
        return self._after_word(self._word(scope, word), chunk, word)

    def _after_word(self, node: tree.Node | None, chunk: Chunk, word: Chunk) -> tree.Node | None:
        node = self._suffixes.read(node)
        if word.end < chunk.end:  # a full stop after the suffixes is not part of a word
            self._scanner.at = max(self._scanner.at, chunk.end)
        return node

    def _word(self, scope: Scope, word: Chunk) -> tree.Node | None:
        if not word.text.strip():
            message = "there is no word in this part"
            self._collector.note(word.start, word.end, message, "it was ignored")
            return None
        remark = None if word.escaped else lookalike(word.text)
        if remark:
            action = "it was searched for as a word"
            self._collector.add(
                remark.severity, word.start, word.end, remark.message, action, remark.suggestion
            )
        node = word_leaf(word, scope, self._collector)
        if scope.letters and isinstance(node, tree.Word):
            text = scope.letters(node.text)
            return tree.Verbatim(text, node.fields, start=node.start, end=node.end)
        return node

    def value(self, key: str, chunk: Chunk) -> tree.Node | None:
        """Return the node of the metadata field ``key`` with the value in ``chunk``."""
        if not chunk.text.strip():
            message = "there is no word in this part"
            self._collector.note(chunk.start, chunk.end, message, "it was ignored")
            return None
        return value_leaf(chunk, key)

    def date(self, value: str, start: int) -> tree.Node | None:
        """Return the node of a date or range of dates, which has been read."""
        end = self._scanner.at
        try:
            since, until = parse_date_range(value.removeprefix("="), self._now)
        except ValueError as error:
            self._collector.add("error", start, end, str(error), "it was left out")
            return None
        if since is not None and until is not None and since >= until:
            message = "this ends before it begins"
            self._collector.warn(start, end, message, "nothing can match")
        to = TO_AFTER.match(self._scanner.query, end)
        if to:
            message = "TO joins dates in brackets only: write 2022-01..2022-06"
            self._collector.warn(*to.span(1), message, "it was searched for as a word")
        return tree.DateRange(since, until, start=start, end=end)

    def length(self, value: str, start: int) -> tree.Node | None:
        """Return the node of a length of articles, which has been read."""
        end = self._scanner.at
        try:
            least, most = parse_length(value)
        except ValueError as error:
            self._collector.add("error", start, end, str(error), "it was left out")
            return None
        if least is not None and most is not None and least > most:
            message = "the least of these lengths is more than the most"
            self._collector.warn(start, end, message, "nothing can match")
        return tree.Length(least, most, start=start, end=end)
