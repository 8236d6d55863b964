"""The best documents of several terms, by the scores that are kept of them.

A query adds up impacts (impacts.py): first in the windows of documents with the highest bounds,
then in the others in their order, and none is looked at whose bound is below the k-th score, after
A. Mallia, T. Suel, N. Tonellotto, "Faster Learned Sparse Retrieval with Block-Max Pruning" (SIGIR
2024). A window's bound is the sum of the highest impacts that its terms have there.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.scores import SCORE_SCALE
else:
    from searchlib.kernels.scores import SCORE_SCALE

__all__ = ["top"]

# No score is 2**23 or more: SCORE_SCALE times that would not fit into 64 bits.
_HIGHEST = cython.declare(cython.double, 8388608.0)
_TERM = cython.declare(cython.longlong, 4)
# What a term that must be there adds to a sum, and what one that must not takes away.
_HAS = cython.declare(cython.longlong, 1 << 56)
_HAS_NOT = cython.declare(cython.longlong, 1 << 62)
# So many windows are taken in the order of their bounds, which gives a good k-th score; the others
# in that of their documents, which memory likes better.
_FIRST_WINDOWS = cython.declare(cython.longlong, 16)
_scratch: dict = {}


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _worse(
    score: cython.longlong, doc: cython.longlong, other: cython.longlong, other_doc: cython.longlong
) -> cython.bint:
    return score < other or (score == other and doc > other_doc)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _sift_down(
    s: cython.longlong[::1], scores: cython.longlong, docs: cython.longlong, size: cython.longlong
) -> cython.void:
    """Move the root of a heap, whose worst document is to be on top, to its place.

    The heap's scores stand in ``s`` from ``scores`` on, its documents from ``docs`` on.
    """
    parent: cython.longlong = 0
    child: cython.longlong
    score: cython.longlong = s[scores]
    doc: cython.longlong = s[docs]
    while True:
        child = 2 * parent + 1
        if child >= size:
            break
        if child + 1 < size and _worse(
            s[scores + child + 1], s[docs + child + 1], s[scores + child], s[docs + child]
        ):
            child += 1
        if not _worse(s[scores + child], s[docs + child], score, doc):
            break
        s[scores + parent] = s[scores + child]
        s[docs + parent] = s[docs + child]
        parent = child
    s[scores + parent] = score
    s[docs + parent] = doc


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _push(
    s: cython.longlong[::1],
    scores: cython.longlong,
    docs: cython.longlong,
    size: cython.longlong,
    score: cython.longlong,
    doc: cython.longlong,
) -> cython.void:
    """Add a document to a heap of ``size``, which has room for it."""
    child: cython.longlong = size
    parent: cython.longlong
    while child > 0:
        parent = (child - 1) // 2
        if not _worse(score, doc, s[scores + parent], s[docs + parent]):
            break
        s[scores + child] = s[scores + parent]
        s[docs + child] = s[docs + parent]
        child = parent
    s[scores + child] = score
    s[docs + child] = doc


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _sift_window(
    s: cython.longlong[::1],
    order: cython.longlong,
    root: cython.longlong,
    size: cython.longlong,
    bounds: cython.longlong,
) -> cython.void:
    """Move a window down the heap of windows, whose highest bound is to be on top."""
    child: cython.longlong
    moving: cython.longlong = s[order + root]
    while True:
        child = 2 * root + 1
        if child >= size:
            break
        if child + 1 < size and s[bounds + s[order + child + 1]] > s[bounds + s[order + child]]:
            child += 1
        if s[bounds + s[order + child]] <= s[bounds + moving]:
            break
        s[order + root] = s[order + child]
        root = child
    s[order + root] = moving


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _first_from(
    docs: cython.const[cython.uint][::1],
    low: cython.longlong,
    high: cython.longlong,
    doc: cython.longlong,
) -> cython.longlong:
    """Return the first place from ``low`` on, and before ``high``, with ``doc`` or a later one.

    Costs the logarithm of how far that is away.
    """
    middle: cython.longlong
    step: cython.longlong = 1
    while low + step < high and docs[low + step] < doc:
        low += step
        step *= 2
    high = min(high, low + step + 1)
    while low < high:
        middle = (low + high) >> 1
        if docs[middle] < doc:
            low = middle + 1
        else:
            high = middle
    return low


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _offer(
    s: cython.longlong[::1],
    scores: cython.longlong,
    docs: cython.longlong,
    size: cython.longlong,
    k: cython.longlong,
    score: cython.longlong,
    doc: cython.longlong,
) -> cython.longlong:
    """Put a document into the heap of the ``k`` best if it is one of them; give the heap's size."""
    if size < k:
        _push(s, scores, docs, size, score, doc)
        return size + 1
    if _worse(s[scores], s[docs], score, doc):
        s[scores] = score
        s[docs] = doc
        _sift_down(s, scores, docs, size)
    return size


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _sort(
    s: cython.longlong[::1], scores: cython.longlong, docs: cython.longlong, size: cython.longlong
) -> cython.void:
    """Sort a heap of documents, the best first: the root, which is the worst, goes to the end."""
    score: cython.longlong
    doc: cython.longlong
    while size > 1:
        size -= 1
        score = s[scores]
        doc = s[docs]
        s[scores] = s[scores + size]
        s[docs] = s[docs + size]
        _sift_down(s, scores, docs, size)
        s[scores + size] = score
        s[docs + size] = doc


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _add_bounds(
    docs: cython.const[cython.uint][::1],
    scores: cython.const[cython.longlong][::1],
    tables: cython.const[cython.longlong][::1],
    terms: cython.const[cython.longlong][::1],
    s: cython.longlong[::1],
    bounds: cython.longlong,
    having: cython.longlong,
    window_bits: cython.longlong,
    num_docs: cython.longlong,
    required: cython.longlong,
) -> cython.bint:
    """Add up the highest scores in each window, and count the terms there that count.

    Those are the required ones, or all where there are none. Tells whether documents are in order.
    """
    windows: cython.longlong = ((num_docs - 1) >> window_bits) + 1
    t: cython.longlong
    i: cython.longlong
    w: cython.longlong
    role: cython.longlong
    table: cython.longlong
    end: cython.longlong
    stop: cython.longlong
    before: cython.longlong
    highest: cython.longlong
    for t in range(len(terms) // _TERM):
        role = terms[_TERM * t]
        i = terms[_TERM * t + 1]
        end = terms[_TERM * t + 2]
        table = terms[_TERM * t + 3]
        before = -1
        if role == 2:
            continue
        if table >= 0:
            for w in range(windows):
                highest = tables[table + 2 * w + 1]
                if highest > 0:
                    s[bounds + w] = min(s[bounds + w] + min(highest - 1, _HAS), _HAS)
                    if role == 1 or required == 0:
                        s[having + w] += 1
            continue
        while i < end:
            w = docs[i] >> window_bits
            if w <= before or w >= windows:
                return False
            before = w
            highest = 0
            stop = min((w + 1) << window_bits, num_docs)
            while i < end and docs[i] < stop:
                highest = max(highest, scores[i])
                i += 1
            s[bounds + w] = min(s[bounds + w] + min(highest, _HAS), _HAS)
            if role == 1 or required == 0:
                s[having + w] += 1
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _find_impacts(
    docs: cython.const[cython.uint][::1],
    tables: cython.const[cython.longlong][::1],
    terms: cython.const[cython.longlong][::1],
    s: cython.longlong[::1],
    ranges: cython.longlong,
    w: cython.longlong,
    window_bits: cython.longlong,
    goes_on: cython.bint,
) -> cython.longlong:
    """Note where each term's impacts in a window are; ``goes_on`` if it is behind the one before.

    Gives which of the terms that are not prohibited has most there, -1 for none, -2 for damage.
    """
    start: cython.longlong = w << window_bits
    width: cython.longlong = 1 << window_bits
    t: cython.longlong
    table: cython.longlong
    low: cython.longlong
    high: cython.longlong
    most: cython.longlong = 0
    last: cython.longlong = -1
    for t in range(len(terms) // _TERM):
        low = terms[_TERM * t + 1]
        high = terms[_TERM * t + 2]
        table = terms[_TERM * t + 3]
        if table >= 0:
            if not low <= tables[table + 2 * w] <= tables[table + 2 * w + 2] <= high:
                return -2
            low = tables[table + 2 * w]
            high = tables[table + 2 * w + 2]
        else:
            if goes_on:
                low = s[ranges + 2 * t + 1]
            low = _first_from(docs, low, high, start)
            high = _first_from(docs, low, min(low + width, high), start + width)
        s[ranges + 2 * t] = low
        s[ranges + 2 * t + 1] = high
        if high - low > most and terms[_TERM * t] != 2:
            last = t
            most = high - low
    return last


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _add_up(
    docs: cython.const[cython.uint][::1],
    scores: cython.const[cython.longlong][::1],
    terms: cython.const[cython.longlong][::1],
    s: cython.longlong[::1],
    ranges: cython.longlong,
    last: cython.longlong,
    start: cython.longlong,
    width: cython.longlong,
) -> cython.bint:
    """Add up the scores of all terms but the last one for the documents of a window.

    A prohibited term makes a sum low, a required one high. Tells whether all documents are there.
    """
    t: cython.longlong
    i: cython.longlong
    role: cython.longlong
    extra: cython.longlong
    place: cython.longlong
    for t in range(len(terms) // _TERM):
        if t == last:
            continue
        role = terms[_TERM * t]
        extra = _HAS if role == 1 else 0
        for i in range(s[ranges + 2 * t], s[ranges + 2 * t + 1]):
            place = cython.cast(cython.longlong, docs[i]) - start
            if place < 0 or place >= width:
                return False
            if role == 2:
                s[place] = -_HAS_NOT
            else:
                s[place] += scores[i] + extra
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _take_best(
    docs: cython.const[cython.uint][::1],
    scores: cython.const[cython.longlong][::1],
    terms: cython.const[cython.longlong][::1],
    excluded: cython.const[cython.uchar][::1],
    s: cython.longlong[::1],
    ranges: cython.longlong,
    last: cython.longlong,
    start: cython.longlong,
    width: cython.longlong,
    num_docs: cython.longlong,
    heap_scores: cython.longlong,
    heap_docs: cython.longlong,
    size: cython.longlong,
    k: cython.longlong,
    base: cython.longlong,
    least: cython.longlong,
) -> cython.longlong:
    """Put the best documents of a window into the heap, and set the sums back to 0.

    What has the last term is complete with its score, and seldom good enough; what has not is among
    the others. Gives the new size of the heap, -1 for damage.
    """
    t: cython.longlong
    i: cython.longlong
    place: cython.longlong
    score: cython.longlong
    doc: cython.longlong
    turn: cython.longlong
    extra: cython.longlong = 0
    limit: cython.longlong = base + least
    if size == k and s[heap_scores] - 1 > least:
        limit = base + s[heap_scores] - 1
    # What is offered must not be so again: as long as a score of 0 is good enough, 0 cannot say
    # that.
    done: cython.longlong = 0 if limit >= 0 else -_HAS_NOT
    count: cython.longlong = len(terms) // _TERM
    for turn in range(-1, count):
        t = last if turn < 0 else turn
        if t < 0 or turn == last:
            continue
        if turn < 0 and terms[_TERM * t] == 1:
            extra = _HAS
        for i in range(s[ranges + 2 * t], s[ranges + 2 * t + 1]):
            place = cython.cast(cython.longlong, docs[i]) - start
            if turn < 0:
                if place < 0 or place >= width:
                    return -1
                score = s[place] + scores[i] + extra
                if score <= limit:
                    continue
            else:
                score = s[place]
            s[place] = done
            if score > limit:
                doc = start + place
                if doc >= num_docs:
                    return -1
                if len(excluded) == 0 or not (excluded[doc >> 3] >> (doc & 7)) & 1:
                    size = _offer(s, heap_scores, heap_docs, size, k, score - base, doc)
                    if size == k and s[heap_scores] - 1 > least:
                        limit = base + s[heap_scores] - 1
    if done != 0:
        for t in range(count):
            for i in range(s[ranges + 2 * t], s[ranges + 2 * t + 1]):
                s[cython.cast(cython.longlong, docs[i]) - start] = 0
    return size


def top(
    docs: cython.const[cython.uint][::1],
    scores: cython.const[cython.longlong][::1],
    tables: cython.const[cython.longlong][::1],
    terms: cython.const[cython.longlong][::1],
    num_docs: cython.longlong,
    excluded: cython.const[cython.uchar][::1],
    k: cython.longlong,
    threshold: cython.double,
    window_bits: cython.longlong,
):
    """Return the ``k`` best documents of a segment and their scores, best first, ties by number.

    ``docs`` and ``scores`` hold the impacts of terms, of each in the order of the documents, where
    list_rows.write_impacts or impacts.copy has put them. ``terms`` has four numbers a term: whether
    a document must have it (1; of at most 60 terms), may have it (0) or must not (2), the half-open
    places of its impacts, and where ``tables`` has what impacts.tabulate wrote for it, or -1;
    without one that it must have, a document needs one that it may. ``excluded`` is empty, or has a
    bit for each document that is not to be found. A document must score more than ``threshold``
    (below 0: any may).

    Gives ``array('I')``, ``array('d')``, and how many windows were looked at. Raises ValueError for
    arrays that do not fit together, and where it comes upon documents that are in another window
    than their table or their neighbours say; OverflowError where the scores of a window's terms may
    add up to 2**16, as those of thousands of words do.
    """
    count: cython.longlong = len(terms) // _TERM
    width: cython.longlong = 1 << window_bits
    windows: cython.longlong = ((num_docs - 1) >> window_bits) + 1
    t: cython.longlong
    i: cython.longlong
    w: cython.longlong
    low: cython.longlong
    role: cython.longlong
    last: cython.longlong
    visited: cython.longlong = 0
    candidates: cython.longlong = 0
    following: cython.longlong = 0
    required: cython.longlong = 0
    size: cython.longlong = 0
    least: cython.longlong = -1
    good: cython.bint
    too_high: cython.bint = False
    if not (
        0 < num_docs <= 0xFFFFFFFF
        and 4 < window_bits < 31
        and k > 0
        and count > 0
        and len(docs) == len(scores)
        and (len(excluded) == 0 or len(excluded) * 8 >= num_docs)
    ):
        raise ValueError("the arrays do not fit together")
    for t in range(count):
        role = terms[_TERM * t]
        required += role == 1
        if not (0 <= role <= 2 and 0 <= terms[_TERM * t + 1] <= terms[_TERM * t + 2] <= len(docs)):
            raise ValueError("the arrays do not fit together")
        low = terms[_TERM * t + 3]
        if low != -1 and not 0 <= low <= len(tables) - 2 * windows - 1:
            raise ValueError("the arrays do not fit together")
    if required > 60:
        raise ValueError(f"{required} terms are required, of at most 60")
    k = min(k, num_docs)
    # Everything that the loops write to stands in one array, which is kept for the next call: of
    # the documents of a window their sums; of the windows bounds, how many terms they have that
    # count, and the heap of those that may hold something; of the terms where their impacts are in
    # a window; the heap of documents.
    bounds: cython.longlong = width
    having: cython.longlong = bounds + windows
    order: cython.longlong = having + windows
    ranges: cython.longlong = order + windows
    heap_scores: cython.longlong = ranges + 2 * count
    heap_docs: cython.longlong = heap_scores + k
    pool = _scratch.pop(window_bits, None)
    if pool is None or len(pool) < heap_docs + k:
        pool = array("q", bytes(8 * (heap_docs + k)))
    s: cython.longlong[::1] = pool
    with cython.nogil:
        if threshold >= _HIGHEST:
            least = 0x3FFFFFFFFFFFFFFF
        elif threshold >= 0.0:
            least = cython.cast(cython.longlong, threshold * SCORE_SCALE)
        for i in range(bounds, order):
            s[i] = 0
        good = _add_bounds(
            docs, scores, tables, terms, s, bounds, having, window_bits, num_docs, required
        )
        for w in range(windows):
            if s[having + w] > 0 and s[having + w] >= required and s[bounds + w] > least:
                s[order + candidates] = w
                candidates += 1
                if s[bounds + w] >= _HAS:
                    too_high = True
            else:
                s[bounds + w] = -1  # as those that were looked at
        for i in range(candidates // 2 - 1, -1, -1):
            _sift_window(s, order, i, candidates, bounds)
        while good and not too_high and candidates > 0:
            if visited < _FIRST_WINDOWS:
                w = s[order]
                if size == k and s[bounds + w] < s[heap_scores]:
                    break
                candidates -= 1
                s[order] = s[order + candidates]
                if candidates > 0:
                    _sift_window(s, order, 0, candidates, bounds)
            else:
                while following < windows and (
                    s[bounds + following] < 0
                    or (size == k and s[bounds + following] < s[heap_scores])
                ):
                    following += 1
                if following == windows:
                    break
                w = following
            visited += 1
            s[bounds + w] = -1
            last = _find_impacts(
                docs, tables, terms, s, ranges, w, window_bits, visited > _FIRST_WINDOWS + 1
            )
            good = last > -2 and _add_up(
                docs, scores, terms, s, ranges, last, w << window_bits, width
            )
            if good:
                size = _take_best(
                    docs, scores, terms, excluded, s, ranges, last, w << window_bits, width,
                    num_docs, heap_scores, heap_docs, size, k, required * _HAS, least,
                )  # fmt: skip
                good = size >= 0
        if good:
            _sort(s, heap_scores, heap_docs, size)
    if too_high:
        raise OverflowError("the scores are too high to be added up")
    if not good:
        raise ValueError("the impacts of a term are not in order")
    out_docs = array("I", bytes(4 * size))
    out_scores = array("d", bytes(8 * size))
    if size > 0:
        docs_view: cython.uint[::1] = out_docs
        scores_view: cython.double[::1] = out_scores
        for i in range(size):
            docs_view[i] = cython.cast(cython.uint, s[heap_docs + i])
            scores_view[i] = s[heap_scores + i] / SCORE_SCALE
    _scratch[window_bits] = pool  # its sums are 0 again
    return out_docs, out_scores, visited
