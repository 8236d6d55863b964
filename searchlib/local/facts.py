"""What planning asks of an index, answered from a snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from searchlib.planning import patterns
from searchlib.planning.plan import Pattern
from searchlib.store.snapshot import Snapshot

__all__ = ["PatternWords", "SnapshotFacts"]

MOST_PATTERNS: Final = 512
"""Maximum number of patterns whose words are kept for a snapshot."""

MOST_KEPT_WORDS: Final = 5_000
"""Maximum number of words kept of one pattern, and of all: with their keys 20 MB."""

ALL_KEPT_WORDS: Final = 300_000


class PatternWords(dict[tuple[Pattern, int], tuple[tuple[str, ...], int]]):
    """The words of the patterns that were asked for last. Safe to use from many threads."""

    def keep(self, key: tuple[Pattern, int], found: tuple[tuple[str, ...], int]) -> None:
        """Keep the words of a pattern, unless it has very many; forget all others when full."""
        if len(found[0]) > MOST_KEPT_WORDS:
            return
        words = len(found[0]) + sum(len(others) for others, _ in list(self.values()))
        if len(self) >= MOST_PATTERNS or words > ALL_KEPT_WORDS:
            self.clear()
        self[key] = found


class SnapshotFacts:
    """The IndexFacts of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.values_in_use = snapshot.values_in_use
        self.key_values = snapshot.key_values
        self.has_value = snapshot.has_value

    def words_beginning_with(self, prefix: str) -> Iterator[str]:
        """Return the words that begin with ``prefix``, each once, in order."""
        return self._snapshot.written.beginning_with(prefix)

    def words_matching(self, pattern: Pattern, most: int) -> tuple[tuple[str, ...], int]:
        """Return the words that ``pattern`` matches; those of a few patterns are kept."""
        kept = self._snapshot.cache(PatternWords)
        found = kept.get((pattern, most))
        if found is None:
            found = self._snapshot.written.matching(patterns.automaton(pattern), most)
            kept.keep((pattern, most), found)
        return found

    def similar_value(self, field: str, value: str, edits: int) -> str | None:
        """Return the value up to ``edits`` changes away that most articles have."""
        snapshot = self._snapshot
        found = snapshot.key_values_matching(field, patterns.fuzzy(f"{field}={value}", edits))
        return max(found, key=lambda near: len(snapshot.key_docs(field, near)), default=None)

    @property
    def has_dates(self) -> bool:
        """Whether a document, which may be deleted, has a date."""
        return self._snapshot.has_dates
