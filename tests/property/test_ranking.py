"""Search results are those of the oracle, whatever was written, in whatever steps."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import searchlib
from searchlib import Article, SearchResults
from tests.helpers.indexes import ids
from tests.property.histories import Deletion, built, survivors, write
from tests.reference.oracle import Oracle

pytestmark = pytest.mark.kernels

# Words that share stems, also across languages, and words that can be found in more than one way.
WORDS = (
    *"horse horses horsing the of train trains running Run railway".split(),
    *"Pferd Pferde Straße strasse café Cafe chevaux l'homme d'Orsay hommes".split(),
    *"U.S. us R&D O'Brien's Brien $5,000 5000 3.5% C++ COVID-19 state-of-the-art".split(),
    *"铁路重开 铁路 铁 поезд поезда".split(),
)
LANGUAGES = ("", "", "en", "de", "fr", "ru", "pt-BR", "ja", "tlh")
SOURCES = ("", "Wire", "wire", "Daily Post", "Póst")
AUTHORS = ("Anna O'Brien", "Kim Lee", "kim  lee", "Lee")
TAGS = ("rail", "Rail Freight", "horses")
IDS = ("a", "A", "b", "c d", "é", "f")
DATES = (
    "2022-11-02",
    "2022-11-02T09:30:00+10:00",
    "2022-12-31T23:59:59.999999",
    "1987-01-01",
    None,
)
DATES_ASKED = (
    "2022",
    "2022-11-02",
    "1987..2022-11",
    ">=2022-11-02",
    "<2022",
    "*",
    "[* TO 2022-12}",
)

texts = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
articles = st.builds(
    Article,
    article_id=st.sampled_from(IDS),
    headline=texts,
    body=texts,
    caption=texts,
    published=st.sampled_from(DATES),
    source=st.sampled_from(SOURCES),
    url=st.sampled_from(("", "https://example.org/a?b=1")),
    authors=st.lists(st.sampled_from(AUTHORS), max_size=2),
    section=st.sampled_from(("", "World", "Sport")),
    tags=st.lists(st.sampled_from(TAGS), max_size=2),
    language=st.sampled_from(LANGUAGES),
)

words = st.sampled_from((*WORDS, "absent", "homme", "горсе"))
phrases = st.lists(words, min_size=1, max_size=3).map(lambda parts: f'"{" ".join(parts)}"')
prefixes = st.sampled_from(
    "h* Tr* r&* str* l'hom* state-of-the-a* horses-ru* 铁* * u* 5* é*".split()
)
wildcards = st.sampled_from("ho?se* *ing p?er* stra*e ?us *".split())
everywhere = words | words | phrases | prefixes | wildcards
in_field = st.tuples(st.sampled_from(("headline", "hl", "body", "caption")), everywhere).map(
    ":".join
)
metadata = st.one_of(
    st.sampled_from(SOURCES).map(lambda value: f'source:"{value}"'),
    st.sampled_from((*AUTHORS, "o'brien", "anna")).map(lambda value: f'by:"{value}"'),
    st.sampled_from(TAGS).map(lambda value: f'tag:"{value}"'),
    st.sampled_from(IDS).map(lambda value: f'id:"{value}"'),
    st.sampled_from(LANGUAGES).map(lambda value: f'lang:"{value}"'),
    st.sampled_from(
        ("by:*", "by:k*", "source:p*", "tag:rail*", "lang:p*", "section:world", "id:c*")
    ),
    st.just("url:https://example.org/*"),
)
dates = st.sampled_from(DATES_ASKED).map("date:{}".format)
operands = (
    everywhere | in_field | metadata | dates | st.just("*") | st.sampled_from(("-", "&", "''"))
)


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(parts, min_size=2, max_size=3)
    signed = st.tuples(st.sampled_from(("+", "-", "", "NOT ")), parts).map("".join)
    return st.one_of(
        several.map(" AND ".join),
        several.map(" OR ".join),
        several.map(" ".join),
        st.lists(signed, min_size=1, max_size=4).map(" ".join),
        parts.map("NOT {}".format),
        parts.map("({})".format),
        st.tuples(st.sampled_from(("headline", "body")), parts).map(lambda p: f"{p[0]}:({p[1]})"),
    )


queries = st.recursive(
    operands, lambda parts: joined(parts | parts.map("({})".format)), max_leaves=6
)
# Anything that can be typed, but no wildcards in it: the oracle folds words only.
typed = st.text(st.sampled_from("abho \t\"'()+-:&|!.,AND铁é\u0301"), max_size=20)

parameters = st.fixed_dictionaries(
    {},
    optional={
        "k1": st.sampled_from((0.0, 0.9, 1.2, 3.0)),
        "b": st.sampled_from((0.0, 0.4, 0.75, 1.0)),
        "weights": st.dictionaries(
            st.sampled_from(("headline", "body", "caption")),
            st.sampled_from((0.0, 0.5, 1.0, 2.0, 5.0)),
        ),
        "default_operator": st.sampled_from(("or", "and")),
        "filter": queries,
        "sort": st.sampled_from(("relevance", "newest", "oldest")),
    },
)


deletions = st.builds(Deletion, st.sampled_from(IDS)) | st.builds(
    Deletion, st.sampled_from(("horse", "tag:rail", "date:2022", "NOT body:*")), st.just(True)
)
steps = st.one_of(articles, articles, articles, articles, deletions)
histories = st.lists(st.lists(steps, max_size=8), min_size=1, max_size=3)
"""The steps of each of several writers."""


def pairs(results: SearchResults) -> list[tuple[str, float]]:
    return [(hit.article_id, hit.score) for hit in results]


def assert_equal(found: SearchResults, expected: list[tuple[str, float]]) -> None:
    assert ids(found) == [article_id for article_id, _ in expected]
    assert found.total == len(expected)
    for hit, (_, score) in zip(found, expected, strict=True):
        assert math.isclose(hit.score, score, rel_tol=0.0, abs_tol=1e-9)


# The words before the last one are stemmed in German too: "stat" of the.
@example(
    [[Article(article_id="a", caption="state-of-the-art", language="de")]],
    "english",
    [("state-of-the-a*", {})],
)
@given(
    histories,
    st.sampled_from(("english", "english", "german", "plain", "exact")),
    st.lists(st.tuples(queries | typed, parameters), min_size=1, max_size=8),
)
def test_results_equal_the_oracle(history, analyzer, asked):
    index = built(history, analyzer)
    oracle = Oracle(survivors(history, analyzer), analyzer)
    assert index.count == len(oracle.articles)
    for query, options in asked:
        assert_equal(index.search(query, limit=None, **options), oracle.search(query, **options))


@settings(max_examples=25)
@given(histories, st.lists(queries, min_size=1, max_size=4), parameters)
def test_a_directory_gives_what_memory_gives(history, asked, options):
    memory = built(history)
    oracle = Oracle(survivors(history, "english"))
    with tempfile.TemporaryDirectory() as folder:
        with searchlib.create(Path(folder) / "index") as index:
            write(index, history)
        with searchlib.open(Path(folder) / "index") as index:
            assert index.check() == []
            for query in asked:
                found = index.search(query, limit=None, **options)
                assert_equal(found, oracle.search(query, **options))
                assert pairs(found) == pairs(memory.search(query, limit=None, **options))


@given(histories, queries, parameters, st.integers(1, 4))
def test_pages_join_to_the_whole(history, query, options, size):
    index = built(history)
    whole = index.search(query, limit=None, **options)
    pages = [
        index.search(query, limit=size, offset=offset, **options)
        for offset in range(0, whole.total + 1, size)
    ]
    assert {page.total for page in pages} == {len(whole)}
    assert [pair for page in pages for pair in pairs(page)] == pairs(whole)
    assert [hit.rank for page in pages for hit in page] == list(range(1, whole.total + 1))


plain = st.one_of(
    words,
    st.lists(words, min_size=2, max_size=4).map(" OR ".join),
    st.lists(words, min_size=2, max_size=4).map(" AND ".join),
    st.lists(words, min_size=2, max_size=4).map(" ".join),
    phrases,
    st.lists(
        st.tuples(st.sampled_from(("+", "-", "")), words | in_field).map("".join),
        min_size=2,
        max_size=4,
    ).map(" ".join),
)
"""What needs no plan, and other flat queries."""


@given(histories, plain | queries | typed, parameters, st.integers(1, 6))
def test_the_best_are_the_first_of_the_whole(history, query, options, limit):
    index = built(history)
    whole = index.search(query, limit=None, **options)
    first = index.search(query, limit=limit, **options)
    best = index.search(query, limit=limit, **options)  # of what was kept
    assert pairs(first) == pairs(best) == pairs(whole)[:limit]
    assert best.diagnostics == whole.diagnostics
    assert best.total == whole.total
    assert [hit.snippets for hit in best] == [hit.snippets for hit in whole][:limit]


@given(histories, st.lists(plain | queries, min_size=2, max_size=6), st.integers(0, 9))
def test_what_was_forgotten_is_worked_out_again(history, asked, most):
    index = built(history)
    whole = [pairs(index.search(query, limit=None)) for query in asked]
    index._engine.store.snapshot().drop_caches()
    with (
        patch("searchlib.ranking.best_documents.MOST_IMPACTS", most),
        patch("searchlib.ranking.impacts._FIRST_ROOM", 2),
    ):
        for query, expected in zip(asked * 2, whole * 2, strict=True):
            assert pairs(index.search(query, limit=3)) == expected[:3]


@given(histories, queries, queries)
def test_a_filter_is_and_without_score(history, query, filter_query):
    index = built(history)
    filtered = index.search(query, filter=filter_query, limit=None)
    scores = dict(pairs(index.search(query, limit=None)))
    wanted = set(ids(index.search(filter_query, limit=None)))
    assert set(ids(filtered)) == scores.keys() & wanted
    assert all(score == scores[article_id] for article_id, score in pairs(filtered))
    left_out = [found for found in filtered.diagnostics if found.action == "it was left out"]
    if not left_out and scores and wanted:
        both = index.search(f"({query}) AND ({filter_query})", limit=None)
        assert set(ids(both)) == set(ids(filtered))


@given(histories, queries)
def test_sorting_by_date_keeps_hits_and_scores(history, query):
    index = built(history)
    by_relevance = dict(pairs(index.search(query, limit=None)))
    for sort, sign in (("newest", -1), ("oldest", 1)):
        hits = list(index.search(query, limit=None, sort=sort))
        assert {hit.article_id: hit.score for hit in hits} == by_relevance
        dates = [hit.article.published for hit in hits]
        dated = [date for date in dates if date]
        assert dates == dated + [None] * (len(dates) - len(dated))
        assert dated == sorted(dated, reverse=sign < 0)


@given(histories, queries, parameters)
def test_explanations_add_up(history, query, options):
    index = built(history)
    for hit in index.search(query, limit=None, **options):
        explained = hit.explain()
        values = [part.value for part in explained.parts]
        assert sum(values) == hit.score == math.fsum(values) == explained.value
        assert sum(reversed(values)) == hit.score
        assert explained.num_docs == index.count
        for part in explained.parts:
            if part.fields:
                assert sum(field.value for field in part.fields) == part.frequency
            if part.frequency:
                value = part.idf * part.frequency / (explained.k1 + part.frequency)
                assert abs(part.value - value) <= 2**-40
