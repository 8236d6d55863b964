"""Writes the terms of a segment; segment_writing.py describes the file."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import Any

from whoosh.codec import base
from whoosh.codec.base import OutOfOrderError
from whoosh.fields import SpellField

from searchlib.files.container_writing import ContainerWriter
from searchlib.whoosh.codec.payloads import join_payloads
from searchlib.whoosh.codec.posting_lists import encode_joined
from searchlib.whoosh.codec.segment_writing import TERMS_FILE, TERMS_KIND, section_name
from searchlib.whoosh.codec.term_dictionary import DictionaryWriter, TermEntry

__all__ = ["TermsWriter"]


class TermsWriter(base.FieldWriter):  # type: ignore[misc]
    """Writes the terms field by field. The sections of a field are written when it is finished."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._file = segment.create_file(storage, TERMS_FILE)
        self._container = ContainerWriter(self._file, TERMS_KIND)
        self.is_closed = False

    def add_postings(
        self, schema: Any, lengths: Any, items: Iterable[tuple[str, bytes, int, float, bytes]]
    ) -> None:
        # Like Whoosh's own method, but with one call for each term and not for each posting.
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
            # Whoosh adds each word of a separate spelling field to document 0 many times, and adds
            # a number twice if a document has it twice. Keep the first posting of a document.
            new = [not i or doc != docs[i - 1] for i, doc in enumerate(docs)]
            docs, weights = list(compress(docs, new)), list(compress(weights, new))
            lengths, values = list(compress(lengths, new)), list(compress(values, new))
        if self._is_spelling:
            # Whoosh passes the values of the text field, which have positions. Drop these.
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
    """Return a function that maps documents to the lengths of a field; 0 without a reader."""
    if not reader:
        return _zeros
    if hasattr(reader, "lengths"):  # a DocsReader
        length_at = reader.lengths(fieldname).__getitem__
        return lambda docs: array("I", map(length_at, docs))
    return lambda docs: [reader.doc_field_length(doc, fieldname) or 0 for doc in docs]
