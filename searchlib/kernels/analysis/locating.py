"""Where the words that a query looks for stand in one text or document.

A text in UTF-8 is cut at bytes that stand in no word and end every look-around of the tokenizer's
regular expression: white space and most punctuation. What is left between two cuts is one key. A
*simple* key is a run of ASCII letters and digits, in lower case if so asked, which is one word. Any
other key is *complex*: bytes as they stand, of which the analyzer says what words they have. Unlike
the WordTable of tokenizing.py this one says where each key begins; of what is not simple it leaves
more to the analyzer, for it sees a few texts only.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.hash_slots import (
        copy_slots,
        empty_hash,
        first_slot,
        hash_byte,
        same_key,
    )
    from cython.cimports.searchlib.kernels.separators import is_space, wide_separator
else:
    from searchlib.kernels.hash_slots import copy_slots, empty_hash, first_slot, hash_byte, same_key
    from searchlib.kernels.separators import is_space, wide_separator

__all__ = ["BEGINNINGS", "LETTERS", "KeySearch", "PlaceTable", "longest_run"]

# Kinds of bytes: in no word; a letter or digit; one that may be part of a word where it stands.
_KINDS = bytes(
    1 if byte < 128 and chr(byte).isalnum()
    else 2 if byte >= 128 or byte in b"'.,&%$+@#_"
    else 0
    for byte in range(256)
)  # fmt: skip
_EXACT = bytes(byte if _KINDS[byte] == 1 else 0 for byte in range(256))
_FOLDED = _EXACT.lower()

LETTERS = bytes(
    int(chr(byte), 36) + 1 if byte < 128 and chr(byte).isalnum() else 0 for byte in range(256)
)
"""For each byte 0, or the number of the letter or digit, from 1, whatever its case."""

BEGINNINGS = 37 * 37
"""How many pairs there are of such numbers: a and b are number 37 * a + b."""

_OTHERS = bytes(0 if kind == 1 else 1 for kind in _KINDS)  # what is no letter and no digit
_LOWEST = bytes((number & -number).bit_length() - 1 if number else 8 for number in range(256))

_LONGEST = cython.declare(cython.Py_ssize_t, 64)  # of a simple key
_TOKEN = cython.declare(cython.Py_ssize_t, 4)  # the columns of a token, and of a wanted one
_WANTED = cython.declare(cython.Py_ssize_t, 5)
_KEPT = cython.declare(cython.Py_ssize_t, 1 << 18)  # room that is kept for the next text


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _gap(
    data: cython.const[cython.uchar][::1],
    kinds: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
) -> cython.Py_ssize_t:
    """Return how many bytes a character takes that stands in no word; 0 for any other."""
    if data[at] < 128:
        return 1 if kinds[data[at]] == 0 else 0
    return wide_separator(data, at, end)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _end_of_simple(
    data: cython.const[cython.uchar][::1],
    kinds: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
) -> cython.Py_ssize_t:
    """Tell whether letters up to ``at`` can be a simple key: -1, or how many bytes end it.

    That is one for a full stop, comma or apostrophe with nothing of a word behind it.
    """
    if at == end or _gap(data, kinds, at, end) > 0:
        return 0
    if (data[at] == 0x2E or data[at] == 0x2C or data[at] == 0x27) and (
        at + 1 == end or _gap(data, kinds, at + 1, end) > 0
    ):
        return 1
    return -1


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _end_of_letters(
    data: cython.const[cython.uchar][::1],
    others: cython.const[cython.uchar][::1],
    lowest: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    size: cython.Py_ssize_t,
) -> cython.Py_ssize_t:
    """Return where the letters and digits end that go on at ``at``."""
    ending: cython.uint
    # Word length is unpredictable, so scan eight bytes branch-free.
    while at + 8 <= size:
        ending = (
            others[data[at]]
            | others[data[at + 1]] << 1
            | others[data[at + 2]] << 2
            | others[data[at + 3]] << 3
            | others[data[at + 4]] << 4
            | others[data[at + 5]] << 5
            | others[data[at + 6]] << 6
            | others[data[at + 7]] << 7
        )
        if ending != 0:
            return at + lowest[ending]
        at += 8
    while at < size and others[data[at]] == 0:
        at += 1
    return at


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _end_of_complex(
    data: cython.const[cython.uchar][::1],
    kinds: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    size: cython.Py_ssize_t,
) -> cython.Py_ssize_t:
    """Return where a key ends that goes on at ``at``, whatever it has."""
    while at < size and _gap(data, kinds, at, size) == 0:
        at += 1
    return at


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _inner_bytes(
    data: cython.const[cython.uchar][::1], at: cython.Py_ssize_t, end: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    """Return how many bytes begin no character."""
    count: cython.Py_ssize_t = 0
    while at < end:
        count += data[at] & 0xC0 == 0x80
        at += 1
    return count


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _copy_key(
    data: cython.const[cython.uchar][::1],
    start: cython.Py_ssize_t,
    m: cython.Py_ssize_t,
    keys: cython.uchar[::1],
    out: cython.Py_ssize_t,
) -> cython.ulonglong:
    """Copy ``m`` bytes and return their hash."""
    i: cython.Py_ssize_t
    hashed: cython.ulonglong = empty_hash()
    for i in range(m):
        keys[out + i] = data[start + i]
        hashed = hash_byte(hashed, data[start + i])
    return hashed


@cython.cclass
class KeySearch:
    """What is wanted of the keys of a table."""

    _beginnings: cython.const[cython.uchar][::1]
    _tokens: cython.const[cython.longlong][::1]

    def __init__(
        self,
        beginnings: cython.const[cython.uchar][::1],
        tokens: cython.const[cython.longlong][::1],
    ):
        """Take which keys may be wanted, and the wanted tokens of those that are known.

        Simple keys are left out for whose first two letters ``beginnings`` has a 0; of one letter,
        the second counts as 0. ``tokens`` has a row of five for each, sorted by key: the number of
        the key, at which of its positions and from where to where in it the token stands, and of
        which kind it is. Raises ValueError for arrays of other lengths, or out of order.
        """
        i: cython.Py_ssize_t
        if len(beginnings) != BEGINNINGS or len(tokens) % _WANTED != 0:
            raise ValueError("there is a byte for each pair of letters; a token has five numbers")
        for i in range(0, len(tokens), _WANTED):
            if tokens[i] < (tokens[i - _WANTED] if i > 0 else 0):
                raise ValueError("the keys are not in order")
        self._beginnings = beginnings
        self._tokens = tokens


@cython.cclass
class PlaceTable:
    """Numbers for keys, 0, 1, 2, ... in the order of their first appearance.

    For one thread at a time.
    """

    # Of each key its hash (32 bits) and its number + 1 (32 bits), or 0.
    _slots: cython.ulonglong[::1]
    _ends: cython.ulonglong[::1]  # where each key's bytes end
    _simple: cython.uchar[::1]
    _advances: cython.uint[::1]  # how many positions each key takes
    _learnt: cython.Py_ssize_t  # of how many keys that has been said
    _bytes: cython.uchar[::1]  # of all keys; a key begins where the one before ends
    _kinds: cython.const[cython.uchar][::1]
    _letters: cython.const[cython.uchar][::1]
    _classes: cython.const[cython.uchar][::1]
    _others: cython.const[cython.uchar][::1]
    _lowest: cython.const[cython.uchar][::1]
    _count: cython.Py_ssize_t
    # Of the text scanned last, for each key its number, where it begins in characters, and how many
    # simple keys were left out before it.
    _scanned: cython.uint[::1]
    _length: cython.Py_ssize_t  # the number of those keys
    _marks: cython.uint[::1]  # for each key 0, but while places() is at work
    _busy: cython.bint

    def __init__(self, fold_case: cython.bint):
        self._kinds = _KINDS
        self._letters = _FOLDED if fold_case else _EXACT
        self._classes = LETTERS
        self._others = _OTHERS
        self._lowest = _LOWEST
        self._slots = array("Q", bytes(8 * 4096))
        self._ends = array("Q", bytes(8 * 2048))
        self._simple = array("B", bytes(2048))
        self._advances = array("I", bytes(4 * 2048))
        self._learnt = 0
        self._bytes = array("B", bytes(1 << 15))
        self._count = 0
        self._scanned = array("I", bytes(12 * 256))
        self._length = 0
        self._marks = array("I", bytes(4 * 2048))
        self._busy = False

    def __len__(self):
        return self._count

    def keys(self, first: cython.Py_ssize_t):
        """Return the keys from number ``first`` on, each with whether it is simple."""
        i: cython.Py_ssize_t
        begin: cython.Py_ssize_t
        end: cython.Py_ssize_t
        if first < 0 or first > self._count:
            raise ValueError("there is no such key")
        begin = self._ends[first - 1] if first > 0 else 0
        found = []
        for i in range(first, self._count):
            end = self._ends[i]
            found.append((bytes(self._bytes[begin:end]), self._simple[i] == 1))
            begin = end
        return found

    def learn(self, advances: cython.const[cython.uint][::1]):
        """Take how many positions each key has, of the keys that have not been learnt yet."""
        i: cython.Py_ssize_t
        if len(advances) > self._count - self._learnt:
            raise ValueError("there are not as many keys")
        for i in range(len(advances)):
            self._advances[self._learnt + i] = advances[i]
        self._learnt += len(advances)

    def scan(self, data: cython.const[cython.uchar][::1], search: KeySearch):
        """Return the keys of a text in UTF-8 numbers, and remember where they stand for places().

        Return how many of them have not been learnt. Keys that ``search`` cannot want are left out.
        """
        if self._busy:
            raise RuntimeError("a table is for one thread at a time")
        self._busy = True
        self._length = 0
        if len(self._scanned) > _KEPT:
            self._scanned = array("I", bytes(12 * 256))
        try:
            self._scan(data, search._beginnings)  # noqa: SLF001
        finally:
            self._busy = False
        return self._count - self._learnt

    def places(self, search: KeySearch):
        """Return the tokens that ``search`` wants in the text scanned last, ``array('q')``.

        Given are rows of start, end, position and kind; offsets are those of characters. Raises
        ValueError if there are keys that have not been learnt, or are not known at all.
        """
        wanted: cython.const[cython.longlong][::1] = search._tokens  # noqa: SLF001
        n: cython.Py_ssize_t = len(wanted)
        i: cython.Py_ssize_t
        if self._learnt < self._count or (n > 0 and wanted[n - _WANTED] >= self._count):
            raise ValueError("a key is not known")
        if self._busy:
            raise RuntimeError("a table is for one thread at a time")
        marks: cython.uint[::1] = self._marks
        self._busy = True
        for i in range(n - _WANTED, -1, -_WANTED):
            marks[wanted[i]] = cython.cast(cython.uint, i + 1)
        try:
            return self._marked(wanted)
        finally:
            for i in range(0, n, _WANTED):
                marks[wanted[i]] = 0
            self._busy = False

    @cython.cfunc
    def _marked(self, wanted: cython.const[cython.longlong][::1]):
        """Return the tokens of the keys that have a mark: one more than where their rows begin."""
        marks: cython.uint[::1] = self._marks
        advances: cython.uint[::1] = self._advances
        keys: cython.uint[::1] = self._scanned
        length: cython.Py_ssize_t = 3 * self._length
        size: cython.Py_ssize_t = len(wanted)
        i: cython.Py_ssize_t
        t: cython.Py_ssize_t
        n: cython.Py_ssize_t = 0
        position: cython.longlong = 0
        with cython.nogil:
            for i in range(0, length, 3):
                t = cython.cast(cython.Py_ssize_t, marks[keys[i]]) - 1
                while 0 <= t < size and wanted[t] == keys[i]:
                    n += _TOKEN
                    t += _WANTED
        found = array("q", bytes(8 * n))
        if n == 0:
            return found
        out: cython.longlong[::1] = found
        n = 0
        with cython.nogil:
            for i in range(0, length, 3):
                t = cython.cast(cython.Py_ssize_t, marks[keys[i]]) - 1
                while 0 <= t < size and wanted[t] == keys[i]:
                    out[n] = wanted[t + 2] + keys[i + 1]
                    out[n + 1] = wanted[t + 3] + keys[i + 1]
                    out[n + 2] = wanted[t + 1] + position + keys[i + 2]
                    out[n + 3] = wanted[t + 4]
                    n += _TOKEN
                    t += _WANTED
                position += advances[keys[i]]
        return found

    @cython.cfunc
    def _scan(
        self,
        data: cython.const[cython.uchar][::1],
        beginnings: cython.const[cython.uchar][::1],
    ):
        size: cython.Py_ssize_t = len(data)
        at: cython.Py_ssize_t = 0
        n: cython.Py_ssize_t = 0  # how many keys were found
        start: cython.Py_ssize_t
        before: cython.Py_ssize_t
        step: cython.Py_ssize_t
        m: cython.Py_ssize_t  # the length of the key
        j: cython.Py_ssize_t
        skipped: cython.Py_ssize_t = 0  # simple keys that were left out
        wide: cython.Py_ssize_t = 0  # bytes up to here that begin no character
        count: cython.Py_ssize_t = self._count
        used: cython.Py_ssize_t = self._ends[count - 1] if count else 0
        need: cython.Py_ssize_t = 0
        out_room: cython.Py_ssize_t
        keys_room: cython.Py_ssize_t
        words_room: cython.Py_ssize_t
        slot: cython.ulonglong
        mask: cython.ulonglong
        entry: cython.ulonglong
        hashed: cython.ulonglong
        low: cython.ulonglong = 0xFFFFFFFF
        c: cython.uchar
        simple: cython.bint
        kinds: cython.const[cython.uchar][::1] = self._kinds
        letters: cython.const[cython.uchar][::1] = self._letters
        classes: cython.const[cython.uchar][::1] = self._classes
        others: cython.const[cython.uchar][::1] = self._others
        lowest: cython.const[cython.uchar][::1] = self._lowest
        while at < size:
            if 3 * n == len(self._scanned):
                grown = array("I", bytes(8)) * len(self._scanned)
                new: cython.uint[::1] = grown
                new[: 3 * n] = self._scanned
                self._scanned = grown
            self._reserve(count, used + need + _LONGEST)
            out: cython.uint[::1] = self._scanned
            slots: cython.ulonglong[::1] = self._slots
            key_ends: cython.ulonglong[::1] = self._ends
            flags: cython.uchar[::1] = self._simple
            keys: cython.uchar[::1] = self._bytes
            out_room = len(out) // 3
            keys_room = len(keys)
            words_room = len(key_ends)
            mask = len(slots) - 1
            need = 0
            with cython.nogil:
                while at < size:
                    c = data[at]
                    if kinds[c] != 1:
                        step = 1 if kinds[c] == 0 else _gap(data, kinds, at, size)
                        if step > 0:
                            wide += step - 1
                            at += step
                            continue
                    elif (
                        beginnings[
                            37 * classes[c] + (classes[data[at + 1]] if at + 1 < size else 0)
                        ]
                        == 0
                    ):
                        start = at
                        at += 1
                        at = _end_of_letters(data, others, lowest, at, size)
                        if at - start <= _LONGEST:
                            if at == size or kinds[data[at]] == 0:
                                skipped += 1
                                at += 1
                                continue
                            step = _end_of_simple(data, kinds, at, size)
                            if step >= 0:
                                skipped += 1
                                at += step
                                continue
                        at = start
                    if n == out_room or count == words_room or keys_room - used < _LONGEST:
                        break
                    start = at
                    before = wide
                    m = 0
                    hashed = empty_hash()
                    while at < size:
                        c = letters[data[at]]
                        if c == 0:
                            break
                        hashed = hash_byte(hashed, c)
                        if m < _LONGEST:
                            keys[used + m] = c
                        m += 1
                        at += 1
                    simple = 0 < m <= _LONGEST
                    if simple:
                        step = _end_of_simple(data, kinds, at, size)
                        simple = step >= 0
                        if simple:
                            at += step
                    if not simple:
                        m = _end_of_complex(data, kinds, at, size) - start
                        if keys_room - used < m:
                            need = m
                            at = start
                            break
                        at = start + m
                        wide += _inner_bytes(data, start, at)
                        hashed = _copy_key(data, start, m, keys, used)
                    # The key stands at ``used``, behind all others; a new one stays there.
                    slot = first_slot(hashed, mask)
                    while True:
                        entry = slots[slot]
                        if entry == 0:
                            j = count
                            count += 1
                            slots[slot] = (hashed << 32) | cython.cast(cython.ulonglong, count)
                            flags[j] = simple
                            used += m
                            key_ends[j] = used
                            break
                        if (entry >> 32) == hashed:
                            j = cython.cast(cython.Py_ssize_t, entry & low) - 1
                            if same_key(keys, key_ends, j, used, m, 0):
                                break
                        slot = (slot + 1) & mask
                    out[3 * n] = cython.cast(cython.uint, j)
                    out[3 * n + 1] = cython.cast(cython.uint, start - before)
                    out[3 * n + 2] = cython.cast(cython.uint, skipped)
                    n += 1
            self._count = count
        self._length = n

    @cython.cfunc
    def _reserve(self, words: cython.Py_ssize_t, size: cython.Py_ssize_t):
        """Make room for one key more than ``words``, and for ``size`` bytes of keys."""
        if size > len(self._bytes):
            keys = array("B", bytes(1)) * max(size, 2 * len(self._bytes))
            new_keys: cython.uchar[::1] = keys
            new_keys[: len(self._bytes)] = self._bytes
            self._bytes = keys
        if words < len(self._ends):
            return
        # Twice as many slots as keys; and all of it or, without the memory, nothing.
        ends = array("Q", bytes(8)) * (2 * len(self._ends))
        simple = array("B", bytes(1)) * (2 * len(self._simple))
        marks = array("I", bytes(4)) * (2 * len(self._marks))
        advances = array("I", bytes(4)) * (2 * len(self._advances))
        grown = array("Q", bytes(8)) * (2 * len(self._slots))
        new_ends: cython.ulonglong[::1] = ends
        new_simple: cython.uchar[::1] = simple
        new_advances: cython.uint[::1] = advances
        new: cython.ulonglong[::1] = grown
        new_ends[: len(self._ends)] = self._ends
        new_simple[: len(self._simple)] = self._simple
        new_advances[: len(self._advances)] = self._advances
        old: cython.ulonglong[::1] = self._slots
        with cython.nogil:
            copy_slots(old, new)
        self._ends = ends
        self._simple = simple
        self._marks = marks
        self._advances = advances
        self._slots = grown


def longest_run(data: cython.const[cython.uchar][::1]):
    """Return the length of the longest run of bytes without white space, as far as ASCII has it."""
    at: cython.Py_ssize_t
    last: cython.Py_ssize_t = -1
    longest: cython.Py_ssize_t = 0
    with cython.nogil:
        for at in range(len(data)):
            if is_space(data[at]):
                last = at
            elif at - last > longest:
                longest = at - last
    return longest
