"""Where words stand side by side in a segment.

The occurrences of a word are worked out when a phrase first asks for them, and kept: 8 bytes each,
of which there may be 2 million. A phrase is then a walk along two arrays. Of words that stand there
more often than that only the documents are looked at that have all words of the phrase.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from functools import reduce
from typing import Final, TypeAlias

from searchlib.forks import renew_in_children
from searchlib.kernels.postings import combining, list_rows, lists, phrases
from searchlib.schema import ALL_FIELDS
from searchlib.segment.segment import ArticleSegment

__all__ = ["PhraseFinder", "PhraseWord"]

PhraseWord: TypeAlias = "tuple[str, array[int]]"
"""A term and the rows of its list."""

_MOST_KEPT: Final = 1 << 21
_NO_DOCS: Final = array("I")


class PhraseFinder:
    """The phrases of a segment. Safe to use from many threads.

    Occurrences are ``array('Q')``, as kernels/postings/phrases.py has them; those of deleted
    documents are among them. Raises ValueError for a damaged list.
    """

    def __init__(self, segment: ArticleSegment, most_kept: int = _MOST_KEPT) -> None:
        self._segment = segment
        self._most_kept = most_kept
        self._lock = threading.Lock()
        renew_in_children(self)
        self._kept: dict[str, array[int]] = {}
        self._num_kept = 0

    def _renew_in_child(self) -> None:
        """Replace the lock. The thread that held it does not exist in a forked child."""
        self._lock = threading.Lock()

    def find(self, places: Sequence[Sequence[PhraseWord]]) -> array[int]:
        """Return where the words of ``places`` stand side by side: the occurrences of the last one.

        Each place has its alternatives, one at least.
        """
        whole: list[list[array[int]]] = []
        for place in places:
            some = [found for word in place if (found := self._kept_places(*word)) is not None]
            if len(some) < len(place):
                break
            whole.append(some)
        else:
            return _side_by_side(whole)
        docs = self._documents_with_all(places)
        return self.find_in(places, docs) if docs else array("Q")

    def find_in(self, places: Sequence[Sequence[PhraseWord]], docs: array[int]) -> array[int]:
        """Return the same for some documents only, which are in order."""
        numbers, limit = self._segment.numbers, self._segment.num_docs
        return _side_by_side(
            [[list_rows.places(numbers, rows, limit, docs, False) for _, rows in p] for p in places]
        )

    def places(self, term: str, rows: array[int]) -> array[int]:
        """Return all occurrences of a term."""
        found = self._kept_places(term, rows)
        return self._read(rows) if found is None else found

    def _read(self, rows: array[int]) -> array[int]:
        segment = self._segment
        return list_rows.places(segment.numbers, rows, segment.num_docs, _NO_DOCS, True)

    def _kept_places(self, term: str, rows: array[int]) -> array[int] | None:
        """Return all occurrences of a term, or None if they are too many to be kept."""
        kept = self._kept.get(term)
        if kept is not None:
            return kept
        count = sum(rows[lists.NUM_OCCURRENCES :: lists.ROW])
        if count > self._most_kept:
            return None
        found = self._read(rows)
        with self._lock:
            if self._num_kept + count > self._most_kept:
                self._kept, self._num_kept = {}, 0
            self._num_kept += count
            self._kept[term] = found
        return found

    def _documents_with_all(self, places: Sequence[Sequence[PhraseWord]]) -> array[int]:
        """Return the documents with a word of every place; those of the rarest place are tried."""
        numbers, limit = self._segment.numbers, self._segment.num_docs
        first, *others = sorted(places, key=_num_docs)
        docs = _NO_DOCS
        for _, rows in first:
            docs = _union(docs, list_rows.frequencies(numbers, rows, ALL_FIELDS, 0, limit)[0])
        for alternatives in others:
            found = _NO_DOCS
            for _, rows in alternatives:
                found = _union(found, list_rows.filter_docs(numbers, rows, docs))
            docs = found
        return docs


def _side_by_side(places: Sequence[Sequence[array[int]]]) -> array[int]:
    return reduce(phrases.following, (reduce(phrases.merged, place) for place in places))


def _num_docs(alternatives: Sequence[PhraseWord]) -> int:
    return sum(sum(rows[lists.NUM_POSTINGS :: lists.ROW]) for _, rows in alternatives)


def _union(left: array[int], right: array[int]) -> array[int]:
    if not left or not right:
        return left or right
    return combining.union(left, _zeros(len(left)), right, _zeros(len(right)))[0]


def _zeros(count: int) -> array[float]:
    return array("d", bytes(8 * count))
