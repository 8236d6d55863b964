"""The units of one article: what ranking/units.py finds in a segment, in the texts at hand."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce

from searchlib.article import TEXT_FIELDS, TextField
from searchlib.codec import field_mask
from searchlib.kernels.phrases import following
from searchlib.query.plan import Units, WordLeaf
from searchlib.ranking.units import (
    Finder,
    end_names,
    find_units,
    names_in,
    offsets,
    simple_units,
    wanted_of,
)

__all__ = ["unit_spans"]

_POSITIONS = (1 << 30) - 1


def unit_spans(
    units: Units, texts: Mapping[TextField, str], field: TextField, finder: Finder
) -> list[tuple[int, int, int]]:
    """Give start and end of each unit in the text of ``field``, and its first position; sorted.

    The other texts are looked at for what counts in all of them (atleast3).
    """
    source = _TextSource(texts, finder)
    number = TEXT_FIELDS.index(field)
    here = {
        pair for pair in zip(*find_units(units, source), strict=True) if pair[0] >> 30 == number
    }
    if not here:
        return []
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    # A word is found in two ways, O'Brien by Brien: what is marked is how it was asked for.
    for part in simple_units(units):
        firsts, lasts = (offsets(texts[field], finder, wanted_of(n)) for n in end_names(part))
        for pair in here.intersection(zip(*find_units(part, source), strict=True)):
            start, end = firsts[pair[0] & _POSITIONS][0], lasts[pair[1] & _POSITIONS][1]
            before = spans.get(pair, (start, end))
            spans[pair] = min(start, before[0]), max(end, before[1])
    return sorted((*span, first & _POSITIONS) for (first, _), span in spans.items())


class _TextSource:
    """Where occurrences of one article come from, as those of a document with the number 0."""

    def __init__(self, texts: Mapping[TextField, str], finder: Finder) -> None:
        self._texts = [texts.get(field, "") for field in TEXT_FIELDS]
        self._finder = finder

    def words(self, leaf: WordLeaf) -> array[int]:
        return self._places(names_in(leaf), field_mask(leaf.fields))

    def phrase(self, places: Sequence[Sequence[str]], mask: int) -> array[int]:
        each = (self._places([(False, term) for term in place], mask) for place in places)
        return reduce(following, each)

    def spelled(self, words: Sequence[str], mask: int) -> array[int]:
        return reduce(following, (self._places([(True, word)], mask) for word in words))

    def text(self, field: int) -> tuple[str, Finder]:
        return self._texts[field >> 30], self._finder

    def _places(self, names: Iterable[tuple[bool, str]], mask: int) -> array[int]:
        return array("Q", self._each_place(tuple(names), mask))

    def _each_place(self, names: tuple[tuple[bool, str], ...], mask: int) -> Iterator[int]:
        for number, text in enumerate(self._texts):
            if text and mask >> number & 1:
                rows = self._finder.places(text, wanted_of(names))
                for position in sorted(set(rows[2::4])):
                    yield number << 30 | position
