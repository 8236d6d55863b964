"""A Whoosh matcher over one postings list, on which all of Whoosh's queries run."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from whoosh.matching import LeafMatcher, ReadTooFar

from searchlib.whoosh.codec.payloads import decoders_for
from searchlib.whoosh.codec.posting_lists import Block, PostingList

__all__ = ["PostingMatcher"]


class PostingMatcher(LeafMatcher):  # type: ignore[misc]  # whoosh has no types
    """A cursor in a postings list. A block is decoded when a posting in it is first read."""

    def __init__(
        self, postings: PostingList, term: tuple[str, bytes], format_: Any, scorer: Any
    ) -> None:
        self._postings: PostingList = postings
        self._num_blocks = postings.num_blocks
        self._term = term
        self.format = format_
        self.scorer = scorer
        self._decoders = decoders_for(format_)
        self.reset()

    def reset(self) -> None:
        self._go_to_block(0)

    def copy(self) -> PostingMatcher:
        copied = PostingMatcher(self._postings, self._term, self.format, self.scorer)
        copied.__dict__.update(self.__dict__)
        return copied

    def _go_to_block(self, number: int) -> None:
        self._number = number
        self._index = 0
        self._decoded: Block | None = None
        self._docs: array[int] | None = None

    def _block(self) -> Block:
        block = self._decoded
        if block is None:
            block = self._decoded = self._postings.block(self._number)
            self._docs = block.docs
        return block

    def is_active(self) -> bool:
        return self._number < self._num_blocks

    # Whoosh calls id and is_active several times for each posting, so they make no further calls.

    def id(self) -> int:
        docs = self._docs
        if docs is None:
            if self._number >= self._num_blocks:
                # Some matchers, such as SpanNot's, read the id after the end.
                last: int = self._postings.last_docs[-1]
                return last
            docs = self._block().docs
        return docs[self._index]

    def weight(self) -> float:
        return self._block().weights[self._index]

    def value(self) -> bytes:
        block = self._block()
        return self._decoders[block.foreign].value(block.payload(self._index))

    def value_as(self, astype: str) -> Any:
        block = self._block()
        return self._decoders[block.foreign].value_as(astype, block.payload(self._index))

    def next(self) -> bool:
        """Go to the next posting; return whether it is in another block."""
        if self._number >= self._num_blocks:
            raise ReadTooFar
        self._index += 1
        docs = self._docs
        if docs is None:
            docs = self._block().docs
        if self._index < len(docs):
            return False
        self._go_to_block(self._number + 1)
        return True

    def skip_to(self, targetid: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        number = bisect_left(self._postings.last_docs, targetid, self._number)
        if number != self._number:
            self._go_to_block(number)
        if self.is_active():
            self._index = bisect_left(self._block().docs, targetid, self._index)

    def skip_to_quality(self, minquality: float) -> int:
        return self._skip_blocks(lambda: self.block_quality() <= minquality)

    def _skip_blocks(self, is_poor: Callable[[], bool]) -> int:
        skipped = 0
        while self.is_active() and is_poor():
            self._go_to_block(self._number + 1)
            skipped += 1
        return skipped

    @property
    def _bounds_block(self) -> int:
        # Some matchers read the bounds after the end; return those of the last block.
        last: int = self._postings.num_blocks - 1
        return min(self._number, last)

    def block_min_id(self) -> int:
        return self._block().docs[0]

    def block_max_id(self) -> int:
        return self._postings.last_docs[self._bounds_block]

    def block_min_length(self) -> int:
        return self._postings.min_lengths[self._bounds_block]

    def block_max_length(self) -> int:
        # The maximum is not stored, and no scorer of Whoosh uses it. This value bounds all lengths.
        return (1 << 31) - 1

    def block_max_weight(self) -> float:
        return self._postings.max_weights[self._bounds_block]
