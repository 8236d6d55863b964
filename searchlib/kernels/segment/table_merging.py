"""What a merge of segments does for each key of their tables.

The entries of several tables are gone through in one order: that of their keys, and for one key
that of the tables. Nothing that is read from a file is trusted: every offset is checked.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.byte_keys import compare_keys
else:
    from searchlib.kernels.byte_keys import compare_keys

__all__ = ["interleaved", "list_words", "moved_docs", "united_words"]

_DROPPED = cython.declare(cython.uint, 0xFFFFFFFF)
_UNFIT = "the arrays do not fit together"


def interleaved(
    keys: cython.const[cython.uchar][::1],
    part_ends: cython.const[cython.ulonglong][::1],
    firsts: cython.const[cython.ulonglong][::1],
    seconds: cython.const[cython.ulonglong][::1],
    counts: cython.const[cython.ulonglong][::1],
    sizes: cython.const[cython.ulonglong][::1],
    taken: cython.ulonglong[::1],
    more: cython.const[cython.uchar][::1],
):
    """Put parts of sorted tables into one order, as far as they go.

    ``keys``, ``part_ends``, ``firsts`` and ``seconds`` are those of sorted_keys.decode, one table
    behind the other: of each as many entries as ``counts`` says, and as many bytes as ``sizes``.
    ``taken`` of the entries are passed over, and those that are given are added to it. ``more`` has
    a 1 for a table of which there is more than this: no key after its last one here is given.

    Returns the keys joined, each once, and where each ends (``array('Q')``); how many tables have
    it (``array('I')``); and for each table that has it, in order, its number (``array('I')``) and
    its entry's two numbers (``array('Q')``). Raises ValueError for arrays that do not fit together.
    """
    tables: cython.Py_ssize_t = len(counts)
    count: cython.Py_ssize_t = len(part_ends)
    t: cython.Py_ssize_t
    i: cython.Py_ssize_t
    least: cython.Py_ssize_t
    out: cython.Py_ssize_t = 0
    out_entries: cython.Py_ssize_t = 0
    size: cython.Py_ssize_t = 0
    start: cython.ulonglong = 0
    key_start: cython.ulonglong = 0
    j: cython.ulonglong
    ended: cython.bint = False
    good: cython.bint = True
    if not (
        tables == len(sizes) == len(taken) == len(more) and count == len(firsts) == len(seconds)
    ):
        raise ValueError(_UNFIT)
    ends_array = array("Q", [0]) * count
    ends: cython.ulonglong[::1] = ends_array
    heads_array, limits_array = array("Q", [0]) * (tables + 1), array("Q", [0]) * (tables + 1)
    equal_array = array("I", [0]) * (tables + 1)
    heads: cython.ulonglong[::1] = heads_array
    limits: cython.ulonglong[::1] = limits_array
    equal: cython.uint[::1] = equal_array
    with cython.nogil:
        for t in range(tables):
            if (
                counts[t] > count - start or taken[t] > counts[t]
                or sizes[t] > len(keys) - key_start
            ):  # fmt: skip
                good = False
                break
            heads[t] = start + taken[t]
            for j in range(start, start + counts[t]):
                if part_ends[j] > sizes[t] or (j > start and part_ends[j] < part_ends[j - 1]):
                    good = False
                    break
                ends[j] = key_start + part_ends[j]
            key_start += sizes[t]
            start += counts[t]
            limits[t] = start
            if more[t] and heads[t] == start:
                ended = True
        if start != cython.cast(cython.ulonglong, count) or key_start != len(keys):
            good = False
    if not good:
        raise ValueError(_UNFIT)
    out_keys_array, out_ends_array = bytearray(len(keys)), array("Q", [0]) * count
    having_array, from_array = array("I", [0]) * count, array("I", [0]) * count
    out_firsts_array, out_seconds_array = array("Q", [0]) * count, array("Q", [0]) * count
    out_keys: cython.uchar[::1] = out_keys_array
    out_ends: cython.ulonglong[::1] = out_ends_array
    having: cython.uint[::1] = having_array
    from_tables: cython.uint[::1] = from_array
    out_firsts: cython.ulonglong[::1] = out_firsts_array
    out_seconds: cython.ulonglong[::1] = out_seconds_array
    with cython.nogil:
        while not ended:
            least = -1
            for t in range(tables):
                if heads[t] < limits[t]:
                    i = heads[t]
                    if least < 0:
                        j = 1
                    else:
                        j = 1 + compare_keys(
                            keys, ends[i - 1] if i > 0 else 0, ends[i],
                            ends[least - 1] if least > 0 else 0, ends[least],
                        )  # fmt: skip
                        if j == 2:
                            continue
                        if j == 0:
                            having[out] = 0
                    least = i
                    equal[having[out]] = cython.cast(cython.uint, t)
                    having[out] += 1
            if least < 0:
                break
            start = ends[least - 1] if least > 0 else 0
            for j in range(start, ends[least]):
                out_keys[size] = keys[j]
                size += 1
            out_ends[out] = size
            for i in range(having[out]):
                t = equal[i]
                from_tables[out_entries] = cython.cast(cython.uint, t)
                out_firsts[out_entries] = firsts[heads[t]]
                out_seconds[out_entries] = seconds[heads[t]]
                out_entries += 1
                heads[t] += 1
                taken[t] += 1
                if more[t] and heads[t] == limits[t]:
                    ended = True
            out += 1
    return (
        bytes(out_keys[:size]), out_ends_array[:out], having_array[:out],
        from_array[:out_entries], out_firsts_array[:out_entries], out_seconds_array[:out_entries],
    )  # fmt: skip


def list_words(
    keys: cython.const[cython.uchar][::1],
    ends: cython.const[cython.ulonglong][::1],
    lists: cython.const[cython.ulonglong][::1],
    forms: cython.const[cython.ulonglong][::1],
    starts: cython.const[cython.ulonglong][::1],
):
    """Sort the words of a segment by their lists, as term_order.word_keys had them.

    ``keys``, ``ends``, ``lists`` and ``forms`` are the table of words, ``starts`` where each list
    begins, in order. Returns the words joined, those of the first list in the order of their forms,
    then those of the next; the size of each; and how many each list has (``array('I')``). Raises
    ValueError for a word of no list, and for forms that are not those from 0 on.
    """
    count: cython.Py_ssize_t = len(ends)
    num_lists: cython.Py_ssize_t = len(starts)
    i: cython.Py_ssize_t
    low: cython.Py_ssize_t
    high: cython.Py_ssize_t
    middle: cython.Py_ssize_t
    size: cython.Py_ssize_t = 0
    total: cython.ulonglong = 0
    start: cython.ulonglong = 0
    j: cython.ulonglong
    nobody: cython.uint = 0xFFFFFFFF
    good: cython.bint = count == len(lists) == len(forms) and count < 0xFFFFFFFF
    if not good:
        raise ValueError(_UNFIT)
    indexes_array, order_array = array("I", [0]) * count, array("I", [nobody]) * count
    num_forms_array, at_array = array("I", [0]) * num_lists, array("Q", [0]) * num_lists
    sizes_array, words_array = array("I", [0]) * count, bytearray(len(keys))
    indexes: cython.uint[::1] = indexes_array
    order: cython.uint[::1] = order_array
    num_forms: cython.uint[::1] = num_forms_array
    at: cython.ulonglong[::1] = at_array
    sizes: cython.uint[::1] = sizes_array
    words: cython.uchar[::1] = words_array
    with cython.nogil:
        for i in range(count):
            low = 0
            high = num_lists
            while low < high:
                middle = (low + high) >> 1
                if starts[middle] < lists[i]:
                    low = middle + 1
                else:
                    high = middle
            if low == num_lists or starts[low] != lists[i] or ends[i] < start:
                good = False
                break
            indexes[i] = cython.cast(cython.uint, low)
            num_forms[low] += 1
            start = ends[i]
        good = good and start <= cython.cast(cython.ulonglong, len(keys))
        if good:
            for low in range(num_lists):
                at[low] = total
                total += num_forms[low]
            for i in range(count):
                low = indexes[i]
                if forms[i] >= num_forms[low] or order[at[low] + forms[i]] != nobody:
                    good = False
                    break
                order[at[low] + forms[i]] = cython.cast(cython.uint, i)
        if good:
            for i in range(count):
                low = order[i]
                start = ends[low - 1] if low > 0 else 0
                for j in range(start, ends[low]):
                    if keys[j] == 0:
                        break
                    words[size] = keys[j]
                    size += 1
                    sizes[i] += 1
    if not good:
        raise ValueError("the words of a segment are not those of its lists")
    return bytes(words[:size]), sizes_array, num_forms_array


def united_words(
    having: cython.const[cython.uint][::1],
    tables: cython.const[cython.uint][::1],
    taken: cython.const[cython.ulonglong][::1],
    num_forms: cython.const[cython.uint][::1],
    sizes: cython.const[cython.uint][::1],
    words: cython.const[cython.uchar][::1],
):
    """Return new numbers to the words of terms that several segments have.

    ``having`` and ``tables`` are what interleaved gives. ``num_forms``, ``sizes`` and ``words`` are
    what list_words gives: of each table's ``taken`` lists, one table behind the other.

    Returns the words of each term joined, in order and each once, the size of each, and how many
    each term has; then how many words each term has in each table that has it, and the new numbers
    of these words. All ``array('I')``. Raises ValueError for arrays that do not fit together.
    """
    count: cython.Py_ssize_t = len(having)
    entries: cython.Py_ssize_t = len(tables)
    num_words: cython.Py_ssize_t = len(sizes)
    term: cython.Py_ssize_t
    t: cython.Py_ssize_t
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    entry: cython.Py_ssize_t = 0
    last: cython.Py_ssize_t
    word: cython.Py_ssize_t = 0
    least: cython.Py_ssize_t
    size: cython.Py_ssize_t = 0
    out: cython.Py_ssize_t = 0
    total: cython.ulonglong = 0
    lists: cython.ulonglong = 0
    j: cython.ulonglong
    form: cython.uint
    good: cython.bint = entries == len(num_forms)
    seen_array, limits_array = array("Q", [0]) * len(taken), array("Q", [0]) * len(taken)
    byte_array, first_array = array("Q", [0]) * (num_words + 1), array("Q", [0]) * (entries + 1)
    heads_array, where_array = array("Q", [0]) * entries, array("Q", [0]) * entries
    seen: cython.ulonglong[::1] = seen_array
    limits: cython.ulonglong[::1] = limits_array
    byte_at: cython.ulonglong[::1] = byte_array
    first_word: cython.ulonglong[::1] = first_array
    heads: cython.ulonglong[::1] = heads_array
    where: cython.ulonglong[::1] = where_array
    with cython.nogil:
        for t in range(len(taken)):
            if taken[t] > entries - lists:
                good = False
                break
            seen[t] = lists
            lists += taken[t]
            limits[t] = lists
        good = good and lists == cython.cast(cython.ulonglong, entries)
        if good:
            for i in range(entries):
                first_word[i] = total
                total += num_forms[i]
            first_word[entries] = total
            good = total == cython.cast(cython.ulonglong, num_words)
            total = 0
            for i in range(num_words):
                byte_at[i] = total
                total += sizes[i]
            byte_at[num_words] = total
            good = good and total == cython.cast(cython.ulonglong, len(words))
    if not good:
        raise ValueError(_UNFIT)
    out_words_array, out_sizes_array = bytearray(len(words)), array("I", [0]) * num_words
    out_forms_array, entry_forms_array = array("I", [0]) * count, array("I", [0]) * entries
    new_forms_array = array("I", [0]) * num_words
    out_words: cython.uchar[::1] = out_words_array
    out_sizes: cython.uint[::1] = out_sizes_array
    out_forms: cython.uint[::1] = out_forms_array
    entry_forms: cython.uint[::1] = entry_forms_array
    new_forms: cython.uint[::1] = new_forms_array
    with cython.nogil:
        for term in range(count):
            if having[term] > entries - entry:
                good = False
                break
            last = entry + having[term]
            for i in range(entry, last):
                t = tables[i]
                # No list twice, so that no more words come out than went in.
                if t >= len(taken) or seen[t] == limits[t]:
                    good = False
                    break
                heads[i] = first_word[seen[t]]
                where[i] = first_word[seen[t] + 1]
                entry_forms[i] = cython.cast(cython.uint, where[i] - heads[i])
                seen[t] += 1
            if not good:
                break
            form = 0
            while True:
                least = -1
                for i in range(entry, last):
                    if heads[i] < where[i] and (
                        least < 0
                        or compare_keys(
                            words, byte_at[heads[i]], byte_at[heads[i] + 1],
                            byte_at[least], byte_at[least + 1],
                        ) < 0
                    ):  # fmt: skip
                        least = heads[i]
                if least < 0:
                    break
                k = word
                for i in range(entry, last):
                    if heads[i] < where[i] and compare_keys(
                        words, byte_at[heads[i]], byte_at[heads[i] + 1],
                        byte_at[least], byte_at[least + 1],
                    ) == 0:  # fmt: skip
                        new_forms[k + heads[i] + entry_forms[i] - where[i]] = form
                        heads[i] += 1
                    k += entry_forms[i]
                for j in range(byte_at[least], byte_at[least + 1]):
                    out_words[size] = words[j]
                    size += 1
                out_sizes[out] = sizes[least]
                out += 1
                form += 1
            out_forms[term] = form
            for i in range(entry, last):
                word += entry_forms[i]
            entry = last
    if not good or entry != entries:
        raise ValueError(_UNFIT)
    return (
        bytes(out_words[:size]), out_sizes_array[:out], out_forms_array,
        entry_forms_array, new_forms_array,
    )  # fmt: skip


def moved_docs(
    data: cython.const[cython.uchar][::1],
    start: cython.longlong,
    df: cython.longlong,
    docs: cython.const[cython.uint][::1],
):
    """Return the documents of a metadata value under their new numbers, as ``array('I')``.

    ``start`` is the document where ``df`` is 1, and where its list begins otherwise. ``docs`` is
    that of list_rows.move_occurrences. Raises ValueError for a document that is not there.
    """
    size: cython.longlong = len(data)
    num_docs: cython.longlong = len(docs)
    at: cython.longlong = start
    doc: cython.longlong = -1
    gap: cython.longlong
    shift: cython.longlong
    out: cython.Py_ssize_t = 0
    _i: cython.longlong
    good: cython.bint = 0 < df <= num_docs
    if not good:
        raise ValueError("a metadata value has a document that is not there")
    found = array("I", [0]) * df
    out_docs: cython.uint[::1] = found
    with cython.nogil:
        for _i in range(df):
            gap = start
            if df > 1:
                gap = 0
                shift = 0
                while 0 <= at < size and data[at] >= 128 and shift < 35:
                    gap |= cython.cast(cython.longlong, data[at] & 127) << shift
                    shift += 7
                    at += 1
                if not (0 <= at < size and shift < 35):
                    good = False
                    break
                gap |= cython.cast(cython.longlong, data[at]) << shift
                at += 1
            if gap < 0 or gap >= num_docs - doc - 1:
                good = False
                break
            doc += gap + 1
            if docs[doc] != _DROPPED:
                out_docs[out] = docs[doc]
                out += 1
    if not good:
        raise ValueError("a metadata value has a document that is not there")
    return found[:out]
