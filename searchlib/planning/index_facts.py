"""The questions that planning asks of an index. An engine answers them for one commit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from searchlib.planning.plan import Pattern

__all__ = ["IndexFacts"]


class IndexFacts(Protocol):
    """The facts of an index that planning needs: its languages, words and metadata values.

    Words and values are folded. Except in values_in_use(), words and values of deleted articles may
    be included.
    """

    def values_in_use(self, field: str) -> tuple[str, ...]:
        """Return the values of a metadata field that some article has, in order."""
        ...

    def words_beginning_with(self, prefix: str) -> Iterable[str]:
        """Return the words of the texts that begin with ``prefix``, each once, in order."""
        ...

    def words_matching(self, pattern: Pattern, most: int) -> tuple[tuple[str, ...], int] | None:
        """Return the words that ``pattern`` matches, in order, and their number.

        If there are more than ``most``, only those that most articles have are returned; among
        equal ones the first in order. An engine that expands patterns itself returns None. The
        pattern then stays in the plan (plan.PatternLeaf).
        """
        ...

    def key_values(self, field: str, prefix: str) -> Iterable[str]:
        """Return the values of a metadata field that begin with ``prefix``, each once, in order."""
        ...

    def has_value(self, field: str, value: str) -> bool:
        """Return whether an article has ``value`` in a metadata field."""
        ...

    def similar_value(self, field: str, value: str, edits: int) -> str | None:
        """Return the value up to ``edits`` (1 or 2) edits away that most articles have, or None."""
        ...

    @property
    def has_dates(self) -> bool:
        """Whether any article has a date."""
        ...
