"""BM25F worked out by hand, for an index of three articles.

    id      headline       body
    a       horses         the horses ran home
    b       trains ran     no horses
    c       rain

A headline has (1 + 2 + 1) / 3 = 4/3 words on average, a body (4 + 2) / 2 = 3: articles without one
do not count. With the default b = 3/4, the frequency of a word is divided by
1/4 + 3/4 * length / average:

    a       headline 13/16      body 5/4
    b       headline 11/8       body 3/4

A word in two of three articles has the idf ln(1 + (3 - 2 + 1/2) / (2 + 1/2)) = ln(8/5), one in
one article ln(1 + (3 - 1 + 1/2) / (1 + 1/2)) = ln(8/3). A score is idf * tf / (6/5 + tf).
"""

from __future__ import annotations

from math import log

import pytest

import searchlib
from searchlib import Article, Index
from searchlib.planning.plan import Boosted, DateLeaf, KeyLeaf, LengthLeaf, PhraseLeaf
from tests.helpers.indexes import ids, indexed
from tests.helpers.ranking import scorer_of, word

pytestmark = pytest.mark.kernels

IN_TWO, IN_ONE = log(8 / 5), log(8 / 3)
ROUNDED = 2**-40
"""Scores are multiples of this."""

ARTICLES = [
    Article(article_id="a", headline="horses", body="the horses ran home", source="Wire"),
    Article(article_id="b", headline="trains ran", body="no horses", source="wire"),
    Article(article_id="c", headline="rain", source="Post", published="2024-05-01"),
]


@pytest.fixture(scope="module")
def index() -> Index:
    return indexed(ARTICLES, analyzer="plain")


def scores(index: Index, query: str, **options: object) -> dict[str, float]:
    return {hit.article_id: hit.score for hit in index.search(query, strict=True, **options)}


def near(**expected: float) -> object:
    return pytest.approx(expected, abs=ROUNDED)


def test_a_word_in_one_field_each(index):
    # a: tf = 1 / (5/4) = 4/5. b: tf = 2 / (11/8) = 16/11, for headlines have the weight 2.
    assert scores(index, "ran") == near(b=IN_TWO * 40 / 73, a=IN_TWO * 2 / 5)


def test_the_fields_of_an_article_are_summed_before_they_saturate(index):
    # a: tf = 2 / (13/16) + 4/5 = 212/65. b: tf = 1 / (3/4) = 4/3.
    assert scores(index, "horses") == near(a=IN_TWO * 106 / 145, b=IN_TWO * 10 / 19)


def test_a_field_that_is_asked_for_has_a_document_frequency_of_its_own(index):
    assert scores(index, "headline:ran") == near(b=IN_ONE * 40 / 73)


def test_words_are_added(index):
    ran, horses, both = (scores(index, query) for query in ("ran", "horses", "ran horses"))
    assert both == {each: ran[each] + horses[each] for each in ("a", "b")}


def test_the_idf_of_a_phrase_is_the_sum_of_its_words(index):
    assert scores(index, '"horses ran"') == near(a=2 * IN_TWO * 2 / 5)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        # The frequency no longer counts, only whether the word is there.
        ({"k1": 0.0}, {"a": IN_TWO, "b": IN_TWO}),
        # The length no longer counts: tf is 1 in a body, 2 in a headline.
        ({"b": 0.0}, {"b": IN_TWO * 5 / 8, "a": IN_TWO * 5 / 11}),
        # All of the length counts: 1 / (4/3) and 2 / (2 / (4/3)).
        ({"b": 1.0}, {"b": IN_TWO * 10 / 19, "a": IN_TWO * 5 / 13}),
        # A field of weight 0 matches and adds nothing.
        ({"weights": {"headline": 0}}, {"a": IN_TWO * 2 / 5, "b": 0.0}),
        ({"weights": {"body": 7}}, {"a": IN_TWO * 14 / 17, "b": IN_TWO * 40 / 73}),
    ],
)
def test_parameters(index, options, expected):
    found = scores(index, "ran", **options)
    assert found == near(**expected)
    assert list(found) == list(expected)  # in the order of the scores


def test_metadata_dates_and_lengths_are_words_that_stand_once_at_average_length(index):
    scorer = scorer_of(index)
    for leaf, docs, idf in (
        (KeyLeaf("", "source", ("post",)), [2], IN_ONE),
        (KeyLeaf("", "source", ("wire",)), [0, 1], IN_TWO),
        (DateLeaf("", 0, None), [2], IN_ONE),
        (LengthLeaf("", 4, None), [0, 1], IN_TWO),
    ):
        found = scorer.score(leaf)
        assert list(found.docs) == docs
        assert list(found.scores) == pytest.approx([idf * 5 / 11] * len(docs), abs=ROUNDED)


def test_a_boost_multiplies(index):
    scorer = scorer_of(index)
    once = scorer.score(word("ran"))
    for factor in (2.0, 0.5):
        boosted = scorer.score(Boosted(word("ran"), factor))
        assert list(boosted.scores) == pytest.approx(
            [factor * score for score in once.scores], abs=ROUNDED
        )


def test_scores_are_multiples_so_that_sums_are_exact_in_any_order(index):
    scorer = scorer_of(index)
    for leaf in (word("ran"), word("horses"), PhraseLeaf("", ("body",), (("no",), ("horses",)))):
        for score in scorer.score(leaf).scores:
            assert (score / ROUNDED).is_integer()


def test_articles_that_were_deleted_count_no_more():
    index = indexed([*ARTICLES, Article(article_id="d", body="ran " * 50)], analyzer="plain")
    with index.writer() as writer:
        writer.delete("d")
    assert scores(index, "ran") == near(b=IN_TWO * 40 / 73, a=IN_TWO * 2 / 5)


def test_segments_share_their_figures():
    index = searchlib.in_memory(analyzer="plain")
    for article in ARTICLES:
        with index.writer() as writer:
            writer.add(article)
    assert scores(index, "ran") == near(b=IN_TWO * 40 / 73, a=IN_TWO * 2 / 5)


def test_equal_scores_rank_by_the_order_of_insertion():
    index = indexed(Article(article_id=each, body="horses") for each in "cab")
    assert ids(index.search("horses")) == ["c", "a", "b"]
    with index.writer() as writer:
        writer.add(Article(article_id="c", body="horses"))  # which counts as inserted now
        writer.add(Article(article_id="0", body="horses"))
    assert ids(index.search("horses")) == ["a", "b", "c", "0"]
    assert ids(index.search("horses", limit=3)) == ["a", "b", "c"]
