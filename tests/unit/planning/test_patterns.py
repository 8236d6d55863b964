"""Wildcards, regular expressions and words with mistakes: what each matches and what is refused."""

from __future__ import annotations

import re

import pytest

from searchlib.planning.patterns import fuzzy, matches, regex, wildcard
from searchlib.query.regex import Letters, Row, check_regex, parse_regex


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("horse", ["horse"], ["horses", "hors", ""]),
        ("hors*", ["hors", "horse", "horseshoe"], ["hor", "ahorse"]),
        ("*horse", ["horse", "racehorse"], ["horses"]),
        ("*horse*", ["horse", "racehorses"], ["hors"]),
        ("ho?se", ["horse", "house"], ["hose", "hoorse"]),
        ("*o*e*", ["horses", "oe"], ["eo"]),
        ("*", ["", "a"], []),
        ("?", ["a", "铁", "😀"], ["", "ab"]),
        ("??*", ["ab", "abc"], ["a"]),
        ("a*a", ["aa", "aba", "abaa"], ["a", "ab"]),
        ("*ab*ab", ["abab", "xabyab", "ababab"], ["ab", "abba"]),
        ("", [""], ["a"]),
        ("a.c[", ["a.c["], ["abc["]),
        ("a" * 255, ["a" * 255], ["a" * 254]),
        ("a" * 256, [], ["a" * 256]),
        ("*" * 1000 + "a", ["a", "ba"], ["ab"]),
    ],
)
def test_wildcards(pattern, matching, others):
    made = wildcard(pattern)
    assert [word for word in (*matching, *others) if matches(made, word)] == matching


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("hor.es?", ["horse", "horses", "hor铁e"], ["hores", "ahorse", "horsess"]),
        ("^horse$", ["horse"], ["horses"]),
        (r"\$$", ["$"], [""]),
        (r"a\\$", ["a\\"], ["a"]),
        (r"\^", ["^"], [""]),
        ("cat|dog", ["cat", "dog"], ["catdog", ""]),
        ("(|a)b", ["b", "ab"], ["a"]),
        ("(?:ab)+", ["ab", "abab"], ["", "aba"]),
        ("a{2}", ["aa"], ["a", "aaa"]),
        ("a{2,}", ["aa", "aaaaa"], ["a"]),
        ("a{,2}", ["", "aa"], ["aaa"]),
        ("(ab?){2,3}", ["aa", "abab", "aaba"], ["a", "aaaa"]),
        ("(a{0}){5}b", ["b"], ["ab"]),
        ("()*b", ["b"], [""]),
        ("[a-c]x", ["ax", "cx"], ["dx"]),
        ("[^a-c]", ["d", "铁"], ["a", ""]),
        ("[]a]", ["]", "a"], ["b"]),
        ("[^]]", ["a"], ["]"]),
        ("[a-]", ["a", "-"], ["b"]),
        (r"[\]\-]", ["]", "-"], ["\\"]),
        (r"[\da]", ["1", "a"], ["b"]),
        (r"[^\d]", ["a"], ["1"]),
        (r"\d+", ["2026", "٣"], ["a"]),
        (r"\D\W\S", ["a.b"], ["1.b", "aab", "a. "]),
        (r"\w+", ["usa", "铁路", "a_1"], ["u.s"]),
        (r"u\.s\.", ["u.s."], ["uxs."]),
        (r"\/", ["/"], ["\\/"]),
        (r"a\ b\tc", ["a b\tc"], []),
        (".{255}", ["a" * 255], ["a" * 254, "a" * 256]),
    ],
)
def test_regular_expressions(pattern, matching, others):
    assert check_regex(pattern) is None
    made = regex(pattern)
    assert [word for word in (*matching, *others) if matches(made, word)] == matching


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a(b", "there is no ) for a ("),
        ("a)b", "there is no ( for a )"),
        ("[a", "there is no ] for a ["),
        ("[]", "there is no ] for a ["),
        ("[a-", "there is no ] for a ["),
        ("*a", "there is nothing to repeat before *"),
        ("(+a)", "there is nothing to repeat before +"),
        ("a|?", "there is nothing to repeat before ?"),
        ("{2}", "there is nothing to repeat before {"),
        ("^*", "there is nothing to repeat before *"),
        ("a{", "a { is no repeat as {2} or {2,5}"),
        ("a{b}", "a { is no repeat as {2} or {2,5}"),
        ("a{,}", "a { is no repeat as {2} or {2,5}"),
        ("a{3,2}", "the bounds of {3,2} are not in order"),
        ("a{256}", "{256} is more than 255 times"),
        ("a{0,999}", "{0,999} is more than 255 times"),
        ("a*?", "lazy repeats are not supported"),
        ("a{2}?", "lazy repeats are not supported"),
        ("a++", "+ is repeated: put it in brackets"),
        ("a{2}{3}", "{2} is repeated: put it in brackets"),
        (r"(a)\1", "back references are not supported"),
        ("(?=a)", "look-around and flags, (?, are not supported"),
        ("(?P<a>b)", "look-around and flags, (?, are not supported"),
        (r"\bhorse", r"\b is not supported"),
        (r"[\1]", r"\1 is not supported"),
        ("a\\", "there is nothing behind the last \\"),
        ("a^b", "^ can only be the beginning"),
        ("(^a)", "^ can only be the beginning"),
        ("a$|b", "$ can only be the end"),
        ("[z-a]", "a range in [ ] is not in order"),
        (r"[a-\d]", "a range in [ ] is from a letter to a letter"),
        (".{200}.{200}", "it has more than 255 letters with all repeats"),
        ("((a{99}){99}){99}", "it has more than 255 letters with all repeats"),
        ("a" * 1001, "it has more than 1,000 letters"),
        ("(" * 21 + "a" + ")" * 21, "groups are nested more than 20 deep"),
    ],
)
def test_what_is_wrong_with_a_regular_expression(pattern, message):
    assert check_regex(pattern) == message
    with pytest.raises(ValueError, match=re.escape(message)):
        regex(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(" * 20 + "a" + ")*" * 20 + "b",
        "(a|a)*" * 60,
        "(((a{0}){255}){255}){255}",
        "(" * 20 + ")*" * 20,
        r"[\w]{120}[^\w]{120}",
        ".*" * 250 + "b",
        "(a?){120}(a{0,120})",
    ],
)
def test_no_expression_takes_long(pattern):
    # Each of these takes re longer than anybody waits, or has that many copies of nothing.
    assert check_regex(pattern) is None
    made = regex(pattern)
    assert not matches(made, "a" * 5000 + "-")


@pytest.mark.parametrize("letter", "dws")
def test_classes_are_those_of_re(letter):
    everything = "".join(map(chr, range(0x110000)))
    ranges = tuple(found.span() for found in re.finditer(rf"\{letter}+", everything))
    assert parse_regex(rf"\{letter}") == Row((Letters(ranges),))


@pytest.mark.parametrize(
    ("word", "edits", "matching", "others"),
    [
        ("hrose", 1, ["hrose", "horse", "rose", "prose", "hroses"], ["roses", "horses"]),
        ("horse", 2, ["hose", "houses", "hors", "ohsre"], ["mouses", "h"]),
        ("铁路", 1, ["铁", "路铁", "铁x", "铁路路"], ["路x", ""]),
        ("ca", 2, ["ac", "a", ""], ["abc", "abcd"]),
        ("a", 1, ["", "b", "ab", "ba"], ["bc"]),
        ("a" * 63, 1, ["a" * 62, "a" * 63, "a" * 64], ["a" * 61, "a" * 65]),
        ("a" * 64, 1, ["a" * 64], ["a" * 63]),
        ("a" * 256, 1, [], ["a" * 256]),
    ],
)
def test_fuzzy_words(word, edits, matching, others):
    made = fuzzy(word, edits)
    assert [other for other in (*matching, *others) if matches(made, other)] == matching


@pytest.mark.parametrize("edits", [0, 3, -1])
def test_there_are_one_or_two_edits(edits):
    with pytest.raises(ValueError, match="it must be 1 or 2"):
        fuzzy("horse", edits)
