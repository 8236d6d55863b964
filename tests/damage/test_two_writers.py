"""Two writers, of one process or of two: one waits. Readers see whole commits only."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

import searchlib
from searchlib import Article, Index, IndexLockedError
from tests.damage.conftest import state, stored_state
from tests.damage.writing_process import article, make_index

REPLACED = 20
"""The articles that every commit replaces, all of them at once."""

COMMITS = 12


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_index(tmp_path / "index", 2)
    return tmp_path / "index"


@pytest.fixture(params=["directory", "memory"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    in_memory = request.param == "memory"
    with searchlib.in_memory() if in_memory else searchlib.create(tmp_path / "index") as made:
        yield made


def write(index: Index, *articles: Article, wait_seconds: float = 0.0) -> None:
    with index.writer(wait_seconds=wait_seconds) as writer:
        writer.add_many(articles)


def assert_locked(index: Index, wait_seconds: float) -> None:
    """Try to write in a thread of its own, as another process might."""
    with ThreadPoolExecutor(1) as pool, pytest.raises(IndexLockedError) as caught:
        pool.submit(write, index, article("refused", 1), wait_seconds=wait_seconds).result()
    assert caught.value.path == index.path
    assert f"for {wait_seconds:g} seconds" in caught.value.problem
    assert "try again later" in caught.value.problem


def test_a_second_writer_in_the_same_thread_is_told_at_once(index) -> None:
    with index.writer() as writer:
        writer.add(article("first", 0))
        with pytest.raises(IndexLockedError, match="this thread already has a writer"):
            write(index, article("refused", 1), wait_seconds=math.inf)  # it would wait for itself
        writer.add(article("more", 0))
    write(index, article("second", 1))
    assert list(state(index)) == ["first", "more", "second"]


@pytest.mark.parametrize("wait_seconds", [0.0, 0.2])
def test_a_second_writer_is_told_to_try_again_later(index, wait_seconds) -> None:
    with index.writer() as writer:
        writer.add(article("first", 0))
        assert_locked(index, wait_seconds)
        writer.add(article("more", 0))
    # It broke nothing of the first one's, and the lock is free.
    write(index, article("second", 1))
    assert list(state(index)) == ["first", "more", "second"]


def test_a_second_writer_of_the_same_directory_opened_twice(path) -> None:
    with searchlib.open(path) as one, searchlib.open(path) as other:
        with one.writer() as writer:
            writer.add(article("first", 0))
            assert_locked(other, 0.0)
        write(other, article("second", 1))
        assert state(one).keys() == {"0a", "0b", "1a", "1b", "first", "second"}


def test_a_writer_that_failed_lets_the_next_one_in(index) -> None:
    with suppress(ZeroDivisionError), index.writer() as writer:
        writer.add(article("first", 0))
        raise ZeroDivisionError
    write(index, article("second", 1))
    assert list(state(index)) == ["second"]


def test_a_waiting_writer_gets_in_when_the_first_one_ends(index) -> None:
    waiting, inside = threading.Event(), threading.Event()

    def second() -> None:
        writer = index.writer(wait_seconds=60.0)
        waiting.set()
        with writer:
            inside.set()
            writer.add(article("same", 1))

    thread = threading.Thread(target=second)
    with index.writer() as writer:
        thread.start()
        assert waiting.wait(60.0)
        assert_locked(index, 0.1)
        assert not inside.is_set()
        writer.add(article("same", 0))
    thread.join(60.0)
    assert inside.is_set()
    assert state(index) == {"same": article("same", 1)}


def test_a_writer_in_another_process_waits_for_this_one(path, writing_process) -> None:
    with searchlib.open(path) as index:
        with index.writer() as writer:
            writer.add(article("first", 0))
            assert "waiting" in writing_process.run(path, wait_seconds=0.1)
            told = writing_process.answer()
            assert told["error"] == "IndexLockedError"
            assert "try again later" in told["message"]
            assert told["committed"] is False
            assert "waiting" in writing_process.run(path, wait_seconds=60.0)
        assert writing_process.answer()["committed"] is True
        assert state(index).keys() == {"0a", "1b", "first", "new", "more0", "more1"}


def test_this_process_waits_for_a_writer_in_another(path, writing_process) -> None:
    with searchlib.open(path) as index:
        before = state(index)
        assert "holding" in writing_process.run(path, hold=True)
        assert_locked(index, 0.1)
        assert state(index) == before  # what is being written is not seen
        writing_process.send("go on")
        write(index, article("after", 2), wait_seconds=60.0)
        assert writing_process.answer()["committed"] is True
        assert state(index).keys() == {"0a", "1b", "new", "more0", "more1", "after"}


def test_a_killed_writer_leaves_no_lock(path, writing_process) -> None:
    with searchlib.open(path) as index:
        before = state(index)
        holder = writing_process.run(path, hold=True)["holding"]
        assert_locked(index, 0.0)
        os.kill(holder, signal.SIGKILL)
        assert writing_process.answer() == {"signal": signal.SIGKILL}
        write(index, article("after", 2))
        assert state(index) == {**before, "after": article("after", 2)}


def test_commands_read_while_another_process_writes(path, writing_process) -> None:
    before = stored_state(path)
    assert "holding" in writing_process.run(path, hold=True)
    for arguments in (["query", "common", "--format", "jsonl"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "searchlib", *arguments, "--index", path],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        if arguments[0] == "query":
            assert len(done.stdout.splitlines()) == len(before)
    writing_process.send("go on")
    assert writing_process.answer()["committed"] is True


class Readers:
    """Threads that search until they are told to stop; each looks at all of every result."""

    def __init__(self, indexes: list[Index]) -> None:
        self.seen: list[list[int]] = [[] for _ in indexes]
        self.failures: list[BaseException] = []
        self._searched = threading.Condition()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=(index, seen))
            for index, seen in zip(indexes, self.seen, strict=True)
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, index: Index, seen: list[int]) -> None:
        try:
            while not self._stop.is_set():
                generation = one_generation(index)
                with self._searched:
                    seen.append(generation)
                    self._searched.notify_all()
        except BaseException as error:  # noqa: BLE001  # the test raises it
            with self._searched:
                self.failures.append(error)
                self._searched.notify_all()

    def wait_for_a_search(self) -> None:
        """Wait until each reader has come to the end of a search that it began after this call."""
        with self._searched:
            goals = [len(seen) + 2 for seen in self.seen]
            assert self._searched.wait_for(
                lambda: self.failures or all(map(lambda s, g: len(s) >= g, self.seen, goals)), 60.0
            )

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60.0)


def one_generation(index: Index) -> int:
    """Search, read every hit, and give the one generation that all of them are of."""
    results = index.search("common", limit=None)
    generations = {hit.headline for hit in results}
    assert results.total == len(results) == REPLACED
    assert len(generations) == 1
    return int(generations.pop().removeprefix("common generation"))


@pytest.mark.parametrize("where", ["same index", "opened again", "memory"])
def test_every_search_sees_one_whole_commit(where, tmp_path) -> None:
    with ExitStack() as stack:
        path = tmp_path / "index"
        made = searchlib.in_memory() if where == "memory" else searchlib.create(path)
        index = stack.enter_context(made)
        write(index, *(article(f"{n}", 0) for n in range(REPLACED)))
        others = [
            stack.enter_context(searchlib.open(path)) if where == "opened again" else index
            for _ in range(3)
        ]
        held = index.search("common", limit=None)
        readers = Readers(others)
        stack.callback(readers.stop)
        for generation in range(1, COMMITS + 1):
            write(index, *(article(f"{n}", generation) for n in range(REPLACED)))
            readers.wait_for_a_search()
            assert readers.failures == []
        readers.stop()
        assert readers.failures == []
        for seen in readers.seen:
            # No reader goes back, and after each commit each has seen it.
            assert seen == sorted(seen)
            assert set(seen) >= set(range(1, COMMITS + 1))
        assert {hit.headline for hit in held} == {"common generation0"}
        assert index.check() == []
