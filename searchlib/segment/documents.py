"""The indexed form of articles, which the writer passes to the segment builder."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

__all__ = ["DocumentBatch", "PairNames", "Tokens"]


class PairNames(Protocol):
    """The (term, word) pairs of a transaction. Its batches refer to them by number."""

    def __len__(self) -> int: ...

    def names(self, numbers: array[int], /) -> bytes:
        """Return for each number its term, a zero byte, its word and a zero byte, in UTF-8."""
        ...


class Tokens(NamedTuple):
    """The tokens of all text fields, article by article.

    ``pairs`` holds the number of the (term, word) pair of each token, ``positions`` its position
    in its field. ``counts`` holds the number of tokens of each field.
    """

    pairs: array[int]
    positions: array[int]
    counts: array[int]


@dataclass(frozen=True, slots=True)
class DocumentBatch:
    """Analyzed articles in the order of insertion.

    ``records`` are the articles themselves. The pairs of the ``tokens`` are numbers in
    ``pair_list``. ``lengths`` holds the number of words of each field. ``keys`` are metadata
    values: (index of the article in the batch, field, value). ``published_us`` holds microseconds
    since 1970 in UTC, or NO_DATE.
    """

    article_ids: Sequence[str]
    records: Sequence[bytes | memoryview]
    tokens: Tokens
    lengths: array[int]
    pair_list: PairNames
    keys: Sequence[tuple[int, str, str]]
    published_us: array[int]
