"""The indexed form of articles: what the writer hands to the codec."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["DocumentBatch", "PairNames"]


class PairNames(Protocol):
    """The pairs of a term and a word that stand behind the numbers of a transaction's batches."""

    def __len__(self) -> int: ...

    def names(self, numbers: array[int], /) -> bytes:
        """Give the term, a zero, the word and a zero of each number."""
        ...


@dataclass(frozen=True, slots=True)
class DocumentBatch:
    """Some articles, analyzed, in the order of insertion.

    ``records`` are the articles themselves. The tokens of all headlines, bodies and captions (of
    the first article, then of the next) stand in ``pairs`` and ``positions``: the number of a pair
    of term and word in ``pair_list``, and the position in the field. ``counts`` has how many tokens
    each field has, ``lengths`` how many words. ``keys`` are metadata values, each with the place of
    its article in the batch; ``published_us`` counts microseconds from 1970 in UTC, NO_DATE for
    none.
    """

    article_ids: Sequence[str]
    records: Sequence[bytes | memoryview]
    pairs: array[int]
    positions: array[int]
    counts: array[int]
    lengths: array[int]
    pair_list: PairNames
    keys: Sequence[tuple[int, str, str]]
    published_us: array[int]
