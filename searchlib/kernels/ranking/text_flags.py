"""Which spans are what only their texts say: in one sentence, in one paragraph, spelled so.

Spans are those of spans.py. The texts are asked for one by one: ``next_field`` says whose, and
``mark`` takes what was found in it. Of its tokens that are rows of start, end, position and kind,
in the order of the positions; offsets are those of characters.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.occurrences import field_end, field_start, position_of
else:
    from searchlib.kernels.occurrences import field_end, field_start, position_of

__all__ = ["SpelledSpans", "TogetherSpans", "fields_of", "up_to"]

_ROW = cython.declare(cython.Py_ssize_t, 4)  # the columns of a token
_AFTER = cython.declare(cython.int, 1)
_BEFORE = cython.declare(cython.int, 2)


def fields_of(occurrences: cython.const[cython.ulonglong][::1]):
    """Return the fields that occurrences are in, each once and in order.

    A field is an occurrence without its position.
    """
    i: cython.Py_ssize_t
    n: cython.Py_ssize_t = 0
    found = array("Q", bytes(8)) * max(len(occurrences), 1)
    out: cython.ulonglong[::1] = found
    with cython.nogil:
        for i in range(len(occurrences)):
            if n == 0 or out[n - 1] != field_start(occurrences[i]):
                out[n] = field_start(occurrences[i])
                n += 1
    return found[:n]


def up_to(
    firsts: cython.const[cython.ulonglong][::1],
    lasts: cython.const[cython.ulonglong][::1],
    bounds: cython.const[cython.ulonglong][::1],
):
    """Return a flag for each span: 1 if it ends at the bound of its field, or before it.

    ``bounds`` has an occurrence for each of fields_of(firsts). Raises ValueError for arrays that
    do not fit together.
    """
    i: cython.Py_ssize_t
    n: cython.Py_ssize_t = -1
    field: cython.ulonglong = 0
    good: cython.bint = len(firsts) == len(lasts)
    flags = bytearray(len(firsts))
    out: cython.uchar[::1] = flags
    if good:
        with cython.nogil:
            for i in range(len(firsts)):
                if n < 0 or field_start(firsts[i]) != field:
                    field = field_start(firsts[i])
                    n += 1
                    if n >= len(bounds):
                        good = False
                        break
                out[i] = lasts[i] <= bounds[n]
    if not good:
        raise ValueError("the spans and their bounds do not fit together")
    return flags


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _end_of_field(
    firsts: cython.const[cython.ulonglong][::1], at: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    """Return the index behind the last span of the field that the one at ``at`` is in."""
    last: cython.ulonglong
    if at < len(firsts):
        last = field_end(firsts[at])
        while at < len(firsts) and firsts[at] <= last:
            at += 1
    return at


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _part_of(
    occurrence: cython.ulonglong,
    rows: cython.const[cython.longlong][::1],
    starts: cython.const[cython.longlong][::1],
) -> cython.longlong:
    """Return how many of ``starts`` are not behind the start of the token of an occurrence."""
    position: cython.longlong = cython.cast(cython.longlong, position_of(occurrence))
    low: cython.Py_ssize_t = 0
    high: cython.Py_ssize_t = len(rows) // _ROW
    middle: cython.Py_ssize_t
    start: cython.longlong = 0
    while low < high:
        middle = (low + high) >> 1
        if rows[_ROW * middle + 2] < position:
            low = middle + 1
        else:
            high = middle
    low *= _ROW
    if low < len(rows) and rows[low + 2] == position:
        start = rows[low]
        while low < len(rows) and rows[low + 2] == position:
            start = min(start, rows[low])
            low += _ROW
    low = 0
    high = len(starts)
    while low < high:
        middle = (low + high) >> 1
        if starts[middle] <= start:
            low = middle + 1
        else:
            high = middle
    return low


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _number_parts(
    firsts: cython.const[cython.ulonglong][::1],
    lasts: cython.const[cython.ulonglong][::1],
    at: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    rows: cython.const[cython.longlong][::1],
    starts: cython.const[cython.longlong][::1],
    numbers: cython.longlong[::1],
    out: cython.Py_ssize_t,
) -> cython.void:
    """Write the part of each span to ``numbers`` from ``out`` on: -1 for one that is in two."""
    i: cython.Py_ssize_t
    number: cython.longlong
    for i in range(at, end):
        number = _part_of(firsts[i], rows, starts)
        if lasts[i] != firsts[i] and _part_of(lasts[i], rows, starts) != number:
            number = -1
        numbers[out + i - at] = number


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _flag(
    firsts: cython.const[cython.ulonglong][::1],
    lasts: cython.const[cython.ulonglong][::1],
    at: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    numbers: cython.longlong[::1],
    first: cython.Py_ssize_t,
    other_firsts: cython.const[cython.ulonglong][::1],
    other_lasts: cython.const[cython.ulonglong][::1],
    other_at: cython.Py_ssize_t,
    other_end: cython.Py_ssize_t,
    other_first: cython.Py_ssize_t,
    begins: cython.ulonglong[::1],
    ends: cython.ulonglong[::1],
    sides: cython.int,
    flags: cython.uchar[::1],
) -> cython.void:
    """Flag the spans from ``at`` to ``end``, whose parts stand in ``numbers`` from ``first`` on.

    ``begins`` and ``ends`` are room for the last beginning (plus 1; 0 if there is none) and the
    first end of the others in each part.
    """
    i: cython.Py_ssize_t
    number: cython.longlong
    for i in range(at, end):
        number = numbers[first + i - at]
        if number >= 0:
            begins[number] = 0
    for i in range(other_at, other_end):
        number = numbers[other_first + i - other_at]
        if number >= 0:
            begins[number] = 0
    for i in range(other_at, other_end):
        number = numbers[other_first + i - other_at]
        if number >= 0:
            if begins[number] == 0 or other_lasts[i] < ends[number]:
                ends[number] = other_lasts[i]
            begins[number] = max(begins[number], other_firsts[i] + 1)
    for i in range(at, end):
        number = numbers[first + i - at]
        if (
            number >= 0
            and begins[number] > 0
            and (
                (sides & _AFTER and begins[number] > lasts[i] + 1)
                or (sides & _BEFORE and ends[number] < firsts[i])
            )
        ):
            flags[i] = 1


@cython.cclass
class TogetherSpans:
    """Finds the spans that have one of the other side in the same part of their text."""

    _firsts: cython.const[cython.ulonglong][::1]
    _lasts: cython.const[cython.ulonglong][::1]
    _other_firsts: cython.const[cython.ulonglong][::1]
    _other_lasts: cython.const[cython.ulonglong][::1]
    _ordered: cython.bint
    _flags: cython.uchar[::1]
    _other_flags: cython.uchar[::1]
    # Where the spans of the field at hand begin and end, of either side
    _at: cython.Py_ssize_t
    _end: cython.Py_ssize_t
    _other_at: cython.Py_ssize_t
    _other_end: cython.Py_ssize_t
    # Room: the parts of these spans, one side behind the other; two numbers for each part
    _numbers: cython.longlong[::1]
    _begins: cython.ulonglong[::1]
    _ends: cython.ulonglong[::1]

    def __init__(
        self,
        firsts: cython.const[cython.ulonglong][::1],
        lasts: cython.const[cython.ulonglong][::1],
        other_firsts: cython.const[cython.ulonglong][::1],
        other_lasts: cython.const[cython.ulonglong][::1],
        ordered: cython.bint,
        flags: cython.uchar[::1],
        other_flags: cython.uchar[::1],
    ):
        """Take the spans of both sides, whether the others have to come after, and their flags.

        Those will be 1 for each span that is found. Raises ValueError for lengths that do not fit
        together.
        """
        if not (
            len(firsts) == len(lasts) == len(flags)
            and len(other_firsts) == len(other_lasts) == len(other_flags)
        ):
            raise ValueError("there must be as many ends and flags as beginnings")
        self._firsts = firsts
        self._lasts = lasts
        self._other_firsts = other_firsts
        self._other_lasts = other_lasts
        self._ordered = ordered
        self._flags = flags
        self._other_flags = other_flags
        self._at = self._end = self._other_at = self._other_end = 0
        self._numbers = array("q", bytes(8 * 64))
        self._begins = array("Q", bytes(8 * 64))
        self._ends = array("Q", bytes(8 * 64))

    def next_field(self):
        """Go to the next field that both sides have, and return it; -1 if there is none."""
        firsts: cython.const[cython.ulonglong][::1] = self._firsts
        others: cython.const[cython.ulonglong][::1] = self._other_firsts
        i: cython.Py_ssize_t = self._end
        j: cython.Py_ssize_t = self._other_end
        with cython.nogil:
            while i < len(firsts) and j < len(others):
                if firsts[i] >> 30 < others[j] >> 30:
                    i += 1
                elif firsts[i] >> 30 > others[j] >> 30:
                    j += 1
                else:
                    break
        self._at = i
        self._other_at = j
        if i == len(firsts) or j == len(others):
            self._end = i
            self._other_end = j
            return -1
        self._end = _end_of_field(firsts, i)
        self._other_end = _end_of_field(others, j)
        return field_start(firsts[i])

    def mark(
        self,
        rows: cython.const[cython.longlong][::1],
        starts: cython.const[cython.longlong][::1],
    ):
        """Take the words of the field at hand, and where its parts begin, in order.

        Without any words all spans are in one part. Raises ValueError for what are no rows.
        """
        firsts: cython.const[cython.ulonglong][::1] = self._firsts
        lasts: cython.const[cython.ulonglong][::1] = self._lasts
        other_firsts: cython.const[cython.ulonglong][::1] = self._other_firsts
        other_lasts: cython.const[cython.ulonglong][::1] = self._other_lasts
        at: cython.Py_ssize_t = self._at
        end: cython.Py_ssize_t = self._end
        other_at: cython.Py_ssize_t = self._other_at
        other_end: cython.Py_ssize_t = self._other_end
        count: cython.Py_ssize_t = end - at
        if len(rows) % _ROW != 0:
            raise ValueError("a token has four numbers")
        if count + other_end - other_at > len(self._numbers):
            self._numbers = array("q", bytes(8)) * (2 * (count + other_end - other_at))
        if len(starts) >= len(self._begins):
            self._begins = array("Q", bytes(8)) * (2 * len(starts) + 1)
            self._ends = array("Q", bytes(8)) * (2 * len(starts) + 1)
        numbers: cython.longlong[::1] = self._numbers
        begins: cython.ulonglong[::1] = self._begins
        ends: cython.ulonglong[::1] = self._ends
        flags: cython.uchar[::1] = self._flags
        other_flags: cython.uchar[::1] = self._other_flags
        sides: cython.int = _AFTER if self._ordered else _AFTER | _BEFORE
        other_sides: cython.int = _BEFORE if self._ordered else _AFTER | _BEFORE
        with cython.nogil:
            _number_parts(firsts, lasts, at, end, rows, starts, numbers, 0)
            _number_parts(
                other_firsts, other_lasts, other_at, other_end, rows, starts, numbers, count
            )
            _flag(
                firsts, lasts, at, end, numbers, 0,
                other_firsts, other_lasts, other_at, other_end, count,
                begins, ends, sides, flags,
            )  # fmt: skip
            _flag(
                other_firsts, other_lasts, other_at, other_end, numbers, count,
                firsts, lasts, at, end, 0,
                begins, ends, other_sides, other_flags,
            )  # fmt: skip


@cython.cclass
class SpelledSpans:
    """Finds the spans whose words are spelled as asked, for phrases of folded words."""

    _firsts: cython.const[cython.ulonglong][::1]
    _kinds: cython.const[cython.uint][::1]  # of each spelling the kind of its word
    _spellings: list
    _befores: cython.const[cython.uint][::1]  # how many characters of each stand before its word
    _word_spellings: cython.const[cython.uint][::1]  # of each word of the phrase its spelling
    _seen: object
    _flags: cython.uchar[::1]
    _at: cython.Py_ssize_t  # where the spans of the field at hand begin and end
    _end: cython.Py_ssize_t
    _found: cython.uchar[::1]  # room: of each token, for each spelling, whether it is spelled so

    def __init__(
        self,
        firsts: cython.const[cython.ulonglong][::1],
        spellings: list,
        befores: cython.const[cython.uint][::1],
        kinds: cython.const[cython.uint][::1],
        word_spellings: cython.const[cython.uint][::1],
        seen: object,
        flags: cython.uchar[::1],
    ):
        """Take the first words of spans, and how they are to be spelled.

        Each of ``spellings`` is the bytes of a word, whose kind is in ``kinds``; ``befores`` says
        how many characters of it (such as l') stand before the word. ``word_spellings`` has for
        each word of a span the number of its spelling. ``seen`` takes bytes that are not ASCII and
        returns those that a reader sees. ``flags`` has one for each span, which is set to 1 if the
        span is spelled so. Raises ValueError for arguments that do not fit together.
        """
        i: cython.Py_ssize_t
        good: cython.bint = len(kinds) == len(spellings) == len(befores) and len(flags) == len(
            firsts
        )
        for i in range(len(word_spellings)):
            good = good and word_spellings[i] < len(kinds)
        if not good:
            raise ValueError("the spellings and their words do not fit together")
        self._firsts = firsts
        self._spellings = spellings
        self._befores = befores
        self._kinds = kinds
        self._word_spellings = word_spellings
        self._seen = seen
        self._flags = flags
        self._at = self._end = 0
        self._found = bytearray(64)

    def next_field(self):
        """Go to the next field that has spans, and return it; -1 if there is none."""
        self._at = self._end
        self._end = _end_of_field(self._firsts, self._at)
        if self._at == self._end:
            return -1
        return field_start(self._firsts[self._at])

    def mark(self, text: bytes, rows: cython.const[cython.longlong][::1]):
        """Take the text of the field at hand, in UTF-8, and its words.

        Raises ValueError for what are no rows, or rows of another text.
        """
        if len(rows) % _ROW != 0:
            raise ValueError("a token has four numbers")
        spellings: cython.Py_ssize_t = len(self._kinds)
        if len(rows) // _ROW * spellings > len(self._found):
            self._found = bytearray(len(rows) * spellings)
        self._spell(text, text, rows)
        firsts: cython.const[cython.ulonglong][::1] = self._firsts
        word_spellings: cython.const[cython.uint][::1] = self._word_spellings
        found: cython.uchar[::1] = self._found
        flags: cython.uchar[::1] = self._flags
        end: cython.Py_ssize_t = self._end
        count: cython.Py_ssize_t = len(rows) // _ROW
        i: cython.Py_ssize_t
        k: cython.Py_ssize_t
        row: cython.Py_ssize_t = 0
        at: cython.Py_ssize_t
        position: cython.longlong
        right: cython.bint
        with cython.nogil:
            for i in range(self._at, end):
                position = cython.cast(cython.longlong, position_of(firsts[i]))
                while row < count and rows[_ROW * row + 2] < position:
                    row += 1
                at = row
                right = True
                for k in range(len(word_spellings)):
                    while at < count and rows[_ROW * at + 2] < position + k:
                        at += 1
                    right = False
                    while at < count and rows[_ROW * at + 2] == position + k:
                        right = right or found[at * spellings + word_spellings[k]] != 0
                        at += 1
                    if not right:
                        break
                flags[i] = right

    @cython.cfunc
    def _spell(
        self,
        text: bytes,
        data: cython.const[cython.uchar][::1],
        rows: cython.const[cython.longlong][::1],
    ):
        """Find out how each token is spelled: several spellings may fit, homme and l'homme."""
        size: cython.Py_ssize_t = len(data)
        row: cython.Py_ssize_t
        start: cython.Py_ssize_t
        end: cython.Py_ssize_t
        at: cython.Py_ssize_t = 0  # a byte of the text, which begins that character
        character: cython.Py_ssize_t = 0
        begin: cython.Py_ssize_t
        left: cython.Py_ssize_t
        k: cython.Py_ssize_t
        spellings: cython.Py_ssize_t = len(self._kinds)
        plain: cython.bint = text.isascii()
        token: bytes
        for row in range(len(rows) // _ROW):
            start = rows[_ROW * row]
            end = rows[_ROW * row + 1]
            if start < 0 or end < start or end > size:
                raise ValueError("a token is not in the text")
            if plain:
                begin = start
                at = end
            else:
                # Mostly forward; of a word that is found in two ways the longer may come second.
                while character > start and at > 0:
                    at -= 1
                    while at > 0 and data[at] & 0xC0 == 0x80:
                        at -= 1
                    character -= 1
                begin = at
                while character < end and at < size:
                    at += 1
                    while at < size and data[at] & 0xC0 == 0x80:
                        at += 1
                    character += 1
                    if character == start:
                        begin = at
            for k in range(spellings):
                self._found[row * spellings + k] = 0
                if self._kinds[k] != rows[_ROW * row + 3] or self._befores[k] > start:
                    continue
                left = begin
                for _ in range(self._befores[k]):
                    left -= 1
                    while left > 0 and data[left] & 0xC0 == 0x80:
                        left -= 1
                token = text[left:at] if left >= 0 else b""
                if not plain and not token.isascii():
                    token = self._seen(token)
                if token == self._spellings[k]:
                    self._found[row * spellings + k] = 1
