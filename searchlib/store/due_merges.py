"""The merges that are due at a commit.

If a merge fails, its segments stay as they are, and the commit goes on: nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from searchlib.errors import CorruptIndexError, StorageError
from searchlib.files.damage import corruption_guard
from searchlib.files.disk_errors import write_errors
from searchlib.files.whole_files import delete_files
from searchlib.segment.entry import SegmentEntry, segment_file
from searchlib.segment.merging import merge
from searchlib.store.check import check_snapshot
from searchlib.store.commit import Commit
from searchlib.store.merge_policy import SegmentSize, next_merge
from searchlib.store.snapshot import Snapshot

__all__ = ["merge_due"]


def merge_due(
    storage: Any, path: str, segments: list[SegmentEntry], new_name: Callable[[], str]
) -> list[SegmentEntry]:
    """Merge the segments that are due in the index at ``path``; return the segments after that.

    A segment that is damaged is marked, and merged no more. If the disk is full, or a file cannot
    be read for now, the next commit tries again.
    """
    while neighbours := next_merge(sizes_of(segments, storage)):
        name = new_name()
        try:
            # The old segments are mapped, so that each OSError is about the new one.
            with corruption_guard(path), write_errors(path):
                entry = merge(storage, segments[neighbours], name)
        except StorageError as error:
            storage.abandon_files()
            delete_files(storage, [segment_file(name)])
            if not isinstance(error, CorruptIndexError):
                break
            segments[neighbours] = _damaged_marked(storage, path, segments[neighbours])
        else:
            segments[neighbours] = [entry]
    return segments


def _damaged_marked(
    storage: Any, path: str, segments: Sequence[SegmentEntry]
) -> list[SegmentEntry]:
    """Mark the damaged ones of the segments whose merge has failed; all, if none seems damaged.

    At least one is marked: otherwise the same merge would be due again.
    """
    damaged = []
    for entry in segments:
        try:
            snapshot = Snapshot(storage, Commit(0, [entry]), path)
            damaged.append(any(check_snapshot(snapshot)))
        except CorruptIndexError:
            damaged.append(True)
        except StorageError:  # unreadable for now: another segment made the merge fail
            damaged.append(False)
    return [
        replace(entry, readable=not (is_damaged or not any(damaged)))
        for entry, is_damaged in zip(segments, damaged, strict=True)
    ]


def sizes_of(entries: Sequence[SegmentEntry], storage: Any) -> list[SegmentSize]:
    """Return the sizes that the policy needs. Asks ``storage`` for the length of each file."""
    sizes = []
    for entry in entries:
        size, mergeable = 0, entry.readable
        try:
            size = storage.file_length(segment_file(entry.name))
        except OSError:  # the file is gone, for example; the others can be merged
            mergeable = False
        sizes.append(SegmentSize(entry.live, len(entry.deleted), size, mergeable))
    return sizes
