"""The occurrences and texts of one segment, from which spans are found.

Texts are read only for operators that need more than positions, such as "in one sentence".
"""

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
    """The occurrences and texts of one segment; see spans.SpanSource."""

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
        """Return the occurrences of the words of ``leaf`` in its fields."""
        snapshot, number = self._snapshot, self._number
        lists = [snapshot.occurrences(number, term) for term in leaf.terms]
        if leaf.words:
            lists.append(snapshot.written.occurrences(number, leaf.words))
        return _in_fields(field_mask(leaf.fields), _merged(lists))

    def phrase(self, slots: Sequence[Sequence[str]], mask: int) -> array[int]:
        """Return the occurrences of a phrase's last word in the fields of ``mask``."""
        return _in_fields(mask, self._snapshot.phrase_occurrences(self._number, slots))

    def spelled(self, words: Sequence[str], mask: int) -> array[int]:
        """Return the occurrences of the last of adjacent folded words."""
        written = self._snapshot.written
        lists = [written.occurrences(self._number, (word,)) for word in words]
        return _in_fields(mask, reduce(following, lists))

    def text(self, field: int) -> tuple[bytes, TokenFinder]:
        """Return the text of a field and its token finder. Reads the article."""
        doc = field >> 32
        if self._text is None or self._text[0] != doc:
            with self._guard:
                data = self._part.article(doc)
                _, *texts, rest = raw_parts(data)
                finder = self._finder or token_finder(self._analyzer_of(rest))
                if not data.isascii():
                    for text in texts:
                        text.decode()  # raises for damaged text
            self._text = doc, texts, finder
        _, fields, finder = self._text
        return fields[field >> 30 & 3], finder

    def _analyzer_of(self, rest: bytes) -> Analyzer:
        if not rest:
            return self._base
        try:
            language = json.loads(rest).get("language", "")
        except RecursionError as error:
            raise ValueError("the record of an article is damaged") from error
        return analyzer_for(self._base, language)


def _in_fields(mask: int, occurrences: array[int]) -> array[int]:
    return occurrences if mask == ALL_FIELDS else in_fields(occurrences, mask)


def _merged(lists: list[array[int]]) -> array[int]:
    """Merge lists pairwise: n log k steps for k lists of n occurrences in all."""
    if not lists:
        return array("Q")
    while len(lists) > 1:
        pairs = zip(lists[::2], lists[1::2], strict=False)
        rest = lists[len(lists) & ~1 :]
        lists = [merged(*pair) for pair in pairs] + rest
    return lists[0]
