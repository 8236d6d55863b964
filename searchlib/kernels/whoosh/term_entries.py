"""Encode one term of a dictionary; whoosh/codec/term_dictionary.py describes its bytes."""

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.varints import put_varint
else:
    from searchlib.kernels.varints import put_varint

__all__ = ["encode"]

_MOST_BYTES = cython.declare(cython.Py_ssize_t, 100)  # ten numbers of 64 bits


def encode(
    previous: cython.const[cython.uchar][::1],
    term: cython.const[cython.uchar][::1],
    df: cython.ulonglong,
    weight: cython.ulonglong,
    max_weight: cython.ulonglong,
    min_length: cython.ulonglong,
    max_length: cython.ulonglong,
    min_doc: cython.ulonglong,
    max_doc: cython.ulonglong,
    size: cython.ulonglong,
    floats: cython.const[cython.uchar][::1],
):
    """Return the bytes of a term that comes after the term ``previous``.

    The first term of a block comes after the empty one. ``size`` is that of its postings.
    ``floats``, if it is not empty, has the bytes of weights that are no whole numbers.
    """
    length: cython.Py_ssize_t = len(term)
    limit: cython.Py_ssize_t = min(length, len(previous))
    shared: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    n: cython.Py_ssize_t = 0
    float_bytes: cython.Py_ssize_t = len(floats)
    found = bytearray(_MOST_BYTES + length + float_bytes)
    out: cython.uchar[::1] = found
    with cython.nogil:
        while shared < limit and term[shared] == previous[shared]:
            shared += 1
        n = put_varint(out, n, shared)
        n = put_varint(out, n, length - shared)
        for i in range(shared, length):
            out[n] = term[i]
            n += 1
        n = put_varint(out, n, df)
        out[n] = float_bytes > 0
        n += 1
        if float_bytes > 0:
            for i in range(float_bytes):
                out[n] = floats[i]
                n += 1
        else:
            n = put_varint(out, n, weight)
            n = put_varint(out, n, max_weight)
        n = put_varint(out, n, min_length)
        n = put_varint(out, n, max_length - min_length)
        n = put_varint(out, n, min_doc)
        n = put_varint(out, n, max_doc - min_doc)
        n = put_varint(out, n, size)
    return bytes(memoryview(found)[:n])
