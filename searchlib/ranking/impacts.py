"""The scores of documents for words and parts of plans, computed once and kept.

12 million scores are kept, of 18 bytes each; for other weights half as many, and so on. No bound
for pruning is on the disk: pairs of a frequency and a length for each window were tried, which hold
for any weights, and 9 of 10 windows still had to be looked at.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

from searchlib.article import TextField
from searchlib.files.damage import corruption_guard
from searchlib.forks import renew_in_children
from searchlib.kernels.postings import lists
from searchlib.kernels.ranking import impacts
from searchlib.planning.plan import Plan, num_names
from searchlib.ranking.matches import Matches
from searchlib.ranking.scoring import Scorer
from searchlib.ranking.searching import evaluate
from searchlib.store.snapshot import field_mask

__all__ = ["MOST_IMPACTS", "WINDOW_BITS", "Arena", "Impacts", "Place", "Scored", "Word"]

_FIRST_ROOM: Final = 1 << 16
MOST_IMPACTS: Final = 12_000_000
"""Impacts that are kept, of 12 bytes each, and tables of up to 6 more.

That is more than all queries of a small archive take; for a large one it is 210 MB at the height,
which a thousand words of 10,000 articles each come to.
"""

_ENTRY: Final = 30
_NAME: Final = 6
"""What a word takes besides, and each name in the plan that is kept, of so many impacts."""

WINDOW_BITS: Final = 9
"""Windows of 512 documents: smaller ones take longer to go through than they save."""

Word: TypeAlias = tuple[str, tuple[TextField, ...]]
"""A term and the fields it is looked for in."""

Scored: TypeAlias = Word | Plan
"""What documents have a score for: a word, or a plan that is evaluated for it."""

Place: TypeAlias = tuple[tuple[int, int, int], ...]
"""Where the impacts of a word or plan are, half-open, and their table or -1, for each segment."""


class Arena(NamedTuple):
    """Impacts of many words, one after the other; places stay right as long as the arena lives."""

    docs: array[int]
    scores: array[int]
    tables: array[int]
    places: dict[Scored, Place]


class Impacts:
    """What one scorer gives the documents of what was asked for, up to ``most`` of them.

    Beyond that all are forgotten. Safe to use from many threads: an arena is only ever added to
    behind what others read, or replaced.
    """

    def __init__(self, most: int = MOST_IMPACTS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._forget()
        renew_in_children(self)

    def _forget(self) -> None:
        self._arena = _empty(_FIRST_ROOM)
        self._used = 0
        self._tables_used = 0
        self._names = 0

    def _renew_in_child(self) -> None:
        """Replace the lock. The thread that held it is not in a child, nor is what it was doing."""
        if self._lock.locked():
            self._forget()
        # In any case: a thread that has just got it has not said so yet.
        self._lock = threading.Lock()

    def of(self, wanted: Sequence[Scored], scorer: Scorer) -> tuple[Arena, list[Place]]:
        """Return the impacts of words and plans.

        Costs 10 ns a document for a word that is new, and its evaluation for a plan. OverflowError
        for scores that are too high to be added up, as those of thousands of words are.
        """
        arena = self._arena
        try:
            return arena, [arena.places[scored] for scored in wanted]
        except KeyError:
            pass
        # Evaluating takes its time, in which others may go on.
        found = {
            plan: evaluate(plan, scorer)
            for plan in wanted
            if not isinstance(plan, tuple) and plan not in arena.places
        }
        with self._lock:
            missing = self._missing(wanted, found, scorer)
            if self._make_room(sum(missing.values())):
                missing = self._missing(wanted, found, scorer)
                self._make_room(sum(missing.values()))
            arena = self._arena
            nothing = ((0, 0, -1),) * len(scorer.snapshot.parts)
            for scored, count in missing.items():
                if count:  # else it is not kept: there are words without end that no article has
                    arena.places[scored] = self._write(scored, found, scorer)
                    self._names += 0 if isinstance(scored, tuple) else num_names(scored)
            return arena, [arena.places.get(scored, nothing) for scored in wanted]

    def _missing(
        self, wanted: Sequence[Scored], found: dict[Plan, Matches], scorer: Scorer
    ) -> dict[Scored, int]:
        """Return what of ``wanted`` is not kept, and how many documents it has at most."""
        missing: dict[Scored, int] = {}
        for scored in wanted:
            if scored in missing or scored in self._arena.places:
                continue
            if isinstance(scored, tuple):
                rows = [found for found in scorer.snapshot.term(scored[0]).lists if found]
                missing[scored] = sum(sum(some[lists.NUM_POSTINGS :: lists.ROW]) for some in rows)
            else:
                if scored not in found:  # it was forgotten a moment ago
                    found[scored] = evaluate(scored, scorer)
                missing[scored] = len(found[scored].docs)
        return missing

    def _make_room(self, count: int) -> bool:
        """Make room for more impacts; tell whether that meant to forget those there are."""
        before, needed = self._arena, self._used + count
        room = len(before.docs)
        kept = _ENTRY * len(before.places) + _NAME * self._names
        forget = self._used > 0 and needed + kept > self._most
        if needed <= room and not forget:
            return False
        if forget:
            # Of the old arena and the new one only one is in memory, unless a query is at it.
            self._arena = before = _empty(0)
            self._used = self._tables_used = self._names = 0
            needed = count
        grown = _empty(max(min(room if forget else 2 * room, self._most), needed))
        _copy(before.docs, grown.docs, self._used)
        _copy(before.scores, grown.scores, self._used)
        _copy(before.tables, grown.tables, self._tables_used)
        grown.places.update(before.places)
        self._arena = grown
        return forget

    def _write(self, scored: Scored, found: dict[Plan, Matches], scorer: Scorer) -> Place:
        place: list[tuple[int, int, int]] = []
        for number in range(len(scorer.snapshot.parts)):
            start = self._used
            if isinstance(scored, tuple):
                self._used = self._write_word(scored, number, scorer)
            else:
                self._used = self._write_matches(found[scored], number, scorer)
            place.append((start, self._used, self._table(start, number, scorer)))
        return tuple(place)

    def _write_word(self, word: Word, number: int, scorer: Scorer) -> int:
        term, fields = word
        snapshot = scorer.snapshot
        rows = snapshot.term(term).lists[number]
        if not rows:
            return self._used
        idf = scorer.term_idf(term, field_mask(fields))
        with corruption_guard(snapshot.path):
            return snapshot.parts[number].write_impacts(
                rows,
                scorer.field_weights(fields),
                scorer.norms_of(number),
                scorer.settings.k1,
                idf,
                self._arena.docs,
                self._arena.scores,
                self._used,
            )

    def _write_matches(self, matches: Matches, number: int, scorer: Scorer) -> int:
        part = scorer.snapshot.parts[number]
        arena, num_docs = self._arena, part.num_docs
        return impacts.copy(*matches, part.base, num_docs, arena.docs, arena.scores, self._used)

    def _table(self, start: int, number: int, scorer: Scorer) -> int:
        """Keep a table of what was just written; not of so few that a look at all is faster."""
        num_docs = scorer.snapshot.parts[number].num_docs
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
    zero = array("q", [0])
    return Arena(array("I", [0]) * room, zero * room, zero * (room * 3 // 4), {})


def _copy(source: array[int], to: array[int], count: int) -> None:
    memoryview(to)[:count] = memoryview(source)[:count]  # slices of arrays are copies
