"""Segments that other processes build: what a writer with ``processes`` has in place of its own.

    Writer -> runs of prepared articles -> a process -> the file of a segment

A run is a segment's worth of articles that came one behind the other, and its name is the writer's.
A process gets it whole, writes the file, and answers with nothing: what a commit is made of the
writer knows already. So documents are in the order in which they came, in whatever order the
processes end, and which of two articles with one id counts is decided in one place.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from searchlib.analysis import get_analyzer
from searchlib.errors import StorageError
from searchlib.indexing.article_analysis import DocumentMaker, PreparedBatch
from searchlib.store.building import Builder, build_segment

__all__ = ["SegmentProcesses"]

_RUN_BYTES: Final = 1 << 25
"""Of the articles of a run. With less, five small segments would soon be merged to one."""


class SegmentProcesses:
    """Builds segments of the index in ``folder``, each in one of so many processes.

    At most one run for each process is on its way, and another one is collected. Close it before
    the transaction is dropped: no process writes then.
    """

    def __init__(self, folder: str, analyzer: str, processes: int) -> None:
        self._folder = os.path.abspath(folder)
        self._path = folder
        self._analyzer = analyzer
        self._processes = processes
        self._running: set[Future[Any]] = set()
        self._is_broken = False
        self._pool = ProcessPoolExecutor(
            processes, multiprocessing.get_context("spawn"), initializer=_begin
        )
        try:
            # They start now, while the first articles are read.
            for _ in range(processes):
                self._submit(_document_maker, analyzer)
        except BaseException:
            self.close()
            raise

    def begin(self, _storage: Any, name: str) -> Builder[PreparedBatch]:
        """Return a builder that another process stands behind."""
        return _Run(self, name)

    def build(self, name: str, batches: list[PreparedBatch]) -> None:
        """Have a segment built; wait for a process that is free. Raises what one before met."""
        while len(self._running) >= self._processes:
            self._collect()
        self._running.add(self._submit(_build, self._folder, name, self._analyzer, batches))

    def _submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        try:
            with _ctrl_c_held():  # a process may start
                return self._pool.submit(function, *arguments)
        except BrokenProcessPool as error:
            raise self._broken() from error

    def wait(self) -> None:
        """Wait until all segments are written."""
        while self._running:
            self._collect()

    def _collect(self) -> None:
        done, self._running = wait(self._running, return_when=FIRST_COMPLETED)
        for each in done:
            try:
                each.result()
            except BrokenProcessPool as error:
                raise self._broken() from error

    def _broken(self) -> StorageError:
        self._is_broken = True
        return StorageError(
            "a process that built a segment has ended before its time: it was killed, or was the"
            ' program\'s own, which has to index under `if __name__ == "__main__":`;'
            " nothing was written",
            path=self._path,
        )

    def close(self) -> None:
        """End the processes, each with the segment that it is at."""
        if self._is_broken:
            # The pool sends them SIGTERM, which they may have inherited to ignore, and waits.
            started = self._pool._processes or {}  # noqa: SLF001  # 3.14 has kill_workers()
            for process in list(started.values()):
                process.kill()
        self._pool.shutdown(cancel_futures=True)


class _Run:
    """Articles for one segment, as they come."""

    def __init__(self, processes: SegmentProcesses, name: str) -> None:
        self.num_docs = 0
        self._processes = processes
        self._name = name
        self._batches: list[PreparedBatch] = []
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        return self._bytes >= _RUN_BYTES

    def add(self, batch: PreparedBatch) -> None:
        self._batches.append(batch)
        self.num_docs += len(batch.article_ids)
        self._bytes += sum(batch.sizes)

    def finish(self) -> None:
        self._processes.build(self._name, self._batches)


@contextmanager
def _ctrl_c_held() -> Iterator[None]:
    """Have Ctrl-C wait, where the system can.

    A process that starts meanwhile never gets it, also while it imports what _begin needs: 0.3 s.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Leave Ctrl-C to the writer, which ends this process; and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


@cache
def _document_maker(analyzer: str) -> DocumentMaker:
    return DocumentMaker(get_analyzer(analyzer))


def _build(folder: str, name: str, analyzer: str, batches: list[PreparedBatch]) -> None:
    build_segment(folder, name, map(_document_maker(analyzer).make, batches))
