"""Where the sentences of a text in ASCII end: the rules of analysis/sentences.py, in one pass.

What few words need (several marks in one, an apostrophe, two hyphens, ...) the caller is asked.
"""

import cython

__all__ = ["ascii_sentences"]

# 1 white space; 2 a full stop; 3 another mark that ends; 4 in no word; 5 a letter or digit;
# 6 one that is part of a word; 7 one of words only between others; 0 anything else
_KINDS = bytes(
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
    return byte == 0x22 or byte == 0x27 or byte == 0x29 or byte == 0x5D or byte == 0x7D


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
def _ends(
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
        if kind < 5 and kind != 2:
            plain = False
        elif kind == 2 or data[at] == 0x2C or data[at] == 0x2D:
            # Between others only
            if at + 1 == mark or data[at + 1] == 0x2E or data[at + 1] == 0x2C or data[at + 1] == 0x2D:
                plain = False
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
                    first == 0x2C
                    or first == 0x3A
                    or first == 0x3B
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
def _add(
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
    kinds: cython.const[cython.uchar][::1] = _KINDS
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
            if kind != 2 and kind != 3:
                at += 1
                continue
            if at + 1 < end:
                kind = kinds[data[at + 1]]
                if kind == 3 or kind == 4:
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
        if next_token >= 0 and (at == end or mark <= word):
            if _ends(data, kinds, text, start, mark, next_token, end, abbreviations, has_end):
                # The sentence up to the mark; it takes what closes it from the next one.
                if stop >= 0:
                    aligned = _align(found, data, kinds, aligned, stop, sentence, mark + 1)
                else:
                    aligned = sentence
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
    else:
        aligned = sentence
    _add(found, data, aligned, limit)
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
            _add(found, data, start, closed)
            return at
    _add(found, data, start, stop)
    return next_start
