"""Spans, each kind on a text of a few words.

A case has the spans in the order of the text. They are looked for in two ways: in the text itself,
which is how they are marked, and in an index of that one article, which is how they are found.
"""

from __future__ import annotations

import pytest

from searchlib import Article
from searchlib.analysis import get_analyzer
from searchlib.analysis.matching_tokens import token_finder
from searchlib.article import TEXT_FIELDS
from searchlib.planning.plan import (
    AnySpans,
    ExactSpans,
    FilteredSpans,
    NearSpans,
    PhraseLeaf,
    SlopSpans,
    Spans,
    SpansLeaf,
)
from searchlib.ranking.searching import evaluate
from searchlib.snippets.text_spans import TextSpans
from tests.helpers.indexes import indexed
from tests.helpers.ranking import scorer_of, word

pytestmark = pytest.mark.kernels

A, B, C = map(word, "abc")
AB = PhraseLeaf("", TEXT_FIELDS, (("a",), ("b",)))


def first(part: Spans, count: int) -> FilteredSpans:
    return FilteredSpans(part, "First", count)


def lead(part: Spans) -> FilteredSpans:
    return FilteredSpans(part, "Lead")


def at_least(part: Spans, count: int) -> FilteredSpans:
    return FilteredSpans(part, "AtLeast", count)


def near(left: Spans, right: Spans, within, *, ordered=False, negated=False) -> NearSpans:
    return NearSpans(left, right, within, ordered=ordered, negated=negated)


def sloppy(terms: str, slop: int) -> SlopSpans:
    return SlopSpans(("body",), tuple((term,) for term in terms.split()), slop)


def spans_of(spans: Spans, **texts: str) -> list[str]:
    """Return each span of the body, as it stands in the text."""
    text = texts.get("body", "")
    found = TextSpans(texts, token_finder(get_analyzer("plain")))
    marked = [text[start:end] for start, end, _ in found.marks(spans, "body")]
    scorer = scorer_of(indexed([Article(**texts)], analyzer="plain"))
    in_index = evaluate(SpansLeaf("", spans), scorer).docs
    anywhere = any(found.marks(spans, field) for field in TEXT_FIELDS)
    assert list(in_index) == [0] * anywhere
    return marked


@pytest.mark.parametrize(
    ("spans", "body", "expected"),
    [
        (A, "x a x a", ["a", "a"]),
        (word("a", "headline"), "x a", []),
        (AB, "a b x b a a b", ["a b", "a b"]),
        (AnySpans((A, AB)), "a b x a", ["a", "a b", "a"]),
        (AnySpans((B, A)), "a x b", ["a", "b"]),
        (AnySpans(()), "a", []),
    ],
)
def test_words_and_phrases(spans, body, expected):
    assert spans_of(spans, body=body) == expected


@pytest.mark.parametrize(
    ("spans", "body", "expected"),
    [
        # Within n: n positions further at most, on either side.
        (near(A, B, 1), "a b", ["a", "b"]),
        (near(A, B, 1), "b a", ["b", "a"]),
        (near(A, B, 1), "a x b", []),
        (near(A, B, 2), "a x b", ["a", "b"]),
        # Those that have none near them are no spans.
        (near(A, B, 1), "a x x a b", ["a", "b"]),
        (near(A, B, 2), "a a b x x b", ["a", "a", "b"]),
        # In order: the left one before the right one.
        (near(A, B, 1, ordered=True), "a b", ["a", "b"]),
        (near(A, B, 1, ordered=True), "b a", []),
        (near(A, B, 1, ordered=True), "b a b", ["a", "b"]),
        # None near: the left ones only.
        (near(A, B, 1, negated=True), "a b x a", ["a"]),
        (near(A, B, 1, negated=True), "a", ["a"]),
        (near(A, B, 1, negated=True), "b", []),
        (near(A, B, 1, ordered=True, negated=True), "b a x x a b", ["a"]),
        # Operands nest; a span reaches from its first word to its last.
        (near(near(A, B, 1), C, 1), "a b c", ["b", "c"]),
        (near(AB, C, 1), "a b c", ["a b", "c"]),
        (near(C, AB, 1), "c x a b", []),
        (near(AB, C, 2, negated=True), "a b x x x c a b", ["a b"]),
        # A word is not near itself.
        (near(A, A, 3), "a x x x a", []),
        (near(A, A, 3), "a x x a", ["a", "a"]),
    ],
)
def test_words_near_each_other(spans, body, expected):
    assert spans_of(spans, body=body) == expected


def test_words_of_two_fields_are_never_near_each_other():
    assert spans_of(near(A, B, 9), headline="a", body="b", caption="a") == []
    assert spans_of(near(A, B, 9, negated=True), headline="b", body="a") == ["a"]


@pytest.mark.parametrize(
    ("spans", "body", "expected"),
    [
        (near(A, B, "s"), "The a is here. The a and the b are there.", ["a", "b"]),
        (near(A, B, "s"), "The a is here. The b is there.", []),
        (near(A, B, "p"), "The a is here. The b is there.", ["a", "b"]),
        (near(A, B, "p"), "The a is here.\n\nThe b is there.", []),
        (near(A, B, "s", ordered=True), "The b and the a.", []),
        (near(A, B, "s", negated=True), "The a and the b are here. Another a is there.", ["a"]),
        (
            near(A, B, "p", negated=True),
            "The a is alone.\n\nThe b is here. Another a is there.",
            ["a"],
        ),
    ],
)
def test_words_in_one_sentence_or_paragraph(spans, body, expected):
    assert spans_of(spans, body=body) == expected


@pytest.mark.parametrize(
    ("count", "expected"), [(0, []), (1, ["a"]), (2, ["a"]), (3, ["a", "a"]), (9, ["a", "a"])]
)
def test_the_first_words(count, expected):
    assert spans_of(first(A, count), body="a x a") == expected


def test_a_span_is_among_the_first_words_if_its_last_word_is():
    assert spans_of(first(AB, 2), body="x a b") == []
    assert spans_of(first(AB, 3), body="x a b") == ["a b"]


def test_the_lead_is_the_headline_and_the_first_paragraph_of_the_body():
    body = "First the a. Then an a.\n\nLast an a."
    assert spans_of(lead(A), body=body) == ["a", "a"]
    assert spans_of(lead(A), body="x\n\na", headline="a") == []
    text = {"headline": "x", "body": "x", "caption": "a"}
    assert spans_of(lead(A), **text) == []
    scorer = scorer_of(indexed([Article(headline="a"), Article(caption="a")]))
    assert list(evaluate(SpansLeaf("", lead(A)), scorer).docs) == [0]


def test_at_least_so_many_count_in_all_fields_together():
    assert spans_of(at_least(A, 2), body="a x a") == ["a", "a"]
    assert spans_of(at_least(A, 3), body="a x a") == []
    assert spans_of(at_least(A, 3), body="a x a", caption="a") == ["a", "a"]
    assert spans_of(at_least(first(A, 1), 2), body="a x a", caption="a") == ["a"]


@pytest.mark.parametrize(
    ("spans", "body", "expected"),
    [
        (sloppy("a b", 0), "a b a x b", ["a b"]),
        (sloppy("a b", 1), "a x b", ["a x b"]),
        (sloppy("a b", 1), "a x x b", []),
        # In another order two fewer words may stand between them.
        (sloppy("a b", 1), "b a", []),
        (sloppy("a b", 2), "b a", ["b a"]),
        (sloppy("a b", 2), "b x a", []),
        (sloppy("a b", 3), "b x a", ["b x a"]),
        # The shortest stretch.
        (sloppy("a b", 5), "a x a b", ["a b"]),
    ],
)
def test_phrases_with_slop(spans, body, expected):
    assert spans_of(spans, body=body) == expected


@pytest.mark.parametrize(
    ("letters", "body", "expected"),
    [
        ("Apple", "apple Apple APPLE", ["Apple"]),
        ("apple", "apple Apple", ["apple"]),
        ("caf\u00e9", "cafe caf\u00e9", ["caf\u00e9"]),
    ],
)
def test_words_as_they_are_spelled(letters, body, expected):
    folded = {"caf\u00e9": "cafe"}.get(letters, letters.casefold())
    spans = ExactSpans(("body",), (folded,), (letters,), (0,))
    assert spans_of(spans, body=body) == expected
