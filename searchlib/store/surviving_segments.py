"""The segments of a damaged index: whole ones as they are, the rest of the others written anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from searchlib.errors import CorruptIndexError, StorageError
from searchlib.files.container import Container
from searchlib.files.damage import corruption_guard
from searchlib.files.storage import open_container
from searchlib.schema import ID_FIELD
from searchlib.segment.builder import SegmentBuilder
from searchlib.segment.documents import DocumentBatch
from searchlib.segment.entry import SegmentEntry, segment_file
from searchlib.segment.ids import ArticleIds
from searchlib.segment.segment import KIND, ArticleSegment
from searchlib.segment.stored_articles import StoredArticles
from searchlib.store.check import check_snapshot
from searchlib.store.commit import Commit
from searchlib.store.snapshot import Snapshot
from searchlib.store.surviving_state import UNKNOWN_DOCUMENTS, is_damage

__all__ = ["BatchOf", "SurvivingSegments", "drop_duplicates"]

_RECORDS_AT_ONCE: Final = 2000

BatchOf = Callable[[list[bytes]], tuple[DocumentBatch, list[str]]]
"""Analyzes records. Returns their documents, and a line for each record that it cannot read."""


class SurvivingSegments:
    """The segments of ``commit`` that are whole, and new ones with what is left of the others.

    ``problems`` gets a line for each damage, ``new`` the names of the segments that are written.
    Both grow while the segments are iterated over.
    """

    def __init__(
        self, storage: Any, path: str, commit: Commit, batch_of: BatchOf, problems: list[str]
    ) -> None:
        self.new: list[str] = []
        self._storage = storage
        self._path = path
        self._commit = commit
        self._batch_of = batch_of
        self._problems = problems

    def __iter__(self) -> Iterator[SegmentEntry]:
        for listed in self._commit.segments:
            entry = listed
            try:
                with corruption_guard(self._path):
                    if entry.documents == UNKNOWN_DOCUMENTS:
                        num_docs = ArticleSegment(self._storage, entry.name).num_docs
                        entry = replace(entry, documents=num_docs)
                    snapshot = Snapshot(self._storage, Commit(0, [entry]), self._path)
                    problems = list(check_snapshot(snapshot))
            except StorageError as error:
                if not is_damage(error):
                    raise
                problems = [str(error)]
            if problems:
                self._problems += problems
                yield from self._written_anew(self._records(listed))
            else:
                yield replace(entry, readable=True)

    def _written_anew(self, pieces: Iterable[list[bytes]]) -> Iterator[SegmentEntry]:
        builder: SegmentBuilder | None = None
        for records in pieces:
            batch, unreadable = self._batch_of(records)
            self._problems += unreadable
            if not batch.article_ids:
                continue
            if builder and builder.is_full:  # a merged segment may exceed the limit of memory
                builder.finish()
                yield SegmentEntry(builder.name, builder.num_docs)
                builder = None
            if builder is None:
                self.new.append(self._commit.new_name())
                builder = SegmentBuilder(self._storage, self.new[-1])
            builder.add(batch)
        if builder:
            builder.finish()
            yield SegmentEntry(builder.name, builder.num_docs)

    def _records(self, entry: SegmentEntry) -> Iterator[list[bytes]]:
        """Return the records of a damaged segment that can be read, some at a time."""
        name = segment_file(entry.name)
        try:
            with corruption_guard(self._path):
                container = open_container(self._storage, name, KIND)
                count = len(container.section("ends")) // 4
                stored = StoredArticles(container, count)
        except StorageError as error:
            if not is_damage(error):
                raise
            self._problems.append(f"{name}: none of its articles can be read: {error}")
            return
        records: list[bytes] = []
        deleted = set(entry.deleted)
        for doc in range(count):
            if doc in deleted:
                continue
            try:
                with corruption_guard(self._path):
                    records.append(stored.get(doc))
            except CorruptIndexError as error:
                which = f"article {doc} of {count}{_id_of(container, doc, count)}"
                problem = error.problem.replace("; index the articles again", "")
                self._problems.append(f"{name}: {which} is lost: {problem}")
            if len(records) == _RECORDS_AT_ONCE:
                yield records
                records = []
        if records:
            yield records


def _id_of(container: Container, doc: int, count: int) -> str:
    """Name an article that is lost, where its id is not."""
    try:
        return f", {ArticleIds(container, count).get(doc)!r},"
    except (StorageError, KeyError, ValueError):
        return ""


def drop_duplicates(
    storage: Any, path: str, segments: Sequence[SegmentEntry]
) -> list[SegmentEntry]:
    """Delete all but the last article of each id: only a lost commit knew which were replaced."""
    seen: set[bytes] = set()
    remaining: list[SegmentEntry] = []
    prefix = ID_FIELD.encode() + b"="
    for entry in reversed(segments):
        deleted = set(entry.deleted)
        with corruption_guard(path):
            for key, docs in ArticleSegment(storage, entry.name).key_lists(prefix):
                if not key.startswith(prefix):
                    break
                live = [doc for doc in docs if doc not in deleted]
                deleted.update(live if key in seen else live[:-1])
                if live:
                    seen.add(key)
        if len(deleted) < entry.documents:
            remaining.append(replace(entry, deleted=tuple(sorted(deleted))))
    return remaining[::-1]
