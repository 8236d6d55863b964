"""Occurrences of words as numbers, in plain Python; occurrences.pxd has the same compiled.

An occurrence is one number of 64 bits: ``document << 32 | field << 30 | position``. So occurrences
are in the order of documents, fields and positions, and the next word of a field has the next
number. Fields are numbered from 0, headline first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

__all__ = ["LAST_POSITION", "field_end", "field_start", "first_from", "next_from", "position_of"]

LAST_POSITION: Final = 0x3FFFFFFF
"""Maximum position of a word in its field: 2**30 - 1. No record has as many words."""


def position_of(occurrence: int) -> int:
    """Return the position of an occurrence in its field."""
    return occurrence & LAST_POSITION


def field_start(occurrence: int) -> int:
    """Return the lowest occurrence that the field of ``occurrence`` can have."""
    return (occurrence >> 30) << 30


def field_end(occurrence: int) -> int:
    """Return the highest occurrence that the field of ``occurrence`` can have."""
    return occurrence | LAST_POSITION


def first_from(occurrences: Sequence[int], low: int, high: int, occurrence: int) -> int:
    """Return the index of ``occurrence``, or of the first later one, from ``low`` on.

    Return ``high`` if there is none before that index. The 64 next ones are looked at eight at a
    time, with a branch for eight only. What is farther away costs the logarithm of how far.
    """
    step = 64
    if low + step < high and occurrences[low + step] < occurrence:
        while low + step < high and occurrences[low + step] < occurrence:
            low += step
            step *= 2
        high = min(high, low + step + 1)
        while low < high:
            middle = (low + high) >> 1
            if occurrences[middle] < occurrence:
                low = middle + 1
            else:
                high = middle
        return low
    while low + 8 <= high:
        if occurrences[low + 7] >= occurrence:
            step = low
            for i in range(7):
                low += occurrences[step + i] < occurrence
            return low
        low += 8
    while low < high and occurrences[low] < occurrence:
        low += 1
    return low


def next_from(occurrences: Sequence[int], low: int, high: int, occurrence: int) -> int:
    """Return what first_from does, by steps that double from 1.

    It is faster if the index is most often ``low`` or the next one, slower if it is some 10 away.
    """
    step = 1
    while low + step < high and occurrences[low + step] < occurrence:
        low += step
        step *= 2
    high = min(high, low + step + 1)
    while low < high:
        middle = (low + high) >> 1
        if occurrences[middle] < occurrence:
            low = middle + 1
        else:
            high = middle
    return low
