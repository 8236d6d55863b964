"""From the tokens of many articles to posting lists; lists.py has the grammar of their bytes."""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.bits import bit_width
    from cython.cimports.searchlib.kernels.text_fields import TEXT_FIELDS, add_fields, clear_fields
else:
    from searchlib.kernels.bits import bit_width
    from searchlib.kernels.text_fields import TEXT_FIELDS, add_fields, clear_fields

__all__ = ["begin", "encode", "mark", "marked", "scatter", "tally"]

_SMALL = cython.declare(cython.longlong, 64)
# What an occurrence and a chunk's header take at most.
_WORST_BYTES = cython.declare(cython.longlong, 32)
_HEADER_BYTES = cython.declare(cython.longlong, 192)
_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)


def mark(numbers: cython.const[cython.uint][::1], seen: cython.uchar[::1]):
    """Set ``seen`` to 1 at each number. Raises ValueError for one that is not below its length."""
    i: cython.Py_ssize_t
    limit: cython.Py_ssize_t = len(seen)
    good: cython.bint = True
    with cython.nogil:
        for i in range(len(numbers)):
            if numbers[i] >= limit:
                good = False
                break
            seen[numbers[i]] = 1
    if not good:
        raise ValueError(f"a number is not below {limit}")


def marked(seen: cython.const[cython.uchar][::1]):
    """Return where ``seen`` is not 0, in order, as ``array('I')``."""
    i: cython.Py_ssize_t
    out: cython.Py_ssize_t = 0
    found = array("I", bytes(4)) * max(len(seen), 1)
    out_found: cython.uint[::1] = found
    with cython.nogil:
        for i in range(len(seen)):
            if seen[i] != 0:
                out_found[out] = cython.cast(cython.uint, i)
                out += 1
    return found[:out]


def tally(
    pairs: cython.const[cython.uint][::1],
    term_of: cython.const[cython.uint][::1],
    totals: cython.ulonglong[::1],
):
    """Add to ``totals`` how many tokens each term has.

    ``pairs`` has the pair of each token, ``term_of`` the term of each pair. Raises ValueError for
    numbers that do not fit together.
    """
    count: cython.Py_ssize_t = len(pairs)
    pairs_count: cython.Py_ssize_t = len(term_of)
    num_terms: cython.Py_ssize_t = len(totals)
    i: cython.Py_ssize_t
    good: cython.bint = True
    with cython.nogil:
        for i in range(count):
            if pairs[i] >= pairs_count or term_of[pairs[i]] >= num_terms:
                good = False
                break
            totals[term_of[pairs[i]]] += 1
    if not good:
        raise ValueError("the tokens, their pairs and their terms do not fit together")


def begin(first: cython.ulonglong[::1], second: cython.ulonglong[::1]):
    """Turn how many tokens each term has in two parts into where they begin, in order of terms.

    Of one term those of the first part stand before those of the second. Raises ValueError for
    parts of unlike lengths.
    """
    term: cython.Py_ssize_t
    at: cython.ulonglong = 0
    after: cython.ulonglong
    if len(first) != len(second):
        raise ValueError("there must be a number for each term in both parts")
    with cython.nogil:
        for term in range(len(first)):
            after = at + first[term]
            first[term] = at
            at = after + second[term]
            second[term] = after


def scatter(
    pairs: cython.const[cython.uint][::1],
    places: cython.const[cython.uint][::1],
    counts: cython.const[cython.uint][::1],
    first_span: cython.Py_ssize_t,
    term_of: cython.const[cython.uint][::1],
    form_of: cython.const[cython.uint][::1],
    next_at: cython.ulonglong[::1],
    spans: cython.uint[::1],
    positions: cython.uint[::1],
    forms: cython.uint[::1],
):
    """Put tokens where those of their terms stand, in the order they come in.

    ``pairs`` and ``places`` have the pair of each token and its position in its field, ``counts``
    how many tokens each field of each document has: headline, body and caption of one document,
    then of the next; the first of them is field number ``first_span``. ``term_of`` and ``form_of``
    have the term of a pair, and which of the term's words it is. ``next_at`` has for each term
    where its next token goes to; it is moved on. Sets there the token's field, position and form.
    Raises ValueError for numbers that do not fit together.
    """
    count: cython.Py_ssize_t = len(pairs)
    room: cython.ulonglong = len(spans)
    spans_count: cython.Py_ssize_t = len(counts)
    pairs_count: cython.Py_ssize_t = len(term_of)
    num_terms: cython.Py_ssize_t = len(next_at)
    j: cython.Py_ssize_t = 0
    span: cython.Py_ssize_t
    total: cython.ulonglong = 0
    at: cython.ulonglong
    term: cython.uint
    good: cython.bint = (
        count == len(places)
        and pairs_count == len(form_of)
        and len(spans) == len(positions) == len(forms)
        and first_span >= 0
    )
    if good:
        with cython.nogil:
            for span in range(spans_count):
                total += counts[span]
            good = total == cython.cast(cython.ulonglong, count)
            if good:
                for span in range(spans_count):
                    for _i in range(counts[span]):
                        if pairs[j] >= pairs_count or term_of[pairs[j]] >= num_terms:
                            good = False
                            break
                        term = term_of[pairs[j]]
                        at = next_at[term]
                        if at >= room:
                            good = False
                            break
                        spans[at] = cython.cast(cython.uint, first_span + span)
                        positions[at] = places[j]
                        forms[at] = form_of[pairs[j]]
                        next_at[term] = at + 1
                        j += 1
                    if not good:
                        break
    if not good:
        raise ValueError("the tokens, their pairs and their terms do not fit together")


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _put(
    out: cython.ulonglong[::1],
    bit: cython.longlong,
    width: cython.longlong,
    number: cython.ulonglong,
) -> cython.longlong:
    """Write ``number`` at ``bit`` in ``width`` bits, which were 0; give the bit after it."""
    at: cython.longlong = bit >> 6
    shift: cython.longlong = bit & 63
    out[at] |= (number << shift) & _ALL
    if shift + width > 64:
        out[at + 1] |= number >> (64 - shift)
    return bit + width


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _put_varint(
    out: cython.ulonglong[::1], bit: cython.longlong, number: cython.ulonglong
) -> cython.longlong:
    while number >= 128:
        bit = _put(out, bit, 8, (number & 127) | 128)
        number >>= 7
    return _put(out, bit, 8, number)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _put_all(
    out: cython.ulonglong[::1],
    bit: cython.longlong,
    width: cython.longlong,
    numbers: cython.uint[::1],
    first: cython.longlong,
    last: cython.longlong,
    step: cython.longlong,
    base: cython.ulonglong,
) -> cython.longlong:
    """Write each ``step``-th of ``numbers`` from ``first`` to ``last``, less ``base``.

    Each takes ``width`` bits, 1 to 32. Gives the bit after them.
    """
    at: cython.longlong = bit >> 6
    filled: cython.longlong = bit & 63
    word: cython.ulonglong = out[at]
    number: cython.ulonglong
    i: cython.longlong = first
    while i < last:
        number = numbers[i] - base
        word |= (number << filled) & _ALL
        filled += width
        if filled >= 64:
            out[at] = word
            at += 1
            filled -= 64
            word = number >> (width - filled)
        i += step
    out[at] = word
    return (at << 6) + filled


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _put_chunk(
    out: cython.ulonglong[::1],
    bit: cython.longlong,
    docs: cython.uint[::1],
    tfs: cython.uint[::1],
    first: cython.longlong,
    last: cython.longlong,
    base: cython.longlong,
    doc_width: cython.longlong,
    form_width: cython.longlong,
    highs: cython.uint[::1],
    positions: cython.uint[::1],
    forms: cython.uint[::1],
    at: cython.longlong,
) -> cython.longlong:
    """Write the postings ``first`` to ``last``, whose occurrences begin at ``at``."""
    i: cython.longlong
    field: cython.longlong
    tf: cython.longlong
    total: cython.longlong = 0
    kinds: cython.longlong = 0
    kind: cython.longlong
    highest: cython.longlong
    least: cython.longlong
    position_width: cython.longlong
    tf_width: cython.longlong
    widest: cython.ulonglong = 0
    varies: cython.bint = False
    for field in range(TEXT_FIELDS):
        highest = 0
        least = 0xFFFFFFFF
        for i in range(first, last):
            tf = tfs[TEXT_FIELDS * i + field]
            total += tf
            highest = max(highest, tf)
            least = min(least, tf)
        if highest == 0:
            kind = 0
        elif highest != least:
            kind = 3
            varies = True
        elif highest == 1:
            kind = 1
        else:
            kind = 2
        kinds |= kind << (2 * field)
        highs[field] = cython.cast(cython.uint, highest)
    bit = _put(out, bit, 8, kinds)
    for field in range(TEXT_FIELDS):
        kind = (kinds >> (2 * field)) & 3
        if kind > 1:
            bit = _put_varint(out, bit, highs[field])
    if varies:
        bit = _put_varint(out, bit, total)
    for i in range(at, at + total):
        widest |= positions[i]
    position_width = bit_width(widest)
    bit = _put(out, bit, 8, position_width)
    if doc_width > 0:
        bit = _put_all(out, bit, doc_width, docs, first, last, 1, base)
    for field in range(TEXT_FIELDS):
        if (kinds >> (2 * field)) & 3 == 3:
            tf_width = bit_width(highs[field])
            bit = _put_all(
                out,
                bit,
                tf_width,
                tfs,
                TEXT_FIELDS * first + field,
                TEXT_FIELDS * last,
                TEXT_FIELDS,
                0,
            )
    if position_width > 0:
        bit = _put_all(out, bit, position_width, positions, at, at + total, 1, 0)
    if form_width > 0:
        bit = _put_all(out, bit, form_width, forms, at, at + total, 1, 0)
    return (bit + 7) & ~7


def encode(
    first_term: cython.Py_ssize_t,
    ends: cython.const[cython.ulonglong][::1],
    spans: cython.uint[::1],
    positions: cython.uint[::1],
    forms: cython.uint[::1],
    num_forms: cython.const[cython.uint][::1],
    num_docs: cython.longlong,
    window_bits: cython.longlong,
    out: cython.ulonglong[::1],
    starts: cython.ulonglong[::1],
    dfs: cython.uint[::1],
    masks: cython.uchar[::1],
):
    """Write the lists of the terms from ``first_term`` on, as many as fit into ``out``.

    ``ends`` has how many tokens the terms have up to and with each; ``spans``, ``positions`` and
    ``forms`` are what scatter sets. They are changed: of several occurrences of a term on one
    position the first is kept. ``num_forms`` has how many words each term has. ``out`` must hold
    zeros. Sets for each term written where its list begins, in bytes, its document frequency, and a
    mask of the fields it stands in (1 headline, 2 body, 4 caption). Gives the number of the term
    after the last one written, and how many bytes were written. Raises ValueError for numbers that
    do not fit together, or a form that is not below the term's number.
    """
    num_terms: cython.Py_ssize_t = len(ends)
    count: cython.ulonglong = len(spans)
    room: cython.longlong = 8 * (cython.cast(cython.longlong, len(out)) - 1)
    term: cython.Py_ssize_t
    i: cython.ulonglong
    at: cython.longlong
    start: cython.ulonglong
    end: cython.ulonglong
    most: cython.ulonglong = 1
    kept: cython.ulonglong
    bit: cython.longlong = 0
    df: cython.longlong
    mask: cython.uchar
    doc: cython.longlong
    field: cython.longlong
    n: cython.longlong
    first: cython.longlong
    last: cython.longlong
    window: cython.longlong
    before: cython.longlong
    form_width: cython.longlong
    doc_width: cython.longlong = bit_width(max(num_docs - 1, 0))
    windows: cython.longlong = 0
    good: cython.bint = True
    if not (
        num_terms == len(num_forms) == len(starts) == len(dfs) == len(masks)
        and len(spans) == len(positions) == len(forms)
        and 0 <= first_term <= num_terms
        and 0 < window_bits < 31
        and room >= 0
        and (num_terms == 0 or ends[num_terms - 1] <= count)
    ):
        raise ValueError("the arrays do not fit together")
    windows = (num_docs >> window_bits) + 1
    with cython.nogil:
        start = 0
        for term in range(num_terms):
            if ends[term] < start:
                good = False
                break
            most = max(most, ends[term] - start)
            start = ends[term]
    if not good:
        raise ValueError("the arrays do not fit together")
    docs = array("I", [0]) * most
    tfs = array("I", [0]) * (TEXT_FIELDS * most)
    highs_array = array("I", [0]) * TEXT_FIELDS
    highs: cython.uint[::1] = highs_array
    docs_view: cython.uint[::1] = docs
    tfs_view: cython.uint[::1] = tfs
    term = first_term
    with cython.nogil:
        while term < num_terms:
            start = ends[term - 1] if term > 0 else 0
            end = ends[term]
            n = cython.cast(cython.longlong, end - start)
            if (bit >> 3) + _WORST_BYTES * n + _HEADER_BYTES * (min(n, windows) + 1) > room:
                break
            df = 0
            kept = start
            mask = 0
            for i in range(start, end):
                doc = spans[i] // TEXT_FIELDS
                field = spans[i] % TEXT_FIELDS
                if doc >= num_docs or forms[i] >= num_forms[term]:
                    good = False
                    break
                if (
                    kept > start
                    and spans[kept - 1] == spans[i]
                    and positions[kept - 1] == positions[i]
                ):
                    continue
                if df == 0 or docs_view[df - 1] != doc:
                    if df > 0 and docs_view[df - 1] > doc:
                        good = False
                        break
                    docs_view[df] = cython.cast(cython.uint, doc)
                    clear_fields(tfs_view, TEXT_FIELDS * df)
                    df += 1
                tfs_view[TEXT_FIELDS * (df - 1) + field] += 1
                mask |= 1 << field
                spans[kept] = spans[i]
                positions[kept] = positions[i]
                forms[kept] = forms[i]
                kept += 1
            if not good:
                break
            starts[term] = bit >> 3
            dfs[term] = cython.cast(cython.uint, df)
            masks[term] = mask
            bit = _put_varint(out, bit, df)
            bit = _put_varint(out, bit, num_forms[term])
            form_width = bit_width(num_forms[term] - 1)
            at = start
            if df <= _SMALL:
                bit = _put_chunk(
                    out, bit, docs_view, tfs_view, 0, df, 0, doc_width, form_width, highs,
                    positions, forms, at,
                )  # fmt: skip
            else:
                first = 0
                before = -1
                while first < df:
                    window = docs_view[first] >> window_bits
                    n = 0
                    last = first
                    while last < df and docs_view[last] >> window_bits == window:
                        n += add_fields(tfs_view, TEXT_FIELDS * last)
                        last += 1
                    bit = _put_varint(out, bit, window - before - 1)
                    bit = _put_varint(out, bit, last - first)
                    bit = _put_chunk(
                        out, bit, docs_view, tfs_view, first, last, window << window_bits,
                        window_bits, form_width, highs,
                        positions, forms, at,
                    )  # fmt: skip
                    at += n
                    before = window
                    first = last
            term += 1
    if not good:
        raise ValueError("the arrays do not fit together")
    return term, bit >> 3
