"""Changing an index: one transaction, from the first article to the commit."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from searchlib.analysis import Analyzer
from searchlib.article import Article
from searchlib.codec import Store, Transaction
from searchlib.errors import StorageError
from searchlib.indexing import make_document
from searchlib.query import parse
from searchlib.results.search import select_documents

__all__ = ["Writer"]


class Writer:
    """One transaction on an index; use it in a with statement.

    At the end of the block its changes become visible, all together. An exception that leaves the
    block drops them all, and the index is as it was. Readers go on with what they have.

    Entering the block waits up to ``wait_seconds`` for another writer, of this or any other
    process, then raises IndexLockedError. A full disk raises StorageError.
    """

    def __init__(self, store: Store, analyzer: Analyzer, wait_seconds: float) -> None:
        self._store = store
        self._analyzer = analyzer
        self._wait_seconds = wait_seconds
        self._open_transaction: Transaction | None = None
        self.committed = False
        """Whether the changes are in the index."""

    def __enter__(self) -> Self:
        self._open_transaction = Transaction(self._store, self._wait_seconds)
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        transaction = self._transaction
        try:
            if error_type is None:
                transaction.commit()
        finally:
            self.committed = transaction.committed
            transaction.rollback()
            self._open_transaction = None

    @property
    def _transaction(self) -> Transaction:
        if self._open_transaction is None:
            raise StorageError(
                "the writer is not open; use it as `with index.writer() as writer:`",
                path=self._store.path,
            )
        return self._open_transaction

    def add(self, article: Article) -> None:
        """Add ``article``. One with the same article_id is replaced, also one of this writer."""
        self._transaction.add(make_document(article, self._analyzer))

    def add_many(self, articles: Iterable[Article]) -> int:
        """Add each of ``articles`` as it comes; give how many there were."""
        count = 0
        for article in articles:
            self.add(article)
            count += 1
        return count

    def delete(self, article_id: str) -> bool:
        """Delete the article with this id; tell whether there was one."""
        return self._transaction.delete(article_id)

    def delete_matching(self, query: str) -> None:
        """Delete every article that ``query`` matches, those this writer added before included.

        It is carried out at the commit. Raises QueryError for a query that is not right in every
        part: a mistake must not delete.
        """
        parse(query, strict=True)
        analyzer, settings = self._analyzer, self._store.settings
        self._transaction.delete_where(
            lambda snapshot: select_documents(query, snapshot, analyzer, settings)
        )
