"""Where the parts of a query stand that are near each other: units, as arrays.

One definition serves the search, where the occurrences are those of a segment, and the marks in an
article, where they are those of one text: only their source differs.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple, Protocol

from searchlib.analysis import exact_letters
from searchlib.analysis.matching_tokens import Wanted
from searchlib.analysis.sentences import BLANK_LINE, sentence_spans
from searchlib.article import TEXT_FIELDS
from searchlib.codec import field_mask
from searchlib.kernels import units as kernel
from searchlib.kernels.phrases import merged
from searchlib.query.plan import (
    AnyUnits,
    ExactUnits,
    FirstUnits,
    LeadUnits,
    ManyUnits,
    NearUnits,
    PhraseLeaf,
    SlopUnits,
    Units,
    WordLeaf,
)

__all__ = [
    "Finder",
    "Found",
    "Source",
    "end_names",
    "find_units",
    "names_in",
    "offsets",
    "simple_units",
    "wanted_of",
]

_FIELD_BITS: Final = 30
_POSITIONS: Final = (1 << _FIELD_BITS) - 1
_HEADLINE: Final = TEXT_FIELDS.index("headline")
_BODY: Final = TEXT_FIELDS.index("body")
_AFTER, _BEFORE = 1, 2


class Found(NamedTuple):
    """Units: the places of their first and last words (kernels/units.py)."""

    firsts: array[int]
    lasts: array[int]


class Finder(Protocol):
    """What finds tokens in a text; see analysis/matching_tokens.py."""

    def places(self, text: str, wanted: Wanted) -> array[int]:
        """Give start, end, position and kind of each token of ``text`` that is wanted."""
        ...


class Source(Protocol):
    """Where occurrences come from: places, ``array('Q')`` in order."""

    def words(self, leaf: WordLeaf) -> array[int]:
        """Give the places of the words of ``leaf`` in its fields."""
        ...

    def phrase(self, places: Sequence[Sequence[str]], mask: int) -> array[int]:
        """Give the places of the last words of a phrase in the fields of ``mask``."""
        ...

    def spelled(self, words: Sequence[str], mask: int) -> array[int]:
        """Give the places of the last of folded words that stand side by side."""
        ...

    def text(self, field: int) -> tuple[str, Finder]:
        """Give the text of a field (a place without its position), and what finds its tokens."""
        ...


def find_units(units: Units, source: Source) -> Found:
    """Give all units of a part of a query that ``source`` has."""
    match units:
        case WordLeaf():
            places = source.words(units)
            return Found(places, places)
        case PhraseLeaf(_, fields, terms):
            return _ending_at(source.phrase(terms, field_mask(fields)), len(terms))
        case SlopUnits():
            return _sloppy(units, source)
        case ExactUnits():
            return _exact(units, source)
        case AnyUnits(parts):
            return _union_of([find_units(part, source) for part in parts])
        case NearUnits():
            return _near(units, source)
        case FirstUnits(part, count):
            found = find_units(part, source)
            return _kept(found, kernel.among_first(found.lasts, count))
        case LeadUnits(part):
            return _lead(part, source)
        case ManyUnits(part, least):
            found = find_units(part, source)
            return _kept(found, kernel.at_least(found.firsts, least))


def _ending_at(lasts: array[int], length: int) -> Found:
    return Found(array("Q", [last - length + 1 for last in lasts]), lasts)


def _kept(found: Found, flags: bytearray) -> Found:
    firsts = kernel.keep(found.firsts, flags)
    if found.lasts is found.firsts:
        return Found(firsts, firsts)
    return Found(firsts, kernel.keep(found.lasts, flags))


def _union_of(found: list[Found]) -> Found:
    """Give the units of all parts, two by two, so that thousands cost little more than a few."""
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


def _sloppy(units: SlopUnits, source: Source) -> Found:
    lists: dict[tuple[str, ...], array[int]] = {}
    for terms in units.terms:
        if terms not in lists:
            lists[terms] = source.words(WordLeaf("", units.fields, terms))
    # Only what stands in one field with the rarest of the words.
    rarest = min(lists.values(), key=len)
    for terms, places in lists.items():
        if places is not rarest:
            lists[terms] = kernel.keep(places, kernel.common(places, rarest))
    joined, ends = array("Q"), array("Q")
    for places in lists.values():
        joined.extend(places)
        ends.append(len(joined))
    numbers = {terms: number for number, terms in enumerate(lists)}
    words = array("I", [numbers[terms] for terms in units.terms])
    return Found(*kernel.sloppy(joined, ends, words, units.slop))


# Units that are near each other


def _near(units: NearUnits, source: Source) -> Found:
    left, right = find_units(units.left, source), find_units(units.right, source)
    if units.within in ("s", "p"):
        return _together(units, left, right, source)
    within = int(units.within)
    sides = _AFTER if units.ordered else _AFTER | _BEFORE
    flags = _near_flags(left, right, within, sides)
    if units.negated:
        return _kept(left, bytearray(not flag for flag in flags))
    sides = _BEFORE if units.ordered else _AFTER | _BEFORE
    return _union(_kept(left, flags), _kept(right, _near_flags(right, left, within, sides)))


def _near_flags(found: Found, others: Found, within: int, sides: int) -> bytearray:
    lasts = others.lasts
    if lasts is not others.firsts:
        lasts = array("Q", sorted(lasts))
    lows, highs = kernel.stretches(found.firsts, found.lasts, within)
    return kernel.near(found.firsts, found.lasts, lows, highs, others.firsts, lasts, sides)


def _together(units: NearUnits, left: Found, right: Found, source: Source) -> Found:
    """Give units of one sentence or paragraph, or those of the left that have none of the right."""
    both_left = _kept(left, kernel.common(left.firsts, right.firsts))
    both_right = _kept(right, kernel.common(right.firsts, left.firsts))
    parts = _Parts(wanted_of([*names_in(units.left), *names_in(units.right)]), source)
    numbers_of = parts.sentences if units.within == "s" else parts.paragraphs
    left_in, right_in = numbers_of(both_left), numbers_of(both_right)
    left_flags = _pair_flags(both_left, left_in, both_right, right_in, units, is_left=True)
    near_left = _kept(both_left, left_flags)
    if units.negated:
        gone = set(zip(*near_left, strict=True))
        return _kept(left, bytearray(unit not in gone for unit in zip(*left, strict=True)))
    right_flags = _pair_flags(both_right, right_in, both_left, left_in, units, is_left=False)
    return _union(near_left, _kept(both_right, right_flags))


_Number = tuple[int, int]
"""A field, and the number of a sentence or paragraph in it."""


def _pair_flags(
    found: Found,
    numbers: Sequence[_Number | None],
    others: Found,
    other_numbers: Sequence[_Number | None],
    units: NearUnits,
    *,
    is_left: bool,
) -> bytearray:
    """Give 1 for each unit that has another one in its sentence or paragraph beside it."""
    last_begin: dict[_Number, int] = {}
    first_end: dict[_Number, int] = {}
    for first, last, number in zip(*others, other_numbers, strict=True):
        if number is not None:
            last_begin[number] = max(first, last_begin.get(number, first))
            first_end[number] = min(last, first_end.get(number, last))
    flags = bytearray(len(found.firsts))
    for place, (first, last, number) in enumerate(zip(*found, numbers, strict=True)):
        if number in last_begin:
            after, before = last_begin[number] > last, first_end[number] < first
            if units.ordered:
                flags[place] = after if is_left else before
            else:
                flags[place] = after or before
    return flags


# What only the text says: sentences, paragraphs, letters


def names_in(units: Units) -> Iterator[tuple[bool, str]]:
    """Give the terms and words that units are made of: whether it is a word as written, and it."""
    for part in simple_units(units):
        match part:
            case WordLeaf(_, _, terms, words):
                yield from ((False, term) for term in terms)
                yield from ((True, word) for word in words)
            case PhraseLeaf(_, _, places) | SlopUnits(_, places, _):
                yield from ((False, term) for place in places for term in place)
            case ExactUnits(_, words, _):
                yield from ((True, word) for word in words)


def simple_units(units: Units) -> Iterator[WordLeaf | PhraseLeaf | SlopUnits | ExactUnits]:
    """Give the words and phrases that units are made of, but for what is negated."""
    match units:
        case AnyUnits(parts):
            for part in parts:
                yield from simple_units(part)
        case NearUnits(left, right, _, _, negated):
            yield from simple_units(left)
            if not negated:
                yield from simple_units(right)
        case FirstUnits(part) | LeadUnits(part) | ManyUnits(part):
            yield from simple_units(part)
        case _:
            yield units


def end_names(
    units: WordLeaf | PhraseLeaf | SlopUnits | ExactUnits,
) -> tuple[Sequence[tuple[bool, str]], Sequence[tuple[bool, str]]]:
    """Give the names of the words that a unit may begin with, and of those it may end with."""
    match units:
        case PhraseLeaf(_, _, places):
            return [(False, term) for term in places[0]], [(False, term) for term in places[-1]]
        case ExactUnits(_, words, _):
            return [(True, words[0])], [(True, words[-1])]
        case _:
            names = [*names_in(units)]
            return names, names


def wanted_of(names: Iterable[tuple[bool, str]]) -> Wanted:
    """Give what a finder looks for, the same object for the same names: it remembers a few."""
    return _wanted(tuple(names))


@lru_cache(maxsize=64)
def _wanted(names: tuple[tuple[bool, str], ...]) -> Wanted:
    kinds: tuple[dict[str, int], dict[str, int]] = {}, {}
    for is_word, name in names:
        kinds[is_word][name] = 0
    return Wanted(*kinds)


def offsets(text: str, finder: Finder, wanted: Wanted) -> dict[int, tuple[int, int]]:
    """Give from where to where the wanted tokens of each position stand in ``text``."""
    rows = finder.places(text, wanted)
    found: dict[int, tuple[int, int]] = {}
    for start, end, position in zip(rows[::4], rows[1::4], rows[2::4], strict=True):
        before = found.get(position)
        if before is None:
            found[position] = start, end
        else:
            found[position] = min(before[0], start), max(before[1], end)
    return found


class _Parts:
    """In which sentences and paragraphs units are, for some of the words of texts."""

    def __init__(self, wanted: Wanted, source: Source) -> None:
        self._wanted = wanted
        self._source = source
        self._field = -1
        self._offsets: dict[int, tuple[int, int]] = {}
        self._starts: list[int] = []

    def sentences(self, found: Found) -> list[_Number | None]:
        """Give the sentence of each unit, None for one that is in two."""
        return self._numbers(found, "s")

    def paragraphs(self, found: Found) -> list[_Number | None]:
        """Give the paragraph of each unit, None for one that is in two."""
        return self._numbers(found, "p")

    def _numbers(self, found: Found, kind: Literal["s", "p"]) -> list[_Number | None]:
        numbers: list[_Number | None] = []
        self._field = -1
        for first, last in zip(*found, strict=True):
            field = first & ~_POSITIONS
            if field != self._field:
                text, finder = self._source.text(field)
                self._field = field
                self._offsets = offsets(text, finder, self._wanted)
                self._starts = _starts(text, kind)
            begin, end = self._number(first), self._number(last)
            numbers.append((field, begin) if begin == end else None)
        return numbers

    def _number(self, place: int) -> int:
        start, _ = self._offsets.get(place & _POSITIONS, (0, 0))
        return bisect_right(self._starts, start)


def _starts(text: str, kind: Literal["s", "p"]) -> list[int]:
    if kind == "s":
        return [start for start, _ in sentence_spans(text)]
    return [blank.end() for blank in BLANK_LINE.finditer(text)]


def _lead(part: Units, source: Source) -> Found:
    found = find_units(part, source)
    wanted = wanted_of(names_in(part))
    flags = bytearray(len(found.firsts))
    last_field, end = -1, 0
    where: dict[int, tuple[int, int]] = {}
    for number, (first, last) in enumerate(zip(*found, strict=True)):
        if first >> _FIELD_BITS & 3 == _HEADLINE:
            flags[number] = 1
        elif first >> _FIELD_BITS & 3 == _BODY:
            field = first & ~_POSITIONS
            if field != last_field:
                text, finder = source.text(field)
                last_field, where = field, offsets(text, finder, wanted)
                blank = BLANK_LINE.search(text, len(text) - len(text.lstrip()))
                end = blank.start() if blank else len(text)
            start, _ = where.get(last & _POSITIONS, (end, end))
            flags[number] = start < end
    return _kept(found, flags)


def _exact(units: ExactUnits, source: Source) -> Found:
    length = len(units.words)
    found = _ending_at(source.spelled(units.words, field_mask(units.fields)), length)
    wanted = _spelled(units.words)
    kinds = [wanted.words[word] for word in units.words]
    flags = bytearray(len(found.firsts))
    last_field = -1
    spelled: dict[tuple[int, int], set[str]] = {}
    for number, first in enumerate(found.firsts):
        field = first & ~_POSITIONS
        if field != last_field:
            last_field, spelled = field, _spellings(*source.text(field), wanted)
        position = first & _POSITIONS
        flags[number] = all(
            units.letters[i] in spelled.get((position + i, kinds[i]), ()) for i in range(length)
        )
    return _kept(found, flags)


@lru_cache(maxsize=64)
def _spelled(words: tuple[str, ...]) -> Wanted:
    return Wanted({}, {word: kind for kind, word in enumerate(dict.fromkeys(words))})


def _spellings(text: str, finder: Finder, wanted: Wanted) -> dict[tuple[int, int], set[str]]:
    """Give how the tokens of each position and kind are spelled."""
    rows = finder.places(text, wanted)
    spelled: dict[tuple[int, int], set[str]] = {}
    for start, end, position, kind in zip(
        rows[::4], rows[1::4], rows[2::4], rows[3::4], strict=True
    ):
        spelled.setdefault((position, kind), set()).add(exact_letters(text[start:end]))
    return spelled
