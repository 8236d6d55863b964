"""Changing an index: one transaction, from the first article to the commit."""

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

_MOST_CHARS: Final = 1 << 20
_MOST_ARTICLES: Final = 4096
"""Maximum number of letters and of articles that wait for the engine, to bound memory."""


class Writer:
    """One transaction on an index; use it in a with statement.

    At the end of the block its changes become visible, all together. An exception that leaves the
    block drops them all, and the index is as it was. Readers go on with what they have.

    Entering the block waits up to ``wait_seconds`` for another writer, of this or any other
    process, then raises IndexLockedError. A full disk raises StorageError.

    Many threads may use one writer: each call is carried out whole, one after the other. Only a
    call that ends before the block does counts; later ones raise StorageError. A child that is
    forked inside of the block has no part in it: every call there raises StorageError.

    What was asked for is written whole or not at all. A call that an error or Ctrl-C stops in the
    middle may have lost articles of calls before it. Where the block catches that and goes on,
    later calls raise StorageError, and so does the commit. A TypeError or a QueryError, for an
    argument that is not right, comes before anything is changed, and the writer goes on.
    """

    def __init__(self, engine: Engine, wait_seconds: float, processes: int = 1) -> None:
        if workers("processes", processes) > 1 and not engine.supports_processes:
            raise ValueError("an index in memory is written by one process")
        self._engine = engine
        self._process_count = processes
        self._wait_seconds = seconds("wait_seconds", wait_seconds)
        self._analyzer = engine.settings.analyzer  # of the index as the program knows it
        self._open_transaction: Transaction | None = None
        self._waiting: list[Article] = []
        self._waiting_chars = 0
        # Also for the thread that has it: a handler of a signal may come in the middle of a call.
        self._lock = threading.RLock()
        self._unfinished = False
        self._cause: BaseException | None = None
        self.committed = False
        """Whether the changes are in the index."""
        self.changes = Changes()
        """What was added, replaced and deleted; nothing until it is committed."""
        self._parent = 0
        self._inherited: Transaction | None = None
        renew_in_children(self)

    def _renew_in_child(self) -> None:
        """Leave the transaction to the parent, and keep its files from being closed here."""
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
                "this writer is open already; index.writer() gives another one",
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
            return  # of a child: its own exception says more
        transaction = self._transaction
        try:
            with self._lock:  # what other threads are at is done before, and nothing after
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
                f"this writer is of the process {self._parent}, from which this one was forked;"
                " open another one here",
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
        """Take a step, or have the commit refuse: Ctrl-C may come between any two lines."""
        with self._lock:
            transaction = self._usable()
            self._unfinished = True
            try:
                done = step(transaction)
            except BaseException as error:
                self._cause = error
                raise
            self._unfinished = False
            return done

    def _flush(self, transaction: Transaction) -> None:
        waiting, self._waiting, self._waiting_chars = self._waiting, [], 0
        if waiting:
            transaction.add(waiting)

    def _commit(self, transaction: Transaction) -> None:
        self._flush(transaction)
        transaction.commit()

    def add(self, article: Article) -> None:
        """Add ``article``. One with the same article_id is replaced, also one of this writer.

        Articles are analyzed some thousands at a time, and written when there are enough for a
        segment: memory is bounded. Raises TypeError for what is no Article, MalformedArticleError
        for one of more than 64 MiB; then nothing is changed, and the writer goes on.
        """
        if not isinstance(article, Article):
            raise TypeError(
                f"article must be an Article, not {article!r:.80}; Article.from_dict makes one"
            )
        chars = check_size(article)
        with self._lock:
            if self._unfinished or self._open_transaction is None:
                self._usable()  # raises; a call for each article would take 0.1 µs
            self._waiting.append(article)
            self._waiting_chars += chars
            if self._waiting_chars > _MOST_CHARS or len(self._waiting) >= _MOST_ARTICLES:
                self._run_atomically(self._flush)

    def add_many(self, articles: Iterable[Article]) -> int:
        """Add each of ``articles`` as it comes, the way add does; give how many there were.

        Those that came before an error of ``articles`` itself are added.
        """
        count = 0
        for article in articles:
            self.add(article)
            count += 1
        return count

    def delete(self, article_id: str) -> bool:
        """Delete the article with this id; tell whether there was one."""
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
        """Delete every article that ``query`` matches, those this writer added before included.

        It is carried out at the commit. Raises QueryError for a query that is not right in every
        part: a mistake must not delete. ``now`` and ``syntax`` are those of Index.search.
        """
        # They take 15 ms to import, which a program that only adds articles does without.
        from searchlib.planning.query_planning import plan_query  # noqa: PLC0415
        from searchlib.query import parse  # noqa: PLC0415

        if not isinstance(query, str):
            raise TypeError(f"query must be a string, not {query!r:.80}")
        if now is not None and not isinstance(now, datetime):
            raise TypeError(f"now must be a datetime or None, not {now!r:.80}")
        moment = now or datetime.now(UTC)  # also where the commit is long after
        parse(query, syntax=syntax, strict=True, now=moment)

        def plan_for(view: View) -> Plan:
            return plan_query(query, view, view.analyzer, strict=True, now=moment, syntax=syntax)[0]

        def delete(transaction: Transaction) -> None:
            self._flush(transaction)
            transaction.delete_where(plan_for)

        self._run_atomically(delete)
