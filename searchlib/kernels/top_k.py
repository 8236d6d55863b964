"""Select the best matches without sorting them all."""

from array import array

import cython

__all__ = ["top_k"]


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


def top_k(scores: cython.double[::1], k: cython.Py_ssize_t):
    """Give the places of the ``k`` highest scores, best first, as ``array('I')``.

    Equal scores rank by their places, the lowest first. A heap of k places whose root is the worst
    of them: O(n log k) time, O(k) memory.
    """
    count: cython.Py_ssize_t = len(scores)
    i: cython.Py_ssize_t
    child: cython.Py_ssize_t
    parent: cython.Py_ssize_t
    size: cython.Py_ssize_t = 0
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
    return places
