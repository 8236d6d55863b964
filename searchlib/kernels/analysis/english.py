"""Stems of English words.

M. F. Porter's "The English (Porter2) stemming algorithm" (snowballstem.org), as NLTK's Snowball
stemmer for English has it: the stems are the same for every word. That one follows an older text
than stands on the site today, and where it departs from either, a comment says so.

The word lies in a buffer of bytes, which the steps shorten and rewrite from its end. A "y" that
is a consonant is kept as "Y" there. R1 is what follows the first consonant after a vowel, and R2
is the same within R1; both are kept as the index where they begin, and reach to the word's end.
"""

from array import array

import cython

__all__ = ["stem", "stem_all"]

_MESSAGE = "a word to stem has the letters a to z, at most 64"

# Stems that no rule gives, and the words that have them, as NLTK lists them.
_SPECIAL = cython.declare(
    dict,
    {
        word: stem_
        for stem_, words in {
            "ski": "skis",
            "sky": "sky skies",
            "die": "dying",
            "lie": "lying",
            "tie": "tying",
            "idl": "idly",
            "gentl": "gently",
            "ugli": "ugly",
            "earli": "early",
            "onli": "only",
            "singl": "singly",
            "news": "news",
            "howe": "howe",
            "atlas": "atlas",
            "cosmos": "cosmos",
            "bias": "bias",
            "andes": "andes",
            "inning": "inning innings",
            "outing": "outing outings",
            "canning": "canning cannings",
            "herring": "herring herrings",
            "earring": "earring earrings",
            "proceed": "proceed proceeds proceeded proceeding",
            "exceed": "exceed exceeds exceeded exceeding",
            "succeed": "succeed succeeds succeeded succeeding",
        }.items()
        for word in words.split()
    },
)

# The same for the kernel: word, 0, stem, 0 of each; and whether a word with this mark may be one.
_SPECIAL_NAMES = b"".join(
    b"%b\0%b\0" % (word.encode(), _SPECIAL[word].encode()) for word in _SPECIAL
)
_SPECIAL_MARKS = bytearray(256)
for _word in _SPECIAL:
    _SPECIAL_MARKS[(ord(_word[0]) * 7 + ord(_word[len(_word) - 1]) * 31 + len(_word)) & 255] = 1

# Where R1 and R2 begin, and where the word, and so either region, ends.
_Regions = cython.struct(r1=cython.Py_ssize_t, r2=cython.Py_ssize_t, end=cython.Py_ssize_t)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _vowel(letter: cython.uchar) -> cython.bint:
    return letter in b"aeiouy"


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _ends(
    letters: cython.uchar[::1],
    end: cython.Py_ssize_t,
    suffix: cython.p_const_uchar,
    length: cython.Py_ssize_t,
) -> cython.bint:
    """Tell whether the word ends in ``suffix``, which is ``length`` long."""
    i: cython.Py_ssize_t = length
    if end < length:
        return False
    # From the end: that is where suffixes differ first.
    while i > 0 and letters[end - length + i - 1] == suffix[i - 1]:
        i -= 1
    return i == 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _cut(at: _Regions, count: cython.Py_ssize_t) -> _Regions:
    """Take ``count`` letters off the end. A region that is shorter than that is empty then."""
    at.end -= count
    at.r1 = min(at.r1, at.end)
    at.r2 = min(at.r2, at.end)
    return at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _cut_in_r1(at: _Regions, length: cython.Py_ssize_t, count: cython.Py_ssize_t) -> _Regions:
    """Take ``count`` letters off a suffix ``length`` long, if all of the suffix is in R1."""
    return _cut(at, count) if at.end - at.r1 >= length else at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _put(
    letters: cython.uchar[::1],
    at: _Regions,
    length: cython.Py_ssize_t,
    new: cython.p_const_uchar,
    new_length: cython.Py_ssize_t,
    left: cython.Py_ssize_t,
) -> _Regions:
    """Replace a suffix of ``length`` letters by ``new``, if all of the suffix is in R1.

    Where R2 begins within the suffix, only the last ``left`` letters of ``new`` are in it: NLTK
    gives none or one, and the Snowball site would leave it to begin where it did.
    """
    i: cython.Py_ssize_t
    start: cython.Py_ssize_t = at.end - length
    if start < at.r1:
        return at
    for i in range(new_length):
        letters[start + i] = new[i]
    at.end = start + new_length
    if at.r2 > start:
        at.r2 = at.end - left
    return at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _region(
    letters: cython.uchar[::1], start: cython.Py_ssize_t, end: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    """Return the index after the first consonant from ``start`` on that follows a vowel there."""
    i: cython.Py_ssize_t
    for i in range(start + 1, end):
        if not _vowel(letters[i]) and _vowel(letters[i - 1]):
            return i + 1
    return end


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _marked(letters: cython.uchar[::1], end: cython.Py_ssize_t) -> _Regions:
    """Mark each "y" that is a consonant, and return the regions."""
    i: cython.Py_ssize_t
    at: _Regions = _Regions(r1=0, r2=0, end=end)
    if letters[0] == ord("y"):
        letters[0] = ord("Y")
    for i in range(1, end):
        if letters[i] == ord("y") and _vowel(letters[i - 1]):
            letters[i] = ord("Y")
    # Else "generate" and "general", and the like, would have one stem. The site's list is longer.
    if end >= 5 and (_ends(letters, 5, b"gener", 5) or _ends(letters, 5, b"arsen", 5)):
        at.r1 = 5
    elif end >= 6 and _ends(letters, 6, b"commun", 6):
        at.r1 = 6
    else:
        at.r1 = _region(letters, 0, end)
    at.r2 = _region(letters, at.r1, end)
    return at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _has_vowel(letters: cython.uchar[::1], end: cython.Py_ssize_t) -> cython.bint:
    i: cython.Py_ssize_t = 0
    while i < end and not _vowel(letters[i]):
        i += 1
    return i < end


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _step_1a(letters: cython.uchar[::1], at: _Regions) -> _Regions:
    """Take off the plural's "s"."""
    end: cython.Py_ssize_t = at.end
    if _ends(letters, end, b"ied", 3) or _ends(letters, end, b"ies", 3):
        # "ties" is "tie", and "cries" is "cri".
        return _cut(at, 2 if end > 4 else 1)
    if letters[end - 1] != ord("s") or letters[end - 2] in b"su":
        return at
    if _ends(letters, end, b"sses", 4):
        return _cut(at, 2)
    # A vowel directly before the "s" does not count: "gas", but "gaps".
    return _cut(at, 1) if _has_vowel(letters, end - 2) else at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _mended(letters: cython.uchar[::1], at: _Regions) -> _Regions:
    """Mend what "ed" or "ing" was taken from: "hopp" is "hop", and "hop" is "hope"."""
    end: cython.Py_ssize_t = at.end
    last: cython.uchar = letters[end - 1]
    before: cython.uchar = letters[end - 2] if end > 1 else 0
    if (
        _ends(letters, end, b"at", 2)
        or _ends(letters, end, b"bl", 2)
        or _ends(letters, end, b"iz", 2)
    ):
        letters[end] = ord("e")
        at.end = end + 1
        # The "e" is in R1 always, and in R2 except in words as short as this: so NLTK. The R2 of
        # such a word is empty before.
        if at.end <= 5 and at.end - at.r1 < 3:
            at.r2 = at.end
        return at
    if last == before and last in b"bdfgmnprt":
        return _cut(at, 1)
    # A short word gets its "e" back, and R1 and R2 stay empty.
    if at.r1 == end and (
        (
            end >= 3
            and not _vowel(last)
            and last not in b"wxY"
            and _vowel(before)
            and not _vowel(letters[end - 3])
        )
        or (end == 2 and _vowel(before) and not _vowel(last))
    ):
        letters[end] = ord("e")
        at.end = at.r1 = at.r2 = end + 1
    return at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _step_1b(letters: cython.uchar[::1], at: _Regions) -> _Regions:
    """Take off "ed", "ing" and their adverbs."""
    end: cython.Py_ssize_t = at.end
    length: cython.Py_ssize_t
    if _ends(letters, end, b"eedly", 5):
        return _put(letters, at, 5, b"ee", 2, 0)
    if _ends(letters, end, b"eed", 3):
        return _put(letters, at, 3, b"ee", 2, 0)
    if _ends(letters, end, b"ingly", 5):
        length = 5
    elif _ends(letters, end, b"edly", 4):
        length = 4
    elif _ends(letters, end, b"ing", 3):
        length = 3
    elif _ends(letters, end, b"ed", 2):
        length = 2
    else:
        return at
    # The site's text has words of its own here, "dying" and "inning" say: in NLTK they are special.
    if not _has_vowel(letters, end - length):
        return at
    return _mended(letters, _cut(at, length))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _step_1c(letters: cython.uchar[::1], end: cython.Py_ssize_t) -> cython.void:
    """Make an "i" of the last "y" after a consonant that is not the first letter: "cri", "by"."""
    if end > 2 and letters[end - 1] in b"yY" and not _vowel(letters[end - 2]):
        letters[end - 1] = ord("i")


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _put_e(letters: cython.uchar[::1], at: _Regions) -> cython.void:
    """Make an "e" of the last letter of "enci", "anci" or "abli". R2 stays as it is."""
    if at.end - at.r1 >= 4:
        letters[at.end - 1] = ord("e")


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _step_2_adverb(letters: cython.uchar[::1], at: _Regions) -> _Regions:
    """Do what step 2 does with what ends in "i"."""
    end: cython.Py_ssize_t = at.end
    before: cython.uchar = letters[end - 2]
    if before == ord("c"):
        if _ends(letters, end, b"enci", 4) or _ends(letters, end, b"anci", 4):
            _put_e(letters, at)
    elif before == ord("t"):
        if _ends(letters, end, b"biliti", 6):
            return _put(letters, at, 6, b"ble", 3, 0)
        if _ends(letters, end, b"aliti", 5):
            return _put(letters, at, 5, b"al", 2, 0)
        if _ends(letters, end, b"iviti", 5):
            return _put(letters, at, 5, b"ive", 3, 1)
    elif before == ord("g"):
        if _ends(letters, end, b"logi", 4):
            return _cut_in_r1(at, 3, 1)
    elif before == ord("l"):
        if _ends(letters, end, b"lessli", 6):
            return _cut_in_r1(at, 6, 2)
        if _ends(letters, end, b"entli", 5):
            return _cut_in_r1(at, 5, 2)
        if _ends(letters, end, b"ousli", 5):
            return _put(letters, at, 5, b"ous", 3, 0)
        if _ends(letters, end, b"fulli", 5):
            return _cut_in_r1(at, 5, 2)
        if _ends(letters, end, b"abli", 4):
            _put_e(letters, at)
            return at
        if _ends(letters, end, b"alli", 4):
            return _put(letters, at, 4, b"al", 2, 0)
        if _ends(letters, end, b"bli", 3):
            return _put(letters, at, 3, b"ble", 3, 0)
        if letters[end - 3] in b"cdeghkmnrt":
            return _cut_in_r1(at, 2, 2)
    return at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _step_2(letters: cython.uchar[::1], at: _Regions) -> _Regions:
    """Make one suffix of two: "ization" is "ize".

    As in each step, the longest suffix that the word has decides, also if it is not all in R1.
    """
    end: cython.Py_ssize_t = at.end
    last: cython.uchar = letters[end - 1]
    # No suffix of this step fits into less.
    if end - at.r1 < 2:
        return at
    if last == ord("i"):
        return _step_2_adverb(letters, at)
    if last == ord("n"):
        if _ends(letters, end, b"ization", 7):
            return _put(letters, at, 7, b"ize", 3, 0)
        if _ends(letters, end, b"ation", 5):
            return _put(letters, at, 5, b"ate", 3, 1)
    elif last == ord("l"):
        if _ends(letters, end, b"ational", 7):
            return _put(letters, at, 7, b"ate", 3, 1)
        if _ends(letters, end, b"tional", 6):
            return _cut_in_r1(at, 6, 2)
    elif last == ord("s"):
        if _ends(letters, end, b"fulness", 7):
            return _cut_in_r1(at, 7, 4)
        if _ends(letters, end, b"ousness", 7):
            return _put(letters, at, 7, b"ous", 3, 0)
        if _ends(letters, end, b"iveness", 7):
            return _put(letters, at, 7, b"ive", 3, 1)
    elif last == ord("r"):
        if _ends(letters, end, b"izer", 4):
            return _put(letters, at, 4, b"ize", 3, 0)
        if _ends(letters, end, b"ator", 4):
            return _put(letters, at, 4, b"ate", 3, 1)
    elif last == ord("m") and _ends(letters, end, b"alism", 5):
        return _put(letters, at, 5, b"al", 2, 0)
    return at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _step_3(letters: cython.uchar[::1], at: _Regions) -> _Regions:
    """Take off what made a noun an adjective, and an adjective a noun."""
    end: cython.Py_ssize_t = at.end
    last: cython.uchar = letters[end - 1]
    # No suffix of this step fits into less.
    if end - at.r1 < 3:
        return at
    if last == ord("l"):
        if _ends(letters, end, b"ational", 7):
            return _put(letters, at, 7, b"ate", 3, 0)
        if _ends(letters, end, b"tional", 6):
            return _cut_in_r1(at, 6, 2)
        if _ends(letters, end, b"ical", 4):
            return _put(letters, at, 4, b"ic", 2, 0)
        if _ends(letters, end, b"ful", 3):
            return _cut_in_r1(at, 3, 3)
    elif last == ord("e"):
        if _ends(letters, end, b"alize", 5):
            return _cut_in_r1(at, 5, 3)
        if _ends(letters, end, b"icate", 5):
            return _put(letters, at, 5, b"ic", 2, 0)
        if _ends(letters, end, b"ative", 5):
            return _cut(at, 5) if end - at.r2 >= 5 else at
    elif last == ord("i"):
        if _ends(letters, end, b"iciti", 5):
            return _put(letters, at, 5, b"ic", 2, 0)
    elif last == ord("s") and _ends(letters, end, b"ness", 4):
        return _cut_in_r1(at, 4, 4)
    return at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _step_4_length(letters: cython.uchar[::1], end: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Return the length of the longest suffix of step 4 that the word has, or 0."""
    last: cython.uchar = letters[end - 1]
    length: cython.Py_ssize_t = 0
    if last == ord("t"):
        if _ends(letters, end, b"ement", 5):
            length = 5
        elif _ends(letters, end, b"ment", 4):
            length = 4
        elif _ends(letters, end, b"ant", 3) or _ends(letters, end, b"ent", 3):
            length = 3
    elif last == ord("e"):
        if (
            _ends(letters, end, b"ance", 4)
            or _ends(letters, end, b"ence", 4)
            or _ends(letters, end, b"able", 4)
            or _ends(letters, end, b"ible", 4)
        ):
            length = 4
        elif (
            _ends(letters, end, b"ate", 3)
            or _ends(letters, end, b"ive", 3)
            or _ends(letters, end, b"ize", 3)
        ):
            length = 3
    elif (
        _ends(letters, end, b"ism", 3)
        or _ends(letters, end, b"iti", 3)
        or _ends(letters, end, b"ous", 3)
        or _ends(letters, end, b"ion", 3)
    ):
        length = 3
    elif (
        _ends(letters, end, b"al", 2)
        or _ends(letters, end, b"er", 2)
        or _ends(letters, end, b"ic", 2)
    ):
        length = 2
    return length


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _step_4(letters: cython.uchar[::1], at: _Regions) -> _Regions:
    """Take off the suffix that is left, if it is in R2."""
    length: cython.Py_ssize_t
    # No suffix of this step fits into less.
    if at.end - at.r2 < 2:
        return at
    length = _step_4_length(letters, at.end)
    if length == 0 or at.end - at.r2 < length:
        return at
    if letters[at.end - 1] == ord("n") and letters[at.end - 4] not in b"st":
        return at
    return _cut(at, length)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _step_5(letters: cython.uchar[::1], at: _Regions) -> cython.Py_ssize_t:
    """Take off a last "e", and the second of two "l". Return where the word ends then."""
    end: cython.Py_ssize_t = at.end
    last: cython.uchar = letters[end - 1]
    if last == ord("l"):
        return end - 1 if at.r2 < end and letters[end - 2] == ord("l") else end
    if last != ord("e") or at.r1 == end:
        return end
    if at.r2 < end:
        return end - 1
    # In R1 only: not after a short syllable. NLTK leaves all words of less than four letters.
    if end >= 4 and (
        _vowel(letters[end - 2])
        or letters[end - 2] in b"wxY"
        or not _vowel(letters[end - 3])
        or _vowel(letters[end - 4])
    ):
        return end - 1
    return end


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _stem(letters: cython.uchar[::1], end: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Replace a word of three letters or more by its stem, and return the length of that."""
    i: cython.Py_ssize_t
    at: _Regions = _marked(letters, end)
    # There is no step 0 here: it takes off apostrophes.
    at = _step_1a(letters, at)
    at = _step_1b(letters, at)
    _step_1c(letters, at.end)
    at = _step_2(letters, at)
    at = _step_3(letters, at)
    at = _step_4(letters, at)
    end = _step_5(letters, at)
    for i in range(end):
        if letters[i] == ord("Y"):
            letters[i] = ord("y")
    return end


def stem(word: str) -> str:
    """Return the stem of ``word``.

    Raises ValueError unless it has letters from a to z only, and at most 64 of them.
    """
    i: cython.Py_ssize_t
    length: cython.Py_ssize_t = len(word)
    letter: cython.Py_UCS4
    if length > 64:
        raise ValueError(_MESSAGE)
    # No rule makes a word longer than it was.
    buffer: bytearray = bytearray(64)
    letters: cython.uchar[::1] = buffer
    for i in range(length):
        letter = ord(word[i])
        if letter < ord("a") or letter > ord("z"):
            raise ValueError(_MESSAGE)
        letters[i] = letter
    if length < 3:
        return word
    special = _SPECIAL.get(word)
    if special is not None:
        return special
    with cython.nogil:
        length = _stem(letters, length)
    return buffer[:length].decode("ascii")


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _special(
    letters: cython.uchar[::1],
    length: cython.Py_ssize_t,
    names: cython.const[cython.uchar][::1],
    marks: cython.const[cython.uchar][::1],
) -> cython.Py_ssize_t:
    """Replace a word that no rule is for by its stem, and return the length of that; else 0."""
    at: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    size: cython.Py_ssize_t = len(names)
    mark: cython.uint = letters[0]
    mark = mark * 7 + cython.cast(cython.uint, length)
    mark += cython.cast(cython.uint, letters[length - 1]) * 31
    if marks[mark & 255] == 0:
        return 0
    while at < size:
        i = 0
        while i < length and names[at + i] == letters[i]:
            i += 1
        if i == length and names[at + i] == 0:
            at += length + 1
            i = 0
            while names[at + i] != 0:
                letters[i] = names[at + i]
                i += 1
            return i
        # Behind the second zero: the next word.
        i = 0
        while i < 2:
            i += names[at] == 0
            at += 1
    return 0


def stem_all(words: cython.const[cython.uchar][::1], ends: cython.const[cython.ulonglong][::1]):
    """Return the stems of words that stand one behind the other, in the same way.

    ``ends`` says where each word ends. One with anything but letters from a to z in it, or more
    than 64 of them, is its own stem. Raises ValueError for ends that do not fit the words.
    """
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    length: cython.Py_ssize_t
    special: cython.Py_ssize_t
    count: cython.Py_ssize_t = len(ends)
    size: cython.ulonglong = len(words)
    start: cython.ulonglong = 0
    used: cython.Py_ssize_t = 0
    simple: cython.bint
    good: cython.bint = True
    # No stem is longer than its word.
    stems_array = bytearray(len(words))
    ends_array = array("Q", bytes(8)) * count
    stems: cython.uchar[::1] = stems_array
    stem_ends: cython.ulonglong[::1] = ends_array
    letters: cython.uchar[::1] = bytearray(64)
    names: cython.const[cython.uchar][::1] = _SPECIAL_NAMES
    marks: cython.const[cython.uchar][::1] = _SPECIAL_MARKS
    with cython.nogil:
        for i in range(count):
            if ends[i] < start or ends[i] > size:
                good = False
                break
            length = cython.cast(cython.Py_ssize_t, ends[i] - start)
            simple = 3 <= length <= 64
            j = 0
            while simple and j < length:
                letters[j] = words[start + j]
                simple = ord("a") <= letters[j] <= ord("z")
                j += 1
            if simple:
                special = _special(letters, length, names, marks)
                length = special if special > 0 else _stem(letters, length)
                for j in range(length):
                    stems[used + j] = letters[j]
            else:
                for j in range(length):
                    stems[used + j] = words[start + j]
            used += length
            start = ends[i]
            stem_ends[i] = used
    if not good or start != size:
        raise ValueError("the ends do not fit the words")
    return bytes(stems_array[:used]), ends_array
