"""Wildcards, regular expressions and words with mistakes, as automata that read a dictionary.

A regular expression becomes the automaton of Glushkov (The abstract theory of automata, 1961): one
place for each letter that it has, and no steps without a letter. A wildcard is one without choices.
kernels/segment/word_patterns.py runs them along the sorted words of a
segment: of each word it reads only the letters that differ from the word before, and it skips words
that begin as no match does. 70,000 words take 0.1 ms, or 1.6 ms for a star in front. Ranking takes
the thousands of words of a pattern as one word: their lists are added up, 3 ns a posting.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from searchlib.kernels.segment import sorted_keys, word_patterns
from searchlib.planning.plan import Pattern
from searchlib.query.regex import (
    ANY,
    LETTERS,
    MOST_PLACES,
    Choice,
    Letters,
    Part,
    Ranges,
    Repeat,
    Row,
    num_copies,
    num_places,
    parse_regex,
)
from searchlib.segment.word_patterns import WordPattern

__all__ = ["automaton", "fuzzy", "matches", "regex", "wildcard"]

_MOST_FUZZY_LETTERS: Final = 63
_BITS: Final = 64
_ASCII: Final = 128


def automaton(pattern: Pattern) -> WordPattern:
    """Return the automaton of the words that ``pattern`` stands for.

    Raises ValueError where the function for its kind does.
    """
    match pattern.kind:
        case "wildcard":
            return wildcard(pattern.text)
        case "regex":
            return regex(pattern.text)
        case "fuzzy":
            return fuzzy(pattern.text, pattern.edits)


def wildcard(pattern: str) -> WordPattern:
    """Return the words that ``*`` (any letters, or none) and ``?`` (one) in ``pattern`` stand for.

    One of more than 255 letters matches nothing.

    >>> [matches(wildcard("ho?se*"), word) for word in ("horseshoe", "hose")]
    [True, False]
    """
    parts: list[Part] = []
    for letter in pattern:
        if letter != "*":
            parts.append(Letters(ANY if letter == "?" else ((ord(letter), ord(letter) + 1),)))
        elif not parts or not isinstance(parts[-1], Repeat):
            parts.append(Repeat(Letters(ANY), 0, None))
    return _automaton(Row(tuple(parts)) if len(parts) <= MOST_PLACES else Letters(()))


def regex(pattern: str) -> WordPattern:
    r"""Return the words that a regular expression matches from their first letter to their last.

    It may have ``. * + ? {m} {m,n} | ( ) [abc] [^a-z] \d \w \s``. Words are in lower case, without
    accents. Raises ValueError for one that check_regex has something against.

    >>> [matches(regex("hor(s|tu)es?"), word) for word in ("horses", "hortues", "horse-")]
    [True, True, False]
    """
    part = parse_regex(pattern)
    if num_places(part) > MOST_PLACES:
        raise ValueError(f"it has more than {MOST_PLACES} letters with all repeats")
    return _automaton(part)


def fuzzy(word: str, edits: int) -> WordPattern:
    """Return the words that up to ``edits`` (1 or 2) changes make of ``word``.

    A change is a letter more, a letter less, another letter, or two neighbours exchanged, between
    which nothing else is changed (optimal string alignment). A word of more than 63 letters matches
    itself only. Raises ValueError for another number of edits.

    >>> [matches(fuzzy("hrose", 1), word) for word in ("horse", "rose", "hose", "nurse")]
    [True, True, True, False]
    """
    if edits not in {1, 2}:
        raise ValueError("there are one or two edits")
    if len(word) > _MOST_FUZZY_LETTERS:
        literal = Row(tuple(Letters(((ord(letter), ord(letter) + 1),)) for letter in word))
        return _automaton(literal if len(word) <= MOST_PLACES else Letters(()))
    places: dict[Ranges, int] = {}
    for place, letter in enumerate(word):
        ranges = ((ord(letter), ord(letter) + 1),)
        places[ranges] = places.get(ranges, 0) | 1 << place
    kinds = _Kinds.of(list(places), list(places.values()))
    bits = (1 << len(word) + 1) - 1
    start = [(1 << edit + 1) - 1 & bits for edit in range(edits + 1)]
    accept = [0] * edits + [1 << len(word)]
    rest = [0] * edits
    return WordPattern(
        edits,
        1 + 2 * edits,
        array("Q", start + rest),
        array("Q", accept + rest),
        array("Q"),
        kinds.ascii_kinds,
        kinds.starts,
        kinds.range_kinds,
        array("Q", kinds.masks),
    )


def matches(pattern: WordPattern, word: str) -> bool:
    """Tell whether ``pattern`` matches ``word``, which has no zero."""
    keys = word.encode()
    ends = array("Q", accumulate([len(keys)]))
    data, blocks = sorted_keys.encode(keys, ends, array("Q", [0]), array("Q", [0]))
    found, _ = word_patterns.match(memoryview(data), memoryview(blocks), pattern)
    return bool(found)


# Automata


class _Ends(NamedTuple):
    """What a part begins and ends with: sets of places, as bits; and whether it may be nothing."""

    first: int
    last: int
    empty: bool


class _Builder:
    """Numbers the places of an expression from 1 on, and notes which may follow which."""

    def __init__(self) -> None:
        self.ranges: list[Ranges] = [()]
        self.follow: list[int] = [0]

    def add(self, part: Part) -> _Ends:
        match part:
            case Letters(ranges):
                bit = 1 << len(self.ranges)
                self.ranges.append(ranges)
                self.follow.append(0)
                return _Ends(bit, bit, empty=False)
            case Row(parts):
                return self._row(map(self.add, parts))
            case Choice(parts):
                ends = [self.add(inner) for inner in parts]
                return _Ends(
                    _union(end.first for end in ends),
                    _union(end.last for end in ends),
                    empty=any(end.empty for end in ends),
                )
            case Repeat(inner, least, most):
                return self._repeat(inner, least, most)

    def _repeat(self, inner: Part, least: int, most: int | None) -> _Ends:
        copies: list[_Ends] = []
        # A part without a place is nothing, however often.
        for number in range(num_copies(least, most) if num_places(inner) else 0):
            ends = self.add(inner)
            copies.append(ends._replace(empty=ends.empty or number >= least))
        if most is None and copies:
            self._link(copies[-1].last, copies[-1].first)
        return self._row(copies)

    def _row(self, parts: Iterable[_Ends]) -> _Ends:
        first, last, empty = 0, 0, True
        for ends in parts:
            self._link(last, ends.first)
            if empty:
                first |= ends.first
            last = ends.last | (last if ends.empty else 0)
            empty = empty and ends.empty
        return _Ends(first, last, empty)

    def _link(self, last: int, first: int) -> None:
        while last:
            self.follow[(last & -last).bit_length() - 1] |= first
            last &= last - 1


def _union(sets: Iterable[int]) -> int:
    union = 0
    for bits in sets:
        union |= bits
    return union


def _automaton(part: Part) -> WordPattern:
    builder = _Builder()
    ends = builder.add(part)
    builder.follow[0] = ends.first
    places: dict[Ranges, int] = {}
    for place, ranges in enumerate(builder.ranges):
        places[ranges] = places.get(ranges, 0) | 1 << place
    kinds = _Kinds.of(list(places), list(places.values()))
    width = (len(builder.ranges) + _BITS - 1) // _BITS
    return WordPattern(
        0,
        width,
        _numbers([1], width),
        _numbers([ends.last | (1 if ends.empty else 0)], width),
        _numbers(builder.follow, width),
        kinds.ascii_kinds,
        kinds.starts,
        kinds.range_kinds,
        _numbers(kinds.masks, width),
    )


def _numbers(sets: Sequence[int], width: int) -> array[int]:
    """Return sets of bits as numbers of 64 bits, the lowest first."""
    if width == 1:
        return array("Q", sets)
    ones = (1 << _BITS) - 1
    return array("Q", [bits >> _BITS * w & ones for bits in sets for w in range(width)])


class _Kinds(NamedTuple):
    """Code points by what an automaton makes of them."""

    ascii_kinds: array[int]
    starts: array[int]
    range_kinds: array[int]
    masks: list[int]

    @classmethod
    def of(cls, sets: Sequence[Ranges], masks: Sequence[int]) -> _Kinds:
        """Tell code points apart by the ``sets`` they are in; a kind's mask joins theirs."""
        changes: dict[int, int] = {0: 0, _ASCII: 0}
        for number, ranges in enumerate(sets):
            for low, high in ranges:
                changes[low] = changes.get(low, 0) ^ 1 << number
                changes[high] = changes.get(high, 0) ^ 1 << number
        changes.pop(LETTERS, None)
        kinds: dict[int, int] = {}
        ascii_kinds, starts, range_kinds = array("H"), array("I"), array("H")
        within = kind = 0
        for start in sorted(changes):
            if start <= _ASCII:
                ascii_kinds.extend([kind] * (start - len(ascii_kinds)))
            within ^= changes[start]
            kind = kinds.setdefault(within, len(kinds))
            if start >= _ASCII:
                starts.append(start)
                range_kinds.append(kind)
        joined = [
            _union(mask for number, mask in enumerate(masks) if within >> number & 1)
            for within in kinds
        ]
        return cls(ascii_kinds, starts, range_kinds, joined)
