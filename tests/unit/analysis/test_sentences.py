"""Where sentences end, and where they do not."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

from searchlib.analysis.sentences import ABBREVIATIONS, RULES, sentence_spans, text_form

PIECES = (
    *"abcXY15.?!,;:'\"()[]{}-*&#@`_$ \n\t",
    *("Mr", "U.S", "St", "e.g", "No", "ph.d", "Mid-Feb", "longer-word", "1.5", "1,000", "A."),
    *(
        "...",
        "--",
        ". . .",
        "  ",
        " The ",
        " he ",
        "\r\n",
        "\x0b",
        "\x1c",
        "\x85",
        "\xa0",
        "\u3000",
    ),
    *("\u2019", "\u201d", "\xab", "\xbb", "\u0301", "\u200d", "\u24b6", "é", "É", "²", "\u0663"),
    *("The train left. ", "Was it? ", "Gov. ", "\u94c1\u8def"),
)
paragraphs = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=24).map("".join)


def punkt() -> PunktSentenceTokenizer:
    parameters = PunktParameters()
    parameters.abbrev_types = set(ABBREVIATIONS)
    return PunktSentenceTokenizer(parameters)


PUNKT = punkt()


def trimmed(text, spans):
    """Give what is not empty of the spans, without the white space around it."""
    for start, end in spans:
        sentence = text[start:end]
        if sentence.strip():
            first = start + len(sentence) - len(sentence.lstrip())
            yield first, first + len(sentence.strip())


@given(paragraphs)
@example("É. Go. é. «Mr. Go.» Und ‚so.‘ (J. Kim—p.m. Then… ٣. at Ⅷ. The שלום. Go. 日. Go.")
@example('He said: "Go." She went. (He stayed.) It was J. Kim, no. 5. at 5. p.m. Then... so. . . .')
@example("a!! B.?! c. \x1c d.\n\x1c e")
def test_paragraphs_are_cut_as_punkt_cuts_them(text):
    text = re.sub("[\u3002\uff01\uff1f\uff61]|\u2029", "", re.sub(r"\n\s*\n", "\n", text))
    form = text_form(text)
    assert len(form) == len(text)
    expected = list(trimmed(text, PUNKT.span_tokenize(form.decode("latin-1"))))
    assert RULES.sentences(form, 0, len(form)) == expected
    if not re.search(r"\n\s*\n", text):
        assert sentence_spans(text) == expected


@pytest.mark.parametrize(
    "sentences",
    [
        [],
        ["One."],
        ["No full stop"],
        ["The train left.", "It was late."],
        ["Was it late?", "Yes!", "Very."],
        ["Mr. Kim met Dr. Lee on Jan. 5 at the station."],
        ["It cost $3.5m in the U.S. market.", "Shares rose 3.5% to 1,234.56 points."],
        ["Gov. Smith, Sen. Jones and Lt. Col. Brown spoke at 5 p.m. on Monday."],
        ["Acme Inc. bought Bolt Corp. for cash."],
        ["“The train left.”", "He went home."],
        ["The C++ course, i.e. the hard one, began."],
        ["Read news.example/a.html for more.", "Or not."],
        ["Лошади ушли.", "Поезд опоздал."],
        ["火车开了。", "马跑了！", "「谁？」", "没有人"],
        ["電車が来た。", "馬がいた。"],
    ],
)
def test_sentences(sentences):
    text = ("" if "。" in "".join(sentences) else " ").join(sentences)
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("A headline\n\nThe body.", ["A headline", "The body."]),
        ("A headline\r\n\r\nThe body.", ["A headline", "The body."]),
        ("A headline\n \t\nThe body.", ["A headline", "The body."]),
        ("A headline\u2029The body.", ["A headline", "The body."]),
        ("One sentence\nover two lines.", ["One sentence\nover two lines."]),
        ("Mr.\n\nKim.", ["Mr.", "Kim."]),
        ("  One.  \n\n\n Two. ", ["One.", "Two."]),
        ("", []),
        (" \n\n\t ", []),
        ("...", ["..."]),
    ],
)
def test_blank_lines_and_white_space(text, sentences):
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences
