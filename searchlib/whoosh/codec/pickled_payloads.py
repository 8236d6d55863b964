"""Converts the payloads of the most frequent formats with a kernel.

For formats and values that the kernel does not know, payloads.py does the same in Python.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import Any

from whoosh import formats

from searchlib.kernels.whoosh import pickled

__all__ = ["joined_payloads", "payload_positions", "pickled_value"]


def joined_payloads(format_: Any, values: Sequence[bytes]) -> tuple[bytes, array[int]] | None:
    """Return the concatenated payloads of ``values``, with their sizes.

    Return None if the kernel does not know the format or one of the values.
    """
    width = _widths().get(type(format_))
    if width is None:
        return None
    joined = b"".join(values)
    if len(joined) >= 1 << 32:
        return None
    sizes = array("I", bytes(4 * len(values)))
    ends = array("I", accumulate(map(len, values)))
    data = pickled.payloads(joined, ends, width, sizes)
    return None if data is None else (data, sizes)


def pickled_value(format_: Any, payload: bytes) -> bytes | None:
    """Return the value for a payload of positions; None if the kernel does not know the format."""
    width = _widths().get(type(format_))
    return pickled.value(payload, width) if width else None


def payload_positions(format_: Any, payload: bytes) -> list[int] | None:
    """Return the positions in a payload; None if the kernel does not know the format."""
    width = _widths().get(type(format_))
    return pickled.positions(payload, width) if width else None


@cache
def _widths() -> dict[type, int]:
    """Return the number of columns of a row for each format that the kernel knows."""
    widths = {formats.Frequency: 0}
    for format_, row in ((formats.Positions(), [255]), (formats.Characters(), [-1, 256, 65536])):
        # Use the kernel only if this Python pickles as the kernel does. 257 rows cover numbers
        # that do not fit into one byte.
        rows = [row[0] if len(row) == 1 else (*row,) for _ in range(257)]
        value = format_.encode(rows)
        payload = pickled.payloads(value, array("I", [len(value)]), len(row), array("I", [0]))
        if payload is not None and pickled.value(payload, len(row)) == value:
            widths[type(format_)] = len(row)
    return widths
