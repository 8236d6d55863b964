"""Select the best matches without sorting them all."""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.scores import SCORE_SCALE
    from cython.cimports.searchlib.kernels.text_fields import TEXT_FIELDS
else:
    from searchlib.kernels.scores import SCORE_SCALE
    from searchlib.kernels.text_fields import TEXT_FIELDS

__all__ = ["top_k", "top_of_places"]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _worse(
    scores: cython.double[::1],
    i: cython.Py_ssize_t,
    j: cython.Py_ssize_t,
) -> cython.bint:
    return scores[i] < scores[j] or (scores[i] == scores[j] and i > j)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _sift_down(
    heap: cython.uint[::1],
    size: cython.Py_ssize_t,
    scores: cython.double[::1],
) -> cython.void:
    parent: cython.Py_ssize_t = 0
    child: cython.Py_ssize_t
    moving: cython.uint = heap[0]
    while True:
        child = 2 * parent + 1
        if child >= size:
            break
        if child + 1 < size and _worse(scores, heap[child + 1], heap[child]):
            child += 1
        if not _worse(scores, heap[child], moving):
            break
        heap[parent] = heap[child]
        parent = child
    heap[parent] = moving


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _select(
    scores: cython.double[::1], count: cython.Py_ssize_t, heap: cython.uint[::1]
) -> cython.void:
    """Fill ``heap`` with the places of the highest of ``count`` scores, best first.

    There are not fewer scores than the heap has room for.
    """
    i: cython.Py_ssize_t
    child: cython.Py_ssize_t
    parent: cython.Py_ssize_t
    size: cython.Py_ssize_t = 0
    k: cython.Py_ssize_t = len(heap)
    if k == 0:
        return
    for i in range(count):
        if size < k:
            child = size
            size += 1
            while child > 0:
                parent = (child - 1) // 2
                if not _worse(scores, i, heap[parent]):
                    break
                heap[child] = heap[parent]
                child = parent
            heap[child] = cython.cast(cython.uint, i)
        elif _worse(scores, heap[0], i):
            heap[0] = cython.cast(cython.uint, i)
            _sift_down(heap, size, scores)
    # The root is the worst of those left: taking it off again and again sorts in place.
    while size > 1:
        size -= 1
        i = heap[0]
        heap[0] = heap[size]
        _sift_down(heap, size, scores)
        heap[size] = cython.cast(cython.uint, i)


def top_k(scores: cython.double[::1], k: cython.Py_ssize_t):
    """Return the places of the ``k`` highest scores, best first, as ``array('I')``.

    Equal scores rank by their places, the lowest first. A heap of k places whose root is the worst
    of them: O(n log k) time, O(k) memory.
    """
    count: cython.Py_ssize_t = len(scores)
    if count > 0xFFFFFFFF:
        raise ValueError("there are more matches than 32 bits can number")
    if k < 0:
        raise ValueError(f"k must not be negative: {k}")
    k = min(k, count)
    places = array("I", bytes(4 * k))
    if k == 0:
        return places
    heap: cython.uint[::1] = places
    with cython.nogil:
        _select(scores, count, heap)
    return places


def top_of_places(
    places: cython.const[cython.ulonglong][::1],
    weights: cython.const[cython.double][::1],
    norms: cython.const[cython.double][::1],
    excluded: cython.const[cython.uchar][::1],
    k1: cython.double,
    idf: cython.double,
    k: cython.Py_ssize_t,
):
    """Return the ``k`` best documents of a phrase, ``array('I')``, and their scores, best first.

    It is bm25f.sum_fields, bm25f.saturate and top_k in one. ``places`` are the occurrences of the
    phrase in order, see phrases.py; ``weights`` has a number a field, below 0 for one that does not
    count; ``excluded`` is empty, or has a bit for each document that is not to be found. Raises
    ValueError for a document that ``norms`` does not have.
    """
    count: cython.Py_ssize_t = len(places)
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
    if len(excluded) > 0 and len(excluded) * 8 < limit:
        raise ValueError("the arrays do not fit together")
    if k < 0:
        raise ValueError(f"k must not be negative: {k}")
    docs = array("I", bytes(4 * max(count, 1)))
    sums = array("d", bytes(8 * max(count, 1)))
    found_docs: cython.uint[::1] = docs
    scores: cython.double[::1] = sums
    with cython.nogil:
        while i < count:
            span = places[i] >> 30
            doc = cython.cast(cython.longlong, span >> 2)
            field = cython.cast(cython.longlong, span & 3)
            if span >> 2 >= limit or field >= TEXT_FIELDS:
                good = False
                break
            j = i
            while j < count and places[j] >> 30 == span:
                j += 1
            if weights[field] >= 0.0 and (
                len(excluded) == 0 or not (excluded[doc >> 3] >> (doc & 7)) & 1
            ):
                if doc != before:
                    found_docs[out] = cython.cast(cython.uint, doc)
                    out += 1
                    before = doc
                scores[out - 1] += (
                    weights[field]
                    * cython.cast(cython.double, j - i)
                    * norms[TEXT_FIELDS * doc + field]
                )
            i = j
        if good:
            for i in range(out):
                if scores[i] > 0.0:  # 0 / 0 otherwise, where k1 is 0
                    scores[i] = (
                        cython.cast(
                            cython.longlong, idf * scores[i] / (k1 + scores[i]) * SCORE_SCALE + 0.5
                        )
                        / SCORE_SCALE
                    )
    if not good:
        raise ValueError(f"an occurrence is of a document that is not among the {limit}")
    k = min(k, out)
    best_docs = array("I", bytes(4 * k))
    best_scores = array("d", bytes(8 * k))
    if k == 0:
        return best_docs, best_scores
    heap: cython.uint[::1] = best_docs
    out_scores: cython.double[::1] = best_scores
    with cython.nogil:
        _select(scores, out, heap)
        for i in range(k):
            out_scores[i] = scores[heap[i]]
            heap[i] = found_docs[heap[i]]
    return best_docs, best_scores
