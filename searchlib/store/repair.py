"""Saving what is whole of a damaged index.

A segment that is whole is kept. Of another one the articles that can still be read are written
anew, in its place in the order of insertion (surviving_segments.py). What is damaged is renamed,
not deleted. surviving_state.py reads what the index still says of itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from searchlib.errors import IndexLockedError, IndexNotFoundError
from searchlib.files.commit_names import MAX_GENERATION
from searchlib.files.disk_errors import published_errors, write_errors
from searchlib.files.storage import DirectoryStorage
from searchlib.files.syncing import sync_files, sync_names
from searchlib.files.whole_files import delete_files, write_new
from searchlib.segment.entry import segment_file
from searchlib.settings import SETTINGS_FILE, Settings
from searchlib.store.commit import COMMIT_NAMES
from searchlib.store.publishing import CommitPublication
from searchlib.store.store import Store
from searchlib.store.surviving_segments import BatchOf, SurvivingSegments, drop_duplicates
from searchlib.store.surviving_state import (
    DEFAULT_SETTINGS,
    has_segment,
    surviving_commit,
    surviving_settings,
)

__all__ = ["Salvage", "salvage"]

_DAMAGED: Final = "DAMAGED_"

MakeBatch = Callable[[Settings], BatchOf]
"""Returns the analysis for an index of these settings."""


@dataclass(slots=True)
class Salvage:
    """What a repair has found: a line for each thing that was damaged, and the articles left."""

    problems: list[str] = field(default_factory=list)
    articles: int = 0


def salvage(path: str, make_batch: MakeBatch, wait_seconds: float) -> Salvage:
    """Make a new commit of what is whole in the index at ``path``, unless all of it is whole.

    Raises IndexNotFoundError if there is no index, IndexLockedError if another writer has it,
    IndexFormatError if another version of searchlib made it. Raises StorageError if the disk is
    full, or if a file that may be whole cannot be read: then no article is changed, but damaged
    files may have been renamed.
    """
    storage = DirectoryStorage(path)
    store = Store(storage, path, Settings())
    with write_errors(path):
        if not (storage.file_exists(SETTINGS_FILE) or has_segment(storage)):
            raise IndexNotFoundError("there is no index to repair", path=path)
        lock = store.lock(wait_seconds)
        try:
            return _salvage(store, storage, make_batch, lock)
        finally:
            lock.release()


def _salvage(store: Store, storage: Any, make_batch: MakeBatch, lock: Any) -> Salvage:
    path, found = store.path, Salvage()
    settings, settings_are_damaged = surviving_settings(storage, path, found.problems)
    try:
        batch_of = make_batch(settings)
    except ValueError as error:  # there is no analyzer of this name
        found.problems.append(f"{SETTINGS_FILE}: {error}; {DEFAULT_SETTINGS}")
        settings, settings_are_damaged = Settings(), True
        batch_of = make_batch(settings)
    base, damaged_commits = surviving_commit(storage, path, found.problems)
    surviving = SurvivingSegments(storage, path, base, batch_of, found.problems)
    publication: CommitPublication | None = None
    try:
        segments = drop_duplicates(storage, path, list(surviving))
        found.articles = sum(segment.live for segment in segments)
        if not found.problems:
            return found
        sync_files(storage, map(segment_file, surviving.new))
        if not lock.is_ours():
            raise IndexLockedError(
                "the lock was lost, and others may be writing; nothing was changed: run it again",
                path=path,
            )
        if COMMIT_NAMES.latest(storage) >= MAX_GENERATION > base.generation:
            # A new commit would not count beside one with the highest generation.
            _put_aside(storage, damaged_commits, found.problems)
        generation = store.next_generation(max(base.generation, COMMIT_NAMES.latest(storage)))
        if settings_are_damaged:
            _put_aside(storage, [SETTINGS_FILE], found.problems)
            write_new(storage, SETTINGS_FILE, settings.encode(), base.new_temporary())
        in_use = {segment_file(segment.name) for segment in segments}
        damaged = [name for name in base.files - in_use if name != base.file_name]
        publication = CommitPublication(storage, path, base, generation, lock)
        repaired = publication.publish(
            segments, surviving.new, not_dropped=[*damaged, *damaged_commits]
        )
    except BaseException:
        storage.abandon_files()
        if publication is None or not publication.is_there:
            delete_files(storage, map(segment_file, surviving.new))
        raise
    try:
        with published_errors(path):
            sync_names(storage)
    finally:
        _put_aside(storage, [*damaged, *damaged_commits], found.problems)
    delete_files(storage, repaired.dropped)
    return found


def _put_aside(storage: Any, names: Iterable[str], problems: list[str]) -> None:
    """Rename each damaged file that is there to a name that no file has."""
    for name in names:
        for number in itertools.count(1):
            aside = f"{_DAMAGED}{name}" if number == 1 else f"{_DAMAGED}{number}_{name}"
            try:
                storage.rename_new(name, aside)
            except FileExistsError:
                continue
            except FileNotFoundError:
                pass
            except OSError as error:  # Windows renames no file that is mapped
                problems.append(f"{name} stays where it is, though it is damaged: {error}")
            break
