"""Several segments to one, without their deleted documents; and when that is worth it.

Only neighbours are merged, so that documents stay in the order of insertion. Segments are of tiers
by their number of live documents, each tier eight times the one before; as many as eight neighbours
of one tier or lower ones become one. An article is thus written again once a tier. A segment of
which more than a third is deleted is written again by itself.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from searchlib.codec.article_segment import NO_DATE, ArticleSegment
from searchlib.codec.article_writing import SegmentFile, Terms
from searchlib.codec.commit import SegmentEntry, new_segment_name
from searchlib.kernels import list_rows, phrases

__all__ = ["merge", "next_merge"]

_FACTOR: Final = 8
_SMALLEST_TIER: Final = 1024
_MOST_DOCS: Final = 1 << 24
_DROPPED: Final = 0xFFFFFFFF
_RECORDS_AT_ONCE: Final = 4096
_OCCURRENCES_AT_ONCE: Final = 1 << 20
_NO_DOCS: Final = array("I")


def next_merge(segments: Sequence[SegmentEntry]) -> slice | None:
    """Give the neighbours to be merged next, or None."""
    for place, segment in enumerate(segments):
        if 3 * len(segment.deleted) > segment.documents:
            return slice(place, place + 1)
    tiers = [_tier(segment.live) for segment in segments]
    for tier in sorted(set(tiers)):
        start = 0
        for of_tier, run in groupby(tiers, key=lambda other: other <= tier):
            length = len(list(run))
            found = segments[start : start + length]
            if of_tier and length >= _FACTOR and sum(s.live for s in found) <= _MOST_DOCS:
                return slice(start, start + length)
            start += length
    return None


def _tier(docs: int) -> int:
    tier, limit = 0, _SMALLEST_TIER
    while docs > limit:
        tier += 1
        limit *= _FACTOR
    return tier


def merge(
    storage: Any, entries: Sequence[SegmentEntry], announce: Callable[[str], object]
) -> SegmentEntry:
    """Write the live documents of segments as a new one, and give it.

    Its name is announced before there is a file of it.

    Streams: what is in memory at once are the lengths of all documents and some terms' lists.
    """
    segments = [ArticleSegment(storage, entry.name) for entry in entries]
    numbers, live = _renumber(entries)
    name = new_segment_name()
    announce(name)
    file = SegmentFile(storage, name)
    records: list[bytes] = []
    for segment, docs in zip(segments, live, strict=True):
        file.ids.add([segment.ids.get(doc) for doc in docs])
        for doc in docs:
            records.append(segment.stored.get(doc))
            if len(records) == _RECORDS_AT_ONCE:
                file.stored.write(records)
                records = []
    file.stored.write(records)
    lengths, published = array("I"), array("q")
    for segment, docs in zip(segments, live, strict=True):
        if len(docs) == segment.num_docs:
            lengths.extend(segment.lengths)
        else:
            for doc in docs:
                lengths.extend(segment.lengths[3 * doc : 3 * doc + 3])
        column = segment.published
        published.extend(column[doc] if column else NO_DATE for doc in docs)
    keys, terms = _merged_keys(segments, numbers), _merged_terms(segments, numbers)
    file.finish(lengths, published, keys, terms)
    return SegmentEntry(name, len(published))


def _renumber(entries: Sequence[SegmentEntry]) -> tuple[list[array[int]], list[list[int]]]:
    """Give for each segment the new number of each document, and the old ones of the live."""
    numbers: list[array[int]] = []
    live: list[list[int]] = []
    count = 0
    for entry in entries:
        gone = set(entry.deleted)
        kept = [doc for doc in range(entry.documents) if doc not in gone]
        new = array("I", [_DROPPED]) * entry.documents
        for doc in kept:
            new[doc] = count
            count += 1
        numbers.append(new)
        live.append(kept)
    return numbers, live


def _merged_keys(
    segments: Sequence[ArticleSegment], numbers: Sequence[array[int]]
) -> Iterator[tuple[bytes, list[int]]]:
    streams = [_keys_of(number, segment) for number, segment in enumerate(segments)]
    for key, group in groupby(heapq.merge(*streams), key=lambda entry: entry[0]):
        docs = [
            new
            for _, number, old in group
            for doc in old
            if (new := numbers[number][doc]) != _DROPPED
        ]
        if docs:
            yield key, docs


def _keys_of(number: int, segment: ArticleSegment) -> Iterator[tuple[bytes, int, array[int]]]:
    return ((key, number, docs) for key, docs in segment.key_lists())  # it is no dictionary


def _merged_terms(
    segments: Sequence[ArticleSegment], numbers: Sequence[array[int]]
) -> Iterator[Terms]:
    words = [_words_by_list(segment) for segment in segments]
    streams = [_terms_of(number, segment) for number, segment in enumerate(segments)]
    chunk = Terms.empty()
    for term, group in groupby(heapq.merge(*streams), key=lambda entry: entry[0]):
        places = [(number, start) for _, number, start in group]
        forms = sorted({word for number, start in places for word in words[number][start]})
        form_of = {word: form for form, word in enumerate(forms)}
        before = len(chunk.spans)
        for number, start in places:
            segment = segments[number]
            found = list_rows.occurrences(
                segment.numbers, segment.list_at(start), segment.num_docs, _NO_DOCS, True
            )
            new_forms = array("I", [form_of[word] for word in words[number][start]])
            moved = phrases.renumbered(*found, numbers[number], new_forms)
            for column, values in zip(
                (chunk.spans, chunk.positions, chunk.forms), moved, strict=True
            ):
                column.extend(values)
        if len(chunk.spans) == before:
            continue  # all its documents were deleted
        chunk.terms.append(len(term))
        chunk.term_bytes.extend(term)
        chunk.words.extend(map(len, forms))
        chunk.word_bytes.extend(b"".join(forms))
        chunk.num_forms.append(len(forms))
        chunk.ends.append(len(chunk.spans))
        if len(chunk.spans) >= _OCCURRENCES_AT_ONCE:
            yield chunk
            chunk = Terms.empty()
    yield chunk


def _terms_of(number: int, segment: ArticleSegment) -> Iterator[tuple[bytes, int, int]]:
    return ((term, number, start) for term, _, start in segment.terms())


def _words_by_list(segment: ArticleSegment) -> dict[int, list[bytes]]:
    """Give the words of each list, in the order of their forms."""
    found: dict[int, list[tuple[int, bytes]]] = {}
    for word, start, form in segment.words():
        found.setdefault(start, []).append((form, word))
    return {start: [word for _, word in sorted(forms)] for start, forms in found.items()}
