"""Decode a posting list: the bytes that codec/posting_lists.py describes, to documents and weights.

Nothing in the bytes is trusted: every width, end and document is checked before it is followed.
"""

from array import array

import cython

__all__ = ["decode"]

_BLOCK_DOCS = cython.declare(cython.Py_ssize_t, 128)
_SKIP_BYTES = cython.declare(cython.Py_ssize_t, 20)
_DAMAGED = "a posting list is damaged"


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _number(
    data: cython.const[cython.uchar][::1], at: cython.Py_ssize_t, width: cython.Py_ssize_t
) -> cython.ulonglong:
    number: cython.ulonglong = data[at]
    if width >= 2:
        number |= cython.cast(cython.ulonglong, data[at + 1]) << 8
    if width == 4:
        number |= cython.cast(cython.ulonglong, data[at + 2]) << 16
        number |= cython.cast(cython.ulonglong, data[at + 3]) << 24
    return number


def decode(data: cython.const[cython.uchar][::1], count: cython.Py_ssize_t, base: cython.uint):
    """Give the documents of a list, ``base`` added, as ``array('I')``, and their weights.

    The weights are ``array('d')``, or None where some of them are no whole numbers. Payloads are
    passed over. Raises ValueError for bytes that no posting list has, or not one of ``count``.
    """
    size: cython.Py_ssize_t = len(data)
    blocks: cython.Py_ssize_t
    block: cython.Py_ssize_t
    first: cython.Py_ssize_t
    start: cython.Py_ssize_t
    end: cython.Py_ssize_t
    at: cython.Py_ssize_t
    i: cython.Py_ssize_t
    n: cython.Py_ssize_t
    k: cython.Py_ssize_t = 0
    width: cython.Py_ssize_t
    kind: cython.Py_ssize_t
    doc: cython.longlong = -1
    highest: cython.longlong = 4294967295
    good: cython.bint = True
    whole: cython.bint = True
    if not 0 < count <= size:  # a document takes a byte at least
        raise ValueError(_DAMAGED)
    highest -= base
    docs = array("I", bytes(4 * count))
    weights = array("d", bytes(8 * count))
    out_docs: cython.uint[::1] = docs
    out_weights: cython.double[::1] = weights
    with cython.nogil:
        blocks = (count + _BLOCK_DOCS - 1) // _BLOCK_DOCS
        first = blocks * _SKIP_BYTES if blocks > 1 else 0
        end = first
        if first > size:
            good = False
            blocks = 0
        for block in range(blocks):
            start = end
            end = size
            if first > 0:
                end = first + cython.cast(
                    cython.Py_ssize_t, _number(data, block * _SKIP_BYTES + 4, 4)
                )
            n = min(_BLOCK_DOCS, count - k)
            if end > size or end < start + 3:
                good = False
                break
            width = data[start]
            kind = data[start + 1]
            at = start + 3
            if width not in (1, 2, 4) or at + width * n > end:
                good = False
                break
            for i in range(n):
                doc += 1 + cython.cast(cython.longlong, _number(data, at, width))
                if doc > highest:
                    good = False
                    break
                out_docs[k + i] = cython.cast(cython.uint, doc + base)
                at += width
            if not good:
                break
            if first > 0 and doc != cython.cast(
                cython.longlong, _number(data, block * _SKIP_BYTES, 4)
            ):
                good = False
                break
            if kind == 0:
                for i in range(n):
                    out_weights[k + i] = 1.0
            elif kind in (1, 2, 4):
                if at + kind * n > end:
                    good = False
                    break
                for i in range(n):
                    out_weights[k + i] = cython.cast(cython.double, _number(data, at, kind))
                    at += kind
            elif kind == 8:
                whole = False
            else:
                good = False
                break
            k += n
    if not good or end != size:
        raise ValueError(_DAMAGED)
    return docs, weights if whole else None
