"""The commit file: which segments an index has, and which of their documents are deleted.

A line of JSON and a line with its checksum (checked_lines.py):

    {"version": 4, "id": "9f86d081884c7d659a2feaa0c55ad015", "generation": 7, "transaction": 7,
     "segments": [{"name": "MAIN_x1", "documents": 3, "deleted": [1], "readable": true}],
     "dropped": ["MAIN_6.commit"], "after": ["4355a46b19d348dc2f57c046f8ef63d4"]}   (one line)
    crc32 5a3c0c1e

The commit with the highest generation counts. A new one is written beside it under a temporary
name, synced, linked to its own name, and made durable with its directory. A crash at any moment
leaves the one or the other. Segments stand in the order of insertion. A segment that is not
readable was found damaged by a merge, and is merged no more.

The id is random, so that no two commits are equal: an index that was made anew in the place of
another one may have the same generations. A transaction gives its files names that begin with half
of the id of the commit that it began with. So the commit tells which files a killed writer has
left. "dropped" has the names of files that are not needed any more and may still be there. No other
file is ever deleted, whatever it is called.

"after" has the ids of the commits that this one was made from, the newest first, eight at most. A
writer that finds a newer commit than its own looks there whether that one has its articles.

"transaction" counts the commits of writers. It is 0 if no writer has committed to the index.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from searchlib.files.checked_lines import (
    check_list,
    check_natural,
    decode_checked,
    encode_checked,
)
from searchlib.files.commit_names import GENERATION, CommitNames, files_to_drop
from searchlib.segment.entry import SegmentEntry, segment_file

__all__ = ["COMMIT_NAMES", "COMMIT_VERSION", "INDEX_NAME", "Commit", "list_segments"]

INDEX_NAME: Final = "MAIN"
"""What the names of an index's files begin with."""

COMMIT_NAMES: Final = CommitNames(INDEX_NAME)

COMMIT_VERSION: Final = 4
"""The version of the commit file that this release reads and writes."""

_ID: Final = re.compile(r"[0-9a-f]{32}")
_OWN_CHARS: Final = 16
_MAX_ANCESTORS: Final = 8
_SEGMENT_NAME: Final = re.compile(rf"{INDEX_NAME}_[0-9a-z]{{1,32}}")
_SEGMENT_FILE: Final = re.compile(rf"({_SEGMENT_NAME.pattern})\.articles")
# The names that only transactions give to files.
_DROPPED: Final = re.compile(
    rf"{INDEX_NAME}_[0-9a-f]{{{2 * _OWN_CHARS}}}\.(?:articles|new)"
    rf"|{INDEX_NAME}_{GENERATION}\.commit"
)


def list_segments(storage: Any) -> list[str]:
    """Return the names of all segments that have a file, whether a commit names them or not."""
    return [name[1] for name in map(_SEGMENT_FILE.fullmatch, storage.list()) if name]


def _new_id() -> str:
    return os.urandom(16).hex()


@dataclass(frozen=True, slots=True)
class Commit:
    """One state of an index. No other commit has its ``commit_id``."""

    generation: int
    segments: Sequence[SegmentEntry]
    commit_id: str = field(default_factory=_new_id)
    transaction: int = 0
    dropped: Sequence[str] = ()
    ancestor_ids: Sequence[str] = ()

    @property
    def file_name(self) -> str:
        """The name of the commit file."""
        return COMMIT_NAMES.name(self.generation)

    @property
    def files(self) -> set[str]:
        """The names of its files: its own, if it has one, and those of its segments."""
        own = {self.file_name} if self.generation >= 0 else set()
        return own.union(segment_file(segment.name) for segment in self.segments)

    def next(self, generation: int, segments: Sequence[SegmentEntry], dropped: set[str]) -> Commit:
        """Return the commit of a transaction that began with this one.

        It drops the ``dropped`` files that are not its own.
        """
        following = Commit(
            generation,
            segments,
            transaction=self.transaction + 1,
            ancestor_ids=[self.commit_id, *self.ancestor_ids][:_MAX_ANCESTORS],
        )
        return replace(following, dropped=sorted(dropped - following.files))

    @property
    def _prefix(self) -> str:
        return f"{INDEX_NAME}_{self.commit_id[:_OWN_CHARS]}"

    def new_name(self) -> str:
        """Return a name for a segment of the transaction that begins with this commit."""
        return self._prefix + os.urandom(_OWN_CHARS // 2).hex()

    def new_temporary(self) -> str:
        """Return a name for a file that is renamed when it is whole."""
        return f"{self.new_name()}.new"

    def droppable(self, storage: Any) -> set[str]:
        """Return the names of all existing files of this commit and of those before it.

        These are its own, those that it dropped, and those of the writers that began with it.
        """
        return files_to_drop(storage, self.files.union(self.dropped), self._prefix, _DROPPED)

    def encode(self) -> bytes:
        """Return the content of the commit file."""
        return encode_checked(
            {
                "version": COMMIT_VERSION,
                "id": self.commit_id,
                "generation": self.generation,
                "transaction": self.transaction,
                "segments": [
                    {
                        "name": segment.name,
                        "documents": segment.documents,
                        "deleted": list(segment.deleted),
                        "readable": segment.readable,
                    }
                    for segment in self.segments
                ],
                "dropped": list(self.dropped),
                "after": list(self.ancestor_ids),
            }
        )

    @classmethod
    def decode(cls, data: bytes, path: str, file: str) -> Commit:
        """Read a commit file.

        Raises IndexFormatError for another version, CorruptIndexError for what encode never wrote.
        """

        def parse(values: dict[str, Any]) -> Commit:
            generation = check_natural(values["generation"])
            if file != COMMIT_NAMES.name(generation):
                raise ValueError(f"it is of generation {generation}")
            segments = [_segment(**segment) for segment in check_list(values["segments"])]
            if len({segment.name for segment in segments}) < len(segments):
                raise ValueError("a segment is named twice")
            return cls(
                generation,
                segments,
                _commit_id(values["id"]),
                check_natural(values["transaction"]),
                [_dropped(name) for name in check_list(values["dropped"])],
                [_commit_id(each) for each in check_list(values["after"])],
            )

        return decode_checked(
            data,
            parse,
            version=COMMIT_VERSION,
            path=path,
            file=file,
            remedy="index the articles again",
        )


def _segment(name: str, documents: int, deleted: list[int], readable: bool) -> SegmentEntry:
    before = -1
    for doc in check_list(deleted):
        if not before < check_natural(doc) < check_natural(documents):
            raise ValueError(f"the document {doc} of the segment {name!r}")
        before = doc
    if not _SEGMENT_NAME.fullmatch(name):
        raise ValueError(f"the segment {name!r}")
    if type(readable) is not bool:
        raise ValueError(f"readable is {readable!r}")
    return SegmentEntry(name, check_natural(documents), tuple(deleted), readable)


def _dropped(name: str) -> str:
    if not _DROPPED.fullmatch(name):
        raise ValueError(f"the file {name!r}")
    return name


def _commit_id(found: str) -> str:
    if not _ID.fullmatch(found):
        raise ValueError(f"the id {found!r}")
    return found
