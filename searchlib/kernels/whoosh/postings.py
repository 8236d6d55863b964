"""Decode a posting list, whose bytes whoosh/codec/posting_lists.py describes.

Nothing in the bytes is trusted: every width, end and document is checked before it is followed.
"""

from array import array

import cython

__all__ = ["decode", "payloads"]

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
    """Return the documents of a list, ``base`` added, as ``array('I')``, and their weights.

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


def payloads(
    data: cython.const[cython.uchar][::1],
    count: cython.Py_ssize_t,
    base: cython.uint,
    wanted: cython.const[cython.uint][::1],
):
    """Return where the payloads of the ``wanted`` documents are.

    ``wanted`` must strictly increase. Returns those of them that the list has, and the half-open
    places of their payloads in ``data``: three ``array('I')`` of one length. Blocks without a
    wanted document are skipped. Raises ValueError for bytes that no posting list has.
    """
    size: cython.Py_ssize_t = len(data)
    wanted_count: cython.Py_ssize_t = len(wanted)
    blocks: cython.Py_ssize_t
    block: cython.Py_ssize_t
    first: cython.Py_ssize_t
    start: cython.Py_ssize_t
    end: cython.Py_ssize_t
    at: cython.Py_ssize_t
    sizes: cython.Py_ssize_t
    place: cython.Py_ssize_t
    _i: cython.Py_ssize_t
    n: cython.Py_ssize_t
    j: cython.Py_ssize_t = 0
    k: cython.Py_ssize_t = 0
    width: cython.Py_ssize_t
    kind: cython.Py_ssize_t
    payload_width: cython.Py_ssize_t
    length: cython.Py_ssize_t
    doc: cython.longlong
    last: cython.longlong = -1
    good: cython.bint = True
    if not 0 < count <= size or size > 0xFFFFFFFF:
        raise ValueError(_DAMAGED)
    most: cython.Py_ssize_t = min(count, wanted_count)
    docs = array("I", bytes(4 * most))
    starts = array("I", bytes(4 * most))
    ends = array("I", bytes(4 * most))
    if most == 0:
        return docs, starts, ends
    out_docs: cython.uint[::1] = docs
    out_starts: cython.uint[::1] = starts
    out_ends: cython.uint[::1] = ends
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
            doc = last
            if first > 0:
                end = first + cython.cast(
                    cython.Py_ssize_t, _number(data, block * _SKIP_BYTES + 4, 4)
                )
                last = cython.cast(cython.longlong, _number(data, block * _SKIP_BYTES, 4))
            n = min(_BLOCK_DOCS, count - block * _BLOCK_DOCS)
            if end > size or end < start + 3:
                good = False
                break
            if j == wanted_count:
                break
            if first > 0 and last + base < wanted[j]:
                continue
            width = data[start]
            kind = data[start + 1]
            payload_width = data[start + 2] & 127
            at = start + 3
            sizes = at + width * n + kind * n
            place = sizes + payload_width * n
            if (
                width not in (1, 2, 4)
                or kind not in (0, 1, 2, 4, 8)
                or payload_width not in (0, 1, 2, 4)
                or place > end
            ):
                good = False
                break
            for _i in range(n):
                doc += 1 + cython.cast(cython.longlong, _number(data, at, width))
                at += width
                length = 0
                if payload_width > 0:
                    length = cython.cast(cython.Py_ssize_t, _number(data, sizes, payload_width))
                    sizes += payload_width
                if length > end - place:
                    good = False
                    break
                while j < wanted_count and wanted[j] < doc + base:
                    j += 1
                if j < wanted_count and wanted[j] == doc + base:
                    if k == most:
                        good = False
                        break
                    out_docs[k] = wanted[j]
                    out_starts[k] = cython.cast(cython.uint, place)
                    out_ends[k] = cython.cast(cython.uint, place + length)
                    k += 1
                    j += 1
                place += length
            if not good:
                break
    if not good:
        raise ValueError(_DAMAGED)
    return docs[:k], starts[:k], ends[:k]
