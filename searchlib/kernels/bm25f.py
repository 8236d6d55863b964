"""The two steps of BM25F: fields to one frequency, frequency to score.

S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009),
section 3.4. The factor (k1 + 1) is left out, as Lucene has done since 8.0: it changes no order.

A score is a multiple of 2**-40 (about 1e-12). Sums of up to 2**12 are then exact in a double in
whatever order they are added, so that equal articles tie and an explanation adds up.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.libc.math import floor
else:
    from math import floor

__all__ = ["normalise", "saturate"]


def normalise(
    docs: cython.uint[::1],
    frequencies: cython.double[::1],
    lengths: cython.uint[::1],
    weight: cython.double,
    b: cython.double,
    avg_length: cython.double,
):
    """Give ``weight * tf / (1 - b + b * length / avg_length)`` for each document of one field.

    ``lengths[doc]`` is the field's length in words. Raises ValueError for a document without one.
    """
    i: cython.Py_ssize_t
    count: cython.Py_ssize_t = len(docs)
    limit: cython.Py_ssize_t = len(lengths)
    bad: cython.Py_ssize_t = -1
    if count != len(frequencies):
        raise ValueError("there must be as many frequencies as documents")
    if not avg_length > 0.0:
        raise ValueError(f"the average length must be positive, not {avg_length}")
    normalised = array("d", bytes(8 * count))
    out: cython.double[::1] = normalised
    with cython.nogil:
        for i in range(count):
            if docs[i] >= limit:
                bad = i
                break
            out[i] = weight * frequencies[i] / (1.0 - b + b * lengths[docs[i]] / avg_length)
    if bad >= 0:
        raise ValueError(f"document {docs[bad]} of {limit}")
    return normalised


def saturate(frequencies: cython.double[::1], k1: cython.double, idf: cython.double):
    """Give ``idf * tf / (k1 + tf)``, rounded to a multiple of 2**-40, for each frequency."""
    i: cython.Py_ssize_t
    count: cython.Py_ssize_t = len(frequencies)
    scores = array("d", bytes(8 * count))
    out: cython.double[::1] = scores
    unit: cython.double = 1.0 / 1099511627776.0
    with cython.nogil:
        for i in range(count):
            if frequencies[i] > 0.0:  # 0 / 0 otherwise, where k1 is 0
                out[i] = unit * floor(
                    idf * frequencies[i] / (k1 + frequencies[i]) * 1099511627776.0 + 0.5
                )
    return scores
