"""A Whoosh matcher over the postings of one term in one field of articles."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable
from typing import Any, Final

from whoosh import formats
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo
from whoosh.system import pack_uint

from searchlib.schema import NUM_TEXT_FIELDS

__all__ = ["ArticleMatcher", "FieldPostings"]

_BLOCK: Final = 128
"""Number of documents per block, for the bounds of scores."""

_POSITION: Final = (1 << 30) - 1
"""Mask of the position in an occurrence."""


class FieldPostings:
    """The documents of a segment that have a term in a field, with frequencies.

    Deleted documents are included. ``lengths[NUM_TEXT_FIELDS * doc + field]`` is the length of the
    field in document ``doc``; it is None for a field without lengths. ``read_positions`` returns
    all ``occurrences``, each as (4 * document + field) << 30 | position. ``size`` is the maximum
    number of documents and positions in memory.
    """

    def __init__(
        self,
        docs: array[int],
        weights: array[float],
        *,
        field: int = 0,
        lengths: memoryview[int] | None = None,
        occurrences: int = 0,
        read_positions: Callable[[], array[int]] | None = None,
    ) -> None:
        self.docs = docs
        self.weights = weights
        self.size = len(docs) + occurrences
        self._field = field
        self._lengths = lengths
        self._read_positions = read_positions
        self._positions: array[int] | None = None
        self._bounds: dict[int, tuple[float, int]] = {}
        self._info: tuple[float, int, int, float] | None = None

    def positions(self, doc: int) -> list[int]:
        """Return the positions in a document. The first call reads those of all documents."""
        if self._read_positions is None:
            return []
        if self._positions is None:
            self._positions = self._read_positions()
        occurrences, doc_field = self._positions, 4 * doc + self._field
        first = bisect_left(occurrences, doc_field << 30)
        last = bisect_left(occurrences, (doc_field + 1) << 30, first)
        return [occurrence & _POSITION for occurrence in occurrences[first:last]]

    def bounds(self, block: int) -> tuple[float, int]:
        """Return the maximum weight and the minimum length of the field in a block."""
        bounds = self._bounds.get(block)
        if bounds is None:
            part = slice(block * _BLOCK, (block + 1) * _BLOCK)
            lengths = self._lengths_of(self.docs[part])
            bounds = self._bounds[block] = (max(self.weights[part]), min(lengths, default=0))
        return bounds

    def _lengths_of(self, docs: array[int]) -> list[int]:
        if self._lengths is None:
            return []
        lengths, field = self._lengths, self._field
        return [lengths[NUM_TEXT_FIELDS * doc + field] for doc in docs]

    def weight(self) -> float:
        """Return the sum of all weights."""
        return sum(self.weights)

    def info(self) -> TermInfo:
        """Return Whoosh's statistics of the term. The first call reads the lengths of all docs."""
        if self._info is None:
            lengths = self._lengths_of(self.docs)
            self._info = (
                self.weight(),
                min(lengths, default=0),
                max(lengths, default=0),
                max(self.weights, default=0.0),
            )
        weight, shortest, longest, highest = self._info
        return TermInfo(
            weight=weight,
            df=len(self.docs),
            minlength=shortest,
            maxlength=longest,
            maxweight=highest,
            minid=self.docs[0] if self.docs else 0,
            maxid=self.docs[-1] if self.docs else 0,
        )


class ArticleMatcher(LeafMatcher):  # type: ignore[misc]  # whoosh has no types
    """A cursor in postings, with blocks of 128 documents."""

    def __init__(
        self, postings: FieldPostings, term: tuple[str, bytes], format_: Any, scorer: Any
    ) -> None:
        self._postings = postings
        self._docs = postings.docs
        self._weights = postings.weights
        self._term = term
        self.format = format_
        self.scorer = scorer
        self._index = 0

    def reset(self) -> None:
        self._index = 0

    def copy(self) -> ArticleMatcher:
        copied = ArticleMatcher(self._postings, self._term, self.format, self.scorer)
        copied._index = self._index
        return copied

    def is_active(self) -> bool:
        return self._index < len(self._docs)

    def id(self) -> int:
        # Some matchers, such as SpanNot's, read the id after the end.
        return self._docs[min(self._index, len(self._docs) - 1)]

    def weight(self) -> float:
        return self._weights[self._index]

    def value(self) -> bytes:
        if isinstance(self.format, formats.Frequency):  # it has no method that encodes a number
            return bytes(pack_uint(int(self.weight())))
        return bytes(self.format.encode(self._positions()))

    def value_as(self, astype: str) -> Any:
        if astype == "positions" and self.format.supports(astype):
            return self._positions()
        if astype == "frequency":
            return int(self.weight())
        return super().value_as(astype)

    def _positions(self) -> list[int]:
        return self._postings.positions(self.id())

    def all_ids(self) -> Any:
        return iter(self._docs[self._index :])

    def next(self) -> bool:
        """Go to the next posting; return whether it is in another block."""
        if not self.is_active():
            raise ReadTooFar
        self._index += 1
        return not self._index % _BLOCK

    def skip_to(self, targetid: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._index = bisect_left(self._docs, targetid, self._index)

    def skip_to_quality(self, minquality: float) -> int:
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._index = (self._index // _BLOCK + 1) * _BLOCK
            skipped += 1
        return skipped

    def _block(self) -> int:
        # Some matchers read the bounds after the end; return those of the last block.
        return min(self._index, len(self._docs) - 1) // _BLOCK

    def block_min_id(self) -> int:
        return self._docs[self._block() * _BLOCK]

    def block_max_id(self) -> int:
        return self._docs[min((self._block() + 1) * _BLOCK, len(self._docs)) - 1]

    def block_max_weight(self) -> float:
        return self._postings.bounds(self._block())[0]

    def block_min_length(self) -> int:
        return self._postings.bounds(self._block())[1]
