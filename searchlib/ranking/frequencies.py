"""How often each document has a word or a phrase, field by field."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from searchlib.article import TEXT_FIELDS, TextField
from searchlib.planning.plan import WordLeaf
from searchlib.ranking.matches import Matches, any_of
from searchlib.store.snapshot import Snapshot, field_mask

__all__ = ["document_frequency", "place_frequencies", "word_frequencies"]


def word_frequencies(snapshot: Snapshot, leaf: WordLeaf) -> dict[TextField, Matches]:
    """Return the documents of each field with how often any of the leaf's terms and words occurs.

    Fields without one are left out. A whole number is exact in a double: the order of adding does
    not matter.
    """
    frequencies = {}
    as_written = snapshot.word_postings(leaf.words) if leaf.words else []
    for field in _in_order(leaf.fields):
        lists = [snapshot.postings(field_mask((field,)), term) for term in leaf.terms]
        if as_written:
            lists.append(as_written[TEXT_FIELDS.index(field)])
        found = any_of([Matches(*some) for some in lists])
        if found.docs:
            frequencies[field] = found
    return frequencies


def place_frequencies(
    snapshot: Snapshot,
    fields: tuple[TextField, ...],
    found: Iterable[tuple[int, array[int]]],
) -> dict[TextField, Matches]:
    """Return the live documents of each of ``fields`` with how many places they have.

    ``found`` has the places of each segment. Fields without a document are left out. Occurrences
    may overlap: "a a" stands twice in "a a a".
    """
    docs: dict[TextField, array[int]] = {field: array("I") for field in _in_order(fields)}
    counts: dict[TextField, array[float]] = {field: array("d") for field in docs}
    for number, places in found:
        part = snapshot.parts[number]
        for place in places:
            field = TEXT_FIELDS[place >> 30 & 3]
            doc = part.base + (place >> 32)
            if field not in docs:
                continue
            if docs[field] and docs[field][-1] == doc:
                counts[field][-1] += 1.0
            else:
                docs[field].append(doc)
                counts[field].append(1.0)
    live = {field: Matches(*snapshot.live_only(docs[field], counts[field])) for field in docs}
    return {field: found for field, found in live.items() if found.docs}


def _in_order(fields: tuple[TextField, ...]) -> list[TextField]:
    """Return fields in one order, for sums of floats depend on it."""
    return [field for field in TEXT_FIELDS if field in fields]


def document_frequency(snapshot: Snapshot, leaf: WordLeaf) -> int:
    """Return how many live documents have the word in any of its fields."""
    if len(leaf.terms) == 1 and not leaf.words:
        return snapshot.df(leaf.terms[0], field_mask(leaf.fields))
    return len(any_of(word_frequencies(snapshot, leaf).values()).docs)
