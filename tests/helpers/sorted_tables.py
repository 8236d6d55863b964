"""Tables of sorted keys, and damage to them, for the tests of their readers."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate

from hypothesis import strategies as st


def encoded(load, keys: Sequence[bytes], firsts: Iterable[int], seconds: Iterable[int]):
    """Return a table as bytes, and where its blocks begin."""
    ends = array("Q", accumulate(map(len, keys)))
    return load("sorted_keys").encode(b"".join(keys), ends, array("Q", firsts), array("Q", seconds))


damages = st.tuples(
    st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=4),
    st.none() | st.tuples(st.integers(0), st.integers(0, 2**32 - 1) | st.integers(0, 99)),
    st.none() | st.integers(0),
)
"""Changed bytes, perhaps one changed start of a block, and perhaps a length to cut the table to."""


def damage(data: bytearray, blocks: array, how) -> None:
    """Change a table in place by one example of ``damages``."""
    changes, block, cut = how
    for at, byte in changes if data else ():
        data[at % len(data)] = byte
    if block and blocks:
        blocks[block[0] % len(blocks)] = block[1]
    if cut is not None:
        del data[cut % (len(data) + 1) :]
