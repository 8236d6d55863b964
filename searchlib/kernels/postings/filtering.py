"""Documents by the values of a column or by their gaps, and documents as bits."""

from array import array

import cython

__all__ = ["between", "others", "spread"]


def between(
    values: cython.const[cython.longlong][::1], low: cython.longlong, high: cython.longlong
):
    """Return the documents whose value is from ``low`` up to and with ``high``, as ``array('I')``.

    ``values`` has one for each document.
    """
    count: cython.Py_ssize_t = len(values)
    i: cython.Py_ssize_t
    out: cython.Py_ssize_t = 0
    if count > 0xFFFFFFFF:
        raise ValueError("there are more documents than 32 bits can number")
    docs = array("I", bytes(4 * max(count, 1)))
    found: cython.uint[::1] = docs
    with cython.nogil:
        for i in range(count):
            if low <= values[i] <= high:
                found[out] = cython.cast(cython.uint, i)
                out += 1
    return docs[:out]


def others(docs: cython.const[cython.uint][::1], base: cython.longlong, num_docs: cython.longlong):
    """Return a bit for each document of a segment that is not among ``docs``, lowest first.

    The segment's documents are those from ``base`` on, ``num_docs`` of them; ``docs`` may have
    others too.
    """
    i: cython.Py_ssize_t
    doc: cython.longlong
    if num_docs >> 32 != 0:
        raise ValueError(f"there cannot be {num_docs} documents")
    bits = bytearray(b"\xff") * ((num_docs + 7) // 8)
    out: cython.uchar[::1] = bits
    with cython.nogil:
        for i in range(len(docs)):
            doc = docs[i] - base
            if 0 <= doc < num_docs:
                out[doc >> 3] = out[doc >> 3] & (255 ^ (1 << (doc & 7)))
    return bits


def spread(
    data: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    count: cython.longlong,
    num_docs: cython.longlong,
    base: cython.longlong,
):
    """Return ``count`` documents whose gaps begin at ``at``, with ``base`` added, ``array('I')``.

    A gap is a varint: a document minus the one before it (or -1), minus one. Raises ValueError for
    bytes that are no gaps, and for a document that is not below ``num_docs``.
    """
    size: cython.Py_ssize_t = len(data)
    i: cython.longlong
    doc: cython.longlong = -1
    gap: cython.longlong
    shift: cython.longlong
    good: cython.bint = (
        0 <= at <= size and 0 <= count <= num_docs and 0 <= base <= 0xFFFFFFFF - num_docs
    )
    if not good:
        raise ValueError("a metadata value has documents that are not there")
    docs = array("I", bytes(4 * max(count, 1)))
    out: cython.uint[::1] = docs
    with cython.nogil:
        for i in range(count):
            gap = shift = 0
            while at < size and data[at] >= 128 and shift < 28:
                gap |= (data[at] & 127) << shift
                shift += 7
                at += 1
            if at == size:
                good = False
                break
            gap |= cython.cast(cython.longlong, data[at] & 127) << shift
            good = data[at] < 128
            at += 1
            doc += gap + 1
            if not good or doc >= num_docs:
                good = False
                break
            out[i] = cython.cast(cython.uint, doc + base)
    if not good:
        raise ValueError("a metadata value has documents that are not there")
    return docs[:count]
