"""The words of a snapshot as they were written, folded: which there are, and where they stand."""

from __future__ import annotations

import heapq
import threading
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain, takewhile
from typing import Final

from searchlib.files.damage import corruption_guard
from searchlib.forks import renew_in_children
from searchlib.segment.segment import ArticleSegment, Counts
from searchlib.segment.sorted_table import distinct, key_of
from searchlib.segment.word_patterns import WordPattern

__all__ = ["WrittenWords"]

_KEPT_MATCHES: Final = 8
_MOST_KEPT_WORDS: Final = 10_000


class WrittenWords:
    """The words of some segments. Safe to use from many threads.

    Documents that were deleted are among those of a word. The places of up to 10,000 words of each
    of the last eight patterns are kept, for what is asked of them next.
    """

    def __init__(self, segments: Sequence[ArticleSegment], path: str) -> None:
        self._segments = segments
        self._path = path
        self._lock = threading.Lock()
        self._matched: dict[tuple[str, ...], list[array[int]]] = {}
        renew_in_children(self)

    def _renew_in_child(self) -> None:
        """Replace the lock. The thread that held it does not exist in a forked child."""
        self._lock = threading.Lock()

    def beginning_with(self, prefix: str) -> Iterator[str]:
        """Return the words that begin with ``prefix``, each once, in order."""
        key = key_of(prefix)
        with corruption_guard(self._path):
            found = [
                [
                    word
                    for word, _, _ in takewhile(
                        lambda entry: entry[0].startswith(key), segment.words(key)
                    )
                ]
                for segment in self._segments
            ]
        return distinct(found)

    def matching(self, pattern: WordPattern, most: int) -> tuple[tuple[str, ...], int]:
        """Return the words that ``pattern`` matches, in order, and how many there are.

        Of more than ``most``, those whose terms most documents have; of equal ones, the first.
        """
        with corruption_guard(self._path):
            found = [segment.words_matching(pattern) for segment in self._segments]
            words = found[0][0] if len(found) == 1 else sorted(chain(*(own for own, _ in found)))
            distinct_words = dict.fromkeys(words, 0)
            if len(distinct_words) <= most:
                matched = tuple(distinct_words)
                self._keep(matched, [places for _, places in found])
                return matched, len(matched)
            for segment, (own, places) in zip(self._segments, found, strict=True):
                for word, count in zip(own, segment.document_counts(places), strict=True):
                    distinct_words[word] += count
        kept = heapq.nlargest(most, distinct_words, key=distinct_words.__getitem__)
        return tuple(sorted(kept)), len(distinct_words)

    def counts(self, words: Sequence[str]) -> list[Counts | None]:
        """Return how often the documents of each segment have any of ``words``, None for never.

        Those that a pattern has just matched are not looked for once more.
        """
        with corruption_guard(self._path):
            places = self._places_of(words)
            return [
                segment.count_words(own)
                for segment, own in zip(self._segments, places, strict=True)
            ]

    def occurrences(self, number: int, words: Sequence[str]) -> array[int]:
        """Return where any of ``words`` stands in a segment (kernels/postings/phrases.py)."""
        with corruption_guard(self._path):
            places = self._places_of(words)
            return self._segments[number].occurrences(places[number])

    def _keep(self, words: tuple[str, ...], places: list[array[int]]) -> None:
        if len(words) <= _MOST_KEPT_WORDS:
            with self._lock:
                if len(self._matched) >= _KEPT_MATCHES:
                    del self._matched[next(iter(self._matched))]  # the oldest
                self._matched[words] = places

    def _places_of(self, words: Sequence[str]) -> list[array[int]]:
        """Return where the lists of words begin, and their forms there (lists.count)."""
        matched = self._matched.get(tuple(words))
        if matched is not None:
            return matched
        # In one piece: one after another takes five times as long.
        together = "\0".join(sorted({word for word in words if "\0" not in word}))
        keys = key_of(together).split(b"\0")
        return [segment.places_of_words(keys) for segment in self._segments]
