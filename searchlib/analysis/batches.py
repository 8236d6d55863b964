"""The tokens of thousands of texts at once: those that the analyzer gives for each, as numbers.

    texts -> words by number (a kernel) -> (term, word) pairs by number, and positions

What a word's tokens are the analyzer says, once for each word; all else is counting.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate, islice
from typing import Final, NamedTuple

from searchlib.analysis.analyzer import Analyzer
from searchlib.kernels.analysis import english
from searchlib.kernels.analysis.expanding import expand
from searchlib.kernels.analysis.pair_numbers import PairNumbers
from searchlib.kernels.analysis.tokenizing import WordTable

__all__ = ["Batch", "BatchAnalyzer", "PairTable"]

# What is remembered of words is thrown away at the batch after it has grown beyond this.
_MOST_BYTES: Final = 1 << 26
_MOST_OCCURRENCES: Final = 1 << 24

_OTHER: Final = 1 << 31
"""What is added to the place of a word that is not one token (kernels/analysis/expanding.py)."""

_UNSTEMMED: Final = ("plain", "exact")


class PairTable:
    """(term, word) pairs by number; words are folded forms, terms their stems."""

    def __init__(self) -> None:
        self._numbers = PairNumbers()
        self._pairs: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def pairs(self) -> Sequence[tuple[str, str]]:
        """All pairs, each at its number."""
        new = self.names(array("I", range(len(self._pairs), len(self)))).decode().split("\0")
        self._pairs += zip(new[::2], new[1::2], strict=False)
        return self._pairs

    def names(self, numbers: array[int]) -> bytes:
        """Return the term, a zero, the word and a zero of each number."""
        return self._numbers.names(numbers)

    def number(self, term: str, word: str) -> int:
        """Return the number of a pair, the next one if it is new."""
        return self.number_all(*_joined([term]), *_joined([word]))[0]

    def number_all(
        self, terms: bytes, term_ends: array[int], words: bytes, word_ends: array[int]
    ) -> array[int]:
        """Return the number of each pair, the next ones to those that are new.

        The terms stand one behind the other and end where ``term_ends`` says, and so do the words.
        """
        return self._numbers.number_all(terms, term_ends, words, word_ends)


def _joined(words: Sequence[str]) -> tuple[bytes, array[int]]:
    """Return words one behind the other in UTF-8, and where each ends."""
    encoded = [word.encode() for word in words]
    return b"".join(encoded), array("Q", accumulate(map(len, encoded)))


class Batch(NamedTuple):
    """The tokens of some texts, one text after the other.

    ``pairs`` has for every token the number of its pair, ``positions`` its position in its text,
    ``counts`` the tokens of each text, ``lengths`` the positions of each: one more than its last.
    """

    pairs: array[int]
    positions: array[int]
    counts: array[int]
    lengths: array[int]


class BatchAnalyzer:
    """The tokens of ``Analyzer.tokens``, for many texts at once. For one thread at a time.

    It remembers each word that it has seen, up to 64 MB of them. A second on one core is
    enough for 100 MB of news, when its words are known.
    """

    def __init__(self, analyzer: Analyzer, table: PairTable) -> None:
        self._analyzer = analyzer
        self._table = table
        self._fold_case = analyzer.name != "exact"
        self._forget()

    def _forget(self) -> None:
        self._words = WordTable()
        # The number of a word's only token, or what expand() takes for any other word.
        self._known = array("I")
        self._ends = array("I")
        self._advances = array("I")
        self._numbers = array("I")
        self._places = array("I")

    def analyze(self, data: bytes, starts: array[int], ends: array[int]) -> Batch:
        """Return the tokens of each text ``data[start:end]``, which is UTF-8.

        For each token of ``analyzer.tokens(text)`` in their order there is the number of its
        (term, word) in the table, and its position. Raises ValueError for a span that is none
        of ``data``, UnicodeDecodeError for what is no UTF-8.
        """
        if self._words.size() > _MOST_BYTES or len(self._numbers) > _MOST_OCCURRENCES:
            self._forget()
        try:
            ids, counts = self._words.scan(data, starts, ends, self._fold_case)
            self._learn(*self._words.new_words())
        except BaseException:
            self._forget()  # it may know of words that it has not learnt
            raise
        return Batch(
            *expand(
                ids, counts, self._known, self._ends, self._advances, self._numbers, self._places,
            )
        )  # fmt: skip

    def _learn(self, simple: bytes, ends: array[int], others: Sequence[tuple[int, bytes]]) -> None:
        """Note the tokens of new words, as the table gives them."""
        numbers = self._simple_numbers(simple, ends)
        for other, (place, _) in enumerate(others, _OTHER + len(self._ends)):
            numbers.insert(place, other)
        self._known.extend(numbers)
        if others:
            self._learn_others([key for _, key in others])

    def _simple_numbers(self, words: bytes, ends: array[int]) -> array[int]:
        """Return the numbers of words of ASCII whose only token is themselves."""
        name = self._analyzer.name
        if name == "english":
            terms, term_ends = english.stem_all(words, ends)
        elif name in _UNSTEMMED:
            terms, term_ends = words, ends
        else:
            letters = words.decode("ascii")
            spans = zip([0, *ends], ends, strict=False)
            terms, term_ends = _joined(
                [self._analyzer.stem(letters[start:end]) for start, end in spans]
            )
        return self._table.number_all(terms, term_ends, words, ends)

    def _learn_others(self, keys: Sequence[bytes]) -> None:
        """Note what tokens the analyzer finds in keys, which are the next others."""
        found = [self._analyzer.tokens(key.decode()) for key in keys]
        tokens = [token for of_key in found for token in of_key]
        terms = _joined([token.term for token in tokens])
        forms = _joined([token.word for token in tokens])
        self._ends.extend(islice(accumulate(map(len, found), initial=len(self._numbers)), 1, None))
        self._numbers.extend(self._table.number_all(*terms, *forms))
        self._places.extend([token.position for token in tokens])
        self._advances.extend([of_key[-1].position + 1 if of_key else 0 for of_key in found])
