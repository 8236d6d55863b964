"""The oracle of the query language, held against spans that were written out by hand."""

from __future__ import annotations

import math

import pytest

from searchlib import Article
from searchlib.analysis import get_analyzer
from searchlib.article import TEXT_FIELDS
from searchlib.query import tree
from searchlib.query.tree import (
    AtLeast,
    Boost,
    First,
    Fuzzy,
    Lead,
    Length,
    Near,
    Or,
    Phrase,
    Prefix,
    Regex,
    Verbatim,
    Wildcard,
    Word,
)
from tests.reference.oracle import Oracle, _Ranking
from tests.reference.spans import Finder, Text, changes

ENGLISH = get_analyzer("english")
FINDER = Finder([ENGLISH], dict.fromkeys(TEXT_FIELDS, ("arts", "artist", "horse")))
A, B, C = Word("a"), Word("b"), Word("c")


def find(node: tree.Node, **fields: str) -> dict[str, list[tuple[int, int]]]:
    article = {field: Text.of(fields.get(field, ""), ENGLISH) for field in TEXT_FIELDS}
    return {field: sorted(spans) for field, spans in FINDER.find(node, article).items()}


def in_body(node: tree.Node, text: str) -> list[tuple[int, int]]:
    return find(node, body=text).get("body", [])


def single(text: str) -> list[tuple[int, int]]:
    return [(int(at), int(at)) for at in text.split()]


def pairs(text: str) -> list[tuple[int, int]]:
    """Read "0 2-4": of one position, and from 2 to 4."""
    ends = [part.split("-") for part in text.split()]
    return [(int(part[0]), int(part[-1])) for part in ends]


@pytest.mark.parametrize(
    ("node", "text", "expected"),
    [
        (Word("horse"), "A horse, two Horses, horsing", "1 3 4"),
        (Word("HORSES"), "a horse", "1"),
        (Word("horse"), "horseshoe", ""),
        (Word("brien"), "Mr O'Brien said Brien", "1 3"),
        (Word("cafe"), "Cafés café cafe", "0 1 2"),
        (Word("the"), "the horse the", "0 2"),
        (Word("R&D"), "R&D r&d R D", "0 1"),
        (Word("black-eyed"), "black eyed black-eyed eyed black", "0-1 2-3"),
        (Word("Procter&Gamble"), "Procter Gamble procter&gamble", "0-1 2-3"),
        (Word("5000"), "$5,000 5000 5,000", "0 1 2"),
        (Word("-"), "a - b", ""),
        (Word("horse", ("headline",)), "horse", ""),
    ],
)
def test_a_word_is_where_its_stem_is(node, text, expected):
    assert in_body(node, text) == pairs(expected)


@pytest.mark.parametrize(
    ("node", "text", "expected"),
    [
        (Prefix("hor"), "horse hors horror shore", "0 1 2"),
        (Prefix("HORSES"), "horses horse", "0"),
        (Prefix("o'br"), "O'Brien Brien obrien", "0 2"),
        (Prefix("bri"), "O'Brien Brien", "0 1"),
        (Prefix("horses", ("headline",)), "horses", ""),
        (Prefix("state-ar"), "state arts state artist arts state art", "0-1 2-3 5-6"),
        (Wildcard("h*e"), "horse he horses the", "0 1"),
        (Wildcard("?he"), "the he The thee", "0 2"),
        (Wildcard("*ing"), "horsing ing train", "0 1"),
        (Wildcard("CAF?"), "Café cafe cafes", "0 1"),
        (Wildcard("*bri?n"), "O'Brien brian", "0 1"),
        (Wildcard("*"), "one two, three", "0 1 2"),
        (Regex("hor.es?"), "horse horses Horse hores horseshoe shore", "0 1 2"),
        (Regex("(a|b)c"), "ac bc abc AC", "0 1 3"),
        (Regex("hors"), "horse hors", "1"),
        (Regex("[a-c]+"), "abba dada cab", "0 2"),
        (Regex("caf."), "Café cafés cafe", "0 2"),
        (Regex(r"\d{4}"), "2022 22 12345 1987", "0 3"),
        (Regex("o?brien"), "O'Brien Brien", "0 1"),
        (Regex("x*"), "a xx", "1"),
        (Regex(".*ing"), "horsing ring", "0 1"),
        (Regex("train", ("caption",)), "train", ""),
        (Fuzzy("horse", 1), "horse hose hrose horsey house hoorse hse", "0 1 2 3 4 5"),
        (Fuzzy("horse", 2), "hse hsore ohrse rohse hxxse hxxxe horseman", "0 1 2 3 4"),
        (Fuzzy("HORSE", 1), "Horses", "0"),
        (Fuzzy("cafe", 1), "café caf cave coffee", "0 1 2"),
        (Fuzzy("ab", 1), "ba a b abc xyz", "0 1 2 3"),
        (Fuzzy("ca", 2), "abc ac c", "1 2"),
        (Fuzzy("obrien", 1), "O'Brien Brien", "0 1"),
        (Fuzzy("train", 1, ("headline",)), "train", ""),
    ],
)
def test_patterns_are_of_the_folded_word(node, text, expected):
    assert in_body(node, text) == pairs(expected)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("", "abc", 3),
        ("horse", "horse", 0),
        ("horse", "hrose", 1),
        ("horse", "hose", 1),
        ("horse", "horses", 1),
        ("horse", "house", 1),
        ("ca", "abc", 3),  # an exchange is not changed again
        ("abcd", "badc", 2),
        ("kitten", "sitting", 3),
        ("aab", "aba", 1),
    ],
)
def test_changes_are_counted(one, other, expected):
    assert changes(one, other) == changes(other, one) == expected


@pytest.mark.parametrize(
    ("typed", "text", "expected"),
    [
        ("Horses", "horses Horses HORSES Horse", "1"),
        ("AIDS", "AIDS aids Aids AIDS", "0 3"),
        ("café", "cafe café cafe\u0301 Café", "1 2"),
        ("cafe", "cafe café", "0"),
        ("To Be", "to be To Be To be or To, Be", "2-3 7-8"),
        ("a", "A a a", "1 2"),
        ("Brien", "O'Brien Brien", "0 1"),
        ("O'Brien", "O'Brien O’Brien obrien O'brien", "0 1"),
        ("US", "US us U.S.", "0"),
        ("U.S.", "US U.S. u.s.", "1"),
        ("the the", "the the the", "0-1 1-2"),
        ("horses,", "horses, horses", "0 1"),
        ("-", "a - b", ""),
    ],
)
def test_verbatim_is_letter_for_letter(typed, text, expected):
    assert in_body(Verbatim(typed), text) == pairs(expected)


@pytest.mark.parametrize(
    ("node", "text", "expected"),
    [
        (Phrase("a b"), "a b x a x b b a", "0-1"),
        (Phrase("white horse"), "White horses; a white. Horse", "0-1 3-4"),
        (Phrase("a a"), "a a a", "0-1 1-2"),
        (Phrase("a"), "a b a", "0 2"),
        (Phrase("a b", ("caption",)), "a b", ""),
        (Phrase("a b", slop=1), "a b x a x b x x b a", "0-1 3-5"),
        (Phrase("a b", slop=2), "a x x b", "0-3"),
        (Phrase("a b", slop=2), "b a", "0-1"),
        (Phrase("a b", slop=1), "b a", ""),
        (Phrase("a b", slop=3), "b x a", "0-2"),
        (Phrase("a b", slop=2), "b x a", ""),
        (Phrase("a b", slop=9), "a x a b b", "2-3"),
        (Phrase("a b", slop=9), "b a b", "0-1 1-2"),
        (Phrase("a a", slop=1), "a x a", "0-2"),
        (Phrase("a a", slop=9), "a", ""),
        (Phrase("a b a", slop=2), "a a b", "0-2"),
        (Phrase("a b c", slop=1), "a b x c", "0-3"),
        (Phrase("a b c", slop=1), "a c b", ""),
        (Phrase("a b c", slop=2), "c b a x a c b", "0-2 4-6"),
        (Phrase("obrien brien", slop=4), "O'Brien x O'Brien", "0-2"),
    ],
)
def test_a_phrase_is_the_shortest_stretches(node, text, expected):
    assert in_body(node, text) == pairs(expected)


AB = Phrase("a b")


@pytest.mark.parametrize(
    ("node", "text", "expected"),
    [
        (Or((A, B)), "a x b a", "0 2 3"),
        (Or((A, A)), "a a", "0 1"),
        (Or((A, Or((B, C)))), "c a b", "0 1 2"),
        (Or((A, AB)), "a b a", "0 0-1 2"),
        (Or((Word("horse"), Prefix("hor"))), "horses horn", "0 1"),
        (Or((A, Word("b", ("headline",)))), "a b", "0"),
        (Near(A, B, 1), "a b x b a x a x b", "0 1 3 4"),
        (Near(A, B, 2), "a x b", "0 2"),
        (Near(A, B, 2), "a x x b", ""),
        (Near(A, B, 5), "a a x b b", "0 1 3 4"),
        (Near(A, A, 1), "a a x a", "0 1"),
        (Near(A, A, 9), "a", ""),
        (Near(A, Or((A, B)), 1), "a x b a", "2 3"),
        (Near(AB, C, 1), "a b c", "0-1 2"),
        (Near(AB, C, 1), "c a b", "0 1-2"),
        (Near(AB, C, 2), "a b x c", "0-1 3"),
        (Near(AB, A, 5), "a b", ""),
        (Near(AB, B, 1), "a b b", "0-1 2"),
        (Near(AB, AB, 1), "a b a b", "0-1 2-3"),
        (Near(Near(A, B, 1), C, 1), "a b c", "1 2"),
        (Near(A, Word("b", ("headline",)), 1), "a b", ""),
        (Near(A, B, 1, ordered=True), "a b x b a", "0 1"),
        (Near(A, B, 3, ordered=True), "b a x x b", "1 4"),
        (Near(A, B, 2, ordered=True), "b a x x b", ""),
        (Near(A, A, 2, ordered=True), "a x a x x a", "0 2"),
        (Near(A, A, 1, ordered=True), "a a a", "0 1 2"),
        (Near(A, B, 1, negated=True), "a b x a x b a", "3"),
        (Near(A, B, 9, negated=True), "a x a", "0 2"),
        (Near(A, B, 9, negated=True), "x b", ""),
        (Near(A, A, 1, negated=True), "a a x a", "3"),
        (Near(AB, B, 1, negated=True), "a b x a b b", "0-1"),
        (Near(A, B, 1, ordered=True, negated=True), "a b a x", "2"),
        (Near(A, B, 2, ordered=True, negated=True), "b a x x a x b", "1"),
    ],
)
def test_near_is_what_has_the_other_side_so_near(node, text, expected):
    assert in_body(node, text) == pairs(expected)


TWO = "One a! Two b a! Three c!\n\nFour b c"
"""Positions: One 0, a 1; Two 2, b 3, a 4; Three 5, c 6; Four 7, b 8, c 9."""


@pytest.mark.parametrize(
    ("node", "text", "expected"),
    [
        (Near(A, B, "s"), TWO, "3 4"),
        (Near(A, C, "s"), TWO, ""),
        (Near(B, C, "s"), TWO, "8 9"),
        (Near(A, B, "s", ordered=True), TWO, ""),
        (Near(B, A, "s", ordered=True), TWO, "3 4"),
        (Near(A, B, "s", negated=True), TWO, "1"),
        (Near(B, A, "s", negated=True), TWO, "8"),
        (Near(A, A, "s"), TWO, ""),
        (Near(Phrase("a two"), Word("b"), "s"), TWO, ""),  # part of no sentence
        (Near(A, B, "p"), TWO, "1 3 4"),
        (Near(A, B, "p", ordered=True), TWO, "1 3"),
        (Near(A, C, "p"), TWO, "1 4 6"),
        (Near(B, C, "p"), TWO, "3 6 8 9"),
        (Near(A, C, "p", negated=True), TWO, ""),
        (Near(C, A, "p", negated=True), TWO, "9"),
        (Near(A, Word("four"), "p"), TWO, ""),
        (Near(Phrase("c four"), Word("b"), "p"), TWO, ""),
        (Near(Phrase("a two"), Word("b"), "p"), TWO, "1-2 3"),
        (Near(A, B, "s"), "Mr. a met b! b", "1 3"),
        (Near(A, B, "p"), "a\nb\n \nb", "0 1"),
    ],
)
def test_near_in_one_sentence_or_paragraph(node, text, expected):
    assert in_body(node, text) == pairs(expected)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (First(A, 1), {}),
        (First(A, 2), {"body": "1"}),
        (First(A, 5), {"body": "1 4"}),
        (First(B, 1), {"headline": "0"}),
        (First(B, 4), {"headline": "0", "body": "3", "caption": "1"}),
        (First(B, 0), {}),
        (First(Phrase("two b"), 3), {}),
        (First(Phrase("two b"), 4), {"body": "2-3"}),
        (First(Or((A, B)), 2), {"headline": "0", "body": "1", "caption": "1"}),
        (First(First(A, 5), 2), {"body": "1"}),
        (First(Near(A, B, 1), 4), {"body": "3"}),
        (Near(First(A, 2), B, 2), {"body": "1 3"}),
        (Lead(A), {"body": "1 4"}),
        (Lead(B), {"headline": "0", "body": "3"}),
        (Lead(C), {"headline": "1", "body": "6"}),
        (Lead(Word("four")), {}),
        (Lead(Word("cap")), {}),
        (Lead(Phrase("c four")), {}),
        (Lead(Phrase("b c")), {"headline": "0-1"}),
        (Lead(Word("b", ("caption",))), {}),
        (Lead(Or((C, Word("four")))), {"headline": "1", "body": "6"}),
        (Lead(Near(B, C, 1)), {"headline": "0 1"}),
        (Near(Lead(B), C, 3), {"headline": "0 1", "body": "3 6"}),
        (First(Lead(B), 1), {"headline": "0"}),
        (AtLeast(A, 2), {"body": "1 4"}),
        (AtLeast(A, 3), {}),
        (AtLeast(B, 4), {"headline": "0", "body": "3 8", "caption": "1"}),
        (AtLeast(B, 5), {}),
        (AtLeast(Word("b", ("body",)), 2), {"body": "3 8"}),
        (AtLeast(Word("b", ("body",)), 3), {}),
        (AtLeast(Or((A, B)), 6), {"headline": "0", "body": "1 3 4 8", "caption": "1"}),
        (AtLeast(Or((A, A)), 3), {}),
        (AtLeast(Phrase("b c"), 2), {"headline": "0-1", "body": "8-9"}),
        (AtLeast(A, 0), {"body": "1 4"}),
        (First(AtLeast(B, 4), 1), {"headline": "0"}),
        (AtLeast(First(B, 1), 2), {}),
    ],
)
def test_where_in_the_article_it_stands(node, expected):
    found = find(node, headline="b c", body=TWO, caption="cap b")
    assert found == {field: pairs(spans) for field, spans in expected.items()}


def oracle() -> Oracle:
    return Oracle(
        [
            Article(article_id="1", headline="b c", body=TWO, caption="cap b"),
            Article(article_id="2", body="a a a x O'Brien"),
            Article(article_id="3", caption="Horses horse"),
            Article(article_id="4"),
        ]
    )


def scores(node: tree.Node) -> dict[int, float] | None:
    return _Ranking(oracle(), {"headline": 2.0, "body": 1.0, "caption": 1.0}, 1.2, 0.75).scores(
        node
    )


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (None, 0, {3}),
        (0, 0, {3}),
        (0, None, {0, 1, 2, 3}),
        (1, None, {0, 1, 2}),
        (2, 2, {2}),
        (3, 4, set()),
        (2, 5, {1, 2}),
        (5, 5, {1}),
        (6, 13, set()),
        (14, 14, {0}),  # 2 in the headline, 10 in the body, 2 in the caption
        (15, None, set()),
        (None, 5, {1, 2, 3}),
    ],
)
def test_length_counts_the_words_of_all_fields(least, most, expected):
    found = scores(Length(least, most))
    assert found.keys() == expected
    idf = math.log(1 + (4 - len(expected) + 0.5) / (len(expected) + 0.5))
    assert set(found.values()) <= {idf / 2.2}


def test_scores_are_those_of_the_number_of_spans():
    average = (10 + 5) / 2  # of the bodies that have words
    idf = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    tfs = [count / (0.25 + 0.75 * words / average) for count, words in ((2, 10), (3, 5))]
    expected = {n: idf * tf / (1.2 + tf) for n, tf in enumerate(tfs)}
    for node in (First(A, 9), Near(A, A, "p"), AtLeast(A, 2), Verbatim("a")):
        assert scores(node) == pytest.approx(expected, abs=1e-15), node
    assert scores(Boost(AtLeast(A, 2), 3)) == pytest.approx({n: 3 * s for n, s in expected.items()})
    assert scores(AtLeast(A, 3)).keys() == {1}


def test_a_boost_is_of_every_leaf_below():
    plain, boosted = (scores(node) for node in (Or((A, B)), Boost(Or((A, Boost(B, 2))), 3)))
    a, b = scores(A), scores(B)
    assert plain[0] == pytest.approx(a[0] + b[0])
    assert boosted[0] == pytest.approx(3 * a[0] + 6 * b[0])
    assert boosted[1] == pytest.approx(3 * a[1])
    assert scores(Boost(Word("-"), 2)) is None


def test_a_loose_phrase_has_the_idf_of_its_words():
    strict, loose = scores(Phrase("b a")), scores(Phrase("b a", slop=1))
    assert strict == loose
    assert strict.keys() == {0}
    assert scores(Phrase("one two", slop=1)).keys() == {0}


@pytest.mark.parametrize(
    ("query", "article", "expected"),
    [
        ("a", "1", {"body": {(4, 5), (13, 14)}}),
        ('"b c"', "1", {"headline": {(0, 3)}, "body": {(31, 34)}}),
        ("brien", "2", {"body": {(10, 15)}}),
        ("o'brien", "2", {"body": {(8, 15)}}),
        ("horse", "3", {"caption": {(0, 6), (7, 12)}}),
        ("a AND horse", "1", {}),
        ("(a AND horse) OR cap", "1", {"caption": {(0, 3)}}),
        ("one NOT cap", "1", {}),
        ("one NOT horse", "1", {"body": {(0, 3)}}),
        ("+one cap", "1", {"body": {(0, 3)}, "caption": {(0, 3)}}),
        ("NOT horse", "1", {}),
        ("headline:b", "1", {"headline": {(0, 1)}}),
    ],
)
def test_marks_are_those_of_what_an_article_owes_its_place_to(query, article, expected):
    marked = oracle().marks(article, query)
    assert {field: spans for field, spans in marked.items() if spans} == expected
