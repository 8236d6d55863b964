"""The class Writer: change an index in one transaction."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Literal, Self, TypeVar

from searchlib.arguments import seconds, workers
from searchlib.article import Article
from searchlib.article_size import check_size
from searchlib.engine import Changes, Engine, Transaction, View
from searchlib.errors import StorageError
from searchlib.forks import renew_in_children
from searchlib.planning.plan import Plan

__all__ = ["Changes", "Writer"]

_T = TypeVar("_T")

_MAX_CHARS: Final = 1 << 20
"""Maximum number of characters of the articles that wait for the engine, to bound memory."""

_MAX_ARTICLES: Final = 4096
"""Maximum number of articles that wait for the engine, to bound memory."""


class Writer:
    """One transaction on an index; use it in a with statement.

    At the end of the block all changes become visible at once. If an exception leaves the block,
    all changes are dropped, and the index is unchanged. Open readers keep their snapshot.

    Entering the block waits up to ``wait_seconds`` for another writer of any process, then raises
    IndexLockedError. A full disk raises StorageError.

    Safe to use from many threads: the calls are carried out one after the other. Calls after the
    end of the block raise StorageError, and so do all calls in a process that is forked inside the
    block.

    Either all changes are written or none. If an error or Ctrl-C interrupts a call, articles of
    earlier calls may be lost. If the block catches the exception and continues, later calls and the
    commit raise StorageError. A TypeError or a QueryError for a wrong argument is raised before
    anything is changed, and the writer can still be used.
    """

    def __init__(self, engine: Engine, wait_seconds: float, processes: int = 1) -> None:
        if workers("processes", processes) > 1 and not engine.supports_processes:
            raise ValueError(f"processes is {processes}; it must be 1 for an index in memory")
        self._engine = engine
        self._process_count = processes
        self._wait_seconds = seconds("wait_seconds", wait_seconds)
        self._analyzer = engine.settings.analyzer  # of the index as the program knows it
        self._open_transaction: Transaction | None = None
        self._waiting: list[Article] = []
        self._waiting_chars = 0
        # Reentrant, because a signal handler may call the writer in the middle of a call.
        self._lock = threading.RLock()
        self._unfinished = False
        self._cause: BaseException | None = None
        self.committed = False
        """Whether the changes are in the index."""
        self.changes = Changes()
        """The numbers of articles added, replaced and deleted; all 0 until they are committed."""
        self._parent = 0
        self._inherited: Transaction | None = None
        renew_in_children(self)

    def _renew_in_child(self) -> None:
        """Leave the transaction to the parent process.

        A reference to it stays, so that its files are not closed in this process.
        """
        self._lock = threading.RLock()
        if self._open_transaction is not None:
            self._parent = os.getppid()
            self._inherited, self._open_transaction = self._open_transaction, None
            self._waiting, self._waiting_chars = [], 0

    def __enter__(self) -> Self:
        if self._parent:
            raise self._not_open()
        if self._open_transaction is not None:
            raise StorageError(
                "this writer is already open; call index.writer() for another one",
                path=self._engine.path,
            )
        self._open_transaction = self._engine.begin(
            self._wait_seconds, self._process_count, self._analyzer
        )
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._open_transaction is None and error_type is not None and self._parent:
            return  # in a forked child, its own exception is more useful
        transaction = self._transaction
        try:
            with self._lock:  # waits for the calls of other threads
                if error_type is None:
                    self._run_atomically(self._commit)
                self._open_transaction = None
        finally:
            try:
                transaction.rollback()
            finally:
                self.committed = transaction.committed
                self.changes = transaction.changes
                self._open_transaction = self._cause = None
                self._waiting, self._waiting_chars = [], 0

    @property
    def _transaction(self) -> Transaction:
        if self._open_transaction is None:
            raise self._not_open()
        return self._open_transaction

    def _not_open(self) -> StorageError:
        if self._parent:
            return StorageError(
                f"this writer belongs to process {self._parent}, from which this one was forked;"
                " open another writer in this process",
                path=self._engine.path,
            )
        return StorageError(
            "the writer is not open; use it as `with index.writer() as writer:`",
            path=self._engine.path,
        )

    def _usable(self) -> Transaction:
        transaction = self._transaction
        if self._unfinished:
            cause = f" ({type(self._cause).__name__})" if self._cause else ""
            raise StorageError(
                f"an earlier call of this writer was interrupted{cause}; nothing was written",
                path=self._engine.path,
            ) from self._cause
        return transaction

    def _run_atomically(self, step: Callable[[Transaction], _T]) -> _T:
        """Run a step. If it does not finish, all later calls and the commit raise StorageError.

        Ctrl-C can interrupt it between any two lines.
        """
        with self._lock:
            transaction = self._usable()
            self._unfinished = True
            try:
                result = step(transaction)
            except BaseException as error:
                self._cause = error
                raise
            self._unfinished = False
            return result

    def _flush(self, transaction: Transaction) -> None:
        waiting, self._waiting, self._waiting_chars = self._waiting, [], 0
        if waiting:
            transaction.add(waiting)

    def _commit(self, transaction: Transaction) -> None:
        self._flush(transaction)
        transaction.commit()

    def add(self, article: Article) -> None:
        """Add ``article``. It replaces an article with the same article_id, if there is one.

        Articles are analyzed in batches of thousands, and a segment is written when it is full, so
        memory is bounded. Raises TypeError if ``article`` is not an Article, MalformedArticleError
        if it has more than 64 MiB. Then nothing is changed, and the writer can still be used.
        """
        if not isinstance(article, Article):
            raise TypeError(
                f"article must be an Article, not {article!r:.80}; Article.from_dict makes one"
            )
        chars = check_size(article)
        with self._lock:
            if self._unfinished or self._open_transaction is None:
                self._usable()  # raises; calling it for every article would take 0.1 µs
            self._waiting.append(article)
            self._waiting_chars += chars
            if self._waiting_chars > _MAX_CHARS or len(self._waiting) >= _MAX_ARTICLES:
                self._run_atomically(self._flush)

    def add_many(self, articles: Iterable[Article]) -> int:
        """Add all ``articles`` with add(). Return their number.

        If iterating over ``articles`` raises an error, the articles before it stay added.
        """
        count = 0
        for article in articles:
            self.add(article)
            count += 1
        return count

    def delete(self, article_id: str) -> bool:
        """Delete the article with this id. Return whether there was one."""
        if not isinstance(article_id, str):
            raise TypeError(f"article_id must be a string, not {article_id!r:.80}")

        def delete(transaction: Transaction) -> bool:
            self._flush(transaction)
            return transaction.delete(article_id)

        return self._run_atomically(delete)

    def delete_matching(
        self,
        query: str,
        *,
        now: datetime | None = None,
        syntax: Literal["searchlib", "lucene", "whoosh"] = "searchlib",
    ) -> None:
        """Delete every article that ``query`` matches, including those added before by this writer.

        The articles are deleted at the commit. Raises QueryError if any part of the query has a
        problem, so that a mistake deletes nothing. ``now`` and ``syntax`` are those of
        Index.search().
        """
        # Imported here: it takes 15 ms, and a program that only adds articles saves them.
        from searchlib.planning.query_planning import plan_query  # noqa: PLC0415
        from searchlib.query import parse  # noqa: PLC0415

        if not isinstance(query, str):
            raise TypeError(f"query must be a string, not {query!r:.80}")
        if now is not None and not isinstance(now, datetime):
            raise TypeError(f"now must be a datetime or None, not {now!r:.80}")
        moment = now or datetime.now(UTC)  # fixed now, because the commit may be much later
        parse(query, syntax=syntax, strict=True, now=moment)

        def plan_for(view: View) -> Plan:
            return plan_query(query, view, view.analyzer, strict=True, now=moment, syntax=syntax)[0]

        def delete(transaction: Transaction) -> None:
            self._flush(transaction)
            transaction.delete_where(plan_for)

        self._run_atomically(delete)
