"""Compare keys of bytes, in plain Python; byte_keys.pxd has the same functions compiled."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["compare_keys", "shared_length"]


def shared_length(
    data: Sequence[int], at: int, length: int, key: Sequence[int], start: int, end: int
) -> int:
    """Return how many of the ``length`` bytes at ``at`` equal those of ``key[start:end]``."""
    i = 0
    while i < length and start + i < end and data[at + i] == key[start + i]:
        i += 1
    return i


def compare_keys(keys: Sequence[int], i: int, i_end: int, j: int, j_end: int) -> int:
    """Compare ``keys[i:i_end]`` with ``keys[j:j_end]``: -1 if it is less, 0 if equal, 1 if more."""
    while i < i_end and j < j_end:
        if keys[i] != keys[j]:
            return -1 if keys[i] < keys[j] else 1
        i += 1
        j += 1
    if j < j_end:
        return -1
    return 1 if i < i_end else 0
