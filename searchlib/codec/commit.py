"""The commit file: which segments an index has, and which of their documents are deleted.

A line of JSON and a line with its checksum, both ASCII:

    {"version": 2, "generation": 7,
     "segments": [{"name": "MAIN_x1", "documents": 3, "deleted": [1]}]}      (one line)
    crc32 5a3c0c1e

It is written beside the one before under a name of its own, synced, renamed and made durable with
its directory: a crash at any moment leaves the one or the other. The newest generation counts.
Segments stand in the order of insertion.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from searchlib.errors import CorruptIndexError, IndexFormatError

__all__ = ["INDEX_NAME", "Commit", "SegmentEntry", "latest_generation", "new_segment_name"]

INDEX_NAME: Final = "MAIN"
"""What the names of an index's files begin with."""

_VERSION: Final = 2
_NAME: Final = re.compile(rf"{INDEX_NAME}_(\d{{1,18}})\.commit")
_SEGMENT_NAME: Final = re.compile(rf"{INDEX_NAME}_([0-9a-z]{{1,32}})")


def latest_generation(storage: Any) -> int:
    """Give the generation of the newest commit, or -1."""
    found = (_NAME.fullmatch(name) for name in storage.list())
    return max((int(name[1]) for name in found if name), default=-1)


def new_segment_name() -> str:
    """Give a name that no segment has."""
    return f"{INDEX_NAME}_{os.urandom(8).hex()}"


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
    """One state of an index."""

    generation: int
    segments: Sequence[SegmentEntry]

    @property
    def file_name(self) -> str:
        """The name of the commit file."""
        return f"{INDEX_NAME}_{self.generation}.commit"

    def encode(self) -> bytes:
        """Give the content of the commit file."""
        values = {
            "version": _VERSION,
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
            segments = [_segment(**segment) for segment in _list(values["segments"])]
            return cls(_whole(values["generation"]), segments)
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


def _whole(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise ValueError(f"{number!r} is no whole number")
    return number


def _list(values: Any) -> list[Any]:
    if not isinstance(values, list):
        raise ValueError(f"{values!r} is no list")  # noqa: TRY004  # of a file, not of arguments
    return values
