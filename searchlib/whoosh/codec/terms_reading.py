"""Reads the terms of a segment; segment_writing.py describes the file."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from searchlib.files.container import Paged
from searchlib.files.storage import open_container
from searchlib.whoosh.codec.matcher import PostingMatcher
from searchlib.whoosh.codec.payloads import decoders_for
from searchlib.whoosh.codec.posting_lists import PostingList
from searchlib.whoosh.codec.segment_writing import (
    TERMS_FILE,
    TERMS_KIND,
    section_field,
    section_name,
)
from searchlib.whoosh.codec.term_cursor import TermCursor
from searchlib.whoosh.codec.term_dictionary import Dictionary, TermEntry

__all__ = ["TermsReader"]


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """The terms of all fields, and their postings."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._container = open_container(storage, segment.make_filename(TERMS_FILE), TERMS_KIND)
        prefix = "terms:"
        names = self._container.names()
        self._fields = [section_field(name) for name in names if name.startswith(prefix)]
        self._dictionaries: dict[str, Dictionary] = {}
        self._postings: dict[str, Paged] = {}

    def check(self) -> None:
        """Read the whole file. Raises CorruptIndexError at the first damage."""
        for fieldname in self._fields:
            self._container.paged(section_name("postings", fieldname)).check()
            for _ in self.entries(fieldname):
                pass

    def indexed_field_names(self) -> list[str]:
        return self._fields

    def dictionary(self, fieldname: str) -> Dictionary | None:
        """Return the dictionary of a field; None if the field has no terms."""
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
        """Return the dictionary entry of a term; None if the field does not have it."""
        dictionary = self.dictionary(fieldname)
        return dictionary.find(text) if dictionary else None

    def entries(self, fieldname: str, first: bytes = b"") -> Iterator[tuple[bytes, TermEntry]]:
        """Return an iterator over the terms of a field from ``first`` on, with their entries."""
        dictionary = self.dictionary(fieldname)
        return dictionary.items(first) if dictionary else iter(())

    def posting_list(self, fieldname: str, entry: TermEntry) -> PostingList:
        """Return the postings of a term of ``fieldname``."""
        data = self.posting_bytes(fieldname, entry)
        return PostingList(data, entry.df, entry.max_doc, entry.max_weight, entry.min_length)

    def posting_bytes(self, fieldname: str, entry: TermEntry) -> memoryview:
        """Return the encoded postings of a term, for kernels.postings."""
        return self._postings[fieldname].get(entry.start, entry.end)

    def postings(
        self, schema: Any, deleted: Container[int]
    ) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """Yield the same as a Whoosh reader's iter_postings, without a matcher for each term.

        Postings of fields that are not in ``schema`` and of ``deleted`` documents are left out.
        """
        for fieldname in self._fields:
            if fieldname not in schema:
                continue
            format_ = schema[fieldname].format
            decoders = decoders_for(format_)
            for term, entry in self.entries(fieldname):
                postings = self.posting_list(fieldname, entry)
                for number in range(postings.num_blocks):
                    block = postings.block(number)
                    value = decoders[block.foreign].value
                    rows = zip(block.docs, block.weights, block.payloads, strict=True)
                    for doc, weight, payload in rows:
                        if doc not in deleted:
                            yield fieldname, term, doc, weight, value(payload)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self.find(*term) is not None

    def _entry(self, fieldname: str, text: bytes) -> TermEntry:
        entry = self.find(fieldname, text)
        if entry is None:
            raise TermNotFound(f"there is no term {fieldname}:{text!r}")
        return entry

    def cursor(self, fieldname: str, fieldobj: Any) -> TermCursor:
        return TermCursor(
            fieldobj,
            lambda first: self.entries(fieldname, first),
            lambda item: _term_info(item[1]),
        )

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
        """Do nothing: the file is unmapped when no object refers to it any more."""


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
