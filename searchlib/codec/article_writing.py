"""Writing a segment of articles: batches come in, a file comes out.

Tokens are kept as arrays of pairs and positions, eight bytes each, until the segment is full; then
they are sorted by term and written. Articles are compressed as they come.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from searchlib.article import TEXT_FIELDS
from searchlib.codec.article_segment import INFO, KIND, NO_DATE, WINDOW_BITS, segment_file
from searchlib.codec.container import ContainerWriter, little_endian
from searchlib.codec.documents import DocumentBatch
from searchlib.codec.sorted_table import write_table
from searchlib.codec.stored_articles import MAX_STORED_BYTES, StoredWriter
from searchlib.codec.varints import write_varint
from searchlib.kernels import inverting

__all__ = ["SegmentBuilder", "SegmentFile", "Terms"]

_BUFFER_BYTES: Final = 1 << 22
_MAX_TOKENS: Final = 12_000_000
"""Of a segment that is being built: with what sorting them takes, 250 MB."""

_FIELDS: Final = len(TEXT_FIELDS)


class Terms(NamedTuple):
    """Some terms in order, with their words and occurrences, as kernels.inverting has them.

    ``words`` has the words of each term, in order: the forms are numbers of these.
    """

    terms: list[bytes]
    words: list[list[bytes]]
    ends: array[int]
    spans: array[int]
    positions: array[int]
    forms: array[int]


class SegmentFile:
    """The file of a segment in the making: first the articles, then finish() with the rest."""

    def __init__(self, storage: Any, name: str) -> None:
        self._file = storage.create_file(segment_file(name))
        self._container = ContainerWriter(self._file, KIND)
        self.stored = StoredWriter(self._container)

    def finish(
        self,
        lengths: array[int],
        published: array[int],
        keys: Iterable[tuple[bytes, Sequence[int]]],
        terms: Iterable[Terms],
    ) -> None:
        """Write the rest and close the file. ``keys`` and ``terms`` are in order."""
        file = self._container
        self.stored.finish()
        fields = [lengths[field::_FIELDS] for field in range(_FIELDS)]
        sums = [sum(field) for field in fields]
        counts = [len(field) - field.count(0) for field in fields]
        file.section("info", [INFO.pack(len(published), WINDOW_BITS, *sums, *counts)])
        file.section("lengths", [little_endian(lengths)])
        file.section("published", [little_endian(published)] if published.count(NO_DATE) < len(published) else [])
        self._write_keys(keys)
        self._write_terms(lengths, terms)
        file.finish()
        self._file.close()

    def _write_keys(self, keys: Iterable[tuple[bytes, Sequence[int]]]) -> None:
        names: list[bytes] = []
        dfs, places = array("Q"), array("Q")
        lists = bytearray()
        for key, docs in keys:
            names.append(key)
            dfs.append(len(docs))
            if len(docs) == 1:
                places.append(docs[0])
                continue
            places.append(len(lists))
            before = -1
            for doc in docs:
                write_varint(doc - before - 1, lists)
                before = doc
        write_table(self._container, "keys", names, dfs, places)
        self._container.section("key_lists", [lists])

    def _write_terms(self, lengths: array[int], chunks: Iterable[Terms]) -> None:
        postings = self._container.open_paged("postings")
        terms: list[bytes] = []
        words: list[tuple[bytes, int, int]] = []
        term_values, places = array("Q"), array("Q")
        for chunk in chunks:
            starts, values = _encode(chunk, lengths, postings)
            terms += chunk.terms
            places.extend(starts)
            term_values.extend(values)
            for term_words, start in zip(chunk.words, starts, strict=True):
                words += [(word, start, form) for form, word in enumerate(term_words)]
        # A list ends anywhere in a number of 64 bits, and one more is read than it needs.
        postings.write(bytes(-postings.size % 8 + 8))
        postings.finish()
        write_table(self._container, "terms", terms, term_values, places)
        words.sort()
        # One word may be of several terms, in several languages: its place makes it a key.
        write_table(
            self._container,
            "words",
            [word + b"\0" + start.to_bytes(5, "big") for word, start, _ in words],
            array("Q", [start for _, start, _ in words]),
            array("Q", [form for _, _, form in words]),
        )


def _encode(chunk: Terms, lengths: array[int], postings: Any) -> tuple[array[int], array[int]]:
    """Write the lists of some terms. Gives where they begin, and each df * 8 + mask of fields."""
    count = len(chunk.terms)
    starts = array("Q", bytes(8 * count))
    dfs = array("I", bytes(4 * count))
    masks = bytearray(count)
    num_forms = array("I", map(len, chunk.words))
    done = 0
    size = _BUFFER_BYTES
    while done < count:
        out = array("Q", bytes(size))
        base = postings.size
        last, used = inverting.encode(
            done, chunk.ends, chunk.spans, chunk.positions, chunk.forms, num_forms, lengths,
            WINDOW_BITS, out, starts, dfs, masks,
        )  # fmt: skip
        for term in range(done, last):
            starts[term] += base
        postings.write(memoryview(little_endian(out))[:used])
        if last == done:
            size *= 2
        done = last
    return starts, array("Q", [8 * df + mask for df, mask in zip(dfs, masks, strict=True)])


class SegmentBuilder:
    """A segment of new articles: add batches until it is full, then finish it."""

    def __init__(self, storage: Any, name: str) -> None:
        self.name = name
        self.num_docs = 0
        self._file = SegmentFile(storage, name)
        self._pairs, self._positions = array("I"), array("I")
        self._counts, self._lengths = array("I"), array("I")
        self._published = array("q")
        self._keys: dict[bytes, list[int]] = {}
        self._pair_list: Sequence[tuple[str, str]] = ()

    @property
    def is_full(self) -> bool:
        """Whether the segment should be finished before the next batch."""
        return len(self._pairs) >= _MAX_TOKENS or self._file.stored.size >= MAX_STORED_BYTES // 2

    def add(self, batch: DocumentBatch) -> None:
        """Append the documents of ``batch``. All batches have one and the same pair_list."""
        self._file.stored.write(batch.records)
        self._pairs.extend(batch.pairs)
        self._positions.extend(batch.positions)
        self._counts.extend(batch.counts)
        self._lengths.extend(batch.lengths)
        self._published.extend(batch.published_us)
        self._pair_list = batch.pair_list
        keys, base = self._keys, self.num_docs
        for doc, article_id in enumerate(batch.article_ids, base):
            keys.setdefault(b"article_id=" + article_id.encode(), []).append(doc)
        for place, field, value in batch.keys:
            docs = keys.setdefault(f"{field}={value}".encode(), [])
            if not docs or docs[-1] != base + place:
                docs.append(base + place)
        self.num_docs += len(batch.records)

    def finish(self) -> None:
        """Write the segment's file and close it."""
        self._file.finish(
            self._lengths, self._published, sorted(self._keys.items()), [self._inverted()]
        )

    def _inverted(self) -> Terms:
        used = inverting.distinct(self._pairs, len(self._pair_list))
        keys = [
            (term.encode(), word.encode(), pair)
            for pair in used
            for term, word in (self._pair_list[pair],)
        ]
        keys.sort()
        terms: list[bytes] = []
        words: list[list[bytes]] = []
        term_of = array("I", bytes(4 * len(self._pair_list)))
        form_of = array("I", bytes(4 * len(self._pair_list)))
        for term, group in groupby(keys, key=_first):
            forms: list[bytes] = []
            for _, word, pair in group:
                term_of[pair] = len(terms)
                form_of[pair] = len(forms)
                forms.append(word)
            terms.append(term)
            words.append(forms)
        inverted = inverting.invert(
            self._pairs, self._positions, self._counts, term_of, form_of, len(terms)
        )
        return Terms(terms, words, *inverted)


def _first(entry: tuple[bytes, bytes, int]) -> bytes:
    return entry[0]
