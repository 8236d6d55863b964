"""Choose the passages of one field that show most of what was looked for in it.

A passage is worth the weight of the different highlights in it. What an earlier passage has shown
counts half, and where the field has not been shown at all, everything counts double, so that a
reader sees that the caption matches too. Of equal ones, that is better whose words stand nearer to
each other, and then the earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    def best(self, least_weight: float) -> Candidate | None:  # noqa: C901  # hits are shown by it
        """Give the best passage left; one with nothing new must weigh ``least_weight``."""
        items = self._items = self._left()
        weights, shown, counts = self._weights, self._shown, [0] * len(self._weights)
        size = weight = 0  # how many highlights the items from ``first`` up to ``end`` have
        new_size = new_weight = 0  # those of them that have not been shown
        factor = 1 if self._spans else _NEW_FIELD
        best = None
        end = 0
        for index, first in enumerate(items):
            latest = first.start + self._max_chars
            while end < len(items):
                other = items[end]
                if end != index and (other.group != first.group or other.end > latest):
                    break
                for number in other.match.found:
                    if not counts[number]:
                        size += 1
                        weight += weights[number]
                        if number not in shown:
                            new_size += 1
                            new_weight += weights[number]
                    counts[number] += 1
                end += 1
            # New weight and, of all the weight, half: in halves, so as to stay with integers
            gain = factor * (new_weight + weight)
            found = first.match.found
            if (
                (best is None or (gain, 0) > best.rank)
                and (new_size or weight >= least_weight)
                # What begins with the next item shows the same in less room.
                and not (size > len(found) and all(counts[number] > 1 for number in found))
            ):
                candidate = self._candidate(index, size, gain)
                if best is None or candidate.rank > best.rank:
                    best = candidate
            for number in found:
                counts[number] -= 1
                if not counts[number]:
                    size -= 1
                    weight -= weights[number]
                    if number not in shown:
                        new_size -= 1
                        new_weight -= weights[number]
        return best

    def _left(self) -> list[Item]:
        """Give the items that no passage taken has shown a part of."""
        if not self._spans:
            return self._items
        start, end = self._spans[-1]
        return [item for item in self._items if item.end <= start or item.start >= end]

    def _candidate(self, index: int, size: int, gain: int) -> Candidate:
        """Give the shortest passage from item ``index`` on that has ``size`` highlights."""
        first = last = self._items[index]
        if len(first.match.found) == size:
            span = Span(first.start, first.end)
            return Candidate((gain, 0), span, frozenset(first.match.found), index)
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

    def _with_neighbours(self, candidate: Candidate) -> Span:
        """Add the matches next to it that weigh about as much, if there is room."""
        least = WORTH_REPEATING * self.weight(candidate.found)
        items = self._items
        first = items[candidate.first]
        start, end = candidate.core
        for place in range(candidate.first + 1, len(items)):
            other = items[place]
            if other.group != first.group or other.end - first.start > self._max_chars:
                break
            if other.end > end and self.weight(other.match.found) >= least:
                end = other.end
        for place in range(candidate.first - 1, -1, -1):
            other = items[place]
            if (
                other.group != first.group
                or first.end - other.start > self._max_chars
                or end - other.start > self._max_chars
            ):
                break
            if other.start < start and self.weight(other.match.found) >= least:
                start = other.start
        return Span(start, end)


def _distinct_items(layout: TextLayout, matches: Iterable[Match], max_chars: int) -> list[Item]:
    """Give an item for each match, but none for a sentence that stood before in the same words."""
    items: list[Item] = []
    said: dict[bytes | str, list[Span]] = {}
    sentence = span = Span(-1, -1)  # that of the match before; its paragraph, whether it is new
    group = 0
    new = False
    for match in matches:
        first, last, _, _ = match
        if first < sentence.start or last > sentence.end:
            sentence = span = layout.sentence_at(first)
            if span.end < last:
                span = Span(span.start, max(layout.sentence_at(last - 1).end, last))
                sentence = Span(-1, -1)
            if span.end - span.start > max_chars:
                words = layout.in_whole_words(Span(first, last), span, max_chars)
                items.append(Item(*words, -1 - span.start, match, span))
                sentence = Span(-1, -1)
                continue
            new = _is_new(layout, span, said)
            group = layout.paragraph_number(span.start)
        if new:
            items.append(Item(span.start, span.end, group, match, span))
    return items


def _is_new(layout: TextLayout, span: Span, said: dict[bytes | str, list[Span]]) -> bool:
    """Tell whether what stands at ``span`` is in none of the spans before, and add it to them."""
    before = said.setdefault(layout.without_blanks(span), [])
    # Mostly there is none: then the words need not be compared.
    for other in before:
        if other.start != span.start and layout.words_at(other) == layout.words_at(span):
            return False
    before.append(span)
    return True
