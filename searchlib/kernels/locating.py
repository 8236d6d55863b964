"""Where the words that a query looks for stand in one text or document, and where sentences end.

A text in UTF-8 is cut at bytes that stand in no word and end every look-around of the tokenizer's
regular expression: white space and most punctuation. What is left between two cuts is one key. A
*simple* key is a run of ASCII letters and digits, in lower case if so asked, which is one word. Any
other key is *complex*: bytes as they stand, of which the analyzer says what words they have. Unlike
the WordTable of tokenizing.py this one says where each key begins; of what is not simple it leaves
more to the analyzer, for it sees a few texts only.

The sentences are those of ASCII by the rules of analysis/sentences.py, in one pass. What few marks
need (several in one word, an apostrophe, two hyphens, ...) the caller is asked.
"""

from array import array

import cython

__all__ = ["PlaceTable", "ascii_sentences", "find_document", "longest_run", "selected"]

# Kinds of bytes: in no word; a letter or digit; one that may be part of a word where it stands.
_KINDS = bytes(
    1 if byte < 128 and chr(byte).isalnum()
    else 2 if byte >= 128 or byte in b"'.,&%$+@#_"
    else 0
    for byte in range(256)
)  # fmt: skip
_EXACT = bytes(byte if _KINDS[byte] == 1 else 0 for byte in range(256))
_FOLDED = _EXACT.lower()

# For sentences: 1 white space; 2 a full stop; 3 another mark that ends; 4 in no word; 5 a letter or
# digit; 6 one that is part of a word; 7 one of words only between others; 0 anything else
_MARK_KINDS = bytes(
    1 if byte == 32 or 9 <= byte <= 13
    else 2 if byte == 0x2E
    else 3 if byte in b"?!"
    else 4 if byte in b")\";}]*:@'({["
    else 5 if byte < 128 and chr(byte).isalnum()
    else 6 if byte in b"$%/"
    else 7 if byte in b",-&"
    else 0
    for byte in range(256)
)  # fmt: skip

_LONGEST = cython.declare(cython.Py_ssize_t, 64)  # of a simple key
_ROW = cython.declare(cython.longlong, 19)
_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)


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
    """Give how many bytes a character has that stands in no word; 0 for any other.

    Of those beyond ASCII: the no-break space and angle quotes; U+2010 to U+2027 (dashes, curly
    quotes, ...), without the apostrophe; the ideographic comma and full stop.
    """
    first: cython.uchar = data[at]
    if first < 128:
        return 1 if kinds[first] == 0 else 0
    if first == 0xC2:
        if at + 1 < end and (data[at + 1] == 0xA0 or data[at + 1] == 0xAB or data[at + 1] == 0xBB):
            return 2
    elif at + 2 < end and data[at + 1] == 0x80:
        if first == 0xE2 and 0x90 <= data[at + 2] <= 0xA7 and data[at + 2] != 0x99:
            return 3
        if first == 0xE3 and (data[at + 2] == 0x81 or data[at + 2] == 0x82):
            return 3
    return 0


@cython.cclass
class PlaceTable:
    """Numbers for keys, 0, 1, 2, ... in the order of their first appearance.

    For one thread at a time.
    """

    # Of each key its hash (32 bits) and its number + 1 (32 bits), or 0.
    _slots: cython.ulonglong[::1]
    _ends: cython.ulonglong[::1]  # where each key's bytes end
    _simple: cython.uchar[::1]
    _bytes: cython.uchar[::1]  # of all keys; a key begins where the one before ends
    _kinds: cython.const[cython.uchar][::1]
    _letters: cython.const[cython.uchar][::1]
    _count: cython.Py_ssize_t
    _busy: cython.bint

    def __init__(self, fold_case: cython.bint):
        self._kinds = _KINDS
        self._letters = _FOLDED if fold_case else _EXACT
        self._slots = array("Q", bytes(8 * 4096))
        self._ends = array("Q", bytes(8 * 2048))
        self._simple = array("B", bytes(2048))
        self._bytes = array("B", bytes(1 << 15))
        self._count = 0
        self._busy = False

    def __len__(self):
        return self._count

    def keys(self, first: cython.Py_ssize_t):
        """Give the keys from number ``first`` on, each with whether it is simple."""
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

    def scan(
        self,
        data: cython.const[cython.uchar][::1],
        firsts: cython.const[cython.uchar][::1],
    ):
        """Give for each key its number, where it begins, and how many keys are left out before it.

        Left out are simple keys that begin with a byte for which ``firsts`` has a 0. Offsets are
        those of characters; what is no UTF-8 has no meaningful ones. ``array('I')``.
        """
        if len(firsts) != 256:
            raise ValueError("there are 256 bytes")
        if self._busy:
            raise RuntimeError("a table is for one thread at a time")
        self._busy = True
        try:
            return self._scan(data, firsts)
        finally:
            self._busy = False

    @cython.cfunc
    def _scan(
        self,
        data: cython.const[cython.uchar][::1],
        firsts: cython.const[cython.uchar][::1],
    ):
        size: cython.Py_ssize_t = len(data)
        at: cython.Py_ssize_t = 0
        n: cython.Py_ssize_t = 0  # how many keys were found
        start: cython.Py_ssize_t
        before: cython.Py_ssize_t
        end: cython.Py_ssize_t
        step: cython.Py_ssize_t
        m: cython.Py_ssize_t  # the length of the key
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        i: cython.Py_ssize_t
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
        h: cython.ulonglong
        prime: cython.ulonglong = 16777619
        low: cython.ulonglong = 0xFFFFFFFF
        c: cython.uchar
        simple: cython.bint
        kinds: cython.const[cython.uchar][::1] = self._kinds
        letters: cython.const[cython.uchar][::1] = self._letters
        found = array("I", bytes(12)) * (size // 16 + 16)
        while at < size:
            if 3 * n == len(found):
                found = found + found
            self._reserve(count, used + need + _LONGEST)
            out: cython.uint[::1] = found
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
                    if letters[data[at]] == 0:
                        step = _gap(data, kinds, at, size)
                        if step > 0:
                            wide += step - 1
                            at += step
                            continue
                    if n == out_room or count == words_room or keys_room - used < _LONGEST:
                        break
                    start = at
                    before = wide
                    c = letters[data[at]]
                    if c != 0 and firsts[c] == 0:
                        while at < size and letters[data[at]] != 0:
                            at += 1
                        if at - start <= _LONGEST and (
                            at == size or _gap(data, kinds, at, size) > 0
                        ):
                            skipped += 1
                            continue
                        at = start
                    m = 0
                    h = 2166136261
                    while at < size:
                        c = letters[data[at]]
                        if c == 0:
                            break
                        h = ((h ^ c) * prime) & low
                        if m < _LONGEST:
                            keys[used + m] = c
                        m += 1
                        at += 1
                    simple = 0 < m <= _LONGEST
                    if simple and at < size and _gap(data, kinds, at, size) == 0:
                        # A full stop, comma or apostrophe with nothing of a word behind it
                        simple = (data[at] == 0x2E or data[at] == 0x2C or data[at] == 0x27) and (
                            at + 1 == size or _gap(data, kinds, at + 1, size) > 0
                        )
                        if simple:
                            at += 1
                    if not simple:
                        while at < size and _gap(data, kinds, at, size) == 0:
                            if data[at] & 0xC0 == 0x80:
                                wide += 1
                            at += 1
                        m = at - start
                        if keys_room - used < m:
                            need = m
                            at = start
                            wide = before
                            break
                        h = 2166136261
                        for k in range(m):
                            c = data[start + k]
                            keys[used + k] = c
                            h = ((h ^ c) * prime) & low
                    # The key stands at ``used``, behind all others; a new one stays there.
                    slot = (h ^ (h >> 15)) & mask
                    j = count
                    while True:
                        entry = slots[slot]
                        if entry == 0:
                            slots[slot] = (h << 32) | cython.cast(cython.ulonglong, count + 1)
                            flags[count] = simple
                            used += m
                            key_ends[count] = used
                            count += 1
                            break
                        if (entry >> 32) == h:
                            i = cython.cast(cython.Py_ssize_t, entry & low) - 1
                            k = key_ends[i - 1] if i > 0 else 0
                            end = key_ends[i]
                            if end - k == m:
                                step = 0
                                while step < m and keys[k + step] == keys[used + step]:
                                    step += 1
                                if step == m:
                                    j = i
                                    break
                        slot = (slot + 1) & mask
                    out[3 * n] = cython.cast(cython.uint, j)
                    out[3 * n + 1] = cython.cast(cython.uint, start - before)
                    out[3 * n + 2] = cython.cast(cython.uint, skipped)
                    n += 1
            self._count = count
        return found[: 3 * n]

    @cython.cfunc
    def _reserve(self, words: cython.Py_ssize_t, size: cython.Py_ssize_t):
        """Make room for one key more than ``words``, and for ``size`` bytes of keys."""
        i: cython.Py_ssize_t
        slot: cython.ulonglong
        mask: cython.ulonglong
        h: cython.ulonglong
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
        grown = array("Q", bytes(8)) * (2 * len(self._slots))
        new_ends: cython.ulonglong[::1] = ends
        new_simple: cython.uchar[::1] = simple
        new: cython.ulonglong[::1] = grown
        new_ends[: len(self._ends)] = self._ends
        new_simple[: len(self._simple)] = self._simple
        old: cython.ulonglong[::1] = self._slots
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
        self._simple = simple
        self._slots = grown


def longest_run(data: cython.const[cython.uchar][::1]):
    """Give the length of the longest run of bytes without white space, as far as ASCII has it."""
    at: cython.Py_ssize_t
    last: cython.Py_ssize_t = -1
    longest: cython.Py_ssize_t = 0
    with cython.nogil:
        for at in range(len(data)):
            if data[at] == 32 or 9 <= data[at] <= 13 or 28 <= data[at] <= 31:
                last = at
            elif at - last > longest:
                longest = at - last
    return longest


def selected(
    keys: cython.const[cython.uint][::1],
    wanted: cython.const[cython.uchar][::1],
    advances: cython.const[cython.uint][::1],
):
    """Give number, offset and position of each key that is ``wanted``, of those that scan gave.

    ``wanted`` has a 1 for each such key. A key's words take as many positions as ``advances``
    says, one that was left out takes one. Raises ValueError for keys that are not known.
    """
    i: cython.Py_ssize_t
    known: cython.Py_ssize_t = min(len(wanted), len(advances))
    position: cython.ulonglong = 0
    key: cython.uint
    found = []
    for i in range(0, len(keys) - 2, 3):
        key = keys[i]
        if key >= known:
            raise ValueError("a key is not known")
        if wanted[key] != 0:
            found.append((key, keys[i + 1], position + keys[i + 2]))
        position += advances[key]
    return found


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


def find_document(
    words: cython.const[cython.ulonglong][::1],
    rows: cython.const[cython.longlong][::1],
    doc: cython.longlong,
):
    """Give in which fields one document has the term of a list, or -1 if it is not in the list.

    That is 8 times the number of its row plus the fields as bits: 1 headline, 2 body, 4 caption.
    The rows are those of lists.py. Costs a binary search.
    """
    low: cython.longlong = 0
    count: cython.longlong = len(rows) // _ROW
    high: cython.longlong = count
    middle: cython.longlong
    r: cython.longlong
    row: cython.longlong
    last: cython.longlong
    f: cython.longlong
    tf: cython.longlong
    fields: cython.longlong = 0
    while low < high:  # the first row whose last document is not below ``doc``
        middle = (low + high) >> 1
        r = _ROW * middle
        last = rows[r + 2] - 1
        if rows[r + 1] + _bits(words, rows[r + 3] + last * rows[r + 4], rows[r + 4]) < doc:
            low = middle + 1
        else:
            high = middle
    if low == count:
        return -1
    row = low
    r = _ROW * row
    low = 0
    high = rows[r + 2]
    while low < high:
        middle = (low + high) >> 1
        if rows[r + 1] + _bits(words, rows[r + 3] + middle * rows[r + 4], rows[r + 4]) < doc:
            low = middle + 1
        else:
            high = middle
    if low == rows[r + 2] or (
        rows[r + 1] + _bits(words, rows[r + 3] + low * rows[r + 4], rows[r + 4]) != doc
    ):
        return -1
    for f in range(3):
        tf = rows[r + 7 + 3 * f]
        if rows[r + 6 + 3 * f] > 0:
            tf = _bits(words, rows[r + 5 + 3 * f] + low * rows[r + 6 + 3 * f], rows[r + 6 + 3 * f])
        if tf > 0:
            fields |= 1 << f
    return 8 * row + fields


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_space(byte: cython.uchar) -> cython.bint:
    """Tell whether Python takes a byte for white space: four separators more than Unicode."""
    return byte == 32 or 9 <= byte <= 13 or 28 <= byte <= 31


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_closer(byte: cython.uchar) -> cython.bint:
    return byte in {0x22, 0x27, 0x29, 0x5D, 0x7D}


@cython.cfunc
@cython.exceptval(check=False)
def _is_number(
    data: cython.const[cython.uchar][::1], start: cython.Py_ssize_t, end: cython.Py_ssize_t
) -> cython.bint:
    """Tell whether there is a digit, and then digits, commas, full stops and hyphens."""
    at: cython.Py_ssize_t
    for at in range(start, end):
        if not (
            0x30 <= data[at] <= 0x39
            or (at > start and (data[at] == 0x2C or data[at] == 0x2E or data[at] == 0x2D))
        ):
            return False
    return True


@cython.cfunc
def _ends_sentence(
    data: cython.const[cython.uchar][::1],
    kinds: cython.const[cython.uchar][::1],
    text: bytes,
    start: cython.Py_ssize_t,
    mark: cython.Py_ssize_t,
    following: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    abbreviations: frozenset,
    has_end: object,
) -> cython.bint:
    """Tell whether a sentence ends with the mark behind the word that begins at ``start``.

    ``following`` is where the next token begins, in the paragraph that ends at ``end``.
    """
    core: cython.Py_ssize_t = start
    at: cython.Py_ssize_t
    last: cython.Py_ssize_t = following + 1
    first: cython.uchar = data[following]
    kind: cython.uchar
    other: cython.uchar
    plain: cython.bint = True
    ends: cython.bint
    marks: cython.bint
    initial: cython.bint
    digit: cython.bint
    if following > mark + 1:
        while last < end and kinds[data[last]] != 1:
            last += 1
    if first >= 28 and first <= 31:
        plain = False
    elif data[mark] != 0x2E:
        return True
    while core < mark and (data[core] == 0x22 or data[core] == 0x28 or data[core] == 0x5B):
        core += 1
    if core == mark or kinds[data[core]] < 5 or kinds[data[core]] == 7:
        plain = False
    at = core
    while plain and at < mark:
        kind = kinds[data[at]]
        if kind == 2 or data[at] == 0x2C or data[at] == 0x2D:  # between others only
            other = data[at + 1]
            plain = at + 1 < mark and other not in {0x2E, 0x2C, 0x2D}
        else:
            plain = kind >= 5
        at += 1
    if plain:
        if mark - core > 12:
            ends = True
            at = mark - 1
            while at > core and data[at] != 0x2D:
                at -= 1
            if data[at] == 0x2D:
                ends = text[at + 1 : mark].lower() not in abbreviations
        else:
            word = text[core:mark].lower()
            ends = word not in abbreviations
            if ends and b"-" in word:
                ends = word.rpartition(b"-")[2] not in abbreviations
        digit = 0x30 <= data[core] <= 0x39
        initial = mark - core == 1 and not digit and kinds[data[core]] == 5
        if not ((initial or digit) and (first == 0x2E or kinds[first] == 3)):
            if ends and (initial or (digit and _is_number(data, core, mark))):
                ends = not (
                    first in {0x2C, 0x3A, 0x3B}
                    or 0x61 <= first <= 0x7A
                    or (initial and 0x41 <= first <= 0x5A)
                )
            if ends:
                return True
            marks = False
            for at in range(following, last):
                if kinds[data[at]] == 2 or kinds[data[at]] == 3:
                    marks = True
                    break
            if not marks:
                return False
    return has_end(text[start:last].decode("ascii"))


@cython.cfunc
def _add_trimmed(
    found: list,
    data: cython.const[cython.uchar][::1],
    start: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
):
    """Add a sentence without the white space around it."""
    while start < end and _is_space(data[start]):
        start += 1
    while start < end and _is_space(data[end - 1]):
        end -= 1
    if start < end:
        found.append((start, end))


def ascii_sentences(
    text: bytes,
    begin: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    abbreviations: frozenset,
    has_end: object,
):
    """Give the sentences of the paragraph ``text[begin:end]``, without the white space around them.

    ``abbreviations`` are bytes in lower case. ``has_end`` is asked of a word, its mark and what
    follows whether a sentence ends in there. Raises ValueError for a paragraph that is none of
    the text.
    """
    data: cython.const[cython.uchar][::1] = text
    kinds: cython.const[cython.uchar][::1] = _MARK_KINDS
    at: cython.Py_ssize_t = begin
    following: cython.Py_ssize_t
    blank: cython.Py_ssize_t = begin  # the last white space before ``at``
    start: cython.Py_ssize_t = begin  # the word before the latest mark, the mark, what follows it
    mark: cython.Py_ssize_t = begin
    next_token: cython.Py_ssize_t = -1
    word: cython.Py_ssize_t
    sentence: cython.Py_ssize_t = begin  # where the sentence begins, and the one before ended
    stop: cython.Py_ssize_t = -1
    aligned: cython.Py_ssize_t = begin
    j: cython.Py_ssize_t
    limit: cython.Py_ssize_t
    kind: cython.uchar
    found: list = []
    if not 0 <= begin <= end <= len(text):
        raise ValueError("the paragraph is not in the text")
    while at <= end:
        following = -1
        if at < end:
            kind = kinds[data[at]]
            if kind == 1:
                blank = at
            if kind not in {2, 3}:
                at += 1
                continue
            if at + 1 < end:
                kind = kinds[data[at + 1]]
                if kind in {3, 4}:
                    following = at + 1
                elif kind == 1:
                    j = at + 1
                    while j < end and kinds[data[j]] == 1:
                        j += 1
                    if j < end:
                        following = j
            if following < 0:
                at += 1
                continue
        word = start
        if blank > mark:
            word = blank + 1
        if (
            next_token >= 0
            and (at == end or mark <= word)
            and _ends_sentence(
                data, kinds, text, start, mark, next_token, end, abbreviations, has_end
            )
        ):
            # The sentence before takes what closes it from this one.
            if stop >= 0:
                aligned = _align(found, data, kinds, aligned, stop, sentence, mark + 1)
            stop = mark + 1
            sentence = next_token
        start = word
        mark = at
        next_token = following
        at += 1
    limit = end
    while limit > begin and _is_space(data[limit - 1]):
        limit -= 1
    if stop >= 0:
        aligned = _align(found, data, kinds, aligned, stop, sentence, limit)
    _add_trimmed(found, data, aligned, limit)
    return found


@cython.cfunc
def _align(
    found: list,
    data: cython.const[cython.uchar][::1],
    kinds: cython.const[cython.uchar][::1],
    start: cython.Py_ssize_t,
    stop: cython.Py_ssize_t,
    next_start: cython.Py_ssize_t,
    next_stop: cython.Py_ssize_t,
) -> cython.Py_ssize_t:
    """Add a sentence with what closes it at the start of the next one, which then begins later."""
    at: cython.Py_ssize_t = next_start
    closed: cython.Py_ssize_t
    while at < next_stop and _is_closer(data[at]):
        at += 1
        if (
            at == next_stop
            or kinds[data[at]] == 1
            or (at + 1 < next_stop and data[at] == 0x2D and data[at + 1] == 0x2D)
        ):
            closed = at
            while at < next_stop and kinds[data[at]] == 1:
                at += 1
            _add_trimmed(found, data, start, closed)
            return at
    _add_trimmed(found, data, start, stop)
    return next_start
