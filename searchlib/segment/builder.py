"""Build a segment from batches of articles, and write its file.

The tokens stay in memory, eight bytes each, until the segment is full. Then they are sorted by
term and written. Articles are compressed as they come.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, count, islice
from operator import itemgetter
from typing import Any, Final

from searchlib.files.container import little_endian
from searchlib.files.container_writing import ContainerWriter
from searchlib.files.varints import write_varint
from searchlib.kernels.segment import inverting, term_order
from searchlib.schema import ID_FIELD, NUM_TEXT_FIELDS
from searchlib.segment.documents import DocumentBatch, PairNames, Tokens
from searchlib.segment.entry import segment_file
from searchlib.segment.ids import IdsWriter
from searchlib.segment.inverting import inverted
from searchlib.segment.list_writing import Lists, LongTerm, Terms, encoded, encoded_long
from searchlib.segment.segment import INFO, KIND, NO_DATE, WINDOW_BITS
from searchlib.segment.sorted_table import Entries, write_table
from searchlib.segment.stored_articles import MAX_STORED_BYTES, StoredWriter

__all__ = ["SegmentBuilder", "SegmentFile"]

_KEYS_AT_ONCE: Final = 4096
"""Number of metadata values per part of the table of keys, to bound memory."""

_MAX_TOKENS: Final = 9_000_000
"""Maximum number of tokens of a segment, to bound the memory of building it to 200 MB."""


class SegmentFile:
    """Writes the file of a segment: first the articles and ids, then the rest in finish()."""

    def __init__(self, storage: Any, name: str) -> None:
        self._file = storage.create_file(segment_file(name))
        self._container = ContainerWriter(self._file, KIND)
        self.stored = StoredWriter(self._container)
        self.ids = IdsWriter()

    def finish(
        self,
        lengths: array[int],
        published: array[int],
        keys: Iterable[tuple[bytes, Sequence[int]]],
        terms: Iterable[Terms | LongTerm],
    ) -> None:
        """Write the rest and close the file. ``keys`` and ``terms`` must be in order."""
        file = self._container
        self.stored.finish()
        self.ids.write(file)
        fields = [lengths[field::NUM_TEXT_FIELDS] for field in range(NUM_TEXT_FIELDS)]
        sums = [sum(field) for field in fields]
        counts = [len(field) - field.count(0) for field in fields]
        file.section("info", [INFO.pack(len(published), WINDOW_BITS, *sums, *counts)])
        file.section("lengths", [little_endian(lengths)])
        file.section(
            "published",
            [little_endian(published)] if published.count(NO_DATE) < len(published) else [],
        )
        self._write_keys(keys)
        self._write_terms(len(published), terms)
        file.finish()
        self._file.close()

    def _write_keys(self, keys: Iterable[tuple[bytes, Sequence[int]]]) -> None:
        lists = bytearray()

        def parts() -> Iterator[Entries]:
            rest = iter(keys)
            while part := list(islice(rest, _KEYS_AT_ONCE)):
                seconds = array("Q")
                for _, docs in part:
                    seconds.append(docs[0] if len(docs) == 1 else len(lists))
                    if len(docs) > 1:
                        before = -1
                        for doc in docs:
                            write_varint(doc - before - 1, lists)
                            before = doc
                names = [name for name, _ in part]
                dfs = array("Q", [len(docs) for _, docs in part])
                yield Entries(
                    b"".join(names), array("Q", accumulate(map(len, names))), dfs, seconds
                )

        write_table(self._container, "keys", parts())
        self._container.section("key_lists", [lists])

    def _write_terms(self, num_docs: int, chunks: Iterable[Terms | LongTerm]) -> None:
        postings = self._container.open_paged("postings")
        all_terms = Terms.empty()  # without their occurrences
        values, starts = array("Q"), array("Q")

        def write(lists: Lists) -> None:
            starts.extend(array("Q", map(postings.size.__add__, lists.starts)))
            values.extend(lists.values)
            for piece in lists.pieces:
                postings.write(piece)

        for chunk in chunks:
            if isinstance(chunk, LongTerm):
                long_list = encoded_long(chunk, num_docs)
                if not long_list:
                    continue
                write(long_list)
                all_terms.term_bytes.extend(chunk.term)
                all_terms.terms.append(len(chunk.term))
                all_terms.word_bytes.extend(chunk.words)
                all_terms.words.extend(chunk.word_sizes)
                all_terms.num_forms.append(len(chunk.word_sizes))
            else:
                for lists in encoded(chunk, num_docs):
                    write(lists)
                all_terms.term_bytes.extend(chunk.term_bytes)
                all_terms.terms.extend(chunk.terms)
                all_terms.word_bytes.extend(chunk.word_bytes)
                all_terms.words.extend(chunk.words)
                all_terms.num_forms.extend(chunk.num_forms)
            del chunk  # the next chunk may reuse its memory
        # A list may end anywhere in a 64-bit number, and readers read one number beyond it.
        postings.write(bytes(-postings.size % 8 + 8))
        postings.finish()
        terms = Entries(
            bytes(all_terms.term_bytes), array("Q", accumulate(all_terms.terms)), values, starts
        )
        write_table(self._container, "terms", terms.cut())
        words = term_order.word_keys(
            all_terms.word_bytes, all_terms.words, all_terms.num_forms, starts
        )
        write_table(self._container, "words", Entries(*words).cut())


class SegmentBuilder:
    """A segment of new articles: add batches until it is full, then finish it."""

    def __init__(self, storage: Any, name: str) -> None:
        self.name = name
        self.num_docs = 0
        self._file = SegmentFile(storage, name)
        self._tokens: list[Tokens] = []
        self._num_tokens = 0
        self._seen = bytearray()  # one byte for each pair: 1 if a token has it
        self._lengths = array("I")
        self._published = array("q")
        self._ids: dict[str, int] = {}
        self._keys: dict[bytes, list[int]] = {}
        self._pair_list: PairNames | None = None

    @property
    def is_full(self) -> bool:
        """Whether the segment should be finished before the next batch."""
        return self._num_tokens >= _MAX_TOKENS or self._file.stored.size >= MAX_STORED_BYTES // 2

    def add(self, batch: DocumentBatch) -> None:
        """Append the documents of ``batch``. All batches must share one pair_list."""
        self._file.stored.write(batch.records)
        self._file.ids.add(batch.article_ids)
        self._seen.extend(bytes(max(len(batch.pair_list) - len(self._seen), 0)))
        inverting.mark(batch.tokens.pairs, self._seen)
        self._tokens.append(batch.tokens)
        self._num_tokens += len(batch.tokens.pairs)
        self._lengths.extend(batch.lengths)
        self._published.extend(batch.published_us)
        self._pair_list = batch.pair_list
        keys, base = self._keys, self.num_docs
        # If an article came twice, the first one is deleted, so keep the last document.
        self._ids.update(zip(batch.article_ids, count(base)))
        for index, field, value in batch.keys:
            docs = keys.setdefault(f"{field}={value}".encode(), [])
            if not docs or docs[-1] != base + index:
                docs.append(base + index)
        self.num_docs += len(batch.records)

    def finish(self) -> None:
        """Write the segment's file and close it."""
        terms = self._terms()
        self._file.finish(self._lengths, self._published, self._sorted_keys(), [terms])

    def _sorted_keys(self) -> Iterator[tuple[bytes, Sequence[int]]]:
        ids, keys = self._ids, sorted(self._keys.items())
        # A generator, because a list of tuples would trigger Python's garbage collector many times.
        # Strings sort by code point, which is the order of their UTF-8 bytes.
        id_keys = ((f"{ID_FIELD}={name}".encode(), (ids[name],)) for name in sorted(ids))
        split = bisect_left(keys, f"{ID_FIELD}=".encode(), key=itemgetter(0))
        return chain(keys[:split], id_keys, keys[split:])

    def _terms(self) -> Terms:
        pair_list = self._pair_list
        used = inverting.marked(self._seen)
        # No term or word contains a zero byte: it separates them, and the kernel counts zeros.
        names = pair_list.names(used) if pair_list else b""
        terms, term_sizes, words, word_sizes, num_forms, term_of, form_of = term_order.number_pairs(
            names, used, len(self._seen)
        )
        occurrences = inverted(self._tokens, term_of, form_of, len(term_sizes))
        # Free the tokens: memory use is highest here.
        self._tokens = []
        return Terms(
            bytearray(terms), term_sizes, bytearray(words), word_sizes, num_forms, *occurrences
        )
