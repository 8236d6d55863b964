"""Read the rows of posting lists, which lists.py has parsed.

Every row is held against the words that it is read in, and every document against the number of
documents and the one before it. Raises ValueError for what does not fit.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.bits import read_bits
    from cython.cimports.searchlib.kernels.occurrences import LAST_POSITION
    from cython.cimports.searchlib.kernels.posting_rows import (
        FORM_WIDTH,
        FORMS_AT,
        OCCURRENCES,
        POSITION_WIDTH,
        POSITIONS_AT,
        ROW_COLUMNS,
    )
    from cython.cimports.searchlib.kernels.scores import SCORE_SCALE
    from cython.cimports.searchlib.kernels.text_fields import FIELD_SETS, TEXT_FIELDS
else:
    from searchlib.kernels.bits import read_bits
    from searchlib.kernels.occurrences import LAST_POSITION
    from searchlib.kernels.posting_rows import (
        FORM_WIDTH,
        FORMS_AT,
        OCCURRENCES,
        POSITION_WIDTH,
        POSITIONS_AT,
        ROW_COLUMNS,
    )
    from searchlib.kernels.scores import SCORE_SCALE
    from searchlib.kernels.text_fields import FIELD_SETS, TEXT_FIELDS

__all__ = [
    "filter_docs",
    "find_document",
    "form_frequencies",
    "forms",
    "frequencies",
    "move_occurrences",
    "places",
    "write_impacts",
]

_DROPPED = cython.declare(cython.uint, 0xFFFFFFFF)
_DAMAGED = "a posting list is damaged"


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _fits(
    rows: cython.const[cython.longlong][::1], r: cython.longlong, limit: cython.longlong
) -> cython.bint:
    """Tell whether all that the row at ``r`` names is before bit ``limit``.

    Rows of parse are right for the words that it read; for others it need not be so.
    """
    n: cython.longlong = rows[r + 2]
    total: cython.longlong = rows[r + OCCURRENCES]
    f: cython.longlong
    if not (rows[r + 1] >> 32 == 0 and 0 < n <= limit and 0 <= total <= limit):
        return False
    for f in range(5, POSITIONS_AT, 3):
        if not (0 <= rows[r + f] <= limit and 0 <= rows[r + f + 1] <= 32):
            return False
        if rows[r + f + 2] >> 32 != 0:
            return False
        if rows[r + f] + n * rows[r + f + 1] > limit:
            return False
    return (
        0 <= rows[r + 3] <= limit
        and 0 <= rows[r + 4] <= 32
        and rows[r + 3] + n * rows[r + 4] <= limit
        and 0 <= rows[r + POSITIONS_AT] <= limit
        and 0 <= rows[r + POSITION_WIDTH] <= 32
        and rows[r + POSITIONS_AT] + total * rows[r + POSITION_WIDTH] <= limit
        and 0 <= rows[r + FORMS_AT] <= limit
        and 0 <= rows[r + FORM_WIDTH] <= 32
        and rows[r + FORMS_AT] + total * rows[r + FORM_WIDTH] <= limit
    )


def frequencies(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    mask: cython.longlong,
    base: cython.longlong,
    num_docs: cython.longlong,
):
    """Return the documents of a list, ``base`` added, and the frequency in each, fields added up.

    ``array('I')`` and ``array('d')``. ``mask`` says which fields count (1 headline, 2 body, 4
    caption); documents with none in these are left out. Raises ValueError for a document that is
    not below ``num_docs`` or not above the one before.
    """
    count: cython.longlong = len(rows) // ROW_COLUMNS
    limit: cython.longlong = 64 * (cython.cast(cython.longlong, len(words)) - 1)
    total: cython.longlong = 0
    out: cython.longlong = 0
    r: cython.longlong
    _row: cython.longlong
    i: cython.longlong
    f: cython.longlong
    doc: cython.longlong
    tf: cython.longlong
    before: cython.longlong = -1
    good: cython.bint = True
    for r in range(count):
        if not _fits(rows, ROW_COLUMNS * r, limit):
            raise ValueError(_DAMAGED)
        total += rows[ROW_COLUMNS * r + 2]
    docs = array("I", bytes(4 * max(total, 1)))
    tfs = array("d", bytes(8 * max(total, 1)))
    out_docs: cython.uint[::1] = docs
    out_tfs: cython.double[::1] = tfs
    with cython.nogil:
        for _row in range(count):
            r = ROW_COLUMNS * _row
            for i in range(rows[r + 2]):
                doc = rows[r + 1] + read_bits(words, rows[r + 3] + i * rows[r + 4], rows[r + 4])
                if doc <= before or doc >= num_docs:
                    good = False
                    break
                before = doc
                tf = 0
                for f in range(TEXT_FIELDS):
                    if (mask >> f) & 1:
                        if rows[r + 6 + 3 * f] > 0:
                            tf += read_bits(
                                words,
                                rows[r + 5 + 3 * f] + i * rows[r + 6 + 3 * f],
                                rows[r + 6 + 3 * f],
                            )
                        else:
                            tf += rows[r + 7 + 3 * f]
                if tf > 0:
                    out_docs[out] = cython.cast(cython.uint, doc + base)
                    out_tfs[out] = tf
                    out += 1
            if not good:
                break
    if not good:
        raise ValueError(_DAMAGED)
    return docs[:out], tfs[:out]


def filter_docs(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    wanted: cython.const[cython.uint][::1],
):
    """Return those of the ``wanted`` documents that the list has, as ``array('I')``.

    ``wanted`` must strictly increase. Costs a binary search for each of them.
    """
    count: cython.longlong = len(rows) // ROW_COLUMNS
    limit: cython.longlong = 64 * (cython.cast(cython.longlong, len(words)) - 1)
    good: cython.bint = True
    i: cython.Py_ssize_t
    out: cython.Py_ssize_t = 0
    row: cython.longlong = 0
    r: cython.longlong = 0
    low: cython.longlong = 0
    high: cython.longlong
    middle: cython.longlong
    place: cython.longlong
    docs = array("I", bytes(4 * max(len(wanted), 1)))
    out_docs: cython.uint[::1] = docs
    with cython.nogil:
        for i in range(len(wanted)):
            # The row whose last document is not below the wanted one, and the place in it.
            while row < count:
                r = ROW_COLUMNS * row
                if not _fits(rows, r, limit):
                    good = False
                    break
                place = rows[r + 2] - 1
                if (
                    rows[r + 1] + read_bits(words, rows[r + 3] + place * rows[r + 4], rows[r + 4])
                    >= (wanted[i])
                ):
                    break
                row += 1
                low = 0
            if row == count or not good:
                break
            high = rows[r + 2]
            while low < high:
                middle = (low + high) >> 1
                if (
                    rows[r + 1] + read_bits(words, rows[r + 3] + middle * rows[r + 4], rows[r + 4])
                    < (wanted[i])
                ):
                    low = middle + 1
                else:
                    high = middle
            if low < rows[r + 2] and (
                rows[r + 1] + read_bits(words, rows[r + 3] + low * rows[r + 4], rows[r + 4])
                == wanted[i]
            ):
                out_docs[out] = wanted[i]
                out += 1
    if not good:
        raise ValueError(_DAMAGED)
    return docs[:out]


def forms(words: cython.const[cython.ulonglong][::1], rows: cython.const[cython.longlong][::1]):
    """Return the form of each occurrence that places gives, ``array('I')``."""
    count: cython.longlong = len(rows) // ROW_COLUMNS
    limit: cython.longlong = 64 * (cython.cast(cython.longlong, len(words)) - 1)
    total: cython.longlong = 0
    r: cython.longlong
    _row: cython.longlong
    i: cython.longlong
    at: cython.longlong = 0
    for r in range(count):
        if not _fits(rows, ROW_COLUMNS * r, limit):
            raise ValueError(_DAMAGED)
        total += rows[ROW_COLUMNS * r + OCCURRENCES]
    found = array("I", bytes(4 * max(total, 1)))
    out: cython.uint[::1] = found
    with cython.nogil:
        for _row in range(count):
            r = ROW_COLUMNS * _row
            for i in range(rows[r + OCCURRENCES]):
                out[at] = cython.cast(
                    cython.uint,
                    read_bits(
                        words, rows[r + FORMS_AT] + i * rows[r + FORM_WIDTH], rows[r + FORM_WIDTH]
                    ),
                )
                at += 1
    return found[:total]


def form_frequencies(
    places: cython.const[cython.ulonglong][::1],
    forms: cython.const[cython.uint][::1],
    wanted: cython.const[cython.uchar][::1],
    mask: cython.longlong,
    base: cython.longlong,
):
    """Return the documents with a wanted form, ``base`` added, and how many of them each has.

    Only those in the fields of ``mask`` count. ``places`` and ``forms`` are those of a list;
    ``wanted`` has a 1 for each wanted form.
    """
    count: cython.Py_ssize_t = len(places)
    known: cython.Py_ssize_t = len(wanted)
    i: cython.Py_ssize_t
    out: cython.Py_ssize_t = 0
    doc: cython.longlong
    field: cython.longlong
    before: cython.longlong = -1
    if count != len(forms):
        raise ValueError("there must be as many forms as occurrences")
    docs = array("I", bytes(4 * max(count, 1)))
    tfs = array("d", bytes(8 * max(count, 1)))
    out_docs: cython.uint[::1] = docs
    out_tfs: cython.double[::1] = tfs
    with cython.nogil:
        for i in range(count):
            field = cython.cast(cython.longlong, (places[i] >> 30) & 3)
            if (mask >> field) & 1 and forms[i] < known and wanted[forms[i]]:
                doc = cython.cast(cython.longlong, places[i] >> 32)
                if doc != before:
                    out_docs[out] = cython.cast(cython.uint, doc + base)
                    out += 1
                    before = doc
                out_tfs[out - 1] += 1.0
    return docs[:out], tfs[:out]


def places(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    num_docs: cython.longlong,
    wanted: cython.const[cython.uint][::1],
    every: cython.bint,
):
    """Return the occurrences of a list in order, as ``array('Q')``. ``rows`` are lists.parse's.

    Those of the ``wanted`` documents, which must strictly increase, or of ``every`` one: that costs
    3 ns each. Raises ValueError for documents that are not below ``num_docs`` or not above the one
    before, and positions that are not below 2**30 or not above the one before in their field.
    """
    count: cython.longlong = len(rows) // ROW_COLUMNS
    limit: cython.longlong = 64 * (cython.cast(cython.longlong, len(words)) - 1)
    wanted_count: cython.longlong = len(wanted)
    total: cython.longlong = 0
    room: cython.longlong
    out: cython.longlong = 0
    r: cython.longlong
    _row: cython.longlong
    i: cython.longlong
    j: cython.longlong
    w: cython.longlong = 0
    f: cython.longlong
    doc: cython.longlong
    tf: cython.longlong
    bit: cython.longlong
    width: cython.longlong
    position: cython.longlong
    last: cython.longlong
    has: cython.bint
    before: cython.longlong = -1
    good: cython.bint = True
    for r in range(count):
        if not _fits(rows, ROW_COLUMNS * r, limit):
            raise ValueError(_DAMAGED)
        total += rows[ROW_COLUMNS * r + OCCURRENCES]
    room = total if every else min(total, 1024 + 8 * wanted_count)
    found = array("Q", bytes(8 * max(room, 1)))
    out_places: cython.ulonglong[::1] = found
    for _row in range(count):
        r = ROW_COLUMNS * _row
        if out + rows[r + OCCURRENCES] > room:
            room = min(total, 2 * room + rows[r + OCCURRENCES])
            out_places = None
            found = found + array("Q", bytes(8 * (room - len(found))))
            out_places = found
        if not every:
            # Is none of the wanted documents in this row?
            i = rows[r + 2] - 1
            doc = rows[r + 1] + read_bits(words, rows[r + 3] + i * rows[r + 4], rows[r + 4])
            if w == wanted_count:
                break
            if wanted[w] > doc:
                continue
        with cython.nogil:
            j = 0
            width = rows[r + POSITION_WIDTH]
            for i in range(rows[r + 2]):
                doc = rows[r + 1] + read_bits(words, rows[r + 3] + i * rows[r + 4], rows[r + 4])
                if doc <= before or doc >= num_docs:
                    good = False
                    break
                before = doc
                if not every and w == wanted_count:
                    break
                while w < wanted_count and wanted[w] < doc:
                    w += 1
                has = every or (w < wanted_count and wanted[w] == doc)
                for f in range(TEXT_FIELDS):
                    tf = rows[r + 7 + 3 * f]
                    if rows[r + 6 + 3 * f] > 0:
                        tf = read_bits(
                            words,
                            rows[r + 5 + 3 * f] + i * rows[r + 6 + 3 * f],
                            rows[r + 6 + 3 * f],
                        )
                    if j + tf > rows[r + OCCURRENCES]:
                        good = False
                        break
                    if has:
                        bit = rows[r + POSITIONS_AT] + j * width
                        last = -1
                        for _k in range(tf):
                            position = read_bits(words, bit, width)
                            bit += width
                            if position <= last or position > LAST_POSITION:
                                good = False
                                break
                            last = position
                            out_places[out] = cython.cast(
                                cython.ulonglong, doc << 32 | f << 30 | position
                            )
                            out += 1
                    j += tf
                if not good:
                    break
        if not good:
            raise ValueError(_DAMAGED)
    return found[:out] if out < len(found) else found


def write_impacts(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    weights: cython.const[cython.double][::1],
    norms: cython.const[cython.double][::1],
    k1: cython.double,
    idf: cython.double,
    docs: cython.uint[::1],
    scores: cython.longlong[::1],
    at: cython.Py_ssize_t,
):
    """Write the documents of a list and their scores into ``docs`` and ``scores`` from ``at`` on.

    ``rows`` are those of lists.parse; ``weights`` has a number a field, below 0 for one that is not
    searched; documents with none of the searched fields are left out. ``norms`` has three numbers a
    document, see bm25f.norms. A score is ``idf * tf / (k1 + tf)`` in units, as bm25f.saturate
    rounds it. Gives the place after the last one. Raises ValueError for a document that ``norms``
    does not have or that is not above the one before, and where there is no room.
    """
    count: cython.longlong = len(rows) // ROW_COLUMNS
    limit: cython.longlong = 64 * (cython.cast(cython.longlong, len(words)) - 1)
    num_docs: cython.longlong = len(norms) // TEXT_FIELDS
    room: cython.longlong = min(len(docs), len(scores))
    total: cython.longlong = 0
    out: cython.longlong = at
    _row: cython.longlong
    r: cython.longlong
    i: cython.longlong
    f: cython.longlong
    doc: cython.longlong
    tf: cython.longlong
    before: cython.longlong = -1
    sum_: cython.double
    has: cython.bint
    good: cython.bint = True
    if len(weights) != TEXT_FIELDS:
        raise ValueError("there are three fields")
    for r in range(count):
        if not _fits(rows, ROW_COLUMNS * r, limit):
            raise ValueError(_DAMAGED)
        total += rows[ROW_COLUMNS * r + 2]
    if at < 0 or total > room - at:
        raise ValueError("there is no room for the documents")
    with cython.nogil:
        for _row in range(count):
            r = ROW_COLUMNS * _row
            for i in range(rows[r + 2]):
                doc = rows[r + 1] + read_bits(words, rows[r + 3] + i * rows[r + 4], rows[r + 4])
                if doc <= before or doc >= num_docs:
                    good = False
                    break
                before = doc
                has = False
                sum_ = 0.0
                for f in range(TEXT_FIELDS):
                    tf = rows[r + 7 + 3 * f]
                    if tf > 0 and weights[f] >= 0.0:
                        if rows[r + 6 + 3 * f] > 0:
                            tf = read_bits(
                                words,
                                rows[r + 5 + 3 * f] + i * rows[r + 6 + 3 * f],
                                rows[r + 6 + 3 * f],
                            )
                        if tf > 0:
                            has = True
                            sum_ += weights[f] * tf * norms[TEXT_FIELDS * doc + f]
                if has:
                    docs[out] = cython.cast(cython.uint, doc)
                    scores[out] = 0
                    if sum_ > 0.0:
                        scores[out] = cython.cast(
                            cython.longlong, idf * sum_ / (k1 + sum_) * SCORE_SCALE + 0.5
                        )
                    out += 1
            if not good:
                break
    if not good:
        raise ValueError(_DAMAGED)
    return out


def find_document(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    doc: cython.longlong,
):
    """Return in which fields one document has the term of a list, or -1 if it is not in the list.

    That is 8 times the number of its row plus the fields as bits: 1 headline, 2 body, 4 caption.
    The rows are those of lists.py. Costs a binary search.
    """
    low: cython.longlong = 0
    count: cython.longlong = len(rows) // ROW_COLUMNS
    limit: cython.longlong = 64 * (cython.cast(cython.longlong, len(words)) - 1)
    high: cython.longlong = count
    middle: cython.longlong
    r: cython.longlong
    row: cython.longlong
    last: cython.longlong
    f: cython.longlong
    tf: cython.longlong
    fields: cython.longlong = 0
    while low < high:  # the first row whose last document is not below ``doc``
        middle = (low + high) >> 1
        r = ROW_COLUMNS * middle
        if not _fits(rows, r, limit):
            raise ValueError(_DAMAGED)
        last = rows[r + 2] - 1
        if rows[r + 1] + read_bits(words, rows[r + 3] + last * rows[r + 4], rows[r + 4]) < doc:
            low = middle + 1
        else:
            high = middle
    if low == count:
        return -1
    row = low
    r = ROW_COLUMNS * row
    if not _fits(rows, r, limit):
        raise ValueError(_DAMAGED)
    low = 0
    high = rows[r + 2]
    while low < high:
        middle = (low + high) >> 1
        if rows[r + 1] + read_bits(words, rows[r + 3] + middle * rows[r + 4], rows[r + 4]) < doc:
            low = middle + 1
        else:
            high = middle
    if low == rows[r + 2] or (
        rows[r + 1] + read_bits(words, rows[r + 3] + low * rows[r + 4], rows[r + 4]) != doc
    ):
        return -1
    for f in range(TEXT_FIELDS):
        tf = rows[r + 7 + 3 * f]
        if rows[r + 6 + 3 * f] > 0:
            tf = read_bits(
                words, rows[r + 5 + 3 * f] + low * rows[r + 6 + 3 * f], rows[r + 6 + 3 * f]
            )
        if tf > 0:
            fields |= 1 << f
    return FIELD_SETS * row + fields


def move_occurrences(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    docs: cython.const[cython.uint][::1],
    new_forms: cython.const[cython.uint][::1],
    first_form: cython.longlong,
    num_forms: cython.longlong,
    spans: cython.uint[::1],
    positions: cython.uint[::1],
    forms: cython.uint[::1],
    start: cython.longlong,
):
    """Write the occurrences of a list from ``start`` on, under the new numbers; give their end.

    ``docs`` has the new number of each document, 2**32 - 1 for one that is dropped; the new forms
    are ``num_forms`` from ``first_form`` on. An occurrence is 3 * document + field, a position and
    a form, as inverting.encode takes them: 2 to 3 ns each. Raises ValueError for rows that do not
    fit the words or have a document or form that is not there, and where there is no room.
    """
    count: cython.longlong = len(rows) // ROW_COLUMNS
    limit: cython.longlong = 64 * (cython.cast(cython.longlong, len(words)) - 1)
    num_docs: cython.longlong = len(docs)
    room: cython.longlong = len(spans)
    out: cython.longlong = start
    r: cython.longlong
    _row: cython.longlong
    i: cython.longlong
    j: cython.longlong
    f: cython.longlong
    doc: cython.longlong
    tf: cython.longlong
    bit: cython.longlong
    form_bit: cython.longlong
    width: cython.longlong
    form_width: cython.longlong
    form: cython.longlong
    span: cython.uint
    new: cython.uint
    before: cython.longlong = -1
    good: cython.bint = len(spans) == len(positions) == len(forms)
    if not (
        good and 0 <= start <= room and 0 <= first_form <= len(new_forms)
        and 0 <= num_forms <= len(new_forms) - first_form
    ):  # fmt: skip
        raise ValueError("the arrays do not fit together")
    with cython.nogil:
        for _row in range(count):
            r = ROW_COLUMNS * _row
            if not _fits(rows, r, limit) or rows[r + OCCURRENCES] > room - out:
                good = False
                break
            width = rows[r + POSITION_WIDTH]
            form_width = rows[r + FORM_WIDTH]
            bit = rows[r + POSITIONS_AT]
            form_bit = rows[r + FORMS_AT]
            j = 0
            for i in range(rows[r + 2]):
                doc = rows[r + 1] + read_bits(words, rows[r + 3] + i * rows[r + 4], rows[r + 4])
                if doc <= before or doc >= num_docs:
                    good = False
                    break
                before = doc
                new = docs[doc]
                if new > 0x50000000 and new != _DROPPED:  # three times that has 32 bits
                    good = False
                    break
                for f in range(TEXT_FIELDS):
                    tf = rows[r + 7 + 3 * f]
                    if rows[r + 6 + 3 * f] > 0:
                        tf = read_bits(
                            words,
                            rows[r + 5 + 3 * f] + i * rows[r + 6 + 3 * f],
                            rows[r + 6 + 3 * f],
                        )
                    if tf > rows[r + OCCURRENCES] - j:
                        good = False
                        break
                    j += tf
                    if new == _DROPPED:
                        bit += tf * width
                        form_bit += tf * form_width
                        continue
                    span = cython.cast(cython.uint, TEXT_FIELDS * new + f)
                    for _k in range(tf):
                        form = read_bits(words, form_bit, form_width)
                        if form >= num_forms:
                            good = False
                            break
                        spans[out] = span
                        positions[out] = cython.cast(cython.uint, read_bits(words, bit, width))
                        forms[out] = new_forms[first_form + form]
                        bit += width
                        form_bit += form_width
                        out += 1
                    if not good:
                        break
                if not good:
                    break
            if not good:
                break
    if not good:
        raise ValueError(_DAMAGED)
    return out
