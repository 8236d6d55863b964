"""The tokens of a text that a query looks for, without analyzing all its words each time.

    text -> keys by number (a kernel) -> those with a wanted term or word -> their places

The analyzer says what the tokens of a key are, once for each key. kernels/analysis/locating.py says
what a key is.
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

# What is remembered of keys is thrown away at the text after it has grown beyond this.
_MOST_KEYS: Final = 100_000
_MOST_TOKENS: Final = 200_000
# The tokenizer cuts a text without white space somewhere; where, only it knows.
_TEXT_AT_ONCE: Final = 400_000
_KEPT_SEARCHES: Final = 64
# Of these analyzers' terms each begins with the first two letters of its word, but for an i in
# place of a y ("die" of "dying"), or is its first letter; a word that begins otherwise need not be
# looked up.
_KEEP_BEGINNINGS: Final = frozenset({"english", "plain", "exact"})


class Wanted:
    """Terms and words that are looked for, each with the number of its kind, from 0."""

    __slots__ = ("terms", "words")

    def __init__(self, terms: Mapping[str, int], words: Mapping[str, int]) -> None:
        self.terms = terms
        self.words = words


class _Search:
    """What simple keys begin with that are wanted, and the tokens of wanted keys."""

    __slots__ = ("beginnings", "keys", "known", "rows")

    def __init__(self, beginnings: bytes) -> None:
        self.beginnings = beginnings
        self.known = 0  # keys below this one have been looked at
        self.rows = array("q")
        self.keys = KeySearch(beginnings, array("q"))


class TokenFinder:
    """Finds some of the tokens of ``analyzer``. Safe to use from many threads.

    It remembers the keys it has looked up, some 100,000. A text of 100 words takes 3 µs when it
    has no new ones; a new key costs its analysis, 2 µs or so.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._keeps_beginnings = analyzer.name in _KEEP_BEGINNINGS
        self._lock = threading.Lock()
        self._forget()
        renew_in_children(self)

    def _renew_in_child(self) -> None:
        """Replace the lock. The thread that held it is not in a child, nor is what it was doing."""
        if self._lock.locked():
            self._forget()
        # In any case: a thread that has just got it has not said so yet.
        self._lock = threading.Lock()

    def _forget(self) -> None:
        self._keys = PlaceTable(self._analyzer.name != "exact")
        self._tokens: list[tuple[Token, ...]] = []
        self._num_tokens = 0
        self._with_term: dict[str, list[int]] = {}
        self._with_word: dict[str, list[int]] = {}
        self._searches: dict[Wanted, _Search] = {}

    def places(self, text: str, wanted: Wanted) -> array[int]:
        """Return start, end, position and kind of each token of ``text`` that is wanted.

        They are those of analyzer.tokens, in the same order; ``array('q')``.
        """
        return self.places_in(text.encode("utf-8", "surrogatepass"), wanted)

    def places_in(self, data: bytes, wanted: Wanted) -> array[int]:
        """Return the places of a text in UTF-8. Raises UnicodeDecodeError if it is none."""
        if len(data) > _TEXT_AT_ONCE and longest_run(data) > _TEXT_AT_ONCE:
            text = data.decode("utf-8", "surrogatepass")
            return wanted_places(self._analyzer.tokens(text), wanted)
        with self._lock:
            if len(self._tokens) > _MOST_KEYS or self._num_tokens > _MOST_TOKENS:
                self._forget()
            search = self._searches.get(wanted) or self._prepare(wanted)
            try:
                if self._keys.scan(data, search.keys):
                    self._learn()
                if search.known < len(self._tokens):
                    self._extend(search, wanted)
            except BaseException:
                self._forget()  # it may know of keys that it has not learnt
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
                found = tokens(key.decode("utf-8", "surrogatepass"))
                known.append(tuple(found))
                advances.append(found[-1].position + 1 if found else 0)
                for term in {token.term for token in found}:
                    with_term.setdefault(term, []).append(number)
                for word in {token.word for token in found}:
                    with_word.setdefault(word, []).append(number)
            self._num_tokens += len(known[-1])
            number += 1
        self._keys.learn(advances)

    def _prepare(self, wanted: Wanted) -> _Search:
        search = _Search(_beginnings(wanted) if self._keeps_beginnings else b"\x01" * BEGINNINGS)
        if len(self._searches) >= _KEPT_SEARCHES:
            self._searches.clear()
        self._searches[wanted] = search
        return search

    def _extend(self, search: _Search, wanted: Wanted) -> None:
        """Look at the keys that are new to a search."""
        rows: list[tuple[int, int, int, int, int]] = []
        known = self._tokens
        if len(known) - search.known < len(wanted.terms) + len(wanted.words):
            # A pattern stands for thousands of words, and a text has a few new keys.
            for key, tokens in enumerate(known[search.known :], search.known):
                for token in tokens:
                    kinds = wanted.terms.get(token.term), wanted.words.get(token.word)
                    rows += [(key, *token[2:], kind) for kind in kinds if kind is not None]
            self._found(search, rows)
            return
        for names, with_name, column in (
            (wanted.terms, self._with_term, 0),
            (wanted.words, self._with_word, 1),
        ):
            for name, kind in names.items():
                keys = with_name.get(name, ())
                for key in keys[bisect_left(keys, search.known) :] if search.known else keys:
                    rows += [
                        (key, *token[2:], kind) for token in known[key] if token[column] == name
                    ]
        self._found(search, rows)

    def _found(self, search: _Search, rows: list[tuple[int, int, int, int, int]]) -> None:
        search.known = len(self._tokens)
        if rows:
            rows.sort()
            # Another array: the one before is in use.
            search.rows = search.rows + array("q", chain.from_iterable(rows))
            search.keys = KeySearch(search.beginnings, search.rows)


def wanted_places(tokens: Iterable[Token], wanted: Wanted) -> array[int]:
    """Return start, end, position and kind of each token that is wanted.

    One that is wanted as a term and as a word is given twice.
    """
    places = array("q")
    for term, word, at, first, last in tokens:
        for kind in (wanted.terms.get(term), wanted.words.get(word)):
            if kind is not None:
                places.extend((first, last, at, kind))
    return places


def _beginnings(wanted: Wanted) -> bytes:
    """Return a 1 for each pair of letters that a simple key with a wanted token may begin with."""
    found = bytearray(BEGINNINGS)
    for name in wanted.terms:
        first, second = _letters(name)
        if second:
            found[first + second] = 1
            if name[1] == "i":
                found[first + LETTERS[ord("y")]] = 1
        else:
            found[first : first + 37] = b"\x01" * 37
    for name in wanted.words:
        found[sum(_letters(name))] = 1
    return bytes(found)


def _letters(name: str) -> tuple[int, int]:
    first, second = (name[:2].encode("utf-8", "surrogatepass") + b"  ")[:2]
    return 37 * LETTERS[first], LETTERS[second]


@cache
def token_finder(analyzer: Analyzer) -> TokenFinder:
    """Return the finder of an analyzer, always the same one."""
    return TokenFinder(analyzer)
