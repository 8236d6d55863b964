"""Numbers and lengths, as they are typed."""

from __future__ import annotations

import pytest

from searchlib.query.counts import MAX_COUNT, parse_length, whole


@pytest.mark.parametrize(
    ("digits", "number"),
    [
        *(("0", 0), ("007", 7), ("1,500", 1500), ("1,2,3", 123), ("", 0)),
        *(("999999999", 999_999_999), ("1000000000", MAX_COUNT), ("9" * 5000, MAX_COUNT)),
        ("0" * 5000 + "5", 5),
    ],
)
def test_whole_numbers(digits, number):
    assert whole(digits) == number


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        ("500", 500, 500),
        ("=500", 500, 500),
        (">500", 501, None),
        (">=500", 500, None),
        ("<500", None, 499),
        ("<=500", None, 500),
        ("<0", None, 0),
        (f">{MAX_COUNT}", MAX_COUNT, None),
        ("500..800", 500, 800),
        ("500...800", 500, 800),
        ("500..", 500, None),
        ("..800", None, 800),
        ("*..800", None, 800),
        ("500..*", 500, None),
        ("[500 TO 800]", 500, 800),
        ("[500 TO *]", 500, None),
        ("500 TO 800", 500, 800),
        ("800..500", 800, 500),  # which no article has
        ("1,500..2,000", 1500, 2000),
        (" 500 ", 500, 500),
        # The end of a sentence.
        (">500.", 501, None),
        ("500..800?", 500, 800),
    ],
)
def test_lengths(value, least, most):
    assert parse_length(value) == (least, most)


@pytest.mark.parametrize(
    "value",
    ["", "*", "..", "*..*", "[]", "-5", "5-8", "five", ">", "> 500", "=>5", "5..8..9", "5 to 8"],
)
def test_what_is_no_length_is_told_how_to_write_one(value):
    with pytest.raises(ValueError, match=r"is not a length; write wc>500"):
        parse_length(value)
