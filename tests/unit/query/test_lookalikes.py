"""Words that look like operators and stand where they are none."""

from __future__ import annotations

import pytest

from searchlib.query.lookalikes import lookalike, range_at


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("w/5", "w/5"),
        ("W/12", "w/12"),
        ("pre/3", "pre/3"),
        ("PRE/s", "pre/s"),
        ("within/5", "w/5"),
        ("near/p", "w/p"),
        ("adj/sentence", "w/s"),
        ("w/5words", "w/5"),
        ("w/", None),
        ("/5", "w/5"),
        ("/s", "w/s"),
        ("first50", "first50:"),
        (">500", None),
        ("<=2022-11", None),
        ("~2", None),
        ("^2.5", None),
        ("/hors.s/i", "/hors.s/"),
        ("/a/gim", "/a/"),
    ],
)
def test_what_is_warned_of_and_what_may_have_been_meant(text, suggestion):
    found = lookalike(text)
    assert found is not None
    assert (found.severity, found.suggestion) == ("warning", suggestion)
    assert repr(text) in found.message


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("NEAR", "w/5"), ("WITHIN", "w/5"), ("ANDNOT", "AND NOT"), ("BUTNOT", "AND NOT")],
)
def test_words_of_other_languages_may_be_those_of_a_headline(text, suggestion):
    found = lookalike(text)
    assert found is not None
    assert (found.severity, found.suggestion) == ("info", suggestion)
    assert lookalike(text.lower()) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "horses", "w/o", "w/e", "W/Out", "near", "first", "firstborn", "/", "/x", "/1000"),
        *("/a/", "/a/b", "<b>", ">1", "~", "^", "wine", "and/or", "5/6", "first50th"),
    ],
)
def test_nothing_is_said_of_other_words(text):
    assert lookalike(text) is None


def test_a_message_is_short_however_long_the_word_is():
    found = lookalike("w/" + "9" * 10_000)
    assert found is not None
    assert len(found.message) < 120


@pytest.mark.parametrize(
    ("query", "start", "found"),
    [
        ("date:[2022 TO 2023] a", 5, "[2022 TO 2023]"),
        ("{a TO b]", 0, "{a TO b]"),
        ("[a TO b}", 0, "[a TO b}"),
        ("[a to b]", 0, None),
        ("[aTOb]", 0, None),
        ("[a TO b", 0, None),
        ("[a [b TO c]", 0, None),
        (" [a TO b]", 0, None),
    ],
)
def test_ranges_in_brackets(query, start, found):
    assert range_at(query, start) == found


def test_a_million_brackets_take_no_time():
    assert range_at("[" * 10**6, 0) is None
    assert range_at("[" + " TO" * 10**6, 0) is None
