"""Split a text into words, and a word into its forms: the ways in which it can be found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from searchlib.forks import importing

if TYPE_CHECKING:
    from nltk.tokenize import RegexpTokenizer

__all__ = [
    "MAX_WORD_CHARS",
    "Form",
    "is_ideographic",
    "split_ideographs",
    "word_forms",
    "word_spans",
]

MAX_WORD_CHARS: Final = 256
"""Maximum length of an indexed word, to bound the size of terms. Longer words are cut."""

# Han, kana, bopomofo and Hangul: they are written without spaces, or with few of them.
_CJK: Final = (
    "\u3005\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f"
    "\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3"
    "\ud7b0-\ud7fb\uf900-\ufaff\uff66-\uff9f\u1100-\u11ff\U0001b000-\U0001b16f"
    "\U00020000-\U0003ffff"
)
_APOSTROPHE: Final = "['\u2019\u02bc\uff07]"
_CURRENCY: Final = "$\u20ac\u00a3\u00a5"
# The letters of most words. For these the expression need not test the long class of marks.
_COMMON: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0391-\u03a1\u03a3-\u03f5\u0400-\u0481\u048a-\u052f"
    "\u05d0-\u05ea\u0620-\u063f\u0641-\u064a"
)
# Characters of \w that belong to no word: the connectors, and the apostrophe that is a letter.
_NO_LETTERS: Final = "_\u203f\u2040\u2054\ufe33\ufe34\ufe4d-\ufe4f\uff3f\u02bc"

_IS_CJK: Final = f"[{_CJK}]"  # takes 2 ms to compile, so only for a text that may have some
_FIRST_CJK: Final = "\u1100"


# NLTK raises TimeoutError for a text that takes longer than five seconds (14 million characters of
# news). So a text is given to NLTK in pieces. A piece ends at the first white space after
# _MIN_PIECE_CHARS, or in the middle of a word of half a million letters.
_MIN_PIECE_CHARS: Final = 1 << 16
_MAX_PIECE_CHARS: Final = 1 << 19
_WHITE_SPACE: Final = re.compile(r"\s")


class Form(NamedTuple):
    """One way to find a word: its text before folding, and the part of the word that it covers.

    ``position`` is relative to the first position of the word.
    """

    text: str
    position: int
    start: int
    end: int


@cache
def _marks() -> str:
    """Return a class of combining marks, and of invisible characters that occur inside words."""
    # The soft hyphen, the joiners, and the direction marks that editors leave inside words
    return "\u00ad\u200b-\u200f\u2060" + _ranges(lambda code: _category(code)[0] == "M")


@cache
def _numerals() -> str:
    """Return a class of the numerals that are not digits (H₂O, m², ½), and of circled letters."""
    circled = "\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"
    return circled + _ranges(lambda code: _category(code) == "No")


def _category(code: int) -> str:
    return unicodedata.category(chr(code))


def _ranges(belongs: Callable[[int], bool]) -> str:
    """Return the characters for which ``belongs`` holds, as ranges of a character class.

    Tests 130,000 characters in 15 ms.
    """
    ranges = []
    start = None
    for code in (*range(0xA0, 0x20000), *range(0xE0100, 0xE01F1)):
        if belongs(code):
            start = code if start is None else start
        elif start is not None:
            ranges.append(f"{chr(start)}-{chr(code - 1)}")
            start = None
    return "".join(ranges)


class _Classes(NamedTuple):
    """The contents of the character classes in the expression for words."""

    cjk: str
    marks: str
    numerals: str
    common: str
    no_letters: str
    apostrophe: str
    currency: str


def _expression(classes: _Classes) -> str:
    cjk, marks, numerals, common, no_letters, apostrophe, currency = classes
    # NLTK before 3.10 compiles this with re, later versions with regex. Their \w differ: that of
    # regex includes marks, and that of re includes numerals that are not digits. So the expression
    # names marks and numerals itself, and no word begins with a mark.
    inner = rf"[^\W{no_letters}{cjk}]"
    letter = rf"(?!.[{common}])(?![{marks}{numerals}])[^\W\d{no_letters}{cjk}][{marks}]*+"
    # Atomic groups keep the time linear: the parts of a word that was read are not tried again.
    begins = rf"(?:[{common}0-9]|(?![{marks}]){inner}|[{numerals}])"
    word = rf"(?>{begins}{inner}*(?:(?![\0-\x7f])[{marks}{numerals}]+{inner}*)*)"
    word_goes_on = rf"(?:{inner}|[{marks}{numerals}])"
    return "|".join(
        (
            # Most words match here, so that the other alternatives are not tried. The expression
            # reads 2.8 million characters of English or Russian a second, and 4.8 of Chinese.
            rf"(?>[{common}]{{2,}})(?=[\s,;:!?\"()\-]|\.?(?:\s|\Z))",
            rf"[{cjk}](?>[{cjk}{marks}]*)",
            # U.S., p.m.: single letters with dots between them
            rf"{letter}(?>(?:\.{letter}(?!{word_goes_on}))+)\.?",
            # $584,302 and 3.5%: commas separate thousands only, and 1.2.3 is not a number
            rf"[{currency}]?(?<!\d)\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?(?:%|{word})?",
            rf"[{currency}]?(?<![\d.])(?>\d+)\.(?>\d+)(?!\.\d)(?:%|{word})?",
            rf"[{currency}](?=\d){word}",
            r"(?>\d+)%",
            # C++, C#
            rf"[A-Za-z](?:\+\+|\#)(?!{begins})",
            # R&D and AT&T (word_forms() looks at the parts), O'Brien's, and all other words
            rf"{word}(?:&{word}(?:{apostrophe}[sS](?!{word_goes_on}))?|(?:{apostrophe}{word})*)",
            # @name and #tag, but not in an address
            rf"(?<![A-Za-z0-9_.])[@\#]{word}(?:{apostrophe}{word})*",
        )
    )


@cache
def _tokenizer() -> RegexpTokenizer:
    with importing:  # takes 0.3 s, and many commands do not need it
        from nltk.tokenize import RegexpTokenizer  # noqa: PLC0415

    classes = _Classes(_CJK, _marks(), _numerals(), _COMMON, _NO_LETTERS, _APOSTROPHE, _CURRENCY)
    return RegexpTokenizer(_expression(classes), flags=re.UNICODE)


# Texts in English and most Western European languages, with typographic punctuation. They have no
# combining marks.
_LATIN: Final = re.compile(r"[\0-\u02ff\u2010-\u2027\u20ac]*")


@cache
def _latin_words() -> re.Pattern[str]:
    """Return the expression for words with classes that hold only characters of Latin texts.

    It compiles in 3 ms. The full expression takes 300 ms, most of it to import NLTK and regex,
    which many indexes do not need otherwise. The class of ideographs must not be empty, so it has
    one that does not occur in Latin texts.
    """
    classes = _Classes(
        cjk="\u3007",
        marks="\u00ad",
        numerals="\u00b2\u00b3\u00b9\u00bc-\u00be",
        common="A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af",
        no_letters="_\u02bc",
        apostrophe="['\u2019\u02bc]",
        currency=_CURRENCY,
    )
    return re.compile(_expression(classes))


def _spans(text: str) -> list[tuple[int, int]]:
    if text.isascii() or _LATIN.fullmatch(text):
        return [match.span() for match in _latin_words().finditer(text)]
    return list(_tokenizer().span_tokenize(text))


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the half-open offsets of the words of ``text``, in order and disjoint.

    A run of ideographs is one word. Linear in the length of the text.
    """
    start = 0
    while start < len(text):
        gap = _WHITE_SPACE.search(text, start + _MIN_PIECE_CHARS, start + _MAX_PIECE_CHARS)
        end = gap.start() if gap else min(start + _MAX_PIECE_CHARS, len(text))
        if len(text) <= start + _MIN_PIECE_CHARS:
            end = len(text)
        for first, last in _spans(text[start:end]):
            yield start + first, start + last
        start = end


def is_ideographic(text: str) -> bool:
    """Return whether ``text`` begins with a Chinese, Japanese or Korean character."""
    return text >= _FIRST_CJK and bool(re.match(_IS_CJK, text))


def split_ideographs(run: str) -> list[tuple[int, int]]:
    """Return the offsets of each character of a run of ideographs, with its marks.

    A Hangul syllable is one character, composed or decomposed. So is half-width kana with its sound
    marks.
    """
    return [match.span() for match in _ideograph().finditer(run)]


@cache
def _ideograph() -> re.Pattern[str]:
    hangul = r"(?=[\u1100-\u11ff\uac00-\ud7a3])[\u1100-\u115f]*[\uac00-\ud7a3]?[\u1160-\u11ff]*"
    return re.compile(rf"(?:{hangul}|.)[{_marks()}\uff9e\uff9f]*", re.DOTALL)


# Contracted words after an apostrophe: the word before it keeps its meaning (we'll, they've).
_CONTRACTIONS: Final = frozenset({"ll", "re", "ve", "d", "m"})
_MAX_SHORT_CHARS: Final = 2
"""Maximum length of a short part of a word: R&D, for example, can be found only as a whole."""


def word_forms(text: str, elisions: frozenset[str]) -> list[Form]:
    """Return the ways to find the word ``text``, sorted by position.

    The first form of a position is the one that a query looks for. ``elisions`` are the words that
    a language writes with an apostrophe before another word (l', dell').

    >>> [form.text for form in word_forms("O'Brien's", frozenset())]
    ['OBrien', 'Brien']
    >>> [form.text for form in word_forms("$584,302", frozenset())]
    ['$584302', '584302']
    """
    if text[0] in "@#":
        inner = [Form(f.text, 0, f.start + 1, f.end + 1) for f in word_forms(text[1:], elisions)]
        return [Form(text[0] + inner[0].text, 0, 0, inner[0].end), *inner]
    if text[0] in _CURRENCY or (text[0].isdigit() and re.search(r"[,.%]", text)):
        return _number_forms(text)
    if text[-1] in "+#":
        return [Form(text, 0, 0, len(text))]
    if "." in text:
        dotted = Form(text.rstrip("."), 0, 0, len(text))
        undotted = dotted._replace(text=dotted.text.replace(".", ""))
        # A query for N.A.T.O. looks for NATO. But a query for U.S. must not look for "us", nor one
        # for a.m. for "am".
        if _length(undotted.text) > _MAX_SHORT_CHARS:
            return [undotted, dotted]
        return [dotted, undotted]
    if "&" in text:
        return _ampersand_forms(text)
    return _apostrophe_forms(text, elisions)


def _number_forms(text: str) -> list[Form]:
    number = text.replace(",", "")
    bare_start = int(text[0] in _CURRENCY)
    bare_end = len(text) - text.endswith("%")
    forms = [Form(number, 0, 0, len(text))]
    if (bare_start, bare_end) != (0, len(text)):
        forms.append(Form(number.strip(_CURRENCY + "%"), 0, bare_start, bare_end))
    return forms


def _ampersand_forms(text: str) -> list[Form]:
    text = re.sub(f"{_APOSTROPHE}[sS]$", "", text)
    left, _, right = text.partition("&")
    if min(_length(left), _length(right)) <= _MAX_SHORT_CHARS:
        return [Form(text, 0, 0, len(text))]
    return [Form(left, 0, 0, len(left)), Form(right, 1, len(left) + 1, len(text))]


def _apostrophe_forms(text: str, elisions: frozenset[str]) -> list[Form]:
    parts = [(match[0], *match.span()) for match in re.finditer(f"(?:(?!{_APOSTROPHE}).)+", text)]
    while len(parts) > 1 and parts[-1][0] in ("s", "S"):
        parts.pop()  # Russia's
    elided = 0
    while elided < len(parts) - 1 and parts[elided][0].casefold() in elisions:
        elided += 1  # l'homme
    del parts[:elided]
    end = parts[-1][2]
    start = parts[0][1]
    if len(parts) == 1:
        return [Form(parts[0][0], 0, start, end)]
    first, last = parts[0], parts[-1]
    if last[0].casefold() in _CONTRACTIONS:
        # The apostrophe stays: we'll must not become "well", nor we're "were".
        return [Form(text[start:end], 0, start, end), Form(first[0], 0, start, first[2])]
    forms = [Form("".join(part[0] for part in parts), 0, start, end)]
    if _length(first[0]) <= _MAX_SHORT_CHARS < _length(last[0]):
        forms.append(Form(last[0], 0, last[1], end))  # O'Brien is also found as Brien
    return forms


def _length(word: str) -> int:
    """Return the number of letters and digits. Marks do not count, so NFC and NFD are equal."""
    return sum(map(str.isalnum, word))
