"""Which occurrences of words stand side by side.

An occurrence is one number of 64 bits, a place: ``document << 32 | field << 30 | position``. So
places are in the order of documents, fields and positions, and the next word of a field has the
next place. The last position that a field may have is 2**30 - 1; no record has as many words.
"""

from array import array

import cython

__all__ = ["following", "merged"]

_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)
_POSITIONS = cython.declare(cython.longlong, 1 << 30)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _first_from(
    there: cython.const[cython.ulonglong][::1],
    low: cython.Py_ssize_t,
    high: cython.Py_ssize_t,
    place: cython.ulonglong,
) -> cython.Py_ssize_t:
    """Give the first index from ``low`` on, and before ``high``, of ``place`` or a later one.

    Eight at a time are passed over, and a branch is taken for eight only; what is far away costs
    the logarithm of how far.
    """
    middle: cython.Py_ssize_t
    step: cython.Py_ssize_t = 64
    i: cython.Py_ssize_t
    if low + step < high and there[low + step] < place:
        while low + step < high and there[low + step] < place:
            low += step
            step *= 2
        high = min(high, low + step + 1)
        while low < high:
            middle = (low + high) >> 1
            if there[middle] < place:
                low = middle + 1
            else:
                high = middle
        return low
    while low + 8 <= high:
        if there[low + 7] >= place:
            step = low
            for i in range(7):
                low += there[step + i] < place
            return low
        low += 8
    while low < high and there[low] < place:
        low += 1
    return low


def following(
    left: cython.const[cython.ulonglong][::1],
    right: cython.const[cython.ulonglong][::1],
):
    """Give the occurrences on the right that come directly after one on the left.

    All are ``array('Q')``, in order and each once. Costs 5 ns and more for each of the side that
    has fewer, by how far apart those are on the other one.
    """
    count: cython.Py_ssize_t = len(left)
    other_count: cython.Py_ssize_t = len(right)
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    out: cython.Py_ssize_t = 0
    here: cython.ulonglong
    there: cython.ulonglong
    found = array("Q", bytes(8 * max(min(count, other_count), 1)))
    out_places: cython.ulonglong[::1] = found
    with cython.nogil:
        # A position of 2**30 would be in the next field.
        if count <= other_count:
            for i in range(count):
                here = (left[i] + 1) & _ALL
                j = _first_from(right, j, other_count, here)
                if j == other_count:
                    break
                out_places[out] = here
                out += (right[j] == here) & (here & (_POSITIONS - 1) != 0)
        else:
            for j in range(other_count):
                there = right[j]
                if there & (_POSITIONS - 1) == 0:
                    continue
                i = _first_from(left, i, count, there - 1)
                if i == count:
                    break
                out_places[out] = there
                out += left[i] == there - 1
    return found[:out]


def merged(
    left: cython.const[cython.ulonglong][::1],
    right: cython.const[cython.ulonglong][::1],
):
    """Give the occurrences of either side, each once, in order."""
    count: cython.Py_ssize_t = len(left)
    other_count: cython.Py_ssize_t = len(right)
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    out: cython.Py_ssize_t = 0
    found = array("Q", bytes(8 * max(count + other_count, 1)))
    out_places: cython.ulonglong[::1] = found
    with cython.nogil:
        while i < count or j < other_count:
            if j == other_count or (i < count and left[i] < right[j]):
                out_places[out] = left[i]
                i += 1
            else:
                if i < count and left[i] == right[j]:
                    i += 1
                out_places[out] = right[j]
                j += 1
            out += 1
    return found[:out]
