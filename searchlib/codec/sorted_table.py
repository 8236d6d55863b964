"""Sorted keys, each with two numbers, in blocks of 16: terms, words and metadata values.

    table  = block*
    block  = entry*                    16 of them; fewer in the last block
    entry  = shared(varint) length(varint) suffix first(varint) second(varint)

A key is the first ``shared`` bytes of the one before it (0 for the first of a block) and the
suffix. Keys are bytes, and in their order; what the numbers mean stands in article_segment.py.
Beside a table stand the offsets of its blocks, ``u32`` each. For example the keys "horse" with 7
and 0, and "horses" with 9 and 1:

    00 05 68 6F 72 73 65 07 00   05 01 73 09 01
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any, Final

from searchlib.codec.container import Bytes, Container, ContainerWriter, little_endian
from searchlib.codec.views import numbers_of
from searchlib.kernels import sorted_keys

__all__ = ["SortedTable", "write_table"]

_FIRST_ENTRIES: Final = 64
"""What is decoded at once, in whole blocks: little where a few words are looked for."""
_MOST_ENTRIES: Final = 4096


def write_table(
    file: ContainerWriter,
    name: str,
    keys: bytes | bytearray,
    ends: array[int],
    firsts: array[int],
    seconds: array[int],
) -> None:
    """Write a table as the sections ``name`` and ``name.blocks``.

    ``keys`` has the keys one behind the other, ``ends`` where each ends. They strictly increase.
    """
    data, blocks = sorted_keys.encode(keys, ends, firsts, seconds)
    file.section(name, [data])
    file.section(f"{name}.blocks", [little_endian(blocks)])


class SortedTable:
    """A table of a file. Raises ValueError for bytes that no table has."""

    def __init__(self, container: Container, name: str) -> None:
        self._data: Bytes = container.section(name)
        self._blocks = numbers_of(container.section(f"{name}.blocks"), "I")

    def find(self, key: bytes) -> tuple[int, int] | None:
        """Give the numbers of ``key``, or None. Logarithmic."""
        first, second, _ = sorted_keys.find(self._data, self._blocks, key)  # type: ignore[arg-type]
        return None if first < 0 else (first, second)

    def entries(self, start: bytes = b"") -> Iterator[tuple[bytes, int, int]]:
        """Give the keys from ``start`` on, in order, with their numbers."""
        if not len(self._blocks):
            return
        _, _, block = sorted_keys.find(self._data, self._blocks, start)  # type: ignore[arg-type]
        at, most = self._blocks[block], _FIRST_ENTRIES
        data: Any = self._data
        while at < len(data):
            keys, ends, firsts, seconds, at = sorted_keys.decode(data, at, most)
            begin = 0
            for end, first, second in zip(ends, firsts, seconds, strict=True):
                key = keys[begin:end]
                begin = end
                if key >= start:
                    yield key, first, second
            most = _MOST_ENTRIES
