"""A snapshot: one commit of an index, which does not change while a reader holds it."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any, Final, NamedTuple, TypeVar, cast

from searchlib.article_record import Record
from searchlib.errors import StorageError
from searchlib.files.damage import corruption_guard
from searchlib.forks import cached_property, renew_in_children
from searchlib.kernels.postings import combining, lists
from searchlib.kernels.ranking import bm25f
from searchlib.schema import ALL_FIELDS, ID_FIELD, NUM_TEXT_FIELDS, TEXT_FIELDS, TextField
from searchlib.segment.phrase_finding import PhraseFinder, PhraseWord
from searchlib.segment.segment import NO_DATE, ArticleSegment
from searchlib.segment.sorted_table import distinct, key_of
from searchlib.segment.word_patterns import WordPattern
from searchlib.segment.written_words import WrittenWords
from searchlib.store.commit import Commit
from searchlib.store.segment_view import SegmentView

__all__ = [
    "NO_DATE",
    "Postings",
    "SegmentView",
    "Snapshot",
    "Term",
    "field_mask",
]

_CacheT = TypeVar("_CacheT")

_MAX_CACHED_NUMBERS: Final = 4_000_000
"""Maximum number of 64-bit numbers in the cache of terms, to bound it to 32 MB."""

_TERM_NUMBERS: Final = 40
"""Memory of a cached term without its rows, counted in 64-bit numbers."""

_MAX_CACHED_NORMS: Final = 4
"""Maximum number of values of ``b`` whose norms are cached, to bound memory."""


class Postings(NamedTuple):
    """The live documents with a term, and the frequency of the term in each.

    ``docs`` is ``array('I')`` in ascending order, ``frequencies`` is ``array('d')``.
    """

    docs: array[int]
    frequencies: array[float]


class Term:
    """A term of a snapshot. ``lists`` holds the rows of its list in each segment, or None.

    ``dfs`` and ``idfs`` are caches by the mask of fields. Ranking computes the idfs.
    """

    __slots__ = ("dfs", "idfs", "lists")

    def __init__(self, rows_by_segment: tuple[array[int] | None, ...]) -> None:
        self.lists = rows_by_segment
        self.dfs: dict[int, int] = {}
        self.idfs: dict[int, float] = {}


def field_mask(fields: tuple[TextField, ...]) -> int:
    """Return the fields as a mask: bit ``n`` stands for the field ``TEXT_FIELDS[n]``."""
    if fields == TEXT_FIELDS:
        return ALL_FIELDS
    return sum(1 << TEXT_FIELDS.index(field) for field in set(fields))


class Snapshot:
    """One commit: postings, columns and articles. Documents are numbered from 0.

    The numbers are in the order of insertion, and valid in this snapshot only. Deleted documents
    keep their numbers until a merge drops them. Methods return live documents only, unless their
    docstring says otherwise. Safe to use from many threads.
    """

    def __init__(self, storage: Any, commit: Commit, path: str) -> None:
        self.path = path
        self.generation = commit.generation
        self._guard = corruption_guard(path)
        self._lock = threading.RLock()
        renew_in_children(self)
        self._terms: dict[str, Term] = {}
        self._cached_numbers = 0
        self._caches: dict[type, object] = {}
        self._norms: dict[float, list[array[float]]] = {}
        self._all_norms: dict[float, array[float]] = {}
        self._values_in_use: dict[str, tuple[str, ...]] = {}
        self.parts: list[SegmentView] = []
        self._bases: list[int] = []
        self._phrases: list[PhraseFinder] = []
        self.doc_limit = 0
        deleted: list[int] = []
        for entry in commit.segments:
            segment = ArticleSegment(storage, entry.name)
            if segment.num_docs != entry.documents:
                raise ValueError(
                    f"{entry.name} has {segment.num_docs} documents, the commit {entry.documents}"
                )
            excluded = bytearray((segment.num_docs + 7) // 8 if entry.deleted else 0)
            for doc in entry.deleted:
                excluded[doc >> 3] |= 1 << (doc & 7)
            self.parts.append(SegmentView(segment, self.doc_limit, excluded, entry.deleted))
            self._bases.append(self.doc_limit)
            self._phrases.append(PhraseFinder(segment))
            deleted += [self.doc_limit + doc for doc in entry.deleted]
            self.doc_limit += segment.num_docs
        self.written = WrittenWords([part.segment for part in self.parts], path)
        self.excluded = [part.excluded for part in self.parts]
        self._deleted = array("I", deleted)
        self.num_docs = self.doc_limit - len(deleted)
        self.averages = self._average_lengths()

    def _renew_in_child(self) -> None:
        """Replace the lock. The thread that held it does not exist in a forked child."""
        self._lock = threading.RLock()

    def cache(self, kind: type[_CacheT]) -> _CacheT:
        """Return the snapshot's object of class ``kind``, which is created at the first call.

        An upper layer caches in it what it computes from the snapshot for more than one query.
        """
        found = self._caches.get(kind)
        if found is None:
            found = self._caches.setdefault(kind, kind())
        return cast("_CacheT", found)

    def drop_caches(self) -> None:
        """Drop the objects of cache(). They are created again when they are needed."""
        self._caches.clear()

    @cached_property
    def live(self) -> array[int]:
        """The live documents, ``array('I')`` in order."""
        everything = array("I", range(self.doc_limit))
        return self.live_only(everything, _zeros(self.doc_limit)).docs

    def live_only(self, docs: array[int], frequencies: array[float]) -> Postings:
        """Return the postings without those of deleted documents."""
        if self._deleted:
            return Postings(*combining.difference(docs, frequencies, self._deleted))
        return Postings(docs, frequencies)

    # Terms of the text

    def term(self, term: str) -> Term:
        """Return the lists of ``term``. Cached: the second call costs two dictionary look-ups."""
        found = self._terms.get(term)
        if found is None:
            key = key_of(term)
            with self._guard:
                found = Term(tuple(part.segment.find(key) for part in self.parts))
            with self._lock:
                self._cached_numbers += _TERM_NUMBERS + sum(len(rows or ()) for rows in found.lists)
                if self._cached_numbers > _MAX_CACHED_NUMBERS:
                    self._terms, self._cached_numbers = {}, 0
                self._terms[term] = found
        return found

    def df(self, term: str, mask: int = ALL_FIELDS) -> int:
        """Return the number of live documents that have ``term`` in a field of ``mask``."""
        found = self.term(term)
        df = found.dfs.get(mask)
        if df is None:
            if mask == ALL_FIELDS and not self._deleted:
                df = sum(sum(part[lists.NUM_POSTINGS :: lists.ROW]) for part in found.lists if part)
            else:
                df = len(self.postings(mask, term).docs)
            found.dfs[mask] = df
        return df

    def postings(self, mask: int, term: str) -> Postings:
        """Return the postings of ``term`` in the fields of ``mask``, which may be empty."""
        docs, frequencies = array("I"), array("d")
        found = self.term(term)
        with self._guard:
            for part, rows in zip(self.parts, found.lists, strict=True):
                if rows:
                    docs_of_part, frequencies_of_part = part.frequencies(rows, mask)
                    docs.extend(docs_of_part)
                    frequencies.extend(frequencies_of_part)
        return self.live_only(docs, frequencies)

    def word_postings(self, words: Sequence[str]) -> list[Postings]:
        """Return for each field the postings of the folded surface forms ``words`` together."""
        by_field = [Postings(array("I"), array("d")) for _ in TEXT_FIELDS]
        for part, counts in zip(self.parts, self.written.counts(words), strict=True):
            if counts:
                for field, postings in enumerate(by_field):
                    docs, frequencies = bm25f.counted(*counts, field, part.base)
                    postings.docs.extend(docs)
                    postings.frequencies.extend(frequencies)
        return [self.live_only(*postings) for postings in by_field]

    def phrase(self, slots: Sequence[Sequence[str]]) -> Iterator[tuple[int, array[int]]]:
        """Yield (number of a segment, occurrences of the last word of a phrase there).

        ``slots`` holds the alternatives for each word of the phrase. Occurrences are ``array('Q')``
        in the format of kernels/postings/phrases.py, with document numbers of the segment. Deleted
        documents are included.
        """
        for number in range(len(self.parts)):
            occurrences = self.phrase_occurrences(number, slots)
            if occurrences:
                yield number, occurrences

    # Occurrences in one segment, with those of deleted documents

    def occurrences(self, number: int, term: str) -> array[int]:
        """Return the occurrences of ``term`` in a segment (kernels/postings/phrases.py)."""
        rows = self.term(term).lists[number]
        if not rows:
            return array("Q")
        with self._guard:
            return self._phrases[number].occurrences(term, rows)

    def phrase_occurrences(self, number: int, slots: Sequence[Sequence[str]]) -> array[int]:
        """Return the occurrences of the last word of a phrase in a segment."""
        words_by_slot = [
            [(term, rows) for term in slot if (rows := self.term(term).lists[number])]
            for slot in slots
        ]
        if not all(words_by_slot):
            return array("Q")
        with self._guard:
            return self._phrases[number].find(words_by_slot)

    def fields_with(self, slots: Sequence[Sequence[str]], doc: int) -> int:
        """Return the mask of the fields of ``doc`` that contain a word or phrase.

        ``slots`` holds the alternatives for each word; a single slot is a word. Costs a binary
        search for each term, and for a phrase the decoding of the windows that contain ``doc``.
        """
        number = bisect_right(self._bases, doc) - 1
        part = self.parts[number]
        doc_in_part = doc - part.base
        fields = 0
        words_by_slot: list[list[PhraseWord]] = []
        for slot in slots:
            words: list[PhraseWord] = []
            for term in slot:
                rows = self.term(term).lists[number]
                row_and_mask = part.find_document(rows, doc_in_part) if rows else -1
                if rows and row_and_mask >= 0:
                    fields |= row_and_mask & ALL_FIELDS
                    if len(slots) > 1:
                        first = (row_and_mask >> NUM_TEXT_FIELDS) * lists.ROW
                        words.append((term, rows[first : first + lists.ROW]))
            words_by_slot.append(words)
        if len(slots) == 1:
            return fields
        if not all(words_by_slot):
            return 0
        with self._guard:
            occurrences = self._phrases[number].find_in(words_by_slot, array("I", [doc_in_part]))
        return sum(1 << field for field in {occurrence >> 30 & 3 for occurrence in occurrences})

    def terms(self, mask: int) -> Iterator[str]:
        """Yield the terms in the fields of ``mask``, each once, in UTF-8 order.

        Terms of deleted documents may be included.
        """
        with self._guard:
            found = [
                [term for term, fields, _ in part.segment.terms() if fields & mask]
                for part in self.parts
            ]
        return distinct(found)

    # Metadata

    def key_docs(self, field: str, *values: str) -> array[int]:
        """Return the live documents with any of ``values`` in a metadata field.

        ``array('I')`` in order. Costs 1 µs per value and 2 ns per document.
        """
        keys = [_field_key(field, value) for value in values]
        docs = array("I")
        with self._guard:
            for part in self.parts:
                for key in keys:
                    docs.extend(part.segment.key_docs(key, part.base))
        if len(keys) > 1:
            docs = array("I", sorted(set(docs)))
        return self.live_only(docs, _zeros(len(docs))).docs

    def key_values(self, field: str, prefix: str = "") -> Iterator[str]:
        """Yield the values of a metadata field that begin with ``prefix``, each once, in order.

        Values of deleted documents may be included.
        """
        key = _field_key(field, prefix)
        value_start = len(field) + 1
        with self._guard:
            found = [
                [
                    name[value_start:]
                    for name in takewhile(
                        lambda name: name.startswith(key), part.segment.key_names(key)
                    )
                ]
                for part in self.parts
            ]
        return distinct(found)

    def key_values_matching(self, field: str, pattern: WordPattern) -> list[str]:
        """Return the distinct values of a metadata field in order.

        ``pattern`` must match the field, "=" and the value. Values of deleted documents may be
        included.
        """
        start = f"{field}="
        with self._guard:
            found = {key for part in self.parts for key in part.segment.keys_matching(pattern)}
        return sorted(key.removeprefix(start) for key in found if key.startswith(start))

    def has_value(self, field: str, value: str) -> bool:
        """Return whether a document, which may be deleted, has ``value`` in a metadata field."""
        key = _field_key(field, value)
        with self._guard:
            return any(part.segment.has_key(key) for part in self.parts)

    def values_in_use(self, field: str) -> tuple[str, ...]:
        """Return the values of a metadata field that live documents have, in order.

        Cached without a limit, so use it only for fields with few values.
        """
        found = self._values_in_use.get(field)
        if found is None:
            with self._lock:
                found = tuple(
                    value for value in self.key_values(field) if self.key_docs(field, value)
                )
                self._values_in_use[field] = found
        return found

    # Columns

    def length(self, field: TextField, doc: int) -> int:
        """Return the length of ``field`` in words."""
        part = self.parts[bisect_right(self._bases, doc) - 1]
        return part.length(TEXT_FIELDS.index(field), doc - part.base)

    def avg_length(self, field: TextField) -> float:
        """Return the average length of ``field`` in the live documents that have it, or 0.0."""
        return self.averages[TEXT_FIELDS.index(field)]

    def _average_lengths(self) -> array[float]:
        averages = array("d")
        for field in range(NUM_TEXT_FIELDS):
            num_words = num_docs = 0
            for part in self.parts:
                segment = part.segment
                deleted_lengths = [part.length(field, doc) for doc in part.deleted]
                num_words += segment.words_in[field] - sum(deleted_lengths)
                num_docs += segment.docs_with_field[field] - len(deleted_lengths)
                num_docs += deleted_lengths.count(0)
            averages.append(num_words / num_docs if num_docs > 0 else 0.0)
        return averages

    def norms(self, b: float) -> list[array[float]]:
        """Return for each segment the norms of its documents' fields (kernels/ranking/bm25f.py)."""
        norms = self._norms.get(b)
        if norms is None:
            norms = [bm25f.norms(part.segment.lengths, b, self.averages) for part in self.parts]
            if len(self._norms) >= _MAX_CACHED_NORMS:
                self._norms.clear()
            self._norms[b] = norms
        return norms

    def all_norms(self, b: float) -> array[float]:
        """Return the norms of all documents, NUM_TEXT_FIELDS for each document."""
        all_norms = self._all_norms.get(b)
        if all_norms is None:
            all_norms = array("d")
            for norms in self.norms(b):
                all_norms.extend(norms)
            self._all_norms = {b: all_norms}
        return all_norms

    @property
    def has_dates(self) -> bool:
        """Whether a document, which may be deleted, has a date."""
        return any(part.segment.published is not None for part in self.parts)

    @cached_property
    def published(self) -> array[int]:
        """The date of every document in microseconds since 1970 UTC, or NO_DATE."""
        dates = array("q")
        for part in self.parts:
            dates.extend(part.published)
        return dates

    # Articles

    def find(self, article_id: str) -> int | None:
        """Return the live document with this id, or None."""
        docs = self.key_docs(ID_FIELD, article_id)
        return docs[-1] if docs else None

    def article_id(self, doc: int) -> str:
        """Return the id of ``doc``."""
        part = self.parts[bisect_right(self._bases, doc) - 1]
        with self._guard:
            return part.article_id(doc - part.base)

    def article(self, doc: int) -> bytes:
        """Return the record of ``doc`` as the writer received it."""
        part = self.parts[bisect_right(self._bases, doc) - 1]
        with self._guard:
            return part.article(doc - part.base)

    def records(self, docs: Sequence[int]) -> list[Record]:
        """Return the record of each document."""
        records = []
        with self._guard:
            for doc in docs:
                part = self.parts[bisect_right(self._bases, doc) - 1]
                records.append(part.record(doc - part.base))
        return records

    def check(self) -> Iterator[str]:
        """Read every byte of the segments. Yield a message for each damaged file."""
        for part in self.parts:
            try:
                with self._guard:
                    part.segment.check()
            except StorageError as error:
                yield str(error)


def _field_key(field: str, value: str) -> bytes:
    return field.encode() + b"=" + key_of(value)


def _zeros(count: int) -> array[float]:
    return array("d", bytes(8 * count))
