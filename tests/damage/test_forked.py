"""Processes that are forked while an index is open, or is being written to."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import searchlib
from searchlib import Article, Index, StorageError
from searchlib.changes import Changes
from tests.helpers.articles import long_articles
from tests.helpers.indexes import stored_ids
from tests.helpers.processes import in_child

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks, as POSIX systems do")

SECONDS = 30
"""After which a child that hangs is killed."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with searchlib.create(tmp_path / "index") as index, index.writer() as writer:
        writer.add(Article(article_id="before", body="horses"))
    return tmp_path / "index"


def calls(writer: searchlib.Writer) -> list[Callable[[], object]]:
    return [
        lambda: writer.add(long_articles(1, "lost")[0]),
        lambda: writer.add_many(long_articles(2, "lost")),
        lambda: writer.delete("before"),
        lambda: writer.delete_matching("horses"),
        lambda: writer.__enter__(),
        lambda: writer.__exit__(None, None, None),
    ]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("in_memory", [False, True])
def test_a_writer_is_of_the_process_that_opened_it(path, processes, in_memory) -> None:
    if in_memory and processes > 1:
        pytest.skip("an index in memory is written by one process")
    index = searchlib.in_memory() if in_memory else searchlib.open(path)
    index.writer().__enter__().__exit__(None, None, None)

    def child() -> None:
        for call in calls(writer):
            with pytest.raises(StorageError, match="from which this one was forked"):
                call()
        assert not writer.committed
        assert writer.changes == Changes()
        try:
            with suppress(KeyError), writer:
                raise KeyError
        except StorageError:  # it cannot be entered either
            pass
        gc.collect()

    with index.writer(processes=processes) as writer:
        writer.add_many(long_articles(20))
        writer.delete("none")  # so that there is a file of them
        assert in_child(child) == 0
        writer.add_many(long_articles(20, "trains"))
        assert in_child(lambda: None) == 0
    assert writer.committed
    expected = {each.article_id for each in long_articles(20) + long_articles(20, "trains")}
    if in_memory:
        assert {hit.article_id for hit in index.search("*", limit=None)} == expected
    else:
        assert set(stored_ids(path)) == {"before", *expected}


def test_a_child_that_ends_by_itself_writes_nothing_of_its_parents(path) -> None:
    """Files that are closed when Python ends, and locks, are those of the parent too."""
    script = """
import os, sys
import searchlib
from tests.helpers.articles import long_articles
index = searchlib.open(sys.argv[1])
with index.writer() as writer:
    writer.add_many(long_articles(30))
    writer.delete("none")
    for _ in range(3):
        if not os.fork():
            sys.exit(0)  # through the with block, and all that ends Python
        os.wait()
    try:
        if not os.fork():
            raise KeyError("of the child")
    except KeyError:
        sys.exit(0)
    os.wait()
    writer.add_many(long_articles(30, "trains"))
assert writer.committed
"""
    done = subprocess.run(
        # Python 3.12 warns of forks beside threads, which is what this is about.
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script, path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(stored_ids(path)) == 61


def test_a_child_that_lives_on_keeps_no_lock_of_a_parent_that_is_killed(path, tmp_path) -> None:
    """It has inherited every open file."""
    told = tmp_path / "told"

    def parent() -> None:
        writer = searchlib.open(path).writer()
        writer.__enter__()
        writer.add_many(long_articles(5))
        child = os.fork()
        if not child:
            time.sleep(SECONDS)
            os._exit(0)
        told.write_text(str(child))
        os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(parent) == signal.SIGKILL
    try:
        with searchlib.open(path).writer(wait_seconds=0.0) as writer:
            writer.add_many(long_articles(2, "after"))
    finally:
        os.kill(int(told.read_text()), signal.SIGKILL)
    assert set(stored_ids(path)) == {"before", "after0", "after1"}


def test_a_child_may_write_with_a_writer_of_its_own(path) -> None:
    index = searchlib.open(path)

    def child(number: int) -> Callable[[], None]:
        def write() -> None:
            with index.writer() as own:
                own.add(Article(article_id=f"child{number}", body="horses"))

        return write

    assert in_child(child(1)) == 0
    with index.writer() as writer:
        writer.add(Article(article_id="parent", body="horses"))
    assert in_child(child(2)) == 0
    assert set(stored_ids(path)) == {"before", "child1", "child2", "parent"}


def search(index: Index) -> None:
    """Ask for what takes every lock there is between a query and its snippets."""
    for query in ("horses", '"horses trains"', "hor*", "=Horses", "cafés", "straße lang:de"):
        for hit in index.search(query, limit=3):
            assert hit.snippets is not None
            assert hit.article
    assert index.count > 0


@pytest.mark.parametrize("in_memory", [False, True])
def test_an_index_that_was_opened_before_searches_in_the_child(tmp_path, in_memory) -> None:
    """Threads of the parent are at every lock when it forks, and the child has none of them."""
    index = searchlib.in_memory() if in_memory else searchlib.create(tmp_path)
    with index.writer() as writer:
        writer.add_many(long_articles(30))
        writer.add(Article(article_id="de", body="Pferde „auf“ der Straße …", language="de"))
    stop = threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            number = 0
            while not stop.is_set():
                number += 1
                search(index)
                index.search(f"word{number} *{number % 10}", limit=2)
        except BaseException as error:  # noqa: BLE001  # raised below
            failures.append(error)

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with index.writer() as own:
                own.add(Article(article_id=f"more{number % 7}", body=f"word{number} horses"))

    threads = [threading.Thread(target=work) for _ in range(3)]
    threads.append(threading.Thread(target=write))
    for thread in threads:
        thread.start()
    try:
        ended = [in_child(lambda: search(index)) for _ in range(40)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert ended == [0] * 40
