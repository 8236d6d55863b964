"""Reading a segment through Whoosh's codec interface; segment_writing.py says what is in it."""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from array import array
from collections.abc import Iterator
from sys import byteorder
from typing import Any, Final

from whoosh.codec import base
from whoosh.filedb.structfile import BufferFile
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from searchlib.codec.column_types import storable
from searchlib.codec.container import Container, Paged
from searchlib.codec.matcher import PostingMatcher
from searchlib.codec.payloads import decoder_for
from searchlib.codec.posting_lists import PostingList
from searchlib.codec.segment_writing import (
    DOCS_FILE,
    DOCS_KIND,
    TERMS_FILE,
    TERMS_KIND,
    section_field,
    section_name,
)
from searchlib.codec.term_dictionary import Dictionary, TermEntry
from searchlib.codec.values import decode_value
from searchlib.codec.varints import read_varint
from searchlib.errors import StorageError

__all__ = ["DocsReader", "TermsReader"]

_WEIGHT: Final = struct.Struct("<d")


def open_container(storage: Any, segment: Any, extension: str, kind: bytes) -> Container:
    """Open a file of ``segment``: mapped where it is on a disk."""
    name = segment.make_filename(extension)
    folder = getattr(storage, "folder", "")
    if folder:
        path = os.path.join(folder, name)
        try:
            with open(path, "rb") as file:
                data: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            raise
        except (OSError, ValueError) as error:  # an empty file cannot be mapped
            if os.path.isfile(path) and not os.path.getsize(path):
                data = b""
            else:
                raise StorageError(f"{name} cannot be read: {error}", path=folder) from error
    else:
        file = storage.open_file(name)
        data = file.get(0, storage.file_length(name))
        file.close()
    return Container(data, kind, path=folder or "(in memory)", name=name)


class _Records:
    """Byte strings, one a document."""

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
    """What there is of each document: lengths, columns, stored values, vectors."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._segment = segment
        self._container = open_container(storage, segment, DOCS_FILE, DOCS_KIND)
        # Whoosh opens segments whose own count is not set yet.
        self._count = int.from_bytes(self._container.section("count"), "little")
        self._lengths: dict[str, array[int]] = {}
        self._stored: _Records | None = None
        self._vectors: dict[str, _Records] = {}

    def check(self) -> None:
        """Read everything once. Raises CorruptIndexError for the first thing that is damaged."""
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
        """Give what the column's type wrote."""
        return self._container.section(section_name("column", fieldname))

    def column_reader(self, fieldname: str, column: Any) -> Any:
        data = self.column_data(fieldname)
        file = BufferFile(data, name=fieldname)
        return storable(column).reader(file, 0, len(data), self._count)

    # Lengths

    def lengths(self, fieldname: str) -> array[int]:
        """Give the length of ``fieldname`` in each document, as ``array('I')``."""
        if fieldname not in self._lengths:
            name = section_name("lengths", fieldname)
            if name in self._container:
                self._lengths[fieldname] = _numbers(self._container, name, "I", self._count)
            else:
                self._lengths[fieldname] = array("I", bytes(4 * self._count))
        return self._lengths[fieldname]

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        if section_name("lengths", fieldname) not in self._container:
            return default
        return self.lengths(fieldname)[docnum]

    def field_length(self, fieldname: str) -> int:
        return sum(self.lengths(fieldname))

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


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """The terms of all fields, and their postings."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._container = open_container(storage, segment, TERMS_FILE, TERMS_KIND)
        prefix = "terms:"
        names = self._container.names()
        self._fields = [section_field(name) for name in names if name.startswith(prefix)]
        self._dictionaries: dict[str, Dictionary] = {}
        self._postings: dict[str, Paged] = {}

    def check(self) -> None:
        """Read everything once. Raises CorruptIndexError for the first thing that is damaged."""
        for fieldname in self._fields:
            self._container.paged(section_name("postings", fieldname)).check()
            for _ in self.entries(fieldname):
                pass

    def indexed_field_names(self) -> list[str]:
        return self._fields

    def dictionary(self, fieldname: str) -> Dictionary | None:
        """Give the terms of a field, or None if it has none."""
        if fieldname not in self._dictionaries:
            if section_name("terms", fieldname) not in self._container:
                return None
            self._dictionaries[fieldname] = Dictionary(
                self._container.section(section_name("terms", fieldname)),
                self._container.section(section_name("blocks", fieldname)),
            )
            self._postings[fieldname] = self._container.paged(section_name("postings", fieldname))
        return self._dictionaries[fieldname]

    def find(self, fieldname: str, text: bytes) -> TermEntry | None:
        """Give what is known of a term, or None."""
        dictionary = self.dictionary(fieldname)
        return dictionary.find(text) if dictionary else None

    def entries(self, fieldname: str, first: bytes = b"") -> Iterator[tuple[bytes, TermEntry]]:
        """Give the terms of a field from ``first`` on."""
        dictionary = self.dictionary(fieldname)
        return dictionary.items(first) if dictionary else iter(())

    def posting_list(self, fieldname: str, entry: TermEntry) -> PostingList:
        """Give the postings of a term of ``fieldname``."""
        data = self.posting_bytes(fieldname, entry)
        return PostingList(data, entry.df, entry.max_doc, entry.max_weight, entry.min_length)

    def posting_bytes(self, fieldname: str, entry: TermEntry) -> memoryview:
        """Give the same as bytes, for kernels.postings."""
        return self._postings[fieldname].get(entry.start, entry.end)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self.find(*term) is not None

    def _entry(self, fieldname: str, text: bytes) -> TermEntry:
        entry = self.find(fieldname, text)
        if entry is None:
            raise TermNotFound(f"there is no term {fieldname}:{text!r}")
        return entry

    def cursor(self, fieldname: str, fieldobj: Any) -> _Cursor:
        return _Cursor(self, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return (term for term, _ in self.items())

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return (term for term, _ in self.items_from(fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self._items(self._fields, b"")

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        if fieldname not in self._fields:
            return iter(())
        return self._items(self._fields[self._fields.index(fieldname) :], prefix)

    def _items(
        self, fields: list[str], first: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for number, fieldname in enumerate(fields):
            for term, entry in self.entries(fieldname, b"" if number else first):
                yield (fieldname, term), _term_info(entry)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        return _term_info(self._entry(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        entry = self.find(fieldname, text)
        return entry.weight if entry else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        entry = self.find(fieldname, text)
        return entry.df if entry else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        entry = self._entry(fieldname, text)
        postings = self.posting_list(fieldname, entry)
        return PostingMatcher(postings, (fieldname, text), format_, scorer)

    def close(self) -> None:
        """Do nothing: the file is unmapped when nobody looks at it any more."""


def _term_info(entry: TermEntry) -> TermInfo:
    return TermInfo(
        weight=entry.weight,
        df=entry.df,
        minlength=entry.min_length,
        maxlength=entry.max_length,
        maxweight=entry.max_weight,
        minid=entry.min_doc,
        maxid=entry.max_doc,
    )


class _Cursor(base.FieldCursor):  # type: ignore[misc]
    """A place among the terms of one field."""

    def __init__(self, terms: TermsReader, fieldname: str, fieldobj: Any) -> None:
        self._terms = terms
        self._fieldname = fieldname
        self._fieldobj = fieldobj
        self.first()

    def first(self) -> Any:
        return self._go_to(b"")

    def find(self, string: Any) -> Any:
        return self._go_to(string if isinstance(string, bytes) else self._fieldobj.to_bytes(string))

    def _go_to(self, first: bytes) -> Any:
        self._following = self._terms.entries(self._fieldname, first)
        return self.next()

    def next(self) -> Any:
        self._here = next(self._following, None)
        return self.text()

    def text(self) -> Any:
        return None if self._here is None else self._fieldobj.from_bytes(self._here[0])

    def term_info(self) -> TermInfo | None:
        return None if self._here is None else _term_info(self._here[1])

    def is_valid(self) -> bool:
        return self._here is not None
