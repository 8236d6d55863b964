"""Changing an index: one transaction, from the first article to the commit."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from searchlib.analysis import Analyzer
from searchlib.article import Article
from searchlib.codec import Store, Transaction
from searchlib.errors import StorageError
from searchlib.indexing import DocumentMaker, prepare

if TYPE_CHECKING:
    from searchlib.processes import SegmentProcesses

__all__ = ["Writer"]

_MOST_CHARS: Final = 1 << 20
_MOST_ARTICLES: Final = 4096


class Writer:
    """One transaction on an index; use it in a with statement.

    At the end of the block its changes become visible, all together. An exception that leaves the
    block drops them all, and the index is as it was. Readers go on with what they have.

    Entering the block waits up to ``wait_seconds`` for another writer, of this or any other
    process, then raises IndexLockedError. A full disk raises StorageError.
    """

    def __init__(
        self, store: Store, analyzer: Analyzer, wait_seconds: float, processes: int = 1
    ) -> None:
        if processes < 1:
            raise ValueError(f"processes must be 1 or more, not {processes}")
        if processes > 1 and not store.storage.folder:
            raise ValueError("an index in memory is written by one process")
        self._process_count = processes
        self._processes: SegmentProcesses | None = None
        self._store = store
        self._analyzer = analyzer
        self._wait_seconds = wait_seconds
        self._open_transaction: Transaction | None = None
        self._documents = DocumentMaker(analyzer)
        self._waiting: list[Article] = []
        self._waiting_chars = 0
        self.committed = False
        """Whether the changes are in the index."""

    def __enter__(self) -> Self:
        if self._process_count > 1:
            # 15 ms to import. They start before the lock is taken: one that runs the program anew,
            # as is not right, fails then, and does not wait for it.
            from searchlib.processes import SegmentProcesses  # noqa: PLC0415

            self._processes = SegmentProcesses(
                self._store.path, self._analyzer.name, self._process_count
            )
        try:
            self._open_transaction = Transaction(self._store, self._wait_seconds, self._processes)
            self._check_analyzer()
        except BaseException as error:
            if self._open_transaction is None:
                self._end_processes()
            else:
                self.__exit__(type(error), error, None)
            raise
        return self

    def _check_analyzer(self) -> None:
        """Refuse an index that was made anew, with other settings, since it was opened."""
        now = self._store.settings.analyzer
        if now != self._analyzer.name:
            raise StorageError(
                f"the index was made anew with the analyzer {now}; open it again",
                path=self._store.path,
            )

    def _end_processes(self) -> None:
        processes, self._processes = self._processes, None
        if processes:
            processes.close()

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        transaction = self._transaction
        try:
            if error_type is None:
                self._add_waiting()
                transaction.commit()
        finally:
            try:
                self._end_processes()
            finally:
                try:
                    transaction.rollback()
                finally:
                    self.committed = transaction.committed
                    self._open_transaction = None
                    self._waiting = []

    @property
    def _transaction(self) -> Transaction:
        if self._open_transaction is None:
            raise self._not_open()
        return self._open_transaction

    def _not_open(self) -> StorageError:
        return StorageError(
            "the writer is not open; use it as `with index.writer() as writer:`",
            path=self._store.path,
        )

    def add(self, article: Article) -> None:
        """Add ``article``. One with the same article_id is replaced, also one of this writer.

        Articles are analyzed some thousands at a time, and written when there are enough for a
        segment: memory is bounded.
        """
        self.add_many((article,))

    def _add_waiting(self) -> None:
        waiting, self._waiting, self._waiting_chars = self._waiting, [], 0
        if waiting:
            batch = prepare(waiting)
            self._transaction.add(batch if self._processes else self._documents.make(batch))

    def add_many(self, articles: Iterable[Article]) -> int:
        """Add each of ``articles`` as it comes, the way add does; give how many there were."""
        count = 0
        for article in articles:
            if self._open_transaction is None:
                raise self._not_open()
            self._waiting.append(article)
            self._waiting_chars += len(article.body) + len(article.headline) + len(article.caption)
            if self._waiting_chars > _MOST_CHARS or len(self._waiting) >= _MOST_ARTICLES:
                self._add_waiting()
            count += 1
        return count

    def delete(self, article_id: str) -> bool:
        """Delete the article with this id; tell whether there was one."""
        self._add_waiting()
        return self._transaction.delete(article_id)

    def delete_matching(self, query: str) -> None:
        """Delete every article that ``query`` matches, those this writer added before included.

        It is carried out at the commit. Raises QueryError for a query that is not right in every
        part: a mistake must not delete.
        """
        # They take 30 ms to import, which a program that only adds articles does without.
        from searchlib.query import parse  # noqa: PLC0415
        from searchlib.results.search import select_documents  # noqa: PLC0415

        parse(query, strict=True)
        self._add_waiting()
        analyzer, settings = self._analyzer, self._store.settings
        self._transaction.delete_where(
            lambda snapshot: select_documents(query, snapshot, analyzer, settings)
        )
