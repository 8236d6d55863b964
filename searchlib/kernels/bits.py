"""Read numbers of any width in bits, in plain Python; bits.pxd has the same functions compiled."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["bit_width", "read_bits"]


def read_bits(words: Sequence[int], bit: int, width: int) -> int:
    """Return the number of ``width`` bits (0 to 32) that begins at ``bit``.

    ``words`` are numbers of 64 bits. The lowest bit of the first one is bit 0. The caller checks
    that the number ends before the last word.
    """
    at = bit >> 6
    shift = bit & 63
    number = words[at] >> shift
    if shift + width > 64:
        number |= words[at + 1] << (64 - shift)
    return number & ((1 << width) - 1)


def bit_width(number: int) -> int:
    """Return how many bits ``number`` takes, which is not negative: 0 for 0, 2 for 2 and 3."""
    width = 0
    while number > 0:
        number >>= 1
        width += 1
    return width
