"""Where the words of whole batches of texts are, as numbers of words seen before.

A text in UTF-8 is cut at bytes that stand in no word and end every look-around of the tokenizer's
regular expression (white space, most punctuation: ``_cut`` says where). What is left between two
cuts is one key. A *simple* key is a run of ASCII letters and digits, in lower case if so asked; it
is the whole of one word, and stands as well for that word's possessive (Russia's) and for a number
with commas (1,234.5 is the key 1234.5). Any other key is *complex*: bytes as they stand, of which
the analyzer says what words they have.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.hash_slots import (
        copy_slots,
        first_slot,
        hash_byte,
        same_key,
    )
    from cython.cimports.searchlib.kernels.separators import is_space, wide_separator
else:
    from searchlib.kernels.hash_slots import copy_slots, first_slot, hash_byte, same_key
    from searchlib.kernels.separators import is_space, wide_separator

__all__ = ["WordTable"]

# Kinds of bytes: in no word; a letter; a digit; one that may be part of a word where it stands.
# In no word: all of ASCII that the regular expression does not name, and the low line, which it
# names before @ and # only, where _cut looks at it.
_KINDS = bytes(
    2 if chr(byte).isdigit() and byte < 128
    else 1 if chr(byte).isalpha() and byte < 128
    else 3 if byte >= 128 or byte in b"'.,&%$+@#"
    else 0
    for byte in range(256)
)  # fmt: skip
_EXACT = bytes(byte if _KINDS[byte] in (1, 2) else 0 for byte in range(256))
_FOLDED = _EXACT.lower()

_TEXT_AT_ONCE = 400_000
_ROOM = 1024
_DIGIT = cython.declare(cython.uchar, 2)  # a kind
_MOST_WORDS = 1 << 30
_MOST_BYTES = 1 << 40


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _cut(
    data: cython.const[cython.uchar][::1],
    kinds: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    begin: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
) -> cython.Py_ssize_t:
    """Return how many bytes of the cut at ``at`` there are; 0 if there is none.

    Where it is not sure it says 0: the key is longer then, and no less right.
    """
    byte: cython.uchar = data[at]
    kind: cython.uchar = kinds[byte]
    size: cython.Py_ssize_t = 1
    # What stands on either side: a kind, with 3 for what may be a letter or digit beyond ASCII.
    left: cython.uchar = 0
    right: cython.uchar = 0
    before: cython.uchar = 0
    if kind == 0:
        return 1
    if kind != 3:
        return 0
    if byte >= 128:
        size = wide_separator(data, at, end)
        if size > 0:
            return size
        # The curly apostrophe goes on.
        if byte != 0xE2 or end - at < 3 or data[at + 1] != 0x80 or data[at + 2] != 0x99:
            return 0
        size = 3
    if at > begin:
        before = data[at - 1]
        left = kinds[before]
        if left == 3 and before < 128:
            left = 0
    if at + size < end:
        right = kinds[data[at + size]]
        if right == 3 and (data[at + size] < 128 or wide_separator(data, at + size, end) > 0):
            right = 0
    if byte == 0x2E:  # .
        if right == 0:
            return 1
        if right == 1:
            # Between single letters only, and after the first of them nothing goes on.
            if left in {0, 2}:
                return 1
            if at + 2 < end and (kinds[data[at + 2]] == 1 or kinds[data[at + 2]] == 2):
                return 1
            if left == 1 and at - 1 > begin:
                left = kinds[data[at - 2]]
                if left in {1, 2}:
                    return 1
        return 0
    if byte == 0x2C:  # , between digits
        return 0 if left >= 2 and right >= 2 else 1
    if byte == 0x25:  # % after a digit
        return 0 if left >= 2 else 1
    if byte == 0x24:  # $ before a digit
        return 0 if right >= 2 else 1
    if byte == 0x2B:  # C++
        return 0 if left == 1 or before == 0x2B else 1
    if byte in {0x23, 0x40}:  # C#, #tag, @name
        if left == 1 and byte == 0x23:
            return 0
        if right == 0 or left in {1, 2} or before in {0x2E, 0x5F}:
            return 1
        return 0
    # An ampersand or apostrophe between two words.
    return 0 if left > 0 and right > 0 else size


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _is_possessive(
    data: cython.const[cython.uchar][::1], at: cython.Py_ssize_t, stop: cython.Py_ssize_t
) -> cython.bint:
    """Tell whether an apostrophe and an s are all that stands from ``at`` to ``stop``."""
    if stop - at != 2 and stop - at != 4:
        return False
    if data[stop - 1] != 0x73 and data[stop - 1] != 0x53:
        return False
    if stop - at == 2:
        return data[at] == 0x27
    return data[at] == 0xE2 and data[at + 1] == 0x80 and data[at + 2] == 0x99


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _is_number(
    data: cython.const[cython.uchar][::1],
    kinds: cython.const[cython.uchar][::1],
    start: cython.Py_ssize_t,
    stop: cython.Py_ssize_t,
) -> cython.bint:
    """Tell whether from ``start`` to ``stop`` there is one number like 1,234 or 1,234.5 or 3.5."""
    at: cython.Py_ssize_t = start
    group: cython.Py_ssize_t = 0
    if stop - start > 128:
        return False
    while at < stop and kinds[data[at]] == 2:
        at += 1
    if at == start:
        return False
    if at < stop and data[at] == 0x2C:
        if at - start > 3:
            return False
        while at < stop and data[at] == 0x2C:
            at += 1
            group = at
            while at < stop and kinds[data[at]] == 2:
                at += 1
            if at - group != 3:
                return False
        if at == stop:
            return True
    if at == stop or data[at] != 0x2E:
        return False
    group = at + 1
    at += 1
    while at < stop and kinds[data[at]] == 2:
        at += 1
    return at == stop and at > group


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _end_of_key(
    data: cython.const[cython.uchar][::1],
    kinds: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    begin: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
) -> cython.Py_ssize_t:
    """Return where the key ends that goes on at ``at``."""
    while at < end and _cut(data, kinds, at, begin, end) == 0:
        at += 1
    return at


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _cut_after_letters(
    data: cython.const[cython.uchar][::1],
    kinds: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    begin: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
) -> cython.Py_ssize_t:
    """Return how many bytes to go on from ``at``, where letters end: 0 if their key goes on.

    Most commas and full stops have white space behind them, so this is looked at first.
    """
    if (
        at < end
        and kinds[data[at]] != 0
        and (end - at < 2 or kinds[data[at + 1]] != 0 or (data[at] != 0x2C and data[at] != 0x2E))
    ):
        return _cut(data, kinds, at, begin, end)
    return 1


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _eight(
    data: cython.const[cython.uchar][::1],
    letters: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
) -> cython.ulonglong:
    """Return the next eight bytes as letters, the first one lowest; 0 for what is none."""
    a: cython.ulonglong = letters[data[at]]
    b: cython.ulonglong = letters[data[at + 1]]
    c: cython.ulonglong = letters[data[at + 2]]
    d: cython.ulonglong = letters[data[at + 3]]
    e: cython.ulonglong = letters[data[at + 4]]
    f: cython.ulonglong = letters[data[at + 5]]
    g: cython.ulonglong = letters[data[at + 6]]
    h: cython.ulonglong = letters[data[at + 7]]
    return (
        (a | (b << 8) | (c << 16) | (d << 24))
        | ((e << 32) | (f << 40) | (g << 48) | (h << 56))
    )  # fmt: skip


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _first_zero(eight: cython.ulonglong) -> cython.ulonglong:
    """Return the high bit of the first of eight bytes that is 0; 0 if none is."""
    ones: cython.ulonglong = 0x0101010101010101
    highs: cython.ulonglong = 0x8080808080808080
    zeros: cython.ulonglong = (eight - ones) & ~eight & highs
    return zeros & -zeros  # of the higher bits not all are right, and none is needed


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _bytes_before(zero: cython.ulonglong) -> cython.Py_ssize_t:
    """Return how many of eight bytes there are before the one that _first_zero says is 0."""
    ones: cython.ulonglong = 0x0101010101010101
    if zero == 0:
        return 8
    # Each byte up to that one has one of these bits; the product adds them up.
    return cython.cast(cython.Py_ssize_t, ((((zero - 1) & ones) * ones) >> 56) & 0xFF) - 1


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _next_eight(
    data: cython.const[cython.uchar][::1],
    letters: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
) -> cython.ulonglong:
    """Return the letters of up to eight bytes from ``at`` on, as _eight does."""
    some: cython.ulonglong = 0
    letter: cython.ulonglong
    shift: cython.int = 0
    # Word length is unpredictable, so scan eight bytes branch-free.
    if end - at >= 8:
        return _eight(data, letters, at)
    while at < end:
        letter = letters[data[at]]
        some |= letter << shift
        shift += 8
        at += 1
    return some


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _copy_number(
    data: cython.const[cython.uchar][::1],
    kinds: cython.const[cython.uchar][::1],
    start: cython.Py_ssize_t,
    stop: cython.Py_ssize_t,
    keys: cython.uchar[::1],
    out: cython.Py_ssize_t,
) -> cython.Py_ssize_t:
    """Copy a number without its commas; return how many bytes that are, 0 for what is none.

    The number .5 is found as 5.
    """
    at: cython.Py_ssize_t = start
    size: cython.Py_ssize_t = 0
    if not _is_number(data, kinds, start, stop):
        if data[start] != 0x2E or stop - start > 128 or stop - start < 2:
            return 0
        start += 1
        for at in range(start, stop):
            if kinds[data[at]] != _DIGIT:
                return 0
    for at in range(start, stop):
        if data[at] != 0x2C:
            keys[out + size] = data[at]
            size += 1
    return size


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _prefix(
    keys: cython.uchar[::1], at: cython.Py_ssize_t, m: cython.Py_ssize_t
) -> cython.ulonglong:
    """Return the first eight bytes of the key of ``m`` bytes at ``at`` as one number."""
    i: cython.Py_ssize_t
    byte: cython.ulonglong
    prefix: cython.ulonglong = 0
    for i in range(min(m, 8)):
        byte = keys[at + i]
        prefix |= byte << (8 * i)
    return prefix


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _put_prefix(
    keys: cython.uchar[::1], at: cython.Py_ssize_t, m: cython.Py_ssize_t, prefix: cython.ulonglong
) -> cython.void:
    """Write the first eight bytes of a key of ``m`` bytes."""
    i: cython.Py_ssize_t
    for i in range(min(m, 8)):
        keys[at + i] = (prefix >> (8 * i)) & 0xFF


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _hash_prefix(prefix: cython.ulonglong) -> cython.ulonglong:
    """Return the hash, of 32 bits, of a key of at most eight bytes."""
    mix: cython.ulonglong = 0x1E3779B97F4A7C15
    every: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
    return ((prefix * mix) & every) >> 32


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _hash(
    keys: cython.uchar[::1], at: cython.Py_ssize_t, m: cython.Py_ssize_t, prefix: cython.ulonglong
) -> cython.ulonglong:
    """Return the hash, of 32 bits, of a key: that of its prefix, then FNV."""
    i: cython.Py_ssize_t
    hashed: cython.ulonglong = _hash_prefix(prefix)
    for i in range(at + 8, at + m):
        hashed = hash_byte(hashed, keys[i])
    return hashed


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _is_giant(
    data: cython.const[cython.uchar][::1],
    start: cython.Py_ssize_t,
    stop: cython.Py_ssize_t,
    most: cython.Py_ssize_t,
) -> cython.bint:
    """Tell whether white space is ever more than ``most`` bytes away, as far as ASCII has it."""
    at: cython.Py_ssize_t
    last: cython.Py_ssize_t = start
    if stop - start <= most:
        return False
    for at in range(start, stop):
        if is_space(data[at]):
            last = at
        elif at - last > most:
            return True
    return False


@cython.cclass
class WordTable:
    """Numbers for words, 0, 1, 2, ... in the order of their first appearance.

    For one thread at a time.
    """

    # Of each word its hash (32 bits), whether it is simple (1) and its number + 1 (31), or 0.
    _slots: object
    _ends: object  # where each word's bytes end
    _prefixes: object  # the first eight bytes of each: most words have no more
    _simple: object
    _bytes: object  # of all words; a word begins where the one before ends
    _count: cython.Py_ssize_t
    _given: cython.Py_ssize_t
    _giant: cython.Py_ssize_t
    _busy: cython.bint

    def __init__(self, giant: int = _TEXT_AT_ONCE):
        """``giant``: a text with more bytes than that between white space is one complex key."""
        self._slots = array("Q", bytes(8 * 4096))
        self._ends = array("Q", bytes(8 * 2048))
        self._prefixes = array("Q", bytes(8 * 2048))
        self._simple = array("B", bytes(2048))
        self._bytes = array("B", bytes(1 << 15))
        self._count = 0
        self._given = 0
        self._giant = giant
        self._busy = False

    def __len__(self):
        return self._count

    def new_words(self):
        """Return the words added since the last call: the simple ones, and the complex ones.

        Of the simple ones their bytes, joined, and where each ends (``array('Q')``); the complex
        ones as bytes, each with its index among all these words, in order.
        """
        count: cython.Py_ssize_t = self._count
        given: cython.Py_ssize_t = self._given
        ends: cython.ulonglong[::1] = self._ends
        simple: cython.uchar[::1] = self._simple
        at: cython.ulonglong = ends[given - 1] if given > 0 else 0
        first: cython.ulonglong = at  # of the simple words that stand side by side
        gone: cython.ulonglong = at  # what stands before a simple word, and is not given
        i: cython.Py_ssize_t
        n: cython.Py_ssize_t = 0
        words = bytearray()
        complex_words = []
        simple_ends = array("Q", bytes(8)) * (count - given)
        out: cython.ulonglong[::1] = simple_ends if count > given else array("Q", bytes(8))
        for i in range(given, count):
            if simple[i]:
                out[n] = ends[i] - gone
                n += 1
            else:
                words += self._bytes[first:at]
                complex_words.append((i - given, self._bytes[at : ends[i]].tobytes()))
                first = ends[i]
                gone += first - at
            at = ends[i]
        words += self._bytes[first:at]
        self._given = count
        return bytes(words), simple_ends[:n], complex_words

    def size(self):
        """Return how many bytes the words have."""
        return self._ends[self._count - 1] if self._count else 0

    def scan(
        self,
        data: cython.const[cython.uchar][::1],
        starts: cython.const[cython.ulonglong][::1],
        ends: cython.const[cython.ulonglong][::1],
        fold_case: cython.bint,
    ):
        """Return the numbers of the words of each ``data[start:end]``, and how many each gave.

        Raises ValueError for a span that is none of ``data``.
        """
        i: cython.Py_ssize_t
        size: cython.Py_ssize_t = len(data)
        spans: cython.Py_ssize_t = len(starts)
        good: cython.bint = len(ends) == spans
        total: cython.ulonglong = 0
        if self._busy:
            raise RuntimeError("a word table is for one thread at a time")
        if good:
            for i in range(spans):
                if starts[i] > ends[i] or ends[i] > cython.cast(cython.ulonglong, size):
                    good = False
                    break
                total += ends[i] - starts[i]
        if not good:
            raise ValueError("the spans do not fit the text")
        counts = array("I", bytes(4 * spans))
        ids = array("I", bytes(4)) * (total // 6 + 256)
        if spans == 0 or size == 0:
            return array("I"), counts
        self._busy = True
        try:
            return self._scan(data, starts, ends, fold_case, ids, counts), counts
        finally:
            self._busy = False

    @cython.cfunc
    def _scan(
        self,
        data: cython.const[cython.uchar][::1],
        starts: cython.const[cython.ulonglong][::1],
        ends: cython.const[cython.ulonglong][::1],
        fold_case: cython.bint,
        ids: object,
        counts_: object,
    ):
        i: cython.Py_ssize_t = 0
        spans: cython.Py_ssize_t = len(starts)
        n: cython.Py_ssize_t = 0  # the number of words found, of all spans
        first: cython.Py_ssize_t = 0  # n where the span began
        begin: cython.Py_ssize_t = 0  # the span
        end: cython.Py_ssize_t = 0
        at: cython.Py_ssize_t = 0
        start: cython.Py_ssize_t  # the key
        m: cython.Py_ssize_t  # its length
        step: cython.Py_ssize_t
        j: cython.Py_ssize_t
        begun: cython.bint = False
        giant: cython.bint = False
        most: cython.Py_ssize_t = self._giant
        count: cython.Py_ssize_t = self._count
        used: cython.Py_ssize_t = self._ends[count - 1] if count else 0
        room: cython.Py_ssize_t = _ROOM
        need: cython.Py_ssize_t = 0  # room for keys that was found to be lacking
        ids_room: cython.Py_ssize_t
        keys_room: cython.Py_ssize_t
        words_room: cython.Py_ssize_t
        slot: cython.ulonglong
        mask: cython.ulonglong
        entry: cython.ulonglong
        hashed: cython.ulonglong
        prefix: cython.ulonglong
        zero: cython.ulonglong
        longest: cython.Py_ssize_t = 256  # letters of a simple key
        c: cython.uchar
        simple: cython.bint
        kinds: cython.const[cython.uchar][::1] = _KINDS
        letters: cython.const[cython.uchar][::1] = _FOLDED if fold_case else _EXACT
        counts: cython.uint[::1] = counts_
        while i < spans:
            if n == len(ids):
                ids = ids + ids
            self._reserve(count, used + need + room)
            out: cython.uint[::1] = ids
            slots: cython.ulonglong[::1] = self._slots
            word_ends: cython.ulonglong[::1] = self._ends
            prefixes: cython.ulonglong[::1] = self._prefixes
            flags: cython.uchar[::1] = self._simple
            keys: cython.uchar[::1] = self._bytes
            ids_room = len(out)
            keys_room = len(keys)
            words_room = len(word_ends)
            mask = len(slots) - 1
            need = 0
            with cython.nogil:
                while i < spans:
                    if not begun:
                        begin = at = starts[i]
                        end = ends[i]
                        first = n
                        giant = _is_giant(data, begin, end, most)
                        begun = True
                    start = at
                    while at < end and letters[data[at]] == 0:
                        step = 1
                        if kinds[data[at]] != 0:
                            step = _cut(data, kinds, at, begin, end)
                            if step == 0:
                                break
                        at += step
                    if giant:
                        at = start
                    if at == end:
                        counts[i] = cython.cast(cython.uint, n - first)
                        begun = False
                        i += 1
                        continue
                    if n == ids_room or count == words_room or keys_room - used < room:
                        break
                    start = at
                    prefix = _next_eight(data, letters, at, end)
                    zero = _first_zero(prefix)
                    prefix &= (zero >> 7) - 1
                    m = _bytes_before(zero)
                    at += m
                    hashed = _hash_prefix(prefix)
                    if m == 8:
                        while at < end:
                            c = letters[data[at]]
                            if c == 0:
                                break
                            hashed = hash_byte(hashed, c)
                            if m < longest:
                                keys[used + m] = c
                            m += 1
                            at += 1
                    step = _cut_after_letters(data, kinds, at, begin, end)
                    simple = True
                    if m == 0 or m > longest or step == 0 or giant:
                        simple = False
                        step = at
                        at = end if giant else _end_of_key(data, kinds, at, begin, end)
                        if not giant:
                            if 0 < m <= longest and _is_possessive(data, step, at):
                                simple = True
                            elif m <= 128:
                                m = _copy_number(data, kinds, start, at, keys, used)
                                simple = m > 0
                                prefix = _prefix(keys, used, m)
                                hashed = _hash(keys, used, m, prefix)
                        if not simple:
                            m = at - start
                            if keys_room - used < m:
                                need = m
                                at = start
                                break
                            for j in range(m):
                                keys[used + j] = data[start + j]
                            prefix = _prefix(keys, used, m)
                            hashed = _hash(keys, used, m, prefix)
                    elif at < end:
                        at += step
                    # The key stands at ``used``, behind all words; a new word stays there.
                    slot = first_slot(hashed, mask)
                    hashed = (hashed << 1) | simple
                    while True:
                        entry = slots[slot]
                        if entry == 0:
                            j = count
                            count += 1
                            slots[slot] = (hashed << 31) | cython.cast(cython.ulonglong, count)
                            flags[j] = simple
                            _put_prefix(keys, used, m, prefix)
                            used += m
                            word_ends[j] = used
                            prefixes[j] = prefix
                            break
                        if (entry >> 31) == hashed:
                            j = cython.cast(cython.Py_ssize_t, entry & 0x7FFFFFFF) - 1
                            # No byte of a simple key is 0: a short one is its prefix.
                            if prefixes[j] == prefix and (
                                (simple and m < 8) or same_key(keys, word_ends, j, used, m, 8)
                            ):
                                break
                        slot = (slot + 1) & mask
                    out[n] = cython.cast(cython.uint, j)
                    n += 1
            self._count = count
        return ids[:n]

    @cython.cfunc
    def _reserve(self, words: cython.Py_ssize_t, size: cython.Py_ssize_t):
        """Make room for one word more than ``words``, and for ``size`` bytes of words."""
        if words >= _MOST_WORDS or size > _MOST_BYTES:
            raise OverflowError("the word table is full")
        if size > len(self._bytes):
            more = max(size - len(self._bytes), len(self._bytes))
            self._bytes = self._bytes + array("B", bytes(1)) * more
        if words < len(self._ends):
            return
        # Twice as many slots as words; and all of it or, without the memory, nothing.
        ends = self._ends + array("Q", bytes(8)) * len(self._ends)
        prefixes = self._prefixes + array("Q", bytes(8)) * len(self._prefixes)
        simple = self._simple + array("B", bytes(1)) * len(self._simple)
        grown = array("Q", bytes(8)) * (2 * len(self._slots))
        old: cython.ulonglong[::1] = self._slots
        new: cython.ulonglong[::1] = grown
        with cython.nogil:
            copy_slots(old, new)
        self._ends = ends
        self._prefixes = prefixes
        self._simple = simple
        self._slots = grown
