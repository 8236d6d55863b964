"""A segment of articles: one file, which is memory-mapped and read in doc_or_list.

The file is a container (container.py) of the kind "ARTS" with the sections below. All numbers are
little-endian. A field is the headline (0), the body (1) or the caption (2).

    stored, ends, dictionary   the articles (stored_articles.py)
    ids, id_ends               their ids (ids.py)
    info       documents(u64) window_bits(u64) words_in(u64)*3 docs_with_field(u64)*3
    lengths    u32 for each field of each document: its number of words; three per document
    published  i64 for each document: microseconds since 1970 in UTC, -2^63 for no date; empty if
               no document has a date
    keys       a sorted table (sorted_table.py): field "=" value -> df, and either the document if
               df is 1, or the start of the list in key_lists
    key_lists  { gap(varint) }*: each document minus the previous one (or -1), minus one
    terms      a sorted table: term -> df * 8 + mask (1 headline, 2 body, 4 caption), start
    words      a sorted table: word { 0 number(u8) }? -> start, form; a word can belong to several
               terms, for example of several languages: from the second term on it is numbered 1, 2
    postings   the lists, each at its start, then zeros (kernels/postings/lists.py)

The text fields share the terms and their lists: one look-up finds a term, and its BM25F is a sum
within one posting. Three look-ups and three passes took three times as long. The number of text
fields (schema.NUM_TEXT_FIELDS) is part of the format. ``words_in`` is the number of words of a
field in all documents, and ``docs_with_field`` the number of documents that have the field.
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
"""A window has 512 documents. With 256 to 2,048, the size of a Reuters index varies by 2 %."""

NO_DATE: Final = -(2**63)
"""The value in ``published`` of a document without a date."""


class Counts(NamedTuple):
    """How often each document of a segment has some words, in the format of lists.count."""

    counts: memoryview
    windows: bytearray
    window_bits: int


class ArticleSegment:
    """The file of a segment. Safe to use from many threads.

    Raises CorruptIndexError or ValueError if the file is damaged. The caller adds the path of the
    index to the error.
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
            raise ValueError(f"the sections of {name} contradict each other")
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
        """Return the rows of the list of ``term`` (kernels/postings/lists.py); None if unknown."""
        found = self._terms.find(term)
        return None if found is None else self.list_at(found[1])

    def list_at(self, start: int) -> array[int]:
        """Return the rows of the list that begins at ``start``. Verifies its checksums."""
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
        """Yield (term, mask of its fields, start of its list) in order, from ``start`` on."""
        for term, value, list_start in self._terms.entries(start):
            yield term, value & ALL_FIELDS, list_start

    def words(self, start: bytes = b"") -> Iterator[tuple[bytes, int, int]]:
        """Yield (word, start of its term's list, form) in order, from ``start`` on."""
        for key, list_start, form in self._words.entries(start):
            yield key.partition(b"\0")[0], list_start, form

    def words_matching(self, pattern: WordPattern) -> tuple[list[str], array[int]]:
        """Return the words that ``pattern`` matches, in order, and the entry of each.

        An entry is (start of the term's list) << 32 | (form of the word in that list). A word that
        belongs to several terms is returned once for each of them.
        """
        return self._words.matching(pattern)

    def entries_of_words(self, words: Sequence[bytes]) -> array[int]:
        """Return the entries of words, which must strictly increase and contain no zero byte."""
        return self._words.find_all(words)

    def count_words(self, entries: array[int]) -> Counts | None:
        """Return how often each document has the words of ``entries``; None without entries.

        Costs 0.1 µs per word and 3 ns per posting.
        """
        if not entries:
            return None
        counts = memoryview(bytearray(4 * NUM_TEXT_FIELDS * self.num_docs)).cast("I")
        windows = bytearray((self.num_docs - 1 >> self.window_bits) + 1)
        counted = Counts(counts, windows, self.window_bits)
        self._count(entries, counted, array("Q"))
        return counted

    def occurrences(self, entries: array[int]) -> array[int]:
        """Return the occurrences of the words of ``entries`` (kernels/postings/phrases.py).

        Costs 0.2 µs per word, 6 ns per posting and 10 ns per occurrence.
        """
        counted = self.count_words(entries)
        if counted is None:
            return array("Q")
        occurrences = array("Q", [0]) * lists.begin(*counted)
        self._count(entries, counted, occurrences)
        return phrases.in_order(occurrences)

    def _count(self, entries: array[int], into: Counts, occurrences: array[int]) -> None:
        pages = bytearray(self._postings.num_pages)
        lists.count(
            self._data,  # type: ignore[arg-type]
            self.numbers,
            array("Q", sorted(entries)),
            self.num_docs,
            self.window_bits,
            into.counts,
            into.windows,
            pages,
            PAGE_BITS,
            occurrences,
        )
        self._postings.check_pages(pages)

    def document_counts(self, entries: array[int]) -> array[int]:
        """Return for each entry the number of documents that have the term of the word."""
        return word_patterns.counts(self._data, entries)  # type: ignore[arg-type]

    # Metadata

    def key_docs(self, key: bytes, base: int = 0) -> array[int]:
        """Return the documents of a metadata value plus ``base``, ``array('I')`` in order."""
        found = self._keys.find(key)
        return array("I") if found is None else self._docs_of(*found, base)

    def has_key(self, key: bytes) -> bool:
        """Return whether a document, which may be deleted, has a metadata value."""
        return self._keys.find(key) is not None

    def keys_matching(self, pattern: WordPattern) -> list[str]:
        """Return the keys (field, "=", value) that ``pattern`` matches, in order."""
        return self._keys.matching(pattern)[0]

    def key_lists(self, start: bytes = b"") -> Iterator[tuple[bytes, array[int]]]:
        """Yield each key (field, "=", value) from ``start`` on with its documents."""
        for key, df, doc_or_list in self._keys.entries(start):
            yield key, self._docs_of(df, doc_or_list, 0)

    def key_names(self, start: bytes = b"") -> Iterator[bytes]:
        """Yield the keys (field, "=", value) from ``start`` on."""
        return (key for key, _, _ in self._keys.entries(start))

    def _docs_of(self, df: int, doc_or_list: int, base: int) -> array[int]:
        if df != 1:
            lists: Any = self._key_lists
            return filtering.spread(lists, doc_or_list, df, self.num_docs, base)
        if doc_or_list >= self.num_docs:
            raise ValueError(f"a metadata value has document {doc_or_list} of {self.num_docs}")
        return array("I", (doc_or_list + base,))

    def check(self) -> None:
        """Read every byte and verify the checksums."""
        for name in self._container.names():
            self._container.section(name)
        self.stored.check()
        self.ids.check()
