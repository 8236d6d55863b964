"""Encode a posting list; whoosh/codec/posting_lists.py describes its bytes."""

import cython

__all__ = ["encode"]

_BLOCK_DOCS = cython.declare(cython.Py_ssize_t, 128)
_SKIP_BYTES = cython.declare(cython.Py_ssize_t, 20)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _put(
    number: cython.ulonglong,
    width: cython.Py_ssize_t,
    out: cython.uchar[::1],
    at: cython.Py_ssize_t,
) -> cython.Py_ssize_t:
    _i: cython.Py_ssize_t
    for _i in range(width):
        out[at] = number & 0xFF
        number >>= 8
        at += 1
    return at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _width(number: cython.ulonglong) -> cython.Py_ssize_t:
    if number < 0x100:
        return 1
    return 2 if number < 0x10000 else 4


def encode(
    docs: cython.const[cython.uint][::1],
    weights: cython.const[cython.double][::1],
    weight_bytes: cython.const[cython.uchar][::1],
    lengths: cython.const[cython.uint][::1],
    payloads: cython.const[cython.uchar][::1],
    sizes: cython.const[cython.uint][::1],
    foreign: cython.bint,
):
    """Return the bytes of a list, or None where documents do not increase or numbers do not fit.

    ``weight_bytes`` are the weights as a file has them, and ``payloads`` one behind the other, of
    these ``sizes``.
    """
    count: cython.Py_ssize_t = len(docs)
    total: cython.Py_ssize_t = len(payloads)
    blocks: cython.Py_ssize_t = (count + _BLOCK_DOCS - 1) // _BLOCK_DOCS
    skips: cython.Py_ssize_t = blocks * _SKIP_BYTES if blocks > 1 else 0
    block: cython.Py_ssize_t
    first: cython.Py_ssize_t
    last: cython.Py_ssize_t
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    n: cython.Py_ssize_t = skips
    skip: cython.Py_ssize_t = 0
    taken: cython.Py_ssize_t = 0
    kind: cython.Py_ssize_t
    width: cython.Py_ssize_t
    size_width: cython.Py_ssize_t
    best: cython.Py_ssize_t
    gap: cython.longlong
    most_gap: cython.longlong
    before: cython.longlong = -1
    previous: cython.longlong
    most_size: cython.uint
    min_length: cython.uint
    most_weight: cython.double
    weight: cython.double
    whole: cython.bint
    ones: cython.bint
    good: cython.bint = (
        len(weights) == count
        and len(lengths) == count
        and len(sizes) == count
        and len(weight_bytes) == 8 * count
    )
    found = bytearray(skips + 3 * blocks + 16 * count + total + 1)
    out: cython.uchar[::1] = found
    with cython.nogil:
        for block in range(blocks if good else 0):
            first = block * _BLOCK_DOCS
            last = min(first + _BLOCK_DOCS, count)
            previous = before
            most_gap = 0
            most_size = 0
            best = first
            most_weight = weights[first]
            min_length = lengths[first]
            ones = True
            whole = True
            k = taken
            for i in range(first, last):
                gap = docs[i] - previous - 1
                if gap < 0:
                    good = False
                    break
                most_gap = max(most_gap, gap)
                previous = docs[i]
                most_size = max(most_size, sizes[i])
                k += sizes[i]
                min_length = min(min_length, lengths[i])
                weight = weights[i]
                if weight > most_weight:
                    most_weight = weight
                    best = i
                if weight != 1.0:
                    ones = False
                    if not 0.0 <= weight < 4294967296.0 or weight != cython.cast(
                        cython.longlong, weight
                    ):
                        whole = False
            if not good or k > total:
                good = False
                break
            width = _width(most_gap)
            kind = 0
            if not ones:
                kind = _width(cython.cast(cython.ulonglong, most_weight)) if whole else 8
            size_width = _width(most_size) if most_size > 0 else 0
            out[n] = width
            out[n + 1] = kind
            out[n + 2] = size_width | (128 if foreign else 0)
            n += 3
            previous = before
            for i in range(first, last):
                n = _put(docs[i] - previous - 1, width, out, n)
                previous = docs[i]
            if kind == 8:
                for i in range(8 * first, 8 * last):
                    out[n] = weight_bytes[i]
                    n += 1
            elif kind > 0:
                for i in range(first, last):
                    n = _put(cython.cast(cython.ulonglong, weights[i]), kind, out, n)
            if size_width > 0:
                for i in range(first, last):
                    n = _put(sizes[i], size_width, out, n)
                for i in range(taken, k):
                    out[n] = payloads[i]
                    n += 1
            taken = k
            before = docs[last - 1]
            if skips > 0:
                skip = _put(before, 4, out, skip)
                skip = _put(n - skips, 4, out, skip)
                for i in range(8 * best, 8 * best + 8):
                    out[skip] = weight_bytes[i]
                    skip += 1
                skip = _put(min_length, 4, out, skip)
    if not good or taken != total or n - skips > 0xFFFFFFFF:
        return None
    return bytes(memoryview(found)[:n])
