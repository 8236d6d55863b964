"""Characters that stand in no word, in plain Python; separators.pxd has them compiled."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["is_space", "wide_separator"]


def is_space(byte: int) -> bool:
    """Tell whether Python takes an ASCII character for white space.

    These are the white space of Unicode and the four separators U+001C to U+001F.
    """
    return byte == 32 or 9 <= byte <= 13 or 28 <= byte <= 31


def wide_separator(data: Sequence[int], at: int, end: int) -> int:
    """Return how many bytes a character beyond ASCII takes that stands in no word; else 0.

    These are the no-break space and angle quotes; U+2010 to U+2027 (dashes, curly quotes, ...)
    without the apostrophe U+2019; the ideographic comma and full stop. All of them end every
    look-around of the tokenizer's regular expression.
    """
    first = data[at]
    if first == 0xC2:
        if at + 1 < end and (data[at + 1] == 0xA0 or data[at + 1] == 0xAB or data[at + 1] == 0xBB):
            return 2
    elif at + 2 < end and data[at + 1] == 0x80:
        if first == 0xE2 and 0x90 <= data[at + 2] <= 0xA7 and data[at + 2] != 0x99:
            return 3
        if first == 0xE3 and (data[at + 2] == 0x81 or data[at + 2] == 0x82):
            return 3
    return 0
