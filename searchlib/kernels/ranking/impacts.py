"""Scores of documents for a word or a part of a query, kept for the queries to come.

The score of a document for a term (its impact) does not change as long as weights and index stay:
it is worked out when a term is first asked for (list_rows.py), and kept. What ranks by them is
top_windows.py. Scores are whole numbers, of units of 2**-40: sums are exact in any order.
"""

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.scores import SCORE_SCALE
else:
    from searchlib.kernels.scores import SCORE_SCALE

__all__ = ["copy", "tabulate"]

_MOST = cython.declare(
    cython.double, 65536.0
)  # what scores add up to is less than a window's limit


def copy(
    found: cython.const[cython.uint][::1],
    values: cython.const[cython.double][::1],
    base: cython.longlong,
    num_docs: cython.longlong,
    docs: cython.uint[::1],
    scores: cython.longlong[::1],
    at: cython.Py_ssize_t,
):
    """Write those documents of a segment that are among ``found``, as list_rows.write_impacts does.

    The segment's documents are those from ``base`` on, ``num_docs`` of them. ``values`` are scores
    that are multiples of 2**-40 from 0 on. Gives the place after the last one. Raises ValueError
    for documents that are not in order, other scores, and where there is no room; OverflowError for
    scores of 2**16 and more.
    """
    count: cython.Py_ssize_t = len(found)
    room: cython.Py_ssize_t = min(len(docs), len(scores))
    i: cython.Py_ssize_t
    out: cython.Py_ssize_t = at
    doc: cython.longlong
    before: cython.longlong = -1
    good: cython.bint = True
    high: cython.bint = False
    if count != len(values):
        raise ValueError("there must be as many scores as documents")
    if at < 0 or at > room:
        raise ValueError("there is no room for the documents")
    with cython.nogil:
        for i in range(count):
            doc = found[i] - base
            if doc < 0 or doc >= num_docs:
                continue
            if doc <= before or out == room or not values[i] >= 0.0:
                good = False
                break
            if values[i] >= _MOST:
                high = True
                break
            before = doc
            docs[out] = cython.cast(cython.uint, doc)
            scores[out] = cython.cast(cython.longlong, values[i] * SCORE_SCALE)
            out += 1
    if high:
        raise OverflowError("the scores are too high to be kept")
    if not good:
        raise ValueError("the documents are not in order, or there is no room for them")
    return out


def tabulate(
    docs: cython.const[cython.uint][::1],
    scores: cython.const[cython.longlong][::1],
    start: cython.longlong,
    end: cython.longlong,
    window_bits: cython.longlong,
    tables: cython.longlong[::1],
    at: cython.longlong,
    windows: cython.longlong,
):
    """Write for each window the place of its first impact and its highest score plus one, or 0.

    Of the impacts from ``start`` up to ``end``, into ``tables`` from ``at`` on: two numbers for
    each window, and ``end``. Raises ValueError for documents that are not in order or in none of
    the windows, and places that are not there.
    """
    i: cython.longlong
    w: cython.longlong = -1
    here: cython.longlong
    before: cython.longlong = -1
    good: cython.bint = True
    if not (
        0 <= start <= end <= min(len(docs), len(scores))
        and 4 < window_bits < 31
        and at >= 0
        and 0 <= windows <= (len(tables) - at - 1) // 2
    ):
        raise ValueError("the arrays do not fit together")
    with cython.nogil:
        for i in range(start, end):
            here = docs[i] >> window_bits
            if docs[i] <= before or here >= windows:
                good = False
                break
            before = docs[i]
            while w < here:
                w += 1
                tables[at + 2 * w] = i
                tables[at + 2 * w + 1] = 0
            tables[at + 2 * w + 1] = max(tables[at + 2 * w + 1], scores[i] + 1)
        if good:
            while w < windows - 1:
                w += 1
                tables[at + 2 * w] = end
                tables[at + 2 * w + 1] = 0
            tables[at + 2 * windows] = end
    if not good:
        raise ValueError("a document is in none of the windows")
