"""The values of Whoosh's posting formats to payloads and back.

whoosh/codec/payloads.py describes both.

A value is what Whoosh packs of a frequency (``width`` 0), or pickles of positions (1) or of
positions with characters (3). Only the bytes that CPython's pickler writes for lists of up to 1000
rows of numbers of 32 bits are known here: None stands for anything else.
"""

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.varints import put_varint
else:
    from searchlib.kernels.varints import put_varint

__all__ = ["payloads", "positions", "value"]

_MOST_ROWS = cython.declare(cython.longlong, 1000)  # of more the pickler makes several batches
_HIGHEST = cython.declare(cython.longlong, 0x7FFFFFFF)
_NONE = cython.declare(cython.longlong, 1 << 40)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _number(
    data: cython.const[cython.uchar][::1], at: cython.Py_ssize_t, end: cython.Py_ssize_t
) -> cython.longlong:
    """Return the number that is pickled at ``at`` in the shortest way, or _NONE."""
    number: cython.longlong
    if end - at >= 2 and data[at] == 0x4B:
        return data[at + 1]
    if end - at >= 3 and data[at] == 0x4D:
        number = data[at + 2]
        number = number << 8 | data[at + 1]
        return number if number > 0xFF else _NONE
    if end - at >= 5 and data[at] == 0x4A:
        number = data[at + 4]
        number = number << 8 | data[at + 3]
        number = number << 8 | data[at + 2]
        number = number << 8 | data[at + 1]
        if number > _HIGHEST:
            return number - 2 * _HIGHEST - 2
        return number if number > 0xFFFF else _NONE
    return _NONE


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _pickled_size(number: cython.longlong) -> cython.Py_ssize_t:
    if number < 0 or number > 0xFFFF:
        return 5
    return 2 if number <= 0xFF else 3


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _memo_size(
    data: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    place: cython.longlong,
) -> cython.Py_ssize_t:
    """Return how long the note of a tuple in the pickler's memo is, or 0 if it is none."""
    if place <= 0xFF:
        return 2 if end - at >= 2 and data[at] == 0x71 and data[at + 1] == place else 0
    if (
        end - at >= 5
        and data[at] == 0x72
        and data[at + 1] == place & 0xFF
        and data[at + 2] == place >> 8
        and data[at + 3] == 0
        and data[at + 4] == 0
    ):
        return 5
    return 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _count(data: cython.const[cython.uchar][::1], at: cython.Py_ssize_t) -> cython.longlong:
    number: cython.longlong = data[at]
    number = number << 8 | data[at + 1]
    number = number << 8 | data[at + 2]
    return number << 8 | data[at + 3]


def payloads(
    data: cython.const[cython.uchar][::1],
    ends: cython.const[cython.uint][::1],
    width: cython.Py_ssize_t,
    sizes: cython.uint[::1],
):
    """Return the payloads of values, one behind the other, or None for values of another form.

    The values are one behind the other too, and end at ``ends``. The size of each payload is put
    into ``sizes``. ``width`` is 0, 1 or 3. Raises ValueError for another one.
    """
    count: cython.Py_ssize_t = len(ends)
    total: cython.Py_ssize_t = len(data)
    i: cython.Py_ssize_t
    _column: cython.Py_ssize_t
    at: cython.Py_ssize_t = 0
    end: cython.Py_ssize_t
    n: cython.Py_ssize_t = 0
    first: cython.Py_ssize_t
    step: cython.Py_ssize_t
    rows: cython.longlong
    row: cython.longlong
    number: cython.longlong
    if width != 0 and width != 1 and width != 3:  # noqa: PLR1714  # a set is a Python object
        raise ValueError("there are one or three numbers in a row, or one frequency")
    good: cython.bint = len(sizes) == count
    # No number takes more bytes in a payload than it took before, but a frequency may take one.
    found = bytearray(total + count + 1)
    out: cython.uchar[::1] = found
    with cython.nogil:
        for i in range(count):
            end = ends[i]
            first = n
            if not good or end > total or end - at < 4:
                good = False
                break
            rows = _count(data, at)
            at += 4
            if width == 0:
                n = put_varint(out, n, rows)
            else:
                if (
                    rows > _MOST_ROWS
                    or end - at < 6
                    or data[at] != 0x80
                    or data[at + 1] != 2
                    or data[at + 2] != 0x5D
                    or data[at + 3] != 0x71
                    or data[at + 4] != 0
                ):
                    good = False
                    break
                at += 5
                if rows > 1:
                    good = data[at] == 0x28
                    at += 1
                for row in range(rows):
                    for _column in range(width):
                        number = _number(data, at, end)
                        if number == _NONE:
                            good = False
                            break
                        at += _pickled_size(number)
                        number = number << 1 if number >= 0 else (-number << 1) - 1
                        n = put_varint(out, n, number)
                    if good and width == 3:
                        good = at < end and data[at] == 0x87
                        at += 1
                        step = _memo_size(data, at, end, row + 1)
                        good = good and step > 0
                        at += step
                    if not good:
                        break
                if not good:
                    break
                if rows > 0:
                    good = at < end and data[at] == (0x61 if rows == 1 else 0x65)
                    at += 1
                good = good and at < end and data[at] == 0x2E
                at += 1
            if not good or at != end:
                good = False
                break
            sizes[i] = n - first
    if not good:
        return None
    return bytes(memoryview(found)[:n])


def value(payload: cython.const[cython.uchar][::1], width: cython.Py_ssize_t):
    """Return the value of a payload of positions, or None for one that payloads() never returns.

    ``width`` is 1 or 3. Raises ValueError for another one.
    """
    size: cython.Py_ssize_t = len(payload)
    i: cython.Py_ssize_t
    n: cython.Py_ssize_t = 0
    numbers: cython.longlong = 0
    rows: cython.longlong
    row: cython.longlong = 0
    column: cython.Py_ssize_t = 0
    number: cython.longlong = 0
    byte: cython.longlong
    shift: cython.int = 0
    if width != 1 and width != 3:  # noqa: PLR1714  # a set would be a Python object
        raise ValueError("there are one or three numbers in a row")
    for i in range(size):
        numbers += payload[i] < 128
    rows = numbers // width
    if rows * width != numbers or rows > _MOST_ROWS or (size > 0 and payload[size - 1] >= 128):
        return None
    found = bytearray(16 + 5 * numbers + 6 * rows)
    out: cython.uchar[::1] = found
    out[2] = rows >> 8
    out[3] = rows & 0xFF
    out[4] = 0x80
    out[5] = 2
    out[6] = 0x5D
    out[7] = 0x71
    n = 9
    if rows > 1:
        out[n] = 0x28
        n += 1
    for i in range(size):
        byte = payload[i]
        number |= (byte & 127) << shift
        if byte >= 128:
            shift += 7
            if shift > 28:
                return None
            continue
        shift = 0
        number = number >> 1 if number & 1 == 0 else -((number + 1) >> 1)
        if number > _HIGHEST or number < -_HIGHEST - 1:
            return None
        if number < 0 or number > 0xFFFF:
            out[n] = 0x4A
            out[n + 1] = number & 0xFF
            out[n + 2] = number >> 8 & 0xFF
            out[n + 3] = number >> 16 & 0xFF
            out[n + 4] = number >> 24 & 0xFF
            n += 5
        elif number > 0xFF:
            out[n] = 0x4D
            out[n + 1] = number & 0xFF
            out[n + 2] = number >> 8
            n += 3
        else:
            out[n] = 0x4B
            out[n + 1] = number
            n += 2
        number = 0
        column += 1
        if column < width:
            continue
        column = 0
        row += 1
        if width == 3:
            out[n] = 0x87
            if row <= 0xFF:
                out[n + 1] = 0x71
                out[n + 2] = row
                n += 3
            else:
                out[n + 1] = 0x72
                out[n + 2] = row & 0xFF
                out[n + 3] = row >> 8
                out[n + 4] = 0
                out[n + 5] = 0
                n += 6
    if rows > 0:
        out[n] = 0x61 if rows == 1 else 0x65
        n += 1
    out[n] = 0x2E
    return bytes(memoryview(found)[: n + 1])


def positions(payload: cython.const[cython.uchar][::1], width: cython.Py_ssize_t):
    """Return the positions of a payload as a list, or None for one that payloads() never returns.

    ``width`` is 1 or 3. Raises ValueError for another one.
    """
    size: cython.Py_ssize_t = len(payload)
    i: cython.Py_ssize_t
    column: cython.Py_ssize_t = 0
    number: cython.longlong = 0
    position: cython.longlong = 0
    byte: cython.longlong
    shift: cython.int = 0
    if width != 1 and width != 3:  # noqa: PLR1714  # as above
        raise ValueError("there are one or three numbers in a row")
    found = []
    for i in range(size):
        byte = payload[i]
        number |= (byte & 127) << shift
        if byte >= 128:
            shift += 7
            if shift > 28:
                return None
            continue
        if column == 0:
            position += number >> 1 if number & 1 == 0 else -((number + 1) >> 1)
            found.append(position)
        shift = 0
        number = 0
        column += 1
        if column == width:
            column = 0
    return found if column == 0 and shift == 0 else None
