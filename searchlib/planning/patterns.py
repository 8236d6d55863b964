"""Compile wildcards, regular expressions and fuzzy words to automata that read a dictionary.

A regular expression is compiled to its Glushkov automaton (V. M. Glushkov, The abstract theory of
automata, 1961): it has one slot (Glushkov's "position") for each letter of the expression, and no
transitions without a letter. A wildcard is a regular expression without choices.
kernels/segment/word_patterns.py runs an automaton along the sorted words of a segment. It reads
only the letters of a word that differ from the previous word, and skips words whose beginning
cannot match. 70,000 words take 0.1 ms, or 1.6 ms for a leading star. Ranking treats the words of a
pattern as one word: it adds their lists, at 3 ns per posting.
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
    MAX_LETTERS_REPEATED,
    Choice,
    Letters,
    Part,
    Ranges,
    Repeat,
    Row,
    num_copies,
    num_letters,
    parse_regex,
)
from searchlib.segment.word_patterns import WordPattern

__all__ = ["automaton", "fuzzy", "matches", "regex", "wildcard"]

_MAX_FUZZY_LETTERS: Final = 63
"""Maximum length of a fuzzy word: a state has 64 bits, one more than letters."""

_BITS: Final = 64
_ASCII: Final = 128


def automaton(pattern: Pattern) -> WordPattern:
    """Return the automaton of a pattern.

    Raises ValueError for the same reasons as wildcard(), regex() or fuzzy().
    """
    match pattern.kind:
        case "wildcard":
            return wildcard(pattern.text)
        case "regex":
            return regex(pattern.text)
        case "fuzzy":
            return fuzzy(pattern.text, pattern.edits)


def wildcard(pattern: str) -> WordPattern:
    """Return the automaton of a wildcard: ``*`` matches any letters or none, ``?`` one letter.

    A pattern of more than 255 letters matches nothing.

    >>> [matches(wildcard("ho?se*"), word) for word in ("horseshoe", "hose")]
    [True, False]
    """
    parts: list[Part] = []
    for letter in pattern:
        if letter != "*":
            parts.append(Letters(ANY if letter == "?" else ((ord(letter), ord(letter) + 1),)))
        elif not parts or not isinstance(parts[-1], Repeat):
            parts.append(Repeat(Letters(ANY), 0, None))
    return _automaton(Row(tuple(parts)) if len(parts) <= MAX_LETTERS_REPEATED else Letters(()))


def regex(pattern: str) -> WordPattern:
    r"""Return the automaton of a regular expression, which must match a whole word.

    Supports ``. * + ? {m} {m,n} | ( ) [abc] [^a-z] \d \w \s``. Words are in lower case, without
    accents. Raises ValueError for an expression that check_regex refuses.

    >>> [matches(regex("hor(s|tu)es?"), word) for word in ("horses", "hortues", "horse-")]
    [True, True, False]
    """
    part = parse_regex(pattern)
    if num_letters(part) > MAX_LETTERS_REPEATED:
        raise ValueError(f"it has more than {MAX_LETTERS_REPEATED} letters with all repeats")
    return _automaton(part)


def fuzzy(word: str, edits: int) -> WordPattern:
    """Return the automaton of the words that are at most ``edits`` (1 or 2) edits from ``word``.

    An edit inserts, deletes or replaces a letter, or swaps two adjacent letters. Swapped letters
    are not edited again (optimal string alignment). A word of more than 63 letters matches only
    itself. Raises ValueError for another number of edits.

    >>> [matches(fuzzy("hrose", 1), word) for word in ("horse", "rose", "hose", "nurse")]
    [True, True, True, False]
    """
    if edits not in {1, 2}:
        raise ValueError(f"edits is {edits}; it must be 1 or 2")
    if len(word) > _MAX_FUZZY_LETTERS:
        literal = Row(tuple(Letters(((ord(letter), ord(letter) + 1),)) for letter in word))
        return _automaton(literal if len(word) <= MAX_LETTERS_REPEATED else Letters(()))
    slots_of: dict[Ranges, int] = {}
    for slot, letter in enumerate(word):
        ranges = ((ord(letter), ord(letter) + 1),)
        slots_of[ranges] = slots_of.get(ranges, 0) | 1 << slot
    kinds = _Kinds.of(list(slots_of), list(slots_of.values()))
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
    """Return whether ``pattern`` matches ``word``, which must not contain a zero character."""
    keys = word.encode()
    ends = array("Q", accumulate([len(keys)]))
    data, blocks = sorted_keys.encode(keys, ends, array("Q", [0]), array("Q", [0]))
    found, _ = word_patterns.match(memoryview(data), memoryview(blocks), pattern)
    return bool(found)


# Automata


class _Ends(NamedTuple):
    """The first and last slots of a part as sets of bits, and whether the part can be empty."""

    first: int
    last: int
    empty: bool


class _Builder:
    """Numbers the slots of an expression from 1 on, and collects which slots follow each."""

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
        # A part without slots matches only the empty word, however often it is repeated.
        for number in range(num_copies(least, most) if num_letters(inner) else 0):
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
    slots_of: dict[Ranges, int] = {}
    for slot, ranges in enumerate(builder.ranges):
        slots_of[ranges] = slots_of.get(ranges, 0) | 1 << slot
    kinds = _Kinds.of(list(slots_of), list(slots_of.values()))
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
    """Return sets of bits as ``width`` 64-bit numbers each, the lowest bits first."""
    if width == 1:
        return array("Q", sets)
    low_bits = (1 << _BITS) - 1
    return array("Q", [bits >> _BITS * index & low_bits for bits in sets for index in range(width)])


class _Kinds(NamedTuple):
    """Code points in classes that an automaton does not distinguish; see WordPattern."""

    ascii_kinds: array[int]
    starts: array[int]
    range_kinds: array[int]
    masks: list[int]

    @classmethod
    def of(cls, sets: Sequence[Ranges], masks: Sequence[int]) -> _Kinds:
        """Classify code points by the ``sets`` that contain them.

        The mask of a kind is the union of the ``masks`` of its sets.
        """
        changes: dict[int, int] = {0: 0, _ASCII: 0}
        for number, ranges in enumerate(sets):
            for low, high in ranges:
                changes[low] = changes.get(low, 0) ^ 1 << number
                changes[high] = changes.get(high, 0) ^ 1 << number
        changes.pop(LETTERS, None)
        kinds: dict[int, int] = {}
        ascii_kinds, starts, range_kinds = array("H"), array("I"), array("H")
        containing = kind = 0
        for start in sorted(changes):
            if start <= _ASCII:
                ascii_kinds.extend([kind] * (start - len(ascii_kinds)))
            containing ^= changes[start]
            kind = kinds.setdefault(containing, len(kinds))
            if start >= _ASCII:
                starts.append(start)
                range_kinds.append(kind)
        kind_masks = [
            _union(mask for number, mask in enumerate(masks) if containing >> number & 1)
            for containing in kinds
        ]
        return cls(ascii_kinds, starts, range_kinds, kind_masks)
