"""Several segments to one, without their deleted documents; and when that is worth it.

Only neighbours are merged, so that documents stay in the order of insertion. Segments are of tiers
by their number of live documents, each tier eight times the one before; as many as eight neighbours
of one tier or lower ones become one. An article is thus written again once a tier. A segment of
which more than a third is deleted is written again by itself.

What a segment has is numbered with 32 bits. So one that is half as large as one may be is merged no
more, and of smaller neighbours no more at once than fit: at the worst the segments of an index are
one for each 0.9 GB, and those of the lower tiers.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, islice
from typing import Any, Final

from searchlib.codec.article_segment import NO_DATE
from searchlib.codec.article_writing import SegmentFile
from searchlib.codec.commit import SegmentEntry, segment_file
from searchlib.codec.stored_articles import MAX_STORED_BYTES, StoredWriter
from searchlib.codec.table_merging import interleave
from searchlib.codec.term_merging import DROPPED, Source, merged_terms
from searchlib.kernels import merging_tables

__all__ = ["merge", "next_merge"]

_FACTOR: Final = 8
_SMALLEST_TIER: Final = 1024
_MOST_DOCS: Final = 1 << 24
_MOST_BYTES: Final = MAX_STORED_BYTES // 2
"""Of the files that become one. With another segment's dictionary an article takes more: news twice
as much where that is of no use at all. All else takes about what it took."""

_RECORD_BYTES: Final = 1 << 22
"""Of articles that are handed on at once. The dictionary is learnt from the first ones, so that
there should be some: of long ones eight times as much is handed on."""
_LEAST_RECORDS: Final = 32
_DOCS_AT_ONCE: Final = 4096


def next_merge(segments: Sequence[SegmentEntry], storage: Any) -> slice | None:
    """Give the neighbours to be merged next, or None. Asks ``storage`` for the sizes of files."""
    for place, segment in enumerate(segments):
        if segment.readable and 3 * len(segment.deleted) > segment.documents:
            return slice(place, place + 1)
    if len(segments) < _FACTOR:
        return None
    sizes = [storage.file_length(segment_file(segment.name)) for segment in segments]
    # A full one is of no tier, and has its neighbours apart.
    tiers = [
        _tier(segment.live)
        if segment.readable and 2 * size <= _MOST_BYTES and 2 * segment.live <= _MOST_DOCS
        else None
        for segment, size in zip(segments, sizes, strict=True)
    ]
    for tier in sorted({tier for tier in tiers if tier is not None}):
        start = 0
        for of_tier, run in groupby(tiers, key=lambda other: other is not None and other <= tier):
            length = len(list(run))
            if of_tier and length >= _FACTOR:
                live = [segment.live for segment in segments[start : start + length]]
                fit = min(
                    _how_many(live, _MOST_DOCS),
                    _how_many(sizes[start : start + length], _MOST_BYTES),
                )
                return slice(start, start + fit)
            start += length
    return None


def _tier(docs: int) -> int:
    tier, limit = 0, _SMALLEST_TIER
    while docs > limit:
        tier += 1
        limit *= _FACTOR
    return tier


def _how_many(numbers: Sequence[int], most: int) -> int:
    """Give how many of the first numbers are no more than ``most`` together."""
    return sum(total <= most for total in accumulate(numbers))


def merge(storage: Any, entries: Sequence[SegmentEntry], name: str) -> SegmentEntry:
    """Write the live documents of segments as a new one called ``name``, and give it.

    In memory at once are 30 bytes and the id of each document, 16 bytes and the letters of each
    word of each segment, at the end 100 bytes for each word of the new one, and 80 MB of everything
    else: articles and lists, however long they are, go through in pieces.
    """
    numbers = _renumbered(entries)
    sources = [Source(storage, entry, docs) for entry, docs in zip(entries, numbers, strict=True)]
    file = SegmentFile(storage, name)
    _copy_articles(sources, file.stored)
    lengths, published = array("I"), array("q")
    for source in sources:
        segment, column, docs = source.segment, source.segment.published, iter(source.live)
        while some := list(islice(docs, _DOCS_AT_ONCE)):
            file.ids.add([segment.ids.get(doc) for doc in some])
            for doc in some:
                lengths.extend(segment.lengths[3 * doc : 3 * doc + 3])
            published.extend(column[doc] if column else NO_DATE for doc in some)
    file.finish(lengths, published, _merged_keys(sources), merged_terms(sources))
    return SegmentEntry(name, len(published))


def _renumbered(entries: Sequence[SegmentEntry]) -> Iterator[array[int]]:
    """Give for each segment the new number of each document."""
    count = 0
    for entry in entries:
        numbers = array("I", [DROPPED]) * entry.documents
        before = 0
        for deleted in (*entry.deleted, entry.documents):
            kept = deleted - before
            numbers[before:deleted] = array("I", range(count, count + kept))
            count += kept
            before = deleted + 1
        yield numbers


def _copy_articles(sources: Sequence[Source], stored: StoredWriter) -> None:
    records, size = [], 0
    for source in sources:
        for doc in source.live:
            records.append(source.segment.stored.get(doc))
            size += len(records[-1])
            if size >= _RECORD_BYTES and (
                len(records) >= _LEAST_RECORDS or size >= 8 * _RECORD_BYTES
            ):
                stored.write(records)
                records, size = [], 0
    if records:
        stored.write(records)


def _merged_keys(sources: Sequence[Source]) -> Iterator[tuple[bytes, array[int]]]:
    for part in interleave([source.keys for source in sources]):
        entries = zip(part.tables, part.firsts, part.seconds, strict=True)
        start = 0
        for end, having in zip(part.ends, part.having, strict=True):
            docs = array("I")
            for table, df, place in islice(entries, having):
                source = sources[table]
                docs += merging_tables.moved_docs(source.key_lists, place, df, source.docs)
            if docs:
                yield part.keys[start:end], docs
            start = end
