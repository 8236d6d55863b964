"""Where sentences end, and where they do not."""

from __future__ import annotations

import pytest

from searchlib.analysis import sentence_spans


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
