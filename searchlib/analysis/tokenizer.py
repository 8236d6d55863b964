"""Where the words of a text are, and in how many ways each can be found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from nltk.tokenize import RegexpTokenizer

__all__ = ["MAX_WORD_CHARS", "Form", "is_ideographic", "split_ideographs", "word_forms", "word_spans"]

MAX_WORD_CHARS: Final = 256
"""Of a longer word the index holds the beginning."""

# Han, kana, bopomofo and Hangul: written without spaces, or with whole phrases between them.
_CJK: Final = (
    "\u3005\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f"
    "\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3"
    "\ud7b0-\ud7fb\uf900-\ufaff\uff66-\uff9f\u1100-\u11ff\U0001b000-\U0001b16f"
    "\U00020000-\U0003ffff"
)
_APOSTROPHE: Final = "['\u2019\u02bc\uff07]"
_CURRENCY: Final = "$\u20ac\u00a3\u00a5"

_IS_CJK: Final = re.compile(f"[{_CJK}]")


# NLTK gives up on a text that keeps it busy for five seconds (TimeoutError), and an article may be
# of any length: so it gets pieces, which end at white space, or in a word of half a million letters.
_PIECE_CHARS: Final = 1 << 16
_LONGEST_PIECE_CHARS: Final = 1 << 19
_GAP: Final = re.compile(r"\s")


class Form(NamedTuple):
    """One way to find a word: its text before folding, and the part of the word that it covers."""

    text: str
    position: int
    start: int
    end: int


@cache
def _marks() -> str:
    """Give the combining marks and the invisible characters that stand inside words.

    As ranges for a character class. The running Python says which they are: 130,000 characters
    looked at once, in 10 ms.
    """
    # The soft hyphen, the joiners, and marks of direction that editors leave within words.
    ranges = ["\u00ad\u200b-\u200f\u2060"]
    start = None
    for code in (*range(0x300, 0x20000), *range(0xE0100, 0xE01F1)):
        if unicodedata.category(chr(code))[0] == "M":
            start = code if start is None else start
        elif start is not None:
            ranges.append(f"{chr(start)}-{chr(code - 1)}")
            start = None
    return "".join(ranges)


@cache
def _tokenizer() -> RegexpTokenizer:
    marks = _marks()
    letter = rf"[^\W\d_{_CJK}][{marks}]*"
    # Atomic groups: what has been read as a word is not tried again in parts, so that every text
    # takes linear time.
    word = rf"(?>[^\W_{_CJK}]+(?:[{marks}]+[^\W_{_CJK}]*)*)"
    return RegexpTokenizer(
        "|".join(
            (
                # Most words: the other ways to begin need not be tried. It makes English 1.6 times
                # as fast.
                r"(?>[A-Za-z]{2,})(?=[\s,;:!?\"()\-]|\.?(?:\s|\Z))",
                rf"[{_CJK}](?>[{_CJK}{marks}]*)",
                # U.S., p.m.: single letters with dots between them
                rf"(?<![^\W_]){letter}(?>(?:\.{letter}(?![^\W_]))+)\.?",
                # $584,302 and 3.5%: commas are for thousands only, and 1.2.3 is no number
                rf"[{_CURRENCY}]?(?<!\d)\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?(?:%|{word})?",
                rf"[{_CURRENCY}]?(?<![\d.])(?>\d+)\.(?>\d+)(?!\.\d)(?:%|{word})?",
                rf"[{_CURRENCY}](?=\d){word}",
                r"(?>\d+)%",
                # C++, C#; R&D and AT&T, whose parts form() looks at
                r"(?<!\w)[A-Za-z](?:\+\+|\#)(?!\w)",
                rf"{word}&{word}(?:{_APOSTROPHE}[sS](?![^\W_]))?",
                # @name, #tag, but not in an address; O'Brien's
                rf"(?:(?<![\w.])[@\#])?{word}(?:{_APOSTROPHE}{word})*",
            )
        ),
        flags=re.UNICODE,
    )


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Give where the words of ``text`` are, as half-open offsets, in order and disjoint.

    A run of ideographs is given as a whole. Linear in the length of the text.
    """
    start = 0
    while start < len(text):
        gap = _GAP.search(text, start + _PIECE_CHARS, start + _LONGEST_PIECE_CHARS)
        end = gap.start() if gap else min(start + _LONGEST_PIECE_CHARS, len(text))
        if len(text) <= start + _PIECE_CHARS:
            end = len(text)
        for first, last in list(_tokenizer().span_tokenize(text[start:end])):
            yield start + first, start + last
        start = end


def is_ideographic(text: str) -> bool:
    """Tell whether ``text`` begins with a Chinese, Japanese or Korean character."""
    return bool(_IS_CJK.match(text))


def split_ideographs(run: str) -> list[tuple[int, int]]:
    """Give the offsets of each character of a run, with its marks; Hangul by syllable."""
    unit = rf"[\u1100-\u115f](?:[\u1160-\u11a7][\u11a8-\u11ff]?)?|.[{_marks()}]*"
    return [found.span() for found in re.finditer(unit, run, re.DOTALL)]


# What an apostrophe may be followed by in a word of two, with the two staying apart in meaning.
_ENDINGS: Final = frozenset({"ll", "re", "ve", "d", "m"})
_SHORT: Final = 2


def word_forms(text: str, elisions: frozenset[str]) -> list[Form]:
    """Give the ways to find the word ``text``, the most specific one of each position first.

    ``elisions`` are what a language writes before an apostrophe as a word of its own (l', dell').

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
        whole = text.rstrip(".")
        return [Form(whole, 0, 0, len(text)), Form(whole.replace(".", ""), 0, 0, len(text))]
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
    if min(len(left), len(right)) <= _SHORT:
        return [Form(text, 0, 0, len(text))]
    return [Form(left, 0, 0, len(left)), Form(right, 1, len(left) + 1, len(text))]


def _apostrophe_forms(text: str, elisions: frozenset[str]) -> list[Form]:
    parts = [(found[0], *found.span()) for found in re.finditer(f"(?:(?!{_APOSTROPHE}).)+", text)]
    if len(parts) > 1 and parts[-1][0] in ("s", "S"):
        parts.pop()  # Russia's
    if len(parts) > 1 and parts[0][0].casefold() in elisions:
        parts.pop(0)  # l'homme
    end = parts[-1][2]
    start = parts[0][1]
    if len(parts) == 1:
        return [Form(parts[0][0], 0, start, end)]
    first, last = parts[0], parts[-1]
    if last[0].casefold() in _ENDINGS:
        # we'll is not "well", nor we're "were"
        return [Form(text[start:end], 0, start, end), Form(first[0], 0, start, first[2])]
    forms = [Form("".join(part[0] for part in parts), 0, start, end)]
    if len(first[0]) <= _SHORT < len(last[0]):
        forms.append(Form(last[0], 0, last[1], end))  # O'Brien by Brien
    return forms
