"""Choose the passages of one field that show most of what was looked for in it.

A passage is worth the weight of the different highlights in it. What an earlier passage has shown
counts half, and where the field has not been shown at all, everything counts double, so that a
reader sees that the caption matches too. Of equal ones, that is better whose words stand nearer to
each other, and then the earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from searchlib.snippets.cutting import Span, TextLayout
from searchlib.snippets.matching import Match

__all__ = ["WORTH_REPEATING", "Candidate", "PassageChoice"]

_NEW_FIELD: Final = 2
WORTH_REPEATING: Final = 0.5
"""The part of the first passage's weight that one must have which shows nothing new.

A second sentence about horses is worth reading, a second sentence with "the" is not.
"""


class Item(NamedTuple):
    """A match and what has to be shown with it: its sentence, or its words in a long one.

    Items of one ``group`` may stand in one passage if there is room; it is the number of the
    paragraph, or below 0 for the parts of a sentence that is too long to be shown whole.
    """

    start: int
    end: int
    group: int
    match: Match
    sentence: Span


class Candidate(NamedTuple):
    """A passage that could be shown. Of two, the one with the greater rank is better."""

    rank: tuple[int, int]  # gain, and minus the number of words from its first match to its last
    core: Span
    found: frozenset[int]
    first: int  # the number of its first item


class _Coverage:
    """The highlights of a stretch of items, and their weight, while both ends move forward."""

    def __init__(self, weights: Sequence[int], shown: AbstractSet[int]) -> None:
        self._weights = weights
        self._shown = shown
        self._counts = [0] * len(weights)
        self.size = 0
        self.weight = 0
        self.new_size = 0
        self.new_weight = 0

    def add(self, found: Iterable[int]) -> None:
        for number in found:
            if not self._counts[number]:
                self._change(number, 1)
            self._counts[number] += 1

    def remove(self, found: Iterable[int]) -> None:
        for number in found:
            self._counts[number] -= 1
            if not self._counts[number]:
                self._change(number, -1)

    def has_more_than(self, found: Iterable[int]) -> bool:
        """Say whether the stretch shows all of ``found`` a second time."""
        return all(self._counts[number] > 1 for number in found)

    def _change(self, number: int, by: int) -> None:
        weight = by * self._weights[number]
        self.size += by
        self.weight += weight
        if number not in self._shown:
            self.new_size += by
            self.new_weight += weight


class PassageChoice:
    """The passages of one field: those still to be had, and what has been shown.

    Each choice costs time linear in the number of matches.
    """

    def __init__(
        self,
        layout: TextLayout,
        matches: Sequence[Match],
        weights: Sequence[int],
        max_chars: int,
    ) -> None:
        self._layout = layout
        self._matches = matches
        self._weights = weights
        self._max_chars = max_chars
        self._items = _distinct_items(layout, matches, max_chars)
        self._shown: set[int] = set()
        self._spans: list[Span] = []

    def weight(self, found: Iterable[int]) -> int:
        """Give the weight of different highlights together."""
        return sum(self._weights[number] for number in found)

    def best(self, least_weight: float) -> Candidate | None:
        """Give the best passage left; one with nothing new must weigh ``least_weight``."""
        items = self._items
        coverage = _Coverage(self._weights, self._shown)
        factor = 1 if self._spans else _NEW_FIELD
        best = None
        end = 0
        for index, first in enumerate(items):
            while end < len(items) and (end == index or self._fit(first, items[end])):
                coverage.add(items[end].match.found)
                end += 1
            # New weight and, of all the weight, half: in halves, so as to stay with integers
            gain = factor * (coverage.new_weight + coverage.weight)
            if (
                (best is None or (gain, 0) > best.rank)
                and (coverage.new_size or coverage.weight >= least_weight)
                # What begins with the next item shows the same in less room.
                and not (
                    coverage.size > len(first.match.found)
                    and coverage.has_more_than(first.match.found)
                )
            ):
                candidate = self._candidate(index, coverage.size, gain)
                if best is None or candidate.rank > best.rank:
                    best = candidate
            coverage.remove(first.match.found)
        return best

    def _candidate(self, index: int, size: int, gain: int) -> Candidate:
        """Give the shortest passage from item ``index`` on that has ``size`` highlights."""
        first = last = self._items[index]
        found = set(first.match.found)
        end = first.end
        following = index
        while len(found) < size:
            following += 1
            other = self._items[following]
            if not found.issuperset(other.match.found):
                found.update(other.match.found)
                end, last = max(end, other.end), other
        rank = (gain, first.match.position - last.match.position)
        return Candidate(rank, Span(first.start, end), frozenset(found), index)

    def take(self, candidate: Candidate) -> Span:
        """Give the passage with what is around it, and do not offer what it shows again."""
        first = self._items[candidate.first]
        core = self._with_neighbours(candidate)
        if first.group >= 0:
            span = self._layout.whole_characters(core)
        else:
            span = self._around(core, first.sentence)
        self._shown.update(candidate.found)
        self._spans.append(span)
        self._items = [
            item for item in self._items if item.end <= span.start or item.start >= span.end
        ]
        return span

    def _around(self, core: Span, sentence: Span) -> Span:
        """Give the core with its context: nothing shown before, and no half of another match."""
        before = [end for _, end in self._spans if end <= core.start]
        after = [start for start, _ in self._spans if start >= core.end]
        free = Span(max([sentence.start, *before]), min([sentence.end, *after]))
        span = self._layout.around(core, sentence, free, self._max_chars)
        left = [item.end for item in self._items if item.start < span.start < item.end]
        right = [item.start for item in self._items if item.start < span.end < item.end]
        free = Span(
            max([free.start, *(end for end in left if end <= core.start)]),
            min([free.end, *(start for start in right if start >= core.end)]),
        )
        return self._layout.around(core, sentence, free, self._max_chars)

    def _fit(self, first: Item, other: Item) -> bool:
        """Say whether two items may stand in one passage, with what is between them."""
        return first.group == other.group and other.end - first.start <= self._max_chars

    def _with_neighbours(self, candidate: Candidate) -> Span:
        """Add the matches next to it that weigh about as much, if there is room."""
        least = WORTH_REPEATING * self.weight(candidate.found)
        first = self._items[candidate.first]
        start, end = candidate.core
        for other in self._items[candidate.first + 1 :]:
            if not self._fit(first, other):
                break
            if self.weight(other.match.found) >= least:
                end = max(end, other.end)
        for other in reversed(self._items[: candidate.first]):
            if not self._fit(other, first) or end - other.start > self._max_chars:
                break
            if self.weight(other.match.found) >= least:
                start = min(start, other.start)
        return Span(start, end)


def _distinct_items(layout: TextLayout, matches: Iterable[Match], max_chars: int) -> list[Item]:
    """Give an item for each match, but none for a sentence that stood before in the same words."""
    items: list[Item] = []
    first_places: dict[str, int] = {}
    for match in matches:
        span = layout.sentence_at(match.start_char)
        if span.end < match.end_char:
            span = Span(span.start, max(layout.sentence_at(match.end_char - 1).end, match.end_char))
        if span.end - span.start > max_chars:
            words = layout.in_whole_words(Span(*match[:2]), span, max_chars)
            items.append(Item(*words, -1 - span.start, match, span))
            continue
        said = " ".join(layout.text[span.start : span.end].split())
        if first_places.setdefault(said, span.start) == span.start:
            group = layout.paragraph_number(span.start)
            items.append(Item(*span, group, match, span))
    return items
