"""The commit file: which segments an index has, and which of their documents are deleted.

A line of JSON and a line with its checksum, both ASCII:

    {"version": 3, "id": "9f86d081884c7d659a2feaa0c55ad015", "generation": 7,
     "segments": [{"name": "MAIN_x1", "documents": 3, "deleted": [1]}]}      (one line)
    crc32 5a3c0c1e

It is written beside the one before under a name of its own, synced, renamed and made durable with
its directory: a crash at any moment leaves the one or the other. The newest generation counts.
The id is random, so that no two commits are equal: an index that was made anew in the place of
another one begins with the same generations. Segments stand in the order of insertion.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from searchlib.codec.settings import SETTINGS_FILE
from searchlib.errors import CorruptIndexError, IndexFormatError

__all__ = [
    "INDEX_NAME",
    "Commit",
    "SegmentEntry",
    "is_index_file",
    "latest_generation",
    "new_segment_name",
    "segments_there",
]

INDEX_NAME: Final = "MAIN"
"""What the names of an index's files begin with."""

_VERSION: Final = 3
_ID: Final = re.compile(r"[0-9a-f]{32}")
_SEGMENT_NAME: Final = re.compile(rf"{INDEX_NAME}_[0-9a-z]{{1,32}}")
_NUMBER: Final = "(?:0|[1-9][0-9]{0,17})"
# Exactly what is ours: Whoosh's own indexes, and the user, have other files of this name.
_FILE: Final = re.compile(
    rf"(?P<segment>{_SEGMENT_NAME.pattern})\.articles"
    rf"|{INDEX_NAME}_(?P<generation>{_NUMBER})\.commit"
    rf"|{INDEX_NAME}_{_NUMBER}\.commit\.new"
    rf"|{re.escape(SETTINGS_FILE)}(?:\.new)?"
)


def is_index_file(name: str) -> bool:
    """Tell whether an index has files of this name: all but its lock."""
    return _FILE.fullmatch(name) is not None


def latest_generation(storage: Any) -> int:
    """Give the generation of the newest commit, or -1."""
    found = map(_FILE.fullmatch, storage.list())
    numbers = (name["generation"] for name in found if name)
    return max((int(number) for number in numbers if number), default=-1)


def segments_there(storage: Any) -> list[str]:
    """Give the names of the segments that there are files of, in any commit or none."""
    found = map(_FILE.fullmatch, storage.list())
    return [name["segment"] for name in found if name and name["segment"]]


def new_segment_name() -> str:
    """Give a name that no segment has."""
    return f"{INDEX_NAME}_{os.urandom(8).hex()}"


def _new_id() -> str:
    return os.urandom(16).hex()


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of a commit. ``deleted`` strictly increases."""

    name: str
    documents: int
    deleted: tuple[int, ...] = ()

    @property
    def live(self) -> int:
        """How many documents are not deleted."""
        return self.documents - len(self.deleted)


@dataclass(frozen=True, slots=True)
class Commit:
    """One state of an index. No other commit has its ``commit_id``."""

    generation: int
    segments: Sequence[SegmentEntry]
    commit_id: str = field(default_factory=_new_id)

    @property
    def file_name(self) -> str:
        """The name of the commit file."""
        return f"{INDEX_NAME}_{self.generation}.commit"

    def encode(self) -> bytes:
        """Give the content of the commit file."""
        values = {
            "version": _VERSION,
            "id": self.commit_id,
            "generation": self.generation,
            "segments": [
                {
                    "name": segment.name,
                    "documents": segment.documents,
                    "deleted": list(segment.deleted),
                }
                for segment in self.segments
            ],
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
            if file != f"{INDEX_NAME}_{generation}.commit":
                raise ValueError(f"it is of generation {generation}")
            segments = [_segment(**segment) for segment in _list(values["segments"])]
            return cls(generation, segments, _commit_id(values["id"]))
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise CorruptIndexError(
                f"the commit file {file} cannot be read: {error!r}", path=path, file=file
            ) from error


def _segment(name: str, documents: int, deleted: list[int]) -> SegmentEntry:
    before = -1
    for doc in _list(deleted):
        if not before < _whole(doc) < _whole(documents):
            raise ValueError(f"the document {doc} of the segment {name!r}")
        before = doc
    if not _SEGMENT_NAME.fullmatch(name):
        raise ValueError(f"the segment {name!r}")
    return SegmentEntry(name, _whole(documents), tuple(deleted))


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
