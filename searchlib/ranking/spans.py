"""Where the parts of a query stand that are near each other: spans, as arrays.

One definition serves the search, where the occurrences are those of a segment, and the marks in an
article, where they are those of one text: only their source differs.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final, Literal, NamedTuple, Protocol

from searchlib.analysis.matching_tokens import Wanted
from searchlib.kernels.postings.phrases import merged, moved_back, together
from searchlib.kernels.ranking import spans as kernel
from searchlib.planning.plan import (
    AnySpans,
    ExactSpans,
    FilteredSpans,
    NearSpans,
    PatternLeaf,
    PhraseLeaf,
    SlopSpans,
    Spans,
    WordLeaf,
)
from searchlib.ranking.text_flags import Finder, Texts, lead_flags, spelled_flags, together_flags
from searchlib.store.snapshot import field_mask

__all__ = [
    "Finder",
    "Found",
    "SpanSource",
    "find_spans",
    "offsets",
    "simple_spans",
    "wanted_at_ends",
    "wanted_in",
    "wanted_of",
]

_AFTER, _BEFORE = 1, 2
_NONE: Final = b"\1" + bytes(255)  # from flags to those of all others


class Found(NamedTuple):
    """Spans: the places of their first and last words (kernels/ranking/spans.py)."""

    firsts: array[int]
    lasts: array[int]


class SpanSource(Texts, Protocol):
    """Where occurrences and texts come from: places, ``array('Q')`` in order."""

    def words(self, leaf: WordLeaf) -> array[int]:
        """Return the places of the words of ``leaf`` in its fields."""
        ...

    def phrase(self, places: Sequence[Sequence[str]], mask: int) -> array[int]:
        """Return the places of the last words of a phrase in the fields of ``mask``."""
        ...

    def spelled(self, words: Sequence[str], mask: int) -> array[int]:
        """Return the places of the last of folded words that stand side by side."""
        ...


def find_spans(spans: Spans, source: SpanSource) -> Found:  # a case for each
    """Return all spans of a part of a query that ``source`` has."""
    match spans:
        case WordLeaf():
            places = source.words(spans)
            return Found(places, places)
        case PatternLeaf():
            raise _spelled_out(spans)
        case PhraseLeaf(_, fields, terms):
            return _ending_at(source.phrase(terms, field_mask(fields)), len(terms))
        case SlopSpans():
            return _sloppy(spans, source)
        case ExactSpans():
            lasts = source.spelled(spans.words, field_mask(spans.fields))
            found = _ending_at(lasts, len(spans.words))
            return _kept(found, spelled_flags(found.firsts, spans, source))
        case AnySpans(parts):
            return _union_of([find_spans(part, source) for part in parts])
        case NearSpans():
            return _near(spans, source)
        case FilteredSpans(part, name):
            found = find_spans(part, source)
            return _kept(found, _FILTERS[name](found, spans, source))


# Filters of spans: each returns a flag for each span, 1 for those that it keeps.


def _among_first(found: Found, spans: FilteredSpans, _: SpanSource) -> bytearray:
    return kernel.among_first(found.lasts, spans.count)


def _in_lead(found: Found, spans: FilteredSpans, source: SpanSource) -> bytearray:
    return lead_flags(found, wanted_in(spans.part), source)


def _at_least(found: Found, spans: FilteredSpans, _: SpanSource) -> bytearray:
    return kernel.at_least(found.firsts, spans.count)


_FILTERS: Final[dict[str, Callable[[Found, FilteredSpans, SpanSource], bytearray]]] = {
    "AtLeast": _at_least,
    "First": _among_first,
    "Lead": _in_lead,
}
"""By the names of the nodes in query/tree/nodes.py."""


def _spelled_out(leaf: PatternLeaf) -> TypeError:
    return TypeError(f"the pattern {leaf.label} is to be spelled out before its words are found")


def _ending_at(lasts: array[int], length: int) -> Found:
    if length == 1:
        return Found(lasts, lasts)
    return Found(moved_back(lasts, length - 1), lasts)


def _kept(found: Found, flags: bytearray) -> Found:
    firsts = kernel.keep(found.firsts, flags)
    if found.lasts is found.firsts:
        return Found(firsts, firsts)
    return Found(firsts, kernel.keep(found.lasts, flags))


def _union_of(found: list[Found]) -> Found:
    """Return the spans of all parts, two by two, so that thousands cost little more than a few."""
    while len(found) > 1:
        rest = found[len(found) & ~1 :]
        found = [_union(*pair) for pair in zip(found[::2], found[1::2], strict=False)] + rest
    return found[0] if found else Found(array("Q"), array("Q"))


def _union(left: Found, right: Found) -> Found:
    if not left.firsts or not right.firsts:
        return left if left.firsts else right
    if left.lasts is left.firsts and right.lasts is right.firsts:
        places = merged(left.firsts, right.firsts)
        return Found(places, places)
    return Found(*kernel.union(*left, *right))


def _sloppy(spans: SlopSpans, source: SpanSource) -> Found:
    lists: dict[tuple[str, ...], array[int]] = {}
    for terms in spans.terms:
        if terms not in lists:
            lists[terms] = source.words(WordLeaf("", spans.fields, terms))
    # Only what stands in one field with the rarest of the words.
    rarest = min(lists.values(), key=len)
    for terms, places in lists.items():
        if places is not rarest:
            lists[terms] = together(places, rarest)
    joined, ends = array("Q"), array("Q")
    for places in lists.values():
        joined.extend(places)
        ends.append(len(joined))
    numbers = {terms: number for number, terms in enumerate(lists)}
    words = array("I", [numbers[terms] for terms in spans.terms])
    return Found(*kernel.sloppy(joined, ends, words, spans.slop))


# Spans that are near each other


def _near(spans: NearSpans, source: SpanSource) -> Found:
    left, right = find_spans(spans.left, source), find_spans(spans.right, source)
    if spans.within in ("s", "p"):
        return _together(spans, left, right, source)
    within = int(spans.within)
    if not spans.negated:
        # The side that has more is the one that gets much smaller.
        if len(left.firsts) < len(right.firsts):
            right = _beside(right, left)
            left = _beside(left, right)
        else:
            left = _beside(left, right)
            right = _beside(right, left)
    sides = _AFTER if spans.ordered else _AFTER | _BEFORE
    flags = _near_flags(left, right, within, sides)
    if spans.negated:
        return _kept(left, _inverted(flags))
    sides = _BEFORE if spans.ordered else _AFTER | _BEFORE
    return _union(_kept(left, flags), _kept(right, _near_flags(right, left, within, sides)))


def _beside(found: Found, others: Found) -> Found:
    """Return the spans that have any of ``others`` in their field."""
    if found.lasts is found.firsts:
        places = together(found.firsts, others.firsts)
        return Found(places, places)
    return _kept(found, kernel.common(found.firsts, others.firsts))


def _near_flags(found: Found, others: Found, within: int, sides: int) -> bytearray:
    lasts = others.lasts
    if lasts is not others.firsts:
        lasts = array("Q", sorted(lasts))
    lows, highs = kernel.stretches(found.firsts, found.lasts, within)
    return kernel.near(found.firsts, found.lasts, lows, highs, others.firsts, lasts, sides)


def _together(spans: NearSpans, left: Found, right: Found, source: SpanSource) -> Found:
    """Return spans in one sentence or paragraph, or those of the left with none of the right."""
    wanted = wanted_in(spans.left, spans.right)
    within: Literal["s", "p"] = "s" if spans.within == "s" else "p"
    flags = together_flags(left, right, within, wanted, source, ordered=spans.ordered)
    if spans.negated:
        return _kept(left, _inverted(flags[0]))
    return _union(_kept(left, flags[0]), _kept(right, flags[1]))


def _inverted(flags: bytearray) -> bytearray:
    return flags.translate(_NONE)


# The words of spans


def names_in(spans: Spans) -> Iterator[tuple[bool, str]]:
    """Return the terms and words of spans: whether each is a word as written, and the text."""
    for part in simple_spans(spans):
        match part:
            case WordLeaf(_, _, terms, words):
                yield from ((False, term) for term in terms)
                yield from ((True, word) for word in words)
            case PhraseLeaf(_, _, places) | SlopSpans(_, places, _):
                yield from ((False, term) for place in places for term in place)
            case ExactSpans(_, words, _):
                yield from ((True, word) for word in words)


def simple_spans(spans: Spans) -> Iterator[WordLeaf | PhraseLeaf | SlopSpans | ExactSpans]:
    """Return the words and phrases that spans are made of, but for what is negated."""
    match spans:
        case AnySpans(parts):
            for part in parts:
                yield from simple_spans(part)
        case NearSpans(left, right, _, _, negated):
            yield from simple_spans(left)
            if not negated:
                yield from simple_spans(right)
        case FilteredSpans(part):
            yield from simple_spans(part)
        case PatternLeaf():
            raise _spelled_out(spans)
        case _:
            yield spans


def wanted_at_ends(
    spans: WordLeaf | PhraseLeaf | SlopSpans | ExactSpans,
) -> tuple[Wanted, Wanted]:
    """Return the words that a span may begin with, and those that it may end with."""
    match spans:
        case PhraseLeaf(_, _, places):
            first, last = ([(False, term) for term in place] for place in (places[0], places[-1]))
            return wanted_of(first), wanted_of(last)
        case ExactSpans(_, words, _):
            return wanted_of([(True, words[0])]), wanted_of([(True, words[-1])])
        case _:
            wanted = wanted_in(spans)
            return wanted, wanted


@lru_cache(maxsize=8)
def wanted_in(*spans: Spans) -> Wanted:
    """Return the words that spans are made of; of patterns, which have thousands, made once."""
    return _wanted_of(chain.from_iterable(map(names_in, spans)))


def wanted_of(names: Iterable[tuple[bool, str]]) -> Wanted:
    """Return what a finder looks for, the same object for the same names: it remembers a few."""
    return _wanted_of_few(tuple(names))


@lru_cache(maxsize=64)
def _wanted_of_few(names: tuple[tuple[bool, str], ...]) -> Wanted:
    return _wanted_of(names)


def _wanted_of(names: Iterable[tuple[bool, str]]) -> Wanted:
    kinds: tuple[dict[str, int], dict[str, int]] = {}, {}
    for is_word, name in names:
        kinds[is_word][name] = 0
    return Wanted(*kinds)


def offsets(data: bytes, finder: Finder, wanted: Wanted) -> dict[int, tuple[int, int]]:
    """Return from where to where the wanted tokens of each position stand in a text in UTF-8."""
    rows = finder.places_in(data, wanted)
    found: dict[int, tuple[int, int]] = {}
    for start, end, position in zip(rows[::4], rows[1::4], rows[2::4], strict=True):
        before = found.get(position)
        if before is None:
            found[position] = start, end
        else:
            found[position] = min(before[0], start), max(before[1], end)
    return found
