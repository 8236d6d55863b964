"""Find a term in the bytes that whoosh/codec/term_dictionary.py describes, and read their numbers.

Nothing in the bytes is trusted: no number is read, and no length followed, beyond their end.
"""

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.byte_keys import shared_length
    from cython.cimports.searchlib.kernels.varints import LONG_VARINT, read_varint
else:
    from searchlib.kernels.byte_keys import shared_length
    from searchlib.kernels.varints import LONG_VARINT, read_varint

__all__ = ["find", "numbers"]

_DAMAGED = "the term dictionary is damaged"


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _skip_varints(
    data: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    count: cython.Py_ssize_t,
) -> cython.Py_ssize_t:
    """Return where the number after the next ``count`` begins, or -1."""
    while count > 0:
        while at < end and data[at] >= 128:
            at += 1
        if at >= end:
            return -1
        at += 1
        count -= 1
    return at


def find(
    data: cython.const[cython.uchar][::1],
    blocks: cython.const[cython.uint][::1],
    term: cython.const[cython.uchar][::1],
):
    """Return where the info of ``term`` is and where its postings begin; (-1, 0) if there is none.

    Raises ValueError for bytes that no dictionary has. Costs a binary search over the blocks and a
    walk through one of them.
    """
    size: cython.Py_ssize_t = len(data)
    term_length: cython.Py_ssize_t = len(term)
    low: cython.Py_ssize_t = 0
    high: cython.Py_ssize_t = len(blocks)
    middle: cython.Py_ssize_t
    at: cython.Py_ssize_t = 0
    end: cython.Py_ssize_t = 0
    info: cython.Py_ssize_t
    length: cython.longlong
    shared: cython.longlong
    number: cython.longlong
    postings: cython.longlong = 0
    limit: cython.longlong = cython.cast(cython.longlong, 1) << 62
    equal: cython.Py_ssize_t
    matched: cython.Py_ssize_t = 0
    found: cython.bint = False
    good: cython.bint = True
    with cython.nogil:
        while low < high:
            middle = (low + high) // 2
            at = _skip_varints(data, blocks[middle], size, 2)
            length = read_varint(data, at, size, LONG_VARINT) if at >= 0 else -1
            at = _skip_varints(data, at, size, 1) if at >= 0 else -1
            if at < 0 or length < 0 or length > size - at:
                good = False
                break
            equal = shared_length(data, at, length, term, 0, term_length)
            # Is the first term of the block greater than the one looked for?
            if (equal < length and equal < term_length and data[at + equal] > term[equal]) or (
                equal == term_length and equal < length
            ):
                high = middle
            else:
                low = middle + 1
        if good and low > 0:
            at = blocks[low - 1]
            end = blocks[low] if low < len(blocks) else size
            if end > size:
                good = False
            postings = read_varint(data, at, end, LONG_VARINT)
            at = _skip_varints(data, at, end, 1)
            if at < 0 or postings < 0 or postings > limit:
                good = False
            # ``matched`` bytes of the term before equal those of the one looked for: one that
            # shares more with it is less too, and one that shares less is greater.
            while good and at < end:
                shared = read_varint(data, at, end, LONG_VARINT)
                at = _skip_varints(data, at, end, 1)
                length = read_varint(data, at, end, LONG_VARINT) if at >= 0 else -1
                at = _skip_varints(data, at, end, 1) if at >= 0 else -1
                if at < 0 or shared < 0 or length < 0 or length > end - at:
                    good = False
                    break
                info = at + length
                if shared < matched:
                    break
                if shared == matched:
                    equal = shared_length(data, at, length, term, matched, term_length)
                    matched += equal
                    if matched == term_length and equal == length:
                        found = True
                        at = info
                        break
                    if matched == term_length or (
                        equal < length and data[at + equal] > term[matched]
                    ):
                        break
                # Over the info: df, weights, lengths, documents, and how long the postings are.
                at = _skip_varints(data, info, end, 1)
                if at < 0 or at >= end:
                    good = False
                    break
                if data[at] == 0:
                    at = _skip_varints(data, at + 1, end, 6)
                else:
                    at = _skip_varints(data, at + 17, end, 4) if end - at > 17 else -1
                number = read_varint(data, at, end, LONG_VARINT) if at >= 0 else -1
                at = _skip_varints(data, at, end, 1) if at >= 0 else -1
                if at < 0 or number < 0:
                    good = False
                    break
                if number > limit - postings:
                    good = False
                    break
                postings += number
    if not good:
        raise ValueError(_DAMAGED)
    if not found:
        return -1, 0
    return at, postings


def numbers(data: cython.const[cython.uchar][::1], at: cython.Py_ssize_t, count: cython.Py_ssize_t):
    """Return the ``count`` numbers from ``at`` on, and where the next one begins.

    They are fewer where one is cut off, or has more than 62 bits.
    """
    size: cython.Py_ssize_t = len(data)
    number: cython.longlong
    _i: cython.Py_ssize_t
    found = []
    if at < 0:
        return found, at
    for _i in range(count):
        number = read_varint(data, at, size, LONG_VARINT)
        if number < 0:
            break
        found.append(number)
        at = _skip_varints(data, at, size, 1)
    return found, at
