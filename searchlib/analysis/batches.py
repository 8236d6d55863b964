"""The tokens of thousands of texts at once: those that the analyzer gives for each, as numbers.

    texts -> words by number (a kernel) -> (term, word) pairs by number, and positions

What a word's tokens are the analyzer says, once for each word; all else is counting.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import islice
from typing import Final, NamedTuple

from searchlib.analysis.analyzer import Analyzer
from searchlib.kernels.tokenizing import WordTable, expand

__all__ = ["Batch", "BatchAnalyzer", "PairTable"]

# What is remembered of words is thrown away at the batch after it has grown beyond this.
_MOST_BYTES: Final = 1 << 26
_MOST_OCCURRENCES: Final = 1 << 24


class PairTable:
    """(term, word) pairs by number; words are folded forms, terms their stems."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []
        self._numbers: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self.pairs)

    def number(self, term: str, word: str) -> int:
        """Give the number of a pair, the next one if it is new."""
        return self.number_all([(term, word)])[0]

    def number_all(self, pairs: Iterable[tuple[str, str]]) -> list[int]:
        """Give the number of each pair, the next ones to those that are new."""
        known, set_default = self._numbers, self._numbers.setdefault
        numbers = [set_default(pair, len(known)) for pair in pairs]
        # A dictionary keeps its order: the new ones are the last ones.
        self.pairs += [*islice(reversed(known), len(known) - len(self.pairs))][::-1]
        return numbers


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
        self._firsts = array("I", [0])
        self._numbers = array("I")
        self._places = array("I")
        self._advances = array("I")

    def analyze(self, data: bytes, starts: array[int], ends: array[int]) -> Batch:
        """Give the tokens of each text ``data[start:end]``, which is UTF-8.

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
            *expand(ids, counts, self._firsts, self._numbers, self._places, self._advances)
        )

    def _learn(self, joined: bytes, ends: array[int], simple: bytes) -> None:
        number_all, stem, tokens = (
            self._table.number_all,
            self._analyzer.stem,
            self._analyzer.tokens,
        )
        firsts, numbers, places = self._firsts, self._numbers, self._places
        letters = joined.decode("latin-1")  # simple words are of ASCII: bytes are characters
        at = begin = 0
        while at < len(ends):
            last = simple.find(0, at)
            last = len(ends) if last < 0 else last
            if last > at:  # words whose only token is themselves
                starts = [begin, *ends[at : last - 1]]
                words = [
                    letters[start:end] for start, end in zip(starts, ends[at:last], strict=True)
                ]
                firsts.extend(range(len(numbers) + 1, len(numbers) + len(words) + 1))
                numbers.extend(number_all(zip(map(stem, words), words, strict=True)))
                places.extend(array("I", [0]) * len(words))
                self._advances.extend(array("I", [1]) * len(words))
                begin = ends[last - 1]
            if last < len(ends):
                found = tokens(joined[begin : ends[last]].decode())
                numbers.extend(number_all((token.term, token.word) for token in found))
                places.extend(token.position for token in found)
                firsts.append(len(numbers))
                self._advances.append(found[-1].position + 1 if found else 0)
                begin = ends[last]
            at = last + 1
