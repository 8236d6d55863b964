"""What an index takes and what a query looks at: figures that no machine changes.

Time is for benchmarks/. These are bounds a little above what is true today, so that a change for
the worse is seen.
"""

from __future__ import annotations

import random

import pytest

from searchlib import Index
from searchlib.kernels.postings import list_rows, lists
from searchlib.kernels.ranking import impacts, top_windows
from searchlib.ranking import impacts as kept_impacts
from tests.helpers.articles import zipf_articles
from tests.helpers.indexes import indexed

pytestmark = pytest.mark.kernels


@pytest.fixture(scope="module")
def index() -> Index:
    return indexed(zipf_articles(4000))


def test_a_posting_takes_less_than_four_bytes_with_its_positions(index):
    (part,) = index._engine.store.snapshot().parts
    segment = part.segment
    rows = [segment.list_at(start) for _, _, start in segment.terms()]
    postings = sum(sum(found[lists.NUM_POSTINGS :: lists.ROW]) for found in rows)
    occurrences = sum(sum(found[lists.NUM_OCCURRENCES :: lists.ROW]) for found in rows)
    size = segment._container.section("postings").nbytes
    assert size / postings < 3.75
    assert size / occurrences < 2.5


def visited(monkeypatch: pytest.MonkeyPatch, index: Index, queries: list[str]) -> float:
    """Give how many windows of 128 documents ranking looks at, on average."""
    seen: list[int] = []
    top = top_windows.top

    def looking(*arguments):
        found = top(*arguments)
        seen.append(found[2])
        return found

    monkeypatch.setattr(kept_impacts, "WINDOW_BITS", 7)
    monkeypatch.setattr("searchlib.ranking.best_documents.WINDOW_BITS", 7)
    monkeypatch.setattr(top_windows, "top", looking)
    index._engine.store.snapshot().drop_caches()
    for query in queries:
        index.search(query)
    index._engine.store.snapshot().drop_caches()
    assert len(seen) == len(queries)
    return sum(seen) / len(seen)


def test_ranking_looks_at_few_windows(monkeypatch, index):
    chance = random.Random(2)
    rare = [f"w{chance.randrange(500, 5000)}" for _ in range(100)]
    common = [f"w{chance.randrange(10)}" for _ in range(100)]
    there = 4000 / 128
    assert visited(monkeypatch, index, common) < 0.3 * there
    mixed = [f"{left} {right}" for left, right in zip(rare, common, strict=True)]
    assert visited(monkeypatch, index, mixed) < 0.35 * there


def test_what_is_looked_up_once_is_not_read_again(monkeypatch, index):
    index.search('"w1 w2" OR w3'), index.search('"w1 w2"'), index.search("w3 w2")
    for kernel, name in ((list_rows, "write_impacts"), (impacts, "copy"), (list_rows, "places")):
        monkeypatch.setattr(kernel, name, None)
    assert index.search('"w1 w2" OR w3').total > 0
    assert len(index.search('"w1 w2"')) == len(index.search("w3 w2 w3")) == 10


@pytest.mark.parametrize("query", ["w1 w/s w9", "w1 w/5 w9", "=w1 w9", "hlp:(w1 w9)", "w1* w/3 w9"])
def test_a_query_is_evaluated_once_though_it_is_asked_again(monkeypatch, index, query):
    first = [(hit.article_id, hit.score, hit.snippet) for hit in index.search(query, limit=3)]
    assert len(first) == 3
    for name in ("find_spans", "SegmentSource"):
        monkeypatch.setattr(f"searchlib.ranking.scoring.{name}", None)
    again = index.search(query, limit=3)
    assert [(hit.article_id, hit.score, hit.snippet) for hit in again] == first
    # The next page
    assert index.search(query, limit=1, offset=3)[0].snippet
