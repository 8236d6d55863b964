"""The transaction of a local index. Articles are analyzed in this process or in others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from searchlib.analysis import get_analyzer
from searchlib.article import Article
from searchlib.changes import Changes
from searchlib.errors import StorageError
from searchlib.indexing.article_analysis import DocumentMaker, PreparedBatch, prepare
from searchlib.local.view import LocalView
from searchlib.planning.plan import Plan
from searchlib.segment.documents import DocumentBatch
from searchlib.store.building import BuildersHere
from searchlib.store.snapshot import Snapshot
from searchlib.store.store import Store
from searchlib.store.transaction import Transaction

if TYPE_CHECKING:
    from searchlib.indexing.processes import SegmentProcesses

__all__ = ["LocalTransaction"]


class LocalTransaction:
    """The changes of one writer; see engine.protocol.Transaction. It holds the index's lock.

    Raises IndexLockedError, or StorageError if the index was created again with another analyzer
    than ``analyzer``.
    """

    def __init__(self, store: Store, wait_seconds: float, processes: int, analyzer: str) -> None:
        self._store = store
        self._processes: SegmentProcesses | None = None
        self._transaction: Transaction[DocumentBatch] | Transaction[PreparedBatch]
        self._add: Callable[[PreparedBatch], None]
        if processes > 1:
            self._begin_with_processes(wait_seconds, processes, analyzer)
        else:
            documents = DocumentMaker(get_analyzer(analyzer))
            transaction = Transaction(store, wait_seconds, BuildersHere())
            self._transaction = transaction
            self._add = lambda batch: transaction.add(documents.make(batch))
        actual = store.settings.analyzer
        if actual != analyzer:
            self.rollback()
            raise StorageError(
                f"the index was created again with the analyzer {actual}; open it again",
                path=store.path,
            )

    def _begin_with_processes(self, wait_seconds: float, processes: int, analyzer: str) -> None:
        # Imported here because it takes 15 ms. The processes start before the lock is taken. So a
        # script without a `__main__` guard, which runs again in them, fails without waiting for the
        # lock.
        from searchlib.indexing.processes import SegmentProcesses  # noqa: PLC0415

        self._processes = SegmentProcesses(self._store.storage.folder, analyzer, processes)
        try:
            transaction = Transaction(self._store, wait_seconds, self._processes)
        except BaseException:
            self._end_processes()
            raise
        self._transaction = transaction
        self._add = transaction.add

    def _end_processes(self) -> None:
        processes, self._processes = self._processes, None
        if processes:
            processes.close()

    def add(self, articles: Sequence[Article]) -> None:
        """Add articles. Each replaces an earlier article with the same article_id."""
        self._add(prepare(articles))

    def delete(self, article_id: str) -> bool:
        """Delete the article with this id. Return whether there was one."""
        return self._transaction.delete(article_id)

    def delete_where(self, plan_for: Callable[[LocalView], Plan]) -> None:
        """At the commit, delete the articles that match a plan, except those added after this."""
        # Imported here: it takes 30 ms, and a program that only adds articles saves them.
        from searchlib.local.matched import select_documents  # noqa: PLC0415

        store, settings = self._store, self._store.settings

        def select(snapshot: Snapshot) -> Sequence[int]:
            plan = plan_for(LocalView(store, snapshot, settings))
            return select_documents(snapshot, plan, settings)

        self._transaction.delete_where(select)

    def commit(self) -> None:
        """Publish the changes as the newest commit. Without changes there is no commit."""
        self._transaction.commit()

    def rollback(self) -> None:
        """Drop uncommitted changes, end the processes, and release the lock."""
        try:
            self._end_processes()
        finally:
            self._transaction.rollback()

    @property
    def committed(self) -> bool:
        """Whether the changes are in the index."""
        return self._transaction.committed

    @property
    def changes(self) -> Changes:
        """The numbers of changed articles; all 0 unless they are committed."""
        return self._transaction.changes
