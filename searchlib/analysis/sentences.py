"""Where the sentences of a text are."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

__all__ = ["sentence_spans"]

# What Punkt would otherwise have to learn from a corpus: English news, and the titles, months and
# places of other languages that such news has.
_ABBREVIATIONS: Final = frozenset(
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
_BLANK_LINE: Final = re.compile(r"\n\s*\n|\u2029")
_IDEOGRAPHIC_STOP: Final = re.compile("[。！？｡]+[」』”’）】》]*")


@cache
def _punkt() -> PunktSentenceTokenizer:
    from nltk.tokenize.punkt import (  # noqa: PLC0415  # as in tokenizer.py
        PunktParameters,
        PunktSentenceTokenizer,
    )

    parameters = PunktParameters()
    parameters.abbrev_types = set(_ABBREVIATIONS)
    return PunktSentenceTokenizer(parameters)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Give the sentences of ``text`` as half-open offsets, without the white space around them.

    A blank line always ends one. Within a paragraph NLTK's Punkt decides (T. Kiss, J. Strunk,
    "Unsupervised Multilingual Sentence Boundary Detection", 2006), with a list of abbreviations
    in place of a trained model; the full stop of Chinese and Japanese ends one too.

    >>> text = "Mr. Kim spoke. The train left."
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Mr. Kim spoke.', 'The train left.']
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for blank in _BLANK_LINE.finditer(text):
        spans += _paragraph_spans(text, start, blank.start())
        start = blank.end()
    return spans + _paragraph_spans(text, start, len(text))


def _paragraph_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    paragraph = text[start:end]
    spans: list[tuple[int, int]] = []
    for first, last in _punkt().span_tokenize(paragraph):
        for stop in _IDEOGRAPHIC_STOP.finditer(paragraph, first, last):
            spans += _trimmed(text, start + first, start + stop.end())
            first = stop.end()  # noqa: PLW2901  # the sentence goes on from here
        spans += _trimmed(text, start + first, start + last)
    return spans


def _trimmed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    sentence = text[start:end]
    start += len(sentence) - len(sentence.lstrip())
    end -= len(sentence) - len(sentence.rstrip())
    return [(start, end)] if start < end else []
