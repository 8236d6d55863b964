"""Find the tokens of a text that a query looks for, without analyzing all its words each time.

    text -> keys by number (a kernel) -> keys with a wanted term or word -> rows of their tokens

A key is a piece of text between white space or punctuation: see kernels/analysis/locating.py. The
analyzer reads each different key once.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from typing import Final

from searchlib.analysis.analyzer import Analyzer
from searchlib.analysis.tokens import Token
from searchlib.forks import renew_in_children
from searchlib.kernels.analysis.locating import (
    BEGINNINGS,
    LETTERS,
    KeySearch,
    PlaceTable,
    longest_run,
)

__all__ = ["TokenFinder", "Wanted", "token_finder", "wanted_places"]

_MAX_KEYS: Final = 100_000
"""Maximum number of known keys, to bound memory. The next text starts with no known keys."""

_MAX_TOKENS: Final = 200_000
"""Maximum number of tokens of known keys, to bound memory in the same way."""

_MAX_RUN_BYTES: Final = 400_000
"""Maximum bytes without white space that are cut into keys.

The tokenizer cuts a longer run at a point that the kernel cannot know, so the analyzer reads the
whole text.
"""

_MAX_SEARCHES: Final = 64
"""Maximum number of searches in the cache, to bound memory."""

_ANALYZERS_KEEPING_BEGINNINGS: Final = frozenset({"english", "plain", "exact"})
"""Analyzers whose terms begin as their words do: a key with another beginning is not looked up.

A term of theirs begins with the first two letters of its word, or is its first letter alone. The
second letter may be i for a y ("die" is the term of "dying").
"""


class Wanted:
    """The terms and words that a query looks for, each with the number of its kind, from 0."""

    __slots__ = ("terms", "words")

    def __init__(self, terms: Mapping[str, int], words: Mapping[str, int]) -> None:
        self.terms = terms
        self.words = words


class _Search:
    """The beginnings that a wanted simple key may have, and the wanted tokens of the known keys."""

    __slots__ = ("beginnings", "keys", "num_checked", "rows")

    def __init__(self, beginnings: bytes) -> None:
        self.beginnings = beginnings
        self.num_checked = 0  # the keys below this number have been compared with the wanted names
        self.rows = array("q")
        self.keys = KeySearch(beginnings, array("q"))


class TokenFinder:
    """Finds the wanted tokens of ``analyzer``. Safe to use from many threads.

    It remembers up to about 100,000 keys. A text of 100 words takes 3 µs if all its keys are
    known. A new key takes about 2 µs more, for its analysis.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._keeps_beginnings = analyzer.name in _ANALYZERS_KEEPING_BEGINNINGS
        self._lock = threading.Lock()
        self._forget()
        renew_in_children(self)

    def _renew_in_child(self) -> None:
        """Replace the lock, because a thread that held it does not exist in a forked child."""
        if self._lock.locked():
            self._forget()  # the thread may have left the tables half changed
        # Even if it looks free: a thread can hold the lock before locked() tells.
        self._lock = threading.Lock()

    def _forget(self) -> None:
        self._keys = PlaceTable(self._analyzer.name != "exact")
        self._tokens: list[tuple[Token, ...]] = []
        self._num_tokens = 0
        self._with_term: dict[str, list[int]] = {}
        self._with_word: dict[str, list[int]] = {}
        self._searches: dict[Wanted, _Search] = {}

    def places(self, text: str, wanted: Wanted) -> array[int]:
        """Return start, end, position and kind of each wanted token of ``text``, ``array('q')``.

        The tokens are those of analyzer.tokens, in the same order.
        """
        return self.places_in(text.encode("utf-8", "surrogatepass"), wanted)

    def places_in(self, data: bytes, wanted: Wanted) -> array[int]:
        """Return the rows of places() for UTF-8. Raises UnicodeDecodeError for any other bytes."""
        if len(data) > _MAX_RUN_BYTES and longest_run(data) > _MAX_RUN_BYTES:
            text = data.decode("utf-8", "surrogatepass")
            return wanted_places(self._analyzer.tokens(text), wanted)
        with self._lock:
            if len(self._tokens) > _MAX_KEYS or self._num_tokens > _MAX_TOKENS:
                self._forget()
            search = self._searches.get(wanted) or self._prepare(wanted)
            try:
                if self._keys.scan(data, search.keys):
                    self._learn()
                if search.num_checked < len(self._tokens):
                    self._extend(search, wanted)
            except BaseException:
                self._forget()  # the table may hold keys whose tokens are not known yet
                raise
            return self._keys.places(search.keys)

    def _learn(self) -> None:
        stem, tokens = self._analyzer.stem, self._analyzer.tokens
        known, advances = self._tokens, array("I")
        with_term, with_word = self._with_term, self._with_word
        number = len(known)
        for key, simple in self._keys.keys(number):
            if simple:
                word = key.decode()
                term = stem(word)
                known.append((Token(term, word, 0, 0, len(word)),))
                advances.append(1)
                with_term.setdefault(term, []).append(number)
                with_word.setdefault(word, []).append(number)
            else:
                key_tokens = tokens(key.decode("utf-8", "surrogatepass"))
                known.append(tuple(key_tokens))
                advances.append(key_tokens[-1].position + 1 if key_tokens else 0)
                for term in {token.term for token in key_tokens}:
                    with_term.setdefault(term, []).append(number)
                for word in {token.word for token in key_tokens}:
                    with_word.setdefault(word, []).append(number)
            self._num_tokens += len(known[-1])
            number += 1
        self._keys.learn(advances)

    def _prepare(self, wanted: Wanted) -> _Search:
        search = _Search(_beginnings(wanted) if self._keeps_beginnings else b"\x01" * BEGINNINGS)
        if len(self._searches) >= _MAX_SEARCHES:
            self._searches.clear()
        self._searches[wanted] = search
        return search

    def _extend(self, search: _Search, wanted: Wanted) -> None:
        """Compare the new keys with the wanted names, and add the wanted tokens to the search."""
        rows: list[tuple[int, int, int, int, int]] = []
        known, checked = self._tokens, search.num_checked
        if len(known) - checked < len(wanted.terms) + len(wanted.words):
            # A pattern can match thousands of words, while a text has only a few new keys.
            for key, tokens in enumerate(known[checked:], checked):
                for token in tokens:
                    kinds = wanted.terms.get(token.term), wanted.words.get(token.word)
                    rows += [(key, *token[2:], kind) for kind in kinds if kind is not None]
            self._add_rows(search, rows)
            return
        for names, with_name, column in (
            (wanted.terms, self._with_term, 0),
            (wanted.words, self._with_word, 1),
        ):
            for name, kind in names.items():
                keys = with_name.get(name, ())
                for key in keys[bisect_left(keys, checked) :] if checked else keys:
                    rows += [
                        (key, *token[2:], kind) for token in known[key] if token[column] == name
                    ]
        self._add_rows(search, rows)

    def _add_rows(self, search: _Search, rows: list[tuple[int, int, int, int, int]]) -> None:
        search.num_checked = len(self._tokens)
        if rows:
            rows.sort()
            # A new array, because the old KeySearch still exports the old one.
            search.rows = search.rows + array("q", chain.from_iterable(rows))
            search.keys = KeySearch(search.beginnings, search.rows)


def wanted_places(tokens: Iterable[Token], wanted: Wanted) -> array[int]:
    """Return start, end, position and kind of each wanted token, in the order of ``tokens``.

    A token that is wanted both as a term and as a word has two rows.
    """
    rows = array("q")
    for term, word, position, start, end in tokens:
        for kind in (wanted.terms.get(term), wanted.words.get(word)):
            if kind is not None:
                rows.extend((start, end, position, kind))
    return rows


def _beginnings(wanted: Wanted) -> bytes:
    """Return a 1 for each pair of letters that a simple key with a wanted token may begin with."""
    flags = bytearray(BEGINNINGS)
    for name in wanted.terms:
        first, second = _letters(name)
        if second:
            flags[first + second] = 1
            if name[1] == "i":
                flags[first + LETTERS[ord("y")]] = 1
        else:
            flags[first : first + 37] = b"\x01" * 37
    for name in wanted.words:
        flags[sum(_letters(name))] = 1
    return bytes(flags)


def _letters(name: str) -> tuple[int, int]:
    first, second = (name[:2].encode("utf-8", "surrogatepass") + b"  ")[:2]
    return 37 * LETTERS[first], LETTERS[second]


@cache
def token_finder(analyzer: Analyzer) -> TokenFinder:
    """Return the finder of an analyzer, always the same object."""
    return TokenFinder(analyzer)
