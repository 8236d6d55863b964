"""Merge several segments into one, without their deleted documents.

store/merge_policy.py chooses the segments. Dictionaries and lists are merged in pieces: merging
214 MB takes 100 MB of memory and 4 s. Two segments of 1.9 GB are not merged, because offsets have
32 bits.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from searchlib.kernels.segment import table_merging
from searchlib.schema import NUM_TEXT_FIELDS
from searchlib.segment.builder import SegmentFile
from searchlib.segment.entry import SegmentEntry
from searchlib.segment.segment import NO_DATE
from searchlib.segment.stored_articles import StoredWriter
from searchlib.segment.table_merging import interleave
from searchlib.segment.term_merging import DROPPED, MergeInput, merged_terms

__all__ = ["merge"]

_RECORD_BYTES: Final = 1 << 22
"""Number of bytes of articles per call of the StoredWriter, to bound memory.

The writer learns its dictionary from the articles of the first call. So if articles are long, up to
eight times as many bytes are passed, to reach _MIN_RECORDS articles.
"""

_MIN_RECORDS: Final = 32
_DOCS_AT_ONCE: Final = 4096
"""Number of documents per step of copying ids, lengths and dates, to bound memory."""


def merge(storage: Any, entries: Sequence[SegmentEntry], name: str) -> SegmentEntry:
    """Write the live documents of segments as a new segment ``name``. Return its entry.

    Memory: 30 bytes and the id of each document, 16 bytes and the letters of each word of each
    segment, at the end 100 bytes for each word of the new segment, and 80 MB for everything else.
    Articles and lists of any length are copied in pieces.
    """
    numbers = _renumbered(entries)
    sources = [
        MergeInput(storage, entry, docs) for entry, docs in zip(entries, numbers, strict=True)
    ]
    file = SegmentFile(storage, name)
    _copy_articles(sources, file.stored)
    lengths, published = array("I"), array("q")
    for source in sources:
        segment, column, docs = source.segment, source.segment.published, iter(source.live)
        while docs_of_step := list(islice(docs, _DOCS_AT_ONCE)):
            file.ids.add([segment.ids.get(doc) for doc in docs_of_step])
            for doc in docs_of_step:
                start = NUM_TEXT_FIELDS * doc
                lengths.extend(segment.lengths[start : start + NUM_TEXT_FIELDS])
            published.extend(column[doc] if column else NO_DATE for doc in docs_of_step)
    file.finish(lengths, published, _merged_keys(sources), merged_terms(sources))
    return SegmentEntry(name, len(published))


def _renumbered(entries: Sequence[SegmentEntry]) -> Iterator[array[int]]:
    """Yield for each segment the new number of each document."""
    count = 0
    for entry in entries:
        numbers = array("I", [DROPPED]) * entry.documents
        before = 0
        for deleted in (*entry.deleted, entry.documents):
            num_live = deleted - before
            numbers[before:deleted] = array("I", range(count, count + num_live))
            count += num_live
            before = deleted + 1
        yield numbers


def _copy_articles(sources: Sequence[MergeInput], stored: StoredWriter) -> None:
    records, size = [], 0
    for source in sources:
        for doc in source.live:
            records.append(source.segment.stored.get(doc))
            size += len(records[-1])
            if size >= _RECORD_BYTES and (
                len(records) >= _MIN_RECORDS or size >= 8 * _RECORD_BYTES
            ):
                stored.write(records)
                records, size = [], 0
    if records:
        stored.write(records)


def _merged_keys(sources: Sequence[MergeInput]) -> Iterator[tuple[bytes, array[int]]]:
    for part in interleave([source.keys for source in sources]):
        entries = zip(part.tables, part.firsts, part.seconds, strict=True)
        start = 0
        for end, num_tables in zip(part.ends, part.having, strict=True):
            docs = array("I")
            for table, df, doc_or_list in islice(entries, num_tables):
                source = sources[table]
                docs += table_merging.moved_docs(source.key_lists, doc_or_list, df, source.docs)
            if docs:
                yield part.keys[start:end], docs
            start = end
