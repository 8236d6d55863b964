"""The commit file of a Whoosh index: what stands where Whoosh pickles its TOC.

That of the index MAIN is _MAIN_<generation>.commit: a line of JSON and a line with its checksum,
both ASCII; schema is that of schema_reading.py:

    {"version": 2, "generation": 7, "token": "9f86d081884c7d65", "schema": {...},
     "segments": [{"name": "x1", "documents": 3, "deleted": [1]}],
     "dropped": ["_MAIN_6.commit"]}                                     (one line)
    crc32 5a3c0c1e

The newest generation counts. The token is random. The files that the next writer makes have names
that begin with it: so what a killed writer has left is known by the commit that it began with.
"dropped" has the names of files that are not needed any more and may still be there. No other file
is ever deleted, whatever it is called.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Callable, Iterable
from typing import Any, Final

from whoosh.index import TOC

from searchlib.errors import CorruptIndexError, IndexFormatError
from searchlib.whoosh.codec.searchlib_codec import SearchlibCodec, SearchlibSegment
from searchlib.whoosh.codec.segment_writing import DOCS_FILE, TERMS_FILE
from searchlib.whoosh.schema.schema_reading import decode_schema

__all__ = [
    "COMMIT_VERSION",
    "MOST_GENERATION",
    "Commit",
    "IndexCodec",
    "commit_name",
    "decode_commit",
    "droppable",
    "encode_commit",
    "index_names",
    "latest_generation",
    "new_name",
]

COMMIT_VERSION: Final = 2
MOST_GENERATION: Final = 999_999_999_999
"""A thousand commits a second for 30 years. No commit has a higher one."""

_GENERATION: Final = "(?:0|[1-9][0-9]{0,11})"
_SEGMENT_ID: Final = re.compile(r"[0-9a-z]{1,32}")
_TOKEN: Final = re.compile(r"[0-9a-f]{16}")
_ENDS: Final = rf"\.(?:{DOCS_FILE[1:]}|{TERMS_FILE[1:]}|run|new)"
_REST: Final = re.compile(f"[0-9a-f]{{16}}{_ENDS}")


class Commit(TOC):  # type: ignore[misc]  # whoosh has no types
    """One state of an index, with what Whoosh's own TOC has of it.

    ``files`` are the names of its files. They stay while a writer changes the list of segments.
    """

    def __init__(
        self,
        indexname: str,
        schema: Any,
        segments: list[Any],
        generation: int,
        token: str | None = None,
        dropped: Iterable[str] = (),
    ) -> None:
        super().__init__(schema, segments, generation)
        self.token = token or os.urandom(8).hex()
        self.dropped = tuple(dropped)
        self.files = frozenset(
            {
                commit_name(indexname, generation),
                *(
                    segment.make_filename(end)
                    for segment in segments
                    for end in (DOCS_FILE, TERMS_FILE)
                ),
            }
        )


class IndexCodec(SearchlibCodec):
    """The codec of an index in a directory, where segments are called _MAIN_<name>.

    ``token`` gives that of the commit which the writer begins with.
    """

    def __init__(self, token: Callable[[], str]) -> None:
        super().__init__()
        self._token = token

    def new_segment(self, storage: Any, indexname: str) -> SearchlibSegment:
        return _named(indexname, _new_id(self._token()))


def _named(indexname: str, segment_id: str) -> SearchlibSegment:
    segment = SearchlibSegment(f"_{indexname}")
    segment.segid = segment_id
    return segment


def _new_id(token: str) -> str:
    return token + os.urandom(8).hex()


def new_name(indexname: str, token: str, end: str) -> str:
    """Return a name for a file of the writer that begins with the commit of this token."""
    return f"_{indexname}_{_new_id(token)}{end}"


def latest_generation(storage: Any, indexname: str) -> int:
    """Return the generation of the newest commit, or -1 where there is no index."""
    pattern = re.compile(rf"_{re.escape(indexname)}_({_GENERATION})\.commit")
    found = (pattern.fullmatch(name) for name in storage.list())
    return max((int(name[1]) for name in found if name), default=-1)


def index_names(storage: Any) -> list[str]:
    """Return the names of the indexes that there are commits of, sorted."""
    pattern = re.compile(rf"_(.+)_{_GENERATION}\.commit", re.DOTALL)
    return sorted({name[1] for name in map(pattern.fullmatch, storage.list()) if name})


def commit_name(indexname: str, generation: int) -> str:
    """Return the name of a commit file."""
    return f"_{indexname}_{generation}.commit"


def droppable(storage: Any, indexname: str, commit: Commit) -> set[str]:
    """Return the names of all files there are that this commit, or what led to it, has made.

    Beside its own those that it dropped, and those of writers that began with it.
    """
    there = set(storage.list())
    begun = f"_{indexname}_{commit.token}"
    left = {
        name for name in there if name.startswith(begun) and _REST.fullmatch(name, pos=len(begun))
    }
    return there.intersection(commit.files.union(commit.dropped)) | left


def encode_commit(indexname: str, commit: Commit, schema: dict[str, Any]) -> bytes:
    """Return the content of the commit file."""
    values = {
        "version": COMMIT_VERSION,
        "generation": commit.generation,
        "token": commit.token,
        "schema": schema,
        "segments": [
            {
                "name": segment.segment_id().removeprefix(f"_{indexname}_"),
                "documents": segment.doc_count_all(),
                "deleted": list(segment.deleted_docs()),
            }
            for segment in commit.segments
        ],
        "dropped": list(commit.dropped),
    }
    line = json.dumps(values, allow_nan=False).encode() + b"\n"
    return line + f"crc32 {zlib.crc32(line):08x}\n".encode()


def decode_commit(data: bytes, path: str, indexname: str, generation: int, schema: Any) -> Commit:
    """Read a commit file of the index at ``path``; ``schema``, if not None, counts for its own.

    Raises IndexFormatError for another version, CorruptIndexError for what no commit has.
    """
    file = commit_name(indexname, generation)
    line, _, end = data.partition(b"\n")
    line += b"\n"
    if end != f"crc32 {zlib.crc32(line):08x}\n".encode():
        raise CorruptIndexError(
            f"the commit file {file} is damaged; index the documents again in another directory",
            path=path,
            file=file,
        )
    try:
        values = json.loads(line)
        version = _whole(values["version"])
        if version != COMMIT_VERSION:
            raise IndexFormatError(
                f"the commit {file} has version {version}, and this searchlib reads"
                f" {COMMIT_VERSION}; use the searchlib that wrote it, or index the documents again"
                " in another directory",
                path=path,
                found=version,
                supported=COMMIT_VERSION,
            )
        if values["generation"] != generation:
            raise ValueError(f"it is of generation {values['generation']!r}")
        segments = [_segment(indexname, **segment) for segment in _list(values["segments"])]
        token = _matching(_TOKEN, values["token"])
        dropped = [_dropped(indexname, name, generation) for name in _list(values["dropped"])]
        written = values["schema"]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise CorruptIndexError(
            f"the commit file {file} cannot be read: {error!r:.200}", path=path, file=file
        ) from error
    if schema is None:
        schema = decode_schema(written, path, file)
    return Commit(indexname, schema, segments, generation, token, dropped)


def _segment(indexname: str, name: str, documents: int, deleted: list[int]) -> SearchlibSegment:
    segment = _named(indexname, _matching(_SEGMENT_ID, name))
    segment.set_doc_count(_whole(documents))
    for doc in _list(deleted):
        if _whole(doc) >= documents:
            raise ValueError(f"the document {doc} of the segment {name!r}")
        segment.delete_document(doc)
    return segment


def _dropped(indexname: str, name: str, generation: int) -> str:
    prefix = re.escape(f"_{indexname}_")
    found = re.fullmatch(rf"{prefix}(?:({_GENERATION})\.commit|[0-9a-z]{{1,32}}{_ENDS})", name)
    if not found or (found[1] and int(found[1]) >= generation):
        raise ValueError(f"the file {name!r}")
    return name


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"the name {text!r}")
    return text


def _whole(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise ValueError(f"{number!r} is no whole number")
    return number


def _list(values: Any) -> list[Any]:
    if not isinstance(values, list):
        raise ValueError(f"{values!r} is no list")  # noqa: TRY004  # of a file, not of arguments
    return values
