"""Build segments in other processes, for a writer with ``processes`` above 1.

    Writer -> runs of prepared articles -> a process -> the file of a segment

A run is a sequence of articles that fills a segment. The writer chooses the name of the segment. A
process receives a whole run, writes the file, and returns nothing, because the writer already knows
everything that the commit needs. So documents stay in the order of insertion, whichever process
ends first, and only the writer decides which of two articles with the same id is replaced.
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
"""Size of the articles of a run. Smaller segments would soon be merged, five into one."""


class SegmentProcesses:
    """Builds segments of the index in ``folder``. Each of the processes builds one at a time.

    At most one run per process is being built, while the writer collects another run. Close it
    before the transaction is dropped, so that no process still writes.
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
            # Start the processes now, while the writer reads the first articles.
            for _ in range(processes):
                self._submit(_document_maker, analyzer)
        except BaseException:
            self.close()
            raise

    def begin(self, _storage: Any, name: str) -> Builder[PreparedBatch]:
        """Return a builder whose segment another process builds."""
        return _Run(self, name)

    def build(self, name: str, batches: list[PreparedBatch]) -> None:
        """Wait for a free process, and start building a segment. Raises errors of earlier ones."""
        while len(self._running) >= self._processes:
            self._collect()
        self._running.add(self._submit(_build, self._folder, name, self._analyzer, batches))

    def _submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        try:
            with _ctrl_c_held():  # the pool may start a process
                return self._pool.submit(function, *arguments)
        except BrokenProcessPool as error:
            raise self._broken() from error

    def wait(self) -> None:
        """Wait until all segments are written."""
        while self._running:
            self._collect()

    def _collect(self) -> None:
        done, self._running = wait(self._running, return_when=FIRST_COMPLETED)
        for future in done:
            try:
                future.result()
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
        """End the processes. Each first finishes the segment that it builds."""
        if self._is_broken:
            # The pool would send SIGTERM and wait, but the processes may ignore SIGTERM if this
            # process does.
            started = self._pool._processes or {}  # noqa: SLF001  # 3.14 has kill_workers()
            for process in list(started.values()):
                process.kill()
        self._pool.shutdown(cancel_futures=True)


class _Run:
    """Collects the articles of one segment."""

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
    """Delay Ctrl-C until the end of the block, if the system supports it.

    A process that starts in the block inherits the blocked signal. So Ctrl-C cannot interrupt its
    imports, which take 0.3 s before _begin runs.
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
    """Ignore Ctrl-C, which the writer handles. End this process when the writer's process ends."""
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
