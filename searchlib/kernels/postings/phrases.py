"""Which occurrences of words stand side by side.

An occurrence is one number of 64 bits, ``document << 32 | field << 30 | position``: see
kernels/occurrences.py.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.occurrences import first_from, position_of
else:
    from searchlib.kernels.occurrences import first_from, position_of

__all__ = ["following", "in_order", "merged", "moved_back", "together"]

_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)


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
    n: cython.Py_ssize_t = 0
    here: cython.ulonglong
    there: cython.ulonglong
    found = array("Q", bytes(8 * max(min(count, other_count), 1)))
    out: cython.ulonglong[::1] = found
    with cython.nogil:
        # A position of 2**30 would be in the next field.
        if count <= other_count:
            for i in range(count):
                here = (left[i] + 1) & _ALL
                j = first_from(right, j, other_count, here)
                if j == other_count:
                    break
                out[n] = here
                n += (right[j] == here) & (position_of(here) != 0)
        else:
            for j in range(other_count):
                there = right[j]
                if position_of(there) == 0:
                    continue
                i = first_from(left, i, count, there - 1)
                if i == count:
                    break
                out[n] = there
                n += left[i] == there - 1
    return found[:n]


def merged(
    left: cython.const[cython.ulonglong][::1],
    right: cython.const[cython.ulonglong][::1],
):
    """Return the occurrences of either side, each once, in order."""
    count: cython.Py_ssize_t = len(left)
    other_count: cython.Py_ssize_t = len(right)
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    n: cython.Py_ssize_t = 0
    found = array("Q", bytes(8 * max(count + other_count, 1)))
    out: cython.ulonglong[::1] = found
    with cython.nogil:
        while i < count or j < other_count:
            if j == other_count or (i < count and left[i] < right[j]):
                out[n] = left[i]
                i += 1
            else:
                if i < count and left[i] == right[j]:
                    i += 1
                out[n] = right[j]
                j += 1
            n += 1
    return found[:n]


def moved_back(occurrences: cython.const[cython.ulonglong][::1], count: cython.ulonglong):
    """Return the occurrence ``count`` words before each one.

    Raises ValueError if that is before the first word of a field.
    """
    i: cython.Py_ssize_t
    good: cython.bint = True
    found = array("Q", bytes(8 * max(len(occurrences), 1)))
    moved: cython.ulonglong[::1] = found
    with cython.nogil:
        for i in range(len(occurrences)):
            good = good and position_of(occurrences[i]) >= count
            if good:
                moved[i] = occurrences[i] - count
    if not good:
        raise ValueError(f"there are not {count} words before each occurrence")
    return found[: len(occurrences)]


def together(
    occurrences: cython.const[cython.ulonglong][::1],
    others: cython.const[cython.ulonglong][::1],
):
    """Return the occurrences whose field has one of ``others`` too.

    Both are in order. Costs 5 ns and more for each field of the side that has fewer, by how far
    apart those are on the other one.
    """
    count: cython.Py_ssize_t = len(occurrences)
    other_count: cython.Py_ssize_t = len(others)
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    n: cython.Py_ssize_t = 0
    field: cython.ulonglong
    found = array("Q", bytes(8 * max(count, 1)))
    out: cython.ulonglong[::1] = found
    with cython.nogil:
        while i < count and j < other_count:
            field = occurrences[i] >> 30
            j = first_from(others, j, other_count, field << 30)
            if j == other_count:
                break
            if others[j] >> 30 == field:
                while i < count and occurrences[i] >> 30 == field:
                    out[n] = occurrences[i]
                    n += 1
                    i += 1
            else:
                i = first_from(occurrences, i, count, (others[j] >> 30) << 30)
    return found[:n]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _sort(
    occurrences: cython.ulonglong[::1], begin: cython.Py_ssize_t, end: cython.Py_ssize_t
) -> cython.void:
    """Sort a few occurrences, or many that are nearly in order (D. Shell, 1959)."""
    gap: cython.Py_ssize_t = 1
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    occurrence: cython.ulonglong
    while 9 * gap < 4 * (end - begin):
        gap = (9 * gap + 4) // 4  # the gaps of N. Tokuda
    while gap > 0:
        for i in range(begin + gap, end):
            occurrence = occurrences[i]
            j = i
            while j >= begin + gap and occurrences[j - gap] > occurrence:
                occurrences[j] = occurrences[j - gap]
                j -= gap
            occurrences[j] = occurrence
        gap = 4 * gap // 9


def in_order(occurrences: cython.ulonglong[::1]):
    """Sort the occurrences of each field of a document and return them, each once.

    The occurrences of a field stand together, and the documents and fields are in order. They are
    sorted in place.
    """
    count: cython.Py_ssize_t = len(occurrences)
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t
    n: cython.Py_ssize_t = 0
    sorted_: cython.bint
    found = array("Q", bytes(8 * max(count, 1)))
    out: cython.ulonglong[::1] = found
    with cython.nogil:
        while i < count:
            j = i + 1
            sorted_ = True
            while j < count and occurrences[j] >> 30 == occurrences[i] >> 30:
                sorted_ = sorted_ and occurrences[j - 1] < occurrences[j]
                j += 1
            if not sorted_:
                _sort(occurrences, i, j)
            while i < j:
                if n == 0 or out[n - 1] != occurrences[i]:
                    out[n] = occurrences[i]
                    n += 1
                i += 1
    return found[:n]
