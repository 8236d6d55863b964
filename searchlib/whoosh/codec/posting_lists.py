"""The postings of one term: documents, weights and payloads, in blocks of 128.

    list     = [skips] block*           skips where there is more than one block
    skips    = { last_doc(u32) end(u32) max_weight(f64) min_length(u32) }*    one a block
    block    = doc_width(u8) weight_kind(u8) payload_width(u8) docs weights payloads
    docs     = gap*                     each of doc_width bytes: the document minus the one before
                                        it (in the block before, or -1), minus one
    weights  = nothing (kind 0: all are 1), or numbers of 1, 2 or 4 bytes, or f64 (kind 8)
    payloads = nothing (width 0: all are empty), or length* bytes*, the lengths of payload_width
               bytes; 128 is added to the width if the bytes are foreign, that is as a Whoosh format
               wrote them

All numbers are little-endian, without alignment; ``end`` counts from the end of the skips. The term
dictionary has the number of documents and bytes of each list. The checksums of its pages cover the
list. ``max_weight`` and ``min_length`` (of the field, in words) bound every score in the block, for
all parameters of the formula.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from itertools import accumulate, pairwise
from operator import add
from sys import byteorder
from typing import Final

from searchlib.files.container import little_endian
from searchlib.kernels.whoosh import posting_blocks

__all__ = ["BLOCK_DOCS", "Block", "PostingList", "encode_joined", "encode_postings"]

BLOCK_DOCS: Final = 128

_SKIP: Final = struct.Struct("<IIdI")
_BLOCK_HEADER_BYTES: Final = 3
_TYPECODES: Final = {1: "B", 2: "H", 4: "I"}
_FLOATS: Final = 8
_FOREIGN: Final = 128


def encode_postings(
    docs: Sequence[int],
    weights: Sequence[float],
    lengths: Sequence[int],
    payloads: Sequence[bytes],
    *,
    foreign: bool = False,
) -> bytes:
    """Return the encoded list. All four sequences have the same length, and ``docs`` increase."""
    sizes = array("I", map(len, payloads))
    return encode_joined(docs, weights, lengths, b"".join(payloads), sizes, foreign=foreign)


def encode_joined(
    docs: Sequence[int],
    weights: Sequence[float],
    lengths: Sequence[int],
    payloads: bytes,
    sizes: array[int],
    *,
    foreign: bool = False,
) -> bytes:
    """Return the same as encode_postings; the payloads are concatenated, with their ``sizes``."""
    try:
        places = array("I", docs)
    except OverflowError as error:
        raise ValueError(f"the documents must strictly increase, from 0 on: {error}") from None
    numbers = array("d", weights)
    data = posting_blocks.encode(
        places,
        numbers,
        little_endian(numbers),
        array("I", lengths),
        payloads,
        sizes,
        foreign,
    )
    if data is None:
        raise ValueError(
            "the documents must strictly increase, have one payload each, and take less than 4 GiB"
        )
    return data


class Block:
    """One block, decoded: ``array('I')`` of documents, ``array('d')`` of weights, payloads."""

    __slots__ = ("_data", "_ends", "docs", "foreign", "weights")

    def __init__(
        self,
        docs: array[int],
        weights: array[float],
        data: memoryview,
        ends: Sequence[int],
        *,
        foreign: bool,
    ) -> None:
        self.docs = docs
        self.weights = weights
        self.foreign = foreign
        self._data = data
        # The start of the first payload, then the end of each; empty if all payloads are empty.
        self._ends = ends

    def payload(self, index: int) -> bytes:
        """Return the payload of the posting with this index in the block."""
        ends = self._ends
        return bytes(self._data[ends[index] : ends[index + 1]]) if ends else b""

    @property
    def payloads(self) -> list[bytes]:
        """Return the payloads of all postings, in order."""
        if not self._ends:
            return [b""] * len(self.docs)
        return [bytes(self._data[first:last]) for first, last in pairwise(self._ends)]


class PostingList:
    """A postings list; ``block()`` decodes one block at a time.

    ``max_weight`` and ``min_length`` are those of the whole list. Raises ValueError for bytes that
    encode_postings cannot have written; the caller adds the name of the file.
    """

    def __init__(
        self, data: memoryview, count: int, max_doc: int, max_weight: float, min_length: int
    ) -> None:
        self._data = data
        self._count = count
        self.num_blocks = -(-count // BLOCK_DOCS)
        if self.num_blocks > 1:
            self._base = self.num_blocks * _SKIP.size
            if len(data) < self._base:
                raise ValueError("a posting list is cut off")
            skips = list(_SKIP.iter_unpack(data[: self._base]))
        else:
            self._base = 0
            skips = [(max_doc, len(data), max_weight, min_length)]
        self.last_docs: list[int] = [skip[0] for skip in skips]
        self._ends: list[int] = [skip[1] for skip in skips]
        self.max_weights: list[float] = [skip[2] for skip in skips]
        self.min_lengths: list[int] = [skip[3] for skip in skips]

    def block(self, number: int) -> Block:
        """Decode a block, numbered from 0."""
        start = self._base + (self._ends[number - 1] if number else 0)
        end = self._base + self._ends[number]
        count = min(BLOCK_DOCS, self._count - number * BLOCK_DOCS)
        data = self._data[start:end]
        if len(data) != end - start or len(data) < _BLOCK_HEADER_BYTES:
            raise ValueError("a posting list is cut off")
        doc_width, weight_kind, payload_width = data[:_BLOCK_HEADER_BYTES]
        at = _BLOCK_HEADER_BYTES
        foreign = bool(payload_width & _FOREIGN)
        payload_width &= ~_FOREIGN
        gaps, at = _numbers(data, at, doc_width, count)
        # Document i is the first possible number, plus i, plus the sum of the gaps up to i.
        first = self.last_docs[number - 1] + 1 if number else 0
        doc_numbers = list(map(add, accumulate(gaps), range(first, first + count)))
        if doc_numbers[-1] != self.last_docs[number] or doc_numbers[-1] >= 1 << 32:
            raise ValueError("a posting list does not end where it should")
        docs = array("I", doc_numbers)
        if weight_kind == 0:
            weights = array("d", (1.0,)) * count
        elif weight_kind == _FLOATS:
            weights = array("d", data[at : at + 8 * count].tobytes())
            if byteorder == "big":
                weights.byteswap()
            at += 8 * count
        else:
            numbers, at = _numbers(data, at, weight_kind, count)
            weights = array("d", numbers)
        ends: list[int] = []
        if payload_width:
            sizes, at = _numbers(data, at, payload_width, count)
            ends = list(accumulate(sizes, initial=at))
            at = ends[-1]
        if at != len(data) or len(weights) != count:
            raise ValueError("a posting list has a wrong length")
        return Block(docs, weights, data, ends, foreign=foreign)


def _numbers(data: memoryview, at: int, width: int, count: int) -> tuple[array[int], int]:
    if width not in _TYPECODES:
        raise ValueError(f"a posting list has numbers of {width} bytes")
    numbers = array(_TYPECODES[width], data[at : at + width * count].tobytes())
    if len(numbers) != count:
        raise ValueError("a posting list is cut off")
    if byteorder == "big":
        numbers.byteswap()
    return numbers, at + width * count
