"""Parse the posting lists of articles.

    list   = df(varint) forms(varint) chunk                          of at most 64 documents
           | df(varint) forms(varint) { gap(varint) n(varint) chunk }*         of more, by windows
    chunk  = kinds(u8) { highest(varint) }* [ total(varint) ] positionbit_width(u8) numbers
    numbers = document* headline* body* caption* position* form*     and 0 to 7 bits that are 0

``forms`` is how many words the term has. A window has 2 ** window_bits documents; ``gap`` is its
number minus that of the window before (or -1), minus one. ``kinds`` has two bits a field, headline
lowest: 0 if it has no occurrence, 1 if each document has one, 2 if each has ``highest``, 3 if that
differs and frequencies follow; of kind 2 and 3 there is a ``highest``, and a ``total`` of all
occurrences if there is a kind 3. Numbers are little-endian and of fixed width: documents (in a
window less its first one) of as many bits as the last possible one takes, frequencies of those of
``highest``, positions of position_width, forms of those of ``forms - 1``. So any of them is found
without reading those before it.

A list is parsed once, into rows: where its postings in one window of documents stand. Nothing in
the bytes is trusted: ``parse`` checks every extent against the length of the data, and
list_rows.py, which reads rows, every document. A row has these numbers:

    0  window                             5, 6, 7  headline: bit of the first frequency, width,
    1  base                                        highest frequency
    2  number of postings                 8..10, 11..13  body, caption
    3  bit of the first document          14, 15  bit of the first position, width
    4  width of a document                16, 17  bit of the first form, width
                                          18      number of occurrences

Where the width of a frequency is 0, all have the highest one.

Of the thousands of words that a pattern stands for no rows are kept: ``count`` adds their
frequencies up as it goes along their lists, one after the other.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.bits import bit_width, read_bits
    from cython.cimports.searchlib.kernels.occurrences import LAST_POSITION
    from cython.cimports.searchlib.kernels.posting_rows import (
        FORM_WIDTH,
        FORMS_AT,
        OCCURRENCES,
        POSITION_WIDTH,
        POSITIONS_AT,
        ROW_COLUMNS,
    )
    from cython.cimports.searchlib.kernels.text_fields import TEXT_FIELDS
    from cython.cimports.searchlib.kernels.varints import SHORT_VARINT, after_varint, read_varint
else:
    from searchlib.kernels.bits import bit_width, read_bits
    from searchlib.kernels.occurrences import LAST_POSITION
    from searchlib.kernels.posting_rows import (
        FORM_WIDTH,
        FORMS_AT,
        OCCURRENCES,
        POSITION_WIDTH,
        POSITIONS_AT,
        ROW_COLUMNS,
    )
    from searchlib.kernels.text_fields import TEXT_FIELDS
    from searchlib.kernels.varints import SHORT_VARINT, after_varint, read_varint

__all__ = ["NUM_OCCURRENCES", "NUM_POSTINGS", "ROW", "begin", "count", "parse"]

ROW = ROW_COLUMNS
NUM_POSTINGS, NUM_OCCURRENCES = 2, OCCURRENCES  # the columns of a row that others need
_SMALL = cython.declare(cython.longlong, 64)
_LOW = cython.declare(cython.longlong, 0xFFFFFFFF)
_DAMAGED = "a posting list is damaged"


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _parse_chunk(
    data: cython.const[cython.uchar][::1],
    words: cython.const[cython.ulonglong][::1],
    at: cython.longlong,
    form_width: cython.longlong,
    row: cython.longlong[::1],
    out: cython.longlong,
) -> cython.longlong:
    """Fill the row at ``out``, whose number of postings and document width stand in it already.

    Gives the byte after the chunk, or -1.
    """
    size: cython.longlong = len(data)
    limit: cython.longlong = 64 * (cython.cast(cython.longlong, len(words)) - 1)
    n: cython.longlong = row[out + 2]
    field: cython.longlong
    kind: cython.longlong
    kinds: cython.longlong
    number: cython.longlong
    total: cython.longlong = 0
    bit: cython.longlong
    i: cython.longlong
    varies: cython.bint = False
    if at >= size or n > size * 8:
        return -1
    kinds = data[at]
    at += 1
    if kinds == 0 or kinds >> (2 * TEXT_FIELDS) != 0:
        return -1
    for field in range(TEXT_FIELDS):
        kind = (kinds >> (2 * field)) & 3
        number = kind
        if kind > 1:
            number = read_varint(data, at, size, SHORT_VARINT)
            at = after_varint(data, at, size)
            # Where frequencies differ, the highest says nothing of how many there are.
            if number < 0 or number >> 32 or (kind == 2 and n > 0 and number > size * 8 // n):
                return -1
        row[out + 7 + 3 * field] = number
        row[out + 6 + 3 * field] = bit_width(number) if kind == 3 else 0
        if kind == 3:
            varies = True
        else:
            total += number * n
    if varies:
        total = read_varint(data, at, size, SHORT_VARINT)
        at = after_varint(data, at, size)
        if total < 0:
            return -1
    if at >= size or data[at] > 32 or total > size * 8:
        return -1
    for field in range(TEXT_FIELDS):
        # A field has one occurrence at most on a position. So few bits are never many occurrences.
        if row[out + 7 + 3 * field] > cython.cast(cython.longlong, 1) << data[at]:
            return -1
    row[out + POSITION_WIDTH] = data[at]
    row[out + FORM_WIDTH] = form_width
    row[out + OCCURRENCES] = total
    bit = 8 * (at + 1)
    row[out + 3] = bit
    bit += n * row[out + 4]
    for field in range(TEXT_FIELDS):
        row[out + 5 + 3 * field] = bit
        bit += n * row[out + 6 + 3 * field]
    row[out + POSITIONS_AT] = bit
    bit += total * row[out + POSITION_WIDTH]
    row[out + FORMS_AT] = bit
    bit += total * form_width
    if bit > limit:
        return -1
    if varies:
        number = 0
        for field in range(TEXT_FIELDS):
            if row[out + 6 + 3 * field] == 0:
                number += n * row[out + 7 + 3 * field]
            else:
                for i in range(n):
                    number += read_bits(
                        words,
                        row[out + 5 + 3 * field] + i * row[out + 6 + 3 * field],
                        row[out + 6 + 3 * field],
                    )
        if number != total:
            return -1
    return (bit + 7) >> 3


def parse(
    data: cython.const[cython.uchar][::1],
    words: cython.const[cython.ulonglong][::1],
    start: cython.longlong,
    num_docs: cython.longlong,
    window_bits: cython.longlong,
):
    """Return the rows of the list at ``start`` as ``array('q')``, and the byte after the list.

    ``words`` are the bytes of ``data`` as numbers of 64 bits, the last of which is 0. Windows
    are in order. Raises ValueError for bytes that no list has.
    """
    size: cython.longlong = len(data)
    df: cython.longlong
    num_forms: cython.longlong
    form_width: cython.longlong
    at: cython.longlong = start
    out: cython.longlong = 0
    n: cython.longlong
    i: cython.longlong
    field: cython.longlong
    tf: cython.longlong
    doc: cython.longlong
    before: cython.longlong = -1
    window: cython.longlong = -1
    occurrences_before: cython.longlong = 0
    windows: cython.longlong
    good: cython.bint = True
    if not (0 <= start < size and 0 < window_bits < 31 and len(words) > 0):
        raise ValueError(_DAMAGED)
    df = read_varint(data, at, size, SHORT_VARINT)
    at = after_varint(data, at, size)
    num_forms = read_varint(data, at, size, SHORT_VARINT)
    at = after_varint(data, at, size)
    if not (0 < df <= num_docs and 0 < num_forms <= 0xFFFFFFFF and at < size):
        raise ValueError(_DAMAGED)
    form_width = bit_width(num_forms - 1)
    windows = min(df, (num_docs - 1 >> window_bits) + 1)
    rows = array("q", bytes(8 * ROW_COLUMNS * (windows + 1)))
    row: cython.longlong[::1] = rows
    with cython.nogil:
        if df <= _SMALL:
            # The row of the whole list stands behind those of its windows, for a moment.
            i = windows * ROW_COLUMNS
            row[i + 2] = df
            row[i + 4] = bit_width(num_docs - 1)
            at = _parse_chunk(data, words, at, form_width, row, i)
            good = at >= 0
            if good:
                out = -ROW_COLUMNS
                for n in range(df):
                    doc = read_bits(words, row[i + 3] + n * row[i + 4], row[i + 4])
                    if doc <= before or doc >= num_docs:
                        good = False
                        break
                    before = doc
                    if doc >> window_bits != window:
                        window = doc >> window_bits
                        out += ROW_COLUMNS
                        row[out] = window
                        row[out + 1] = 0
                        row[out + 2] = 0
                        row[out + 3] = row[i + 3] + n * row[i + 4]
                        row[out + 4] = row[i + 4]
                        for field in range(TEXT_FIELDS):
                            row[out + 6 + 3 * field] = row[i + 6 + 3 * field]
                            row[out + 5 + 3 * field] = (
                                row[i + 5 + 3 * field] + n * row[i + 6 + 3 * field]
                            )
                            row[out + 7 + 3 * field] = 0
                        row[out + POSITIONS_AT] = (
                            row[i + POSITIONS_AT] + occurrences_before * row[i + POSITION_WIDTH]
                        )
                        row[out + POSITION_WIDTH] = row[i + POSITION_WIDTH]
                        row[out + FORMS_AT] = row[i + FORMS_AT] + occurrences_before * form_width
                        row[out + FORM_WIDTH] = form_width
                        row[out + OCCURRENCES] = 0
                    row[out + 2] += 1
                    for field in range(TEXT_FIELDS):
                        tf = row[i + 7 + 3 * field]
                        if row[i + 6 + 3 * field] > 0:
                            tf = read_bits(
                                words,
                                row[i + 5 + 3 * field] + n * row[i + 6 + 3 * field],
                                row[i + 6 + 3 * field],
                            )
                        row[out + 7 + 3 * field] = max(row[out + 7 + 3 * field], tf)
                        row[out + OCCURRENCES] += tf
                        occurrences_before += tf
                out += ROW_COLUMNS
        else:
            while df > 0:
                window = read_varint(data, at, size, SHORT_VARINT)
                at = after_varint(data, at, size)
                n = read_varint(data, at, size, SHORT_VARINT)
                at = after_varint(data, at, size)
                before += window + 1
                if (
                    window < 0
                    or not 0 < n <= df
                    or n > 1 << window_bits
                    or out == windows * ROW_COLUMNS
                    or before > num_docs - 1 >> window_bits
                ):
                    good = False
                    break
                row[out] = before
                row[out + 1] = before << window_bits
                row[out + 2] = n
                row[out + 4] = window_bits
                at = _parse_chunk(data, words, at, form_width, row, out)
                if at < 0:
                    good = False
                    break
                df -= n
                out += ROW_COLUMNS
    if not good:
        raise ValueError(_DAMAGED)
    return rows[:out], at


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _is_wanted(
    form: cython.ulonglong,
    few: cython.ulonglong,
    wanted: cython.const[cython.ulonglong][::1],
    low: cython.Py_ssize_t,
    high: cython.Py_ssize_t,
) -> cython.bint:
    """Tell whether ``form`` is one of those from ``low`` to ``high``; ``few`` has bits up to 63."""
    middle: cython.Py_ssize_t
    if form < 64:
        return (few >> form) & 1
    while low < high:
        middle = (low + high) >> 1
        if (wanted[middle] & _LOW) < form:
            low = middle + 1
        else:
            high = middle
    return low < len(wanted) and (wanted[low] & _LOW) == form


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _count_chunk(
    words: cython.const[cython.ulonglong][::1],
    row: cython.longlong[::1],
    num_docs: cython.longlong,
    window_bits: cython.longlong,
    few: cython.ulonglong,
    wanted: cython.const[cython.ulonglong][::1],
    low: cython.Py_ssize_t,
    high: cython.Py_ssize_t,
    every: cython.bint,
    counts: cython.uint[::1],
    windows: cython.uchar[::1],
    places: cython.ulonglong[::1],
) -> cython.bint:
    """Add up the frequencies of a chunk, or write its places; False for what no chunk has."""
    i: cython.longlong
    f: cython.longlong
    tf: cython.longlong
    doc: cython.longlong
    at: cython.longlong
    position: cython.longlong
    room: cython.longlong = len(places)
    before: cython.longlong = -1
    ended: cython.longlong = 0  # the occurrences up to this document and field
    total: cython.longlong = row[OCCURRENCES]
    found: cython.longlong = 0  # the next one with a wanted form
    while not every and found < total and not _is_wanted(
        read_bits(words, row[FORMS_AT] + found * row[FORM_WIDTH], row[FORM_WIDTH]),
        few, wanted, low, high,
    ):  # fmt: skip
        found += 1
    for i in range(row[2]):
        if found == total and not every:
            break
        doc = row[1] + read_bits(words, row[3] + i * row[4], row[4])
        if doc <= before or doc >= num_docs:
            return False
        before = doc
        at = TEXT_FIELDS * doc
        for f in range(TEXT_FIELDS):
            tf = row[7 + 3 * f]
            if row[6 + 3 * f] > 0:
                tf = read_bits(words, row[5 + 3 * f] + i * row[6 + 3 * f], row[6 + 3 * f])
            ended += tf
            if room > 0 or not every:
                tf = 0
                while found < ended and found < total:
                    if room > 0:
                        position = read_bits(
                            words,
                            row[POSITIONS_AT] + found * row[POSITION_WIDTH],
                            row[POSITION_WIDTH],
                        )
                        if counts[at + f] >= room or position > LAST_POSITION:
                            return False
                        places[counts[at + f]] = cython.cast(
                            cython.ulonglong, doc << 32 | f << 30 | position
                        )
                        counts[at + f] += 1
                    tf += 1
                    found += 1
                    while not every and found < total and not _is_wanted(
                        read_bits(words, row[FORMS_AT] + found * row[FORM_WIDTH], row[FORM_WIDTH]),
                        few, wanted, low, high,
                    ):  # fmt: skip
                        found += 1
            if tf > 0 and room == 0:
                windows[doc >> window_bits] = 1
                counts[at + f] = cython.cast(cython.uint, (counts[at + f] + tf) & _LOW)
    return True


def count(
    data: cython.const[cython.uchar][::1],
    words: cython.const[cython.ulonglong][::1],
    wanted: cython.const[cython.ulonglong][::1],
    num_docs: cython.longlong,
    window_bits: cython.longlong,
    counts: cython.uint[::1],
    windows: cython.uchar[::1],
    pages: cython.uchar[::1],
    page_bits: cython.longlong,
    places: cython.ulonglong[::1],
):
    """Add to ``counts``, of three fields a document, how often documents have the wanted words.

    ``data`` and ``words`` are those of parse. Of ``wanted``, which strictly increase, each is where
    a list begins << 32 | the form of a word. ``windows`` gets a 1 for each window of documents that
    has any, and ``pages`` for each page of ``data`` that was read. Costs 2 to 3 ns a posting, and
    1 ns an occurrence where not all words of a list are wanted.

    If there are ``places``, ``counts`` are those of ``begin``, and the places of the words are
    written: those of one field of a document stand together, in no order. Raises ValueError for
    bytes that no list has, and forms; then some were added.
    """
    size: cython.longlong = len(data)
    asked: cython.Py_ssize_t = len(wanted)
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t
    start: cython.longlong
    at: cython.longlong
    df: cython.longlong
    n: cython.longlong
    num_forms: cython.longlong
    form_width: cython.longlong
    window: cython.longlong
    last: cython.longlong = num_docs - 1 >> window_bits
    form: cython.ulonglong
    few: cython.ulonglong
    one: cython.ulonglong = 1
    ended: cython.longlong = 0  # where the list before ends: no two overlap
    every: cython.bint
    good: cython.bint = True
    if not (0 < window_bits < 31 and 0 < page_bits < 31 and len(words) > 0 and num_docs > 0):
        raise ValueError(_DAMAGED)
    if (
        len(counts) // TEXT_FIELDS < num_docs
        or len(windows) <= last
        or len(pages) <= size - 1 >> page_bits
    ):
        raise ValueError("there is no room for counts")
    row: cython.longlong[::1] = array("q", bytes(8 * ROW_COLUMNS))
    with cython.nogil:
        while i < asked:
            start = at = wanted[i] >> 32
            few = 0
            j = i
            while j < asked and cython.cast(cython.longlong, wanted[j] >> 32) == start:
                form = wanted[j] & _LOW
                if form < 64:
                    few |= one << form
                if j > i and wanted[j] <= wanted[j - 1]:
                    good = False
                j += 1
            df = read_varint(data, at, size, SHORT_VARINT)
            at = after_varint(data, at, size)
            num_forms = read_varint(data, at, size, SHORT_VARINT)
            at = after_varint(data, at, size)
            if not (
                good
                and start >= ended
                and (j == asked or wanted[j] > wanted[j - 1])
                and 0 < df <= num_docs
                and cython.cast(cython.longlong, wanted[j - 1] & _LOW) < num_forms <= _LOW
            ):
                good = False
                break
            every = num_forms == j - i
            form_width = bit_width(num_forms - 1)
            if df <= _SMALL:
                row[1] = 0
                row[2] = df
                row[4] = bit_width(num_docs - 1)
                at = _parse_chunk(data, words, at, form_width, row, 0)
                good = at >= 0 and _count_chunk(
                    words, row, num_docs, window_bits, few, wanted, i, j, every, counts, windows,
                    places,
                )  # fmt: skip
            else:
                window = -1
                while df > 0 and good:
                    n = read_varint(data, at, size, SHORT_VARINT)
                    at = after_varint(data, at, size)
                    window += n + 1
                    good = n >= 0 and window <= last
                    n = read_varint(data, at, size, SHORT_VARINT)
                    at = after_varint(data, at, size)
                    if not (good and 0 < n <= df and n <= 1 << window_bits):
                        good = False
                        break
                    row[1] = window << window_bits
                    row[2] = n
                    row[4] = window_bits
                    at = _parse_chunk(data, words, at, form_width, row, 0)
                    good = at >= 0 and _count_chunk(
                        words, row, num_docs, window_bits, few, wanted, i, j, every, counts,
                        windows, places,
                    )  # fmt: skip
                    df -= n
            if not good or at > size:
                good = False
                break
            for n in range(start >> page_bits, (at - 1 >> page_bits) + 1):
                pages[n] = 1
            ended = at
            i = j
    if not good:
        raise ValueError(_DAMAGED)


def begin(
    counts: cython.uint[::1],
    windows: cython.const[cython.uchar][::1],
    window_bits: cython.longlong,
):
    """Make of each count how many are before it, and give how many there are altogether.

    Only those of ``windows`` that count has marked. Raises ValueError for 2**32 and more.
    """
    size: cython.longlong = len(counts)
    window: cython.longlong
    last: cython.longlong
    at: cython.longlong
    own: cython.longlong
    total: cython.longlong = 0
    if not 0 < window_bits < 31:
        raise ValueError(_DAMAGED)
    with cython.nogil:
        for window in range(len(windows)):
            if windows[window]:
                last = min(TEXT_FIELDS * ((window + 1) << window_bits), size)
                for at in range(TEXT_FIELDS * (window << window_bits), last):
                    own = counts[at]
                    counts[at] = cython.cast(cython.uint, total & _LOW)
                    total += own
    if total > _LOW:
        raise ValueError(_DAMAGED)
    return total
