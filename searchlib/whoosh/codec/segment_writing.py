"""Writes the documents of a segment through Whoosh's codec interface; terms: terms_writing.py.

A segment has two files, which are containers (see container.py):

    SEGMENT.docs, kind "DOCS"
        count          number of documents, u32
        lengths:FIELD  the length of the field in words for each document, u32
        column:FIELD   the bytes of the field's Whoosh column type
        stored, stored_ends      paged; for each document its stored values (see values.py), zlib;
                                 and the ends of these records, u64
        vectors:FIELD, vector_ends:FIELD    likewise, for each document that has a vector:
                                 foreign(u8) { kind(varint) term weight(f64) length(varint)
                                 payload }*; kind is twice the length of the term, plus 1 if the
                                 term is bytes; foreign as in posting_lists.py

    SEGMENT.terms, kind "TERM"
        postings:FIELD           paged; all postings lists of the field, see posting_lists.py
        terms:FIELD, blocks:FIELD           see term_dictionary.py

In the name of a FIELD, % is written as %25 and # as %23, because NAME# is the section with the
checksums of NAME.
"""

from __future__ import annotations

import io
import struct
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from whoosh.codec import base
from whoosh.filedb.structfile import StructFile

from searchlib.files.container import little_endian
from searchlib.files.container_writing import ContainerWriter
from searchlib.files.varints import write_varint
from searchlib.whoosh.codec.column_types import storable
from searchlib.whoosh.codec.payloads import encode_payloads
from searchlib.whoosh.codec.values import encode_value

__all__ = [
    "DOCS_FILE",
    "DOCS_KIND",
    "TERMS_FILE",
    "TERMS_KIND",
    "DocsWriter",
    "section_field",
    "section_name",
]

DOCS_FILE: Final = ".docs"
DOCS_KIND: Final = b"DOCS"
TERMS_FILE: Final = ".terms"
TERMS_KIND: Final = b"TERM"

_COUNT: Final = struct.Struct("<I")
_WEIGHT: Final = struct.Struct("<d")


@lru_cache  # it is called for the length of every posting
def section_name(kind: str, fieldname: str) -> str:
    """Return the name of a field's section of this kind."""
    return f"{kind}:{fieldname.replace('%', '%25').replace('#', '%23')}"


def section_field(name: str) -> str:
    """Return the field name in a name from section_name."""
    return name.partition(":")[2].replace("%23", "#").replace("%25", "%")


class _Records:
    """Byte strings, one for each document, and their ends."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._ends = array("Q")
        self._size = 0

    def add(self, doc: int, data: bytes) -> None:
        self.fill(doc)
        self._pieces.append(data)
        self._size += len(data)
        self._ends.append(self._size)

    def fill(self, count: int) -> None:
        self._ends.extend([self._size] * (count - len(self._ends)))

    def write(self, container: ContainerWriter, name: str, ends: str, count: int) -> None:
        self.fill(count)
        container.paged_section(name, self._pieces)
        container.section(ends, [little_endian(self._ends)])


class DocsWriter(base.PerDocumentWriter):  # type: ignore[misc]  # whoosh has no types
    """Collects the data of documents and writes the file when it is closed.

    A document that is cancelled leaves no data.
    """

    def __init__(self, storage: Any, segment: Any) -> None:
        self._storage = storage
        self._segment = segment
        self._count = 0
        self._lengths: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._columns: dict[str, tuple[io.BytesIO, Any]] = {}
        self._stored = _Records()
        self._vectors: dict[str, _Records] = defaultdict(_Records)
        self._new_document()
        self.is_closed = False

    def _new_document(self) -> None:
        self._in_document = False
        self._doc_lengths: dict[str, int] = {}
        self._doc_values: dict[str, Any] = {}
        self._doc_columns: list[tuple[str, Any, Any]] = []
        self._doc_vectors: dict[str, bytes] = {}

    def start_doc(self, docnum: int) -> None:
        if self._in_document or docnum != self._count:
            raise ValueError(f"document {docnum} begins, but {self._count} is open or comes next")
        self._in_document = True

    def add_field(self, fieldname: str, fieldobj: Any, value: object, length: int) -> None:
        if value is not None:
            self._doc_values[fieldname] = value
        if length:
            self._doc_lengths[fieldname] = length

    def add_column_value(self, fieldname: str, columnobj: Any, value: object) -> None:
        # If the column refuses the value, it must do so now, while the document can be cancelled.
        # The trial takes 5 us for each value, a sixtieth of the time of indexing.
        storable(columnobj).writer(StructFile(io.BytesIO())).add(0, value)
        self._doc_columns.append((fieldname, columnobj, value))

    def add_vector_items(
        self, fieldname: str, fieldobj: Any, items: Iterable[tuple[Any, float, bytes]]
    ) -> None:
        rows = list(items)
        payloads, foreign = encode_payloads(fieldobj.vector, [value for _, _, value in rows])
        out = bytearray((foreign,)) if rows else bytearray()
        for (text, weight, _), payload in zip(rows, payloads, strict=True):
            term = text.encode() if isinstance(text, str) else bytes(text)
            write_varint(len(term) << 1 | (not isinstance(text, str)), out)
            out += term + _WEIGHT.pack(weight)
            write_varint(len(payload), out)
            out += payload
        self._doc_vectors[fieldname] = bytes(out)

    def cancel_doc(self) -> None:
        self._new_document()

    def finish_doc(self) -> None:
        doc = self._count
        try:
            data = zlib.compress(encode_value(self._doc_values)) if self._doc_values else b""
        except TypeError:
            self.cancel_doc()  # Whoosh does not cancel it after an error
            raise
        for fieldname, column, value in self._doc_columns:
            self._column_writer(fieldname, column).add(doc, value)
        self._stored.add(doc, data)
        for fieldname, length in self._doc_lengths.items():
            lengths = self._lengths[fieldname]
            lengths.extend([0] * (doc - len(lengths)))
            lengths.append(length)
        for fieldname, vector in self._doc_vectors.items():
            self._vectors[fieldname].add(doc, vector)
        self._count += 1
        self._new_document()

    def _column_writer(self, fieldname: str, column: Any) -> Any:
        if fieldname not in self._columns:
            file = io.BytesIO()
            self._columns[fieldname] = file, storable(column).writer(StructFile(file))
        return self._columns[fieldname][1]

    def close(self) -> None:
        count = self._count
        file = self._segment.create_file(self._storage, DOCS_FILE)
        container = ContainerWriter(file, DOCS_KIND)
        container.section("count", [_COUNT.pack(count)])
        for fieldname, lengths in self._lengths.items():
            lengths.extend([0] * (count - len(lengths)))
            container.section(section_name("lengths", fieldname), [little_endian(lengths)])
        for fieldname, (data, writer) in self._columns.items():
            writer.finish(count)
            container.section(section_name("column", fieldname), [data.getbuffer()])
        self._stored.write(container, "stored", "stored_ends", count)
        for fieldname, records in self._vectors.items():
            names = section_name("vectors", fieldname), section_name("vector_ends", fieldname)
            records.write(container, *names, count)
        container.finish()
        file.close()
        self.is_closed = True
