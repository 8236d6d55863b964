"""Errors, which are the same for every engine."""

from __future__ import annotations

import pytest

from searchlib import Article, IndexLockedError, MalformedArticleError, StorageError


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"limit": -1}, ValueError),
        ({"offset": -1}, ValueError),
        ({"limit": "ten"}, TypeError),
        ({"limit": True}, TypeError),
        ({"offset": None}, TypeError),
        ({"filter": 7}, TypeError),
        ({"sort": "random"}, ValueError),
        ({"default_operator": "xor"}, ValueError),
        ({"now": "today"}, TypeError),
        ({"weights": {"title": 1.0}}, ValueError),
        ({"weights": 7}, TypeError),
        ({"k1": -1.0}, ValueError),
        ({"b": 1.1}, ValueError),
    ],
)
def test_arguments_out_of_range(index, options, error):
    with pytest.raises(error):
        index.search("horse", **options)


def test_arguments_that_are_no_strings(index):
    for ask in (
        lambda: index.search(7),
        lambda: index.get(7),
        lambda: index.explain("horse", 7),
        lambda: index.search_many("horse"),
    ):
        with pytest.raises(TypeError):
            ask()


def test_another_writer_is_refused(index):
    with index.writer() as writer:
        with pytest.raises(IndexLockedError), index.writer(wait_seconds=0.0):
            pass
        writer.add(Article(article_id="new"))
    assert index.count == 7


def test_a_writer_that_is_not_open_is_refused(index):
    writer = index.writer()
    for ask in (
        lambda: writer.add(Article(article_id="a")),
        lambda: writer.delete("a"),
        lambda: writer.delete_matching("horse"),
    ):
        with pytest.raises(StorageError, match="not open"):
            ask()


def test_a_wrong_argument_leaves_the_writer_usable(index):
    with index.writer() as writer:
        with pytest.raises(TypeError):
            writer.add("horse")
        with pytest.raises(TypeError):
            writer.delete(7)
        with pytest.raises(TypeError):
            writer.delete_matching(7)
        with pytest.raises(MalformedArticleError):
            writer.add(Article(article_id="big", body="x" * (64 * 2**20 + 1)))
        writer.add(Article(article_id="new"))
    assert index.count == 7


@pytest.mark.parametrize("processes", [0, -1, 1001])
def test_a_number_of_processes_that_is_none(index, processes):
    with pytest.raises(ValueError, match="processes"):
        index.writer(processes=processes)
