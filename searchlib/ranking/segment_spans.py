"""The spans of a segment, whose texts are read where its lists do not say enough."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from functools import reduce

from searchlib.analysis import Analyzer, analyzer_for, get_analyzer
from searchlib.analysis.matching_tokens import TokenFinder, token_finder
from searchlib.files.damage import corruption_guard
from searchlib.kernels.postings.phrases import following, merged
from searchlib.kernels.ranking.spans import in_fields
from searchlib.kernels.segment.records import raw_parts
from searchlib.planning.plan import WordLeaf
from searchlib.schema import ALL_FIELDS
from searchlib.store.snapshot import Snapshot, field_mask

__all__ = ["SegmentSource"]


class SegmentSource:
    """Where occurrences of one segment come from; see spans.SpanSource."""

    def __init__(self, snapshot: Snapshot, number: int, analyzer: str) -> None:
        self._snapshot = snapshot
        self._number = number
        self._guard = corruption_guard(snapshot.path)
        self._part = snapshot.parts[number]
        self._base: Analyzer = get_analyzer(analyzer)
        of_languages = self._base.language and snapshot.values_in_use("language")
        self._finder = None if of_languages else token_finder(self._base)
        self._text: tuple[int, Sequence[bytes], TokenFinder] | None = None

    def words(self, leaf: WordLeaf) -> array[int]:
        """Return the places of the words of ``leaf`` in its fields."""
        snapshot, number = self._snapshot, self._number
        found = [snapshot.places(number, term) for term in leaf.terms]
        if leaf.words:
            found.append(snapshot.written.occurrences(number, leaf.words))
        return _in(field_mask(leaf.fields), _merged(found))

    def phrase(self, places: Sequence[Sequence[str]], mask: int) -> array[int]:
        """Return the places of the last words of a phrase in the fields of ``mask``."""
        return _in(mask, self._snapshot.phrase_places(self._number, places))

    def spelled(self, words: Sequence[str], mask: int) -> array[int]:
        """Return the places of the last of folded words that stand side by side."""
        written = self._snapshot.written
        found = [written.occurrences(self._number, (word,)) for word in words]
        return _in(mask, reduce(following, found))

    def text(self, field: int) -> tuple[bytes, TokenFinder]:
        """Return the text of a field, and what finds its tokens. Reads the article."""
        doc = field >> 32
        if self._text is None or self._text[0] != doc:
            with self._guard:
                data = self._part.article(doc)
                _, *texts, rest = raw_parts(data)
                finder = self._finder or token_finder(self._analyzer_of(rest))
                if not data.isascii():
                    for text in texts:
                        text.decode()  # or it is damaged
            self._text = doc, texts, finder
        _, kept, finder = self._text
        return kept[field >> 30 & 3], finder

    def _analyzer_of(self, rest: bytes) -> Analyzer:
        if not rest:
            return self._base
        try:
            language = json.loads(rest).get("language", "")
        except RecursionError as error:
            raise ValueError("the record of an article is damaged") from error
        return analyzer_for(self._base, language)


def _in(mask: int, places: array[int]) -> array[int]:
    return places if mask == ALL_FIELDS else in_fields(places, mask)


def _merged(found: list[array[int]]) -> array[int]:
    """Merge lists two by two, so that many of them cost little more than a few."""
    if not found:
        return array("Q")
    while len(found) > 1:
        pairs = zip(found[::2], found[1::2], strict=False)
        rest = found[len(found) & ~1 :]
        found = [merged(*pair) for pair in pairs] + rest
    return found[0]
