"""Look many words up in a dictionary at once, and add up their occurrences in documents.

An occurrence is told by one number: document << 32 | field << 30 | how many. Nothing in the bytes
is trusted: no number is read, and no length followed, beyond their end; rows (lists.py) are held
against the words that they are read in, and documents against their number.
"""

from array import array

import cython

__all__ = ["find", "gather", "total"]

_ROW = cython.declare(cython.longlong, 19)
_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)
_COUNTS = cython.declare(cython.longlong, 0x3FFFFFFF)
_FEW = cython.declare(cython.Py_ssize_t, 64)
_DAMAGED = "the words or their lists are damaged"


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _varint(
    data: cython.const[cython.uchar][::1], at: cython.Py_ssize_t, end: cython.Py_ssize_t
) -> cython.longlong:
    """Give the number at ``at``, or -1 for one that is cut off or has more than 63 bits."""
    number: cython.longlong = 0
    shift: cython.longlong = 0
    byte: cython.longlong
    while at < end and shift < 63:
        byte = data[at]
        number |= (byte & 127) << shift
        if byte < 128:
            return number
        at += 1
        shift += 7
    return -1


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _after(
    data: cython.const[cython.uchar][::1], at: cython.Py_ssize_t, end: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    while at < end and data[at] >= 128:
        at += 1
    return at + 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _begins_after(
    data: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    keys: cython.const[cython.uchar][::1],
    start: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
) -> cython.int:
    """Tell whether the first key of the block at ``at`` is above a key; -1 for damage."""
    size: cython.Py_ssize_t = len(data)
    length: cython.longlong
    i: cython.Py_ssize_t = 0
    at = _after(data, at, size)
    length = _varint(data, at, size)
    at = _after(data, at, size)
    if length < 0 or at > size or length > size - at:
        return -1
    while i < length and start + i < end and data[at + i] == keys[start + i]:
        i += 1
    if i == length:
        return 0
    return start + i == end or data[at + i] > keys[start + i]


def find(
    data: cython.const[cython.uchar][::1],
    blocks: cython.const[cython.uint][::1],
    keys: cython.const[cython.uchar][::1],
    ends: cython.const[cython.ulonglong][::1],
    room: cython.Py_ssize_t,
):
    """Give the two values of each entry of a table whose key up to its first zero is a wanted one.

    ``keys`` are joined, without zeros, and strictly increase; ``ends`` says where each ends. Gives
    how many there are and the values of the first ``room``, ``array('Q')``. Raises ValueError for
    bytes that no table has. Costs 100 ns for each key where they are side by side.
    """
    size: cython.Py_ssize_t = len(data)
    count: cython.Py_ssize_t = len(blocks)
    wanted: cython.Py_ssize_t = len(ends)
    keys_size: cython.ulonglong = len(keys)
    k: cython.Py_ssize_t
    start: cython.Py_ssize_t = 0
    end: cython.Py_ssize_t
    block: cython.Py_ssize_t = 0
    low: cython.Py_ssize_t
    high: cython.Py_ssize_t
    middle: cython.Py_ssize_t
    step: cython.Py_ssize_t
    at: cython.Py_ssize_t
    i: cython.Py_ssize_t
    key_size: cython.Py_ssize_t
    matched: cython.Py_ssize_t
    shared: cython.longlong
    length: cython.longlong
    first: cython.longlong
    second: cython.longlong
    found: cython.Py_ssize_t = 0
    above: cython.int
    good: cython.bint = room >= 0
    firsts = array("Q", bytes(8 * max(room, 1)))
    seconds = array("Q", bytes(8 * max(room, 1)))
    out_firsts: cython.ulonglong[::1] = firsts
    out_seconds: cython.ulonglong[::1] = seconds
    with cython.nogil:
        for k in range(wanted):
            if not good or count == 0:
                break
            if ends[k] < cython.cast(cython.ulonglong, start) or ends[k] > keys_size:
                good = False
                break
            end = ends[k]
            # The last block that does not begin above the key: it is most often this one.
            low = block
            step = 1
            above = 0
            while low + step < count:
                above = _begins_after(data, blocks[low + step], keys, start, end)
                if above != 0:
                    break
                low += step
                step *= 2
            high = min(low + step, count)
            while above >= 0 and high - low > 1:
                middle = (low + high) >> 1
                above = _begins_after(data, blocks[middle], keys, start, end)
                if above > 0:
                    high = middle
                elif above == 0:
                    low = middle
            if above < 0:
                good = False
                break
            block = low
            at = blocks[block]
            # ``matched`` bytes of the key before equal those of the wanted one.
            matched = 0
            key_size = end - start
            while at < size:
                shared = _varint(data, at, size)
                at = _after(data, at, size)
                length = _varint(data, at, size)
                at = _after(data, at, size)
                if shared < 0 or length < 0 or at > size or length > size - at:
                    good = False
                    break
                i = 0
                if shared <= matched:
                    # One that shares less than all is above it, but for the first of a block.
                    if shared < matched and shared > 0:
                        break
                    matched = shared
                    while i < length and matched < key_size and (
                        data[at + i] == keys[start + matched]
                    ):  # fmt: skip
                        i += 1
                        matched += 1
                    if matched < key_size and i < length and data[at + i] > keys[start + matched]:
                        break
                first = _varint(data, at + length, size)
                middle = _after(data, at + length, size)
                second = _varint(data, middle, size)
                middle = _after(data, middle, size)
                if first < 0 or second < 0:
                    good = False
                    break
                if matched == key_size:
                    if shared <= key_size and i < length and data[at + i] != 0:
                        break
                    if found < room:
                        out_firsts[found] = first
                        out_seconds[found] = second
                    found += 1
                at = middle
            start = end
    if not good:
        raise ValueError(_DAMAGED)
    return found, firsts[: min(found, room)], seconds[: min(found, room)]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _bits(
    words: cython.const[cython.ulonglong][::1], bit: cython.longlong, width: cython.longlong
) -> cython.longlong:
    """Give the number of ``width`` bits (at most 32) at ``bit``."""
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
def _fits(
    rows: cython.const[cython.longlong][::1], r: cython.longlong, limit: cython.longlong
) -> cython.bint:
    """Tell whether all that the row at ``r`` names is before bit ``limit``."""
    n: cython.longlong = rows[r + 2]
    total: cython.longlong = rows[r + 18]
    f: cython.longlong
    if not (rows[r + 1] >> 32 == 0 and 0 < n <= limit and 0 <= total <= limit):
        return False
    for f in range(5, 14, 3):
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
        and 0 <= rows[r + 16] <= limit
        and 0 <= rows[r + 17] <= 32
        and rows[r + 16] + total * rows[r + 17] <= limit
    )


def gather(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    wanted: cython.const[cython.uchar][::1],
    num_docs: cython.longlong,
    out: cython.ulonglong[::1],
    at: cython.Py_ssize_t,
):
    """Write the occurrences of a list from ``at`` on, one number for each field of a document.

    Give the place behind the last; or, where there is no room and nothing was written, the room
    that is needed, negative. ``wanted`` has a 1 for each form that counts; all do if it is empty.
    Raises ValueError for rows that do not fit the words, and documents that are not there.
    """
    count: cython.longlong = len(rows) // _ROW
    limit: cython.longlong = 64 * (cython.cast(cython.longlong, len(words)) - 1)
    known: cython.longlong = len(wanted)
    needed: cython.longlong = at
    _row: cython.longlong
    r: cython.longlong
    i: cython.longlong
    f: cython.longlong
    doc: cython.longlong
    tf: cython.longlong
    kept: cython.longlong
    left: cython.longlong
    form: cython.longlong
    bit: cython.longlong
    before: cython.longlong = -1
    good: cython.bint = at >= 0
    for r in range(count):
        if not good or not _fits(rows, _ROW * r, limit):
            raise ValueError(_DAMAGED)
        needed += 3 * rows[_ROW * r + 2]
    if needed > len(out):
        return -needed
    with cython.nogil:
        for _row in range(count):
            r = _ROW * _row
            bit = rows[r + 16]
            left = rows[r + 18]
            if known > 0:
                # Most windows of a frequent term have none of its rare words.
                i = 0
                while i < left:
                    form = _bits(words, bit + i * rows[r + 17], rows[r + 17])
                    if form < known and wanted[form]:
                        break
                    i += 1
                if i == left:
                    continue
            for i in range(rows[r + 2]):
                doc = rows[r + 1] + _bits(words, rows[r + 3] + i * rows[r + 4], rows[r + 4])
                if doc <= before or doc >= num_docs:
                    good = False
                    break
                before = doc
                for f in range(3):
                    tf = rows[r + 7 + 3 * f]
                    if rows[r + 6 + 3 * f] > 0:
                        tf = _bits(
                            words,
                            rows[r + 5 + 3 * f] + i * rows[r + 6 + 3 * f],
                            rows[r + 6 + 3 * f],
                        )
                    kept = tf
                    if known > 0:
                        left -= tf
                        if left < 0:
                            good = False
                            break
                        kept = 0
                        for _k in range(tf):
                            form = _bits(words, bit, rows[r + 17])
                            bit += rows[r + 17]
                            if form < known and wanted[form]:
                                kept += 1
                    if kept > 0:
                        if kept > _COUNTS:
                            good = False
                            break
                        out[at] = cython.cast(cython.ulonglong, doc << 32 | f << 30 | kept)
                        at += 1
                if not good:
                    break
            if not good:
                break
    if not good:
        raise ValueError(_DAMAGED)
    return at


def total(
    occurrences: cython.const[cython.ulonglong][::1],
    mask: cython.longlong,
    base: cython.longlong,
    num_docs: cython.longlong,
):
    """Give the documents with occurrences, ``base`` added, and how many each has.

    ``array('I')`` in order and ``array('d')``. ``mask`` says which fields count. Costs 2 ns each,
    and 1 ns for each of ``num_docs`` unless there are few. Raises ValueError for a document that is
    not below ``num_docs``.
    """
    count: cython.Py_ssize_t = len(occurrences)
    i: cython.Py_ssize_t
    at: cython.Py_ssize_t
    out: cython.Py_ssize_t = 0
    doc: cython.longlong
    before: cython.longlong = -1
    good: cython.bint = True
    few: cython.bint = count <= num_docs // _FEW
    if num_docs < 0 or base < 0 or base + num_docs > 0xFFFFFFFF:
        raise ValueError("documents have 32 bits")
    ordered: cython.const[cython.ulonglong][::1] = occurrences
    if few:
        ordered = array("Q", sorted(occurrences))
    room = count if few else num_docs
    docs = array("I", bytes(4 * max(min(room, count), 1)))
    tfs = array("d", bytes(8 * max(room, 1)))
    out_docs: cython.uint[::1] = docs
    out_tfs: cython.double[::1] = tfs
    with cython.nogil:
        for i in range(count):
            doc = cython.cast(cython.longlong, ordered[i] >> 32)
            if doc >= num_docs:
                good = False
                break
            if (mask >> cython.cast(cython.longlong, (ordered[i] >> 30) & 3)) & 1 == 0:
                continue
            if few:
                if doc != before:
                    out_docs[out] = cython.cast(cython.uint, doc + base)
                    out += 1
                    before = doc
                out_tfs[out - 1] += cython.cast(cython.double, ordered[i] & _COUNTS)
            else:
                out_tfs[doc] += cython.cast(cython.double, ordered[i] & _COUNTS)
        if good and not few:
            for at in range(num_docs):
                if out_tfs[at] > 0.0:
                    out_docs[out] = cython.cast(cython.uint, at + base)
                    out_tfs[out] = out_tfs[at]
                    out += 1
    if not good:
        raise ValueError(_DAMAGED)
    return docs[:out], tfs[:out]
