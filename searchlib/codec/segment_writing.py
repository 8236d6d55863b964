"""Writing a segment through Whoosh's codec interface.

A segment is two files, which are containers (see container.py):

    SEGMENT.docs, kind "DOCS"
        count          how many documents there are, u32
        lengths:FIELD  the length of the field in words for each document, u32
        column:FIELD   what the field's Whoosh column type wrote
        stored, stored_ends      paged; of each document its stored values (see values.py), zlib;
                                 and where they end, u64
        vectors:FIELD, vector_ends:FIELD    likewise, of each document that has a vector:
                                 foreign(u8) { kind(varint) term weight(f64) length(varint)
                                 payload }*, the kind being twice the length of the term, and 1
                                 more where it is bytes; foreign as in posting_lists.py

    SEGMENT.terms, kind "TERM"
        postings:FIELD           paged; posting lists one after the other, see posting_lists.py
        terms:FIELD, blocks:FIELD           see term_dictionary.py

In the name of a FIELD, % is %25 and # is %23: no section is mistaken for another's checksums.
"""

from __future__ import annotations

import io
import struct
import zlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import compress
from typing import Any, Final

from whoosh.codec import base
from whoosh.codec.base import OutOfOrderError
from whoosh.fields import SpellField
from whoosh.filedb.structfile import StructFile

from searchlib.codec.column_types import storable
from searchlib.codec.container import ContainerWriter, little_endian
from searchlib.codec.payloads import encode_payloads, join_payloads
from searchlib.codec.posting_lists import encode_joined
from searchlib.codec.term_dictionary import DictionaryWriter, TermEntry
from searchlib.codec.values import encode_value
from searchlib.codec.varints import write_varint

__all__ = [
    "DOCS_FILE",
    "DOCS_KIND",
    "TERMS_FILE",
    "TERMS_KIND",
    "DocsWriter",
    "TermsWriter",
    "section_field",
    "section_name",
]

DOCS_FILE: Final = ".docs"
DOCS_KIND: Final = b"DOCS"
TERMS_FILE: Final = ".terms"
TERMS_KIND: Final = b"TERM"

_COUNT: Final = struct.Struct("<I")
_WEIGHT: Final = struct.Struct("<d")


@lru_cache  # the length of a field is asked for with every posting
def section_name(kind: str, fieldname: str) -> str:
    """Give the name of what a file holds of a field."""
    return f"{kind}:{fieldname.replace('%', '%25').replace('#', '%23')}"


def section_field(name: str) -> str:
    """Give the field of a section that section_name named."""
    return name.partition(":")[2].replace("%23", "#").replace("%25", "%")


class _Records:
    """Byte strings, one a document, and where each ends."""

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
    """Collects what there is of each document, and writes it when it is closed.

    A document that is cancelled leaves nothing behind.
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
            raise ValueError(f"document {docnum} begins where {self._count} is next or open")
        self._in_document = True

    def add_field(self, fieldname: str, fieldobj: Any, value: object, length: int) -> None:
        if value is not None:
            self._doc_values[fieldname] = value
        if length:
            self._doc_lengths[fieldname] = length

    def add_column_value(self, fieldname: str, columnobj: Any, value: object) -> None:
        # What the column refuses it must refuse now, while the document can still be cancelled. It
        # costs 5 us a value, a sixtieth of the time that indexing takes.
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
            self.cancel_doc()  # Whoosh does not
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


class TermsWriter(base.FieldWriter):  # type: ignore[misc]
    """Writes the terms of one field after another, each field when it is finished."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._file = segment.create_file(storage, TERMS_FILE)
        self._container = ContainerWriter(self._file, TERMS_KIND)
        self.is_closed = False

    def add_postings(
        self, schema: Any, lengths: Any, items: Iterable[tuple[str, bytes, int, float, bytes]]
    ) -> None:
        # As Whoosh's own does, but with a call for each term and none for each posting.
        field: str | None = None
        term: bytes | None = None
        docs: list[int] = []
        weights: list[float] = []
        values: list[bytes] = []
        lengths_of: Callable[[Sequence[int]], Sequence[int]] = _zeros
        for fieldname, text, doc, weight, value in items:
            if text != term or fieldname != field:
                if term is not None:
                    self._add_term(term, docs, weights, lengths_of(docs), values)
                    docs, weights, values = [], [], []
                if fieldname != field:
                    if field is not None:
                        if fieldname < field:
                            raise OutOfOrderError(f"the field {fieldname!r} after {field!r}")
                        self.finish_field()
                    self.start_field(fieldname, schema[fieldname])
                    lengths_of = _lengths_of(lengths, fieldname)
                    field = fieldname
                elif term is not None and text < term:
                    raise OutOfOrderError(f"{text!r} after {term!r} in the field {field!r}")
                term = text
            docs.append(doc)
            weights.append(weight)
            values.append(value or b"")
        if term is not None:
            self._add_term(term, docs, weights, lengths_of(docs), values)
        if field is not None:
            self.finish_field()

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        self._fieldname = fieldname
        self._format = fieldobj.format
        self._is_spelling = isinstance(fieldobj, SpellField)
        self._dictionary = DictionaryWriter()
        self._lists: list[bytes] = []
        self._size = 0

    def start_term(self, text: bytes) -> None:
        self._term = text
        self._docs: list[int] = []
        self._weights: list[float] = []
        self._lengths: list[int] = []
        self._values: list[bytes] = []

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        self._docs.append(docnum)
        self._weights.append(weight)
        self._lengths.append(length or 0)
        self._values.append(vbytes)

    def finish_term(self) -> None:
        self._add_term(self._term, self._docs, self._weights, self._lengths, self._values)

    def _add_term(
        self,
        term: bytes,
        docs: Sequence[int],
        weights: Sequence[float],
        lengths: Sequence[int],
        values: Sequence[bytes],
    ) -> None:
        weight = sum(weights)
        if len(docs) > 1 and len(set(docs)) < len(docs):
            # Whoosh adds the words of a separate spelling field to document 0, again and again,
            # and a number twice where a document has it twice.
            new = [not i or doc != docs[i - 1] for i, doc in enumerate(docs)]
            docs, weights = list(compress(docs, new)), list(compress(weights, new))
            lengths, values = list(compress(lengths, new)), list(compress(values, new))
        if self._is_spelling:
            # Whoosh gives the value of a posting of the field with the text, with its positions.
            values = [value[: self._format.posting_size] for value in values]
        payloads, sizes, foreign = join_payloads(self._format, values)
        data = encode_joined(docs, weights, lengths, payloads, sizes, foreign=foreign)
        end = self._size + len(data)
        self._dictionary.add(
            term,
            TermEntry(
                df=len(docs),
                weight=weight,
                max_weight=max(weights),
                min_length=min(lengths),
                max_length=max(lengths),
                min_doc=docs[0],
                max_doc=docs[-1],
                start=self._size,
                end=end,
            ),
        )
        self._lists.append(data)
        self._size = end

    def finish_field(self) -> None:
        terms, blocks = self._dictionary.finish()
        self._container.paged_section(section_name("postings", self._fieldname), self._lists)
        self._container.section(section_name("terms", self._fieldname), [terms])
        self._container.section(section_name("blocks", self._fieldname), [blocks])

    def close(self) -> None:
        self._container.finish()
        self._file.close()
        self.is_closed = True


def _zeros(docs: Sequence[int]) -> Sequence[int]:
    return array("I", bytes(4 * len(docs)))


def _lengths_of(reader: Any, fieldname: str) -> Callable[[Sequence[int]], Sequence[int]]:
    """Give what gives the lengths of a field in some documents, which ``reader`` reads, if any."""
    if not reader:
        return _zeros
    if hasattr(reader, "lengths"):  # one of ours
        length_at = reader.lengths(fieldname).__getitem__
        return lambda docs: array("I", map(length_at, docs))
    return lambda docs: [reader.doc_field_length(doc, fieldname) or 0 for doc in docs]
