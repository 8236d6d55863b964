"""Patterns of ``*`` and ``?``."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.query.wildcards import literal_prefix, matches_wildcard


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [("horse", "horse"), ("hors*", "hors"), ("ho?se*", "ho"), ("*a", ""), ("?", ""), ("", "")],
)
def test_literal_prefix(pattern, prefix):
    assert literal_prefix(pattern) == prefix


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("horse", ["horse"], ["horses", "hors", ""]),
        ("hors*", ["hors", "horse", "horseshoe"], ["hor", "ahorse"]),
        ("*horse", ["horse", "racehorse"], ["horses"]),
        ("ho?se", ["horse", "house"], ["hose", "hoorse"]),
        ("*o*e*", ["horses", "oe"], ["eo"]),
        ("*", ["", "a"], []),
        ("?", ["a", "铁", "😀"], ["", "ab"]),
        ("??*", ["ab", "abc"], ["a"]),
        ("a*a", ["aa", "aba", "abaa"], ["a", "ab"]),
        ("*ab*ab", ["abab", "xabyab", "ababab"], ["ab", "abba"]),
        ("", [""], ["a"]),
        ("a.c[", ["a.c["], ["abc["]),
    ],
)
def test_matches(pattern, matching, others):
    assert [word for word in (*matching, *others) if matches_wildcard(pattern, word)] == matching


@given(st.text("ab*?", max_size=8), st.text("abc", max_size=8))
def test_matches_what_a_regular_expression_matches(pattern, word):
    translated = pattern.replace("*", ".*").replace("?", ".")
    assert matches_wildcard(pattern, word) == bool(re.fullmatch(translated, word))


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_a_match_begins_with_the_literal_prefix(pattern, word):
    if matches_wildcard(pattern, word):
        assert word.startswith(literal_prefix(pattern))
