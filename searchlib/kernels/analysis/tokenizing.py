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
_MOST_WORDS = 1 << 30
_MOST_BYTES = 1 << 40


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _wide_cut(
    data: cython.const[cython.uchar][::1], at: cython.Py_ssize_t, end: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    """Return how many bytes a character beyond ASCII has that stands in no word; 0 for any other.

    The no-break space and angle quotes; U+2010 to U+2027 (dashes, curly quotes, ...), without the
    apostrophe; the ideographic comma and full stop.
    """
    first: cython.uchar = data[at]
    if first == 0xC2:
        if at + 1 < end and (data[at + 1] == 0xA0 or data[at + 1] == 0xAB or data[at + 1] == 0xBB):
            return 2
    elif first == 0xE2:
        if (
            at + 2 < end
            and data[at + 1] == 0x80
            and 0x90 <= data[at + 2] <= 0xA7
            and data[at + 2] != 0x99
        ):
            return 3
    elif (
        first == 0xE3
        and at + 2 < end
        and data[at + 1] == 0x80
        and (data[at + 2] == 0x81 or data[at + 2] == 0x82)
    ):
        return 3
    return 0


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
    """Return how many bytes of a place to cut stand at ``at``, 0 where there is none.

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
        size = _wide_cut(data, at, end)
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
        if right == 3 and (data[at + size] < 128 or _wide_cut(data, at + size, end) > 0):
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
def _begun(prefix: cython.ulonglong) -> cython.ulonglong:
    """Return the hash, of 32 bits, of a key of at most eight bytes, which are the number's."""
    mix: cython.ulonglong = 0x1E3779B97F4A7C15
    every: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
    return ((prefix * mix) & every) >> 32


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _continued(h: cython.ulonglong, byte: cython.uchar) -> cython.ulonglong:
    """Return the hash of a key with one byte more, beyond its eighth."""
    prime: cython.ulonglong = 16777619
    low: cython.ulonglong = 0xFFFFFFFF
    return ((h ^ byte) * prime) & low


@cython.cfunc
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
@cython.nogil
@cython.exceptval(check=False)
def _hash(
    keys: cython.uchar[::1], at: cython.Py_ssize_t, m: cython.Py_ssize_t, prefix: cython.ulonglong
) -> cython.ulonglong:
    i: cython.Py_ssize_t
    h: cython.ulonglong = _begun(prefix)
    for i in range(at + 8, at + m):
        h = _continued(h, keys[i])
    return h


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
        if data[at] == 32 or 9 <= data[at] <= 13 or 28 <= data[at] <= 31:
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
        ones as bytes, each with its place among all these words, in order.
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
        n: cython.Py_ssize_t = 0  # how many words were found, of all spans
        first: cython.Py_ssize_t = 0  # n where the span began
        begin: cython.Py_ssize_t = 0  # the span
        end: cython.Py_ssize_t = 0
        at: cython.Py_ssize_t = 0
        start: cython.Py_ssize_t  # the key
        stop: cython.Py_ssize_t
        step: cython.Py_ssize_t
        m: cython.Py_ssize_t  # its length
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
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
        h: cython.ulonglong
        prefix: cython.ulonglong
        number_bits: cython.ulonglong = 0x7FFFFFFF
        ones: cython.ulonglong = 0x0101010101010101
        highs: cython.ulonglong = 0x8080808080808080
        c: cython.uchar
        simple: cython.uchar
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
                    m = 0
                    prefix = 0
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
                    if end - at >= 8:
                        # How long a word is nobody can foretell: eight at once, with no branch.
                        prefix = _eight(data, letters, at)
                        # The lowest bit that is set here is the highest of the first byte of 0.
                        h = (prefix - ones) & ~prefix & highs
                        if h == 0:
                            m = 8
                        else:
                            h &= -h
                            prefix &= (h >> 7) - 1
                            # Each byte up to that one has one bit of these, which the product adds.
                            m = (((((h - 1) & ones) * ones) >> 56) & 0xFF) - 1
                        at += m
                    else:
                        while at < end and m < 8:
                            c = letters[data[at]]
                            if c == 0:
                                break
                            h = c
                            prefix |= h << (8 * m)
                            m += 1
                            at += 1
                    h = _begun(prefix)
                    if m == 8:
                        while at < end:
                            c = letters[data[at]]
                            if c == 0:
                                break
                            h = _continued(h, c)
                            if m < 256:
                                keys[used + m] = c
                            m += 1
                            at += 1
                    simple = 1
                    step = 1
                    # Most commas and full stops have white space behind them.
                    if (
                        at < end
                        and kinds[data[at]] != 0
                        and (
                            end - at < 2
                            or kinds[data[at + 1]] != 0
                            or (data[at] != 0x2C and data[at] != 0x2E)
                        )
                    ):
                        step = _cut(data, kinds, at, begin, end)
                    stop = at
                    if m == 0 or m > 256 or step == 0 or giant:
                        if giant:
                            stop = end
                        while stop < end and _cut(data, kinds, stop, begin, end) == 0:
                            stop += 1
                        simple = 0
                        if not giant:
                            if 0 < m <= 256 and _is_possessive(data, at, stop):
                                simple = 1
                            elif m <= 128:
                                k = start
                                if _is_number(data, kinds, start, stop):
                                    simple = 1
                                elif data[start] == 0x2E and stop - start <= 128:
                                    # .5 is found as 5
                                    k = start + 1
                                    while k < stop and kinds[data[k]] == 2:
                                        k += 1
                                    if k == stop and k > start + 1:
                                        k = start + 1
                                        simple = 1
                                if simple == 1:
                                    m = 0
                                    while k < stop:
                                        c = data[k]
                                        k += 1
                                        if c != 0x2C:
                                            keys[used + m] = c
                                            m += 1
                                    prefix = _prefix(keys, used, m)
                                    h = _hash(keys, used, m, prefix)
                        if simple == 0:
                            m = stop - start
                            if keys_room - used < m:
                                need = m
                                at = start
                                break
                            for k in range(m):
                                keys[used + k] = data[start + k]
                            prefix = _prefix(keys, used, m)
                            h = _hash(keys, used, m, prefix)
                        at = stop
                    elif at < end:
                        at += step
                    # The key stands at ``used``, behind all words; a new word stays there.
                    slot = (h ^ (h >> 15)) & mask
                    h = (h << 1) | simple
                    while True:
                        entry = slots[slot]
                        if entry == 0:
                            slots[slot] = (h << 31) | cython.cast(cython.ulonglong, count + 1)
                            flags[count] = simple
                            for k in range(min(m, 8)):
                                keys[used + k] = (prefix >> (8 * k)) & 0xFF
                            used += m
                            word_ends[count] = used
                            prefixes[count] = prefix
                            j = count
                            count += 1
                            break
                        if (entry >> 31) == h:
                            j = cython.cast(cython.Py_ssize_t, entry & number_bits) - 1
                            if prefixes[j] == prefix:
                                # No byte of a simple key is 0: a short one is its prefix.
                                if simple == 1 and m < 8:
                                    break
                                k = word_ends[j - 1] if j > 0 else 0
                                if cython.cast(cython.Py_ssize_t, word_ends[j]) - k == m:
                                    step = min(m, 8)
                                    while step < m and keys[k + step] == keys[used + step]:
                                        step += 1
                                    if step == m:
                                        break
                        slot = (slot + 1) & mask
                    out[n] = cython.cast(cython.uint, j)
                    n += 1
            self._count = count
        return ids[:n]

    @cython.cfunc
    def _reserve(self, words: cython.Py_ssize_t, size: cython.Py_ssize_t):
        """Make room for one word more than ``words``, and for ``size`` bytes of words."""
        i: cython.Py_ssize_t
        slot: cython.ulonglong
        mask: cython.ulonglong
        h: cython.ulonglong
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
        mask = len(new) - 1
        with cython.nogil:
            for i in range(len(old)):
                if old[i] != 0:
                    h = old[i] >> 32
                    slot = (h ^ (h >> 15)) & mask
                    while new[slot] != 0:
                        slot = (slot + 1) & mask
                    new[slot] = old[i]
        self._ends = ends
        self._prefixes = prefixes
        self._simple = simple
        self._slots = grown
