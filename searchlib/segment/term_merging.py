"""Merge the terms of several segments, a chunk at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from searchlib.files.storage import open_container
from searchlib.kernels.postings import list_rows, lists
from searchlib.kernels.segment import table_merging
from searchlib.segment.entry import SegmentEntry, segment_file
from searchlib.segment.list_writing import LONG_LIST, LongTerm, Occurrences, Terms
from searchlib.segment.segment import KIND, ArticleSegment
from searchlib.segment.sorted_table import SortedTable
from searchlib.segment.table_merging import Interleaved, interleave

__all__ = ["DROPPED", "MergeInput", "merged_terms"]

DROPPED: Final = 0xFFFFFFFF
"""The value in ``docs`` of a deleted document, which gets no new number."""

_OCCURRENCES_AT_ONCE: Final = 1 << 20
"""Number of occurrences after which a chunk of terms is written, to bound memory."""


class MergeInput:
    """A segment to be merged: its tables, and ``docs`` with the new number of each document."""

    def __init__(self, storage: Any, entry: SegmentEntry, docs: array[int]) -> None:
        self.segment = ArticleSegment(storage, entry.name)
        if self.segment.num_docs != entry.documents:
            raise ValueError(
                f"{entry.name} has {self.segment.num_docs} documents, the commit {entry.documents}"
            )
        self.docs = docs
        self.live: Sequence[int] = range(entry.documents)
        if entry.deleted:
            self.live = array("I", (doc for doc, new in enumerate(docs) if new != DROPPED))
        container = open_container(storage, segment_file(entry.name), KIND)
        self.keys = SortedTable(container, "keys")
        self.key_lists = container.section("key_lists")
        self.terms = SortedTable(container, "terms")
        self._words = SortedTable(container, "words")

    def words(self) -> tuple[bytes, array[int], array[int]]:
        """Return the words of each list in the format of kernels.table_merging.list_words."""
        starts = array("Q")
        for part in self.terms.parts():
            starts += part.seconds
        keys, ends, firsts, seconds = bytearray(), array("Q"), array("Q"), array("Q")
        for part in self._words.parts():
            ends.extend(map(len(keys).__add__, part.ends))
            keys += part.keys
            firsts += part.firsts
            seconds += part.seconds
        return table_merging.list_words(keys, ends, firsts, seconds, starts)


class _Words:
    """The words of a segment's lists, taken list by list in order."""

    def __init__(self, source: MergeInput) -> None:
        self._words, self._sizes, self._num_forms = source.words()
        self._list = self._word = self._byte = 0

    def take(self, count: int) -> tuple[array[int], array[int], bytes]:
        """Return the words of the next lists: number per list, sizes, and the joined words."""
        num_forms = self._num_forms[self._list : self._list + count]
        sizes = self._sizes[self._word : self._word + sum(num_forms)]
        words = self._words[self._byte : self._byte + sum(sizes)]
        self._list += count
        self._word += len(sizes)
        self._byte += len(words)
        return num_forms, sizes, words


class _List(NamedTuple):
    """A list to be copied. Its words have the new forms from ``first_form`` on, ``num_forms``."""

    source: MergeInput
    rows: array[int]
    first_form: int
    num_forms: int


class _Term(NamedTuple):
    """A term with its words and its lists in several segments.

    ``max_occurrences`` includes the occurrences in deleted documents.
    """

    name: bytes
    words: bytes
    word_sizes: array[int]
    lists: list[_List]
    new_forms: array[int]
    max_occurrences: int


def merged_terms(sources: Sequence[MergeInput]) -> Iterator[Terms | LongTerm]:
    """Yield the terms in order, without those whose documents are all deleted."""
    words = [_Words(source) for source in sources]
    chunk, used = Terms.empty(), 0
    for part in interleave([source.terms for source in sources]):
        for term in _terms(part, words, sources):
            if term.max_occurrences > LONG_LIST:
                if used:
                    yield _cut_to_size(chunk, used)
                    chunk, used = Terms.empty(), 0
                yield LongTerm(term.name, term.words, term.word_sizes, _pieces(term))
                continue
            end = _copy_occurrences(term, chunk, used)
            if end == used:
                continue  # all its documents were deleted
            used = end
            chunk.terms.append(len(term.name))
            chunk.term_bytes.extend(term.name)
            chunk.words.extend(term.word_sizes)
            chunk.word_bytes.extend(term.words)
            chunk.num_forms.append(len(term.word_sizes))
            chunk.ends.append(used)
            if used >= _OCCURRENCES_AT_ONCE:
                yield _cut_to_size(chunk, used)
                chunk, used = Terms.empty(), 0
    yield _cut_to_size(chunk, used)


def _terms(
    part: Interleaved, words: Sequence[_Words], sources: Sequence[MergeInput]
) -> Iterator[_Term]:
    num_forms, sizes, joined = zip(
        *(source.take(count) for source, count in zip(words, part.taken, strict=True)), strict=True
    )
    united, word_sizes, forms_of, list_forms, new_forms = table_merging.united_words(
        part.having,
        part.tables,
        part.taken,
        _concatenated(num_forms),
        _concatenated(sizes),
        b"".join(joined),
    )
    entries = zip(part.tables, part.seconds, list_forms, strict=True)
    first_form = name_at = words_at = size_at = 0
    for name_end, num_tables, forms in zip(part.ends, part.having, forms_of, strict=True):
        term_lists, max_occurrences = [], 0
        for table, start, count in islice(entries, num_tables):
            rows = sources[table].segment.list_at(start)
            max_occurrences += sum(rows[lists.NUM_OCCURRENCES :: lists.ROW])
            term_lists.append(_List(sources[table], rows, first_form, count))
            first_form += count
        own_sizes = word_sizes[size_at : size_at + forms]
        words_end = words_at + sum(own_sizes)
        name, own_words = part.keys[name_at:name_end], united[words_at:words_end]
        yield _Term(name, own_words, own_sizes, term_lists, new_forms, max_occurrences)
        name_at, words_at, size_at = name_end, words_end, size_at + forms


def _copy_occurrences(term: _Term, chunk: Terms, at: int) -> int:
    """Write the occurrences of a term at ``at``. Return their end."""
    columns = chunk.spans, chunk.positions, chunk.forms
    if at + term.max_occurrences > len(chunk.spans):
        size = max(at + term.max_occurrences, min(2 * at, _OCCURRENCES_AT_ONCE + LONG_LIST))
        for column in columns:
            column.frombytes(bytes(column.itemsize * (size - len(column))))
    for source, rows, first, count in term.lists:
        at = list_rows.move_occurrences(
            source.segment.numbers, rows, source.docs, term.new_forms, first, count, *columns, at
        )
    return at


def _concatenated(columns: Iterable[array[int]]) -> array[int]:
    concatenated = array("I")
    for column in columns:
        concatenated += column
    return concatenated


def _cut_to_size(chunk: Terms, used: int) -> Terms:
    for column in (chunk.spans, chunk.positions, chunk.forms):
        del column[used:]
    return chunk


def _pieces(term: _Term) -> Iterator[Occurrences]:
    """Yield the occurrences of a term in pieces of at most LONG_LIST occurrences, or one row."""
    for source, rows, first, count in term.lists:
        start = 0
        while start < len(rows):
            end, room = start, 0
            while end < len(rows) and room < LONG_LIST:
                room += rows[end + lists.NUM_OCCURRENCES]
                end += lists.ROW
            piece = Occurrences(*(array("I", bytes(4 * room)) for _ in range(3)))
            used = list_rows.move_occurrences(
                source.segment.numbers, rows[start:end], source.docs, term.new_forms, first, count,
                *piece, 0,
            )  # fmt: skip
            for column in piece:
                del column[used:]
            yield piece
            del piece
            start = end
