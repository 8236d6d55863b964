"""The best documents of a query of terms: windows of documents in the order of what they may hold.

After A. Mallia, T. Suel, N. Tonellotto, "Faster Learned Sparse Retrieval with Block-Max Pruning"
(SIGIR 2024): a bound for each window of documents is the sum of its terms' bounds there; windows
are taken from the highest bound down, and none is looked at whose bound is below the k-th score.
The score is the one that ranking/scoring.py describes, to the bit; since scores are rounded to
multiples of 2**-40, sums are exact and the order of adding does not matter.
"""

from array import array

import cython

__all__ = ["top"]

_ROW = cython.declare(cython.longlong, 19)
_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)
_UNITS = cython.declare(cython.double, 1099511627776.0)
_HIGHEST = cython.declare(cython.double, 8388608.0)  # no score is: that many units take 64 bits
_DAMAGED = "a posting list is damaged"
_scratch: dict = {}


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _bits(
    words: cython.const[cython.ulonglong][::1], bit: cython.longlong, width: cython.longlong
) -> cython.longlong:
    """Give the number of ``width`` bits (at most 32) at ``bit``. As in lists.py, to be inlined."""
    at: cython.longlong = bit >> 6
    shift: cython.longlong = bit & 63
    number: cython.ulonglong = words[at] >> shift
    if shift + width > 64:
        number |= (words[at + 1] << (64 - shift)) & _ALL
    return cython.cast(
        cython.longlong, number & ((cython.cast(cython.ulonglong, 1) << width) - 1)
    )


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _saturated(tf: cython.double, k1: cython.double, idf: cython.double) -> cython.longlong:
    """Give the score of a weighted frequency in units of 2**-40, as bm25f.saturate rounds it."""
    if tf > 0.0:
        return cython.cast(cython.longlong, idf * tf / (k1 + tf) * _UNITS + 0.5)
    return 0


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _frequency(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    r: cython.longlong,
    i: cython.longlong,
    doc: cython.longlong,
    weights: cython.const[cython.double][::1],
    norms: cython.const[cython.double][::1],
    term: cython.longlong,
) -> cython.double:
    """Give the weighted frequency of posting ``i`` of a row; -1 where it has no searched field."""
    field: cython.longlong
    tf: cython.longlong
    has: cython.bint = False
    frequency: cython.double = 0.0
    for field in range(3):
        tf = rows[r + 7 + 3 * field]
        if tf > 0 and weights[3 * term + field] >= 0.0:
            if rows[r + 6 + 3 * field] > 0:
                tf = _bits(
                    words,
                    rows[r + 5 + 3 * field] + i * rows[r + 6 + 3 * field],
                    rows[r + 6 + 3 * field],
                )
            if tf > 0:
                has = True
                frequency += weights[3 * term + field] * tf * norms[3 * doc + field]
    return frequency if has else -1.0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _load(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    r: cython.longlong,
    weights: cython.const[cython.double][::1],
    norms: cython.const[cython.double][::1],
    term: cython.longlong,
    first: cython.longlong,
    width: cython.longlong,
    num_docs: cython.longlong,
    s: cython.longlong[::1],
    places: cython.longlong,
    frequencies: cython.double[::1],
) -> cython.longlong:
    """Decode a row: each posting's document, less ``first``, and weighted frequency, or -1 for it.

    Gives how many there are, or -1 for a document outside of the window.
    """
    n: cython.longlong = rows[r + 2]
    i: cython.longlong
    field: cython.longlong
    tf: cython.longlong
    doc: cython.longlong
    bit: cython.longlong = rows[r + 3]
    size: cython.longlong = rows[r + 4]
    base: cython.longlong = rows[r + 1] - first
    weight: cython.double
    restricted: cython.bint = False
    if n > width:
        return -1
    for i in range(n):
        doc = base + _bits(words, bit, size)
        bit += size
        if doc < 0 or doc >= width or doc + first >= num_docs:
            return -1
        s[places + i] = doc
        frequencies[i] = 0.0
    for field in range(3):
        weight = weights[3 * term + field]
        tf = rows[r + 7 + 3 * field]
        if tf == 0:
            continue
        if weight < 0.0:
            restricted = True
            continue
        bit = rows[r + 5 + 3 * field]
        size = rows[r + 6 + 3 * field]
        if size == 0:
            for i in range(n):
                frequencies[i] += weight * tf * norms[3 * (first + s[places + i]) + field]
        else:
            for i in range(n):
                tf = _bits(words, bit, size)
                bit += size
                if tf > 0:
                    frequencies[i] += weight * tf * norms[3 * (first + s[places + i]) + field]
    if restricted:
        for i in range(n):
            frequencies[i] = _frequency(
                words, rows, r, i, first + s[places + i], weights, norms, term
            )
    return n


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


def top(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    highest: cython.const[cython.double][::1],
    ends: cython.const[cython.longlong][::1],
    roles: cython.const[cython.longlong][::1],
    weights: cython.const[cython.double][::1],
    idfs: cython.const[cython.double][::1],
    norms: cython.const[cython.double][::1],
    excluded: cython.const[cython.uchar][::1],
    k1: cython.double,
    k: cython.longlong,
    threshold: cython.double,
    window_bits: cython.longlong,
):
    """Give the ``k`` best documents of a segment and their scores, best first, ties by number.

    ``rows`` has the rows of one term after those of another (see lists.py), ``ends`` how many rows
    the terms have up to and with each, ``highest`` the bound of each row (lists.bounds). ``roles``
    says of each term whether a document must have it (1), may have it (0) or must not (2); without
    one that it must have, it needs one that it may. ``weights`` has three numbers a term, below 0
    for a field that is not searched. ``norms`` has ``1 / (1 - b + b * length / average)`` of each
    field of each document, three a document. ``excluded`` is empty, or has a bit for each document
    that is not to be found. A document must score more than ``threshold`` (below 0: any may).

    Gives ``array('I')``, ``array('d')``, and how many windows were looked at. Raises ValueError for
    a document that the segment has not, or arrays that do not fit together.
    """
    terms: cython.longlong = len(idfs)
    num_docs: cython.longlong = len(norms) // 3
    row_count: cython.longlong = len(rows) // _ROW
    width: cython.longlong = 1 << window_bits
    windows: cython.longlong = ((num_docs - 1) >> window_bits) + 1
    t: cython.longlong
    u: cython.longlong
    r: cython.longlong
    i: cython.longlong
    j: cython.longlong
    n: cython.longlong
    m: cython.longlong
    w: cython.longlong
    doc: cython.longlong
    place: cython.longlong
    high: cython.longlong
    wanted: cython.longlong
    count: cython.longlong
    start: cython.longlong
    visited: cython.longlong = 0
    candidates: cython.longlong = 0
    required: cython.longlong = 0
    has: cython.longlong
    size: cython.longlong = 0
    score: cython.longlong
    rest: cython.longlong
    least: cython.longlong = -1
    first: cython.longlong = 0
    frequency: cython.double
    good: cython.bint = True
    probe: cython.bint
    stages: cython.longlong
    touched: cython.longlong
    places: cython.longlong
    bounds: cython.longlong
    row_of: cython.longlong
    order: cython.longlong
    by_bound: cython.longlong
    scores: cython.longlong
    docs: cython.longlong
    if not (
        len(ends) == terms == len(roles)
        and len(weights) == 3 * terms
        and len(highest) == row_count
        and 0 < terms
        and num_docs > 0
        and 4 < window_bits < 31
        and (len(excluded) == 0 or len(excluded) * 8 >= num_docs)
        and k > 0
        and ends[terms - 1] == row_count
    ):
        raise ValueError("the arrays do not fit together")
    k = min(k, num_docs)
    # Everything that the loops write to stands in one array, which is kept for the next call: to
    # make nine of them takes longer than to score a rare word. Of the documents of a window:
    # sums; stages (0: not seen; 1 + the number of required terms it has; -1: it has one that it
    # must not); those touched; those of one term. Then the bounds of the windows and of each term
    # in each; the row of each term in each window, and 1, or 0 for none; the order of the windows,
    # and that of the terms within one; the heap.
    stages = width
    touched = 2 * width
    places = 3 * width
    bounds = 4 * width
    row_of = bounds + windows + terms * windows
    order = row_of + terms * windows
    by_bound = order + windows
    scores = by_bound + terms
    docs = scores + k
    pool = _scratch.pop(window_bits, None)
    if pool is None or len(pool[0]) < docs + k:
        pool = array("q", bytes(8 * (docs + k))), array("d", bytes(8 * width))
    s: cython.longlong[::1] = pool[0]
    frequencies: cython.double[::1] = pool[1]
    with cython.nogil:
        for i in range(bounds, order):
            s[i] = 0
        if threshold >= _HIGHEST:
            least = 0x7FFFFFFFFFFFFFFF
        elif threshold >= 0.0:
            least = cython.cast(cython.longlong, threshold * _UNITS)
        for t in range(terms):
            if roles[t] == 1:
                required += 1
            if ends[t] < first or ends[t] > row_count:
                good = False
                break
            for i in range(first, ends[t]):
                r = _ROW * i
                w = rows[r]
                if w < 0 or w >= windows:
                    good = False
                    break
                s[row_of + t * windows + w] = r + 1
                if roles[t] != 2:
                    # The division by k1 + tf may err by far less than the unit that is added.
                    score = _saturated(highest[i], k1, idfs[t]) + 1
                    s[bounds + windows + t * windows + w] = score
                    s[bounds + w] += score
            first = ends[t]
        if good:
            candidates = _order_windows(
                s, row_of, order, bounds, windows, terms, roles, required
            )
        for j in range(candidates):
            w = s[order + j]
            start = w << window_bits
            if s[bounds + w] <= least or (size == k and s[bounds + w] < s[scores]):
                break
            visited += 1
            # The terms in this window: those a document must have first, from the fewest postings;
            # then what it may have, from the highest bound; then what it must not.
            n = 0
            for t in range(terms):
                if s[row_of + t * windows + w] == 0:
                    continue
                i = n
                while i > 0:
                    u = s[by_bound + i - 1]
                    if not _goes_before(t, u, w, windows, roles, rows, s, row_of, bounds):
                        break
                    s[by_bound + i] = u
                    i -= 1
                s[by_bound + i] = t
                n += 1
            count = 0
            has = 0
            rest = s[bounds + w]
            for i in range(n):
                t = s[by_bound + i]
                r = s[row_of + t * windows + w] - 1
                # Can a document not win any more that has none of the terms before?
                probe = (
                    has > 0
                    or roles[t] == 2
                    or rest <= least
                    or (size == k and rest < s[scores])
                )
                if probe and count * 8 < rows[r + 2]:
                    for m in range(count):
                        place = s[touched + m]
                        if roles[t] == 1 and s[stages + place] != has + 1:
                            continue
                        wanted = start + place - rows[r + 1]
                        u = 0
                        high = rows[r + 2]
                        while u < high:
                            doc = (u + high) >> 1
                            if _bits(words, rows[r + 3] + doc * rows[r + 4], rows[r + 4]) < wanted:
                                u = doc + 1
                            else:
                                high = doc
                        if u == rows[r + 2] or (
                            _bits(words, rows[r + 3] + u * rows[r + 4], rows[r + 4]) != wanted
                        ):
                            continue
                        frequency = _frequency(
                            words, rows, r, u, start + place, weights, norms, t
                        )
                        if frequency < 0.0:
                            continue
                        if roles[t] == 2:
                            s[stages + place] = -1
                        else:
                            s[place] += _saturated(frequency, k1, idfs[t])
                            if roles[t] == 1:
                                s[stages + place] += 1
                else:
                    m = _load(
                        words, rows, r, weights, norms, t, start, width, num_docs, s, places,
                        frequencies,
                    )  # fmt: skip
                    if m < 0:
                        good = False
                        break
                    for u in range(m):
                        place = s[places + u]
                        if s[stages + place] == 0:
                            if probe or frequencies[u] < 0.0:
                                continue
                            s[touched + count] = place
                            count += 1
                            s[stages + place] = 1 + (roles[t] == 1)
                            s[place] = _saturated(frequencies[u], k1, idfs[t])
                            continue
                        if frequencies[u] < 0.0:
                            continue
                        if roles[t] == 2:
                            s[stages + place] = -1
                        elif roles[t] == 0:
                            s[place] += _saturated(frequencies[u], k1, idfs[t])
                        elif s[stages + place] == has + 1:
                            s[place] += _saturated(frequencies[u], k1, idfs[t])
                            s[stages + place] += 1
                if roles[t] == 1:
                    has += 1
                if roles[t] != 2:
                    rest -= s[bounds + windows + t * windows + w]
            for i in range(count):
                place = s[touched + i]
                score = s[place]
                if s[stages + place] == required + 1 and score > least:
                    doc = start + place
                    if size < k or _worse(s[scores], s[docs], score, doc):
                        if len(excluded) == 0 or not (excluded[doc >> 3] >> (doc & 7)) & 1:
                            if size < k:
                                _push(s, scores, docs, size, score, doc)
                                size += 1
                            else:
                                s[scores] = score
                                s[docs] = doc
                                _sift_down(s, scores, docs, size)
                s[stages + place] = 0
            if not good:
                break
        count = size
        while size > 1:
            size -= 1
            score = s[scores]
            doc = s[docs]
            s[scores] = s[scores + size]
            s[docs] = s[docs + size]
            _sift_down(s, scores, docs, size)
            s[scores + size] = score
            s[docs + size] = doc
    if not good:
        raise ValueError(_DAMAGED)
    out_docs = array("I", bytes(4 * count))
    out_scores = array("d", bytes(8 * count))
    if count > 0:
        docs_view: cython.uint[::1] = out_docs
        scores_view: cython.double[::1] = out_scores
        for i in range(count):
            docs_view[i] = cython.cast(cython.uint, s[docs + i])
            scores_view[i] = s[scores + i] / _UNITS
    # Its stages are 0 again.
    _scratch[window_bits] = pool
    return out_docs, out_scores, visited


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _order_windows(
    s: cython.longlong[::1],
    row_of: cython.longlong,
    order: cython.longlong,
    bounds: cython.longlong,
    windows: cython.longlong,
    terms: cython.longlong,
    roles: cython.const[cython.longlong][::1],
    required: cython.longlong,
) -> cython.longlong:
    """Write the windows that may hold something from the highest bound down; give how many."""
    w: cython.longlong
    t: cython.longlong
    i: cython.longlong
    has: cython.longlong
    candidates: cython.longlong = 0
    for w in range(windows):
        has = 0
        for t in range(terms):
            if s[row_of + t * windows + w] > 0:
                if roles[t] == 1:
                    has += 1
                elif roles[t] == 0 and required == 0:
                    has = 1
        if has == 0 or has < required:
            continue
        s[order + candidates] = w
        candidates += 1
    # Heapsort: what has the lowest bound goes to the end, again and again.
    for i in range(candidates // 2 - 1, -1, -1):
        _sift_window(s, order, i, candidates, bounds)
    for i in range(candidates - 1, 0, -1):
        w = s[order]
        s[order] = s[order + i]
        s[order + i] = w
        _sift_window(s, order, 0, i, bounds)
    return candidates


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _goes_before(
    t: cython.longlong,
    u: cython.longlong,
    w: cython.longlong,
    windows: cython.longlong,
    roles: cython.const[cython.longlong][::1],
    rows: cython.const[cython.longlong][::1],
    s: cython.longlong[::1],
    row_of: cython.longlong,
    bounds: cython.longlong,
) -> cython.bint:
    if roles[t] != roles[u]:
        return roles[t] == 1 or roles[u] == 2
    if roles[t] == 1:
        return rows[s[row_of + t * windows + w] + 1] < rows[s[row_of + u * windows + w] + 1]
    return s[bounds + windows + t * windows + w] > s[bounds + windows + u * windows + w]


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
    child: cython.longlong
    moving: cython.longlong = s[order + root]
    while True:
        child = 2 * root + 1
        if child >= size:
            break
        if child + 1 < size and (
            s[bounds + s[order + child + 1]] < s[bounds + s[order + child]]
        ):
            child += 1
        if not s[bounds + s[order + child]] < s[bounds + moving]:
            break
        s[order + root] = s[order + child]
        root = child
    s[order + root] = moving
