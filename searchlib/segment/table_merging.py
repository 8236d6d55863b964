"""Merge sorted tables, a part at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from operator import sub
from typing import NamedTuple

from searchlib.kernels.segment import table_merging
from searchlib.segment.sorted_table import Entries, SortedTable

__all__ = ["Interleaved", "interleave"]

_NO_ENTRIES = Entries(b"", array("Q"), array("Q"), array("Q"))


class Interleaved(NamedTuple):
    """Keys in order, each once: without separators, with their ``ends``.

    ``having`` holds the number of tables that have each key. ``tables``, ``firsts`` and ``seconds``
    hold for each key and each of these tables, in order, the table and the two numbers there.
    ``taken`` holds the number of entries that come from each table.
    """

    keys: bytes
    ends: array[int]
    having: array[int]
    tables: array[int]
    firsts: array[int]
    seconds: array[int]
    taken: array[int]


def interleave(tables: Sequence[SortedTable]) -> Iterator[Interleaved]:
    """Yield the keys of all tables. A few thousand entries of each table are in memory."""
    streams = [table.parts() for table in tables]
    parts = [next(stream, None) for stream in streams]
    next_parts = [next(stream, None) for stream in streams]
    taken = array("Q", [0]) * len(tables)
    while any(parts):
        before = taken[:]
        pending = [part or _NO_ENTRIES for part in parts]
        merged = table_merging.interleaved(
            b"".join(part.keys for part in pending),
            _concatenated(part.ends for part in pending),
            _concatenated(part.firsts for part in pending),
            _concatenated(part.seconds for part in pending),
            array("Q", [len(part.ends) for part in pending]),
            array("Q", [len(part.keys) for part in pending]),
            taken,
            bytes(part is not None for part in next_parts),
        )
        yield Interleaved(*merged, array("Q", map(sub, taken, before)))
        for table, part in enumerate(parts):
            if part and taken[table] == len(part.ends):
                parts[table], next_parts[table] = next_parts[table], next(streams[table], None)
                taken[table] = 0


def _concatenated(columns: Iterable[array[int]]) -> array[int]:
    concatenated = array("Q")
    for column in columns:
        concatenated += column
    return concatenated
