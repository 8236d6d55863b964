"""What each operator of the language finds, and in which order."""

from __future__ import annotations

import pytest

from searchlib import Article
from tests.engines.asking import found, ids


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("horse", ["horse", "border", "freight", "zebra"]),
        ("HORSES", ["horse", "border", "freight", "zebra"]),
        ("white horses", ["horse", "zebra", "border", "freight"]),
        ("white AND horses", ["zebra", "border"]),
        ("+white horses", ["zebra", "border"]),
        ("+white +horses", ["zebra", "border"]),
        ("horse NOT white", ["horse", "freight"]),
        ("horse -white", ["horse", "freight"]),
        ("NOT horse", ["weather", "café"]),
        ("*", ["border", "freight", "weather", "horse", "zebra", "café"]),
        ('"white horses"', ["zebra", "border"]),
        ('"horses white"', []),
        ('"freight horse"~3', ["freight"]),
        ("hors*", ["horse", "border", "freight", "zebra"]),
        ("tr?in", ["freight", "border"]),
        ("/z[e-f]bra/", ["zebra"]),
        ("zibra~1", ["zebra"]),
        ("state-of-the-ar*", ["border"]),
        ("train w/4 horse", ["freight", "border"]),
        ("freight pre/5 horse", ["freight"]),
        ("horse pre/1 freight", []),
        ("train w/s horse", ["freight"]),
        ("train w/p barn", []),
        ("horse not w/4 train", ["horse", "border", "freight", "zebra"]),
        ("first2:horse", ["horse", "border"]),
        ("hlp:train", ["freight", "border"]),
        ("atleast3 horse", ["border", "freight"]),
        ("=White", ["border"]),
        ('="O\'Brien"', ["zebra"]),
        ("headline:horse", ["horse", "border"]),
        ("body:horse", ["freight", "zebra", "border"]),
        ("caption:*", ["border", "zebra"]),
        ("homme", ["café"]),
        ("cafe", ["café"]),
        ("wc:..2", ["horse"]),
        ("nothing", []),
        ("", []),
    ],
)
def test_what_is_found(index, query, expected):
    assert sorted(found(index, query)) == sorted(expected)
    assert index.search(query, limit=2).total == len(expected)


@pytest.mark.parametrize(
    "query", ["horse", "white horses", '"white horses"', "hors* train", "horse w/9 white"]
)
def test_the_best_come_first_and_equal_ones_as_they_were_inserted(index, query):
    scores = [hit.score for hit in index.search(query, limit=None)]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


def test_ties_rank_by_the_order_of_insertion(make_index):
    index = make_index()
    with index.writer() as writer:
        writer.add_many(Article(article_id=name, body="horse") for name in "cab")
    assert found(index, "horse") == ["c", "a", "b"]
    with index.writer() as writer:
        writer.add(Article(article_id="c", body="horse"))
    assert found(index, "horse") == ["a", "b", "c"]


def test_a_boost_is_a_factor(index):
    (plain,) = index.search("zebra NOT train")
    (boosted,) = index.search("zebra^3 NOT train")
    assert boosted.score == pytest.approx(3 * plain.score, abs=2**-38)


def test_words_are_joined_by_the_default_operator(index):
    assert len(found(index, "white horses", default_operator="and")) == 2
    assert len(found(index, "white horses", default_operator="or")) == 4


def test_a_word_has_the_stem_of_each_language_that_is_there(make_index):
    index = make_index()
    with index.writer() as writer:
        writer.add(Article(article_id="de", body="Die Häuser", language="de"))
        writer.add(Article(article_id="en", body="The hauser"))
    assert sorted(found(index, "häuser")) == ["de", "en"]
    with index.writer() as writer:
        writer.delete("de")
    assert found(index, "haus") == []


def test_the_analyzer_is_that_of_the_index(make_index):
    index = make_index(analyzer="exact")
    with index.writer() as writer:
        writer.add(Article(article_id="a", body="Horses and horses"))
    assert found(index, "horses") == ["a"]
    assert found(index, "horse") == []
    assert found(index, "HORSES") == []
    assert index.stats().analyzer == "exact"


def test_many_queries_are_one_commit(index):
    results = index.search_many(["horse", "train", "nothing"], limit=2, threads=2)
    assert [each.total for each in results] == [4, 2, 0]
    assert ids(results[0]) == ids(index.search("horse", limit=2))
