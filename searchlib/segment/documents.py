"""The indexed form of articles: what the writer hands to the codec."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

__all__ = ["DocumentBatch", "PairNames", "Tokens"]


class PairNames(Protocol):
    """The pairs of a term and a word that stand behind the numbers of a transaction's batches."""

    def __len__(self) -> int: ...

    def names(self, numbers: array[int], /) -> bytes:
        """Return the term, a zero, the word and a zero of each number."""
        ...


class Tokens(NamedTuple):
    """The tokens of all headlines, bodies and captions: of the first article, then of the next.

    ``pairs`` has for each the number of its pair of term and word, ``positions`` its position in
    its field. ``counts`` has how many tokens each field has.
    """

    pairs: array[int]
    positions: array[int]
    counts: array[int]


@dataclass(frozen=True, slots=True)
class DocumentBatch:
    """Some articles, analyzed, in the order of insertion.

    ``records`` are the articles themselves. The pairs of the ``tokens`` are numbers in
    ``pair_list``; ``lengths`` has how many words each field has. ``keys`` are metadata values, each
    with the place of its article in the batch; ``published_us`` counts microseconds from 1970 in
    UTC, NO_DATE for none.
    """

    article_ids: Sequence[str]
    records: Sequence[bytes | memoryview]
    tokens: Tokens
    lengths: array[int]
    pair_list: PairNames
    keys: Sequence[tuple[int, str, str]]
    published_us: array[int]
