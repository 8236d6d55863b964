"""Reads the documents of a segment; segment_writing.py describes the file."""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Iterator
from sys import byteorder
from typing import Any, Final

from whoosh.codec import base
from whoosh.filedb.structfile import BufferFile
from whoosh.matching import ListMatcher

from searchlib.files.container import Container, Paged
from searchlib.files.storage import open_container
from searchlib.files.varints import read_varint
from searchlib.whoosh.codec.column_types import storable
from searchlib.whoosh.codec.payloads import decoder_for
from searchlib.whoosh.codec.segment_writing import DOCS_FILE, DOCS_KIND, section_field, section_name
from searchlib.whoosh.codec.values import decode_value

__all__ = ["DocsReader"]

_WEIGHT: Final = struct.Struct("<d")


class _Records:
    """Byte strings, one for each document."""

    def __init__(self, container: Container, name: str, ends: str, count: int) -> None:
        self._container = container
        self._data: Paged = container.paged(name)
        self._ends = _numbers(container, ends, "Q", count)

    def get(self, doc: int) -> bytes:
        start = self._ends[doc - 1] if doc else 0
        return bytes(self._data.get(start, self._ends[doc]))

    def check(self) -> None:
        self._data.check()


def _numbers(container: Container, name: str, typecode: str, count: int) -> array[int]:
    data = container.section(name)
    numbers = array(typecode)
    if len(data) != count * numbers.itemsize:
        raise container.damage(f"its section {name!r} is not of {count} documents")
    numbers.frombytes(data)
    if byteorder == "big":
        numbers.byteswap()
    return numbers


class DocsReader(base.PerDocumentReader):  # type: ignore[misc]  # whoosh has no types
    """Reads the lengths, columns, stored values and vectors of documents."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._segment = segment
        self._container = open_container(storage, segment.make_filename(DOCS_FILE), DOCS_KIND)
        # Whoosh opens a segment before the segment's own count is set.
        self._count = int.from_bytes(self._container.section("count"), "little")
        self._lengths: dict[str, array[int]] = {}
        self._written_lengths: dict[str, array[int]] = {}
        self._totals: dict[str, int] = {}
        self._stored: _Records | None = None
        self._vectors: dict[str, _Records] = {}

    def check(self) -> None:
        """Read the whole file. Raises CorruptIndexError at the first damage."""
        for name in self._container.names():
            if f"{name}#" in self._container:
                self._container.paged(name).check()
            else:
                self._container.section(name)

    def doc_count(self) -> int:
        return self._count - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        return int(self._count)

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Iterator[int]:
        return iter(self._segment.deleted_docs())

    # Columns

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return section_name("column", fieldname) in self._container

    def list_columns(self) -> list[str]:
        prefix = "column:"
        names = self._container.names()
        return [section_field(name) for name in names if name.startswith(prefix)]

    def column_data(self, fieldname: str) -> memoryview:
        """Return the bytes that the column's type wrote."""
        return self._container.section(section_name("column", fieldname))

    def column_reader(self, fieldname: str, column: Any) -> Any:
        data = self.column_data(fieldname)
        file = BufferFile(data, name=fieldname)
        return storable(column).reader(file, 0, len(data), self._count)

    # Lengths

    def lengths(self, fieldname: str) -> array[int]:
        """Return the length of ``fieldname`` in each document, as ``array('I')``."""
        if fieldname not in self._lengths:
            name = section_name("lengths", fieldname)
            if name in self._container:
                self._lengths[fieldname] = _numbers(self._container, name, "I", self._count)
            else:
                self._lengths[fieldname] = array("I", bytes(4 * self._count))
        return self._lengths[fieldname]

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        # Whoosh calls this for every posting that is scored, so the array is cached.
        lengths = self._written_lengths.get(fieldname)
        if lengths is None:
            if section_name("lengths", fieldname) not in self._container:
                return default
            lengths = self._written_lengths[fieldname] = self.lengths(fieldname)
        return lengths[docnum]

    def field_length(self, fieldname: str) -> int:
        # Whoosh calls this for every word of every query, so the sum is cached.
        if fieldname not in self._totals:
            self._totals[fieldname] = sum(self.lengths(fieldname))
        return self._totals[fieldname]

    def min_field_length(self, fieldname: str) -> int:
        return min(filter(None, self.lengths(fieldname)), default=0)

    def max_field_length(self, fieldname: str) -> int:
        return max(self.lengths(fieldname), default=0)

    # Vectors

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        return section_name("vectors", fieldname) in self._container and bool(
            self._vector(docnum, fieldname)
        )

    def vector(self, docnum: int, fieldname: str, format_: Any) -> Any:
        data = self._vector(docnum, fieldname) if self.has_vector(docnum, fieldname) else b""
        if not data:
            raise KeyError(f"document {docnum} has no vector of {fieldname!r}")
        payloads = decoder_for(format_, foreign=bool(data[0]))
        terms: list[str | bytes] = []
        weights: list[float] = []
        values: list[bytes] = []
        at = 1
        while at < len(data):
            kind, at = read_varint(data, at)
            term = data[at : at + (kind >> 1)]
            terms.append(term if kind & 1 else term.decode())
            at += kind >> 1
            weights.append(_WEIGHT.unpack_from(data, at)[0])
            length, at = read_varint(data, at + _WEIGHT.size)
            values.append(payloads.value(data[at : at + length]))
            at += length
        return ListMatcher(terms, weights, values, format_)

    def _vector(self, docnum: int, fieldname: str) -> bytes:
        if fieldname not in self._vectors:
            self._vectors[fieldname] = _Records(
                self._container,
                section_name("vectors", fieldname),
                section_name("vector_ends", fieldname),
                self._count,
            )
        return self._vectors[fieldname].get(docnum)

    # Stored values

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        if self._stored is None:
            self._stored = _Records(self._container, "stored", "stored_ends", self._count)
        data = self._stored.get(docnum)
        if not data:
            return {}
        values: dict[str, Any] = decode_value(zlib.decompress(data))
        return values
