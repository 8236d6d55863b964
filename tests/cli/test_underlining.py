"""A part of a query underlined: carets where the terminal shows the part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from searchlib.cli.underlining import underlined

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("query", "part", "line", "carets"),
    [
        ("one ) two", ")", "one ) two", "    ^"),
        ("鉄道 AND 馬( x", "(", "鉄道 AND 馬( x", "           ^"),
        ("a 馬匹 b", "馬匹", "a 馬匹 b", "  ^^^^"),
        ("cafe\u0301 (x", "(", "cafe\u0301 (x", "     ^"),
        ("cafe\u0301 x", "e\u0301", "cafe\u0301 x", "   ^"),
        ("cafe\u0301 x", "\u0301", "cafe\u0301 x", "   ^"),  # of no character half
        (f"{FAMILY} )", ")", f"{FAMILY} )", "   ^"),
        ("a\tb\nc\x1b[2J\u202e(", "(", "a b c\ufffd[2J\ufffd(", " " * 10 + "^"),
        ("a\r\n(", "(", "a (", "  ^"),
        ("\udcff (", "(", "\ufffd (", "  ^"),
    ],
)
def test_carets_stand_below_what_is_meant(query, part, line, carets):
    start = query.index(part)
    assert underlined(query, start, start + len(part), 40) == (line, carets)


@pytest.mark.parametrize(
    ("start", "end", "line", "carets"),
    [
        (0, 1, "0123456789abcdef\u2026", "^"),
        (35, 36, "\u2026klmnopqrstuvwxyz", " " * 16 + "^"),
        (18, 20, "\u2026bcdefghijklmnopq\u2026", " " * 8 + "^^"),
        (3, 33, "\u20263456789abcdefghi\u2026", " " + "^" * 16),
        (36, 36, "\u2026lmnopqrstuvwxyz", " " * 16 + "^"),
    ],
)
def test_a_long_query_is_cut_around_what_is_meant(start, end, line, carets):
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
    assert underlined(alphabet, start, end, 18) == (line, carets)


def test_a_query_that_just_fits_is_whole():
    assert underlined("a" * 18, 17, 18, 18) == ("a" * 18, " " * 17 + "^")
    assert underlined("馬" * 9, 8, 9, 18) == ("馬" * 9, " " * 16 + "^^")
    assert underlined("", 0, 0, 18) == ("", "^")


def test_a_pile_of_marks_and_a_million_words_take_no_time():
    for query in ("e" + "\u0301" * 10**6, "horses " * 10**5, "\U0001f1e9" * 10**6):
        for start in (0, len(query) // 2, len(query) - 1):
            line, carets = underlined(query, start, len(query), 78)
            assert len(line) < 2000
            assert "^" in carets


@given(
    st.text(
        st.sampled_from(
            "ab (馬e\u0301\u200d\U0001f469\U0001f1e9\r\n\x1b\ud800ก\u0e33한\u1100\u1161"
        )
    ),
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(18, 40),
)
def test_no_line_is_wider_than_there_is_room(query, start, length, columns):
    start = min(start, len(query))
    end = min(start + length, len(query))
    line, carets = underlined(query, start, end, columns)
    assert 0 <= wcswidth(line) <= columns
    assert len(carets) <= columns
    assert carets.strip(" ") == "^" * carets.count("^") != ""
