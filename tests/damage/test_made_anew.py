"""An index that is destroyed and made anew in its place, while others have it open."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchlib
from searchlib import Article, IndexNotFoundError, StorageError


def build(path: Path, text: str, **settings: object) -> None:
    """Make an index of one commit."""
    with searchlib.create(path, **settings) as index, index.writer() as writer:
        writer.add_many(Article(article_id=str(n), body=f"{text} {n}") for n in range(3))


def rebuild(path: Path, text: str, **settings: object) -> None:
    searchlib.open(path).destroy()
    build(path, text, **settings)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    build(tmp_path, "old")
    return tmp_path


def test_readers_see_the_new_one(path: Path) -> None:
    with searchlib.open(path) as server:
        assert server.search("old").total == 3
        rebuild(path, "new")
        assert (server.search("old").total, server.search("new").total) == (0, 3)
        assert server.check() == []


def test_a_writer_writes_to_the_new_one(path: Path) -> None:
    with searchlib.open(path) as server:
        assert server.count == 3
        rebuild(path, "new")
        with server.writer() as writer:
            writer.add(Article(article_id="1", body="newest"))
    with searchlib.open(path) as index:
        assert index.count == 3
        assert index.search("newest").total == 1
        assert index.check() == []


def test_settings_are_read_again(path: Path) -> None:
    with searchlib.open(path) as server:
        rebuild(path, "new", k1=0.5)
        assert server.count == 3
        assert server._engine.settings.k1 == 0.5


def test_a_writer_with_another_analyzer_than_the_new_one_has_is_refused(path: Path) -> None:
    with searchlib.open(path) as server:
        writer = server.writer(wait_seconds=0.0)
        rebuild(path, "new", analyzer="german")
        with pytest.raises(StorageError, match="with the analyzer german; open it again"), writer:
            raise AssertionError
    with searchlib.open(path) as index, index.writer(wait_seconds=0.0) as writer:
        writer.add(Article(article_id="1", body="newest"))


def test_one_that_is_gone_is_not_found(path: Path) -> None:
    with searchlib.open(path) as server:
        searchlib.open(path).destroy()
        with pytest.raises(IndexNotFoundError):
            _ = server.count
        with pytest.raises(IndexNotFoundError), server.writer():
            raise AssertionError
