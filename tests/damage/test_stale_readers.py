"""Readers see the latest commit whatever becomes of the times of the directory, and of itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import searchlib
from searchlib import Article, Index
from searchlib.files import directory_stamp
from searchlib.store import store

HOUR_NS = 3_600_000_000_000


def add(path: Path, article_id: str) -> None:
    with searchlib.open(path) as index, index.writer(wait_seconds=0.0) as writer:
        writer.add(Article(article_id=article_id, body="horses"))


def settled(path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """Open an index whose reader takes the state of the directory for the last one."""
    now = store.time_ns
    monkeypatch.setattr(store, "time_ns", lambda: now() + 10 * HOUR_NS)
    index = searchlib.open(path)
    assert ids(index) == {"first"}
    monkeypatch.undo()
    assert index._engine.store._settled is not None
    return index


def ids(index: Index) -> set[str]:
    return {hit.article_id for hit in index.search("horses", limit=None)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "index"
    with searchlib.create(path):
        pass
    add(path, "first")
    return path


def same_time(path: Path, before: os.stat_result) -> None:
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as rsync -t does


def an_hour_back(path: Path, before: os.stat_result) -> None:
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns - HOUR_NS))


def an_hour_on(path: Path, before: os.stat_result) -> None:
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + HOUR_NS))


def whole_seconds(path: Path, before: os.stat_result) -> None:
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns // 10**9 * 10**9))


@pytest.mark.skipif(os.name == "nt", reason="its directories have no time of a change")
@pytest.mark.parametrize("touch", [same_time, an_hour_back, an_hour_on, whole_seconds])
def test_a_commit_is_seen_whatever_time_the_directory_has(path, touch, monkeypatch) -> None:
    index = settled(path, monkeypatch)
    for number in range(3):
        before = os.stat(path)
        add(path, f"more{number}")
        touch(path, before)
        assert ids(index) == {"first", *(f"more{n}" for n in range(number + 1))}


@pytest.mark.parametrize("touch", [same_time, an_hour_back, an_hour_on, whole_seconds])
def test_a_reader_that_saw_the_touched_directory_sees_the_next_commit(path, touch) -> None:
    index = searchlib.open(path)
    for number in range(3):
        touch(path, os.stat(path))
        ids(index)
        add(path, f"more{number}")
        touch(path, os.stat(path))
        assert ids(index) == {"first", *(f"more{n}" for n in range(number + 1))}


def swapped(path: Path, other: Path) -> None:
    path.rename(path.with_name("old"))
    other.rename(path)


def swapped_and_deleted(path: Path, other: Path) -> None:
    swapped(path, other)
    shutil.rmtree(path.with_name("old"))


def swapped_link(path: Path, other: Path) -> None:
    """Let a name point to another directory at once, as a deployment does."""
    path.rename(path.with_name("old"))
    path.symlink_to(path.with_name("old"))
    link = path.with_name("link")
    link.symlink_to(other)
    os.replace(link, path)


@pytest.mark.skipif(os.name == "nt", reason="Windows moves no directory with mapped files in it")
@pytest.mark.parametrize("swap", [swapped, swapped_and_deleted, swapped_link])
def test_another_directory_in_its_place_is_seen(
    path, swap: Callable[[Path, Path], None], monkeypatch
) -> None:
    other = path.with_name("other")
    shutil.copytree(path, other)
    add(other, "other")
    index = settled(path, monkeypatch)
    times = os.stat(path)
    swap(path, other)
    same_time(path, times)
    assert ids(index) == {"first", "other"}
    add(path, "after")
    assert ids(index) == {"first", "other", "after"}


def test_a_search_looks_at_the_directory_once(path, monkeypatch) -> None:
    index = settled(path, monkeypatch)
    stat, listdir = os.stat, os.listdir
    calls: list[object] = []
    monkeypatch.setattr(directory_stamp.os, "stat", lambda name: calls.append(name) or stat(name))
    monkeypatch.setattr(os, "listdir", lambda name: calls.append(name) or listdir(name))
    assert ids(index) == {"first"}
    assert calls == [str(path)]
