"""What a damaged index still says of itself: its settings, and which segments it has.

If the newest commit is damaged, an older one says what it knows, and every other segment is taken.
"""

from __future__ import annotations

import os
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any, Final

from searchlib.errors import CorruptIndexError, StorageError
from searchlib.files.container import SIGNATURE
from searchlib.files.damage import corruption_guard
from searchlib.files.whole_files import read_file
from searchlib.segment.entry import SegmentEntry, segment_file
from searchlib.settings import SETTINGS_FILE, Settings
from searchlib.store.commit import COMMIT_NAMES, Commit, list_segments

__all__ = [
    "DEFAULT_SETTINGS",
    "UNKNOWN_DOCUMENTS",
    "has_segment",
    "is_damage",
    "surviving_commit",
    "surviving_settings",
]

DEFAULT_SETTINGS: Final = "the index has the default settings now"
UNKNOWN_DOCUMENTS: Final = -1
"""The number of documents of a segment that no commit names."""


def is_damage(error: StorageError) -> bool:
    """Return whether an error is damage, and not a temporary failure such as too many open files.

    A file that is whole must not be renamed after such a failure.
    """
    return isinstance(error, CorruptIndexError) or isinstance(error.__cause__, FileNotFoundError)


def surviving_settings(storage: Any, path: str, problems: list[str]) -> tuple[Settings, bool]:
    """Return the settings, and whether they are the default ones, as those of the file are lost."""
    try:
        with corruption_guard(path):
            return Settings.decode(read_file(storage, SETTINGS_FILE), path), False
    except StorageError as error:
        if not is_damage(error):
            raise
        problems.append(f"{SETTINGS_FILE}: {error}; {DEFAULT_SETTINGS}")
        return Settings(), True


def surviving_commit(storage: Any, path: str, problems: list[str]) -> tuple[Commit, list[str]]:
    """Return what is known of the segments, and the names of the commits that are damaged."""
    damaged: list[str] = []
    base = Commit(-1, [])
    for generation in COMMIT_NAMES.generations(storage):
        name = COMMIT_NAMES.name(generation)
        try:
            with corruption_guard(path):
                base = Commit.decode(read_file(storage, name), path, name)
            break
        except StorageError as error:
            if not is_damage(error):
                raise
            damaged.append(name)
            problems.append(str(error))
    if base.generation >= 0 and not damaged:
        return base, []
    if not damaged:
        problems.append("the commit file is missing")
    problems.append(
        "every segment was taken: deleted articles may be back, and those of writers that were"
        " killed before their commit may be there"
    )
    known = {segment.name for segment in base.segments}
    others = [
        name
        for name in list_segments(storage)
        if name not in known and segment_file(name) not in base.dropped
    ]
    ours = [name for name in others if _is_segment(storage, name, problems)]
    ours.sort(key=lambda name: os.stat(os.path.join(path, segment_file(name))).st_mtime_ns)
    taken = [*base.segments, *(SegmentEntry(name, UNKNOWN_DOCUMENTS) for name in ours)]
    return replace(base, segments=taken), damaged


def has_segment(storage: Any) -> bool:
    """Return whether there is a segment, named by a commit or not."""
    return any(_is_segment(storage, name, []) for name in list_segments(storage))


def _is_segment(storage: Any, name: str, problems: list[str]) -> bool:
    """Return whether a file that no commit names begins as a segment does: it may be of others."""
    with (
        # It may be a directory, a pipe, or a link to nowhere.
        suppress(IsADirectoryError, FileNotFoundError, CorruptIndexError),
        closing(storage.open_file(segment_file(name))) as file,
    ):
        if bytes(file.read(len(SIGNATURE))) == SIGNATURE:
            return True
    problems.append(f"{segment_file(name)} is no segment, and stays as it is")
    return False
