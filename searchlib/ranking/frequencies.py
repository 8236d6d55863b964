"""Count how often each document has a word or a phrase, field by field."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from searchlib.article import TEXT_FIELDS, TextField
from searchlib.planning.plan import WordLeaf
from searchlib.ranking.matches import Matches, any_of
from searchlib.store.snapshot import Snapshot, field_mask

__all__ = ["document_frequency", "occurrence_frequencies", "word_frequencies"]


def word_frequencies(snapshot: Snapshot, leaf: WordLeaf) -> dict[TextField, Matches]:
    """Return for each field its documents with the number of occurrences of the leaf's words.

    Fields without occurrences are left out. Whole numbers are exact in doubles, so the order of
    addition does not matter.
    """
    frequencies = {}
    as_written = snapshot.word_postings(leaf.words) if leaf.words else []
    for field in _in_order(leaf.fields):
        lists = [snapshot.postings(field_mask((field,)), term) for term in leaf.terms]
        if as_written:
            lists.append(as_written[TEXT_FIELDS.index(field)])
        found = any_of([Matches(*postings) for postings in lists])
        if found.docs:
            frequencies[field] = found
    return frequencies


def occurrence_frequencies(
    snapshot: Snapshot,
    fields: tuple[TextField, ...],
    occurrences_by_segment: Iterable[tuple[int, array[int]]],
) -> dict[TextField, Matches]:
    """Return for each of ``fields`` its live documents with their number of occurrences.

    Fields without a document are left out. Occurrences can overlap: "a a" occurs twice in "a a a".
    """
    docs: dict[TextField, array[int]] = {field: array("I") for field in _in_order(fields)}
    counts: dict[TextField, array[float]] = {field: array("d") for field in docs}
    for number, occurrences in occurrences_by_segment:
        part = snapshot.parts[number]
        for occurrence in occurrences:
            field = TEXT_FIELDS[occurrence >> 30 & 3]
            doc = part.base + (occurrence >> 32)
            if field not in docs:
                continue
            if docs[field] and docs[field][-1] == doc:
                counts[field][-1] += 1.0
            else:
                docs[field].append(doc)
                counts[field].append(1.0)
    live: dict[TextField, Matches] = {
        field: Matches(*snapshot.live_only(docs[field], counts[field])) for field in docs
    }
    return {field: found for field, found in live.items() if found.docs}


def _in_order(fields: tuple[TextField, ...]) -> list[TextField]:
    """Return the fields in the order of TEXT_FIELDS, because a sum of floats depends on it."""
    return [field for field in TEXT_FIELDS if field in fields]


def document_frequency(snapshot: Snapshot, leaf: WordLeaf) -> int:
    """Return the number of live documents that have the word in any of its fields."""
    if len(leaf.terms) == 1 and not leaf.words:
        return snapshot.df(leaf.terms[0], field_mask(leaf.fields))
    return len(any_of(word_frequencies(snapshot, leaf).values()).docs)
