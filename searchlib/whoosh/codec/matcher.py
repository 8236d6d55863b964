"""Whoosh's matcher over one posting list: what every query that we have no plan for runs on."""

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
    """A place in a posting list. A block is decoded when its first posting is asked for."""

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
        self._place = 0
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

    # Whoosh's matchers ask for id and is_active several times a posting: they call nothing more.

    def id(self) -> int:
        docs = self._docs
        if docs is None:
            if self._number >= self._num_blocks:
                # Some of Whoosh's matchers still compare it then, SpanNot's for one.
                last: int = self._postings.last_docs[-1]
                return last
            docs = self._block().docs
        return docs[self._place]

    def weight(self) -> float:
        return self._block().weights[self._place]

    def value(self) -> bytes:
        block = self._block()
        return self._decoders[block.foreign].value(block.payload(self._place))

    def value_as(self, astype: str) -> Any:
        block = self._block()
        return self._decoders[block.foreign].value_as(astype, block.payload(self._place))

    def next(self) -> bool:
        """Go to the next posting; tell whether that is in another block."""
        if self._number >= self._num_blocks:
            raise ReadTooFar
        self._place += 1
        docs = self._docs
        if docs is None:
            docs = self._block().docs
        if self._place < len(docs):
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
            self._place = bisect_left(self._block().docs, targetid, self._place)

    def skip_to_quality(self, minquality: float) -> int:
        return self._skip_blocks(lambda: self.block_quality() <= minquality)

    def _skip_blocks(self, is_poor: Callable[[], bool]) -> int:
        skipped = 0
        while self.is_active() and is_poor():
            self._go_to_block(self._number + 1)
            skipped += 1
        return skipped

    @property
    def _here(self) -> int:
        # Behind the end some of Whoosh's matchers still ask for the last block's bounds.
        last: int = self._postings.num_blocks - 1
        return min(self._number, last)

    def block_min_id(self) -> int:
        return self._block().docs[0]

    def block_max_id(self) -> int:
        return self._postings.last_docs[self._here]

    def block_min_length(self) -> int:
        return self._postings.min_lengths[self._here]

    def block_max_length(self) -> int:
        # No scorer of Whoosh's asks for it, and what is unknown has no bound.
        return (1 << 31) - 1

    def block_max_weight(self) -> float:
        return self._postings.max_weights[self._here]
