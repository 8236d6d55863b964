"""Numbers in a file, seen without copying them."""

from __future__ import annotations

from array import array
from sys import byteorder
from typing import Literal

from searchlib.files.container import Bytes

__all__ = ["numbers_of"]


def numbers_of(data: Bytes, typecode: Literal["I", "q", "Q"]) -> memoryview[int]:
    """Return little-endian numbers as a memoryview; a copy on a machine that is big-endian.

    Raises ValueError for bytes that are no whole number of them.
    """
    if len(data) % array(typecode).itemsize:
        raise ValueError("a section is cut off")
    if byteorder == "little":
        return memoryview(data).cast(typecode)
    numbers = array(typecode, bytes(data))
    numbers.byteswap()
    return memoryview(numbers)
