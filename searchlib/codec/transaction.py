"""Changing an index: everything that one writer does becomes one commit, or nothing does."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from searchlib.codec.building import Builder, Builders, BuildersHere
from searchlib.codec.checking import check_snapshot
from searchlib.codec.commit import Commit, SegmentEntry, commit_file, generations, segment_file
from searchlib.codec.damage import reading
from searchlib.codec.merge_policy import next_merge
from searchlib.codec.segment_merging import merge, sizes_of
from searchlib.codec.snapshot import Snapshot
from searchlib.codec.storage import (
    DirectoryStorage,
    change_is_there,
    has_content,
    publish,
    read_file,
    sync_files,
    sync_names,
    writing,
)
from searchlib.codec.store import Store
from searchlib.errors import CorruptIndexError, IndexLockedError, StorageError

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


class Transaction:
    """The changes of one writer. It holds the index's lock until commit or rollback.

    Raises IndexLockedError if the lock is not free within ``wait_seconds``, StorageError where
    the disk is full or not writable; after an error only rollback is of use. It is of the process
    that has made it: a child that is forked meanwhile is not to call it.
    """

    def __init__(self, store: Store, wait_seconds: float, builders: Builders | None = None) -> None:
        self._path = store.path
        self._changed = False
        self._builders = builders or BuildersHere()
        self._builder: Builder | None = None
        self._new: list[SegmentEntry] = []
        self._names: set[str] = set()
        # The articles of this transaction are counted through: each has a number, and of the new
        # segments, in order, there are the names and the numbers that they begin with.
        self._added: dict[str, int] = {}
        self._added_count = 0
        self._begun: list[str] = []
        self._starts: list[int] = []
        self._deleted: dict[str, set[int]] = {}
        self._selections: list[tuple[int, Selection]] = []
        self._replaced = self._deleted_count = 0
        self._written: bytes | None = None
        self._published = False
        self._changes = Changes()
        on_disk = isinstance(store.storage, DirectoryStorage)
        # A storage of its own knows which files this transaction has opened.
        self._storage = DirectoryStorage(store.path) if on_disk else store.storage
        with writing(self._path):
            self._lock = store.lock(wait_seconds)
        try:
            self._begun_with, self._before = store.latest()
            self._generation = store.after(self._begun_with.generation)
        except BaseException:
            self._lock.release()
            raise

    @property
    def committed(self) -> bool:
        """Whether the changes are in the index, for good.

        The files say so, as Ctrl-C may come between them and a variable; but only as long as we
        hold the lock: the next writer drops our commit for its own.
        """
        if not self._published and self._lock is not None and self._written is not None:
            self._published = has_content(self._storage, self._commit_file, self._written)
        return self._published

    @property
    def changes(self) -> Changes:
        """What was done, if it is committed."""
        return self._changes if self.committed else Changes()

    @property
    def _commit_file(self) -> str:
        return commit_file(self._generation)

    def add(self, batch: Any) -> None:
        """Add documents, each in the place of the one that has its article_id, if any.

        ``batch`` is what the builders take, and has the ``article_ids``.
        """
        with writing(self._path):
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

    def _room(self) -> Builder:
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
        """Give the segment of an article of this transaction, and the document in it."""
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
        """Delete the documents that ``select`` gives, as the index stands after earlier calls.

        It is called at the commit, with a snapshot of all changes; what it gives of articles that
        were added after this call stays.
        """
        self._selections.append((self._before.doc_limit + self._added_count, select))
        self._changed = True

    def commit(self) -> None:
        """Make the changes the newest commit. Without any there is none."""
        if not self._changed:
            self.rollback()
            return
        try:
            with writing(self._path):
                commit = self._publish(self._final_segments())
        except StorageError as error:
            # Whoever has committed without us has dropped our files, too.
            with suppress(OSError):
                if self._written is None and not self._is_alone():
                    raise self._overtaken() from error
            raise
        with change_is_there(self._path):
            sync_names(self._storage)
        # Those that stay, as a file that is mapped does on Windows, the next commit drops.
        self._drop(commit.dropped)
        self._release()

    def _final_segments(self) -> list[SegmentEntry]:
        """Give the segments of the commit; the new ones are on the disk."""
        self._finish_segment()
        self._builders.wait()
        segments = self._without_deleted([*self._begun_with.segments, *self._new])
        for limit, select in self._selections:
            with reading(self._path):
                commit = Commit(self._generation, segments)
                snapshot = Snapshot(self._storage, commit, self._path)
                self._mark(snapshot, [doc for doc in select(snapshot) if doc < limit])
            segments = self._without_deleted(segments)
        segments = self._merged([entry for entry in segments if entry.live])
        written = self._names.intersection(entry.name for entry in segments)
        sync_files(self._storage, map(segment_file, sorted(written)))
        articles = sum(entry.live for entry in segments)
        self._changes = Changes(self._added_count, self._replaced, self._deleted_count, articles)
        return segments

    def _publish(self, segments: Sequence[SegmentEntry]) -> Commit:
        """Make the newest commit, unless another transaction has come in between.

        That takes a lock that was lost: its file was deleted, or the directory was replaced.
        Whoever had it after us may have dropped its own commit again, of the same number as ours:
        so we look once more when ours is there, and give way to a higher one.
        """
        temporary = self._begun_with.new_temporary()
        # Whatever is not needed from now on, whether it can be deleted or not.
        unused = self._begun_with.droppable(self._storage) | {temporary}
        unused |= set(map(segment_file, self._names))
        commit = self._begun_with.next(self._generation, segments, unused)
        if not self._is_alone():
            raise self._overtaken()
        self._written = commit.encode()
        try:
            publish(self._storage, commit.file_name, self._written, temporary)
        except FileExistsError:
            raise self._overtaken() from None
        self._published = True
        if self._is_left_out(commit):
            self._published, self._written = False, None
            self._drop([commit.file_name])  # nobody reads it beside a higher one
            raise self._overtaken()
        return commit

    def _is_left_out(self, commit: Commit) -> bool:
        """Tell whether there is a newer commit already that was not made from ours."""
        try:
            newest = max(generations(self._storage), default=-1)
            if newest <= commit.generation:
                return False
            name = commit_file(newest)
            found = Commit.decode(read_file(self._storage, name), self._path, name)
        except (OSError, StorageError):
            return False  # ours is there, and nothing says otherwise
        return commit.commit_id not in found.after

    def _is_alone(self) -> bool:
        """Tell whether the lock is still ours, and nobody has committed since we began."""
        if self._lock is None or not self._lock.is_ours():
            return False
        return max(generations(self._storage), default=-1) < self._generation

    def _overtaken(self) -> IndexLockedError:
        return IndexLockedError(
            "this writer has lost its lock, or another one has committed without it; nothing of"
            " this one was written: run it again",
            path=self._path,
        )

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

    def _merged(self, segments: list[SegmentEntry]) -> list[SegmentEntry]:
        """Merge what is due. What cannot be merged stays as it is: nothing is lost by that."""
        while neighbours := next_merge(sizes_of(segments, self._storage)):
            name = self._new_name()
            try:
                # The files of segments are mapped: what the disk says here, it says of the new one.
                with reading(self._path), writing(self._path):
                    entry = merge(self._storage, segments[neighbours], name)
            except CorruptIndexError:
                self._drop_unfinished(name)
                segments[neighbours] = self._without_damaged(segments[neighbours])
            except StorageError:  # a full disk: the next commit tries again
                self._drop_unfinished(name)
                break
            else:
                segments[neighbours] = [entry]
        return segments

    def _without_damaged(self, segments: Sequence[SegmentEntry]) -> list[SegmentEntry]:
        """Mark those segments of a merge that has failed which it failed for."""
        damaged = []
        for entry in segments:
            try:
                alone = Commit(self._generation, [entry])
                damaged.append(any(check_snapshot(Snapshot(self._storage, alone, self._path))))
            except CorruptIndexError:
                damaged.append(True)
        # At least one: else the same merge would be due again.
        return [
            replace(entry, readable=not (is_damaged or not any(damaged)))
            for entry, is_damaged in zip(segments, damaged, strict=True)
        ]

    def _drop_unfinished(self, name: str) -> None:
        self._storage.abandon_files()
        self._drop([segment_file(name)])

    def rollback(self) -> None:
        """Drop the changes and free the lock, whatever state the disk is in."""
        try:
            if self._lock is not None:
                self._storage.abandon_files()
                if not self.committed:
                    self._drop(map(segment_file, self._names))
        finally:
            self._release()

    def _drop(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(OSError):  # a file that stays is dropped by the next commit
                self._storage.delete_file(name)

    def _release(self) -> None:
        if self._lock is not None:
            # Ctrl-C may have come at the end of an earlier release: there is nothing left then.
            with suppress(Exception):
                self._lock.release()
            self._lock = None
