"""Files whose checksums are right and whose content nobody of ours has written."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import searchlib
from searchlib import Article, CorruptIndexError, Index
from searchlib.indexing import article_analysis as indexing
from searchlib.settings import SETTINGS_FILE
from searchlib.store.snapshot import NO_DATE
from searchlib.timestamps import microseconds

ARTICLE = Article(article_id="a", headline="Horses", published="2022-11-02", source="Wire")
LATEST_US = microseconds(datetime.max.replace(tzinfo=UTC))
EARLIEST_US = microseconds(datetime.min.replace(tzinfo=UTC))


def index_of(article: Article = ARTICLE) -> Index:
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add(article)
    return index


@pytest.mark.parametrize(
    "date",
    [2**63 - 1, LATEST_US + 1, EARLIEST_US - 1, NO_DATE + 1],
    ids="max,late,early,min".split(","),
)
def test_a_date_that_no_calendar_has(monkeypatch, date) -> None:
    monkeypatch.setattr(indexing, "microseconds", lambda _: date)
    index = index_of()
    with pytest.raises(CorruptIndexError, match="the index is damaged"):
        index.stats()
    assert [hit.article for hit in index.search("horses", sort="newest")] == [ARTICLE]


@pytest.mark.parametrize("date", [LATEST_US, EARLIEST_US, NO_DATE])
def test_the_last_dates_that_a_calendar_has(monkeypatch, date) -> None:
    monkeypatch.setattr(indexing, "microseconds", lambda _: date)
    stats = index_of().stats()
    assert (stats.latest is None) == (date == NO_DATE)


RESTS = {
    "no JSON": "{nonsense",
    "no object": "[1]",
    "a number": "7",
    "too deep": "[" * 100_000,
    "another field": '{"color": "red"}',
    "another type": '{"source": 7}',
    "no date": '{"published": "soon"}',
}


@pytest.mark.parametrize("rest", RESTS.values(), ids=RESTS)
def test_an_article_whose_other_values_nobody_wrote(monkeypatch, rest) -> None:
    monkeypatch.setattr(indexing, "encode_others", lambda _: rest)
    index = index_of()
    (hit,) = index.search("horses")
    assert (hit.headline, hit.snippet) == ("Horses", "Horses")
    for read in (lambda: hit.article, lambda: index.get("a")):
        with pytest.raises(CorruptIndexError, match="the index is damaged"):
            read()


@pytest.mark.parametrize(("old", "new"), [(b"1 6", b"x 6"), (b"1 6", b"99 6"), (b"\na", b"\n\xff")])
def test_a_record_that_nobody_wrote(monkeypatch, old, new) -> None:
    def unpacked(self: object, data: bytes) -> bytes:
        return right(self, data).replace(old, new, 1)

    index = index_of()
    frames = type(index._engine.store.snapshot().parts[0].segment.stored._frames)
    right = frames.unpack
    monkeypatch.setattr(frames, "unpack", unpacked)
    for read in (
        lambda hit: hit.headline,
        lambda hit: hit.article,
        lambda hit: hit.snippet,
        lambda hit: hit.snippets,
        lambda hit: hit.marked_headline,
        lambda _: index.get("a"),
    ):
        with pytest.raises(CorruptIndexError, match="the index is damaged"):
            read(index.search("horses")[0])
    assert len(index.check()) == 1


# What is no file


def on_disk(path: Path) -> Path:
    with searchlib.create(path) as index, index.writer() as writer:
        writer.add(ARTICLE)
    return path


KINDS = [SETTINGS_FILE, "MAIN_*.commit", "MAIN_*.articles"]


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "searchlib", *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", ["pipe", "device"])
def test_a_pipe_or_a_device_in_the_place_of_a_file(tmp_path, kind, what) -> None:
    path = on_disk(tmp_path / "index")
    (file,) = path.glob(kind)
    file.unlink()
    if what == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to("/dev/zero")
    for arguments in (("query", "horses"), ("check",), ("delete", "a")):
        ran = command(*arguments, "--index", path)
        assert ran.returncode == 3
        assert ran.stderr == f"{path}: {file.name} is no regular file\n"
    ran = command("check", "--repair", "--index", path)
    assert ran.returncode == 0
    assert f"{file.name} is no regular file" in ran.stdout
    count = 0 if file.suffix == ".articles" else 1
    with searchlib.open(path) as index:
        assert (index.check(), index.count) == ([], count)


@pytest.mark.parametrize(("kind", "size"), [(KINDS[0], 2**20), (KINDS[1], 256 * 2**20)])
def test_a_file_that_is_larger_than_any(tmp_path, kind, size) -> None:
    path = on_disk(tmp_path / "index")
    (file,) = path.glob(kind)
    os.truncate(file, size + 1)  # a hole: it takes no space
    with pytest.raises(CorruptIndexError, match=f"has {size + 1} bytes, and none is larger than"):
        searchlib.open(path)
