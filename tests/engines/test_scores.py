"""BM25F to the last bit, by the formula written down once more."""

from __future__ import annotations

import math

import pytest

from searchlib import Article, Index

WEIGHTS = {"headline": 2.0, "body": 1.0, "caption": 1.0}
TEXTS = (
    {"headline": "horse", "body": "a horse and a train"},
    {"body": "horse horse horse train"},
    {"headline": "train station", "caption": "a horse"},
    {"body": "nothing of the kind"},
)


@pytest.fixture
def scored(make_index) -> Index:
    index = make_index()
    with index.writer() as writer:
        for number, texts in enumerate(TEXTS):
            writer.add(Article(article_id=str(number), **texts))
    return index


def score(word: str, texts: dict[str, str], k1: float, b: float, weights=WEIGHTS) -> float:
    """What one word adds to the score of an article."""
    frequency = 0.0
    for field, weight in weights.items():
        lengths = [len(other[field].split()) for other in TEXTS if field in other]
        words = texts.get(field, "").split()
        if word in words:
            norm = 1.0 / (1.0 - b + b * len(words) / (sum(lengths) / len(lengths)))
            frequency += weight * words.count(word) * norm
    df = sum(any(word in text.split() for text in other.values()) for other in TEXTS)
    idf = math.log(1.0 + (len(TEXTS) - df + 0.5) / (df + 0.5))
    return math.floor(idf * frequency / (k1 + frequency) * 2.0**40 + 0.5) / 2.0**40


@pytest.mark.parametrize(("k1", "b"), [(1.2, 0.75), (0.4, 0.0), (2.0, 1.0)])
@pytest.mark.parametrize("query", ["horse", "train", "horse train", "horse OR train OR horse"])
def test_scores_are_those_of_the_formula(scored, query, k1, b):
    words = [word for word in query.split() if word != "OR"]
    hits = {hit.article_id: hit.score for hit in scored.search(query, k1=k1, b=b)}
    expected = {}
    for number, texts in enumerate(TEXTS):
        parts = [
            score(word, texts, k1, b)
            for word in words
            if any(word in text.split() for text in texts.values())
        ]
        if parts:
            expected[str(number)] = sum(parts)
    assert hits == expected


def test_weights_of_a_call_replace_those_of_the_index(scored):
    weights = {**WEIGHTS, "headline": 5.0}
    hits = {h.article_id: h.score for h in scored.search("horse", weights={"headline": 5.0})}
    assert hits["0"] == score("horse", TEXTS[0], 1.2, 0.75, weights)


def test_what_has_the_weight_0_is_found_and_adds_nothing(scored):
    weights = dict.fromkeys(WEIGHTS, 0.0)
    assert [hit.score for hit in scored.search("horse", weights=weights)] == [0.0] * 3


def test_settings_of_the_index_rank(make_index):
    index = make_index(weights={"headline": 1.0}, k1=0.5, b=0.2)
    with index.writer() as writer:
        for number, texts in enumerate(TEXTS):
            writer.add(Article(article_id=str(number), **texts))
    weights = {**WEIGHTS, "headline": 1.0}
    hits = {hit.article_id: hit.score for hit in index.search("horse")}
    assert hits["0"] == score("horse", TEXTS[0], 0.5, 0.2, weights)


def test_deleted_articles_count_in_no_figure(make_index, scored):
    with scored.writer() as writer:
        writer.add(Article(article_id="gone", body="horse " * 50))
        writer.delete("gone")
    with scored.writer() as writer:
        writer.add(Article(article_id="gone", body="horse " * 50))
    with scored.writer() as writer:
        writer.delete("gone")
    hits = {hit.article_id: hit.score for hit in scored.search("horse")}
    assert hits["1"] == score("horse", TEXTS[1], 1.2, 0.75)
