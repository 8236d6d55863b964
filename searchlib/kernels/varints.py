"""Read and write varints in plain Python; varints.pxd has the same functions compiled.

A varint has seven bits of a number in each byte, the low ones first. The high bit is set on every
byte but the last.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

__all__ = ["LONG_VARINT", "SHORT_VARINT", "after_varint", "put_varint", "read_varint"]

SHORT_VARINT = 35
"""Maximum bits of a number of 32 bits as a varint: five bytes."""

LONG_VARINT = 63
"""Maximum bits of any other number: nine bytes, so that it is not negative as a signed one."""


def read_varint(data: Sequence[int], at: int, end: int, bits: int) -> int:
    """Return the number at ``at``.

    Return -1 if the number is cut off at ``end``, or takes more bytes than ``bits`` fill, which is
    SHORT_VARINT or LONG_VARINT.
    """
    number = 0
    shift = 0
    while at < end and shift < bits:
        byte = data[at]
        number |= (byte & 127) << shift
        if byte < 128:
            return number
        at += 1
        shift += 7
    return -1


def after_varint(data: Sequence[int], at: int, end: int) -> int:
    """Return where the number at ``at`` ends; above ``end`` if it is cut off."""
    while at < end and data[at] >= 128:
        at += 1
    return at + 1


def put_varint(out: MutableSequence[int], at: int, number: int) -> int:
    """Write ``number``, of at most 64 bits, at ``at``. Return where it ends (10 bytes at most)."""
    while number >= 128:
        out[at] = (number & 127) | 128
        number >>= 7
        at += 1
    out[at] = number
    return at + 1
