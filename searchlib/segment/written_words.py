"""The surface forms of a snapshot, folded: the words, and their occurrences."""

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

_MAX_CACHED_MATCHES: Final = 8
"""Maximum number of patterns whose entries are cached, to bound the cache."""

_MAX_CACHED_WORDS: Final = 10_000
"""Maximum number of words of a cached pattern, to bound the cache."""


class WrittenWords:
    """The surface forms of several segments. Safe to use from many threads.

    Counts and occurrences include deleted documents. The entries of the last eight patterns of up
    to 10,000 words are cached, because their counts or occurrences are usually read next.
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
        """Yield the words that begin with ``prefix``, each once, in order."""
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
        """Return the words that ``pattern`` matches, in order, and their number.

        If there are more than ``most``, only the ``most`` words with the highest document
        frequency are returned; among equal ones the first in order.
        """
        with corruption_guard(self._path):
            found = [segment.words_matching(pattern) for segment in self._segments]
            words = found[0][0] if len(found) == 1 else sorted(chain(*(own for own, _ in found)))
            distinct_words = dict.fromkeys(words, 0)
            if len(distinct_words) <= most:
                matched = tuple(distinct_words)
                self._cache(matched, [entries for _, entries in found])
                return matched, len(matched)
            for segment, (own, entries) in zip(self._segments, found, strict=True):
                for word, count in zip(own, segment.document_counts(entries), strict=True):
                    distinct_words[word] += count
        frequent = heapq.nlargest(most, distinct_words, key=distinct_words.__getitem__)
        return tuple(sorted(frequent)), len(distinct_words)

    def counts(self, words: Sequence[str]) -> list[Counts | None]:
        """Return for each segment how often its documents have any of ``words``; None for never.

        The look-up is skipped if matching() has just returned these words.
        """
        with corruption_guard(self._path):
            found = self._entries_of(words)
            return [
                segment.count_words(entries)
                for segment, entries in zip(self._segments, found, strict=True)
            ]

    def occurrences(self, number: int, words: Sequence[str]) -> array[int]:
        """Return the occurrences of ``words`` in a segment (kernels/postings/phrases.py)."""
        with corruption_guard(self._path):
            entries = self._entries_of(words)[number]
            return self._segments[number].occurrences(entries)

    def _cache(self, words: tuple[str, ...], entries: list[array[int]]) -> None:
        if len(words) <= _MAX_CACHED_WORDS:
            with self._lock:
                if len(self._matched) >= _MAX_CACHED_MATCHES:
                    del self._matched[next(iter(self._matched))]  # the oldest
                self._matched[words] = entries

    def _entries_of(self, words: Sequence[str]) -> list[array[int]]:
        """Return the entries of words in each segment, in the format of lists.count."""
        matched = self._matched.get(tuple(words))
        if matched is not None:
            return matched
        # Encode all words at once: one at a time takes five times as long.
        joined = "\0".join(sorted({word for word in words if "\0" not in word}))
        keys = key_of(joined).split(b"\0")
        return [segment.entries_of_words(keys) for segment in self._segments]
