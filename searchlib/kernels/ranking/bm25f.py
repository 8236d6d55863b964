"""The arithmetic of BM25F, which ranking/scoring.py explains.

Documents are ``array('I')``, frequencies and scores ``array('d')``.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.scores import SCORE_SCALE
    from cython.cimports.searchlib.kernels.text_fields import TEXT_FIELDS, has_fields
else:
    from searchlib.kernels.scores import SCORE_SCALE
    from searchlib.kernels.text_fields import TEXT_FIELDS, has_fields

__all__ = ["counted", "normalise", "norms", "saturate", "sum_counts", "sum_fields"]


def norms(
    lengths: cython.const[cython.uint][::1],
    b: cython.double,
    averages: cython.const[cython.double][::1],
):
    """Return ``1 / (1 - b + b * length / average)`` for each field of each document.

    ``lengths`` has three numbers a document, ``averages`` one a field; where that is 0 no document
    has the field, and the number is not used.
    """
    count: cython.Py_ssize_t = len(lengths)
    i: cython.Py_ssize_t
    if len(averages) != TEXT_FIELDS:
        raise ValueError("there are three fields")
    result = array("d", bytes(8 * max(count, 1)))
    out: cython.double[::1] = result
    with cython.nogil:
        for i in range(count):
            if averages[i % TEXT_FIELDS] > 0.0 and lengths[i] > 0:
                out[i] = 1.0 / (1.0 - b + b * lengths[i] / averages[i % TEXT_FIELDS])
    return result[:count]


def normalise(
    docs: cython.const[cython.uint][::1],
    frequencies: cython.const[cython.double][::1],
    norms: cython.const[cython.double][::1],
    field: cython.Py_ssize_t,
    weight: cython.double,
):
    """Return ``weight * tf * norm`` for each document of one field.

    Raises ValueError for a document that ``norms`` does not have.
    """
    i: cython.Py_ssize_t
    count: cython.Py_ssize_t = len(docs)
    limit: cython.Py_ssize_t = len(norms) // TEXT_FIELDS
    bad: cython.Py_ssize_t = -1
    if count != len(frequencies):
        raise ValueError("there must be as many frequencies as documents")
    if not 0 <= field < TEXT_FIELDS:
        raise ValueError(f"there is no field {field}")
    normalised = array("d", bytes(8 * max(count, 1)))
    out: cython.double[::1] = normalised
    with cython.nogil:
        for i in range(count):
            if docs[i] >= limit:
                bad = i
                break
            out[i] = (
                weight
                * frequencies[i]
                * norms[TEXT_FIELDS * cython.cast(cython.Py_ssize_t, docs[i]) + field]
            )
    if bad >= 0:
        raise ValueError(f"document {docs[bad]} of {limit}")
    return normalised[:count]


def saturate(frequencies: cython.const[cython.double][::1], k1: cython.double, idf: cython.double):
    """Return ``idf * tf / (k1 + tf)``, rounded to a multiple of 2**-40, for each frequency."""
    i: cython.Py_ssize_t
    count: cython.Py_ssize_t = len(frequencies)
    scores = array("d", bytes(8 * max(count, 1)))
    out: cython.double[::1] = scores
    with cython.nogil:
        for i in range(count):
            if frequencies[i] > 0.0:  # 0 / 0 otherwise, where k1 is 0
                out[i] = (
                    cython.cast(
                        cython.longlong,
                        idf * frequencies[i] / (k1 + frequencies[i]) * SCORE_SCALE + 0.5,
                    )
                    / SCORE_SCALE
                )
    return scores[:count]


def sum_fields(
    occurrences: cython.const[cython.ulonglong][::1],
    weights: cython.const[cython.double][::1],
    norms: cython.const[cython.double][::1],
    base: cython.longlong,
):
    """Return the documents of occurrences plus ``base``, and ``sum of weight * tf * norm`` in each.

    ``occurrences`` are in order (kernels/occurrences.py says what they are). ``weights`` has a
    number a field, below 0 for a field that does not count. Raises ValueError for a document that
    ``norms`` does not have.
    """
    count: cython.Py_ssize_t = len(occurrences)
    limit: cython.ulonglong = len(norms) // TEXT_FIELDS
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t
    out: cython.Py_ssize_t = 0
    before: cython.longlong = -1
    doc: cython.longlong
    field: cython.longlong
    span: cython.ulonglong
    good: cython.bint = True
    if len(weights) != TEXT_FIELDS:
        raise ValueError("there are three fields")
    docs = array("I", bytes(4 * max(count, 1)))
    sums = array("d", bytes(8 * max(count, 1)))
    out_docs: cython.uint[::1] = docs
    out_sums: cython.double[::1] = sums
    with cython.nogil:
        while i < count:
            span = occurrences[i] >> 30
            doc = cython.cast(cython.longlong, span >> 2)
            field = cython.cast(cython.longlong, span & 3)
            if span >> 2 >= limit or field >= TEXT_FIELDS:
                good = False
                break
            j = i
            while j < count and occurrences[j] >> 30 == span:
                j += 1
            if weights[field] >= 0.0:
                if doc != before:
                    out_docs[out] = cython.cast(cython.uint, doc + base)
                    out += 1
                    before = doc
                out_sums[out - 1] += (
                    weights[field]
                    * cython.cast(cython.double, j - i)
                    * norms[TEXT_FIELDS * doc + field]
                )
            i = j
    if not good:
        raise ValueError(f"an occurrence is of a document that is not among the {limit}")
    return docs[:out], sums[:out]


def counted(
    counts: cython.const[cython.uint][::1],
    windows: cython.const[cython.uchar][::1],
    window_bits: cython.longlong,
    field: cython.longlong,
    base: cython.longlong,
):
    """Return the documents that lists.count counted words of a field in, and how many, in order.

    ``array('I')``, with ``base`` added, and ``array('d')``. Costs 1 ns for each document of the
    windows that have any.
    """
    num_docs: cython.longlong = len(counts) // TEXT_FIELDS
    last: cython.longlong
    window: cython.longlong
    doc: cython.longlong
    number: cython.longlong
    room: cython.longlong = 0
    out: cython.longlong = 0
    if not (
        0 < window_bits < 31 and 0 <= field < TEXT_FIELDS and 0 <= base <= 0xFFFFFFFF - num_docs
    ):
        raise ValueError("there are three fields, and documents have 32 bits")
    with cython.nogil:
        for window in range(len(windows)):
            if windows[window]:
                last = min((window + 1) << window_bits, num_docs)
                for doc in range(window << window_bits, last):
                    room += counts[TEXT_FIELDS * doc + field] > 0
    docs = array("I", bytes(4 * max(room, 1)))
    tfs = array("d", bytes(8 * max(room, 1)))
    out_docs: cython.uint[::1] = docs
    out_tfs: cython.double[::1] = tfs
    with cython.nogil:
        for window in range(len(windows)):
            if windows[window]:
                last = min((window + 1) << window_bits, num_docs)
                for doc in range(window << window_bits, last):
                    number = counts[TEXT_FIELDS * doc + field]
                    if number > 0 and out < room:
                        out_docs[out] = cython.cast(cython.uint, doc + base)
                        out_tfs[out] = cython.cast(cython.double, number)
                        out += 1
    return docs[:out], tfs[:out]


def sum_counts(
    counts: cython.const[cython.uint][::1],
    windows: cython.const[cython.uchar][::1],
    window_bits: cython.longlong,
    weights: cython.const[cython.double][::1],
    norms: cython.const[cython.double][::1],
    base: cython.longlong,
):
    """Return the documents with counts (lists.count), and ``sum of weight * tf * norm`` in each.

    ``base`` is added to the documents; ``weights`` are as in sum_fields. Costs 1 ns for each
    document of the windows that have any. Raises ValueError for arrays that do not fit together.
    """
    num_docs: cython.longlong = len(counts) // TEXT_FIELDS
    window: cython.longlong
    first: cython.longlong
    last: cython.longlong
    doc: cython.longlong
    field: cython.longlong
    room: cython.longlong = 0
    out: cython.longlong = 0
    tf: cython.double
    total: cython.double
    has: cython.bint
    if not (
        len(weights) == TEXT_FIELDS
        and len(norms) == len(counts) == TEXT_FIELDS * num_docs
        and 0 < window_bits < 31
        and 0 <= base <= 0xFFFFFFFF - num_docs
    ):
        raise ValueError("there are three fields, and as many norms as counts")
    for window in range(len(windows)):
        if windows[window]:
            room += min(cython.cast(cython.longlong, 1) << window_bits, num_docs)
    room = min(room, num_docs)
    docs = array("I", bytes(4 * max(room, 1)))
    sums = array("d", bytes(8 * max(room, 1)))
    out_docs: cython.uint[::1] = docs
    out_sums: cython.double[::1] = sums
    with cython.nogil:
        for window in range(len(windows)):
            if not windows[window]:
                continue
            first = min(window << window_bits, num_docs)
            last = min((window + 1) << window_bits, num_docs)
            for doc in range(first, last):
                if not has_fields(counts, TEXT_FIELDS * doc):
                    continue
                total = 0.0
                has = False
                for field in range(TEXT_FIELDS):
                    if weights[field] >= 0.0 and counts[TEXT_FIELDS * doc + field] > 0:
                        tf = counts[TEXT_FIELDS * doc + field]
                        total += weights[field] * tf * norms[TEXT_FIELDS * doc + field]
                        has = True
                if has:
                    out_docs[out] = cython.cast(cython.uint, doc + base)
                    out_sums[out] = total
                    out += 1
    return docs[:out], sums[:out]
