"""The commit file: which segments an index has, and which of their documents are deleted.

A line of JSON and a line with its checksum, both ASCII:

    {"version": 4, "id": "9f86d081884c7d659a2feaa0c55ad015", "generation": 7, "transaction": 7,
     "segments": [{"name": "MAIN_x1", "documents": 3, "deleted": [1], "readable": true}],
     "dropped": ["MAIN_6.commit"], "after": ["4355a46b19d348dc2f57c046f8ef63d4"]}   (one line)
    crc32 5a3c0c1e

It is written beside the one before under a name of its own, synced, linked to its name and made
durable with its directory: a crash at any moment leaves the one or the other. The newest generation
counts. Segments stand in the order of insertion; one that is not readable was found damaged by a
merge, and is merged no more.

The id is random, so that no two commits are equal: an index that was made anew in the place of
another one may have the same generations. The files that the next transaction makes have names that
begin with half of the id of the commit that it began with. So what a killed writer has left is
known by the commit, and so is what that one dropped: "dropped" has the names of files that were not
needed any more and may still be there. No other file is ever deleted, whatever it is called.

"after" has the ids of the commits that this one was made from, the newest first, eight at most: a
writer that finds a newer commit than its own sees whether that one has its articles.

"transaction" counts the commits that changed articles: it is 0 for an index that is new, and stays
where a commit merges segments only.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from searchlib.errors import CorruptIndexError, IndexFormatError
from searchlib.segment.entry import SegmentEntry, segment_file

__all__ = [
    "INDEX_NAME",
    "MOST_GENERATION",
    "Commit",
    "commit_file",
    "generations",
    "latest_generation",
    "segments_there",
]

INDEX_NAME: Final = "MAIN"
"""What the names of an index's files begin with."""

MOST_GENERATION: Final = 999_999_999_999
"""A thousand commits a second for 30 years. No commit has a higher one."""

_VERSION: Final = 4
_ID: Final = re.compile(r"[0-9a-f]{32}")
_OWN_CHARS: Final = 16
_KEPT_IDS: Final = 8
_SEGMENT_NAME: Final = re.compile(rf"{INDEX_NAME}_[0-9a-z]{{1,32}}")
_NUMBER: Final = "(?:0|[1-9][0-9]{0,11})"
_FILE: Final = re.compile(
    rf"(?P<segment>{_SEGMENT_NAME.pattern})\.articles"
    rf"|{INDEX_NAME}_(?P<generation>{_NUMBER})\.commit"
)
# What a transaction calls its files, and nobody else his own.
_DROPPED: Final = re.compile(
    rf"{INDEX_NAME}_[0-9a-f]{{{2 * _OWN_CHARS}}}\.(?:articles|new)|{INDEX_NAME}_{_NUMBER}\.commit"
)


def commit_file(generation: int) -> str:
    """Return the name of the commit file of a generation."""
    return f"{INDEX_NAME}_{generation}.commit"


def generations(storage: Any) -> list[int]:
    """Return the generations of the commit files there are, the newest first."""
    found = map(_FILE.fullmatch, storage.list())
    numbers = (name["generation"] for name in found if name)
    return sorted((int(number) for number in numbers if number), reverse=True)


def latest_generation(storage: Any) -> int:
    """Return the generation of the newest commit, or -1."""
    return max(generations(storage), default=-1)


def segments_there(storage: Any) -> list[str]:
    """Return the names of the segments that there are files of, in any commit or none."""
    found = map(_FILE.fullmatch, storage.list())
    return [name["segment"] for name in found if name and name["segment"]]


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
    after: Sequence[str] = ()

    @property
    def file_name(self) -> str:
        """The name of the commit file."""
        return commit_file(self.generation)

    @property
    def files(self) -> set[str]:
        """The names of its files: its own, if it has one, and those of its segments."""
        own = {self.file_name} if self.generation >= 0 else set()
        return own.union(segment_file(segment.name) for segment in self.segments)

    def next(self, generation: int, segments: Sequence[SegmentEntry], dropped: set[str]) -> Commit:
        """Return the commit of a transaction that began with this one.

        It drops what is ``dropped`` and not its own.
        """
        made = Commit(
            generation,
            segments,
            transaction=self.transaction + 1,
            after=[self.commit_id, *self.after][:_KEPT_IDS],
        )
        return replace(made, dropped=sorted(dropped - made.files))

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
        """Return the names of all files there are that this commit, or what led to it, has made.

        Beside its own those that it dropped, and those of writers that began with it.
        """
        there = set(storage.list())
        left = {
            name for name in there if name.startswith(self._prefix) and _DROPPED.fullmatch(name)
        }
        return there.intersection(self.files.union(self.dropped)) | left

    def encode(self) -> bytes:
        """Return the content of the commit file."""
        values = {
            "version": _VERSION,
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
            "after": list(self.after),
        }
        line = json.dumps(values).encode() + b"\n"
        return line + f"crc32 {zlib.crc32(line):08x}\n".encode()

    @classmethod
    def decode(cls, data: bytes, path: str, file: str) -> Commit:
        """Read a commit file. Raises CorruptIndexError for what encode never wrote."""
        line, _, end = data.partition(b"\n")
        line += b"\n"
        if end != f"crc32 {zlib.crc32(line):08x}\n".encode():
            raise CorruptIndexError(
                f"the commit file {file} is damaged; index the articles again",
                path=path,
                file=file,
            )
        try:
            values = json.loads(line)
            if _whole(values["version"]) != _VERSION:
                raise IndexFormatError(
                    f"the commit has version {values['version']}, and this searchlib reads"
                    f" {_VERSION}; use the searchlib that wrote it, or index the articles again",
                    path=path,
                    found=values["version"],
                    supported=_VERSION,
                )
            generation = _whole(values["generation"])
            if file != commit_file(generation):
                raise ValueError(f"it is of generation {generation}")
            segments = [_segment(**segment) for segment in _list(values["segments"])]
            if len({segment.name for segment in segments}) < len(segments):
                raise ValueError("a segment is named twice")
            return cls(
                generation,
                segments,
                _commit_id(values["id"]),
                _whole(values["transaction"]),
                [_dropped(name) for name in _list(values["dropped"])],
                [_commit_id(each) for each in _list(values["after"])],
            )
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise CorruptIndexError(
                f"the commit file {file} cannot be read: {error!r}", path=path, file=file
            ) from error


def _segment(name: str, documents: int, deleted: list[int], readable: bool) -> SegmentEntry:
    before = -1
    for doc in _list(deleted):
        if not before < _whole(doc) < _whole(documents):
            raise ValueError(f"the document {doc} of the segment {name!r}")
        before = doc
    if not _SEGMENT_NAME.fullmatch(name):
        raise ValueError(f"the segment {name!r}")
    if type(readable) is not bool:
        raise ValueError(f"readable is {readable!r}")
    return SegmentEntry(name, _whole(documents), tuple(deleted), readable)


def _dropped(name: str) -> str:
    if not _DROPPED.fullmatch(name):
        raise ValueError(f"the file {name!r}")
    return name


def _commit_id(found: str) -> str:
    if not _ID.fullmatch(found):
        raise ValueError(f"the id {found!r}")
    return found


def _whole(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise ValueError(f"{number!r} is no whole number")
    return number


def _list(values: Any) -> list[Any]:
    if not isinstance(values, list):
        raise ValueError(f"{values!r} is no list")  # noqa: TRY004  # of a file, not of arguments
    return values
