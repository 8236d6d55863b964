"""What is asked for late is answered from the commit that was searched."""

from __future__ import annotations

import pytest

import searchlib
from searchlib import Article, StorageError
from searchlib.library import Index
from tests.engines.archive import ARTICLES
from tests.engines.asking import everything_of, ids
from tests.engines.plain_engine import PlainEngine

QUERIES = ("horse", "(white AND zebra) OR train", "hors* w/9 white", "source:wire horse")


def late(results):
    hits = [(hit.article, hit.snippets, hit.marks, hit.explain(), hit.score) for hit in results]
    return [results.total, ids(results), *hits]


@pytest.mark.parametrize("query", QUERIES)
def test_results_are_read_after_the_index_is_closed(index, query):
    expected = everything_of(index, query, limit=3)
    results = index.search(query, limit=3)
    index.close()
    assert late(results)[0] == expected[2]
    assert [hit.explain() for hit in results] == [each[-1] for each in expected[3:]]
    assert [hit.snippets for hit in results] == [each[6] for each in expected[3:]]


@pytest.mark.parametrize("query", QUERIES)
def test_results_are_those_of_the_commit_that_was_searched(index, query):
    expected = late(index.search(query))
    results = index.search(query)
    with index.writer() as writer:
        writer.delete("border")
        writer.add(Article(article_id="zebra", body="white horse train zebra"))
        writer.add_many(Article(article_id=str(n), body="horse") for n in range(20))
    assert late(results) == expected
    assert index.search("horse").total == 23


def test_a_closed_index_refuses_everything(index):
    index.close()
    for ask in (
        lambda: index.search("horse"),
        lambda: index.get("border"),
        lambda: index.count,
        lambda: index.stats(),
        lambda: index.writer(),
        lambda: index.explain("horse", "border"),
        lambda: index.check(),
        lambda: index.search_many(["horse"]),
    ):
        with pytest.raises(StorageError, match="closed"):
            ask()


def test_leaving_the_block_closes_the_index(index):
    with index as same:
        results = same.search("horse")
    assert results.total == 4
    with pytest.raises(StorageError, match="closed"):
        index.search("horse")


def test_a_page_is_one_call_each():
    """Of an engine that gives ten at once; ids read no articles, and nothing is asked for early."""
    index = Index(PlainEngine())
    with index.writer() as writer:
        writer.add_many(ARTICLES)
        writer.add_many(Article(article_id=f"n{n}", body="horse and train") for n in range(20))
    results = index.search("(horse AND train) OR zebra", limit=20)
    calls = results._matched.calls
    assert calls == []
    ids(results)
    assert calls == [("article_ids", 10), ("article_ids", 10)]
    calls.clear()
    assert all(hit.headline or hit.snippet for hit in results[:10])
    assert sorted(calls) == [("articles", 10), ("leaves", 10)]
    calls.clear()
    assert [hit.article.article_id for hit in results] == ids(results)
    assert calls == [("articles", 10)]


def test_an_engine_of_this_process_reads_what_is_asked_for(monkeypatch):
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add_many(ARTICLES)
    snapshot = index._engine.store.snapshot()
    read: list[int] = []
    records = type(snapshot).records

    def counting(self, docs):
        read.extend(docs)
        return records(self, docs)

    monkeypatch.setattr(type(snapshot), "records", counting)
    results = index.search("horse")
    ids(results)
    assert results.total == 4
    assert read == []
    assert results[1].headline
    assert len(read) == 1
