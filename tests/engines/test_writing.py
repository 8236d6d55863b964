"""Transactions: what a writer does is seen whole, or not at all."""

from __future__ import annotations

import threading

import pytest

from searchlib import Article, QueryError
from searchlib.engine import Changes
from tests.engines.asking import found


def articles(*names: str, body: str = "horse") -> list[Article]:
    return [Article(article_id=name, body=body) for name in names]


def test_changes_are_seen_at_the_end_of_the_block(make_index):
    index = make_index()
    with index.writer() as writer:
        assert writer.add_many(articles("a", "b")) == 2
        assert index.count == 0
        assert not writer.committed
    assert writer.committed
    assert writer.changes == Changes(added=2, articles=2)
    assert index.count == 2
    assert found(index, "horse") == ["a", "b"]


def test_an_article_is_replaced_by_a_later_one_with_its_id(index):
    with index.writer() as writer:
        writer.add(Article(article_id="zebra", body="giraffe"))
    assert writer.changes == Changes(added=1, replaced=1, articles=6)
    assert found(index, "giraffe") == ["zebra"]
    assert "zebra" not in found(index, "horse")
    assert found(index, "*")[-1] == "zebra"


def test_the_last_one_of_a_writer_counts(make_index):
    index = make_index()
    with index.writer() as writer:
        writer.add_many(articles("a", "b"))
        writer.add_many(articles("a", body="train"))
    assert writer.changes == Changes(added=3, replaced=1, articles=2)
    assert found(index, "*") == ["b", "a"]
    assert found(index, "train") == ["a"]


def test_what_is_deleted_is_gone(index):
    with index.writer() as writer:
        assert writer.delete("zebra")
        assert not writer.delete("zebra")
        assert not writer.delete("nobody")
        writer.add_many(articles("new"))
        assert writer.delete("new")
    assert writer.changes == Changes(added=1, deleted=2, articles=5)
    assert index.get("zebra") is None
    assert "zebra" not in found(index, "*")


def test_what_a_query_matches_is_deleted(index):
    with index.writer() as writer:
        writer.delete_matching("horse NOT zebra")
    assert writer.changes == Changes(deleted=3, articles=3)
    assert found(index, "*") == ["weather", "zebra", "café"]


def test_a_pattern_deletes_too(index):
    with index.writer() as writer:
        writer.delete_matching("z?bra OR source:pos*")
    assert found(index, "*") == ["border", "weather", "horse", "café"]


def test_only_articles_added_before_the_call_are_deleted(make_index):
    index = make_index()
    with index.writer() as writer:
        writer.add_many(articles("before"))
        writer.delete_matching("horse")
        writer.add_many(articles("after"))
    assert found(index, "*") == ["after"]
    assert writer.changes == Changes(added=2, deleted=1, articles=1)


def test_deletions_are_carried_out_in_their_order(make_index):
    index = make_index()
    with index.writer() as writer:
        writer.add_many(articles("a", "b"))
        writer.delete_matching("article_id:a")
        writer.delete_matching("horse")
    assert writer.changes == Changes(added=2, deleted=2, articles=0)


def test_a_query_with_a_mistake_deletes_nothing(index):
    with pytest.raises(QueryError), index.writer() as writer:
        writer.delete_matching("(horse")
    assert index.count == 6


def test_an_exception_drops_everything(index):
    def write() -> None:
        with index.writer() as writer:
            writer.add_many(articles("a"))
            writer.delete("zebra")
            writer.delete_matching("train")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert index.count == 6
    assert index.get("zebra") is not None
    with index.writer() as writer:
        writer.add_many(articles("a"))
    assert index.count == 7


def test_without_a_change_there_is_no_commit(index):
    with index.writer() as writer:
        writer.delete("nobody")
    assert not writer.committed
    assert writer.changes == Changes()


def test_thousands_of_articles_are_one_commit(make_index):
    index = make_index()
    with index.writer() as writer:
        writer.add_many(articles(*map(str, range(5_000)), body="x"))
        writer.delete("17")
    assert index.count == 4_999
    assert writer.changes == Changes(added=5_000, deleted=1, articles=4_999)


def test_many_threads_use_one_writer(make_index):
    index = make_index()
    with index.writer() as writer:
        threads = [
            threading.Thread(
                target=writer.add_many, args=(articles(*(f"{t}-{n}" for n in range(20))),)
            )
            for t in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert index.count == 80


def test_a_writer_is_used_again_after_its_block(make_index):
    index = make_index()
    writer = index.writer()
    for name in ("a", "b"):
        with writer:
            writer.add_many(articles(name))
        assert writer.changes.added == 1
    assert found(index, "*") == ["a", "b"]


def test_an_index_is_destroyed(index):
    index.destroy()
    assert repr(index).startswith("<Index ")
