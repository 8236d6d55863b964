"""A writer whose calls fail, are stopped, come from many threads or are given what is no article."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

import searchlib
from searchlib import Article, Index, StorageError, Writer
from searchlib.segment.builder import SegmentBuilder
from searchlib.store.transaction import Transaction
from tests.helpers.indexes import indexed
from tests.helpers.processes import ROOT

HERE = str(ROOT / "searchlib")


@pytest.fixture
def small_batches(monkeypatch):
    """Batches of three articles, and segments of two batches."""
    monkeypatch.setattr("searchlib.writer._MAX_ARTICLES", 3)
    monkeypatch.setattr(SegmentBuilder, "is_full", property(lambda self: self.num_docs >= 6))


@pytest.fixture
def index() -> Index:
    return indexed([Article(article_id="old", headline="before")])


def numbered(count: int) -> Iterator[Article]:
    return (Article(article_id=str(n), headline=f"horse n{n}") for n in range(count))


def bad() -> Article:
    """Give an article that gets as far as the analysis, and no farther."""
    article = Article(article_id="bad")
    object.__setattr__(article, "tags", (5,))
    return article


def contents(index: Index) -> dict[str, str]:
    assert index.check() == []
    hits = index.search("*", limit=None)
    found = {hit.article_id: hit.article.headline for hit in hits}
    assert index.count == hits.total == len(hits) == len(found)
    return found


# Stopped in the middle


class Stop:
    """Raises KeyboardInterrupt before the bytecode with this number, of all that run in searchlib.

    So does Ctrl-C, which comes between any two. ``count`` says how many there were.
    """

    def __init__(self, at: int) -> None:
        self._at = at
        self.count = 0

    def __call__(self, frame: FrameType, event: str, _: object) -> Stop | None:
        code = frame.f_code
        if not code.co_filename.startswith(HERE) or code.co_name == "__del__":  # which only warns
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            self.count += 1
            if self.count == self._at:
                raise KeyboardInterrupt
        return self

    def __enter__(self) -> None:
        self._before = sys.gettrace()
        # Python 3.12 asks when a trace begins whether any frame has wanted bytecodes so far.
        sys._getframe().f_trace_opcodes = True
        sys.settrace(self)

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)


def change(writer: Writer, done: list[dict[str, str]]) -> None:
    """Add, replace and delete; note before each call what the index would have after it."""
    for article in numbered(8):
        done.append({**done[-1], article.article_id: article.headline})
        writer.add(article)
    for article_id in ("old", "3", "7", "none"):
        done.append({key: value for key, value in done[-1].items() if key != article_id})
        writer.delete(article_id)
    for n in (2, 3, 4, 9):
        done.append({**done[-1], str(n): "again"})
        writer.add(Article(article_id=str(n), headline="again"))
    done.append({key: value for key, value in done[-1].items() if value != "again"})
    writer.delete_matching("headline:again")


def stopped_at(at: int) -> tuple[int, bool]:
    """Stop a writer at a bytecode and go on; tell how many there are and whether it committed."""
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add(Article(article_id="old", headline="before"))
    done = [contents(index)]
    stop = Stop(at)
    writer = index.writer()
    try:
        with writer:
            try:
                with stop:
                    change(writer, done)
            except KeyboardInterrupt:
                pass
    except StorageError as error:
        refused: StorageError | None = error
    else:
        refused = None
    if refused:
        assert "an earlier call of this writer was interrupted" in refused.problem
        assert not writer.committed
        assert contents(index) == done[0]
    else:
        # The last call was stopped, before it did anything or after it had done all.
        assert contents(index) in done[-2:], at
    with index.writer(wait_seconds=0.0) as other:
        other.add(Article(article_id="after"))
    assert "after" in contents(index)
    return stop.count, writer.committed


def test_what_ctrl_c_stops_anywhere_is_whole_or_not_written(small_batches) -> None:
    count, committed = stopped_at(-1)
    assert committed
    stops = range(1, count)
    chosen = random.Random(8).sample(stops, min(250, len(stops)))
    outcomes = {stopped_at(at)[1] for at in chosen}
    assert outcomes == {False, True}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), StorageError("x", path="y")])
@pytest.mark.parametrize(
    ("of", "method"),
    [
        (SegmentBuilder, "add"),
        (SegmentBuilder, "finish"),
        (Transaction, "add"),
        (Transaction, "delete"),
        (Transaction, "delete_where"),
    ],
)
def test_a_call_that_failed_keeps_the_commit_from_being_made(
    error, of, method, index, small_batches, monkeypatch
) -> None:
    def fail(*_: object) -> None:
        monkeypatch.undo()
        raise error

    def write(writer: Writer) -> None:
        with writer:
            with pytest.raises(type(error)):
                everything(writer)
            with pytest.raises(StorageError, match="earlier call of this writer was interrupted"):
                writer.add(Article(article_id="next"))
            with pytest.raises(StorageError, match="earlier call of this writer was interrupted"):
                writer.delete("old")

    def everything(writer: Writer) -> None:
        writer.add_many(numbered(3))
        monkeypatch.setattr(of, method, fail)
        writer.add_many(numbered(20))
        writer.delete("3")
        writer.delete_matching("before")

    writer = index.writer()
    with pytest.raises(StorageError, match="nothing was written") as raised:
        write(writer)
    assert f"interrupted ({type(error).__name__})" in raised.value.problem
    assert not writer.committed
    assert contents(index) == {"old": "before"}


def test_an_error_in_the_analysis_that_is_caught_loses_no_article_silently(index) -> None:
    def write() -> None:
        with index.writer() as writer:
            writer.add_many(numbered(10))
            writer.add(bad())
            with pytest.raises(TypeError):
                writer.delete("none")

    with pytest.raises(StorageError, match=r"interrupted \(TypeError\)") as raised:
        write()
    assert isinstance(raised.value.__cause__, TypeError)
    assert contents(index) == {"old": "before"}


def test_an_error_in_the_analysis_at_the_commit_is_raised(index) -> None:
    with pytest.raises(TypeError), index.writer() as writer:
        writer.add(bad())
    assert contents(index) == {"old": "before"}


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_error_of_what_gives_the_articles_loses_none(error, index, small_batches) -> None:
    def articles() -> Iterator[Article]:
        yield from numbered(7)
        raise error

    with index.writer() as writer:
        with pytest.raises(error):
            writer.add_many(articles())
        writer.add(Article(article_id="next", headline="on"))
    assert contents(index) == {
        "old": "before", **{str(n): f"horse n{n}" for n in range(7)}, "next": "on"
    }  # fmt: skip


# Many threads


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Do the work in threads that take turns as often as they can."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert errors == []


def test_many_threads_use_one_writer(index, small_batches) -> None:
    with index.writer() as writer:

        def work(thread: int) -> None:
            ids = [f"{thread}-{n}" for n in range(150)]
            for article_id in ids[:75]:
                writer.add(Article(article_id=article_id, headline="quagga"))
            writer.add_many(Article(article_id=each, headline="quagga") for each in ids[75:])
            assert writer.delete(ids[0])

        in_threads(6, work)
    found = contents(index)
    assert found.pop("old") == "before"
    assert sorted(found) == sorted(f"{thread}-{n}" for thread in range(6) for n in range(1, 150))
    assert index.search("quagga").total == len(found)


def test_no_thread_waits_for_the_articles_of_another_one(index) -> None:
    added = threading.Event()

    def articles() -> Iterator[Article]:
        yield from numbered(2)
        assert added.wait(20)

    with index.writer() as writer:

        def work(thread: int) -> None:
            if thread:
                writer.add(Article(article_id="other"))
                added.set()
            else:
                writer.add_many(articles())

        in_threads(2, work)
    assert sorted(contents(index)) == ["0", "1", "old", "other"]


def test_a_call_of_another_thread_after_the_commit_began_is_refused(index, small_batches) -> None:
    began = threading.Event()
    added: list[str] = []
    refused: list[StorageError] = []

    def work(writer: Writer) -> None:
        try:
            for article in numbered(100_000):
                writer.add(article)
                added.append(article.article_id)
                if len(added) == 10:
                    began.set()
        except StorageError as error:
            refused.append(error)

    writer = index.writer()
    with writer:
        thread = threading.Thread(target=work, args=(writer,))
        thread.start()
        assert began.wait(20)
    thread.join()
    assert "the writer is not open" in refused[0].problem
    assert sorted(contents(index)) == sorted([*added, "old"])


# What is no article


@pytest.mark.parametrize("given", ["x", {"headline": "x"}, None, 5, ["x"]])
def test_what_is_no_article_is_refused_and_the_writer_goes_on(given, index) -> None:
    with index.writer() as writer:
        writer.add(Article(article_id="a", headline="one"))
        with pytest.raises(TypeError, match="article must be an Article, not ") as raised:
            writer.add(given)
        assert repr(given) in str(raised.value)
        with pytest.raises(TypeError, match="article must be an Article"):
            writer.add_many([Article(article_id="b", headline="two"), given])
        writer.add(Article(article_id="c", headline="three"))
    assert contents(index) == {"old": "before", "a": "one", "b": "two", "c": "three"}


def test_a_text_that_is_none_is_refused_and_the_writer_goes_on(index) -> None:
    article = Article(article_id="bad")
    object.__setattr__(article, "body", 5)
    with index.writer() as writer:
        with pytest.raises(TypeError):
            writer.add(article)
        writer.add(Article(article_id="a", headline="one"))
    assert contents(index) == {"old": "before", "a": "one"}


@pytest.mark.parametrize("given", [5, None, b"old", ["old"]])
def test_an_id_or_a_query_that_is_no_string_is_refused(given, index) -> None:
    with index.writer() as writer:
        writer.add(Article(article_id="a", headline="one"))
        with pytest.raises(TypeError, match="article_id must be a string, not "):
            writer.delete(given)
        with pytest.raises(TypeError, match="query must be a string, not "):
            writer.delete_matching(given)
        with pytest.raises(searchlib.QueryError):
            writer.delete_matching("headline:(")
    assert contents(index) == {"old": "before", "a": "one"}


# Processes that start

# It may have been started to ignore Ctrl-C, as what runs under nohup or in the background is.
SCRIPT = """
import searchlib, signal, time

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with searchlib.create("index").writer(processes=2):
        print("started", flush=True)
        time.sleep(60)
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="what Windows cannot do")
def test_a_process_that_starts_says_nothing_of_ctrl_c(tmp_path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    with subprocess.Popen(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as ran:
        ran.stdout.readline()
        os.killpg(ran.pid, signal.SIGINT)  # as a terminal does: to all of them
        _, err = ran.communicate(timeout=60)
    assert err.count("Traceback") == 1
    assert err.rstrip().endswith("KeyboardInterrupt")


def test_a_writer_that_is_open_is_not_opened_again():
    with searchlib.in_memory() as index:
        with index.writer() as writer:
            writer.add(Article(article_id="a", body="horses"))
            with pytest.raises(StorageError, match="already open"):
                writer.__enter__()
            writer.add(Article(article_id="b", body="horses"))
        assert writer.committed
        assert index.count == 2
