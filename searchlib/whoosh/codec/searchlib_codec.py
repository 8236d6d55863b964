"""The Whoosh codec: names the classes that write and read segments."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from whoosh.codec import base

from searchlib.whoosh.codec.docs_reading import DocsReader
from searchlib.whoosh.codec.segment_writing import DocsWriter
from searchlib.whoosh.codec.terms_reading import TermsReader
from searchlib.whoosh.codec.terms_writing import TermsWriter

__all__ = ["SearchlibCodec", "SearchlibSegment"]


class SearchlibCodec(base.Codec):  # type: ignore[misc]  # whoosh has no types
    """A codec for any Whoosh index: checksummed, without pickles, with exact field lengths.

    It accepts the options of Whoosh's own codec and ignores them: they tune a format that is not
    used here.
    """

    length_stats = True

    def __init__(self, **_: Any) -> None:
        super().__init__()

    def per_document_writer(self, storage: Any, segment: Any) -> DocsWriter:
        return DocsWriter(storage, segment)

    def field_writer(self, storage: Any, segment: Any) -> TermsWriter:
        return TermsWriter(storage, segment)

    def per_document_reader(self, storage: Any, segment: Any) -> DocsReader:
        return DocsReader(storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> TermsReader:
        return TermsReader(storage, segment)

    def supports_columns(self) -> bool:
        return True

    def new_segment(self, storage: Any, indexname: str) -> SearchlibSegment:
        return SearchlibSegment(indexname)


class SearchlibSegment(base.Segment):  # type: ignore[misc]
    """The name of a segment, how many documents it has, and which of them are deleted.

    Indexes that Whoosh's own functions make have pickles of it, which name its module. So it is
    named as a part of the public one: these indexes can be opened wherever this file stands.
    """

    __module__ = "searchlib.whoosh"

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self._count = 0
        self._deleted: set[int] = set()

    @classmethod
    def _random_id(cls, size: int = 16) -> str:
        # Reading a commit creates an object for each segment, and Whoosh's method takes 10 us.
        return os.urandom(size).hex()[:size]

    def codec(self, **_: Any) -> SearchlibCodec:
        return SearchlibCodec()

    def should_assemble(self) -> bool:
        return False  # a compound file would save only one of two files

    def set_doc_count(self, doccount: int) -> None:
        self._count = doccount

    def doc_count_all(self) -> int:
        return self._count

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        return iter(sorted(self._deleted))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        if delete:
            self._deleted.add(docnum)
        else:
            self._deleted.discard(docnum)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted
