"""Which occurrences of words stand side by side."""

from array import array

import cython

__all__ = ["find", "following", "merged", "renumbered"]

_ROW = cython.declare(cython.longlong, 19)
_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)


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
    return cython.cast(cython.longlong, number & ((cython.cast(cython.ulonglong, 1) << width) - 1))


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _frequency(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    r: cython.longlong,
    field: cython.longlong,
    i: cython.longlong,
) -> cython.longlong:
    """Give the frequency of a field in posting ``i`` of a row."""
    if rows[r + 6 + 3 * field] == 0:
        return rows[r + 7 + 3 * field]
    return _bits(
        words, rows[r + 5 + 3 * field] + i * rows[r + 6 + 3 * field], rows[r + 6 + 3 * field]
    )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _place_occurrences(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    r: cython.longlong,
    s: cython.longlong[::1],
    postings: cython.longlong,
    firsts: cython.longlong,
    count: cython.longlong,
) -> cython.void:
    """Find the first occurrence of each of ``count`` postings of a row, which are in order."""
    i: cython.longlong
    c: cython.longlong
    at: cython.longlong = 0
    done: cython.longlong = 0
    constant: cython.longlong = 0
    h: cython.longlong = rows[r + 6]
    b: cython.longlong = rows[r + 9]
    k: cython.longlong = rows[r + 12]
    if h == 0:
        constant += rows[r + 7]
    if b == 0:
        constant += rows[r + 10]
    if k == 0:
        constant += rows[r + 13]
    for c in range(count):
        i = s[postings + c]
        at += constant * (i - done)
        while done < i:
            if b > 0:
                at += _bits(words, rows[r + 8] + done * b, b)
            if h > 0:
                at += _bits(words, rows[r + 5] + done * h, h)
            if k > 0:
                at += _bits(words, rows[r + 11] + done * k, k)
            if h == 0 and b == 0 and k == 0:
                done = i
            else:
                done += 1
        s[firsts + c] = at


def find(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    ends: cython.const[cython.longlong][::1],
    num_docs: cython.longlong,
):
    """Give where terms stand side by side, in order: 3 * document + field, as ``array('I')``.

    ``rows`` has the rows of one term after those of another (see lists.py), ``ends`` how many rows
    the terms have up to and with each. Windows that not all terms have are passed over, and so are
    the positions of documents that not all have. Raises ValueError for a document that is not below
    ``num_docs`` or not above the one before, and arrays that do not fit together.
    """
    terms: cython.longlong = len(ends)
    t: cython.longlong
    i: cython.longlong
    j: cython.longlong
    c: cython.longlong
    r: cython.longlong
    u: cython.longlong
    w: cython.longlong
    n: cython.longlong
    field: cython.longlong
    doc: cython.longlong
    low: cython.longlong
    high: cython.longlong
    middle: cython.longlong
    count: cython.longlong
    kept: cython.longlong
    driver: cython.longlong
    most: cython.longlong = 1
    longest: cython.longlong = 1
    first: cython.longlong = 0
    tf: cython.longlong
    other_tf: cython.longlong
    at: cython.longlong
    other_at: cython.longlong
    position: cython.longlong
    before: cython.longlong = -1
    out: cython.longlong = 0
    room: cython.longlong = 1024
    good: cython.bint = True
    same: cython.bint
    if terms < 1 or num_docs < 1 or ends[terms - 1] * _ROW != len(rows):
        raise ValueError("the arrays do not fit together")
    for t in range(terms):
        if not first <= ends[t] <= ends[terms - 1]:
            raise ValueError("the arrays do not fit together")
        for i in range(first, ends[t]):
            most = max(most, rows[_ROW * i + 2])
            longest = max(longest, rows[_ROW * i + 18])
        first = ends[t]
    # Of each term the row it is at; of the documents that have all terms so far their numbers, and
    # of each term the posting and its first occurrence; the positions where the phrase may go on.
    docs: cython.longlong = terms
    postings: cython.longlong = docs + most
    firsts: cython.longlong = postings + terms * most
    places: cython.longlong = firsts + terms * most
    scratch = array("q", bytes(8 * (places + longest)))
    s: cython.longlong[::1] = scratch
    spans = array("I", bytes(4 * room))
    out_spans: cython.uint[::1] = spans
    for t in range(terms):
        s[t] = ends[t - 1] if t > 0 else 0
    while True:
        with cython.nogil:
            # The next window that all terms have.
            same = False
            while not same:
                w = -1
                for t in range(terms):
                    if s[t] == ends[t]:
                        w = -1
                        break
                    w = max(w, rows[_ROW * s[t]])
                if w < 0:
                    break
                same = True
                for t in range(terms):
                    while s[t] < ends[t] and rows[_ROW * s[t]] < w:
                        s[t] += 1
                    if s[t] == ends[t] or rows[_ROW * s[t]] != w:
                        same = False
            if same:
                driver = 0
                for t in range(1, terms):
                    if rows[_ROW * s[t] + 2] < rows[_ROW * s[driver] + 2]:
                        driver = t
                r = _ROW * s[driver]
                count = rows[r + 2]
                for i in range(count):
                    s[docs + i] = rows[r + 1] + _bits(
                        words, rows[r + 3] + i * rows[r + 4], rows[r + 4]
                    )
                    s[postings + driver * most + i] = i
                    # Were a document there twice, more could be found than there is room for.
                    if s[docs + i] <= before or s[docs + i] >= num_docs:
                        good = False
                    before = s[docs + i]
                for t in range(terms):
                    if t == driver:
                        continue
                    r = _ROW * s[t]
                    n = rows[r + 2]
                    kept = 0
                    low = 0
                    for c in range(count):
                        doc = s[docs + c]
                        high = n
                        if n < count * 8:  # as many as to be passed over one by one
                            while low < n and rows[r + 1] + _bits(
                                words, rows[r + 3] + low * rows[r + 4], rows[r + 4]
                            ) < (doc):
                                low += 1
                        else:
                            while low < high:
                                middle = (low + high) >> 1
                                if rows[r + 1] + _bits(
                                    words, rows[r + 3] + middle * rows[r + 4], rows[r + 4]
                                ) < (doc):
                                    low = middle + 1
                                else:
                                    high = middle
                        if low == n:
                            break
                        if rows[r + 1] + _bits(
                            words, rows[r + 3] + low * rows[r + 4], rows[r + 4]
                        ) != (doc):
                            continue
                        s[docs + kept] = doc
                        for u in range(t):
                            s[postings + u * most + kept] = s[postings + u * most + c]
                        if driver > t:
                            s[postings + driver * most + kept] = s[postings + driver * most + c]
                        s[postings + t * most + kept] = low
                        kept += 1
                    count = kept
                if count > 0:
                    for t in range(terms):
                        _place_occurrences(
                            words, rows, _ROW * s[t], s, postings + t * most, firsts + t * most,
                            count,
                        )  # fmt: skip
        if not good:
            raise ValueError("a posting list is damaged")
        if not same:
            break
        # A phrase ends at most as often as its first word stands there.
        if out + rows[_ROW * s[0] + 18] > room:
            room = 2 * room + rows[_ROW * s[0] + 18]
            out_spans = None
            spans = spans + array("I", bytes(4 * (room - len(spans))))
            out_spans = spans
        with cython.nogil:
            for c in range(count):
                doc = s[docs + c]
                for field in range(3):
                    r = _ROW * s[0]
                    tf = _frequency(words, rows, r, field, s[postings + c])
                    at = s[firsts + c]
                    s[firsts + c] += tf
                    if at + tf > rows[r + 18]:
                        good = False
                        break
                    for i in range(tf):
                        s[places + i] = _bits(
                            words, rows[r + 14] + (at + i) * rows[r + 15], rows[r + 15]
                        )
                    for t in range(1, terms):
                        r = _ROW * s[t]
                        other_tf = _frequency(words, rows, r, field, s[postings + t * most + c])
                        other_at = s[firsts + t * most + c]
                        s[firsts + t * most + c] += other_tf
                        if other_at + other_tf > rows[r + 18]:
                            good = False
                            break
                        kept = 0
                        j = 0
                        for i in range(tf):
                            position = s[places + i] + 1
                            while j < other_tf and (
                                _bits(
                                    words,
                                    rows[r + 14] + (other_at + j) * rows[r + 15],
                                    rows[r + 15],
                                )
                                < position
                            ):
                                j += 1
                            if j == other_tf:
                                break
                            if position == _bits(
                                words, rows[r + 14] + (other_at + j) * rows[r + 15], rows[r + 15]
                            ):
                                s[places + kept] = position
                                kept += 1
                        tf = kept
                    if not good:
                        break
                    for _i in range(tf):
                        out_spans[out] = cython.cast(cython.uint, 3 * doc + field)
                        out += 1
                if not good:
                    break
            for t in range(terms):
                s[t] += 1
        if not good:
            raise ValueError("a posting list is damaged")
    return spans[:out]


def following(
    left_spans: cython.const[cython.uint][::1],
    left_positions: cython.const[cython.uint][::1],
    right_spans: cython.const[cython.uint][::1],
    right_positions: cython.const[cython.uint][::1],
):
    """Give the occurrences on the right that come directly after one on the left.

    An occurrence is a field of a document and a position in it; both sides are in order. Gives two
    ``array('I')``.
    """
    left: cython.Py_ssize_t = len(left_spans)
    right: cython.Py_ssize_t = len(right_spans)
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t
    out: cython.Py_ssize_t = 0
    if left != len(left_positions) or right != len(right_positions):
        raise ValueError("there must be as many positions as fields")
    spans = array("I", bytes(4 * max(right, 1)))
    positions = array("I", bytes(4 * max(right, 1)))
    out_spans: cython.uint[::1] = spans
    out_positions: cython.uint[::1] = positions
    with cython.nogil:
        for j in range(right):
            if right_positions[j] == 0:
                continue
            while i < left and (
                left_spans[i] < right_spans[j]
                or (left_spans[i] == right_spans[j] and left_positions[i] < right_positions[j] - 1)
            ):
                i += 1
            if i == left:
                break
            if left_spans[i] == right_spans[j] and left_positions[i] == right_positions[j] - 1:
                out_spans[out] = right_spans[j]
                out_positions[out] = right_positions[j]
                out += 1
    return spans[:out], positions[:out]


def merged(
    left_spans: cython.const[cython.uint][::1],
    left_positions: cython.const[cython.uint][::1],
    right_spans: cython.const[cython.uint][::1],
    right_positions: cython.const[cython.uint][::1],
):
    """Give the occurrences of either side, each once, in order."""
    left: cython.Py_ssize_t = len(left_spans)
    right: cython.Py_ssize_t = len(right_spans)
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    out: cython.Py_ssize_t = 0
    side: cython.int
    if left != len(left_positions) or right != len(right_positions):
        raise ValueError("there must be as many positions as fields")
    spans = array("I", bytes(4 * max(left + right, 1)))
    positions = array("I", bytes(4 * max(left + right, 1)))
    out_spans: cython.uint[::1] = spans
    out_positions: cython.uint[::1] = positions
    with cython.nogil:
        while i < left or j < right:
            side = 0
            if i == left:
                side = 1
            elif j < right:
                if left_spans[i] != right_spans[j]:
                    side = left_spans[i] > right_spans[j]
                elif left_positions[i] != right_positions[j]:
                    side = left_positions[i] > right_positions[j]
                else:
                    j += 1
            if side == 0:
                out_spans[out] = left_spans[i]
                out_positions[out] = left_positions[i]
                i += 1
            else:
                out_spans[out] = right_spans[j]
                out_positions[out] = right_positions[j]
                j += 1
            out += 1
    return spans[:out], positions[:out]


def renumbered(
    spans: cython.const[cython.uint][::1],
    positions: cython.const[cython.uint][::1],
    forms: cython.const[cython.uint][::1],
    docs: cython.const[cython.uint][::1],
    new_forms: cython.const[cython.uint][::1],
):
    """Give occurrences under the new numbers of their documents and forms, for a merge.

    ``docs`` has the new number of each document, 2**32 - 1 for one that is dropped.
    """
    count: cython.Py_ssize_t = len(spans)
    i: cython.Py_ssize_t
    out: cython.Py_ssize_t = 0
    doc: cython.uint
    dropped: cython.uint = 0xFFFFFFFF
    good: cython.bint = True
    if not count == len(positions) == len(forms):
        raise ValueError("there must be as many positions and forms as fields")
    out_spans = array("I", bytes(4 * max(count, 1)))
    out_positions = array("I", bytes(4 * max(count, 1)))
    out_forms = array("I", bytes(4 * max(count, 1)))
    to_spans: cython.uint[::1] = out_spans
    to_positions: cython.uint[::1] = out_positions
    to_forms: cython.uint[::1] = out_forms
    with cython.nogil:
        for i in range(count):
            if spans[i] // 3 >= len(docs) or forms[i] >= len(new_forms):
                good = False
                break
            doc = docs[spans[i] // 3]
            if doc == dropped:
                continue
            to_spans[out] = 3 * doc + spans[i] % 3
            to_positions[out] = positions[i]
            to_forms[out] = new_forms[forms[i]]
            out += 1
    if not good:
        raise ValueError("an occurrence is of a document or form that is not there")
    return out_spans[:out], out_positions[:out], out_forms[:out]
