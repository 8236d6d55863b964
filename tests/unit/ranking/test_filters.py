"""A filter leaves articles out, and changes no score of the others."""

from __future__ import annotations

import pytest

import searchlib
from searchlib import Article, Index
from tests.helpers.indexes import ids

pytestmark = pytest.mark.kernels

BODIES = {"0": "horses", "1": "horses trains", "2": "horses horses", "3": "trains"}


@pytest.fixture
def index() -> Index:
    index = searchlib.in_memory()
    for group in (("0", "1"), ("2", "3")):
        with index.writer() as writer:
            for each in group:
                writer.add(Article(article_id=each, body=BODIES[each], source=f"s{int(each) % 2}"))
    return index


@pytest.mark.parametrize("limit", [None, 10, 1])
@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        *(("source:s0", {"0", "2"}), ("trains", {"1"}), ("*", {"0", "1", "2"})),
        *(("none", set()), ("NOT trains", {"0", "2"}), ("source:s1 OR body:trains^9", {"1"})),
    ],
)
def test_what_is_left_has_the_order_and_the_scores_of_before(index, wanted, kept, limit):
    expected = [hit for hit in index.search("horses", limit=None) if hit.article_id in kept]
    for _ in range(2):  # the second takes what was kept of the first
        found = index.search("horses", filter=wanted, limit=limit, strict=True)
        assert [(hit.article_id, hit.score) for hit in found] == [
            (hit.article_id, hit.score) for hit in expected[:limit]
        ]
        assert found.total == len(kept)


def test_a_filter_is_evaluated_anew_after_a_commit(index):
    assert ids(index.search("horses", filter="trains")) == ["1"]
    with index.writer() as writer:
        writer.delete("1")
        writer.add(Article(article_id="4", body="horses trains"))
    assert ids(index.search("horses", filter="trains")) == ["4"]


def test_a_filter_sees_no_article_that_was_deleted(index):
    with index.writer() as writer:
        writer.delete("2")
    found = index.search("horses", filter="NOT trains")
    assert ids(found) == ["0"]
    assert found.total == 1


def test_more_filters_than_are_kept(index):
    for _ in range(2):
        for number in range(150):
            wanted = f"{'trains' if number % 2 else 'NOT trains'} -word{number}"
            found = set(ids(index.search("horses", filter=wanted)))
            assert found == ({"1"} if number % 2 else {"0", "2"})
