"""Changing an index: everything that one writer does becomes one commit, or nothing does."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Generic, cast

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


@dataclass(frozen=True, slots=True)
class Changes:
    """What a transaction did: articles that it added, and of these those that replaced one.

    ``deleted`` are articles that were there before and were not replaced, or were added and then
    deleted; ``articles`` is how many the index had right after it.
    """

    added: int = 0
    replaced: int = 0
    deleted: int = 0
    articles: int = 0


class Transaction(Generic[BatchT]):
    """The changes of one writer. It holds the index's lock until commit or rollback.

    Raises IndexLockedError if the lock is not free within ``wait_seconds``, StorageError where
    the disk is full or not writable; after an error only rollback is of use. It is of the process
    that has made it: a child that is forked meanwhile is not to call it.
    """

    def __init__(
        self, store: Store, wait_seconds: float, builders: Builders[BatchT] | None = None
    ) -> None:
        self._path = store.path
        self._changed = False
        # Without builders, batches are those of BuildersHere: Transaction[DocumentBatch].
        self._builders = builders or cast("Builders[BatchT]", BuildersHere())
        self._builder: Builder[BatchT] | None = None
        self._new: list[SegmentEntry] = []
        self._names: set[str] = set()
        # Each article of this transaction has a number. _begun has the names of the new segments in
        # order, _starts the number of the first article of each.
        self._added: dict[str, int] = {}
        self._added_count = 0
        self._begun: list[str] = []
        self._starts: list[int] = []
        self._deleted: dict[str, set[int]] = {}
        self._selections: list[tuple[int, Selection]] = []
        self._replaced = self._deleted_count = 0
        self._changes = Changes()
        self._committed = False
        on_disk = isinstance(store.storage, DirectoryStorage)
        # A storage of its own knows which files this transaction has opened.
        self._storage = DirectoryStorage(store.storage.folder) if on_disk else store.storage
        with write_errors(self._path):
            self._lock = store.lock(wait_seconds)
        try:
            self._begun_with, self._before = store.latest()
            self._publication = CommitPublication(
                self._storage,
                self._path,
                self._begun_with,
                store.next_generation(self._begun_with.generation),
                self._lock,
            )
        except BaseException:
            self._lock.release()
            raise

    @property
    def committed(self) -> bool:
        """Whether the changes are in the index, for good. It is known until the lock is freed."""
        if not self._committed and self._lock is not None:
            self._committed = self._publication.is_there
        return self._committed

    @property
    def changes(self) -> Changes:
        """What was done, if it is committed."""
        return self._changes if self.committed else Changes()

    def add(self, batch: BatchT) -> None:
        """Add documents, each in the place of the one that has its article_id, if any.

        ``batch`` is what the builders take, and has the ``article_ids``.
        """
        with write_errors(self._path):
            builder = self._room()
            ids, first = batch.article_ids, self._added_count
            all_new = not self._before.num_docs and self._added.keys().isdisjoint(ids)
            if all_new and len(set(ids)) == len(ids):
                self._added.update(zip(ids, count(first), strict=False))
            else:
                for number, article_id in enumerate(ids, first):
                    self._replaced += self._drop_article(article_id)
                    self._added[article_id] = number
            self._added_count += len(ids)
            builder.add(batch)
        self._changed = True

    def _room(self) -> Builder[BatchT]:
        if self._builder and self._builder.is_full:
            self._finish_segment()
        if self._builder is None:
            name = self._new_name()
            self._begun.append(name)
            self._starts.append(self._added_count)
            self._builder = self._builders.begin(self._storage, name)
        return self._builder

    def _new_name(self) -> str:
        name = self._begun_with.new_name()
        self._names.add(name)
        return name

    def _finish_segment(self) -> None:
        builder, self._builder = self._builder, None
        if builder:
            builder.finish()
            self._new.append(SegmentEntry(self._begun[-1], builder.num_docs))

    def delete(self, article_id: str) -> bool:
        """Delete the article with this id; tell whether there was one."""
        found = self._drop_article(article_id)
        self._deleted_count += found
        return found

    def _drop_article(self, article_id: str) -> bool:
        number = self._added.pop(article_id, None)
        place = self._find_before(article_id) if number is None else self._place(number)
        if place is None:
            return False
        self._deleted.setdefault(place[0], set()).add(place[1])
        self._changed = True
        return True

    def _place(self, number: int) -> tuple[str, int]:
        """Return the segment of an article of this transaction, and the document in it."""
        at = bisect_right(self._starts, number) - 1
        return self._begun[at], number - self._starts[at]

    def _find_before(self, article_id: str) -> tuple[str, int] | None:
        if not self._before.num_docs:
            return None
        doc = self._before.find(article_id)
        if doc is None:
            return None
        part = max(
            (part for part in self._before.parts if part.base <= doc), key=lambda part: part.base
        )
        place = part.segment.name, doc - part.base
        return None if place[1] in self._deleted.get(place[0], ()) else place

    def delete_where(self, select: Selection) -> None:
        """Delete the documents that ``select`` returns.

        It is called at the commit, with a snapshot of all changes. Articles that are added after
        this call stay, even if ``select`` returns them.
        """
        self._selections.append((self._before.doc_limit + self._added_count, select))
        self._changed = True

    def commit(self) -> None:
        """Make the changes the newest commit. Without any there is none."""
        if not self._changed:
            self.rollback()
            return
        try:
            with write_errors(self._path):
                commit = self._publication.publish(self._final_segments(), self._names)
        except IndexLockedError:
            raise
        except StorageError as error:
            # Another writer that has committed has also dropped our files. Its commit explains more
            # than a missing file does.
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
        # The next commit drops what cannot be deleted now, such as a mapped file on Windows.
        delete_files(self._storage, commit.dropped)
        self._release()

    def _final_segments(self) -> list[SegmentEntry]:
        """Return the segments of the commit; the new ones are on the disk."""
        self._finish_segment()
        self._builders.wait()
        segments = self._without_deleted([*self._begun_with.segments, *self._new])
        for limit, select in self._selections:
            with corruption_guard(self._path):
                commit = Commit(self._begun_with.generation, segments)
                snapshot = Snapshot(self._storage, commit, self._path)
                self._mark(snapshot, [doc for doc in select(snapshot) if doc < limit])
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

    def _mark(self, snapshot: Snapshot, docs: Sequence[int]) -> None:
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
        """Drop the changes and free the lock, whatever state the disk is in."""
        try:
            if self._lock is not None:
                self._storage.abandon_files()
                if not self.committed:
                    delete_files(self._storage, map(segment_file, self._names))
        finally:
            self._release()

    def _release(self) -> None:
        if self._lock is not None:
            # After Ctrl-C at the end of an earlier release there is nothing to release.
            with suppress(Exception):
                self._lock.release()
            self._lock = None
