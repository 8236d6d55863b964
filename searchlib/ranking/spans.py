"""Find the spans of a query: words, phrases, and parts that are near each other.

Searching and highlighting use the same functions, with different sources: the occurrences of a
segment, or the tokens of one article.
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
_NEGATED: Final = b"\1" + bytes(255)  # translates 0 to 1, and everything else to 0


class Found(NamedTuple):
    """Spans: the occurrences of their first and last words (kernels/ranking/spans.py).

    ``firsts`` and ``lasts`` are the same object if each span is one word.
    """

    firsts: array[int]
    lasts: array[int]


class SpanSource(Texts, Protocol):
    """The source of texts, and of occurrences: ``array('Q')`` in ascending order."""

    def words(self, leaf: WordLeaf) -> array[int]:
        """Return the occurrences of the words of ``leaf`` in its fields."""
        ...

    def phrase(self, slots: Sequence[Sequence[str]], mask: int, /) -> array[int]:
        """Return the occurrences of a phrase's last word in the fields of ``mask``."""
        ...

    def spelled(self, words: Sequence[str], mask: int) -> array[int]:
        """Return the occurrences of the last of adjacent folded words."""
        ...


def find_spans(spans: Spans, source: SpanSource) -> Found:
    """Return the spans of a part of a query in ``source``."""
    match spans:
        case WordLeaf():
            words = source.words(spans)
            return Found(words, words)
        case PatternLeaf():
            raise _not_expanded(spans)
        case PhraseLeaf(_, fields, terms):
            return _ending_at(source.phrase(terms, field_mask(fields)), len(terms))
        case SlopSpans():
            return _sloppy(spans, source)
        case ExactSpans():
            lasts = source.spelled(spans.words, field_mask(spans.fields))
            found = _ending_at(lasts, len(spans.words))
            return _filtered(found, spelled_flags(found.firsts, spans, source))
        case AnySpans(parts):
            return _union_of([find_spans(part, source) for part in parts])
        case NearSpans():
            return _near(spans, source)
        case FilteredSpans(part, name):
            found = find_spans(part, source)
            return _filtered(found, _FILTERS[name](found, spans, source))


# Filters of spans: each returns a flag for each span, 1 if the span passes the filter.


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
"""The filters by the names of their nodes in query/tree/nodes.py."""


def _not_expanded(leaf: PatternLeaf) -> TypeError:
    return TypeError(f"the pattern {leaf.label} must be expanded to words first")


def _ending_at(lasts: array[int], length: int) -> Found:
    if length == 1:
        return Found(lasts, lasts)
    return Found(moved_back(lasts, length - 1), lasts)


def _filtered(found: Found, flags: bytearray) -> Found:
    firsts = kernel.keep(found.firsts, flags)
    if found.lasts is found.firsts:
        return Found(firsts, firsts)
    return Found(firsts, kernel.keep(found.lasts, flags))


def _union_of(found: list[Found]) -> Found:
    """Merge the spans of all parts pairwise: n log k steps for k parts with n spans in all."""
    while len(found) > 1:
        rest = found[len(found) & ~1 :]
        found = [_union(*pair) for pair in zip(found[::2], found[1::2], strict=False)] + rest
    return found[0] if found else Found(array("Q"), array("Q"))


def _union(left: Found, right: Found) -> Found:
    if not left.firsts or not right.firsts:
        return left if left.firsts else right
    if left.lasts is left.firsts and right.lasts is right.firsts:
        words = merged(left.firsts, right.firsts)
        return Found(words, words)
    return Found(*kernel.union(*left, *right))


def _sloppy(spans: SlopSpans, source: SpanSource) -> Found:
    lists: dict[tuple[str, ...], array[int]] = {}
    for terms in spans.terms:
        if terms not in lists:
            lists[terms] = source.words(WordLeaf("", spans.fields, terms))
    # Keep only occurrences in the fields that contain the rarest word.
    rarest = min(lists.values(), key=len)
    for terms, occurrences in lists.items():
        if occurrences is not rarest:
            lists[terms] = together(occurrences, rarest)
    joined, ends = array("Q"), array("Q")
    for occurrences in lists.values():
        joined.extend(occurrences)
        ends.append(len(joined))
    list_of = {terms: index for index, terms in enumerate(lists)}
    words = array("I", [list_of[terms] for terms in spans.terms])
    return Found(*kernel.sloppy(joined, ends, words, spans.slop))


# Spans that are near each other


def _near(spans: NearSpans, source: SpanSource) -> Found:
    left, right = find_spans(spans.left, source), find_spans(spans.right, source)
    if spans.within in ("s", "p"):
        return _together(spans, left, right, source)
    within = int(spans.within)
    if not spans.negated:
        # Reduce the larger side first, because it shrinks most.
        if len(left.firsts) < len(right.firsts):
            right = _in_common_fields(right, left)
            left = _in_common_fields(left, right)
        else:
            left = _in_common_fields(left, right)
            right = _in_common_fields(right, left)
    sides = _AFTER if spans.ordered else _AFTER | _BEFORE
    flags = _near_flags(left, right, within, sides)
    if spans.negated:
        return _filtered(left, _negated(flags))
    sides = _BEFORE if spans.ordered else _AFTER | _BEFORE
    return _union(_filtered(left, flags), _filtered(right, _near_flags(right, left, within, sides)))


def _in_common_fields(found: Found, others: Found) -> Found:
    """Return the spans in whose field there is one of ``others``."""
    if found.lasts is found.firsts:
        words = together(found.firsts, others.firsts)
        return Found(words, words)
    return _filtered(found, kernel.common(found.firsts, others.firsts))


def _near_flags(found: Found, others: Found, within: int, sides: int) -> bytearray:
    lasts = others.lasts
    if lasts is not others.firsts:
        lasts = array("Q", sorted(lasts))
    lows, highs = kernel.stretches(found.firsts, found.lasts, within)
    return kernel.near(found.firsts, found.lasts, lows, highs, others.firsts, lasts, sides)


def _together(spans: NearSpans, left: Found, right: Found, source: SpanSource) -> Found:
    """Return the spans with one of the other side in their sentence or paragraph.

    If negated, return the spans of the left side without one of the right side.
    """
    wanted = wanted_in(spans.left, spans.right)
    within: Literal["s", "p"] = "s" if spans.within == "s" else "p"
    flags = together_flags(left, right, within, wanted, source, ordered=spans.ordered)
    if spans.negated:
        return _filtered(left, _negated(flags[0]))
    return _union(_filtered(left, flags[0]), _filtered(right, flags[1]))


def _negated(flags: bytearray) -> bytearray:
    return flags.translate(_NEGATED)


# The words of spans


def names_in(spans: Spans) -> Iterator[tuple[bool, str]]:
    """Yield the names in spans: (True, word as written) or (False, term)."""
    for part in simple_spans(spans):
        match part:
            case WordLeaf(_, _, terms, words):
                yield from ((False, term) for term in terms)
                yield from ((True, word) for word in words)
            case PhraseLeaf(_, _, slots) | SlopSpans(_, slots, _):
                yield from ((False, term) for slot in slots for term in slot)
            case ExactSpans(_, words, _):
                yield from ((True, word) for word in words)


def simple_spans(spans: Spans) -> Iterator[WordLeaf | PhraseLeaf | SlopSpans | ExactSpans]:
    """Yield the words and phrases of spans, except negated ones."""
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
            raise _not_expanded(spans)
        case _:
            yield spans


def wanted_at_ends(
    spans: WordLeaf | PhraseLeaf | SlopSpans | ExactSpans,
) -> tuple[Wanted, Wanted]:
    """Return the words with which a span can begin, and those with which it can end."""
    match spans:
        case PhraseLeaf(_, _, slots):
            first, last = ([(False, term) for term in slot] for slot in (slots[0], slots[-1]))
            return wanted_of(first), wanted_of(last)
        case ExactSpans(_, words, _):
            return wanted_of([(True, words[0])]), wanted_of([(True, words[-1])])
        case _:
            wanted = wanted_in(spans)
            return wanted, wanted


@lru_cache(maxsize=8)
def wanted_in(*spans: Spans) -> Wanted:
    """Return the words of spans. Cached, because a pattern has thousands of words."""
    return _wanted_of(chain.from_iterable(map(names_in, spans)))


def wanted_of(names: Iterable[tuple[bool, str]]) -> Wanted:
    """Return the words that a finder looks for: the same object for the same names.

    A finder caches what it has prepared for the last few objects.
    """
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
    """Return for each position the (start, end) of the wanted tokens in a text in UTF-8."""
    rows = finder.places_in(data, wanted)
    extents: dict[int, tuple[int, int]] = {}
    for start, end, position in zip(rows[::4], rows[1::4], rows[2::4], strict=True):
        extent = extents.get(position)
        if extent is None:
            extents[position] = start, end
        else:
            extents[position] = min(extent[0], start), max(extent[1], end)
    return extents
