"""A segment of articles: one file, read where it lies.

The file is a container (container.py) of the kind "ARTS" with these sections; all numbers are
little-endian. A field is the headline (0), the body (1) or the caption (2).

    stored, ends, dictionary   the articles (stored_articles.py)
    ids, id_ends               their ids (ids.py)
    info       documents(u64) window_bits(u64) words_in(u64)*3 docs_with_field(u64)*3
    lengths    u32 for each field of each document: how many words it has; three a document
    published  i64 for each document: microseconds from 1970 in UTC, -2^63 for no date; nothing at
               all where none has one
    keys       a sorted table (sorted_table.py): field "=" value -> df, and the document if it is
               one, or else where its list begins in key_lists
    key_lists  { gap(varint) }*: each document minus the one before it (or -1), minus one
    terms      a sorted table: term -> df * 8 + mask (1 headline, 2 body, 4 caption), start
    words      a sorted table: word { 0 number(u8) }? -> start, form; a word that several terms
               have, as those of several languages may, has a number from the second term on: 1, 2
    postings   the lists, each from its start on, and zeros (kernels/postings/lists.py)

The text fields share the terms and their lists: a term is found once, and its BM25F is a sum within
one posting. Three look-ups and three passes took three times as long. The number of text fields
(schema.NUM_TEXT_FIELDS) is a part of the format. ``words_in`` and ``docs_with_field`` are the words
of a field in all documents, and how many documents have it.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from searchlib.files.container import PAGE_BITS, Bytes
from searchlib.files.storage import open_container
from searchlib.files.views import numbers_of
from searchlib.kernels.postings import filtering, lists, phrases
from searchlib.kernels.segment import word_patterns
from searchlib.schema import ALL_FIELDS, NUM_TEXT_FIELDS
from searchlib.segment.entry import segment_file
from searchlib.segment.ids import ArticleIds
from searchlib.segment.sorted_table import SortedTable
from searchlib.segment.stored_articles import StoredArticles
from searchlib.segment.word_patterns import WordPattern

__all__ = ["INFO", "KIND", "NO_DATE", "WINDOW_BITS", "ArticleSegment", "Counts"]

KIND: Final = b"ARTS"
INFO: Final = struct.Struct(f"<{2 + 2 * NUM_TEXT_FIELDS}Q")
WINDOW_BITS: Final = 9
"""Windows of 512 documents: on Reuters those of 256 to 2,048 differ by 2 % in size."""

NO_DATE: Final = -(2**63)


class Counts(NamedTuple):
    """How often the documents of a segment have some words, as lists.count gives it."""

    counts: memoryview
    windows: bytearray
    window_bits: int


class ArticleSegment:
    """The file of a segment. Safe to use from many threads.

    Raises CorruptIndexError or ValueError for bytes that no writer wrote; the caller knows the
    index they are of.
    """

    def __init__(self, storage: Any, name: str) -> None:
        self.name = name
        self._container = container = open_container(storage, segment_file(name), KIND)
        info = INFO.unpack(container.section("info"))
        self.num_docs: int = info[0]
        self.window_bits: int = info[1]
        self.words_in: tuple[int, ...] = info[2 : 2 + NUM_TEXT_FIELDS]
        self.docs_with_field: tuple[int, ...] = info[2 + NUM_TEXT_FIELDS :]
        self.lengths = numbers_of(container.section("lengths"), "I")
        published = numbers_of(container.section("published"), "q")
        self.published: memoryview | None = published if len(published) else None
        if (
            len(self.lengths) != NUM_TEXT_FIELDS * self.num_docs
            or len(published) not in (0, self.num_docs)
            or not 4 < self.window_bits < 31
        ):
            raise ValueError(f"the sections of {name} do not fit together")
        self.stored = StoredArticles(container, self.num_docs)
        self.ids = ArticleIds(container, self.num_docs)
        self._keys = SortedTable(container, "keys")
        self._key_lists = container.section("key_lists")
        self._terms = SortedTable(container, "terms")
        self._words = SortedTable(container, "words")
        self._postings = container.paged("postings")
        self._data: Bytes = self._postings.unchecked
        self.numbers = numbers_of(self._data, "Q")

    # Terms

    def find(self, term: bytes) -> array[int] | None:
        """Return the rows of the list of ``term`` (see kernels/postings/lists.py), or None."""
        found = self._terms.find(term)
        return None if found is None else self.list_at(found[1])

    def list_at(self, start: int) -> array[int]:
        """Return the rows of the list that begins at ``start``. Its bytes are checked."""
        rows, end = lists.parse(
            self._data,  # type: ignore[arg-type]
            self.numbers,
            start,
            self.num_docs,
            self.window_bits,
        )
        self._postings.get(start, end)
        return rows

    def terms(self, start: bytes = b"") -> Iterator[tuple[bytes, int, int]]:
        """Return the terms from ``start`` on, with a mask of their fields and the list's start."""
        for term, value, place in self._terms.entries(start):
            yield term, value & ALL_FIELDS, place

    def words(self, start: bytes = b"") -> Iterator[tuple[bytes, int, int]]:
        """Return the words from ``start`` on, with the start of the term's list and the form."""
        for key, place, form in self._words.entries(start):
            yield key.partition(b"\0")[0], place, form

    def words_matching(self, pattern: WordPattern) -> tuple[list[str], array[int]]:
        """Return the words that ``pattern`` matches, in order, and their places.

        A place is where the word's list begins << 32 | the word's form there. A word of several
        terms is there for each of them.
        """
        return self._words.matching(pattern)

    def places_of_words(self, words: Sequence[bytes]) -> array[int]:
        """Return the places of words, which have no zero and strictly increase."""
        return self._words.find_all(words)

    def count_words(self, places: array[int]) -> Counts | None:
        """Return how often each document has the words of ``places``; None for no places.

        Costs 0.1 µs for each word, and 3 ns a posting.
        """
        if not places:
            return None
        counts = memoryview(bytearray(4 * NUM_TEXT_FIELDS * self.num_docs)).cast("I")
        windows = bytearray((self.num_docs - 1 >> self.window_bits) + 1)
        found = Counts(counts, windows, self.window_bits)
        self._count(places, found, array("Q"))
        return found

    def occurrences(self, places: array[int]) -> array[int]:
        """Return where the words of ``places`` stand (kernels/postings/phrases.py).

        Costs 0.2 µs for each word, 6 ns a posting and 10 ns an occurrence.
        """
        counted = self.count_words(places)
        if counted is None:
            return array("Q")
        found = array("Q", [0]) * lists.begin(*counted)
        self._count(places, counted, found)
        return phrases.in_order(found)

    def _count(self, places: array[int], into: Counts, occurrences: array[int]) -> None:
        pages = bytearray(self._postings.num_pages)
        lists.count(
            self._data,  # type: ignore[arg-type]
            self.numbers,
            array("Q", sorted(places)),
            self.num_docs,
            self.window_bits,
            into.counts,
            into.windows,
            pages,
            PAGE_BITS,
            occurrences,
        )
        self._postings.check_pages(pages)

    def document_counts(self, places: array[int]) -> array[int]:
        """Return how many documents the terms of words have."""
        return word_patterns.counts(self._data, places)  # type: ignore[arg-type]

    # Metadata

    def key_docs(self, key: bytes, base: int = 0) -> array[int]:
        """Return the documents of a metadata value in order, ``base`` added, as ``array('I')``."""
        found = self._keys.find(key)
        return array("I") if found is None else self._docs_of(*found, base)

    def has_key(self, key: bytes) -> bool:
        """Tell whether a document has a metadata value."""
        return self._keys.find(key) is not None

    def keys_matching(self, pattern: WordPattern) -> list[str]:
        """Return the metadata values, each with its field, that ``pattern`` matches, in order."""
        return self._keys.matching(pattern)[0]

    def key_lists(self, start: bytes = b"") -> Iterator[tuple[bytes, array[int]]]:
        """Return the metadata values from ``start`` on, with their documents."""
        for key, df, place in self._keys.entries(start):
            yield key, self._docs_of(df, place, 0)

    def key_names(self, start: bytes = b"") -> Iterator[bytes]:
        """Return the metadata values from ``start`` on."""
        return (key for key, _, _ in self._keys.entries(start))

    def _docs_of(self, df: int, place: int, base: int) -> array[int]:
        if df != 1:
            lists: Any = self._key_lists
            return filtering.spread(lists, place, df, self.num_docs, base)
        if place >= self.num_docs:
            raise ValueError("a metadata value has a document that is not there")
        return array("I", (place + base,))

    def check(self) -> None:
        """Read every byte."""
        for name in self._container.names():
            self._container.section(name)
        self.stored.check()
        self.ids.check()
