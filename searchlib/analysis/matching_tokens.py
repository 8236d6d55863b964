"""The tokens of a text that a query looks for, without analyzing all its words each time.

    text -> keys by number (a kernel) -> those with a wanted term or word -> their tokens

What a key's tokens are the analyzer says, once for each key; see kernels/locating.py for the keys.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final

from searchlib.analysis.analyzer import Analyzer
from searchlib.analysis.tokens import Token
from searchlib.kernels.locating import PlaceTable, longest_run, selected

__all__ = ["TokenFinder", "token_finder"]

# What is remembered of keys is thrown away at the text after it has grown beyond this.
_MOST_KEYS: Final = 100_000
_MOST_TOKENS: Final = 200_000
# The tokenizer cuts a text without white space somewhere; where, only it knows.
_TEXT_AT_ONCE: Final = 400_000
_KEPT_SEARCHES: Final = 64


class TokenFinder:
    """Finds some of the tokens of ``analyzer``. Safe to use from many threads.

    It remembers the keys it has seen, up to 100,000. A text whose keys are known takes 1 µs and 7 ns
    for each of its words; a new key costs its analysis, 2 µs or so.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._fold_case = analyzer.name != "exact"
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._keys = PlaceTable()
        self._tokens: list[tuple[Token, ...]] = []
        self._num_tokens = 0
        self._advances = array("I")
        self._with_term: dict[str, list[int]] = {}
        self._with_word: dict[str, list[int]] = {}
        self._wanted: dict[tuple[AbstractSet[str], AbstractSet[str]], bytearray] = {}

    def matching_tokens(
        self, text: str, terms: AbstractSet[str], words: AbstractSet[str]
    ) -> list[Token]:
        """Give the tokens that analyzer.tokens gives and that have one of the terms or words.

        ``terms`` and ``words`` must be hashable: frozensets.
        """
        data = text.encode("utf-8", "surrogatepass")
        if len(data) > _TEXT_AT_ONCE and longest_run(data) > _TEXT_AT_ONCE:
            tokens = self._analyzer.tokens(text)
            return [token for token in tokens if token.term in terms or token.word in words]
        with self._lock:
            if len(self._tokens) > _MOST_KEYS or self._num_tokens > _MOST_TOKENS:
                self._forget()
            try:
                ids, places = self._keys.scan(data, self._fold_case)
                if len(self._keys) > len(self._tokens):
                    self._learn()
            except BaseException:
                self._forget()  # it may know of keys that it has not learnt
                raise
            wanted = self._wanted.get((terms, words))
            if wanted is None or len(wanted) < len(self._tokens):
                wanted = self._find(terms, words)
            found = selected(ids, places, wanted, self._advances)
            known = self._tokens
        return [
            Token(term, word, position + at, place + first, place + last)
            for key, place, position in found
            for term, word, at, first, last in known[key]
            if term in terms or word in words
        ]

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

    def _find(self, terms: AbstractSet[str], words: AbstractSet[str]) -> bytearray:
        """Give a 1 for each key that has one of the terms or words."""
        wanted = bytearray(len(self._tokens))
        for names, with_name in ((terms, self._with_term), (words, self._with_word)):
            for name in names:
                for key in with_name.get(name, ()):
                    wanted[key] = 1
        if len(self._wanted) >= _KEPT_SEARCHES:
            self._wanted.clear()
        self._wanted[terms, words] = wanted
        return wanted


@cache
def token_finder(analyzer: Analyzer) -> TokenFinder:
    """Give the finder of an analyzer, always the same one."""
    return TokenFinder(analyzer)
