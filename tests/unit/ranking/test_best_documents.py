"""The best documents are the first of all documents, however few of them are asked for."""

from __future__ import annotations

import random

import pytest

import searchlib
from searchlib import Article, Index

pytestmark = pytest.mark.kernels

WORDS = ("a", "b", "c", "d", "rare")
QUERIES = [
    *("a", "rare", "none", "a b", "a OR rare OR none", "a AND b", "a AND none", "a b c d rare"),
    *('"a b"', '"a b c"', '"a a"', "a AND -b", "a b -c", "+a b -rare", "+a +b c^3", "-a", "*"),
    *("a a b", "(a AND b) OR rare", "(a OR b) AND (c OR rare)", "headline:a body:b", "ra* b"),
    *("a w/2 b", "source:s1 a", "NOT (a OR b)", "a AND NOT (b AND c)", "rare^0.1 a^9"),
]


@pytest.fixture(scope="module")
def index() -> Index:
    """Return 90 articles of three segments, many of them equal, and some deleted."""
    chance = random.Random(2)
    index = searchlib.in_memory(analyzer="plain")
    for first in (0, 30, 60):
        with index.writer() as writer:
            for number in range(first, first + 30):
                words = chance.choices(WORDS, (9, 6, 3, 2, 0.3), k=chance.choice((1, 2, 2, 5)))
                writer.add(
                    Article(
                        article_id=str(number),
                        headline=words.pop() if len(words) > 2 else "",
                        body=" ".join(words),
                        source=f"s{number % 2}",
                    )
                )
            for number in range(first, first + 30, 7):
                writer.delete(str(number))
    return index


def pairs(hits) -> list[tuple[str, float]]:
    return [(hit.article_id, hit.score) for hit in hits]


@pytest.mark.parametrize("wanted", [None, "source:s1", "NOT c"])
@pytest.mark.parametrize("query", QUERIES)
def test_the_top_is_that_of_all_matches(index, query, wanted):
    whole = index.search(query, filter=wanted, limit=None)
    every = pairs(whole)
    assert [score for _, score in every] == sorted((score for _, score in every), reverse=True)
    for limit in (1, 2, 3, 10, 75, 200):
        found = index.search(query, filter=wanted, limit=limit)
        assert pairs(found) == every[:limit]
        assert found.total == whole.total == len(every)
    assert pairs(index.search(query, filter=wanted, limit=5, offset=4)) == every[4:9]


def test_scores_that_are_kept_are_those_of_the_parameters_asked_for(index):
    every = [{}, {"k1": 0.0}, {"b": 0.0}, {"weights": {"body": 3.0}}, {"weights": {"headline": 0}}]
    expected = [pairs(index.search("a rare", limit=None, **options)) for options in every]
    assert len({tuple(each) for each in expected}) == len(every)
    for _ in range(2):
        for options, pairs_of in zip(every, expected, strict=True):
            assert pairs(index.search("a rare", limit=7, **options)) == pairs_of[:7]


def test_scores_that_are_kept_are_those_of_the_commit():
    index = searchlib.in_memory(analyzer="plain")
    for number in range(5):
        with index.writer() as writer:
            writer.add(Article(article_id=str(number), body=f"a {'b ' * number}"))
        for query in ("a", "a b", "b"):
            assert pairs(index.search(query, limit=2)) == pairs(index.search(query, limit=None))[:2]
