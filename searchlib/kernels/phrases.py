"""Which occurrences of words stand side by side."""

from array import array

import cython

__all__ = ["following", "merged", "renumbered"]


def following(
    left_spans: cython.const[cython.uint][::1],
    left_positions: cython.const[cython.uint][::1],
    right_spans: cython.const[cython.uint][::1],
    right_positions: cython.const[cython.uint][::1],
):
    """Give the occurrences on the right that come directly after one on the left.

    An occurrence is a field of a document and a position in it; both sides are in order. Gives two
    ``array('I')``.
    """
    left: cython.Py_ssize_t = len(left_spans)
    right: cython.Py_ssize_t = len(right_spans)
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t
    out: cython.Py_ssize_t = 0
    if left != len(left_positions) or right != len(right_positions):
        raise ValueError("there must be as many positions as fields")
    spans = array("I", bytes(4 * max(right, 1)))
    positions = array("I", bytes(4 * max(right, 1)))
    out_spans: cython.uint[::1] = spans
    out_positions: cython.uint[::1] = positions
    with cython.nogil:
        for j in range(right):
            if right_positions[j] == 0:
                continue
            while i < left and (
                left_spans[i] < right_spans[j]
                or (
                    left_spans[i] == right_spans[j]
                    and left_positions[i] < right_positions[j] - 1
                )
            ):
                i += 1
            if i == left:
                break
            if left_spans[i] == right_spans[j] and left_positions[i] == right_positions[j] - 1:
                out_spans[out] = right_spans[j]
                out_positions[out] = right_positions[j]
                out += 1
    return spans[:out], positions[:out]


def merged(
    left_spans: cython.const[cython.uint][::1],
    left_positions: cython.const[cython.uint][::1],
    right_spans: cython.const[cython.uint][::1],
    right_positions: cython.const[cython.uint][::1],
):
    """Give the occurrences of either side, each once, in order."""
    left: cython.Py_ssize_t = len(left_spans)
    right: cython.Py_ssize_t = len(right_spans)
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    out: cython.Py_ssize_t = 0
    side: cython.int
    if left != len(left_positions) or right != len(right_positions):
        raise ValueError("there must be as many positions as fields")
    spans = array("I", bytes(4 * max(left + right, 1)))
    positions = array("I", bytes(4 * max(left + right, 1)))
    out_spans: cython.uint[::1] = spans
    out_positions: cython.uint[::1] = positions
    with cython.nogil:
        while i < left or j < right:
            side = 0
            if i == left:
                side = 1
            elif j < right:
                if left_spans[i] != right_spans[j]:
                    side = left_spans[i] > right_spans[j]
                elif left_positions[i] != right_positions[j]:
                    side = left_positions[i] > right_positions[j]
                else:
                    j += 1
            if side == 0:
                out_spans[out] = left_spans[i]
                out_positions[out] = left_positions[i]
                i += 1
            else:
                out_spans[out] = right_spans[j]
                out_positions[out] = right_positions[j]
                j += 1
            out += 1
    return spans[:out], positions[:out]


def renumbered(
    spans: cython.const[cython.uint][::1],
    positions: cython.const[cython.uint][::1],
    forms: cython.const[cython.uint][::1],
    docs: cython.const[cython.uint][::1],
    new_forms: cython.const[cython.uint][::1],
):
    """Give occurrences under the new numbers of their documents and forms, for a merge.

    ``docs`` has the new number of each document, 2**32 - 1 for one that is dropped.
    """
    count: cython.Py_ssize_t = len(spans)
    i: cython.Py_ssize_t
    out: cython.Py_ssize_t = 0
    doc: cython.uint
    dropped: cython.uint = 0xFFFFFFFF
    good: cython.bint = True
    if not count == len(positions) == len(forms):
        raise ValueError("there must be as many positions and forms as fields")
    out_spans = array("I", bytes(4 * max(count, 1)))
    out_positions = array("I", bytes(4 * max(count, 1)))
    out_forms = array("I", bytes(4 * max(count, 1)))
    to_spans: cython.uint[::1] = out_spans
    to_positions: cython.uint[::1] = out_positions
    to_forms: cython.uint[::1] = out_forms
    with cython.nogil:
        for i in range(count):
            if spans[i] // 3 >= len(docs) or forms[i] >= len(new_forms):
                good = False
                break
            doc = docs[spans[i] // 3]
            if doc == dropped:
                continue
            to_spans[out] = 3 * doc + spans[i] % 3
            to_positions[out] = positions[i]
            to_forms[out] = new_forms[forms[i]]
            out += 1
    if not good:
        raise ValueError("an occurrence is of a document or form that is not there")
    return out_spans[:out], out_positions[:out], out_forms[:out]
