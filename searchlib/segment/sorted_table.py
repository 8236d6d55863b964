"""Sorted keys, each with two numbers, in blocks of 16: terms, words and metadata values.

    table  = block*
    block  = entry*                    16 of them; fewer in the last block
    entry  = shared(varint) length(varint) suffix first(varint) second(varint)

A key is the first ``shared`` bytes of the one before it (0 for the first of a block) and the
suffix. Keys are bytes, and in their order; what the numbers mean stands in segment.py.
Beside a table stand the offsets of its blocks, ``u32`` each. For example the keys "horse" with 7
and 0, and "horses" with 9 and 1:

    00 05 68 6F 72 73 65 07 00   05 01 73 09 01
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple

from searchlib.files.container import Bytes, Container, little_endian
from searchlib.files.container_writing import ContainerWriter
from searchlib.files.views import numbers_of
from searchlib.kernels.segment import sorted_keys, word_patterns
from searchlib.segment.word_patterns import WordPattern

__all__ = ["Entries", "SortedTable", "distinct", "key_of", "write_table"]

_FIRST_ENTRIES: Final = 64
"""What is decoded at once, in whole blocks: little where a few words are looked for."""
_MOST_ENTRIES: Final = 4096
_MOST_BYTES: Final = 0xFFFFFFFF


class Entries(NamedTuple):
    """Some entries of a table: the keys joined, where each ends, and their two numbers."""

    keys: bytes
    ends: array[int]
    firsts: array[int]
    seconds: array[int]

    def cut(self) -> Iterator[Entries]:
        """Return the same a part at a time, whole blocks each."""
        for at in range(0, len(self.ends), _MOST_ENTRIES):
            start = self.ends[at - 1] if at else 0
            ends = self.ends[at : at + _MOST_ENTRIES]
            yield Entries(
                self.keys[start : ends[-1]],
                array("Q", map((-start).__add__, ends)),
                self.firsts[at : at + _MOST_ENTRIES],
                self.seconds[at : at + _MOST_ENTRIES],
            )


def write_table(file: ContainerWriter, name: str, parts: Iterable[Entries]) -> None:
    """Write a table as the sections ``name`` and ``name.blocks``.

    The keys strictly increase. All parts but the last are of whole blocks.
    """
    blocks = array("I")

    def encoded() -> Iterator[Bytes]:
        size, before = 0, None
        for part in parts:
            if not len(part.ends):
                continue
            data, starts = sorted_keys.encode(*part)
            last = part.keys[part.ends[-2] if len(part.ends) > 1 else 0 :]
            if size + len(data) > _MOST_BYTES or (
                before is not None and before >= part.keys[: part.ends[0]]
            ):
                raise ValueError("keys must strictly increase, a table has 4 GB")
            blocks.extend(array("I", map(size.__add__, starts)))
            before = last
            size += len(data)
            yield data

    file.section(name, encoded())
    file.section(f"{name}.blocks", [little_endian(blocks)])


class SortedTable:
    """A table of a file. Raises ValueError for bytes that no table has."""

    def __init__(self, container: Container, name: str) -> None:
        self._data: Bytes = container.section(name)
        self._blocks = numbers_of(container.section(f"{name}.blocks"), "I")

    def find(self, key: bytes) -> tuple[int, int] | None:
        """Return the numbers of ``key``, or None. Logarithmic."""
        first, second, _ = sorted_keys.find(self._data, self._blocks, key)  # type: ignore[arg-type]
        return None if first < 0 else (first, second)

    def find_all(self, keys: Sequence[bytes]) -> array[int]:
        """Return the numbers of the entries that are one of ``keys`` up to their first zero.

        Both as one: first << 32 | second. The keys have no zero and strictly increase. Costs 100 ns
        each where they are neighbours.
        """
        joined, ends = b"".join(keys), array("Q", accumulate(map(len, keys)))
        room = len(keys)
        while True:
            count, places = sorted_keys.find_all(
                self._data,  # type: ignore[arg-type]
                self._blocks,
                joined,
                ends,
                room,
            )
            if count <= room:
                return places
            room = count

    def matching(self, pattern: WordPattern) -> tuple[list[str], array[int]]:
        """Return the keys that ``pattern`` matches up to their first zero, in order, with numbers.

        The keys end before that zero; two that have the same before it stand side by side. The
        numbers are as find_all gives them. Reads what may match only, a few ns a byte.
        """
        keys, places = word_patterns.match(
            self._data,  # type: ignore[arg-type]
            self._blocks,
            pattern,
        )
        return keys.decode().split("\0")[:-1], places

    def entries(self, start: bytes = b"") -> Iterator[tuple[bytes, int, int]]:
        """Return the keys from ``start`` on, in order, with their numbers."""
        for keys, ends, firsts, seconds in self.parts(start):
            begin = 0
            for end, first, second in zip(ends, firsts, seconds, strict=True):
                key = keys[begin:end]
                begin = end
                if key >= start:
                    yield key, first, second

    def parts(self, start: bytes = b"") -> Iterator[Entries]:
        """Return all entries from the block on that ``start`` is in, or would be."""
        if not len(self._blocks):
            return
        _, _, block = sorted_keys.find(self._data, self._blocks, start)  # type: ignore[arg-type]
        at, most = self._blocks[block], _FIRST_ENTRIES
        data: Any = self._data
        while at < len(data):
            keys, ends, firsts, seconds, at = sorted_keys.decode(data, at, most)
            yield Entries(keys, ends, firsts, seconds)
            most = _MOST_ENTRIES


def key_of(text: str) -> bytes:
    """Return the key that ``text`` has in a table."""
    # No term has a lone surrogate, but somebody may ask for one.
    return text.encode(errors="surrogatepass")


def distinct(found: Iterable[Iterable[bytes]]) -> Iterator[str]:
    """Return the keys of several tables, each once, in order."""
    previous = None
    for key in heapq.merge(*found):
        if key != previous:
            # Code points sort as UTF-8 does; what is no UTF-8 is damage, and seen as such.
            yield key.decode(errors="replace")
            previous = key
