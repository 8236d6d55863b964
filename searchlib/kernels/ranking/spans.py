"""Which occurrences of the parts of a query are near each other.

A span is one word or several words of a field: the occurrences of its first and its last word
(kernels/occurrences.py says what an occurrence is). Spans are two arrays, ``firsts`` and ``lasts``,
in the order of the first and then of the last word, each span once.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.occurrences import (
        LAST_POSITION,
        field_end,
        field_start,
        first_from,
        next_from,
        position_of,
    )
else:
    from searchlib.kernels.occurrences import (
        LAST_POSITION,
        field_end,
        field_start,
        first_from,
        next_from,
        position_of,
    )

__all__ = [
    "among_first",
    "at_least",
    "common",
    "in_fields",
    "keep",
    "near",
    "sloppy",
    "stretches",
    "union",
]


def in_fields(occurrences: cython.const[cython.ulonglong][::1], mask: cython.int):
    """Return the occurrences in the fields of ``mask`` (1 headline, 2 body, 4 caption)."""
    i: cython.Py_ssize_t
    n: cython.Py_ssize_t = 0
    found = array("Q", bytes(8)) * max(len(occurrences), 1)
    out: cython.ulonglong[::1] = found
    with cython.nogil:
        for i in range(len(occurrences)):
            out[n] = occurrences[i]
            n += (mask >> ((occurrences[i] >> 30) & 3)) & 1
    return found[:n]


def keep(values: cython.const[cython.ulonglong][::1], flags: cython.const[cython.uchar][::1]):
    """Return the values whose flag is not 0. Raises ValueError if there are not as many flags."""
    i: cython.Py_ssize_t
    n: cython.Py_ssize_t = 0
    found = array("Q", bytes(8)) * max(len(values), 1)
    out: cython.ulonglong[::1] = found
    if len(flags) != len(values):
        raise ValueError("there must be as many flags as values")
    with cython.nogil:
        for i in range(len(values)):
            if flags[i] != 0:
                out[n] = values[i]
                n += 1
    return found[:n]


def common(
    firsts: cython.const[cython.ulonglong][::1],
    others: cython.const[cython.ulonglong][::1],
):
    """Return a flag for each of ``firsts``: 1 if its field, of its document, has one of ``others``.

    Both are in order. Costs the logarithm of how far they are apart for each field of the side that
    has fewer.
    """
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    count: cython.Py_ssize_t = len(firsts)
    other_count: cython.Py_ssize_t = len(others)
    begin: cython.ulonglong
    flags = bytearray(count)
    out: cython.uchar[::1] = flags
    with cython.nogil:
        while i < count and j < other_count:
            begin = field_start(firsts[i])
            if others[j] < begin:
                j = first_from(others, j, other_count, begin)
                continue
            if others[j] > field_end(firsts[i]):
                i = first_from(firsts, i, count, field_start(others[j]))
                continue
            while i < count and field_start(firsts[i]) == begin:
                out[i] = 1
                i += 1
    return flags


def stretches(
    firsts: cython.const[cython.ulonglong][::1],
    lasts: cython.const[cython.ulonglong][::1],
    within: cython.ulonglong,
):
    """Return how far before and after each span others are near: occurrences, inclusive.

    ``within`` words, but not beyond the field. Raises ValueError for what are no spans.
    """
    i: cython.Py_ssize_t
    count: cython.Py_ssize_t = len(firsts)
    lows = array("Q", bytes(8)) * max(count, 1)
    highs = array("Q", bytes(8)) * max(count, 1)
    out_lows: cython.ulonglong[::1] = lows
    out_highs: cython.ulonglong[::1] = highs
    position: cython.ulonglong
    if len(lasts) != count:
        raise ValueError("there must be as many ends as beginnings")
    with cython.nogil:
        for i in range(count):
            position = position_of(firsts[i])
            out_lows[i] = firsts[i] - (min(position, within))
            position = LAST_POSITION - position_of(lasts[i])
            out_highs[i] = lasts[i] + (min(position, within))
    return lows[:count], highs[:count]


def near(
    firsts: cython.const[cython.ulonglong][::1],
    lasts: cython.const[cython.ulonglong][::1],
    lows: cython.const[cython.ulonglong][::1],
    highs: cython.const[cython.ulonglong][::1],
    other_firsts: cython.const[cython.ulonglong][::1],
    other_lasts: cython.const[cython.ulonglong][::1],
    sides: cython.int,
):
    """Return a flag for each span: 1 if another is near it.

    One that begins after the span's last word and up to ``highs``, if ``sides`` has 1 in it; one
    that ends before its first word and from ``lows`` on, if it has 2. ``other_firsts`` and
    ``other_lasts`` are each in order. Raises ValueError for lengths that do not fit together.
    """
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    count: cython.Py_ssize_t = len(firsts)
    after: cython.Py_ssize_t = 0
    before: cython.Py_ssize_t = 0
    occurrence: cython.ulonglong
    low: cython.ulonglong = 0
    flags = bytearray(count)
    out: cython.uchar[::1] = flags
    if not len(lasts) == len(lows) == len(highs) == count:
        raise ValueError("there must be as many ends as beginnings")
    with cython.nogil:
        for i in range(count):
            if sides & 1:
                occurrence = lasts[i] + 1
                # Ends need not be in order: those before this one's first word never matter again.
                after = next_from(other_firsts, after, len(other_firsts), firsts[i])
                j = next_from(other_firsts, after, len(other_firsts), occurrence)
                if j < len(other_firsts) and other_firsts[j] <= highs[i]:
                    out[i] = 1
                    continue
            if sides & 2:
                before = next_from(
                    other_lasts, before if lows[i] >= low else 0, len(other_lasts), lows[i]
                )
                low = lows[i]
                if before < len(other_lasts) and other_lasts[before] < firsts[i]:
                    out[i] = 1
    return flags


def among_first(lasts: cython.const[cython.ulonglong][::1], count: cython.ulonglong):
    """Return a flag for each span: 1 if its last word is among the first ``count`` of its field."""
    i: cython.Py_ssize_t
    flags = bytearray(len(lasts))
    out: cython.uchar[::1] = flags
    with cython.nogil:
        for i in range(len(lasts)):
            out[i] = position_of(lasts[i]) < count
    return flags


def at_least(firsts: cython.const[cython.ulonglong][::1], least: cython.Py_ssize_t):
    """Return a flag for each span: 1 if its document has ``least`` spans."""
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t
    count: cython.Py_ssize_t = len(firsts)
    flags = bytearray(count)
    out: cython.uchar[::1] = flags
    with cython.nogil:
        while i < count:
            j = i
            while j < count and firsts[j] >> 32 == firsts[i] >> 32:
                j += 1
            if j - i >= least:
                while i < j:
                    out[i] = 1
                    i += 1
            i = j
    return flags


def union(
    firsts: cython.const[cython.ulonglong][::1],
    lasts: cython.const[cython.ulonglong][::1],
    other_firsts: cython.const[cython.ulonglong][::1],
    other_lasts: cython.const[cython.ulonglong][::1],
):
    """Return the spans of either side, each once, in order: ``firsts`` and ``lasts``.

    Raises ValueError for lengths that do not fit together.
    """
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t = 0
    n: cython.Py_ssize_t = 0
    count: cython.Py_ssize_t = len(firsts)
    other_count: cython.Py_ssize_t = len(other_firsts)
    found_firsts = array("Q", bytes(8)) * max(count + other_count, 1)
    found_lasts = array("Q", bytes(8)) * max(count + other_count, 1)
    out_firsts: cython.ulonglong[::1] = found_firsts
    out_lasts: cython.ulonglong[::1] = found_lasts
    if len(lasts) != count or len(other_lasts) != other_count:
        raise ValueError("there must be as many ends as beginnings")
    with cython.nogil:
        while i < count or j < other_count:
            if j == other_count or (
                i < count
                and (
                    firsts[i] < other_firsts[j]
                    or (firsts[i] == other_firsts[j] and lasts[i] < other_lasts[j])
                )
            ):
                out_firsts[n] = firsts[i]
                out_lasts[n] = lasts[i]
                i += 1
            else:
                if i < count and firsts[i] == other_firsts[j] and lasts[i] == other_lasts[j]:
                    i += 1
                out_firsts[n] = other_firsts[j]
                out_lasts[n] = other_lasts[j]
                j += 1
            n += 1
    return found_firsts[:n], found_lasts[:n]


def sloppy(
    occurrences: cython.const[cython.ulonglong][::1],
    ends: cython.const[cython.ulonglong][::1],
    words: cython.const[cython.uint][::1],
    slop: cython.ulonglong,
):
    """Return the shortest stretches with all words of a phrase: ``firsts`` and ``lasts``.

    The occurrences of each different word stand in ``occurrences``, one word behind the other up to
    ``ends``, each in order. ``words`` are those of the phrase, by their numbers there. They stand
    in their order, with up to ``slop`` other words between them, or in any order with two fewer;
    then two that are the same have two positions, and a stretch has as many words as the phrase.
    No stretch has another one in it.

    Costs a step of each occurrence for each word. Raises ValueError for arrays that do not fit
    together.
    """
    lists: cython.Py_ssize_t = len(ends)
    count: cython.Py_ssize_t = len(words)
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    n: cython.Py_ssize_t = 0
    total: cython.Py_ssize_t = len(occurrences)
    left: cython.Py_ssize_t = 0
    events: cython.Py_ssize_t = 0
    lacking: cython.Py_ssize_t = 0
    good: cython.bint = lists > 0 and count > 0
    before: cython.ulonglong = 0
    occurrence: cython.ulonglong
    start: cython.ulonglong
    last_start: cython.ulonglong = 0
    none: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
    most: cython.ulonglong = count + slop  # words in a stretch whose words are in order
    any_most: cython.ulonglong = most - 2 if most >= 2 else 0
    if good:
        for i in range(lists):
            if ends[i] < before:
                good = False
                break
            before = ends[i]
        for i in range(count):
            good = good and words[i] < lists
        good = good and before == cython.cast(cython.ulonglong, total)
    if not good:
        raise ValueError("the words and their occurrences do not fit together")
    found_firsts = array("Q", bytes(8)) * max(total, 1)
    found_lasts = array("Q", bytes(8)) * max(total, 1)
    out_firsts: cython.ulonglong[::1] = found_firsts
    out_lasts: cython.ulonglong[::1] = found_lasts
    # The index of each list's next occurrence, and whether it has the one at hand; where the
    # longest run of words up to each began, plus 1.
    at: cython.longlong[::1] = array("q", bytes(8 * lists))
    here: cython.longlong[::1] = array("q", bytes(8 * lists))
    begun: cython.ulonglong[::1] = array("Q", bytes(8 * count))
    # Of each list how many occurrences a stretch needs, and how many the one at hand has.
    needs: cython.longlong[::1] = array("q", bytes(8 * lists))
    has: cython.longlong[::1] = array("q", bytes(8 * lists))
    # The lists and occurrences of the stretch at hand, which is cut off on the left.
    event_lists: cython.uint[::1] = array("I", bytes(4)) * max(total, 1)
    event_occurrences: cython.ulonglong[::1] = array("Q", bytes(8)) * max(total, 1)
    with cython.nogil:
        for i in range(count):
            needs[words[i]] += 1
        for i in range(lists):
            at[i] = ends[i - 1] if i > 0 else 0
            lacking += needs[i] > 0
        before = 0
        while True:
            occurrence = none
            for i in range(lists):
                if (
                    at[i] < cython.cast(cython.longlong, ends[i])
                    and occurrences[at[i]] < occurrence
                ):
                    occurrence = occurrences[at[i]]
            if occurrence == none:
                break
            if occurrence >> 30 != before >> 30:  # another field: nothing of it is near
                for i in range(count):
                    begun[i] = 0
                lacking = 0
                for i in range(lists):
                    has[i] = 0
                    lacking += needs[i] > 0
                left = events
                last_start = 0
            before = occurrence
            for i in range(lists):
                here[i] = 0
                if (
                    at[i] < cython.cast(cython.longlong, ends[i])
                    and occurrences[at[i]] == occurrence
                ):
                    here[i] = 1
                    at[i] += 1
                    event_lists[events] = cython.cast(cython.uint, i)
                    event_occurrences[events] = occurrence
                    events += 1
                    has[i] += 1
                    lacking -= has[i] == needs[i]
            # The last word first, so that none is counted as two of them.
            for k in range(count):
                i = count - 1 - k
                if here[words[i]] != 0:
                    if i == 0:
                        begun[0] = occurrence + 1
                    elif begun[i - 1] > 0:
                        begun[i] = begun[i - 1]
            start = 0
            if (
                here[words[count - 1]] != 0
                and begun[count - 1] > 0
                and occurrence + 2 - begun[count - 1] <= most
            ):
                start = begun[count - 1]
            if lacking == 0:
                # Words that are found at one position have no room in a shorter stretch.
                while (
                    has[event_lists[left]] > needs[event_lists[left]]
                    and event_occurrences[left + 1] + count <= occurrence + 1
                ):
                    has[event_lists[left]] -= 1
                    left += 1
                if (
                    event_occurrences[left] + count <= occurrence + 1
                    and occurrence + 1 - event_occurrences[left] <= any_most
                    and event_occurrences[left] >= start
                ):
                    start = event_occurrences[left] + 1
            if start > last_start:
                last_start = start
                out_firsts[n] = start - 1
                out_lasts[n] = occurrence
                n += 1
    return found_firsts[:n], found_lasts[:n]
