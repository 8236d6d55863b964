"""Which occurrences of words stand side by side.

An occurrence is one number of 64 bits, a place: ``document << 32 | field << 30 | position``. So
places are in the order of documents, fields and positions, and the next word of a field has the
next place. The last position that a field may have is 2**30 - 1; no record has as many words.
"""

from array import array

import cython

__all__ = ["following", "in_order", "merged", "moved_back", "together"]

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
    """Return the first index from ``low`` on, and before ``high``, of ``place`` or a later one.

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
    """Return the occurrences on the right that come directly after one on the left.

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
    """Return the occurrences of either side, each once, in order."""
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


def moved_back(places: cython.const[cython.ulonglong][::1], count: cython.ulonglong):
    """Return the place ``count`` words before each; none may be before the first of its field."""
    i: cython.Py_ssize_t
    good: cython.bint = True
    found = array("Q", bytes(8 * max(len(places), 1)))
    out: cython.ulonglong[::1] = found
    with cython.nogil:
        for i in range(len(places)):
            good = good and (places[i] & cython.cast(cython.ulonglong, _POSITIONS - 1)) >= count
            if good:
                out[i] = places[i] - count
    if not good:
        raise ValueError(f"there are not {count} words before each place")
    return found[: len(places)]


def together(
    places: cython.const[cython.ulonglong][::1],
    others: cython.const[cython.ulonglong][::1],
):
    """Return those of ``places`` in whose field, of their document, there is one of ``others``.

    Both are in order. Costs 5 ns and more for each field of the side that has fewer, by how far
    apart those are on the other one.
    """
    count: cython.Py_ssize_t = len(places)
    other_count: cython.Py_ssize_t = len(others)
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    out: cython.Py_ssize_t = 0
    field: cython.ulonglong
    found = array("Q", bytes(8 * max(count, 1)))
    out_places: cython.ulonglong[::1] = found
    with cython.nogil:
        while i < count and j < other_count:
            field = places[i] >> 30
            j = _first_from(others, j, other_count, field << 30)
            if j == other_count:
                break
            if others[j] >> 30 == field:
                while i < count and places[i] >> 30 == field:
                    out_places[out] = places[i]
                    out += 1
                    i += 1
            else:
                i = _first_from(places, i, count, (others[j] >> 30) << 30)
    return found[:out]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _sort(
    places: cython.ulonglong[::1], begin: cython.Py_ssize_t, end: cython.Py_ssize_t
) -> cython.void:
    """Sort a few places, or many that are nearly in order (D. Shell, 1959)."""
    gap: cython.Py_ssize_t = 1
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    place: cython.ulonglong
    while 9 * gap < 4 * (end - begin):
        gap = (9 * gap + 4) // 4  # the gaps of N. Tokuda
    while gap > 0:
        for i in range(begin + gap, end):
            place = places[i]
            j = i
            while j >= begin + gap and places[j - gap] > place:
                places[j] = places[j - gap]
                j -= gap
            places[j] = place
        gap = 4 * gap // 9


def in_order(places: cython.ulonglong[::1]):
    """Sort the places of each field of a document, which stand together; give each once.

    They are sorted where they are; the documents and fields are in order.
    """
    count: cython.Py_ssize_t = len(places)
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t
    out: cython.Py_ssize_t = 0
    sorted_: cython.bint
    found = array("Q", bytes(8 * max(count, 1)))
    out_places: cython.ulonglong[::1] = found
    with cython.nogil:
        while i < count:
            j = i + 1
            sorted_ = True
            while j < count and places[j] >> 30 == places[i] >> 30:
                sorted_ = sorted_ and places[j - 1] < places[j]
                j += 1
            if not sorted_:
                _sort(places, i, j)
            while i < j:
                if out == 0 or out_places[out - 1] != places[i]:
                    out_places[out] = places[i]
                    out += 1
                i += 1
    return found[:out]
