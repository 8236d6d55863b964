"""The tokens of a text that a query looks for, without analyzing all its words each time.

    text -> keys by number (a kernel) -> those with a wanted term or word -> their tokens

What a key's tokens are the analyzer says, once for each key; see kernels/locating.py for the keys.
"""

from __future__ import annotations

import threading
from array import array
from functools import cache
from typing import Final, TypeAlias

from searchlib.analysis.analyzer import Analyzer
from searchlib.analysis.tokens import Token
from searchlib.kernels.locating import PlaceTable, longest_run, selected

__all__ = ["Occurrence", "TokenFinder", "token_finder"]

Occurrence: TypeAlias = tuple[tuple[Token, ...], int, int]

# What is remembered of keys is thrown away at the text after it has grown beyond this.
_MOST_KEYS: Final = 100_000
_MOST_TOKENS: Final = 200_000
# The tokenizer cuts a text without white space somewhere; where, only it knows.
_TEXT_AT_ONCE: Final = 400_000
_KEPT_SEARCHES: Final = 64
# Of these analyzers' terms each begins with the first letter of its word, so that a word with
# another one need not be looked up.
_KEEP_FIRST_LETTERS: Final = frozenset({"english", "plain", "exact"})


class _Search:
    """Terms and words, what simple keys with them begin with, and a 1 for each key with them."""

    __slots__ = ("firsts", "terms", "wanted", "words")

    def __init__(self, terms: frozenset[str], words: frozenset[str], firsts: bytes) -> None:
        self.terms = terms
        self.words = words
        self.firsts = firsts
        self.wanted = bytearray()


class TokenFinder:
    """Finds some of the tokens of ``analyzer``. Safe to use from many threads.

    It remembers the keys it has looked up, some 100,000. A text of 100 words takes 5 µs when it
    has no new ones; a new key costs its analysis, 2 µs or so.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._keeps_first = analyzer.name in _KEEP_FIRST_LETTERS
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._keys = PlaceTable(self._analyzer.name != "exact")
        self._tokens: list[tuple[Token, ...]] = []
        self._num_tokens = 0
        self._advances = array("I")
        self._with_term: dict[str, list[int]] = {}
        self._with_word: dict[str, list[int]] = {}
        self._searches: dict[tuple[frozenset[str], frozenset[str]], _Search] = {}

    def matching_tokens(
        self, text: str, terms: frozenset[str], words: frozenset[str]
    ) -> list[Token]:
        """Give the tokens that analyzer.tokens gives and that have one of the terms or words."""
        return [
            Token(term, word, position + at, place + first, place + last)
            for tokens, place, position in self.occurrences(text, terms, words)
            for term, word, at, first, last in tokens
            if term in terms or word in words
        ]

    def occurrences(
        self, text: str, terms: frozenset[str], words: frozenset[str]
    ) -> list[Occurrence]:
        """Give those tokens in groups, as they are in many a text: with few others among them.

        A group is the tokens of one key, and what is to be added to their offsets and positions.
        """
        data = text.encode("utf-8", "surrogatepass")
        if len(data) > _TEXT_AT_ONCE and longest_run(data) > _TEXT_AT_ONCE:
            return [(tuple(self._analyzer.tokens(text)), 0, 0)]
        with self._lock:
            if len(self._tokens) > _MOST_KEYS or self._num_tokens > _MOST_TOKENS:
                self._forget()
            search = self._searches.get((terms, words)) or self._prepare(terms, words)
            try:
                keys = self._keys.scan(data, search.firsts)
                if len(self._keys) > len(self._tokens):
                    self._learn()
            except BaseException:
                self._forget()  # it may know of keys that it has not learnt
                raise
            if len(search.wanted) < len(self._tokens):
                self._find(search)
            found = selected(keys, search.wanted, self._advances)
            known = self._tokens
        return [(known[key], place, position) for key, place, position in found]

    def _learn(self) -> None:
        stem, tokens = self._analyzer.stem, self._analyzer.tokens
        known, advances = self._tokens, self._advances
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

    def _prepare(self, terms: frozenset[str], words: frozenset[str]) -> _Search:
        firsts = bytearray(256)
        for name in (*terms, *words):
            if name:
                firsts[name[0].encode("utf-8", "surrogatepass")[0]] = 1
        search = _Search(terms, words, bytes(firsts) if self._keeps_first else b"\x01" * 256)
        if len(self._searches) >= _KEPT_SEARCHES:
            self._searches.clear()
        self._searches[terms, words] = search
        return search

    def _find(self, search: _Search) -> None:
        wanted = bytearray(len(self._tokens))
        for names, with_name in (
            (search.terms, self._with_term),
            (search.words, self._with_word),
        ):
            for name in names:
                for key in with_name.get(name, ()):
                    wanted[key] = 1
        search.wanted = wanted


@cache
def token_finder(analyzer: Analyzer) -> TokenFinder:
    """Give the finder of an analyzer, always the same one."""
    return TokenFinder(analyzer)
