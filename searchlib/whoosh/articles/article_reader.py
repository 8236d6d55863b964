"""Presents segments of articles to Whoosh's readers, with a codec that only reads.

Whoosh builds the readers and matchers of an index on them. Statistics are those of the segments, so
that they count deleted documents until a merge drops them, as in Whoosh's own indexes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from whoosh import columns
from whoosh.codec import base

from searchlib.files.damage import corruption_guard
from searchlib.schema import INDEXED_DATES, NUM_TEXT_FIELDS, TEXT_FIELDS
from searchlib.segment.segment import NO_DATE
from searchlib.store.snapshot import SegmentView
from searchlib.whoosh.articles.article_fields import EPOCH
from searchlib.whoosh.articles.article_schema import COLUMNS
from searchlib.whoosh.articles.article_terms import TermsReader

__all__ = ["ReadOnlySegment"]


class ReadOnlySegment(base.Segment):  # type: ignore[misc]  # whoosh has no types
    """A segment of a snapshot. ``read_article`` returns the fields of a stored article."""

    def __init__(
        self, part: SegmentView, path: str, read_article: Callable[[bytes], dict[str, Any]]
    ) -> None:
        self.indexname = "MAIN"
        self.segid = part.segment.name
        self.compound = False
        self.part = part
        self.docs = _DocsReader(part, path, read_article)
        self.terms = TermsReader(part, path)

    def segment_id(self) -> str:
        return self.part.segment.name

    def codec(self) -> _Codec:
        return _Codec()

    def doc_count_all(self) -> int:
        return self.part.segment.num_docs

    def deleted_count(self) -> int:
        return len(self.part.deleted)

    def deleted_docs(self) -> Iterator[int]:
        return iter(self.part.deleted)

    def is_deleted(self, docnum: int) -> bool:
        return self.docs.is_deleted(docnum)


class _Codec(base.Codec):  # type: ignore[misc]
    def per_document_reader(self, storage: Any, segment: ReadOnlySegment) -> _DocsReader:
        return segment.docs

    def terms_reader(self, storage: Any, segment: ReadOnlySegment) -> TermsReader:
        return segment.terms


class _DocsReader(base.PerDocumentReader):  # type: ignore[misc]
    """Reads the lengths, columns and articles of documents."""

    def __init__(
        self, part: SegmentView, path: str, read_article: Callable[[bytes], dict[str, Any]]
    ) -> None:
        self._segment = part.segment
        self._deleted = frozenset(part.deleted)
        self._path = path
        self._read_article = read_article
        self._columns: dict[str, Sequence[Any]] = {}
        self._extremes: dict[str, tuple[int, int]] = {}

    def doc_count(self) -> int:
        return self._segment.num_docs - len(self._deleted)

    def doc_count_all(self) -> int:
        return self._segment.num_docs

    def has_deletions(self) -> bool:
        return bool(self._deleted)

    def is_deleted(self, docnum: int) -> bool:
        # A set, because some of Whoosh's matchers ask for a document after the last one.
        return docnum in self._deleted

    def deleted_docs(self) -> Iterator[int]:
        return iter(sorted(self._deleted))

    # Columns

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        # True even if no document has a value: if only some segments have a column, Whoosh reads
        # the values of wrong documents.
        return fieldname in COLUMNS

    def list_columns(self) -> list[str]:
        return list(COLUMNS)

    def column_reader(self, fieldname: str, column: Any) -> _ColumnReader:
        if fieldname not in self._columns:
            with corruption_guard(self._path):
                dates = fieldname in INDEXED_DATES
                self._columns[fieldname] = self._dates(column) if dates else self._keys(fieldname)
        return _ColumnReader(self._columns[fieldname])

    def _dates(self, column: Any) -> array[int]:
        default = column.default_value()
        published = self._segment.published or array("q", [NO_DATE]) * self._segment.num_docs
        return array("Q", [default if date == NO_DATE else date + EPOCH for date in published])

    def _keys(self, fieldname: str) -> list[bytes]:
        values = [b""] * self._segment.num_docs
        prefix = f"{fieldname}=".encode()
        for key, docs in self._segment.key_lists(prefix):
            if not key.startswith(prefix):
                break
            # An article may have several keys of a field, such as pt and pt-br: the last one stays.
            value = key[len(prefix) :]
            for doc in docs:
                values[doc] = value
        return values

    # Lengths

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        if fieldname not in TEXT_FIELDS:
            return default
        return self._segment.lengths[NUM_TEXT_FIELDS * docnum + TEXT_FIELDS.index(fieldname)]

    def field_length(self, fieldname: str) -> int:
        if fieldname not in TEXT_FIELDS:
            return 0
        return self._segment.words_in[TEXT_FIELDS.index(fieldname)]

    def min_field_length(self, fieldname: str) -> int:
        return self._extremes_of(fieldname)[0]

    def max_field_length(self, fieldname: str) -> int:
        return self._extremes_of(fieldname)[1]

    def _extremes_of(self, fieldname: str) -> tuple[int, int]:
        if fieldname not in TEXT_FIELDS:
            return 0, 0
        if fieldname not in self._extremes:
            column = self._segment.lengths[TEXT_FIELDS.index(fieldname) :: NUM_TEXT_FIELDS]
            lengths = column.tolist()
            shortest = min(filter(None, lengths), default=0)
            self._extremes[fieldname] = (shortest, max(lengths, default=0))
        return self._extremes[fieldname]

    # Stored values

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        if not 0 <= docnum < self._segment.num_docs:
            raise IndexError(f"there is no document {docnum}")
        with corruption_guard(self._path):
            return self._read_article(self._segment.stored.get(docnum))


class _ColumnReader(columns.ColumnReader):  # type: ignore[misc]
    """The values of a column, one for each document, and their sort order."""

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = values
        self._reverse = False

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def sort_key(self, docnum: int) -> Any:
        # Whoosh calls set_reverse() for columns of numbers only, so the value can be negated.
        return -self._values[docnum] if self._reverse else self._values[docnum]

    def set_reverse(self) -> None:
        self._reverse = True
