"""Find the words of a phrase that are adjacent in a segment.

The occurrences of a term are decoded when a phrase first asks for them, and cached: 8 bytes each,
up to 2 million. To find a phrase, the arrays of its terms are intersected. If a term has more
occurrences than the cache holds, only the documents that contain all words of the phrase are read.
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

_MAX_CACHED: Final = 1 << 21
"""Maximum number of cached occurrences of a segment, to bound the cache to 16 MB."""

_NO_DOCS: Final = array("I")


class PhraseFinder:
    """Finds phrases in a segment. Safe to use from many threads.

    Occurrences are ``array('Q')`` in ascending order, in the format of
    kernels/postings/phrases.py. Deleted documents are included. Raises ValueError if a list is
    damaged.
    """

    def __init__(self, segment: ArticleSegment, max_cached: int = _MAX_CACHED) -> None:
        self._segment = segment
        self._max_cached = max_cached
        self._lock = threading.Lock()
        renew_in_children(self)
        self._cache: dict[str, array[int]] = {}
        self._num_cached = 0

    def _renew_in_child(self) -> None:
        """Replace the lock. The thread that held it does not exist in a forked child."""
        self._lock = threading.Lock()

    def find(self, slots: Sequence[Sequence[PhraseWord]]) -> array[int]:
        """Return the occurrences of the last word of a phrase.

        ``slots`` holds the alternatives for each word of the phrase, at least one for each.
        """
        occurrences: list[list[array[int]]] = []
        for slot in slots:
            found = [each for word in slot if (each := self._cached_occurrences(*word)) is not None]
            if len(found) < len(slot):
                break
            occurrences.append(found)
        else:
            return _adjacent(occurrences)
        docs = self._documents_with_all(slots)
        return self.find_in(slots, docs) if docs else array("Q")

    def find_in(self, slots: Sequence[Sequence[PhraseWord]], docs: array[int]) -> array[int]:
        """Return the same for the documents ``docs`` only, which must be in ascending order."""
        numbers, limit = self._segment.numbers, self._segment.num_docs
        return _adjacent(
            [
                [list_rows.places(numbers, rows, limit, docs, False) for _, rows in slot]
                for slot in slots
            ]
        )

    def occurrences(self, term: str, rows: array[int]) -> array[int]:
        """Return all occurrences of a term."""
        found = self._cached_occurrences(term, rows)
        return self._read(rows) if found is None else found

    def _read(self, rows: array[int]) -> array[int]:
        segment = self._segment
        return list_rows.places(segment.numbers, rows, segment.num_docs, _NO_DOCS, True)

    def _cached_occurrences(self, term: str, rows: array[int]) -> array[int] | None:
        """Return all occurrences of a term, or None if there are too many to be cached."""
        found = self._cache.get(term)
        if found is not None:
            return found
        count = sum(rows[lists.NUM_OCCURRENCES :: lists.ROW])
        if count > self._max_cached:
            return None
        found = self._read(rows)
        with self._lock:
            if self._num_cached + count > self._max_cached:
                self._cache, self._num_cached = {}, 0
            self._num_cached += count
            self._cache[term] = found
        return found

    def _documents_with_all(self, slots: Sequence[Sequence[PhraseWord]]) -> array[int]:
        """Return the documents that have a word of every slot. The rarest slot is read first."""
        numbers, limit = self._segment.numbers, self._segment.num_docs
        rarest, *others = sorted(slots, key=_num_docs)
        docs = _NO_DOCS
        for _, rows in rarest:
            docs = _union(docs, list_rows.frequencies(numbers, rows, ALL_FIELDS, 0, limit)[0])
        for alternatives in others:
            filtered = _NO_DOCS
            for _, rows in alternatives:
                filtered = _union(filtered, list_rows.filter_docs(numbers, rows, docs))
            docs = filtered
        return docs


def _adjacent(slots: Sequence[Sequence[array[int]]]) -> array[int]:
    return reduce(phrases.following, (reduce(phrases.merged, slot) for slot in slots))


def _num_docs(alternatives: Sequence[PhraseWord]) -> int:
    return sum(sum(rows[lists.NUM_POSTINGS :: lists.ROW]) for _, rows in alternatives)


def _union(left: array[int], right: array[int]) -> array[int]:
    if not left or not right:
        return left or right
    return combining.union(left, _zeros(len(left)), right, _zeros(len(right)))[0]


def _zeros(count: int) -> array[float]:
    return array("d", bytes(8 * count))
