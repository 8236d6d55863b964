"""Presents the fields of a segment of articles to Whoosh: terms in order, and their postings.

All text fields share one postings list for each term. A text field leaves out the documents that do
not have the term in this field. Whoosh indexes a date as eight terms, one for each precision; these
are computed from the column. A field for spelling has the surface forms of the terms in its text
field.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from typing import Final, Protocol

from whoosh.util.times import datetime_to_long

from searchlib.files.damage import corruption_guard
from searchlib.forks import cached_property
from searchlib.kernels.postings import list_rows, lists
from searchlib.schema import INDEXED_DATES, KEY_FIELDS, TEXT_FIELDS
from searchlib.segment.segment import NO_DATE, ArticleSegment
from searchlib.whoosh.articles.article_matcher import FieldPostings
from searchlib.whoosh.articles.article_schema import SPELLING

__all__ = ["EPOCH", "Field", "fields_of"]

EPOCH: Final[int] = datetime_to_long(datetime(1970, 1, 1))  # noqa: DTZ001  # Whoosh's dates have no zone
"""1970 in Whoosh's unit: microseconds since the year 1."""

_SIGN: Final = 1 << 63
_SHIFTS: Final = range(0, 64, 8)
_DATE_TERM: Final = struct.Struct(">BQ")
_NO_DOCS: Final = array("I")


class Field(Protocol):
    """The terms of a field and their postings."""

    def terms(self, start: bytes) -> Iterator[bytes]:
        """Return an iterator over the terms from ``start`` on, in order."""
        ...

    def find(self, term: bytes) -> FieldPostings | None:
        """Return the postings of a term; None if the field does not have it."""
        ...


def fields_of(segment: ArticleSegment, path: str) -> dict[str, Field]:
    """Return the fields of a segment of the index at ``path``, in the order of their names."""
    fields: dict[str, Field] = {name: _Keys(segment, name) for name in KEY_FIELDS}
    fields.update((name, _Dates(segment)) for name in INDEXED_DATES)
    for number, name in enumerate(TEXT_FIELDS):
        fields[name] = _Text(segment, number, path)
        fields[SPELLING + name] = _Words(segment, number)
    return dict(sorted(fields.items()))


class _Text:
    def __init__(self, segment: ArticleSegment, field: int, path: str) -> None:
        self._segment = segment
        self._field = field
        self._path = path

    def terms(self, start: bytes) -> Iterator[bytes]:
        field = self._field
        return (term for term, mask, _ in self._segment.terms(start) if mask >> field & 1)

    def find(self, term: bytes) -> FieldPostings | None:
        segment = self._segment
        rows = segment.find(term)
        if not rows:
            return None
        docs, weights = list_rows.frequencies(
            segment.numbers, rows, 1 << self._field, 0, segment.num_docs
        )
        if not docs:
            return None
        return FieldPostings(
            docs,
            weights,
            field=self._field,
            lengths=segment.lengths,
            occurrences=sum(rows[lists.NUM_OCCURRENCES :: lists.ROW]),
            read_positions=lambda: self._occurrences(rows),
        )

    def _occurrences(self, rows: array[int]) -> array[int]:
        segment = self._segment
        with corruption_guard(self._path):  # positions are read later than the postings
            return list_rows.places(segment.numbers, rows, segment.num_docs, _NO_DOCS, True)


class _Words:
    def __init__(self, segment: ArticleSegment, field: int) -> None:
        self._segment = segment
        self._field = field

    @cached_property
    def _starts(self) -> frozenset[int]:
        """The starts of the lists of the field's terms. Costs a pass over all terms."""
        field = self._field
        return frozenset(start for _, mask, start in self._segment.terms() if mask >> field & 1)

    def terms(self, start: bytes) -> Iterator[bytes]:
        previous = None
        for word, list_start, _ in self._segment.words(start):
            if word != previous and list_start in self._starts:
                previous = word
                yield word

    def find(self, term: bytes) -> FieldPostings | None:
        segment = self._segment
        forms: dict[int, set[int]] = {}
        for _, list_start, form in takewhile(lambda entry: entry[0] == term, segment.words(term)):
            if list_start in self._starts:
                forms.setdefault(list_start, set()).add(form)
        if not forms:
            return None
        frequencies: dict[int, float] = {}
        for list_start, wanted in forms.items():
            rows = segment.list_at(list_start)
            occurrences = list_rows.places(segment.numbers, rows, segment.num_docs, _NO_DOCS, True)
            form_numbers = list_rows.forms(segment.numbers, rows)
            marks = bytearray(max(wanted) + 1)
            for form in wanted:
                marks[form] = 1
            docs, weights = list_rows.form_frequencies(
                occurrences, form_numbers, marks, 1 << self._field, 0
            )
            for doc, weight in zip(docs, weights, strict=True):
                frequencies[doc] = frequencies.get(doc, 0.0) + weight
        order = sorted(frequencies)
        return FieldPostings(array("I", order), array("d", map(frequencies.__getitem__, order)))


class _Keys:
    def __init__(self, segment: ArticleSegment, name: str) -> None:
        self._segment = segment
        self._prefix = f"{name}=".encode()

    def terms(self, start: bytes) -> Iterator[bytes]:
        prefix = self._prefix
        names = self._segment.key_names(prefix + start)
        return (
            name[len(prefix) :] for name in takewhile(lambda name: name.startswith(prefix), names)
        )

    def find(self, term: bytes) -> FieldPostings | None:
        docs = self._segment.key_docs(self._prefix + term)
        return FieldPostings(docs, _ones(len(docs))) if docs else None


class _Dates:
    def __init__(self, segment: ArticleSegment) -> None:
        self._published = segment.published

    @cached_property
    def _sorted(self) -> tuple[array[int], array[int]]:
        """The dates in order, in Whoosh's sortable encoding, and the documents that have them."""
        dates = enumerate(self._published or ())
        pairs = sorted((date + EPOCH + _SIGN, doc) for doc, date in dates if date != NO_DATE)
        return array("Q", [date for date, _ in pairs]), array("I", [doc for _, doc in pairs])

    def terms(self, start: bytes) -> Iterator[bytes]:
        dates = self._sorted[0]
        for shift in _SHIFTS:
            if bytes((shift,)) < start[:1]:
                continue
            at = 0
            while at < len(dates):
                number = dates[at] >> shift
                term = _DATE_TERM.pack(shift, number)
                if term >= start:
                    yield term
                elif len(start) == _DATE_TERM.size:  # then ``start`` has this precision
                    number = _DATE_TERM.unpack(start)[1] - 1
                at = bisect_left(dates, number + 1 << shift, at)

    def find(self, term: bytes) -> FieldPostings | None:
        if len(term) != _DATE_TERM.size or term[0] not in _SHIFTS:
            return None
        shift, number = _DATE_TERM.unpack(term)
        dates, docs = self._sorted
        first = bisect_left(dates, number << shift)
        last = bisect_left(dates, number + 1 << shift, first)
        if first == last:
            return None
        return FieldPostings(array("I", sorted(docs[first:last])), _ones(last - first))


def _ones(count: int) -> array[float]:
    return array("d", (1.0,)) * count
