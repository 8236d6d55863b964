"""Saving what is whole of a damaged index.

A segment that is whole is kept. Of another one the articles that can still be read are written
anew, in its place in the order of insertion; its file is renamed, not deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from searchlib.codec.article_segment import KIND, ArticleSegment, segment_file
from searchlib.codec.article_writing import SegmentBuilder
from searchlib.codec.checking import check_snapshot
from searchlib.codec.commit import (
    Commit,
    SegmentEntry,
    is_index_file,
    latest_generation,
    new_segment_name,
    segments_there,
)
from searchlib.codec.damage import reading
from searchlib.codec.documents import DocumentBatch
from searchlib.codec.settings import SETTINGS_FILE, Settings
from searchlib.codec.snapshot import ARTICLE_ID, Snapshot
from searchlib.codec.storage import (
    DirectoryStorage,
    open_container,
    read_file,
    sync_files,
    write_durably,
    write_new,
    writing,
)
from searchlib.codec.store import Store
from searchlib.codec.stored_articles import StoredArticles
from searchlib.errors import CorruptIndexError, IndexNotFoundError, StorageError

__all__ = ["Salvage", "salvage"]

_DAMAGED: Final = "DAMAGED_"
_RECORDS_AT_ONCE: Final = 2000

BatchOf = Callable[[list[bytes]], tuple[DocumentBatch, list[str]]]
"""Analyzes records; it says which ones it cannot read."""

MakeBatch = Callable[[Settings], BatchOf]
"""Gives that for an index of these settings."""


@dataclass(slots=True)
class Salvage:
    """What has been done: a line for each thing that was damaged, and what is left."""

    problems: list[str] = field(default_factory=list)
    articles: int = 0


def salvage(path: str, make_batch: MakeBatch, wait_seconds: float) -> Salvage:
    """Make a new commit of what is whole in the index at ``path``; none where all of it is.

    Raises IndexNotFoundError if there is no index, IndexLockedError if another writer has it,
    IndexFormatError if another version of searchlib made it, StorageError where the disk is full,
    or what may be whole cannot be read: then nothing is changed.
    """
    storage = DirectoryStorage(path)
    if not (storage.file_exists(SETTINGS_FILE) or segments_there(storage)):
        raise IndexNotFoundError("there is no index to repair", path=path)
    store = Store(storage, path, Settings())
    with writing(path):
        lock = store.lock(wait_seconds)
        try:
            return _salvaged(storage, path, make_batch)
        finally:
            lock.release()


def _salvaged(storage: Any, path: str, make_batch: MakeBatch) -> Salvage:
    found = Salvage()
    settings = _settings(storage, path, found)
    commit = _commit(storage, path, found)
    generation = max(commit.generation, latest_generation(storage)) + 1
    new: list[str] = []
    try:
        segments = list(_segments(storage, path, commit, make_batch(settings), found, new))
        segments = _without_doubles(storage, path, segments)
        found.articles = sum(segment.live for segment in segments)
        repaired = Commit(generation, segments)
        if found.problems:
            sync_files(storage, map(segment_file, new))
            write_durably(storage, SETTINGS_FILE, settings.encode())
            write_new(storage, repaired.file_name, repaired.encode())
    except BaseException:
        storage.abandon_files()
        if not storage.file_exists(Commit(generation, ()).file_name):
            for name in map(segment_file, new):
                with suppress(OSError):
                    storage.delete_file(name)
        raise
    if found.problems:
        _put_aside(storage, repaired)
    return found


def _is_damage(error: StorageError) -> bool:
    """Tell damage from a system that does not let us read, for now: too many files are open, say.

    What is whole must not be put aside for that.
    """
    return isinstance(error, CorruptIndexError) or isinstance(error.__cause__, FileNotFoundError)


def _settings(storage: Any, path: str, found: Salvage) -> Settings:
    try:
        with reading(path):
            return Settings.decode(read_file(storage, SETTINGS_FILE), path)
    except StorageError as error:
        if not _is_damage(error):
            raise
        found.problems.append(f"{SETTINGS_FILE}: {error}; the index has the default settings now")
        return Settings()


def _commit(storage: Any, path: str, found: Salvage) -> Commit:
    generation = latest_generation(storage)
    name = Commit(generation, ()).file_name
    try:
        if generation < 0:
            raise CorruptIndexError("the commit file is missing", path=path)
        with reading(path):
            return Commit.decode(read_file(storage, name), path, name)
    except CorruptIndexError as error:
        found.problems.append(
            f"{error}; every segment was taken: deleted articles may be back, and those of writers"
            " that were killed before their commit may be there"
        )
    in_order = sorted(
        segments_there(storage), key=lambda each: (Path(path) / segment_file(each)).stat().st_mtime
    )
    return Commit(generation, [SegmentEntry(each, -1) for each in in_order])


def _segments(
    storage: Any,
    path: str,
    commit: Commit,
    batch_of: BatchOf,
    found: Salvage,
    new: list[str],
) -> Iterator[SegmentEntry]:
    """Give the segments that are whole, and what is left of the others; names of ``new`` files."""
    for listed in commit.segments:
        entry = listed
        try:
            with reading(path):
                if entry.documents < 0:  # nobody has said how many
                    entry = replace(entry, documents=ArticleSegment(storage, entry.name).num_docs)
                problems = list(check_snapshot(Snapshot(storage, Commit(0, [entry]), path)))
        except StorageError as error:
            if not _is_damage(error):
                raise
            problems = [str(error)]
        if problems:
            found.problems += problems
            readable = _readable(storage, path, listed, found)
            yield from _written_anew(storage, readable, batch_of, found, new)
        else:
            yield entry


def _written_anew(
    storage: Any,
    readable: Iterable[list[bytes]],
    batch_of: BatchOf,
    found: Salvage,
    new: list[str],
) -> Iterator[SegmentEntry]:
    builder: SegmentBuilder | None = None
    for records in readable:
        batch, unreadable = batch_of(records)
        found.problems += unreadable
        if not batch.article_ids:
            continue
        if builder and builder.is_full:  # a merged one has more than memory may hold
            builder.finish()
            yield SegmentEntry(builder.name, builder.num_docs)
            builder = None
        if builder is None:
            new.append(new_segment_name())
            builder = SegmentBuilder(storage, new[-1])
        builder.add(batch)
    if builder:
        builder.finish()
        yield SegmentEntry(builder.name, builder.num_docs)


def _readable(
    storage: Any, path: str, entry: SegmentEntry, found: Salvage
) -> Iterator[list[bytes]]:
    """Give the records of a damaged segment that can be read, some at a time."""
    name = segment_file(entry.name)
    try:
        with reading(path):
            container = open_container(storage, name, KIND)
            count = len(container.section("ends")) // 4
            stored = StoredArticles(container, count)
    except StorageError as error:
        if not _is_damage(error):
            raise
        found.problems.append(f"{name}: none of its articles can be read: {error}")
        return
    records: list[bytes] = []
    deleted = set(entry.deleted)
    for doc in range(count):
        if doc in deleted:
            continue
        try:
            with reading(path):
                records.append(stored.get(doc))
        except CorruptIndexError as error:
            found.problems.append(f"{name}: article {doc} of {count} is lost: {error}")
        if len(records) == _RECORDS_AT_ONCE:
            yield records
            records = []
    if records:
        yield records


def _without_doubles(
    storage: Any, path: str, segments: Sequence[SegmentEntry]
) -> list[SegmentEntry]:
    """Delete all but the last article of an id: a lost commit knew which ones were replaced."""
    seen: set[bytes] = set()
    kept: list[SegmentEntry] = []
    prefix = ARTICLE_ID.encode() + b"="
    for entry in reversed(segments):
        deleted = set(entry.deleted)
        with reading(path):
            for key, docs in ArticleSegment(storage, entry.name).key_lists(prefix):
                if not key.startswith(prefix):
                    break
                live = [doc for doc in docs if doc not in deleted]
                deleted.update(live if key in seen else live[:-1])
                if live:
                    seen.add(key)
        if len(deleted) < entry.documents:
            kept.append(replace(entry, deleted=tuple(sorted(deleted))))
    return kept[::-1]


def _put_aside(storage: Any, commit: Commit) -> None:
    """Rename the segments that are not in use any more, and delete older commits."""
    unused = set(segments_there(storage)).difference(segment.name for segment in commit.segments)
    for name in map(segment_file, unused):
        storage.rename_file(name, _DAMAGED + name)
    for name in storage.list():
        if name.endswith(".commit") and is_index_file(name) and name != commit.file_name:
            with suppress(OSError):
                storage.delete_file(name)
