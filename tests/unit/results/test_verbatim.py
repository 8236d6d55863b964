"""Verbatim finds what is written exactly so, whatever the language of the article."""

from __future__ import annotations

import pytest

import searchlib
from searchlib import Article, Index
from searchlib.analysis import get_analyzer
from searchlib.planning import plan
from searchlib.planning.planner import make_plan
from searchlib.query import parse
from tests.helpers.indexes import indexed

ARTICLES = (
    Article(article_id="apart", body="Un homme, pas d'homme, L'homme, l'Homme.", language="fr"),
    Article(article_id="curly", body="C’est l’homme du jour.", language="fr"),
    Article(article_id="no language", body="They say l'homme for man."),
    Article(article_id="straight", body="Voici l'homme. Qui ?", language="fr-CA"),
    Article(article_id="within", body="Il dit jusqu'à l'homme ; dell'homme, non.", language="it"),
    Article(article_id="without", body="They say homme for man.", language="en"),
)
ALL = ("headline", "body", "caption")


@pytest.fixture(scope="module", params=["english", "french", "german"])
def index(request) -> Index:
    return indexed(ARTICLES, analyzer=request.param)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('="l\'homme"', "curly, no language, straight, within"),
        ('="l’homme"', "curly, no language, straight, within"),
        ('="L\'homme"', "apart"),
        ('="l\'Homme"', "apart"),
        ('="d\'homme"', "apart"),
        ('="dell\'homme"', "within"),
        ('="Voici l\'homme"', "straight"),
        ('="l\'homme du jour"', "curly"),
        ('="voici l\'homme"', ""),
        ('="pas l\'homme"', ""),
        ("=homme", "apart, curly, no language, straight, within, without"),
        ('="l\'homme" w/s jour', "curly"),
        ('="l\'homme" w/s qui', ""),
    ],
)
def test_an_elision_is_found_as_it_is_written(index, query, expected):
    assert ", ".join(sorted(hit.article_id for hit in index.search(query))) == expected


@pytest.mark.parametrize("query", ['="homme l\'homme"', '="l\'homme homme"'])
def test_one_word_may_be_spelled_in_two_ways(query):
    index = searchlib.in_memory(analyzer="french")
    with index.writer() as writer:
        writer.add(Article(article_id="1", body=query[2:-1]))
        writer.add(Article(article_id="2", body="homme homme"))
    assert [hit.article_id for hit in index.search(query)] == ["1"]


def test_what_is_marked_is_the_word_that_the_article_has(index):
    marked = {
        hit.article_id: [hit.article.body[start:end] for start, end in hit.marks["body"]]
        for hit in index.search('="l\'homme"')
    }
    assert marked["straight"] == ["homme"]
    assert marked["curly"] == ["homme"]


def test_a_reading_is_planned_for_each_way_to_cut_the_words(index):
    analyzers = [get_analyzer(name) for name in ("english", "french", "german", "italian")]
    made, _ = make_plan(parse('="Voici l\'homme"').tree, index._engine.view(), analyzers)
    assert isinstance(made, plan.SpansLeaf)
    letters = ("Voici", "l'homme")
    assert made.spans == plan.AnySpans(
        (
            plan.ExactSpans(ALL, ("voici", "lhomme"), letters, (0, 0)),
            plan.ExactSpans(ALL, ("voici", "homme"), letters, (0, 2)),
        )
    )
    made, _ = make_plan(parse("=Horses").tree, index._engine.view(), analyzers)
    assert isinstance(made, plan.SpansLeaf)
    assert made.spans == plan.ExactSpans(ALL, ("horses",), ("Horses",), (0,))
