"""The sentences of a text, in one pass and as far as they are asked for.

The text is one of ASCII, or the form that analysis/plain_forms.py gives it: a byte a character, and
beside ASCII only IDEOGRAPHIC_STOP, IDEOGRAPHIC_CLOSER and PARAGRAPH. What the rules are,
analysis/sentences.py says; what few marks need (several in one word, an apostrophe, two hyphens,
...) the caller is asked.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.separators import is_space
else:
    from searchlib.kernels.separators import is_space

__all__ = ["IDEOGRAPHIC_CLOSER", "IDEOGRAPHIC_STOP", "PARAGRAPH", "SentenceRules"]

IDEOGRAPHIC_STOP = 0x80
"""Ends a sentence wherever it stands, with those behind it and what closes them."""

IDEOGRAPHIC_CLOSER = 0x81
"""A bracket that closes; so do ) and '."""

PARAGRAPH = 0x82
"""Ends a paragraph as a blank line does."""

# 1 white space; 2 a full stop; 3 another mark that ends; 4 in no word; 5 a letter or
# digit; 6 one that is part of a word; 7 one of words only between others; 0 anything else
_MARK_KINDS = bytes(
    1 if byte == 32 or 9 <= byte <= 13 or byte == PARAGRAPH
    else 2 if byte == 0x2E
    else 3 if byte in b"?!"
    else 4 if byte in b")\";}]*:@'({["
    else 5 if byte < 128 and (chr(byte).isalnum() or byte == 0x5F)
    else 6 if byte in b"$%/" or byte in {IDEOGRAPHIC_STOP, IDEOGRAPHIC_CLOSER}
    else 7 if byte in b",-&"
    else 0
    for byte in range(256)
)  # fmt: skip

_MATCH = cython.declare(cython.Py_ssize_t, 5)  # the columns of a match, and of an item
_ITEM = cython.declare(cython.Py_ssize_t, 8)


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_space(byte: cython.uchar) -> cython.bint:
    """Tell whether Python takes a byte for white space: four separators more than Unicode."""
    return is_space(byte) or byte == 0x82


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
@cython.exceptval(check=False)
def _is_one_of(
    data: cython.const[cython.uchar][::1],
    start: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    words: cython.const[cython.ulonglong][::1],
) -> cython.bint:
    """Tell whether a word is one of ``words``: each a number of its bytes, sorted."""
    word: cython.ulonglong = 0
    at: cython.Py_ssize_t
    low: cython.Py_ssize_t = 0
    high: cython.Py_ssize_t = len(words)
    middle: cython.Py_ssize_t
    if end - start > 8:
        return False
    for at in range(start, end):
        word = (word << 8) | (data[at] + 32 if 0x41 <= data[at] <= 0x5A else data[at])
    while low < high:
        middle = (low + high) >> 1
        if words[middle] < word:
            low = middle + 1
        else:
            high = middle
    return low < len(words) and words[low] == word


@cython.cfunc
def _ends_sentence(
    data: cython.const[cython.uchar][::1],
    kinds: cython.const[cython.uchar][::1],
    text: bytes,
    start: cython.Py_ssize_t,
    mark: cython.Py_ssize_t,
    following: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    abbreviations: cython.const[cython.ulonglong][::1],
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
        at = mark - 1
        while at > core and data[at] != 0x2D:
            at -= 1
        ends = not (
            _is_one_of(data, core, mark, abbreviations)
            or (at > core and _is_one_of(data, at + 1, mark, abbreviations))
        )
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
    return has_end(text[start:last].decode("latin-1"))


@cython.cclass
class SentenceRules:
    """What ends a sentence, and what does not."""

    abbreviations: cython.const[cython.ulonglong][::1]
    kinds: cython.const[cython.uchar][::1]
    has_end: object

    def __init__(self, abbreviations: cython.const[cython.ulonglong][::1], has_end: object):
        """Take words that do not end a sentence, and whom to ask.

        The words are in lower case and of at most 8 bytes, each as the number that these are (the
        first one is the highest), sorted. ``has_end`` is asked of a word, its mark and what follows
        whether a sentence ends in there.
        """
        self.abbreviations = abbreviations
        self.kinds = _MARK_KINDS
        self.has_end = has_end

    def starts(self, text: bytes):
        """Return where the sentences of all paragraphs begin; ``array('q')``."""
        found: list = []
        sentences: _Sentences = _Sentences(text, self)
        while sentences.next >= 0:
            sentences.enter_next(sentences.next)
            while sentences.advance():
                found.append(sentences.first)
        return array("q", found)

    def spans(self, text: bytes):
        """Return the sentences of all paragraphs as pairs, without the white space around them."""
        found: list = []
        sentences: _Sentences = _Sentences(text, self)
        while sentences.next >= 0:
            sentences.enter_next(sentences.next)
            while sentences.advance():
                found.append((sentences.first, sentences.last))
        return found

    def paragraph_starts(self, text: bytes):
        """Return where the paragraphs begin, with the white space before them; ``array('q')``."""
        found: list = []
        sentences: _Sentences = _Sentences(text, self)
        while sentences.next >= 0:
            found.append(sentences.next)
            sentences.enter_next(sentences.next)
        return array("q", found)

    def lead_end(self, text: bytes):
        """Return where the first paragraph ends that has more than white space."""
        sentences: _Sentences = _Sentences(text, self)
        begin: cython.Py_ssize_t = 0
        while begin < len(text) and _is_space(sentences.data[begin]):
            begin += 1
        sentences.enter_next(begin)
        return sentences.end

    def sentences(self, text: bytes, begin: cython.Py_ssize_t, end: cython.Py_ssize_t):
        """Return the sentences of the paragraph ``text[begin:end]`` as pairs.

        They are without the white space around them. Raises ValueError for a paragraph that is none
        of the text.
        """
        found: list = []
        if not 0 <= begin <= end <= len(text):
            raise ValueError("the paragraph is not in the text")
        sentences: _Sentences = _Sentences(text, self)
        sentences.enter(begin, end)
        while sentences.advance():
            found.append((sentences.first, sentences.last))
        return found

    def items(
        self,
        text: bytes,
        matches: cython.const[cython.longlong][::1],
        max_chars: cython.Py_ssize_t,
    ):
        """Return for each match what has to be shown with it, of a text of ASCII; ``array('q')``.

        ``matches`` are those of matching.Automaton, the items are those of choosing.Choice. That is
        its sentence, or its words in one longer than ``max_chars``; and nothing for a sentence that
        stood before in the same words. Raises ValueError for matches that are not in the text or
        not in order.
        """
        return _items(_Sentences(text, self), text, matches, max_chars)


@cython.cclass
class _Sentences:
    """Goes from sentence to sentence, and from paragraph to paragraph."""

    text: bytes
    data: cython.const[cython.uchar][::1]
    rules: SentenceRules
    begin: cython.Py_ssize_t  # of the paragraph
    end: cython.Py_ssize_t
    next: cython.Py_ssize_t  # where the next paragraph begins, or -1
    separator: cython.Py_ssize_t  # where the next PARAGRAPH stands, or where the text ends
    stops: cython.bint  # whether there are ideographic stops
    whole: cython.Py_ssize_t  # where what they cut into several sentences ends
    first: cython.Py_ssize_t  # of the sentence, without the white space around it
    last: cython.Py_ssize_t
    # Up to where it was read; the word before the latest mark, the mark, and what follows it
    at: cython.Py_ssize_t
    start: cython.Py_ssize_t
    mark: cython.Py_ssize_t
    token: cython.Py_ssize_t
    # Where the sentence begins that is being read; where the one before ended, or -1, and began
    sentence: cython.Py_ssize_t
    stop: cython.Py_ssize_t
    aligned: cython.Py_ssize_t

    def __init__(self, text: bytes, rules: SentenceRules):
        self.text = text
        self.data = text
        self.rules = rules
        self.stops = False
        self.separator = len(text)
        if not text.isascii():
            self.stops = b"\x80" in text
            self.separator = self.separator_from(0)
        self.enter(0, 0)
        self.next = 0

    @cython.cfunc
    def enter(self, begin: cython.Py_ssize_t, end: cython.Py_ssize_t):
        """Begin with a paragraph."""
        self.begin = self.at = self.start = self.mark = begin
        self.sentence = self.aligned = self.first = self.last = self.whole = begin
        self.end = end
        self.token = self.stop = -1

    @cython.cfunc
    def separator_from(self, at: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return where the next PARAGRAPH stands, or where the text ends."""
        found: cython.Py_ssize_t = self.text.find(b"\x82", at)
        return found if found >= 0 else len(self.text)

    @cython.cfunc
    def enter_next(self, begin: cython.Py_ssize_t):
        """Begin with the paragraph that begins at ``begin``.

        A blank line ends it, or a PARAGRAPH that is not part of one.
        """
        data: cython.const[cython.uchar][::1] = self.data
        size: cython.Py_ssize_t = len(data)
        at: cython.Py_ssize_t = begin
        line: cython.Py_ssize_t
        last: cython.Py_ssize_t = -1
        if self.separator < begin:
            self.separator = self.separator_from(begin)
        while True:
            while at < self.separator and data[at] != 10:
                at += 1
            line = at
            if line == self.separator:
                if line < size:
                    last = line
                break
            at += 1
            while at < size and _is_space(data[at]):
                if data[at] == 10:
                    last = at
                at += 1
            if last >= 0:
                break
            at = min(at, self.separator)
        self.enter(begin, line)
        self.next = last + 1 if last >= 0 else -1

    @cython.cfunc
    def seek(self, offset: cython.Py_ssize_t):
        """Go to the sentence in which ``offset`` lies, or to the one behind it.

        No sentence before the one where it stands is found.
        """
        while 0 <= self.next <= offset:
            self.enter_next(self.next)
        while self.last <= offset:
            if not self.advance():
                break

    @cython.cfunc
    def keep(self, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.bint:
        """Make this the sentence, without the white space around it; tell if anything is left."""
        data: cython.const[cython.uchar][::1] = self.data
        while start < end and _is_space(data[start]):
            start += 1
        while start < end and _is_space(data[end - 1]):
            end -= 1
        if start < end:
            self.first = start
            self.last = end
        return start < end

    @cython.cfunc
    def advance(self) -> cython.bint:
        """Go to the next sentence of the paragraph; tell whether there is one."""
        data: cython.const[cython.uchar][::1] = self.data
        at: cython.Py_ssize_t
        if not self.stops:
            return self.advance_whole()
        at = self.last
        if at >= self.whole or not self.keep(at, self.whole):
            if not self.advance_whole():
                return False
            self.whole = self.last
        at = self.first
        while at < self.whole and data[at] != 0x80:
            at += 1
        while at < self.whole and data[at] == 0x80:
            at += 1
        while at < self.whole and data[at] in {0x81, 0x29, 0x27}:
            at += 1
        self.last = at
        return True

    @cython.cfunc
    def advance_whole(self) -> cython.bint:
        """Go to the next sentence as if there were no ideographic stops."""
        data: cython.const[cython.uchar][::1] = self.data
        kinds: cython.const[cython.uchar][::1] = self.rules.kinds
        at: cython.Py_ssize_t = self.at
        end: cython.Py_ssize_t = self.end
        blank: cython.Py_ssize_t
        following: cython.Py_ssize_t
        word: cython.Py_ssize_t
        stop: cython.Py_ssize_t
        sentence: cython.Py_ssize_t
        kind: cython.uchar
        kept: cython.bint
        while at <= end:
            following = -1
            while at < end and kinds[data[at]] != 2 and kinds[data[at]] != 3:
                at += 1
            if at < end:
                if at + 1 < end:
                    kind = kinds[data[at + 1]]
                    if kind in {3, 4}:
                        following = at + 1
                    elif kind == 1:
                        following = at + 2
                        while following < end and kinds[data[following]] == 1:
                            following += 1
                        if following == end:
                            following = -1
                if following < 0:
                    at += 1
                    continue
            word = self.start
            blank = at - 1
            while blank > self.mark and kinds[data[blank]] != 1:
                blank -= 1
            if blank > self.mark:
                word = blank + 1
            kept = False
            if (
                self.token >= 0
                and (at == end or self.mark <= word)
                and _ends_sentence(
                    data,
                    kinds,
                    self.text,
                    self.start,
                    self.mark,
                    self.token,
                    end,
                    self.rules.abbreviations,
                    self.rules.has_end,
                )
            ):
                stop = self.stop
                sentence = self.sentence
                self.stop = self.mark + 1
                self.sentence = self.token
                # The sentence before takes what closes it from the one that ends here.
                if stop >= 0:
                    kept = self.align(stop, sentence, self.stop)
            self.start = word
            self.mark = at
            self.token = following
            at += 1
            if kept:
                self.at = at
                return True
        self.at = at
        while end > self.begin and _is_space(data[end - 1]):
            end -= 1
        if self.stop >= 0:
            stop = self.stop
            self.stop = -1
            if self.align(stop, self.sentence, end):
                return True
        sentence = self.aligned
        self.aligned = end
        return self.keep(sentence, end)

    @cython.cfunc
    def align(
        self, stop: cython.Py_ssize_t, next_start: cython.Py_ssize_t, next_stop: cython.Py_ssize_t
    ) -> cython.bint:
        """End a sentence with what closes it at the start of the next, which then begins later."""
        data: cython.const[cython.uchar][::1] = self.data
        kinds: cython.const[cython.uchar][::1] = self.rules.kinds
        start: cython.Py_ssize_t = self.aligned
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
                self.aligned = at
                return self.keep(start, closed)
        self.aligned = next_start
        return self.keep(start, stop)


@cython.cfunc
def _copy_of(it: _Sentences) -> _Sentences:
    other = _Sentences(it.text, it.rules)
    other.begin, other.end, other.next = it.begin, it.end, it.next
    other.separator, other.whole = it.separator, it.whole
    other.first, other.last = it.first, it.last
    other.at, other.start = it.at, it.start
    other.mark, other.token = it.mark, it.token
    other.sentence, other.stop, other.aligned = it.sentence, it.stop, it.aligned
    return other


@cython.cfunc
def _items(
    sentences: _Sentences,
    text: bytes,
    matches: cython.const[cython.longlong][::1],
    max_chars: cython.Py_ssize_t,
):
    size: cython.Py_ssize_t = len(text)
    n: cython.Py_ssize_t = len(matches) // _MATCH
    i: cython.Py_ssize_t
    m: cython.Py_ssize_t = 0
    begin: cython.Py_ssize_t
    end: cython.Py_ssize_t
    before: cython.Py_ssize_t = 0
    known: cython.Py_ssize_t = -1  # the sentence of the match before, where it is one
    known_end: cython.Py_ssize_t = -1
    start: cython.Py_ssize_t = -1
    stop: cython.Py_ssize_t = -1
    left: cython.Py_ssize_t = 0
    right: cython.Py_ssize_t = 0
    group: cython.Py_ssize_t = 0
    added: cython.bint = False
    said: dict = None
    found = array("q", bytes(8 * _ITEM * n))
    if n == 0:
        return found
    items: cython.longlong[::1] = found
    sentences.enter_next(0)
    for i in range(n):
        begin = matches[_MATCH * i]
        end = matches[_MATCH * i + 1]
        if begin < before or end <= begin or end > size:
            raise ValueError("a match is not in its place")
        before = begin
        if begin < known or end > known_end:
            sentences.seek(begin)
            start = stop = begin
            if sentences.first <= begin < sentences.last:
                start = sentences.first
                stop = sentences.last
            known = start
            known_end = stop
            if stop < end:
                stop = max(_end_of(_copy_of(sentences), end - 1), end)
                known = known_end = -1
            if stop - start > max_chars:
                known = known_end = -1
                added = True
                left, right = _whole_words(sentences.data, begin, end, start, stop, max_chars)
                group = -1 - start
            else:
                # Mostly there is one sentence only.
                if m > 0 and said is None:
                    said = {}
                    if items[2] >= 0:
                        _is_new(text, items[0], items[1], said)
                added = said is None or _is_new(text, start, stop, said)
                left = start
                right = stop
                group = sentences.begin
        if added:
            items[m] = left
            items[m + 1] = right
            items[m + 2] = group
            items[m + 3] = matches[_MATCH * i + 2]
            items[m + 4] = matches[_MATCH * i + 3]
            items[m + 5] = matches[_MATCH * i + 4]
            items[m + 6] = start
            items[m + 7] = stop
            m += _ITEM
    return found[:m]


@cython.cfunc
def _end_of(sentences: _Sentences, offset: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Return where the sentence ends in which ``offset`` lies; ``offset`` if it lies in none."""
    sentences.seek(offset)
    return sentences.last if sentences.first <= offset < sentences.last else offset


@cython.cfunc
def _is_new(
    text: bytes, start: cython.Py_ssize_t, end: cython.Py_ssize_t, said: dict
) -> cython.bint:
    """Tell whether a sentence with other words stood in each place before, and add this one."""
    sentence: bytes = text[start:end]
    # Mostly there is no other without its white space: then the words need not be compared.
    key: bytes = sentence.translate(None, b"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f ")
    others = said.get(key)
    if others is None:
        said[key] = [(start, sentence)]
        return True
    words = sentence.decode("ascii").split()
    for place, other in others:
        if place != start and other.decode("ascii").split() == words:
            return False
    others.append((start, sentence))
    return True


@cython.cfunc
def _whole_words(
    data: cython.const[cython.uchar][::1],
    begin: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    first: cython.Py_ssize_t,
    last: cython.Py_ssize_t,
    max_chars: cython.Py_ssize_t,
):
    """Widen ``begin`` to ``end`` to the words it stands in, but not to one that is too long.

    The words are those from ``first`` to ``last``.
    """
    left: cython.Py_ssize_t = begin
    right: cython.Py_ssize_t = begin
    while left > first and right - left <= max_chars and not _is_space(data[left - 1]):
        left -= 1
    while right < last and right - left <= max_chars and not _is_space(data[right]):
        right += 1
    start: cython.Py_ssize_t = left if begin < right and right - left <= max_chars else begin
    left = right = end
    while left > first and right - left <= max_chars and not _is_space(data[left - 1]):
        left -= 1
    while right < last and right - left <= max_chars and not _is_space(data[right]):
        right += 1
    return start, (right if left < end and right - left <= max_chars else end)
