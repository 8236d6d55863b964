"""A writer with several processes: the index of one process, or nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import searchlib
from searchlib import Article, Index, StorageError, Writer
from searchlib.indexing import processes
from tests.helpers.processes import ROOT

WORDS = "horse horses train U.S. O'Brien $1,000 Čapek über 馬が走る 1,234.5 rail".split()


@pytest.fixture
def short_runs(monkeypatch):
    """Runs of some articles: many segments, of both processes."""
    monkeypatch.setattr(processes, "_RUN_BYTES", 2000)
    monkeypatch.setattr("searchlib.writer._MAX_CHARS", 500)


def change(writer: Writer, seed: int) -> None:
    """Add, replace and delete articles at random, the same ones for a seed."""
    chance = random.Random(seed)
    for n in range(300):
        text = " ".join(chance.choices(WORDS, k=chance.randrange(1, 20)))
        writer.add(
            Article(
                article_id=f"id{chance.randrange(200)}",
                headline=chance.choice(WORDS),
                body=f"{text} number{n}",
                source=chance.choice(("Wire", "Post")),
                language=chance.choice(("", "", "de")),
                published=chance.choice((None, "2022-11-02")),
            )
        )
        if n % 20 == 7:
            writer.delete(f"id{chance.randrange(200)}")
        if n == 150:
            writer.delete_matching("train AND source:post")


def told(index: Index) -> object:
    hits = [
        [(hit.article, hit.score, hit.snippet) for hit in results]
        for results in index.search_many(
            ["horse", "horse OR train", '"horse train"', "source:wire", "*", "brien 1234.5"],
            limit=None,
        )
    ]
    stats = index.stats()
    return hits, stats.articles, live_terms(index), stats.avg_lengths, stats.languages


def live_terms(index: Index) -> list[list[str]]:
    """Give the terms of each field that live articles have: when others go, merges decide."""
    snapshot = index._engine.store.snapshot()
    return [
        [term for term in snapshot.terms(mask) if snapshot.postings(mask, term).docs]
        for mask in (1, 2, 4)
    ]


def test_it_writes_the_index_of_one_process(tmp_path, short_runs):
    indexes = []
    for count in (1, 2):
        index = searchlib.create(tmp_path / str(count))
        for seed in (1, 2):
            with index.writer(processes=count) as writer:
                change(writer, seed)
            assert writer.committed
        assert index.check() == []
        indexes.append(told(index))
    assert indexes[0] == indexes[1]


def test_articles_of_many_runs_stay_in_their_order(tmp_path, short_runs):
    index = searchlib.create(tmp_path / "index")
    # The first runs take longest: they are not the first to be written.
    articles = [
        Article(article_id=str(n), headline="horse", body="a b c " * max(100 - n, 1))
        for n in range(200)
    ]
    with index.writer(processes=3) as writer:
        assert writer.add_many(articles) == 200
    assert [article.article_id for article in order(index)] == [str(n) for n in range(200)]


def order(index: Index) -> list[Article]:
    return [hit.article for hit in index.search("headline:horse*", limit=None, b=0.0)]


def test_nothing_is_written_without_changes(tmp_path):
    index = searchlib.create(tmp_path / "index")
    before = sorted(os.listdir(tmp_path / "index"))
    with index.writer(processes=2) as writer:
        pass
    assert not writer.committed
    assert sorted(os.listdir(tmp_path / "index")) == before


def test_an_error_drops_all_changes(tmp_path, short_runs):
    index = searchlib.create(tmp_path / "index")
    with index.writer() as writer:
        writer.add(Article(article_id="a", headline="Horses"))
    before = sorted(os.listdir(tmp_path / "index"))
    writer = index.writer(processes=2)

    def fail() -> None:
        with writer:
            change(writer, 3)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not writer.committed
    assert sorted(os.listdir(tmp_path / "index")) == before
    assert index.count == 1


@pytest.fixture(params=[signal.SIG_DFL, signal.SIG_IGN], ids=["obeyed", "ignored"])
def sigterm(request):
    """What this process makes of SIGTERM. Those that it starts inherit it, and must end all the same."""
    before = signal.signal(signal.SIGTERM, request.param)
    yield
    signal.signal(signal.SIGTERM, before)


def test_a_process_that_is_killed_is_a_storage_error_and_nothing_is_left(
    tmp_path, short_runs, monkeypatch, sigterm
):
    index = searchlib.create(tmp_path / "index")
    with index.writer() as writer:
        writer.add(Article(article_id="a", headline="Horses"))
    before = sorted(os.listdir(tmp_path / "index"))
    writer = index.writer(processes=2)

    def kill_one() -> None:
        with writer:
            change(writer, 4)
            os.kill(
                next(iter(writer._open_transaction._processes._pool._processes)), signal.SIGKILL
            )
            change(writer, 5)

    with pytest.raises(StorageError, match="ended before its time"):
        kill_one()
    assert not writer.committed
    assert sorted(os.listdir(tmp_path / "index")) == before
    with index.writer(processes=2) as writer:
        change(writer, 6)
    assert index.check() == []
    assert index.get("a") is not None


def test_an_error_of_the_disk_in_a_process_is_a_storage_error(tmp_path, short_runs):
    index = searchlib.create(tmp_path / "index")
    writer = index.writer(processes=2)

    def write() -> None:
        with writer:
            writer._open_transaction._processes._folder = str(tmp_path / "gone")
            change(writer, 7)

    with pytest.raises(StorageError, match="cannot be written"):
        write()
    assert not writer.committed
    assert index.count == 0


def test_an_index_in_memory_has_no_other_processes():
    with pytest.raises(ValueError, match="in memory"):
        searchlib.in_memory().writer(processes=2)
    searchlib.in_memory().writer(processes=1)


@pytest.mark.parametrize("count", [0, -1])
def test_there_is_at_least_one_process(tmp_path, count):
    with pytest.raises(ValueError, match="1 or more"):
        searchlib.create(tmp_path / "index").writer(processes=count)


def test_another_writer_is_waited_for(tmp_path):
    index = searchlib.create(tmp_path / "index")
    with index.writer() as writer:
        with pytest.raises(searchlib.IndexLockedError):
            index.writer(wait_seconds=0.0, processes=2).__enter__()
        writer.add(Article(article_id="a"))
    assert index.count == 1


# It may have been started to ignore Ctrl-C, as what runs under nohup or in the background is.
SCRIPT = """
import os, signal, sys, time
import searchlib
from searchlib import Article

def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)
    index = searchlib.open_or_create("index")
    with index.writer(processes=2) as writer:
        for n in range(2000):
            writer.add(Article(article_id=str(n), headline="horse", body="word " * 2000))
        if sys.argv[1:]:
            pool = writer._open_transaction._processes._pool
            while len(pids := {pool.submit(os.getpid).result() for _ in range(9)}) < 2:
                pass
            print(*pids, flush=True)
            time.sleep(60)
    print(index.count)

GUARD
    main()
"""


def script(folder: Path, guard: str, *arguments: str) -> subprocess.Popen[str]:
    (folder / "script.py").write_text(SCRIPT.replace("GUARD", guard))
    return subprocess.Popen(
        [sys.executable, "script.py", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ended(pids: list[int]) -> bool:
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_script_indexes_under_its_guard(tmp_path):
    with script(tmp_path, 'if __name__ == "__main__":') as ran:
        out, err = ran.communicate(timeout=60)
    assert (ran.returncode, err) == (0, "")
    assert out.splitlines()[-1] == "2000"


def test_a_script_without_it_fails_soon_and_says_why(tmp_path):
    began = time.monotonic()
    with script(tmp_path, "if True:") as ran:
        _, err = ran.communicate(timeout=60)
    assert ran.returncode == 1
    assert "which has to index under" in err
    assert time.monotonic() - began < 30
    assert searchlib.open(tmp_path / "index").count == 0


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks into /proc")
@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_no_process_outlives_a_writer_that_is_stopped(tmp_path, name):
    how = getattr(signal, name)
    with script(tmp_path, 'if __name__ == "__main__":', "wait") as ran:
        pids = [int(pid) for pid in ran.stdout.readline().split()]
        assert len(pids) == 2
        if how == signal.SIGINT:  # as a terminal does: to all of them
            os.killpg(ran.pid, how)
        else:
            ran.kill()
        _, err = ran.communicate(timeout=60)
    assert ended(pids)
    assert err.count("Traceback") == (how == signal.SIGINT)
    index = searchlib.open(tmp_path / "index")
    with index.writer() as writer:
        writer.add(Article(article_id="a"))
    assert index.count == 1
    suffixes = sorted(file.suffix for file in Path(index.path).iterdir())
    assert suffixes == ["", ".articles", ".commit", ".json"]
