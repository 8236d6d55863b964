"""The dictionary of a field: its terms in order with their entries, in blocks of 16.

    dictionary = block*
    block      = postings_start(varint) { entry }*
    entry      = shared(varint) length(varint) suffix info
    info       = df(varint) weights min_length(varint) more_length(varint)
                 min_doc(varint) more_doc(varint) postings_length(varint)
    weights    = 0(u8) weight(varint) max_weight(varint), or 1(u8) weight(f64) max_weight(f64)

A term is the first ``shared`` bytes of the previous term (0 for the first of a block), followed by
the suffix. Its postings begin where those of the previous term end; the first postings of a block
begin at ``postings_start``. ``more_length`` and ``more_doc`` are the differences of the maximum to
the minimum. A second section has the offsets of the blocks, ``u32`` each. Terms are in the order
of their bytes.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from sys import byteorder
from typing import Final, NamedTuple

from searchlib.files.container import little_endian
from searchlib.files.varints import write_varint
from searchlib.kernels.whoosh import term_entries, terms

__all__ = ["Dictionary", "DictionaryWriter", "TermEntry"]

_BLOCK_TERMS: Final = 16
_INFO_NUMBERS: Final = 9
_FLOATS: Final = struct.Struct("<dd")


class TermEntry(NamedTuple):
    """The entry of a term; its postings are the bytes from ``start`` to ``end``."""

    df: int
    weight: float
    max_weight: float
    min_length: int
    max_length: int
    min_doc: int
    max_doc: int
    start: int
    end: int


def _is_whole(number: float) -> bool:
    return 0 <= number < 1 << 53 and float(number).is_integer()


class DictionaryWriter:
    """Encodes the terms of a field, which are added in order."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._blocks = array("I")
        self._count = 0
        self._previous = b""

    def add(self, term: bytes, entry: TermEntry) -> None:
        """Add a term. Raises ValueError unless it is greater than the previous term."""
        if self._count and term <= self._previous:
            raise ValueError(f"{term!r} comes after {self._previous!r}")
        previous = self._previous
        if self._count % _BLOCK_TERMS == 0:
            self._blocks.append(len(self._data))
            write_varint(entry.start, self._data)
            previous = b""
        weight, max_weight = entry.weight, entry.max_weight
        is_whole = _is_whole(weight) and _is_whole(max_weight)
        data = term_entries.encode(
            previous,
            term,
            entry.df,
            int(weight) if is_whole else 0,
            int(max_weight) if is_whole else 0,
            entry.min_length,
            entry.max_length,
            entry.min_doc,
            entry.max_doc,
            entry.end - entry.start,
            b"" if is_whole else _FLOATS.pack(weight, max_weight),
        )
        self._data += data
        self._previous = term
        self._count += 1

    def finish(self) -> tuple[bytes, bytes]:
        """Return the encoded dictionary and the offsets of its blocks."""
        return bytes(self._data), little_endian(self._blocks)


class Dictionary:
    """The terms of a field with their entries.

    Raises ValueError for bytes that DictionaryWriter cannot have written. The first call of
    ``items`` reads the first term of every block.
    """

    def __init__(self, data: memoryview, blocks: memoryview) -> None:
        self._data = bytes(data)
        self._blocks = array("I", blocks.tobytes())
        if byteorder == "big":
            self._blocks.byteswap()
        self._first_terms: list[bytes] = []

    def find(self, term: bytes) -> TermEntry | None:
        """Return the entry of ``term``; None if the field does not have it."""
        at, start = terms.find(self._data, self._blocks, term)
        try:
            return _read_entry(self._data, at, start)[0] if at >= 0 else None
        except (IndexError, struct.error) as error:
            raise ValueError("the term dictionary is cut off") from error

    def items(self, first: bytes = b"") -> Iterator[tuple[bytes, TermEntry]]:
        """Yield the terms from ``first`` on, with their entries."""
        for number in range(max(self._block_of(first), 0), len(self._blocks)):
            for term, entry in self._entries(number):
                if term >= first:
                    yield term, entry

    def _block_of(self, term: bytes) -> int:
        if not self._first_terms:
            self._first_terms = [
                next(self._entries(number))[0] for number in range(len(self._blocks))
            ]
        return bisect_right(self._first_terms, term) - 1

    def _entries(self, number: int) -> Iterator[tuple[bytes, TermEntry]]:
        data = self._data
        at = self._blocks[number]
        end = self._blocks[number + 1] if number + 1 < len(self._blocks) else len(data)
        try:
            (start,), at = _numbers(data, at, 1)
            if at >= end:
                raise ValueError("the term dictionary is damaged")
            term = b""
            while at < end:
                (shared, length), at = _numbers(data, at, 2)
                if shared > len(term) or at + length > end:
                    raise ValueError("the term dictionary is damaged")
                term = term[:shared] + data[at : at + length]
                entry, at = _read_entry(data, at + length, start)
                start = entry.end
                yield term, entry
        except (IndexError, struct.error) as error:
            raise ValueError("the term dictionary is cut off") from error


def _read_entry(data: bytes, at: int, start: int) -> tuple[TermEntry, int]:
    # If the weights are whole numbers, the entry is a row of varints, read in one call.
    numbers, end = terms.numbers(data, at, _INFO_NUMBERS)
    weight: float
    max_weight: float
    if len(numbers) == _INFO_NUMBERS and numbers[1] == 0:
        df, _, weight, max_weight, min_length, more_length, min_doc, more_doc, size = numbers
    else:
        (df, kind), at = _numbers(data, at, 2)
        if kind != 1:
            raise ValueError("the term dictionary is damaged")
        weight, max_weight = _FLOATS.unpack_from(data, at)
        numbers, end = _numbers(data, at + _FLOATS.size, 5)
        min_length, more_length, min_doc, more_doc, size = numbers
    entry = TermEntry(
        df,
        float(weight),
        float(max_weight),
        min_length,
        min_length + more_length,
        min_doc,
        min_doc + more_doc,
        start,
        start + size,
    )
    return entry, end


def _numbers(data: bytes, at: int, count: int) -> tuple[list[int], int]:
    numbers, end = terms.numbers(data, at, count)
    if len(numbers) < count:
        raise ValueError("the term dictionary is cut off, or damaged")
    return numbers, end
