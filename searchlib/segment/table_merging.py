"""Several sorted tables as one, a part at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from operator import sub
from typing import NamedTuple

from searchlib.kernels.segment import table_merging
from searchlib.segment.sorted_table import Entries, SortedTable

__all__ = ["Interleaved", "interleave"]

_NOTHING = Entries(b"", array("Q"), array("Q"), array("Q"))


class Interleaved(NamedTuple):
    """Some keys in order, each once: joined, where each ends, and how many tables have it.

    Then for each table that has it, in order, the table and the two numbers there; and how many
    entries of each table these are.
    """

    keys: bytes
    ends: array[int]
    having: array[int]
    tables: array[int]
    firsts: array[int]
    seconds: array[int]
    taken: array[int]


def interleave(tables: Sequence[SortedTable]) -> Iterator[Interleaved]:
    """Return the keys of all tables. Some thousands of entries of each are in memory."""
    streams = [table.parts() for table in tables]
    parts = [next(stream, None) for stream in streams]
    following = [next(stream, None) for stream in streams]
    taken = array("Q", [0]) * len(tables)
    while any(parts):
        before = taken[:]
        pending = [part or _NOTHING for part in parts]
        found = table_merging.interleaved(
            b"".join(part.keys for part in pending),
            _joined(part.ends for part in pending),
            _joined(part.firsts for part in pending),
            _joined(part.seconds for part in pending),
            array("Q", [len(part.ends) for part in pending]),
            array("Q", [len(part.keys) for part in pending]),
            taken,
            bytes(part is not None for part in following),
        )
        yield Interleaved(*found, array("Q", map(sub, taken, before)))
        for table, part in enumerate(parts):
            if part and taken[table] == len(part.ends):
                parts[table], following[table] = following[table], next(streams[table], None)
                taken[table] = 0


def _joined(columns: Iterable[array[int]]) -> array[int]:
    joined = array("Q")
    for column in columns:
        joined += column
    return joined
