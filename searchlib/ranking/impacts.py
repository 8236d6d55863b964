"""The scores of terms' documents, worked out once and kept."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple

from searchlib.article import TextField
from searchlib.codec import field_mask
from searchlib.kernels import impacts, lists
from searchlib.ranking.scoring import Scorer

__all__ = ["WINDOW_BITS", "Arena", "Impacts", "Place"]

_FIRST_ROOM: Final = 1 << 16
_MOST: Final = 1 << 22
"""Impacts that are kept, of 12 bytes each, and tables of up to 6 more: 75 MB."""

WINDOW_BITS: Final = 9
"""Windows of 512 documents: smaller ones take longer to go through than they save."""

Place = tuple[tuple[int, int, int], ...]
"""Where the impacts of a term are, half-open, and their table or -1, for each segment."""


class Arena(NamedTuple):
    """Impacts of many terms, one after the other; places stay right as long as the arena lives."""

    docs: array[int]
    scores: array[int]
    tables: array[int]
    places: dict[tuple[str, tuple[TextField, ...]], Place]


class Impacts:
    """What one scorer gives the documents of the terms that were asked for, up to 4 million.

    Beyond that all are forgotten. Safe to use from many threads: an arena is only ever added to
    behind what others read, or replaced.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._arena = _empty(_FIRST_ROOM)
        self._used = 0
        self._tables_used = 0

    def of(
        self, terms: Sequence[tuple[str, tuple[TextField, ...]]], scorer: Scorer
    ) -> tuple[Arena, list[Place]]:
        """Give the impacts of terms in fields. Costs 10 ns a document for a term that is new."""
        arena = self._arena
        try:
            return arena, [arena.places[term] for term in terms]
        except KeyError:
            pass
        with self._lock:
            missing = [term for term in dict.fromkeys(terms) if term not in self._arena.places]
            if self._make_room(_count(missing, scorer)):
                missing = list(dict.fromkeys(terms))
                self._make_room(_count(missing, scorer))
            for term, fields in missing:
                self._arena.places[term, fields] = self._write(term, fields, scorer)
            return self._arena, [self._arena.places[term] for term in terms]

    def _make_room(self, count: int) -> bool:
        """Make room for more impacts; tell whether that meant to forget those there are."""
        room = len(self._arena.docs)
        if self._used + count <= room:
            return False
        forget = self._used + count > _MOST and self._used > 0
        if forget:
            self._used = self._tables_used = 0
        wanted = max(min(2 * room, _MOST), self._used + count)
        grown = _empty(wanted)
        if not forget:
            grown.docs[: self._used] = self._arena.docs[: self._used]
            grown.scores[: self._used] = self._arena.scores[: self._used]
            grown.tables[: self._tables_used] = self._arena.tables[: self._tables_used]
            grown.places.update(self._arena.places)
        self._arena = grown
        return forget

    def _write(self, term: str, fields: tuple[TextField, ...], scorer: Scorer) -> Place:
        snapshot, settings = scorer.snapshot, scorer.settings
        idf = scorer.idf_of(snapshot.df(term, field_mask(fields)))
        weights = scorer.field_weights(fields)
        place: list[tuple[int, int, int]] = []
        for number, found in enumerate(snapshot.term(term).lists):
            start = self._used
            if found:
                self._used = impacts.write(
                    snapshot.parts[number].segment.numbers,
                    found,
                    weights,
                    scorer.norms_of(number),
                    settings.k1,
                    idf,
                    self._arena.docs,
                    self._arena.scores,
                    start,
                )
            place.append((start, self._used, self._table(start, number, scorer)))
        return tuple(place)

    def _table(self, start: int, number: int, scorer: Scorer) -> int:
        """Keep a table of what was just written; not of so few that a look at all is faster."""
        num_docs = scorer.snapshot.parts[number].segment.num_docs
        windows = ((num_docs - 1) >> WINDOW_BITS) + 1
        if self._used - start < 4 * windows:
            return -1
        arena, at = self._arena, self._tables_used
        impacts.tabulate(
            arena.docs, arena.scores, start, self._used, WINDOW_BITS, arena.tables, at, windows
        )
        self._tables_used += 2 * windows + 1
        return at


def _empty(room: int) -> Arena:
    return Arena(
        array("I", bytes(4 * room)),
        array("q", bytes(8 * room)),
        array("q", bytes(8 * (room * 3 // 4))),
        {},
    )


def _count(terms: Sequence[tuple[str, tuple[TextField, ...]]], scorer: Scorer) -> int:
    return sum(
        sum(found[2 :: lists.ROW])
        for term, _ in terms
        for found in scorer.snapshot.term(term).lists
        if found
    )
