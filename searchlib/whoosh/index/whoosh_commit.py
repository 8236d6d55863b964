"""The commit file of a Whoosh index, which replaces Whoosh's pickled table of contents.

For the index MAIN it is called _MAIN_<generation>.commit. It has a line of JSON and a line with its
checksum (checked_lines.py). schema_reading.py describes the schema:

    {"version": 2, "generation": 7, "token": "9f86d081884c7d65", "schema": {...},
     "segments": [{"name": "x1", "documents": 3, "deleted": [1]}],
     "dropped": ["_MAIN_6.commit"]}                                     (one line)
    crc32 5a3c0c1e

The newest generation is current. The token is random, and the next writer gives its files names
that begin with it. So the commit shows which files a killed writer has left. "dropped" has the
names of files that are no longer needed and may still exist. No other file is ever deleted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from whoosh.index import TOC

from searchlib.files.checked_lines import (
    check_list,
    check_natural,
    decode_checked,
    encode_checked,
)
from searchlib.files.commit_names import GENERATION, WHOOSH_COMMIT, CommitNames, files_to_drop
from searchlib.whoosh.codec.searchlib_codec import SearchlibCodec, SearchlibSegment
from searchlib.whoosh.codec.segment_writing import DOCS_FILE, TERMS_FILE
from searchlib.whoosh.schema.schema_reading import decode_schema

__all__ = [
    "COMMIT_VERSION",
    "IndexCodec",
    "WhooshCommit",
    "commit_names",
    "decode_commit",
    "droppable",
    "encode_commit",
    "index_names",
    "new_name",
]

COMMIT_VERSION: Final = 2
"""The version of the commit file that this release reads and writes."""

_SEGMENT_ID: Final = re.compile(r"[0-9a-z]{1,32}")
_TOKEN: Final = re.compile(r"[0-9a-f]{16}")
_SUFFIXES: Final = rf"\.(?:{DOCS_FILE[1:]}|{TERMS_FILE[1:]}|run|new)"


class WhooshCommit(TOC):  # type: ignore[misc]  # whoosh has no types
    """A commit of an index, with the attributes of Whoosh's TOC.

    ``files`` are the names of its files. They do not change when a writer changes ``segments``.
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
                commit_names(indexname).name(generation),
                *(
                    segment.make_filename(suffix)
                    for segment in segments
                    for suffix in (DOCS_FILE, TERMS_FILE)
                ),
            }
        )


class IndexCodec(SearchlibCodec):
    """The codec of an index in a directory, whose segments are called _MAIN_<name>.

    ``token`` returns the token of the commit on which the writer is based.
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


def new_name(indexname: str, token: str, suffix: str) -> str:
    """Return a new file name for the writer that is based on the commit with this token."""
    return f"_{indexname}_{_new_id(token)}{suffix}"


def commit_names(indexname: str) -> CommitNames:
    """Return the names of the commits of an index."""
    return CommitNames(f"_{indexname}")


def index_names(storage: Any) -> list[str]:
    """Return the names of the indexes that have commits, sorted."""
    return sorted({name[1] for name in map(WHOOSH_COMMIT.fullmatch, storage.list()) if name})


def droppable(storage: Any, indexname: str, commit: WhooshCommit) -> set[str]:
    """Return the names of all existing files of this commit and of those before it.

    These are the commit's own files, those that it dropped, and those of writers based on it.
    """
    prefix = f"_{indexname}_{commit.token}"
    pattern = re.compile(rf"{re.escape(prefix)}[0-9a-f]{{16}}{_SUFFIXES}")
    return files_to_drop(storage, commit.files.union(commit.dropped), prefix, pattern)


def encode_commit(indexname: str, commit: WhooshCommit, schema: dict[str, Any]) -> bytes:
    """Return the content of the commit file."""
    return encode_checked(
        {
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
    )


def decode_commit(
    data: bytes, path: str, indexname: str, generation: int, schema: Any
) -> WhooshCommit:
    """Decode a commit file of the index at ``path``; ``schema``, if given, replaces its schema.

    Raises IndexFormatError for another version, and CorruptIndexError for invalid content.
    """

    def parse(values: dict[str, Any]) -> tuple[WhooshCommit, Any]:
        if values["generation"] != generation:
            raise ValueError(f"it is of generation {values['generation']!r}")
        segments = [_segment(indexname, **segment) for segment in check_list(values["segments"])]
        token = _matching(_TOKEN, values["token"])
        dropped = [_dropped(indexname, name, generation) for name in check_list(values["dropped"])]
        commit = WhooshCommit(indexname, schema, segments, generation, token, dropped)
        return commit, values["schema"]

    file = commit_names(indexname).name(generation)
    commit, stored_schema = decode_checked(
        data,
        parse,
        version=COMMIT_VERSION,
        path=path,
        file=file,
        remedy="index the documents again in another directory",
    )
    if schema is None:
        commit.schema = decode_schema(stored_schema, path, file)
    return commit


def _segment(indexname: str, name: str, documents: int, deleted: list[int]) -> SearchlibSegment:
    segment = _named(indexname, _matching(_SEGMENT_ID, name))
    segment.set_doc_count(check_natural(documents))
    for doc in check_list(deleted):
        if check_natural(doc) >= documents:
            raise ValueError(f"the document {doc} of the segment {name!r}")
        segment.delete_document(doc)
    return segment


def _dropped(indexname: str, name: str, generation: int) -> str:
    prefix = re.escape(f"_{indexname}_")
    match = re.fullmatch(rf"{prefix}(?:({GENERATION})\.commit|[0-9a-z]{{1,32}}{_SUFFIXES})", name)
    if not match or (match[1] and int(match[1]) >= generation):
        raise ValueError(f"the file {name!r}")
    return name


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"the name {text!r}")
    return text
