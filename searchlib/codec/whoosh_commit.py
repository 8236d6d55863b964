"""The commit file of a Whoosh index: what stands where Whoosh pickles its TOC.

That of the index MAIN is _MAIN_<generation>.commit: a line of JSON and a line with its checksum,
both ASCII; schema is that of whoosh_schema.py:

    {"version": 1, "generation": 7, "schema": {...},
     "segments": [{"name": "x1", "documents": 3, "deleted": [1]}]}      (one line)
    crc32 5a3c0c1e

It is written beside the one before under a name of its own, synced, renamed and made durable with
its directory: a crash at any moment leaves the one or the other. The newest generation counts.
"""

from __future__ import annotations

import json
import re
import zlib
from contextlib import suppress
from typing import Any, Final

from whoosh.index import TOC

from searchlib.codec.storage import write_durably
from searchlib.codec.whoosh_codec import SearchlibCodec, SearchlibSegment
from searchlib.codec.whoosh_schema import decode_schema, encode_schema, supplied_fields
from searchlib.errors import CorruptIndexError, IndexFormatError

__all__ = ["IndexCodec", "commit_name", "decode_commit", "latest_generation", "write_commit"]

_VERSION: Final = 1
_SEGMENT_ID: Final = re.compile(r"[0-9a-z]{1,32}")


class IndexCodec(SearchlibCodec):
    """The codec of an index in a directory, where segments are called _MAIN_<name>."""

    def new_segment(self, storage: Any, indexname: str) -> SearchlibSegment:
        return SearchlibSegment(f"_{indexname}")


def latest_generation(storage: Any, indexname: str) -> int:
    """Give the generation of the newest commit, or -1 where there is no index."""
    pattern = re.compile(rf"_{re.escape(indexname)}_(\d{{1,18}})\.commit", re.ASCII)
    found = (pattern.fullmatch(name) for name in storage.list())
    return max((int(name[1]) for name in found if name), default=-1)


def commit_name(indexname: str, generation: int) -> str:
    """Give the name of a commit file."""
    return f"_{indexname}_{generation}.commit"


def _encoded(indexname: str, toc: TOC, schema: dict[str, Any]) -> bytes:
    values = {
        "version": _VERSION,
        "generation": toc.generation,
        "schema": schema,
        "segments": [
            {
                "name": segment.segment_id().removeprefix(f"_{indexname}_"),
                "documents": segment.doc_count_all(),
                "deleted": list(segment.deleted_docs()),
            }
            for segment in toc.segments
        ],
    }
    line = json.dumps(values, allow_nan=False).encode() + b"\n"
    return line + f"crc32 {zlib.crc32(line):08x}\n".encode()


def decode_commit(data: bytes, path: str, indexname: str, generation: int, schema: Any) -> TOC:
    """Read a commit file of the index at ``path``; ``schema``, if not None, counts for its own.

    Raises IndexFormatError for another version, CorruptIndexError for what no commit has.
    """
    file = commit_name(indexname, generation)
    line, _, end = data.partition(b"\n")
    line += b"\n"
    if end != f"crc32 {zlib.crc32(line):08x}\n".encode():
        raise CorruptIndexError(
            f"the commit file {file} is damaged; index the documents again", path=path, file=file
        )
    try:
        values = json.loads(line)
        version = _whole(values["version"])
        if version != _VERSION:
            raise IndexFormatError(
                f"the commit has version {version}, and this searchlib reads {_VERSION};"
                " use the searchlib that wrote it, or index the documents again",
                path=path,
                found=version,
                supported=_VERSION,
            )
        if values["generation"] != generation:
            raise ValueError(f"it is of generation {values['generation']!r}")
        segments = [_segment(indexname, **segment) for segment in values["segments"]]
        written = values["schema"]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise CorruptIndexError(
            f"the commit file {file} cannot be read: {error!r:.200}", path=path, file=file
        ) from error
    if schema is None:
        schema = decode_schema(written, path, file)
    return TOC(schema, segments, generation)


def _segment(indexname: str, name: str, documents: int, deleted: list[int]) -> SearchlibSegment:
    if not _SEGMENT_ID.fullmatch(name) or any(_whole(doc) >= documents for doc in deleted):
        raise ValueError(f"the segment {name!r}")
    segment = IndexCodec().new_segment(None, indexname)
    segment.segid = name
    segment.set_doc_count(_whole(documents))
    for doc in deleted:
        segment.delete_document(doc)
    return segment


def _whole(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise ValueError(f"{number!r} is no whole number")
    return number


def write_commit(storage: Any, indexname: str, toc: TOC) -> dict[str, str]:
    """Make ``toc`` the newest commit, then drop what it does not name.

    Gives the fields that the program has to supply, with the reason.
    """
    schema = encode_schema(toc.schema, storage.folder)
    name = commit_name(indexname, toc.generation)
    write_durably(storage, name, _encoded(indexname, toc, schema))
    # What earlier commits had, what killed writers left, and what was an index of Whoosh's own.
    prefix = re.escape(indexname)
    old = re.compile(rf"(_{prefix}_[0-9a-z]+)\..*|{prefix}_[0-9a-z]+\.seg")
    kept = {segment.segment_id() for segment in toc.segments}
    for other in storage.list():
        found = old.fullmatch(other)
        if found and found[1] not in kept and other != name:
            with suppress(OSError):  # a file that stays is dropped by the next commit
                storage.delete_file(other)
    return supplied_fields(schema)
