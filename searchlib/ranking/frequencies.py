"""How often each document has a word or a phrase, field by field."""

from __future__ import annotations

from array import array
from collections.abc import Mapping

from searchlib.article import TextField
from searchlib.codec import Snapshot
from searchlib.kernels import positions
from searchlib.query.plan import PhraseLeaf, WordLeaf
from searchlib.ranking.matches import Matches, all_of, any_of

__all__ = ["document_frequency", "phrase_frequencies", "word_frequencies"]


def word_frequencies(snapshot: Snapshot, leaf: WordLeaf) -> dict[TextField, Matches]:
    """Give the documents of each field with how often any of the leaf's terms and words occurs.

    Fields without one are left out. A whole number is exact in a double: the order of adding does
    not matter.
    """
    frequencies = {}
    for field in leaf.fields:
        lists = [Matches(*snapshot.postings(field, term)) for term in leaf.terms]
        lists += [Matches(*snapshot.postings(f"{field}_words", word)) for word in leaf.words]
        found = any_of(lists)
        if found.docs:
            frequencies[field] = found
    return frequencies


def phrase_frequencies(snapshot: Snapshot, leaf: PhraseLeaf) -> dict[TextField, Matches]:
    """Give the documents of each field with how often the phrase stands there.

    Occurrences may overlap: "a a" stands twice in "a a a".
    """
    frequencies = {}
    for field in leaf.fields:
        candidates = all_of([_having_any(snapshot, field, terms) for terms in leaf.terms]).docs
        if not candidates:
            continue
        places = [_places(snapshot, field, terms, candidates) for terms in leaf.terms]
        docs, counts = array("I"), array("d")
        for doc in candidates:
            count = _occurrences([others[doc] for others in places])
            if count:
                docs.append(doc)
                counts.append(count)
        if docs:
            frequencies[field] = Matches(docs, counts)
    return frequencies


def _having_any(snapshot: Snapshot, field: TextField, terms: tuple[str, ...]) -> Matches:
    return any_of([Matches(*snapshot.postings(field, term)) for term in terms])


def _places(
    snapshot: Snapshot, field: TextField, terms: tuple[str, ...], candidates: array[int]
) -> Mapping[int, list[bytes]]:
    places: dict[int, list[bytes]] = {}
    for term in terms:
        for doc, data in snapshot.positions(field, term, candidates).items():
            places.setdefault(doc, []).append(data)
    return places


def _occurrences(words: list[list[bytes]]) -> int:
    ends = _decoded(words[0])
    for alternatives in words[1:]:
        ends = positions.following(ends, _decoded(alternatives))
        if not ends:
            break
    return len(ends)


def _decoded(alternatives: list[bytes]) -> array[int]:
    places = positions.decode(alternatives[0])
    for data in alternatives[1:]:
        places = positions.merged(places, positions.decode(data))
    return places


def document_frequency(snapshot: Snapshot, leaf: WordLeaf) -> int:
    """Give how many live documents have the word in any of its fields."""
    return len(any_of(list(word_frequencies(snapshot, leaf).values())).docs)
