"""The transaction of a writer: all of its changes become one commit, or none."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Generic, cast

from searchlib.changes import Changes
from searchlib.errors import IndexLockedError, StorageError
from searchlib.files.damage import corruption_guard
from searchlib.files.disk_errors import published_errors, write_errors
from searchlib.files.storage import DirectoryStorage
from searchlib.files.syncing import sync_files, sync_names
from searchlib.files.whole_files import delete_files
from searchlib.segment.entry import SegmentEntry, segment_file
from searchlib.store.building import BatchT, Builder, Builders, BuildersHere
from searchlib.store.commit import Commit
from searchlib.store.due_merges import merge_due
from searchlib.store.publishing import CommitPublication
from searchlib.store.snapshot import Snapshot
from searchlib.store.store import Store

__all__ = ["Changes", "Transaction"]

Selection = Callable[[Snapshot], Iterable[int]]


class Transaction(Generic[BatchT]):
    """The changes of one writer. It holds the index's lock until commit or rollback.

    Raises IndexLockedError if the lock is not free within ``wait_seconds``, and StorageError if the
    disk is full or not writable. After an error, only rollback() may be called. A process that was
    forked from the one that made it must not use it.
    """

    def __init__(
        self, store: Store, wait_seconds: float, builders: Builders[BatchT] | None = None
    ) -> None:
        self._path = store.path
        self._changed = False
        # The default builders take DocumentBatch, so the type is Transaction[DocumentBatch].
        self._builders = builders or cast("Builders[BatchT]", BuildersHere())
        self._builder: Builder[BatchT] | None = None
        self._new: list[SegmentEntry] = []
        self._names: set[str] = set()
        # The articles of the transaction are numbered. _new_names holds the names of the new
        # segments in order, and _first_numbers the number of the first article of each.
        self._added: dict[str, int] = {}
        self._added_count = 0
        self._new_names: list[str] = []
        self._first_numbers: list[int] = []
        self._deleted: dict[str, set[int]] = {}
        self._selections: list[tuple[int, Selection]] = []
        self._replaced = self._deleted_count = 0
        self._changes = Changes()
        self._committed = False
        on_disk = isinstance(store.storage, DirectoryStorage)
        # Use a separate storage object, which knows the files that this transaction opened.
        self._storage = DirectoryStorage(store.storage.folder) if on_disk else store.storage
        with write_errors(self._path):
            self._lock = store.lock(wait_seconds)
        try:
            self._base_commit, self._base_snapshot = store.latest()
            self._publication = CommitPublication(
                self._storage,
                self._path,
                self._base_commit,
                store.next_generation(self._base_commit.generation),
                self._lock,
            )
        except BaseException:
            self._lock.release()
            raise

    @property
    def committed(self) -> bool:
        """Whether the changes are in the index. Cannot change once the lock is released."""
        if not self._committed and self._lock is not None:
            self._committed = self._publication.is_there
        return self._committed

    @property
    def changes(self) -> Changes:
        """The numbers of changed articles; all 0 unless they are committed."""
        return self._changes if self.committed else Changes()

    def add(self, batch: BatchT) -> None:
        """Add documents. A document replaces an earlier one with the same article_id.

        ``batch`` must be of the kind that the builders take.
        """
        with write_errors(self._path):
            builder = self._open_builder()
            ids, first = batch.article_ids, self._added_count
            all_new = not self._base_snapshot.num_docs and self._added.keys().isdisjoint(ids)
            if all_new and len(set(ids)) == len(ids):
                self._added.update(zip(ids, count(first), strict=False))
            else:
                for number, article_id in enumerate(ids, first):
                    self._replaced += self._drop_article(article_id)
                    self._added[article_id] = number
            self._added_count += len(ids)
            builder.add(batch)
        self._changed = True

    def _open_builder(self) -> Builder[BatchT]:
        if self._builder and self._builder.is_full:
            self._finish_segment()
        if self._builder is None:
            name = self._new_name()
            self._new_names.append(name)
            self._first_numbers.append(self._added_count)
            self._builder = self._builders.begin(self._storage, name)
        return self._builder

    def _new_name(self) -> str:
        name = self._base_commit.new_name()
        self._names.add(name)
        return name

    def _finish_segment(self) -> None:
        builder, self._builder = self._builder, None
        if builder:
            builder.finish()
            self._new.append(SegmentEntry(self._new_names[-1], builder.num_docs))

    def delete(self, article_id: str) -> bool:
        """Delete the article with this id. Return whether there was one."""
        is_deleted = self._drop_article(article_id)
        self._deleted_count += is_deleted
        return is_deleted

    def _drop_article(self, article_id: str) -> bool:
        number = self._added.pop(article_id, None)
        location = self._find_committed(article_id) if number is None else self._location(number)
        if location is None:
            return False
        segment, doc = location
        self._deleted.setdefault(segment, set()).add(doc)
        self._changed = True
        return True

    def _location(self, number: int) -> tuple[str, int]:
        """Return (segment, document) of an article of this transaction."""
        index = bisect_right(self._first_numbers, number) - 1
        return self._new_names[index], number - self._first_numbers[index]

    def _find_committed(self, article_id: str) -> tuple[str, int] | None:
        if not self._base_snapshot.num_docs:
            return None
        doc = self._base_snapshot.find(article_id)
        if doc is None:
            return None
        part = max(
            (part for part in self._base_snapshot.parts if part.base <= doc),
            key=lambda part: part.base,
        )
        name, doc_in_part = part.segment.name, doc - part.base
        return None if doc_in_part in self._deleted.get(name, ()) else (name, doc_in_part)

    def delete_where(self, select: Selection) -> None:
        """Delete the documents that ``select`` returns.

        commit() calls it with a snapshot that contains all changes. Articles that are added after
        this call are not deleted, even if ``select`` returns them.
        """
        self._selections.append((self._base_snapshot.doc_limit + self._added_count, select))
        self._changed = True

    def commit(self) -> None:
        """Publish the changes as the newest commit. Without changes there is no commit."""
        if not self._changed:
            self.rollback()
            return
        try:
            with write_errors(self._path):
                commit = self._publication.publish(self._final_segments(), self._names)
        except IndexLockedError:
            raise
        except StorageError as error:
            # If another writer has committed, it has deleted our files. Report its commit, not the
            # missing file.
            overtaken = None
            with suppress(OSError):
                if not self._publication.is_begun:
                    overtaken = self._publication.overtaken()
            if overtaken:
                raise overtaken from error
            raise
        self._committed = True
        with published_errors(self._path):
            sync_names(self._storage)
        # Files that cannot be deleted now, such as a mapped file on Windows, are deleted by the
        # next commit.
        delete_files(self._storage, commit.dropped)
        self._release()

    def _final_segments(self) -> list[SegmentEntry]:
        """Return the segments of the commit. New segments are written and synced."""
        self._finish_segment()
        self._builders.wait()
        segments = self._without_deleted([*self._base_commit.segments, *self._new])
        for limit, select in self._selections:
            with corruption_guard(self._path):
                commit = Commit(self._base_commit.generation, segments)
                snapshot = Snapshot(self._storage, commit, self._path)
                self._mark_deleted(snapshot, [doc for doc in select(snapshot) if doc < limit])
            segments = self._without_deleted(segments)
        segments = merge_due(
            self._storage,
            self._path,
            [entry for entry in segments if entry.live],
            self._new_name,
        )
        written = self._names.intersection(entry.name for entry in segments)
        sync_files(self._storage, map(segment_file, sorted(written)))
        articles = sum(entry.live for entry in segments)
        self._changes = Changes(self._added_count, self._replaced, self._deleted_count, articles)
        return segments

    def _mark_deleted(self, snapshot: Snapshot, docs: Sequence[int]) -> None:
        parts = list(snapshot.parts)
        self._deleted_count += len(set(docs))
        for doc in sorted(docs, reverse=True):
            while parts[-1].base > doc:
                parts.pop()
            part = parts[-1]
            self._deleted.setdefault(part.segment.name, set()).add(doc - part.base)

    def _without_deleted(self, segments: Sequence[SegmentEntry]) -> list[SegmentEntry]:
        return [
            replace(
                entry,
                deleted=tuple(sorted(self._deleted.get(entry.name, set()).union(entry.deleted))),
            )
            for entry in segments
        ]

    def rollback(self) -> None:
        """Drop the changes and release the lock, even if the disk fails."""
        try:
            if self._lock is not None:
                self._storage.abandon_files()
                if not self.committed:
                    delete_files(self._storage, map(segment_file, self._names))
        finally:
            self._release()

    def _release(self) -> None:
        if self._lock is not None:
            # Ctrl-C may have interrupted an earlier call after the lock was released.
            with suppress(Exception):
                self._lock.release()
            self._lock = None
