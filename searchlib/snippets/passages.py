"""Choose the passages of an article that show best why it was found.

A passage is worth the weight of the different highlights in it. What an earlier passage has shown
counts half, and a field that no passage is from yet counts double, so that a reader sees that the
caption matches too. Equal ones are told apart by how near its words stand to each other, then by
field (body, caption), then by place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Final, NamedTuple

from searchlib.article import TextField
from searchlib.snippets.cutting import Span, TextLayout
from searchlib.snippets.marking import marks_within
from searchlib.snippets.matching import Highlight, Match, Patterns
from searchlib.snippets.snippet import Snippet

if TYPE_CHECKING:
    from searchlib.analysis import Analyzer

__all__ = ["make_snippets"]

_FIELDS_BY_CHOICE: Final[tuple[tuple[TextField, ...], ...]] = (("body", "caption"), ("headline",))
_NEW_FIELD: Final = 2
# A passage that shows nothing new is given only where it has half the weight of the first: a
# second sentence about horses is worth reading, a second sentence with "the" is not.
_WORTH_REPEATING: Final = 0.5


def make_snippets(
    texts: Mapping[TextField, str],
    highlights: Sequence[Highlight],
    analyzer: Analyzer,
    *,
    limit: int = 2,
    max_chars: int = 240,
) -> tuple[Snippet, ...]:
    """Give up to ``limit`` passages of an article, the best first.

    A passage is a sentence, or neighbouring sentences of a paragraph where together they show
    more, in at most ``max_chars`` characters; a longer sentence is cut between words. Passages of
    one field neither overlap nor say the same. The headline is used only where neither body nor
    caption holds anything. Where nothing does, the beginning of the body (or else of the caption
    or headline) is given without marks; of an article without text, nothing.

    Costs one analysis of each field that has highlights, and time linear in its length. Raises
    ValueError for ``max_chars`` below 1.
    """
    if max_chars < 1:
        raise ValueError(f"max_chars is {max_chars}; a passage has at least one character")
    if limit < 1:
        return ()
    for names in _FIELDS_BY_CHOICE:
        fields = [
            field
            for name in names
            if (field := _searched_field(name, texts, highlights, analyzer, max_chars))
        ]
        if fields:
            return tuple(_best_snippets(fields, limit))
    for name in ("body", "caption", "headline"):
        layout = TextLayout(texts.get(name, ""))
        if layout.has_ink:
            return (_snippet(name, layout, layout.lead(max_chars), ()),)
    return ()


class _Item(NamedTuple):
    """A match and what has to be shown with it: its sentence, or its words in a long one.

    Items of one ``group`` may stand in one passage if there is room; it is the number of the
    paragraph, or below 0 for the parts of a sentence that is too long to be shown whole.
    """

    start: int
    end: int
    group: int
    match: Match
    sentence: Span


class _Candidate(NamedTuple):
    """A passage that could be shown. Of two, the one with the greater rank is better."""

    rank: tuple[int, int]  # gain, and minus the number of words from its first match to its last
    core: Span
    found: frozenset[int]
    first: int  # the number of its first item


class _Coverage:
    """The highlights of a stretch of items, and their weight, while both ends move forward."""

    def __init__(self, weights: Sequence[int], shown: Set[int]) -> None:
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


class _Field:
    """The passages of one field: those still to be had, and what has been shown."""

    def __init__(
        self,
        name: TextField,
        layout: TextLayout,
        matches: Sequence[Match],
        weights: Sequence[int],
        max_chars: int,
    ) -> None:
        self.name = name
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

    def best(self, least_weight: float) -> _Candidate | None:
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

    def _candidate(self, index: int, size: int, gain: int) -> _Candidate:
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
        return _Candidate(rank, Span(first.start, end), frozenset(found), index)

    def take(self, candidate: _Candidate) -> Snippet:
        """Give the passage as a snippet and do not offer what it shows again."""
        first = self._items[candidate.first]
        core = self._with_neighbours(candidate)
        if first.group >= 0:
            span = self._layout.whole_characters(core)
        else:
            free_from, free_to = first.sentence
            for start, end in self._spans:
                if end <= core.start:
                    free_from = max(free_from, end)
                elif start >= core.end:
                    free_to = min(free_to, start)
            free = Span(free_from, free_to)
            span = self._layout.around(core, first.sentence, free, self._max_chars)
        self._shown.update(candidate.found)
        self._spans.append(span)
        self._items = [
            item for item in self._items if item.end <= span.start or item.start >= span.end
        ]
        return _snippet(self.name, self._layout, span, self._matches)

    def _fit(self, first: _Item, other: _Item) -> bool:
        """Say whether two items may stand in one passage, with what is between them."""
        return (
            first.group == other.group
            and other.end - first.start <= self._max_chars
            and not any(first.start < start < other.end for start, _ in self._spans)
        )

    def _with_neighbours(self, candidate: _Candidate) -> Span:
        """Add the matches next to it that weigh about as much, if there is room."""
        least = _WORTH_REPEATING * self.weight(candidate.found)
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


def _best_snippets(fields: Sequence[_Field], limit: int) -> Iterator[Snippet]:
    least_weight = 0.0
    said: set[tuple[TextField, str]] = set()
    for _ in range(limit):
        offers = [(field, best) for field in fields if (best := field.best(least_weight))]
        if not offers:
            return
        field, candidate = max(offers, key=lambda offer: offer[1].rank)
        least_weight = least_weight or _WORTH_REPEATING * field.weight(candidate.found)
        snippet = field.take(candidate)
        # In a sentence that says the same again and again, a passage may come out as one before.
        if (snippet.field, snippet.text) not in said:
            said.add((snippet.field, snippet.text))
            yield snippet


def _searched_field(
    name: TextField,
    texts: Mapping[TextField, str],
    highlights: Iterable[Highlight],
    analyzer: Analyzer,
    max_chars: int,
) -> _Field | None:
    """Give the field with its matches, or None where it has none."""
    text = texts.get(name, "")
    wanted = [highlight for highlight in highlights if highlight.field == name]
    if not text or not wanted:
        return None
    patterns = Patterns(wanted)
    matches = patterns.find(analyzer.tokens(text))
    return _Field(name, TextLayout(text), matches, patterns.weights, max_chars) if matches else None


def _distinct_items(layout: TextLayout, matches: Iterable[Match], max_chars: int) -> list[_Item]:
    """Give an item for each match, but none for a sentence that stood before in the same words."""
    items: list[_Item] = []
    first_places: dict[str, int] = {}
    sentence = Span(-1, -1)
    repeated = False
    for match in matches:
        begun = layout.sentence_at(match.start_char)
        ended = layout.sentence_at(match.end_char - 1)
        span = Span(min(begun.start, match.start_char), max(ended.end, match.end_char))
        if span != sentence:
            sentence = span
            text = layout.text[span.start : span.end]
            repeated = first_places.setdefault(text, span.start) != span.start
        if repeated:
            continue
        if span.end - span.start <= max_chars:
            group = layout.paragraph_number(span.start)
            items.append(_Item(*span, group, match, span))
        else:
            words = layout.in_whole_words(Span(*match[:2]), span, max_chars)
            items.append(_Item(*words, -1 - span.start, match, span))
    return items


def _snippet(name: TextField, layout: TextLayout, span: Span, matches: Iterable[Match]) -> Snippet:
    return Snippet(
        name,
        layout.text[span.start : span.end],
        span.start,
        span.end,
        marks_within(matches, *span, layout.graphemes),
        starts_inside=layout.has_ink_before(span.start),
        ends_inside=layout.has_ink_after(span.end),
    )
