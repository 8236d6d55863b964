"""Pages, filters, sorting and totals."""

from __future__ import annotations

import pytest

from searchlib import Article
from tests.engines.asking import everything_of, found


@pytest.fixture
def numbered(make_index):
    """25 articles of which each third has a date."""
    made = make_index()
    with made.writer() as writer:
        for n in range(25):
            published = f"2020-01-{28 - n:02}" if n % 3 == 0 else None
            writer.add(
                Article(
                    article_id=f"n{n:02}", body="horse " + "pad " * (n % 5), published=published
                )
            )
    return made


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_pages_make_up_the_whole(numbered, sort):
    whole = numbered.search("horse", limit=None, sort=sort)
    assert len(whole) == whole.total == 25
    pages = [numbered.search("horse", limit=7, offset=at, sort=sort) for at in range(0, 28, 7)]
    assert [len(page) for page in pages] == [7, 7, 7, 4]
    assert all(page.total == 25 for page in pages)
    hits = [(hit.rank, hit.article_id, hit.score) for page in pages for hit in page]
    assert hits == [(hit.rank, hit.article_id, hit.score) for hit in whole]
    assert [rank for rank, _, _ in hits] == list(range(1, 26))


def test_a_page_behind_the_last_one_is_empty(numbered):
    results = numbered.search("horse", offset=25)
    assert (len(results), results.total) == (0, 25)


def test_no_hits_may_be_asked_for(numbered):
    results = numbered.search("horse", limit=0)
    assert (len(results), results.total) == (0, 25)


def test_newest_and_oldest_put_articles_without_a_date_last(numbered):
    dated = [f"n{n:02}" for n in range(0, 25, 3)]
    undated = [f"n{n:02}" for n in range(25) if n % 3]
    assert found(numbered, "horse", sort="newest") == dated + undated
    assert found(numbered, "horse", sort="oldest") == dated[::-1] + undated


def test_the_same_moment_ranks_by_insertion(make_index):
    index = make_index()
    with index.writer() as writer:
        for name in "bac":
            writer.add(Article(article_id=name, body="horse", published="2022-01-01"))
    assert found(index, "horse", sort="newest") == ["b", "a", "c"]
    assert found(index, "horse", sort="oldest") == ["b", "a", "c"]


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_a_filter_adds_nothing_to_a_score(index, sort):
    every = {hit.article_id: hit.score for hit in index.search("horse", sort=sort)}
    results = index.search("horse", filter="white OR barn", sort=sort)
    assert {hit.article_id for hit in results} == {"border", "freight", "zebra"}
    assert results.total == 3
    assert all(hit.score == every[hit.article_id] for hit in results)


def test_a_filter_marks_nothing(index):
    (hit,) = index.search("horse", filter="zebra")
    assert hit.marks == {"body": ((24, 29),)}


def test_a_filter_may_match_nothing_or_everything(index):
    assert found(index, "horse", filter="nothing") == []
    assert everything_of(index, "horse", filter="*") == everything_of(index, "horse")


def test_a_slice_and_an_index_are_those_of_a_sequence(numbered):
    results = numbered.search("horse", limit=5)
    assert results[-1] is results[4]
    assert [hit.rank for hit in results[1:3]] == [2, 3]
    with pytest.raises(IndexError):
        results[5]
