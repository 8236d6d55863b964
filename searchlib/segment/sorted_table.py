"""Tables of sorted keys with two numbers each, in blocks of 16: terms, words, metadata values.

    table  = block*
    block  = entry*                    16 of them; fewer in the last block
    entry  = shared(varint) length(varint) suffix first(varint) second(varint)

A key consists of the first ``shared`` bytes of the previous key (0 for the first key of a block)
and the suffix. Keys are sorted by their bytes. segment.py defines the numbers. The offsets of the
blocks, ``u32`` each, are in a section of their own. For example the keys "horse" with 7 and 0, and
"horses" with 9 and 1:

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
"""Maximum number of entries of the first part, so that a look-up of a few words decodes little."""

_MAX_ENTRIES: Final = 4096
"""Maximum number of entries per part, to bound memory. A part consists of whole blocks."""

_MAX_BYTES: Final = 0xFFFFFFFF
"""Maximum size of a table: the offsets of its blocks have 32 bits."""


class Entries(NamedTuple):
    """Entries of a table: the keys without separators, the end of each, and their two numbers."""

    keys: bytes
    ends: array[int]
    firsts: array[int]
    seconds: array[int]

    def cut(self) -> Iterator[Entries]:
        """Yield the same entries in parts of whole blocks."""
        for at in range(0, len(self.ends), _MAX_ENTRIES):
            start = self.ends[at - 1] if at else 0
            ends = self.ends[at : at + _MAX_ENTRIES]
            yield Entries(
                self.keys[start : ends[-1]],
                array("Q", map((-start).__add__, ends)),
                self.firsts[at : at + _MAX_ENTRIES],
                self.seconds[at : at + _MAX_ENTRIES],
            )


def write_table(file: ContainerWriter, name: str, parts: Iterable[Entries]) -> None:
    """Write a table as the sections ``name`` and ``name.blocks``.

    The keys must strictly increase. All parts but the last must consist of whole blocks.
    """
    blocks = array("I")

    def encoded() -> Iterator[Bytes]:
        size, last_key = 0, None
        for part in parts:
            if not len(part.ends):
                continue
            data, starts = sorted_keys.encode(*part)
            if size + len(data) > _MAX_BYTES or (
                last_key is not None and last_key >= part.keys[: part.ends[0]]
            ):
                raise ValueError("keys must strictly increase, and a table has at most 4 GB")
            blocks.extend(array("I", map(size.__add__, starts)))
            last_key = part.keys[part.ends[-2] if len(part.ends) > 1 else 0 :]
            size += len(data)
            yield data

    file.section(name, encoded())
    file.section(f"{name}.blocks", [little_endian(blocks)])


class SortedTable:
    """A table in a file. Raises ValueError if its bytes are damaged."""

    def __init__(self, container: Container, name: str) -> None:
        self._data: Bytes = container.section(name)
        self._blocks = numbers_of(container.section(f"{name}.blocks"), "I")

    def find(self, key: bytes) -> tuple[int, int] | None:
        """Return the two numbers of ``key``, or None. Logarithmic in the number of keys."""
        first, second, _ = sorted_keys.find(self._data, self._blocks, key)  # type: ignore[arg-type]
        return None if first < 0 else (first, second)

    def find_all(self, keys: Sequence[bytes]) -> array[int]:
        """Return first << 32 | second of each entry whose key up to its zero byte is in ``keys``.

        ``keys`` must strictly increase and contain no zero byte. Costs 100 ns per key if the keys
        are neighbours.
        """
        joined, ends = b"".join(keys), array("Q", accumulate(map(len, keys)))
        room = len(keys)
        while True:
            count, numbers = sorted_keys.find_all(
                self._data,  # type: ignore[arg-type]
                self._blocks,
                joined,
                ends,
                room,
            )
            if count <= room:
                return numbers
            room = count

    def matching(self, pattern: WordPattern) -> tuple[list[str], array[int]]:
        """Return the keys that ``pattern`` matches, in order, and the numbers of each.

        Keys are matched and returned up to their first zero byte, so a key can be returned more
        than once, one after the other. The numbers have the format of find_all. Reads only the
        blocks that may contain a match, at a few ns per byte.
        """
        keys, numbers = word_patterns.match(
            self._data,  # type: ignore[arg-type]
            self._blocks,
            pattern,
        )
        return keys.decode().split("\0")[:-1], numbers

    def entries(self, start: bytes = b"") -> Iterator[tuple[bytes, int, int]]:
        """Yield (key, first, second) in order, from ``start`` on."""
        for keys, ends, firsts, seconds in self.parts(start):
            begin = 0
            for end, first, second in zip(ends, firsts, seconds, strict=True):
                key = keys[begin:end]
                begin = end
                if key >= start:
                    yield key, first, second

    def parts(self, start: bytes = b"") -> Iterator[Entries]:
        """Yield the entries in parts, from the block on in which ``start`` is or would be."""
        if not len(self._blocks):
            return
        _, _, block = sorted_keys.find(self._data, self._blocks, start)  # type: ignore[arg-type]
        at, max_entries = self._blocks[block], _FIRST_ENTRIES
        data: Any = self._data
        while at < len(data):
            keys, ends, firsts, seconds, at = sorted_keys.decode(data, at, max_entries)
            yield Entries(keys, ends, firsts, seconds)
            max_entries = _MAX_ENTRIES


def key_of(text: str) -> bytes:
    """Return the key of ``text`` in a table."""
    # No term has a lone surrogate, but a caller may look one up.
    return text.encode(errors="surrogatepass")


def distinct(key_lists: Iterable[Iterable[bytes]]) -> Iterator[str]:
    """Yield the keys of several sorted lists, each once, in order."""
    previous = None
    for key in heapq.merge(*key_lists):
        if key != previous:
            # Keys are UTF-8. An invalid key shows damage, and is decoded to U+FFFD.
            yield key.decode(errors="replace")
            previous = key
