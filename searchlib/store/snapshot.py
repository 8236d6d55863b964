"""One commit of an index, as readers see it for as long as they hold it."""

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

_KEPT_NUMBERS: Final = 4_000_000
"""Of the rows of the terms that were asked for: 32 MB."""

_TERM_NUMBERS: Final = 40
"""What a term takes besides."""

_KEPT_NORMS: Final = 4


class Postings(NamedTuple):
    """The live documents with a term, ``array('I')`` in order, and how often each has it.

    ``frequencies`` is ``array('d')``.
    """

    docs: array[int]
    frequencies: array[float]


class Term:
    """What a snapshot knows of a term: its list in each segment, or None there.

    By the mask of fields: ``dfs``, and ``idfs``, which ranking works out of them.
    """

    __slots__ = ("dfs", "idfs", "lists")

    def __init__(self, found: tuple[array[int] | None, ...]) -> None:
        self.lists = found
        self.dfs: dict[int, int] = {}
        self.idfs: dict[int, float] = {}


def field_mask(fields: tuple[TextField, ...]) -> int:
    """Return the fields as bits: bit ``n`` for the field ``TEXT_FIELDS[n]``."""
    if fields == TEXT_FIELDS:
        return ALL_FIELDS
    return sum(1 << TEXT_FIELDS.index(field) for field in set(fields))


class Snapshot:
    """One commit: postings, columns and articles, each document under a number from 0.

    Numbers are in the order of insertion, and of this snapshot only. Deleted documents keep theirs
    until a merge drops them; a method that gives them says so. Safe to use from many threads.
    """

    def __init__(self, storage: Any, commit: Commit, path: str) -> None:
        self.path = path
        self.generation = commit.generation
        self._guard = corruption_guard(path)
        self._lock = threading.RLock()
        renew_in_children(self)
        self._found: dict[str, Term] = {}
        self._found_numbers = 0
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
                raise ValueError(f"{entry.name} has {segment.num_docs} documents")
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
        """Return the snapshot's only object of a class, made when it is first asked for.

        It holds what an upper layer makes of the snapshot for one query and needs for the next.
        """
        found = self._caches.get(kind)
        if found is None:
            found = self._caches.setdefault(kind, kind())
        return cast("_CacheT", found)

    def drop_caches(self) -> None:
        """Forget what cache() has given: it is made anew."""
        self._caches.clear()

    @cached_property
    def live(self) -> array[int]:
        """The live documents, ``array('I')`` in order."""
        everything = array("I", range(self.doc_limit))
        return self.live_only(everything, _zeros(self.doc_limit)).docs

    def live_only(self, docs: array[int], frequencies: array[float]) -> Postings:
        """Return postings without those of deleted documents."""
        if self._deleted:
            return Postings(*combining.difference(docs, frequencies, self._deleted))
        return Postings(docs, frequencies)

    # Terms of the text

    def term(self, term: str) -> Term:
        """Return the lists of ``term``; they are kept. Two dictionary look-ups the second time."""
        found = self._found.get(term)
        if found is None:
            key = key_of(term)
            with self._guard:
                found = Term(tuple(part.segment.find(key) for part in self.parts))
            with self._lock:
                self._found_numbers += _TERM_NUMBERS + sum(len(rows or ()) for rows in found.lists)
                if self._found_numbers > _KEPT_NUMBERS:
                    self._found, self._found_numbers = {}, 0
                self._found[term] = found
        return found

    def df(self, term: str, mask: int = ALL_FIELDS) -> int:
        """Return how many live documents have ``term`` in one of the fields of ``mask``."""
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
        """Return the postings of ``term`` in the fields of ``mask``; empty ones if none has it."""
        docs, frequencies = array("I"), array("d")
        found = self.term(term)
        with self._guard:
            for part, parsed in zip(self.parts, found.lists, strict=True):
                if parsed:
                    some = part.frequencies(parsed, mask)
                    docs.extend(some[0])
                    frequencies.extend(some[1])
        return self.live_only(docs, frequencies)

    def word_postings(self, words: Sequence[str]) -> list[Postings]:
        """Return for each field the postings of all ``words`` as they were written, folded."""
        found = [Postings(array("I"), array("d")) for _ in TEXT_FIELDS]
        for part, counts in zip(self.parts, self.written.counts(words), strict=True):
            if counts:
                for field, own in enumerate(found):
                    docs, frequencies = bm25f.counted(*counts, field, part.base)
                    own.docs.extend(docs)
                    own.frequencies.extend(frequencies)
        return [self.live_only(*own) for own in found]

    def phrase(self, places: Sequence[Sequence[str]]) -> Iterator[tuple[int, array[int]]]:
        """Return where the terms of ``places`` stand side by side, by the number of the segment.

        Each place has its alternatives. Occurrences are ``array('Q')`` as in
        kernels/postings/phrases.py, with documents of the segment; those of deleted ones are
        among them.
        """
        for number in range(len(self.parts)):
            found = self.phrase_places(number, places)
            if found:
                yield number, found

    # The same of one segment, those of deleted documents among them

    def places(self, number: int, term: str) -> array[int]:
        """Return all places of ``term`` in a segment (kernels/postings/phrases.py)."""
        rows = self.term(term).lists[number]
        if not rows:
            return array("Q")
        with self._guard:
            return self._phrases[number].places(term, rows)

    def phrase_places(self, number: int, places: Sequence[Sequence[str]]) -> array[int]:
        """Return the places of the last words of a phrase in a segment."""
        together = [
            [(term, rows) for term in place if (rows := self.term(term).lists[number])]
            for place in places
        ]
        if not all(together):
            return array("Q")
        with self._guard:
            return self._phrases[number].find(together)

    def fields_with(self, places: Sequence[Sequence[str]], doc: int) -> int:
        """Return the fields of ``doc``, as bits, in which the terms of ``places`` are adjacent.

        One place is a word. Costs a binary search for each term, and for a phrase the reading of
        those windows of the lists that the document is in.
        """
        number = bisect_right(self._bases, doc) - 1
        part = self.parts[number]
        here = doc - part.base
        fields = 0
        together: list[list[PhraseWord]] = []
        for place in places:
            words: list[PhraseWord] = []
            for term in place:
                parsed = self.term(term).lists[number]
                at = part.find_document(parsed, here) if parsed else -1
                if parsed and at >= 0:
                    fields |= at & ALL_FIELDS
                    if len(places) > 1:
                        first = (at >> NUM_TEXT_FIELDS) * lists.ROW
                        words.append((term, parsed[first : first + lists.ROW]))
            together.append(words)
        if len(places) == 1:
            return fields
        if not all(together):
            return 0
        with self._guard:
            found = self._phrases[number].find_in(together, array("I", [here]))
        return sum(1 << field for field in {place >> 30 & 3 for place in found})

    def terms(self, mask: int) -> Iterator[str]:
        """Return the terms in the fields of ``mask``, each once, in UTF-8 order.

        A term whose documents were all deleted may still be among them.
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

        ``array('I')`` in order. Costs 1 µs a value and 2 ns a document.
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
        """Return the values of a metadata field that begin with ``prefix``, each once, in order.

        A value whose documents were all deleted may still be among them.
        """
        key = _field_key(field, prefix)
        skipped = len(field) + 1
        with self._guard:
            found = [
                [
                    name[skipped:]
                    for name in takewhile(
                        lambda name: name.startswith(key), part.segment.key_names(key)
                    )
                ]
                for part in self.parts
            ]
        return distinct(found)

    def key_values_matching(self, field: str, pattern: WordPattern) -> list[str]:
        """Return the distinct values for which ``pattern`` matches the field, "=" and the value."""
        start = f"{field}="
        with self._guard:
            found = {key for part in self.parts for key in part.segment.keys_matching(pattern)}
        return sorted(key.removeprefix(start) for key in found if key.startswith(start))

    def has_value(self, field: str, value: str) -> bool:
        """Tell whether a document, which may be deleted, has ``value`` in a metadata field."""
        key = _field_key(field, value)
        with self._guard:
            return any(part.segment.has_key(key) for part in self.parts)

    def values_in_use(self, field: str) -> tuple[str, ...]:
        """Return the values of a field that a live document has; kept, so for few values only."""
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
        """Return the average length of ``field`` over the live documents with it; 0.0 if none."""
        return self.averages[TEXT_FIELDS.index(field)]

    def _average_lengths(self) -> array[float]:
        averages = array("d")
        for field in range(NUM_TEXT_FIELDS):
            words = having = 0
            for part in self.parts:
                segment = part.segment
                gone = [part.length(field, doc) for doc in part.deleted]
                words += segment.words_in[field] - sum(gone)
                having += segment.docs_with_field[field] - len(gone) + gone.count(0)
            averages.append(words / having if having > 0 else 0.0)
        return averages

    def norms(self, b: float) -> list[array[float]]:
        """Return for each segment the norms of its documents' fields; see kernels.bm25f."""
        norms = self._norms.get(b)
        if norms is None:
            norms = [bm25f.norms(part.segment.lengths, b, self.averages) for part in self.parts]
            if len(self._norms) >= _KEPT_NORMS:
                self._norms.clear()
            self._norms[b] = norms
        return norms

    def all_norms(self, b: float) -> array[float]:
        """Return the norms of the fields of every document, NUM_TEXT_FIELDS a document."""
        joined = self._all_norms.get(b)
        if joined is None:
            joined = array("d")
            for norms in self.norms(b):
                joined.extend(norms)
            self._all_norms = {b: joined}
        return joined

    @property
    def has_dates(self) -> bool:
        """Whether a document, which may be deleted, has a date."""
        return any(part.segment.published is not None for part in self.parts)

    @cached_property
    def published(self) -> array[int]:
        """The date of every document in microseconds from 1970 UTC, NO_DATE where none is."""
        dates = array("q")
        for part in self.parts:
            dates.extend(part.published)
        return dates

    # Articles

    def find(self, article_id: str) -> int | None:
        """Return the live document of ``article_id``, or None."""
        docs = self.key_docs(ID_FIELD, article_id)
        return docs[-1] if docs else None

    def article_id(self, doc: int) -> str:
        """Return the id of ``doc``."""
        part = self.parts[bisect_right(self._bases, doc) - 1]
        with self._guard:
            return part.article_id(doc - part.base)

    def article(self, doc: int) -> bytes:
        """Return the article of ``doc`` as it was handed to the writer."""
        part = self.parts[bisect_right(self._bases, doc) - 1]
        with self._guard:
            return part.article(doc - part.base)

    def records(self, docs: Sequence[int]) -> list[Record]:
        """Return the article of each document."""
        found = []
        with self._guard:
            for doc in docs:
                part = self.parts[bisect_right(self._bases, doc) - 1]
                found.append(part.record(doc - part.base))
        return found

    def check(self) -> Iterator[str]:
        """Read every byte of the segments; give a line for each file that is damaged."""
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
