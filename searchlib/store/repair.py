"""Saving what is whole of a damaged index.

A segment that is whole is kept. Of another one the articles that can still be read are written
anew, in its place in the order of insertion. What is damaged is renamed, not deleted. Where the
newest commit is damaged, an older one says what it knows, and every other segment is taken too.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from searchlib.errors import (
    CorruptIndexError,
    IndexLockedError,
    IndexNotFoundError,
    StorageError,
)
from searchlib.files.container import SIGNATURE, Container
from searchlib.files.damage import corruption_guard
from searchlib.files.storage import (
    DirectoryStorage,
    change_is_there,
    open_container,
    read_file,
    sync_files,
    sync_names,
    write_new,
    writing,
)
from searchlib.schema import ID_FIELD
from searchlib.segment.builder import SegmentBuilder
from searchlib.segment.documents import DocumentBatch
from searchlib.segment.entry import SegmentEntry, segment_file
from searchlib.segment.ids import ArticleIds
from searchlib.segment.segment import KIND, ArticleSegment
from searchlib.segment.stored_articles import StoredArticles
from searchlib.store.check import check_snapshot
from searchlib.store.commit import (
    MOST_GENERATION,
    Commit,
    commit_file,
    generations,
    segments_there,
)
from searchlib.store.publishing import Publication
from searchlib.store.settings import SETTINGS_FILE, Settings
from searchlib.store.snapshot import Snapshot
from searchlib.store.store import Store

__all__ = ["Salvage", "salvage"]

_DAMAGED: Final = "DAMAGED_"
_RECORDS_AT_ONCE: Final = 2000
_DEFAULT_SETTINGS: Final = "the index has the default settings now"
_UNKNOWN: Final = -1
"""Of the documents of a segment that no commit names."""

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
    or what may be whole cannot be read: then no article is touched, but what is damaged may have
    been renamed.
    """
    storage = DirectoryStorage(path)
    store = Store(storage, path, Settings())
    with writing(path):
        if not (storage.file_exists(SETTINGS_FILE) or _has_segment(storage)):
            raise IndexNotFoundError("there is no index to repair", path=path)
        lock = store.lock(wait_seconds)
        try:
            return _salvaged(store, storage, make_batch, lock)
        finally:
            lock.release()


def _salvaged(store: Store, storage: Any, make_batch: MakeBatch, lock: Any) -> Salvage:
    path, found = store.path, Salvage()
    settings, settings_are_damaged = _settings(storage, path, found)
    try:
        batch_of = make_batch(settings)
    except ValueError as error:  # an analyzer that nobody has
        found.problems.append(f"{SETTINGS_FILE}: {error}; {_DEFAULT_SETTINGS}")
        settings, settings_are_damaged = Settings(), True
        batch_of = make_batch(settings)
    base, damaged_commits = _base(storage, path, found)
    new: list[str] = []
    publication: Publication | None = None
    try:
        segments = list(_segments(storage, path, base, batch_of, found, new))
        segments = _without_doubles(storage, path, segments)
        found.articles = sum(segment.live for segment in segments)
        if not found.problems:
            return found
        sync_files(storage, map(segment_file, new))
        if not lock.is_ours():
            raise IndexLockedError(
                "the lock was lost, and others may be writing; nothing was changed: run it again",
                path=path,
            )
        if max(generations(storage), default=-1) >= MOST_GENERATION > base.generation:
            # No new commit would count below it.
            _put_aside(storage, damaged_commits, found)
        generation = store.after(max((base.generation, *generations(storage))))
        if settings_are_damaged:
            _put_aside(storage, [SETTINGS_FILE], found)
            write_new(storage, SETTINGS_FILE, settings.encode(), base.new_temporary())
        in_use = {segment_file(segment.name) for segment in segments}
        damaged = [name for name in base.files - in_use if name != base.file_name]
        publication = Publication(storage, path, base, generation, lock)
        repaired = publication.publish(segments, new, kept=[*damaged, *damaged_commits])
    except BaseException:
        storage.abandon_files()
        if publication is None or not publication.is_there:
            _drop(storage, map(segment_file, new))
        raise
    try:
        with change_is_there(path):
            sync_names(storage)
    finally:
        _put_aside(storage, [*damaged, *damaged_commits], found)
    _drop(storage, repaired.dropped)
    return found


def _has_segment(storage: Any) -> bool:
    return any(_is_segment(storage, name, Salvage()) for name in segments_there(storage))


def _drop(storage: Any, names: Iterable[str]) -> None:
    for name in names:
        with suppress(OSError):  # a file that stays is dropped by the next commit
            storage.delete_file(name)


def _put_aside(storage: Any, names: Iterable[str], found: Salvage) -> None:
    """Rename what is damaged, where it is there, to a name that nothing has."""
    for name in names:
        for number in itertools.count(1):
            aside = f"{_DAMAGED}{name}" if number == 1 else f"{_DAMAGED}{number}_{name}"
            try:
                storage.rename_new(name, aside)
            except FileExistsError:
                continue
            except FileNotFoundError:
                pass
            except OSError as error:  # mapped, as Windows has it
                found.problems.append(f"{name} stays where it is, though it is damaged: {error}")
            break


def _is_damage(error: StorageError) -> bool:
    """Tell damage from a temporary failure to read, such as too many open files.

    What is whole must not be put aside for that.
    """
    return isinstance(error, CorruptIndexError) or isinstance(error.__cause__, FileNotFoundError)


def _settings(storage: Any, path: str, found: Salvage) -> tuple[Settings, bool]:
    """Return the settings, and whether they are the default ones, as those of the file are lost."""
    try:
        with corruption_guard(path):
            return Settings.decode(read_file(storage, SETTINGS_FILE), path), False
    except StorageError as error:
        if not _is_damage(error):
            raise
        found.problems.append(f"{SETTINGS_FILE}: {error}; {_DEFAULT_SETTINGS}")
        return Settings(), True


def _base(storage: Any, path: str, found: Salvage) -> tuple[Commit, list[str]]:
    """Return what is known of the segments, and the names of the commits that are damaged."""
    damaged: list[str] = []
    base = Commit(-1, [])
    for generation in generations(storage):
        name = commit_file(generation)
        try:
            with corruption_guard(path):
                base = Commit.decode(read_file(storage, name), path, name)
            break
        except StorageError as error:
            if not _is_damage(error):
                raise
            damaged.append(name)
            found.problems.append(str(error))
    if base.generation >= 0 and not damaged:
        return base, []
    if not damaged:
        found.problems.append("the commit file is missing")
    found.problems.append(
        "every segment was taken: deleted articles may be back, and those of writers that were"
        " killed before their commit may be there"
    )
    known = {segment.name for segment in base.segments}
    others = [
        name
        for name in segments_there(storage)
        if name not in known and segment_file(name) not in base.dropped
    ]
    ours = [name for name in others if _is_segment(storage, name, found)]
    ours.sort(key=lambda name: os.stat(os.path.join(path, segment_file(name))).st_mtime_ns)
    taken = [*base.segments, *(SegmentEntry(name, _UNKNOWN) for name in ours)]
    return replace(base, segments=taken), damaged


def _is_segment(storage: Any, name: str, found: Salvage) -> bool:
    """Tell whether a file that no commit names begins as a segment does: it may be of others."""
    with (
        # A directory, a pipe, a link to nowhere
        suppress(IsADirectoryError, FileNotFoundError, CorruptIndexError),
        closing(storage.open_file(segment_file(name))) as file,
    ):
        if bytes(file.read(len(SIGNATURE))) == SIGNATURE:
            return True
    found.problems.append(f"{segment_file(name)} is no segment, and stays as it is")
    return False


def _segments(
    storage: Any,
    path: str,
    commit: Commit,
    batch_of: BatchOf,
    found: Salvage,
    new: list[str],
) -> Iterator[SegmentEntry]:
    """Return the segments that are whole, and what is left of the others; add ``new`` files."""
    for listed in commit.segments:
        entry = listed
        try:
            with corruption_guard(path):
                if entry.documents == _UNKNOWN:
                    entry = replace(entry, documents=ArticleSegment(storage, entry.name).num_docs)
                problems = list(check_snapshot(Snapshot(storage, Commit(0, [entry]), path)))
        except StorageError as error:
            if not _is_damage(error):
                raise
            problems = [str(error)]
        if problems:
            found.problems += problems
            records = _records(storage, path, listed, found)
            yield from _written_anew(storage, records, batch_of, found, new, commit.new_name)
        else:
            yield replace(entry, readable=True)


def _written_anew(
    storage: Any,
    pieces: Iterable[list[bytes]],
    batch_of: BatchOf,
    found: Salvage,
    new: list[str],
    new_name: Callable[[], str],
) -> Iterator[SegmentEntry]:
    builder: SegmentBuilder | None = None
    for records in pieces:
        batch, unreadable = batch_of(records)
        found.problems += unreadable
        if not batch.article_ids:
            continue
        if builder and builder.is_full:  # a merged one has more than memory may hold
            builder.finish()
            yield SegmentEntry(builder.name, builder.num_docs)
            builder = None
        if builder is None:
            new.append(new_name())
            builder = SegmentBuilder(storage, new[-1])
        builder.add(batch)
    if builder:
        builder.finish()
        yield SegmentEntry(builder.name, builder.num_docs)


def _records(storage: Any, path: str, entry: SegmentEntry, found: Salvage) -> Iterator[list[bytes]]:
    """Return the records of a damaged segment that can be read, some at a time."""
    name = segment_file(entry.name)
    try:
        with corruption_guard(path):
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
            with corruption_guard(path):
                records.append(stored.get(doc))
        except CorruptIndexError as error:
            which = f"article {doc} of {count}{_id_of(container, doc, count)}"
            problem = error.problem.replace("; index the articles again", "")
            found.problems.append(f"{name}: {which} is lost: {problem}")
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


def _without_doubles(
    storage: Any, path: str, segments: Sequence[SegmentEntry]
) -> list[SegmentEntry]:
    """Delete all but the last article of an id: a lost commit knew which ones were replaced."""
    seen: set[bytes] = set()
    kept: list[SegmentEntry] = []
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
            kept.append(replace(entry, deleted=tuple(sorted(deleted))))
    return kept[::-1]
