"""Find the spans of one article in its texts, as ranking/spans.py finds them in a segment."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from searchlib.analysis.matching_tokens import Wanted
from searchlib.article import TEXT_FIELDS, TextField
from searchlib.kernels.postings.phrases import following
from searchlib.planning.plan import Spans, WordLeaf
from searchlib.ranking.spans import (
    Finder,
    find_spans,
    offsets,
    simple_spans,
    wanted_at_ends,
    wanted_in,
    wanted_of,
)
from searchlib.store.snapshot import field_mask

__all__ = ["TextSpans"]

_POSITIONS = (1 << 30) - 1


class TextSpans:
    """Finds the spans of one article: of its headline, body and caption together."""

    def __init__(self, texts: Mapping[TextField, str], finder: Finder) -> None:
        self._source = _TextSource(texts, finder)
        self._offsets: dict[tuple[TextField, Wanted], dict[int, tuple[int, int]]] = {}

    def marks(self, spans: Spans, field: TextField) -> list[tuple[int, int, int]]:
        """Return start, end and first position of each span in the text of ``field``, sorted.

        All texts are searched, because some operators count the spans of all fields (atleast3).
        """
        source, number = self._source, TEXT_FIELDS.index(field)
        in_field = {
            pair for pair in zip(*find_spans(spans, source), strict=True) if pair[0] >> 30 == number
        }
        marked: dict[tuple[int, int], tuple[int, int]] = {}
        if not in_field:
            return []
        # A word can have several forms at one position (O'Brien is also found as Brien). The mark
        # covers the form that the query looked for.
        for part in dict.fromkeys(simple_spans(spans)):
            firsts, lasts = (self._offsets_of(field, wanted) for wanted in wanted_at_ends(part))
            for pair in in_field.intersection(zip(*find_spans(part, source), strict=True)):
                start, end = firsts[pair[0] & _POSITIONS][0], lasts[pair[1] & _POSITIONS][1]
                before = marked.get(pair, (start, end))
                marked[pair] = min(start, before[0]), max(end, before[1])
        return sorted((*mark, first & _POSITIONS) for (first, _), mark in marked.items())

    def _offsets_of(self, field: TextField, wanted: Wanted) -> dict[int, tuple[int, int]]:
        key = field, wanted
        if key not in self._offsets:
            data, finder = self._source.text(TEXT_FIELDS.index(field) << 30)
            self._offsets[key] = offsets(data, finder, wanted)
        return self._offsets[key]


class _TextSource:
    """The occurrences in one article, in the form of a segment's, with the document number 0."""

    def __init__(self, texts: Mapping[TextField, str], finder: Finder) -> None:
        self._texts = [
            texts.get(field, "").encode("utf-8", "surrogatepass") for field in TEXT_FIELDS
        ]
        self._finder = finder
        self._cache: dict[tuple[Wanted, int], array[int]] = {}

    def words(self, leaf: WordLeaf) -> array[int]:
        return self._occurrences(wanted_in(leaf), field_mask(leaf.fields))

    def phrase(self, places: Sequence[Sequence[str]], mask: int) -> array[int]:
        by_position = (wanted_of((False, term) for term in terms) for terms in places)
        return reduce(following, (self._occurrences(wanted, mask) for wanted in by_position))

    def spelled(self, words: Sequence[str], mask: int) -> array[int]:
        by_position = (wanted_of([(True, word)]) for word in words)
        return reduce(following, (self._occurrences(wanted, mask) for wanted in by_position))

    def text(self, field: int) -> tuple[bytes, Finder]:
        return self._texts[field >> 30], self._finder

    def _occurrences(self, wanted: Wanted, mask: int) -> array[int]:
        key = wanted, mask
        if key not in self._cache:
            self._cache[key] = array("Q", self._find(*key))
        return self._cache[key]

    def _find(self, wanted: Wanted, mask: int) -> Iterator[int]:
        for number, text in enumerate(self._texts):
            if text and mask >> number & 1:
                rows = self._finder.places_in(text, wanted)
                for position in sorted(set(rows[2::4])):
                    yield number << 30 | position
