"""Merge matches: sorted document numbers, each with a score.

Every function takes ``docs`` as ``array('I')``, strictly increasing, with ``scores`` as
``array('d')`` of the same length, returns new arrays of those types, and passes over its input
once. Where both sides hold a document, its score is the left one plus the right one.
"""

from array import array

import cython

__all__ = ["difference", "intersection", "optional", "union"]


def union(
    left_docs: cython.uint[::1],
    left_scores: cython.double[::1],
    right_docs: cython.uint[::1],
    right_scores: cython.double[::1],
):
    """Return the documents of either side."""
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    n: cython.Py_ssize_t = 0
    left: cython.Py_ssize_t = len(left_docs)
    right: cython.Py_ssize_t = len(right_docs)
    if left != len(left_scores) or right != len(right_scores):
        raise ValueError("there must be as many scores as documents")
    docs = array("I", bytes(4 * (left + right)))
    scores = array("d", bytes(8 * (left + right)))
    out_docs: cython.uint[::1] = docs
    out_scores: cython.double[::1] = scores
    with cython.nogil:
        while i < left and j < right:
            if left_docs[i] < right_docs[j]:
                out_docs[n] = left_docs[i]
                out_scores[n] = left_scores[i]
                i += 1
            elif left_docs[i] > right_docs[j]:
                out_docs[n] = right_docs[j]
                out_scores[n] = right_scores[j]
                j += 1
            else:
                out_docs[n] = left_docs[i]
                out_scores[n] = left_scores[i] + right_scores[j]
                i += 1
                j += 1
            n += 1
        while i < left:
            out_docs[n] = left_docs[i]
            out_scores[n] = left_scores[i]
            i += 1
            n += 1
        while j < right:
            out_docs[n] = right_docs[j]
            out_scores[n] = right_scores[j]
            j += 1
            n += 1
    return docs[:n], scores[:n]


def intersection(
    left_docs: cython.uint[::1],
    left_scores: cython.double[::1],
    right_docs: cython.uint[::1],
    right_scores: cython.double[::1],
):
    """Return the documents of both sides."""
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    n: cython.Py_ssize_t = 0
    left: cython.Py_ssize_t = len(left_docs)
    right: cython.Py_ssize_t = len(right_docs)
    if left != len(left_scores) or right != len(right_scores):
        raise ValueError("there must be as many scores as documents")
    docs = array("I", bytes(4 * min(left, right)))
    scores = array("d", bytes(8 * min(left, right)))
    out_docs: cython.uint[::1] = docs
    out_scores: cython.double[::1] = scores
    with cython.nogil:
        while i < left and j < right:
            if left_docs[i] < right_docs[j]:
                i += 1
            elif left_docs[i] > right_docs[j]:
                j += 1
            else:
                out_docs[n] = left_docs[i]
                out_scores[n] = left_scores[i] + right_scores[j]
                i += 1
                j += 1
                n += 1
    return docs[:n], scores[:n]


def difference(
    left_docs: cython.uint[::1],
    left_scores: cython.double[::1],
    right_docs: cython.uint[::1],
):
    """Return the documents of the left side that are not on the right one."""
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    n: cython.Py_ssize_t = 0
    left: cython.Py_ssize_t = len(left_docs)
    right: cython.Py_ssize_t = len(right_docs)
    if left != len(left_scores):
        raise ValueError("there must be as many scores as documents")
    docs = array("I", bytes(4 * left))
    scores = array("d", bytes(8 * left))
    out_docs: cython.uint[::1] = docs
    out_scores: cython.double[::1] = scores
    with cython.nogil:
        while i < left:
            while j < right and right_docs[j] < left_docs[i]:
                j += 1
            if j == right or right_docs[j] != left_docs[i]:
                out_docs[n] = left_docs[i]
                out_scores[n] = left_scores[i]
                n += 1
            i += 1
    return docs[:n], scores[:n]


def optional(
    left_docs: cython.uint[::1],
    left_scores: cython.double[::1],
    right_docs: cython.uint[::1],
    right_scores: cython.double[::1],
):
    """Return the documents of the left side; one that is on the right too scores the sum."""
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    left: cython.Py_ssize_t = len(left_docs)
    right: cython.Py_ssize_t = len(right_docs)
    if left != len(left_scores) or right != len(right_scores):
        raise ValueError("there must be as many scores as documents")
    docs = array("I", bytes(4 * left))
    scores = array("d", bytes(8 * left))
    out_docs: cython.uint[::1] = docs
    out_scores: cython.double[::1] = scores
    with cython.nogil:
        while i < left:
            while j < right and right_docs[j] < left_docs[i]:
                j += 1
            out_docs[i] = left_docs[i]
            out_scores[i] = left_scores[i]
            if j < right and right_docs[j] == left_docs[i]:
                out_scores[i] = left_scores[i] + right_scores[j]
            i += 1
    return docs, scores
