"""Where the sentences of a text are."""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import lru_cache
from itertools import pairwise
from typing import Final

from searchlib.kernels.sentences import SentenceRules

__all__ = ["ABBREVIATIONS", "BLANK_LINE", "RULES", "paragraph_spans", "sentence_spans"]

# What Punkt would otherwise have to learn from a corpus: English news, and the titles, months and
# places of other languages that such news has.
ABBREVIATIONS: Final = frozenset(
    """
    mr mrs ms messrs dr drs prof st ste jr sr gen col lt sgt cpl pvt capt cmdr cdr adm maj brig rev
    fr hon pres gov sen sens rep reps amb supt det insp sec dep asst atty
    inc ltd co corp cos bros dept univ assn intl natl est
    vs v etc cf viz al ca approx no nos vol fig p pp ed eds
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri sat sun
    a.m p.m u.s u.k u.n e.u u.s.a e.g i.e d.c l.a ph.d
    ave blvd rd ln hwy mt ft apt sq
    hr bzw z.b usw mme mlle
    """.split()
)
BLANK_LINE: Final = re.compile(r"\n\s*\n|\u2029")
"""What parts paragraphs."""

_IDEOGRAPHIC_STOP: Final = re.compile("[。！？｡]+[」』”’）】》]*")

# White space is that of Unicode: re takes four separators of ASCII for it as well.
_BLANK: Final = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_APART: Final = r")\";}\]*:@'({\[‘’“”«»!?"  # in no word
_MAYBE_END: Final = re.compile(rf"[.?!](?=[{_APART}]|[{_BLANK}]+([^{_BLANK}]+))")
_CLOSING: Final = re.compile(rf"[\"')\]}}‘’“”«»]+?(?:[{_BLANK}]+|(?=--)|$)", re.MULTILINE)
_SEVERAL: Final = rf"-{{2,}}|\.{{2,}}|(?:\.[{_BLANK}]){{2,}}\."
_TOKEN: Final = re.compile(
    rf"(?:{_SEVERAL}|(?![(\"`{{\[:;&#*@)}}\]\-,])[^{_BLANK}]+?"
    rf"(?=[{_BLANK}]|$|[{_APART}]|{_SEVERAL}|,(?=$|[{_BLANK}{_APART}]|{_SEVERAL}))|[^{_BLANK}])"
)
_NUMBER: Final = re.compile(r"-?[.,]?\d[\d,.-]*")
# With a full stop behind it, and quotes and brackets before it, one token.
_PLAIN: Final = re.compile(r"[\"(\[]*([A-Za-z0-9$%/](?:[A-Za-z0-9$%/&]|[.,-](?![.,-]))*)(?<![.,-])")
_PUNCTUATION: Final = frozenset(";:,.!?")
_LETTER_LIKE: Final = frozenset({"Mn", "Mc", "Me", "Pc", "Nl"})
# The joiners, and letters in circles, squares and brackets
_LETTERS_TOO: Final = re.compile(
    "[\u200c\u200d\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189]"
)
_CLOSERS: Final = "\"')]}‘’“”«»"
_SEPARATORS: Final = "\x1c\x1d\x1e\x1f"
_MARK: Final = re.compile("[.?!]")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Give the sentences of ``text`` as half-open offsets, without the white space around them.

    A blank line always ends one. Within a paragraph the rules of Punkt decide (T. Kiss, J. Strunk,
    "Unsupervised Multilingual Sentence Boundary Detection", 2006) as NLTK has them, with a list of
    abbreviations in place of a trained model; the full stop of Chinese and Japanese ends one too.

    >>> text = "Mr. Kim spoke. The train left."
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Mr. Kim spoke.', 'The train left.']
    """
    spans: list[tuple[int, int]] = []
    data = text.encode() if text.isascii() else None
    start = 0
    if "\n" in text or "\u2029" in text:
        for blank in BLANK_LINE.finditer(text):
            spans += paragraph_spans(text, data, start, blank.start())
            start = blank.end()
    return spans + paragraph_spans(text, data, start, len(text))


def paragraph_spans(text: str, data: bytes | None, start: int, end: int) -> list[tuple[int, int]]:
    """Give the sentences of ``text[start:end]``, which has no blank line but at its end.

    ``data`` are the text's bytes if all of it is ASCII.
    """
    if data is not None:
        return RULES.sentences(data, start, end)
    paragraph = text[start:end]
    spans: list[tuple[int, int]] = []
    ideographic = _IDEOGRAPHIC_STOP.search(paragraph)
    for first, last in _realigned(paragraph):
        if ideographic:
            for stop in _IDEOGRAPHIC_STOP.finditer(paragraph, first, last):
                spans += _trimmed(paragraph, first, stop.end(), start)
                first = stop.end()  # noqa: PLW2901  # the sentence goes on from here
        spans += _trimmed(paragraph, first, last, start)
    return spans


def _trimmed(text: str, start: int, end: int, base: int) -> list[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return [(start + base, end + base)] if start < end else []


def _realigned(text: str) -> list[tuple[int, int]]:
    """Give the sentences; quotes and brackets that close one belong to it."""
    spans = _cut(text)
    realigned: list[tuple[int, int]] = []
    start, end = spans[0]
    for next_start, next_end in spans[1:]:
        closing = None
        if text[next_start] in _CLOSERS:
            closing = _CLOSING.match(text, next_start, next_end)
        if closing:
            end = next_start + len(closing[0].rstrip())
        realigned.append((start, end))
        start, end = closing.end() if closing else next_start, next_end
    realigned.append((start, end))
    return realigned


def _cut(text: str) -> list[tuple[int, int]]:
    """Give the sentences, each up to its full stop, question mark or exclamation mark.

    Of several marks in one word (between white space of ASCII) the last one decides, and one that
    the word begins with.
    """
    blanks = [" ", *(blank for blank in "\n\t\r\x0b\x0c" if blank in text)]  # of ASCII alone
    spans: list[tuple[int, int]] = []
    sentence = 0
    start = end = 0  # the word before the latest mark
    latest: re.Match[str] | None = None
    for found in (*_MAYBE_END.finditer(text), None):
        before, after = start, end
        if found:
            end = found.start()
            blank = max([text.rfind(blank, after, end) for blank in blanks])
            if blank > after:
                start = blank + 1
        if latest and (not found or after <= start) and _ends(text[before:after], latest):
            spans.append((sentence, after + 1))
            sentence = latest.start(1) if latest[1] else after + 1
        latest = found
    spans.append((sentence, len(text.rstrip())))
    return spans


def _ends(word: str, mark: re.Match[str]) -> bool:
    """Tell whether a sentence ends with ``mark``, which stands behind ``word``."""
    following = mark[1] or mark.string[mark.end()]
    first = following[0]
    plain = _PLAIN.fullmatch(word) if mark[0] == "." and first not in _SEPARATORS else None
    if plain:
        core = plain[1].lower()
        ends = core not in ABBREVIATIONS and (
            "-" not in core or core.rpartition("-")[2] not in ABBREVIATIONS
        )
        initial = len(core) == 1 and core.isalpha()
        if first not in ".!?" or not (initial or core[0].isdigit()):
            if ends and (initial or (core[0].isdigit() and _NUMBER.fullmatch(core))):
                ends = not (first in ",;:" or first.islower() or (initial and first.isupper()))
            if ends or not _MARK.search(following):
                return ends
    elif mark[0] != "." and first not in _SEPARATORS:
        return True
    return _has_end(word + mark[0] + (mark.string[mark.end() : mark.end(1)] if mark[1] else first))


@lru_cache(4096)
def _has_end(context: str) -> bool:
    """Tell whether a sentence ends with any token of ``context`` but the last."""
    tokens = [
        token for line in context.split("\n") if line.strip() for token in _TOKEN.findall(line)
    ]
    return any(_token_ends(token, following) for token, following in pairwise(tokens))


def _token_ends(token: str, following: str) -> bool:
    if token in {".", "?", "!"}:
        return True
    if not token.endswith(".") or token.endswith(".."):
        return False
    word = token[:-1].lower()
    if word in ABBREVIATIONS or word.rpartition("-")[2] in ABBREVIATIONS:
        return False
    initial = len(token) == 2 and _is_letter(token[0])
    if not initial and not _NUMBER.fullmatch(word):
        return True
    return not (
        following in _PUNCTUATION or following[0].islower() or (initial and following[0].isupper())
    )


def _is_letter(character: str) -> bool:
    """Tell whether a character is one of words, but no digit: marks and joiners are, too."""
    return (
        character.isalpha()
        or unicodedata.category(character) in _LETTER_LIKE
        or bool(_LETTERS_TOO.match(character))
    )


RULES: Final = SentenceRules(
    array("Q", sorted(int.from_bytes(word.encode(), "big") for word in ABBREVIATIONS)), _has_end
)
"""The rules for text that is all ASCII: those above, in a kernel."""
