"""The engine of an index in a directory, or in memory."""

from __future__ import annotations

from searchlib.local.local_transaction import LocalTransaction
from searchlib.local.view import LocalView, analyzer_of
from searchlib.settings import Settings
from searchlib.store.destroying import destroy_store, destroy_unwritten_store
from searchlib.store.store import Store

__all__ = ["LocalEngine"]


class LocalEngine:
    """An engine over a store; see engine.protocol.Engine.

    Raises CorruptIndexError if the settings of the index name an unknown analyzer.
    """

    def __init__(self, store: Store) -> None:
        analyzer_of(store.settings, store.path)
        self.store = store
        self.path = store.path
        self._view: LocalView | None = None

    @property
    def settings(self) -> Settings:
        """The settings of the view that view() returned last."""
        return self.store.settings

    @property
    def supports_processes(self) -> bool:
        """Whether other processes can write to the index: whether it is in a directory."""
        return bool(self.store.storage.folder)

    def view(self) -> LocalView:
        """Return a view of the latest commit: the same object until there is a newer commit."""
        snapshot = self.store.snapshot()  # first, because it loads the settings of its commit
        view = self._view
        if view is None or view.snapshot is not snapshot:
            view = self._view = LocalView(self.store, snapshot, self.store.settings)
        return view

    def begin(self, wait_seconds: float, processes: int, analyzer: str) -> LocalTransaction:
        """Begin a transaction, which holds the index's lock."""
        return LocalTransaction(self.store, wait_seconds, processes, analyzer)

    def destroy(self) -> None:
        """Delete the files of the index. Other files in its directory are not deleted."""
        destroy_store(self.store)

    def destroy_unwritten(self) -> bool:
        """Delete the index if no writer has committed to it or uses it. Return whether."""
        return destroy_unwritten_store(self.store)
