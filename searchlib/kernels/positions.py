"""Word positions: their bytes, and which of them stand side by side.

A list of positions (strictly increasing, below 2**32) is written as the gaps between them, each
as a variable-length integer: seven bits a byte, the low ones first, the high bit set on every
byte but the last. Positions 3, 4 and 200 are the gaps 3, 1 and 196, the bytes 03 01 C4 01.
"""

from array import array

import cython

__all__ = ["decode", "encode", "following", "merged"]


def encode(positions: cython.uint[::1]) -> bytes:
    """Give the bytes of ``positions``. Raises ValueError unless they strictly increase."""
    i: cython.Py_ssize_t
    n: cython.Py_ssize_t = 0
    count: cython.Py_ssize_t = len(positions)
    gap: cython.uint
    previous: cython.uint = 0
    sorted_: cython.bint = True
    buffer = bytearray(5 * count)
    if count == 0:
        return b""
    out: cython.uchar[::1] = buffer
    with cython.nogil:
        for i in range(count):
            if i > 0 and positions[i] <= previous:
                sorted_ = False
                break
            gap = positions[i] - previous
            previous = positions[i]
            while gap >= 128:
                out[n] = (gap & 127) | 128
                gap >>= 7
                n += 1
            out[n] = gap
            n += 1
    if not sorted_:
        raise ValueError("positions must strictly increase")
    return bytes(buffer[:n])


def decode(data: bytes):
    """Give the positions that ``data`` holds as ``array('I')``.

    Raises ValueError for bytes that encode never wrote: a number that is cut off or too large, a
    position that does not increase.
    """
    i: cython.Py_ssize_t
    n: cython.Py_ssize_t = 0
    size: cython.Py_ssize_t = len(data)
    shift: cython.int = 0
    byte: cython.ulonglong
    gap: cython.ulonglong = 0
    position: cython.ulonglong = 0
    highest: cython.ulonglong = 4294967295
    good: cython.bint = True
    positions = array("I", bytes(4 * size))
    if size == 0:
        return positions
    view: cython.const[cython.uchar][::1] = data
    out: cython.uint[::1] = positions
    with cython.nogil:
        for i in range(size):
            byte = view[i]
            gap |= (byte & 127) << shift
            if byte & 128:
                shift += 7
                if shift > 28:
                    good = False
                    break
                continue
            position += gap
            if position > highest or (n > 0 and gap == 0):
                good = False
                break
            out[n] = cython.cast(cython.uint, position)
            n += 1
            gap = 0
            shift = 0
    if not good or shift != 0:
        raise ValueError("the positions are damaged")
    return positions[:n]


def following(left: cython.uint[::1], right: cython.uint[::1]):
    """Give the positions of ``right`` that come directly after one of ``left``."""
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t
    n: cython.Py_ssize_t = 0
    left_count: cython.Py_ssize_t = len(left)
    right_count: cython.Py_ssize_t = len(right)
    positions = array("I", bytes(4 * right_count))
    if right_count == 0:
        return positions
    out: cython.uint[::1] = positions
    with cython.nogil:
        for j in range(right_count):
            if right[j] == 0:
                continue
            while i < left_count and left[i] < right[j] - 1:
                i += 1
            if i == left_count:
                break
            if left[i] == right[j] - 1:
                out[n] = right[j]
                n += 1
    return positions[:n]


def merged(left: cython.uint[::1], right: cython.uint[::1]):
    """Give the positions of either list, each once, in order."""
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    n: cython.Py_ssize_t = 0
    left_count: cython.Py_ssize_t = len(left)
    right_count: cython.Py_ssize_t = len(right)
    positions = array("I", bytes(4 * (left_count + right_count)))
    if left_count + right_count == 0:
        return positions
    out: cython.uint[::1] = positions
    with cython.nogil:
        while i < left_count and j < right_count:
            if left[i] < right[j]:
                out[n] = left[i]
                i += 1
            elif left[i] > right[j]:
                out[n] = right[j]
                j += 1
            else:
                out[n] = left[i]
                i += 1
                j += 1
            n += 1
        while i < left_count:
            out[n] = left[i]
            i += 1
            n += 1
        while j < right_count:
            out[n] = right[j]
            j += 1
            n += 1
    return positions[:n]
