"""How often documents have a word or a phrase, by field."""

from __future__ import annotations

import pytest

import searchlib
from searchlib import Article
from searchlib.article import TEXT_FIELDS
from searchlib.planning.plan import NearSpans, PhraseLeaf, SpansLeaf, WordLeaf
from searchlib.ranking.scoring import Scorer
from tests.helpers.ranking import scorer_of, word

pytestmark = pytest.mark.kernels


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    """A scorer of two segments; the document 1 is deleted."""
    index = searchlib.in_memory(analyzer="plain")
    with index.writer() as writer:
        writer.add(Article(article_id="0", headline="a b", body="a a a", caption="b"))
        writer.add(Article(article_id="gone", headline="a a"))
    with index.writer() as writer:
        writer.add(Article(article_id="2", body="b a b a", caption="a a"))
        writer.delete("gone")
    return scorer_of(index)


def frequencies(leaf, scorer: Scorer) -> dict[str, dict[int, float]]:
    return {
        field: dict(zip(*found, strict=True)) for field, found in scorer.frequencies(leaf).items()
    }


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        (word("a"), {"headline": {0: 1}, "body": {0: 3, 2: 2}, "caption": {2: 2}}),
        (word("b"), {"headline": {0: 1}, "body": {2: 2}, "caption": {0: 1}}),
        (word("a", "caption", "headline"), {"headline": {0: 1}, "caption": {2: 2}}),
        (word("none"), {}),
        # Alternatives count as one word.
        (
            WordLeaf("", ("headline", "body"), ("a", "b")),
            {"headline": {0: 2}, "body": {0: 3, 2: 4}},
        ),
        (WordLeaf("", TEXT_FIELDS, (), ("b", "x")), "as b"),
        # Occurrences may overlap.
        (PhraseLeaf("", TEXT_FIELDS, (("a",), ("a",))), {"body": {0: 2}, "caption": {2: 1}}),
        (PhraseLeaf("", TEXT_FIELDS, (("b",), ("a",))), {"body": {2: 2}}),
        (PhraseLeaf("", ("headline",), (("a",), ("a", "b"))), {"headline": {0: 1}}),
        # Of words that are near each other each is an occurrence.
        (
            SpansLeaf("", NearSpans(word("a"), word("b"), 1, ordered=True, negated=False)),
            {"headline": {0: 2}, "body": {2: 2}},
        ),
    ],
    ids=str,
)
def test_the_frequencies(scorer, leaf, expected):
    if expected == "as b":
        expected = frequencies(word("b"), scorer)
    assert frequencies(leaf, scorer) == expected


def test_fields_come_in_one_order_whatever_the_order_asked_for(scorer):
    assert list(scorer.frequencies(word("a", "caption", "body", "headline"))) == [*TEXT_FIELDS]
