"""Indexes: made, opened, deleted; their settings and figures."""

from __future__ import annotations

import copy
import errno
import os
import pickle
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import searchlib
from searchlib import (
    Article,
    Index,
    IndexExistsError,
    IndexNotFoundError,
    StorageError,
)

HORSES = Article(
    article_id="a",
    headline="Horses",
    body="White horses ran.",
    published="2022-11-02T10:00:00+10:00",
    source="Wire",
    language="pt-BR",
)
TRAIN = Article(
    article_id="b", body="A train.", caption="One.", published="1999-01-01", source="wire"
)
MAKERS = {
    "create": searchlib.create,
    "open_or_create": searchlib.open_or_create,
    "in_memory": lambda path, **settings: searchlib.in_memory(**settings),
}


def filled(path: Path, *articles: Article) -> Index:
    index = searchlib.create(path)
    with index.writer() as writer:
        writer.add_many(articles)
    return index


# Making and opening


def test_an_index_is_made_with_its_directories_and_opened_again(tmp_path):
    path = tmp_path / "some" / "where"
    with searchlib.create(path) as index:
        assert index.path == str(path)
        assert repr(index) == f"<Index {path}>"
        assert index.count == 0
        with index.writer() as writer:
            writer.add(HORSES)
    with searchlib.open(str(path)) as index:
        assert [hit.article_id for hit in index.search("horse")] == ["a"]


def test_an_index_is_not_made_over_another(tmp_path):
    filled(tmp_path / "index", HORSES).close()
    with pytest.raises(IndexExistsError) as caught:
        searchlib.create(tmp_path / "index")
    assert str(caught.value) == f"{tmp_path / 'index'}: there is an index already"
    assert caught.value.path == str(tmp_path / "index")
    assert searchlib.open(tmp_path / "index").count == 1


@pytest.mark.parametrize("name", ["nothing", "directory", "file"])
def test_an_index_that_is_not_there_is_not_opened(tmp_path, name):
    (tmp_path / "directory").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(IndexNotFoundError) as caught:
        searchlib.open(tmp_path / name)
    assert str(caught.value) == (
        f"{tmp_path / name}: there is no index;"
        " make one with `searchlib index` or searchlib.create()"
    )
    assert not (tmp_path / "nothing").exists()


def test_an_index_is_not_made_in_a_file(tmp_path):
    (tmp_path / "file").write_text("kept")
    with pytest.raises(
        StorageError, match=f"file: the index cannot be made: {os.strerror(errno.EEXIST)}"
    ):
        searchlib.create(tmp_path / "file")
    with pytest.raises(
        StorageError, match=f"the index cannot be made: {os.strerror(errno.ENOTDIR)}"
    ):
        searchlib.create(tmp_path / "file" / "index")
    assert (tmp_path / "file").read_text() == "kept"


def test_open_or_create_does_what_is_needed(tmp_path):
    index = searchlib.open_or_create(tmp_path / "index", analyzer="german", k1=2.0)
    with index, index.writer() as writer:
        writer.add(HORSES)
    with searchlib.open_or_create(tmp_path / "index", analyzer="plain", k1=0.5) as index:
        assert index.count == 1
        # The settings are those that the index was made with.
        assert index.stats().analyzer == "german"
        assert index.search("horses")[0].explain().k1 == 2.0


def test_another_process_may_make_the_index_first(tmp_path, monkeypatch):
    real = searchlib.library.create

    def late(path, **settings):
        real(path).close()
        return real(path, **settings)

    monkeypatch.setattr("searchlib.library.create", late)
    assert searchlib.open_or_create(tmp_path / "index").count == 0


def test_indexes_in_memory_are_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one, other = searchlib.in_memory(), searchlib.in_memory()
    with one.writer() as writer:
        writer.add(HORSES)
    assert (one.count, other.count) == (1, 0)
    assert repr(one) == "<Index (in memory)>"
    assert os.listdir() == []


# Settings


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"analyzer": "klingon"}, "there is no analyzer 'klingon'; there are arabic, danish,"),
        ({"weights": {"title": 1.0}}, "weights names 'title'; there are headline, body, caption"),
        ({"weights": {"body": -1.0}}, "the weight of body must be from 0 to 1e6, not -1.0"),
        ({"weights": {"body": "2"}}, "the weight of body must be from 0 to 1e6, not '2'"),
        ({"k1": -1}, "k1 must be from 0 to 1e6, not -1"),
        ({"k1": float("inf")}, "k1 must be from 0 to 1e6, not inf"),
        ({"b": 1.1}, "b must be from 0 to 1, not 1.1"),
        ({"b": True}, "b must be from 0 to 1, not True"),
    ],
)
def test_settings_there_are_not_are_refused_and_nothing_is_made(make, settings, message, tmp_path):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        make(tmp_path / "index", **settings)
    assert not (tmp_path / "index").exists()


def test_settings_are_kept_in_the_index(tmp_path):
    weights = {"headline": 5.0, "caption": 0.5}
    with (
        searchlib.create(
            tmp_path / "index", analyzer="de", weights=weights, k1=0.9, b=0.4
        ) as index,
        index.writer() as writer,
    ):
        writer.add(Article(headline="horse", body="horse", caption="horse"))
    with searchlib.open(tmp_path / "index") as index:
        assert index.stats().analyzer == "german"
        explained = index.search("horse")[0].explain()
        assert (explained.k1, explained.b) == (0.9, 0.4)
        kept = {field.field: field.weight for field in explained.parts[0].fields}
        assert kept == {"headline": 5.0, "body": 1.0, "caption": 0.5}
        # A search replaces what it names, for itself alone.
        changed = index.search("horse", weights={"body": 3.0}, k1=2.0)[0].explain()
        again = index.explain("horse", changed.article_id, weights={"body": 3.0}, k1=2.0)
        assert again == changed
        assert (changed.k1, changed.b) == (2.0, 0.4)
        kept = {field.field: field.weight for field in changed.parts[0].fields}
        assert kept == {"headline": 5.0, "body": 3.0, "caption": 0.5}
        assert index.search("horse")[0].explain() == explained


@pytest.mark.parametrize(
    ("analyzer", "found"), [("english", 2), ("en", 2), ("plain", 1), ("exact", 0)]
)
def test_the_analyzer_reads_articles_and_queries(analyzer, found):
    index = searchlib.in_memory(analyzer=analyzer)
    with index.writer() as writer:
        writer.add_many((Article(headline="Horse"), Article(headline="Horses")))
    assert index.search("horse").total == found


# Closing and deleting


def test_a_closed_index_says_so(tmp_path):
    index = filled(tmp_path / "index", HORSES)
    index.close()
    index.close()
    uses = (
        lambda: index.count,
        lambda: index.search("a"),
        lambda: index.search_many(["a"]),
        lambda: index.get("a"),
        index.writer,
        index.stats,
        index.check,
        index.destroy,
    )
    for use in uses:
        with pytest.raises(StorageError) as caught:
            use()
        assert str(caught.value) == f"{tmp_path / 'index'}: the index is closed"
    assert searchlib.open(tmp_path / "index").count == 1


def test_a_with_statement_closes_and_lets_errors_through(tmp_path):
    with pytest.raises(KeyError), searchlib.create(tmp_path / "index") as index:
        raise KeyError
    with pytest.raises(StorageError, match="the index is closed"):
        index.search("a")


def test_destroy_deletes_the_index_and_nothing_else(tmp_path):
    index = filled(tmp_path, HORSES)
    (tmp_path / "notes.txt").write_text("kept")
    index.destroy()
    assert os.listdir(tmp_path) == ["notes.txt"]
    with pytest.raises(StorageError, match="the index is closed"):
        index.search("a")
    with pytest.raises(IndexNotFoundError):
        searchlib.open(tmp_path)
    assert filled(tmp_path, TRAIN).get("b") == TRAIN


# Reading


def test_get_gives_the_article_or_none():
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add_many((HORSES, TRAIN))
    assert index.get("a") == HORSES
    assert index.get("A") is None
    assert index.get("") is None


def test_every_reader_sees_the_latest_commit(tmp_path):
    index = filled(tmp_path / "index", HORSES)
    other = searchlib.open(tmp_path / "index")
    assert other.count == 1
    with index.writer() as writer:
        writer.add(TRAIN)
        writer.delete("a")
        assert (index.count, other.count) == (1, 1)
    assert (index.count, other.count) == (1, 1)
    assert other.get("a") is None
    assert other.search("train").total == 1


def test_stats_are_of_what_there_is(tmp_path):
    index = filled(tmp_path / "index", HORSES, TRAIN, Article(article_id="c"))
    stats = index.stats()
    assert (stats.path, stats.articles, stats.analyzer) == (str(tmp_path / "index"), 3, "english")
    assert stats.terms == {"headline": 1, "body": 5, "caption": 1}
    assert stats.avg_lengths == {"headline": 1.0, "body": 2.5, "caption": 1.0}
    assert stats.sources == 1
    assert stats.languages == ("pt", "pt-br")
    assert stats.earliest == datetime(1999, 1, 1, tzinfo=UTC)
    assert stats.latest == datetime(2022, 11, 2, tzinfo=UTC)
    files = [entry.stat().st_size for entry in os.scandir(tmp_path / "index")]
    assert stats.size_bytes == sum(files) > 0
    assert index.check() == []


def test_stats_of_nothing():
    stats = searchlib.in_memory().stats()
    assert (stats.articles, stats.sources, stats.languages) == (0, 0, ())
    assert set(stats.terms.values()) == {0}
    assert set(stats.avg_lengths.values()) == {0.0}
    assert (stats.earliest, stats.latest) == (None, None)


def test_an_id_that_no_article_can_have_is_not_found():
    with searchlib.in_memory() as index:
        with index.writer() as writer:
            writer.add(Article(article_id="\ufffd"))
            assert not writer.delete("\ud800")
        assert index.get("\ud800") is None
        assert index.count == 1


@pytest.mark.parametrize("make", [searchlib.create, searchlib.open, searchlib.open_or_create])
def test_a_path_that_no_directory_can_have(make, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StorageError, match=r"^a\0b/c: the index cannot be "):
        make("a\0b/c")
    with pytest.raises(TypeError, match=r"^path must be a string, not b'index'$"):
        make(b"index")
    with pytest.raises(TypeError, match="int"):
        make(5)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("article_id", [5, None, b"a"])
def test_an_id_that_is_no_string(article_id):
    index = searchlib.in_memory()
    with pytest.raises(TypeError, match=r"^article_id must be a string, not "):
        index.get(article_id)


def test_one_article_may_have_a_word_ten_thousand_times_and_many_others_once():
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add_many(Article(article_id=f"{i}", body="horse x") for i in range(50))
        writer.add(Article(article_id="big", body="horse " * 10_000))
    for number in range(10):  # and merges
        with index.writer() as writer:
            writer.add(Article(article_id=f"late-{number}", body="horse"))
    assert index.search("horse").total == 61 == index.search("=horse").total
    assert index.search("horse w/5 x").total == 50
    assert index.check() == []


def test_an_index_stays_the_same_where_the_program_changes_its_directory(tmp_path, monkeypatch):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        with searchlib.create("index").writer() as writer:
            writer.add(Article(article_id=name, headline="horses"))
    monkeypatch.chdir(tmp_path / "one")
    index = searchlib.open("index")
    made = searchlib.create("made")
    assert index.path == "index"
    writer = index.writer()
    monkeypatch.chdir(tmp_path / "other")
    assert [hit.article_id for hit in index.search("horses")] == ["one"]
    with writer:
        writer.add(Article(article_id="more", headline="horses"))
    with made.writer(processes=2) as writing:
        writing.add(Article(article_id="made", headline="horses"))
    assert made.count == 1
    monkeypatch.chdir(tmp_path)
    assert searchlib.open("other/index").count == 1
    assert searchlib.open("one/index").count == 2
    made.destroy()
    assert os.listdir("one/made") == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("_MAIN_3.commit", "an index of a Whoosh program, and not of articles"),
        ("_news_0.toc", "`searchlib import-whoosh` makes one of articles of it"),
        ("notes.txt", "there is no index; make one"),
    ],
)
def test_what_is_there_in_place_of_an_index_is_named(tmp_path, name, says):
    (tmp_path / name).write_text("")
    with pytest.raises(IndexNotFoundError, match=says):
        searchlib.open(tmp_path)


@pytest.mark.parametrize("pack", [pickle.dumps, copy.copy, copy.deepcopy])
def test_an_index_that_is_pickled_says_what_to_do(tmp_path, pack):
    for index in (searchlib.create(tmp_path / "index"), searchlib.in_memory()):
        with pytest.raises(TypeError, match="cannot be pickled or copied; pass the path"):
            pack(index)
