"""A segment as one commit sees it: without the documents that were deleted since."""

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
    """A segment of a snapshot: its documents have their numbers there plus ``base``.

    ``excluded`` has a bit for each deleted document; it is empty where there is none. What takes or
    gives documents here counts from 0, and has the deleted ones among them.
    """

    segment: ArticleSegment
    base: int
    excluded: bytearray
    deleted: tuple[int, ...]

    @property
    def num_docs(self) -> int:
        """The number of documents, with the deleted ones."""
        return self.segment.num_docs

    # Lists of terms; ``rows`` are those of ArticleSegment.find

    def frequencies(self, rows: array[int], mask: int) -> tuple[array[int], array[float]]:
        """Return the documents, ``base`` added, with a term in the fields of ``mask``.

        And how often each has it.
        """
        return list_rows.frequencies(self.segment.numbers, rows, mask, self.base, self.num_docs)

    def find_document(self, rows: array[int], doc: int) -> int:
        """Return where a document is in a list, or -1 (list_rows.find_document)."""
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
        """Write the documents and scores of a term from ``at`` on; return where they end."""
        return list_rows.write_impacts(
            self.segment.numbers, rows, weights, norms, k1, idf, docs, scores, at
        )

    # Columns

    def length(self, field: int, doc: int) -> int:
        """Return how many words a document has in a field."""
        length: int = self.segment.lengths[NUM_TEXT_FIELDS * doc + field]
        return length

    def lengths(self, fields: Sequence[int]) -> array[int]:
        """Return how many words each document has in ``fields`` together."""
        columns = [self.segment.lengths[field::NUM_TEXT_FIELDS] for field in fields]
        return array("q", map(sum, zip(*columns, strict=True)))

    @property
    def published(self) -> array[int]:
        """The date of each document, NO_DATE for none."""
        column = self.segment.published
        if column is None:
            return array("q", [NO_DATE]) * self.num_docs
        return array("q", column)

    # Articles

    def article_id(self, doc: int) -> str:
        """Return the id of a document."""
        return self.segment.ids.get(doc)

    def article(self, doc: int) -> bytes:
        """Return the article of a document as it was handed to the writer."""
        return self.segment.stored.get(doc)

    def record(self, doc: int) -> Record:
        """Return the article of a document, taken apart."""
        return decode_record(self.segment.stored.get(doc))
