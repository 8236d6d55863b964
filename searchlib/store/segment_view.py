"""A segment as one commit sees it: with the set of its deleted documents."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

from searchlib.article_record import Record
from searchlib.kernels.postings import list_rows
from searchlib.schema import NUM_TEXT_FIELDS
from searchlib.segment.records import decode_record
from searchlib.segment.segment import NO_DATE, ArticleSegment

__all__ = ["SegmentView"]


class SegmentView(NamedTuple):
    """A segment of a snapshot. In the snapshot, ``base`` is added to its document numbers.

    ``excluded`` is a bit set of the deleted documents, empty if there are none. Unless they say
    otherwise, methods take and return document numbers of the segment, and include deleted ones.
    """

    segment: ArticleSegment
    base: int
    excluded: bytearray
    deleted: tuple[int, ...]

    @property
    def num_docs(self) -> int:
        """The number of documents, deleted ones included."""
        return self.segment.num_docs

    # Lists of terms; ``rows`` are those of ArticleSegment.find

    def frequencies(self, rows: array[int], mask: int) -> tuple[array[int], array[float]]:
        """Return the documents plus ``base`` with a term in the fields of ``mask``.

        The second array holds the frequency of the term in each document.
        """
        return list_rows.frequencies(self.segment.numbers, rows, mask, self.base, self.num_docs)

    def find_document(self, rows: array[int], doc: int) -> int:
        """Return row * 8 + mask of fields of a document in a list, or -1."""
        return list_rows.find_document(self.segment.numbers, rows, doc)

    def write_impacts(
        self,
        rows: array[int],
        weights: array[float],
        norms: array[float],
        k1: float,
        idf: float,
        docs: array[int],
        scores: array[int],
        at: int,
    ) -> int:
        """Write the documents and scores of a term at ``at``. Return their end."""
        return list_rows.write_impacts(
            self.segment.numbers, rows, weights, norms, k1, idf, docs, scores, at
        )

    # Columns

    def length(self, field: int, doc: int) -> int:
        """Return the number of words of a document in a field."""
        length: int = self.segment.lengths[NUM_TEXT_FIELDS * doc + field]
        return length

    def lengths(self, fields: Sequence[int]) -> array[int]:
        """Return the number of words of each document in ``fields`` together."""
        columns = [self.segment.lengths[field::NUM_TEXT_FIELDS] for field in fields]
        return array("q", map(sum, zip(*columns, strict=True)))

    @property
    def published(self) -> array[int]:
        """The date of each document in microseconds since 1970 UTC, or NO_DATE."""
        column = self.segment.published
        if column is None:
            return array("q", [NO_DATE]) * self.num_docs
        return array("q", column)

    # Articles

    def article_id(self, doc: int) -> str:
        """Return the id of a document."""
        return self.segment.ids.get(doc)

    def article(self, doc: int) -> bytes:
        """Return the record of a document as the writer received it."""
        return self.segment.stored.get(doc)

    def record(self, doc: int) -> Record:
        """Return the decoded record of a document."""
        return decode_record(self.segment.stored.get(doc))
