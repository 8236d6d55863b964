"""Analyze thousands of texts at once. The tokens are those of the analyzer, as numbers.

    texts -> words by number (a kernel) -> (term, word) pairs by number, and positions

The analyzer reads each different word once. Everything else is done by kernels, on numbers.
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

_MAX_BYTES: Final = 1 << 26
"""Maximum size of the known words, to bound memory. The next batch starts with no known words."""

_MAX_TOKENS: Final = 1 << 24
"""Maximum number of tokens of complex words, to bound memory in the same way."""

_COMPLEX: Final = 1 << 31
"""Added to the index of a complex word in its code (kernels/analysis/expanding.py).

A word is simple if it is exactly one token, and complex otherwise.
"""

_UNSTEMMED: Final = ("plain", "exact")


class PairTable:
    """Numbers (term, word) pairs. A word is a folded form, and its term is its stem."""

    def __init__(self) -> None:
        self._numbers = PairNumbers()
        self._pairs: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def pairs(self) -> Sequence[tuple[str, str]]:
        """All pairs. The index of a pair is its number."""
        new = self.names(array("I", range(len(self._pairs), len(self)))).decode().split("\0")
        self._pairs += zip(new[::2], new[1::2], strict=False)
        return self._pairs

    def names(self, numbers: array[int]) -> bytes:
        """Return for each number its term, a zero byte, its word and a zero byte, in UTF-8."""
        return self._numbers.names(numbers)

    def number(self, term: str, word: str) -> int:
        """Return the number of a pair. A new pair gets the next number."""
        return self.number_all(*_concatenated([term]), *_concatenated([word]))[0]

    def number_all(
        self, terms: bytes, term_ends: array[int], words: bytes, word_ends: array[int]
    ) -> array[int]:
        """Return the number of each pair. New pairs get the next numbers.

        ``terms`` holds the terms without separators, and ``term_ends`` the end of each. ``words``
        and ``word_ends`` do the same for the words.
        """
        return self._numbers.number_all(terms, term_ends, words, word_ends)


def _concatenated(words: Sequence[str]) -> tuple[bytes, array[int]]:
    """Return the words in UTF-8 without separators, and the end of each."""
    encoded = [word.encode() for word in words]
    return b"".join(encoded), array("Q", accumulate(map(len, encoded)))


class Batch(NamedTuple):
    """The tokens of some texts, one text after the other.

    ``pairs`` holds the pair number of each token, and ``positions`` its position in its text.
    ``counts`` holds the number of tokens of each text, and ``lengths`` its number of positions: the
    last position plus one.
    """

    pairs: array[int]
    positions: array[int]
    counts: array[int]
    lengths: array[int]


class BatchAnalyzer:
    """Finds the tokens of ``Analyzer.tokens`` for many texts at once. For one thread at a time.

    It remembers up to 64 MB of words. If the words are known, one core analyzes 100 MB of news in
    one second.
    """

    def __init__(self, analyzer: Analyzer, table: PairTable) -> None:
        self._analyzer = analyzer
        self._table = table
        self._fold_case = analyzer.name != "exact"
        self._forget()

    def _forget(self) -> None:
        self._words = WordTable()
        # The code of a simple word is the pair number of its token. That of a complex word is
        # _COMPLEX plus its index in the next two arrays, which expand() reads.
        self._codes = array("I")
        self._token_ends = array("I")
        self._advances = array("I")  # the number of positions of each complex word
        # The tokens of the complex words
        self._pair_numbers = array("I")
        self._positions = array("I")

    def analyze(self, data: bytes, starts: array[int], ends: array[int]) -> Batch:
        """Return the tokens of each text ``data[start:end]``, which is UTF-8.

        The tokens are those of ``analyzer.tokens(text)``, in the same order: for each the number of
        its (term, word) pair in the table, and its position. Raises ValueError for a span outside
        ``data``, and UnicodeDecodeError for bytes that are not UTF-8.
        """
        if self._words.size() > _MAX_BYTES or len(self._pair_numbers) > _MAX_TOKENS:
            self._forget()
        try:
            ids, counts = self._words.scan(data, starts, ends, self._fold_case)
            self._learn(*self._words.new_words())
        except BaseException:
            self._forget()  # the word table may hold words that have no code yet
            raise
        return Batch(
            *expand(
                ids,
                counts,
                self._codes,
                self._token_ends,
                self._advances,
                self._pair_numbers,
                self._positions,
            )
        )

    def _learn(
        self, simple: bytes, ends: array[int], complex_words: Sequence[tuple[int, bytes]]
    ) -> None:
        """Add the codes of new words, as WordTable.new_words() returned them."""
        codes = self._simple_numbers(simple, ends)
        for code, (index, _) in enumerate(complex_words, _COMPLEX + len(self._token_ends)):
            codes.insert(index, code)
        self._codes.extend(codes)
        if complex_words:
            self._learn_complex([word for _, word in complex_words])

    def _simple_numbers(self, words: bytes, ends: array[int]) -> array[int]:
        """Return the pair numbers of ASCII words that are one token each."""
        name = self._analyzer.name
        if name == "english":
            terms, term_ends = english.stem_all(words, ends)
        elif name in _UNSTEMMED:
            terms, term_ends = words, ends
        else:
            letters = words.decode("ascii")
            spans = zip([0, *ends], ends, strict=False)
            terms, term_ends = _concatenated(
                [self._analyzer.stem(letters[start:end]) for start, end in spans]
            )
        return self._table.number_all(terms, term_ends, words, ends)

    def _learn_complex(self, words: Sequence[bytes]) -> None:
        """Add the tokens of new complex words, in the order of their indexes."""
        by_word = [self._analyzer.tokens(word.decode()) for word in words]
        tokens = [token for tokens_of_word in by_word for token in tokens_of_word]
        terms = _concatenated([token.term for token in tokens])
        forms = _concatenated([token.word for token in tokens])
        first_end = len(self._pair_numbers)
        self._token_ends.extend(islice(accumulate(map(len, by_word), initial=first_end), 1, None))
        self._pair_numbers.extend(self._table.number_all(*terms, *forms))
        self._positions.extend([token.position for token in tokens])
        self._advances.extend([tokens[-1].position + 1 if tokens else 0 for tokens in by_word])
