"""Whole numbers in as few bytes as they need: seven bits a byte, the low ones first.

The high bit is set on every byte but the last: 300 is AC 02. A signed number is folded first, so
that small ones stay small: 0, -1, 1, -2 become 0, 1, 2, 3.
"""

from __future__ import annotations

__all__ = ["read_varint", "signed", "write_signed", "write_varint"]

_MAX_SHIFT = 63
_HIGHEST = (1 << 64) - 1


def write_varint(number: int, out: bytearray) -> None:
    """Append ``number``, which is not negative."""
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def write_signed(number: int, out: bytearray) -> None:
    """Append ``number``, folded."""
    write_varint(number << 1 if number >= 0 else (-number << 1) - 1, out)


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number at ``at``, and where the next one begins.

    Raises ValueError where the bytes end within it, or go on for more than 64 bits.
    """
    number = shift = 0
    while at < len(data):
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128 and number <= _HIGHEST:
            return number, at
        shift += 7
        if shift > _MAX_SHIFT:
            break
    raise ValueError("a number is damaged")


def signed(number: int) -> int:
    """Return the number that was folded into ``number``."""
    return number >> 1 if number & 1 == 0 else -((number + 1) >> 1)
