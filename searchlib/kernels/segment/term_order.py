"""The terms of a segment and their words, in order: from numbered pairs to the keys of tables.

What a table of keys is like stands in sorted_keys.py.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.byte_keys import compare_keys
else:
    from searchlib.kernels.byte_keys import compare_keys

__all__ = ["number_pairs", "word_keys"]

_UNFIT = "the keys and their numbers do not fit together"
_PREFIX = cython.declare(cython.Py_ssize_t, 8)
_MOST_EQUAL_WORDS = cython.declare(cython.uint, 255)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _compare(
    keys: cython.const[cython.uchar][::1],
    ends: cython.const[cython.ulonglong][::1],
    prefixes: cython.const[cython.ulonglong][::1],
    left: cython.uint,
    right: cython.uint,
) -> cython.int:
    """Compare two keys: -1, 0 or 1. Most differ in their first eight bytes."""
    i: cython.ulonglong
    j: cython.ulonglong
    if prefixes[left] != prefixes[right]:
        return -1 if prefixes[left] < prefixes[right] else 1
    i = ends[left - 1] if left > 0 else 0
    j = ends[right - 1] if right > 0 else 0
    return compare_keys(keys, i, ends[left], j, ends[right])


@cython.cfunc
def _order(
    keys: cython.const[cython.uchar][::1],
    ends: cython.const[cython.ulonglong][::1],
    prefixes: cython.ulonglong[::1],
):
    """Return the numbers of the keys in their order; equal ones stay as they are. Sets prefixes.

    A merge sort, for which keys that are nearly in order take less. ``ends`` must fit.
    """
    count: cython.Py_ssize_t = len(ends)
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    out: cython.Py_ssize_t
    width: cython.Py_ssize_t = 1
    low: cython.Py_ssize_t
    middle: cython.Py_ssize_t
    high: cython.Py_ssize_t
    at: cython.ulonglong
    start: cython.ulonglong = 0
    prefix: cython.ulonglong
    source_array = array("I", range(count))
    target_array = array("I", source_array)
    source: cython.uint[::1] = source_array
    target: cython.uint[::1] = target_array
    swap: cython.uint[::1]
    in_source: cython.bint = True
    with cython.nogil:
        for i in range(count):
            prefix = 0
            for j in range(_PREFIX):
                at = start + j
                prefix <<= 8
                if at < ends[i]:
                    prefix |= keys[at]
            prefixes[i] = prefix
            start = ends[i]
        while width < count:
            low = 0
            while low < count:
                middle = min(low + width, count)
                high = min(middle + width, count)
                i = low
                j = middle
                out = low
                if (
                    middle < high
                    and _compare(keys, ends, prefixes, source[middle - 1], source[middle]) <= 0
                ):
                    j = high  # they are in order as they stand
                    while out < high:
                        target[out] = source[out]
                        out += 1
                    i = middle
                while i < middle and j < high:
                    if _compare(keys, ends, prefixes, source[i], source[j]) <= 0:
                        target[out] = source[i]
                        i += 1
                    else:
                        target[out] = source[j]
                        j += 1
                    out += 1
                while i < middle:
                    target[out] = source[i]
                    i += 1
                    out += 1
                while j < high:
                    target[out] = source[j]
                    j += 1
                    out += 1
                low = high
            swap = source
            source = target
            target = swap
            in_source = not in_source
            width *= 2
    return source_array if in_source else target_array


def number_pairs(
    names: cython.const[cython.uchar][::1],
    numbers: cython.const[cython.uint][::1],
    limit: cython.Py_ssize_t,
):
    """Sort pairs of a term and a word, and number the terms, and the words of each term.

    ``names`` has term, 0, word, 0 of each pair, no two alike; ``numbers`` the number of each, all
    below ``limit``. Returns the terms in order, one behind the other, and their lengths; their
    words and the lengths of these; how many words each term has; and for each number which term it
    has, and which of the term's words. Raises ValueError for numbers that do not fit the names.
    """
    size: cython.Py_ssize_t = len(names)
    count: cython.Py_ssize_t = len(numbers)
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    zeros: cython.Py_ssize_t = 0
    start: cython.Py_ssize_t
    end: cython.Py_ssize_t
    middle: cython.Py_ssize_t
    before: cython.Py_ssize_t = 0  # the term before: where it begins, and its length
    before_size: cython.Py_ssize_t = -1
    terms_size: cython.Py_ssize_t = 0
    words_size: cython.Py_ssize_t = 0
    num_terms: cython.Py_ssize_t = 0
    form: cython.uint = 0
    same: cython.bint
    good: cython.bint = size == 0 or names[size - 1] == 0
    if limit < 0 or limit > 0xFFFFFFFF:
        raise ValueError(_UNFIT)
    ends_array = array("Q", [0]) * count
    middles_array = array("Q", [0]) * count
    ends: cython.ulonglong[::1] = ends_array
    middles: cython.ulonglong[::1] = middles_array
    with cython.nogil:
        for i in range(count):
            if numbers[i] >= limit:
                good = False
        for i in range(size):
            if names[i] == 0:
                if zeros >= 2 * count:
                    good = False
                    break
                if zeros % 2 == 0:
                    middles[zeros // 2] = i
                else:
                    ends[zeros // 2] = i + 1
                zeros += 1
    if not good or zeros != 2 * count:
        raise ValueError(_UNFIT)
    order: cython.uint[::1] = _order(names, ends_array, array("Q", [0]) * count)
    terms_array, words_array = bytearray(size), bytearray(size)
    term_sizes_array, word_sizes_array = array("I", [0]) * count, array("I", [0]) * count
    num_forms_array = array("I", [0]) * count
    term_of_array, form_of_array = array("I", [0]) * limit, array("I", [0]) * limit
    terms: cython.uchar[::1] = terms_array
    words: cython.uchar[::1] = words_array
    term_sizes: cython.uint[::1] = term_sizes_array
    word_sizes: cython.uint[::1] = word_sizes_array
    num_forms: cython.uint[::1] = num_forms_array
    term_of: cython.uint[::1] = term_of_array
    form_of: cython.uint[::1] = form_of_array
    with cython.nogil:
        for i in range(count):
            j = order[i]
            start = cython.cast(cython.Py_ssize_t, ends[j - 1]) if j > 0 else 0
            middle = cython.cast(cython.Py_ssize_t, middles[j])
            end = cython.cast(cython.Py_ssize_t, ends[j]) - 1
            same = middle - start == before_size
            if same:
                for j in range(before_size):
                    if names[before + j] != names[start + j]:
                        same = False
                        break
            if same:
                form += 1
            else:
                form = 0
                before = start
                before_size = middle - start
                for j in range(before_size):
                    terms[terms_size + j] = names[start + j]
                terms_size += before_size
                term_sizes[num_terms] = cython.cast(cython.uint, before_size)
                num_terms += 1
            num_forms[num_terms - 1] = form + 1
            for j in range(end - middle - 1):
                words[words_size + j] = names[middle + 1 + j]
            words_size += end - middle - 1
            word_sizes[i] = cython.cast(cython.uint, end - middle - 1)
            term_of[numbers[order[i]]] = cython.cast(cython.uint, num_terms - 1)
            form_of[numbers[order[i]]] = form
    return (
        bytes(terms[:terms_size]), term_sizes_array[:num_terms],
        bytes(words[:words_size]), word_sizes_array,
        num_forms_array[:num_terms], term_of_array, form_of_array,
    )  # fmt: skip


def word_keys(
    words: cython.const[cython.uchar][::1],
    sizes: cython.const[cython.uint][::1],
    num_forms: cython.const[cython.uint][::1],
    starts: cython.const[cython.ulonglong][::1],
):
    """Sort the words of terms to the keys of a table, with the two numbers of each.

    ``words`` are those of the first term, then those of the next; ``num_forms`` says how many each
    has, ``starts`` where its list begins. Returns the keys joined, where each ends, and for each
    the start of its list, and which of the term's words it is. The second key of one word has a
    zero and a byte 1 behind it, the third a zero and a 2. Raises ValueError for arrays that do not
    fit together, and for a word of more than 256 terms.
    """
    count: cython.Py_ssize_t = len(sizes)
    terms: cython.Py_ssize_t = len(num_forms)
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t = 0
    k: cython.Py_ssize_t
    at: cython.Py_ssize_t = 0
    start: cython.ulonglong
    total: cython.ulonglong = 0
    copies: cython.uint = 0
    good: cython.bint = terms == len(starts)
    ends_array, prefixes_array = array("Q", [0]) * count, array("Q", [0]) * count
    term_starts_array, forms_array = array("Q", [0]) * count, array("Q", [0]) * count
    ends: cython.ulonglong[::1] = ends_array
    prefixes: cython.ulonglong[::1] = prefixes_array
    term_starts: cython.ulonglong[::1] = term_starts_array
    forms: cython.ulonglong[::1] = forms_array
    if good:
        with cython.nogil:
            for i in range(count):
                total += sizes[i]
                ends[i] = total
            good = total == cython.cast(cython.ulonglong, len(words))
            for i in range(terms):
                if not good or num_forms[i] > count - j:
                    good = False
                    break
                for k in range(num_forms[i]):
                    term_starts[j] = starts[i]
                    forms[j] = k
                    j += 1
    if not good or j != count:
        raise ValueError(_UNFIT)
    order: cython.uint[::1] = _order(words, ends_array, prefixes_array)
    keys_array = bytearray(len(words) + 2 * count)
    key_ends_array = array("Q", [0]) * count
    firsts_array, seconds_array = array("Q", [0]) * count, array("Q", [0]) * count
    keys: cython.uchar[::1] = keys_array
    key_ends: cython.ulonglong[::1] = key_ends_array
    firsts: cython.ulonglong[::1] = firsts_array
    seconds: cython.ulonglong[::1] = seconds_array
    with cython.nogil:
        for i in range(count):
            j = order[i]
            if i > 0 and _compare(words, ends, prefixes, order[i - 1], order[i]) == 0:
                copies += 1
            else:
                copies = 0
            if copies > _MOST_EQUAL_WORDS:
                good = False
                break
            start = ends[j - 1] if j > 0 else 0
            for k in range(cython.cast(cython.Py_ssize_t, ends[j] - start)):
                keys[at] = words[start + k]
                at += 1
            if copies > 0:
                keys[at] = 0
                keys[at + 1] = cython.cast(cython.uchar, copies)
                at += 2
            key_ends[i] = at
            firsts[i] = term_starts[j]
            seconds[i] = forms[j]
    if not good:
        raise ValueError(_UNFIT)
    return bytes(keys[:at]), key_ends_array, firsts_array, seconds_array
