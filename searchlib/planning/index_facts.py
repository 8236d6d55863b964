"""What planning asks of an index. An engine answers it for one commit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from searchlib.planning.plan import Pattern

__all__ = ["IndexFacts"]


class IndexFacts(Protocol):
    """What planning needs to know of an index: its languages, words and metadata values.

    Words and values are folded. Those whose articles were all deleted may still be among them,
    except in values_in_use().
    """

    def values_in_use(self, field: str) -> tuple[str, ...]:
        """Return the values of a metadata field that some article has, in order."""
        ...

    def words_beginning_with(self, prefix: str) -> Iterable[str]:
        """Return the words of the texts that begin with ``prefix``, each once, in order."""
        ...

    def words_matching(self, pattern: Pattern, most: int) -> tuple[tuple[str, ...], int] | None:
        """Return the words that ``pattern`` matches, in order, and how many there are.

        Of more than ``most``, those that most articles have; of equal ones, the first. None from
        an engine that spells out patterns itself: the pattern then stays in the plan
        (plan.PatternLeaf).
        """
        ...

    def key_values(self, field: str, prefix: str) -> Iterable[str]:
        """Return the values of a metadata field that begin with ``prefix``, each once, in order."""
        ...

    def has_value(self, field: str, value: str) -> bool:
        """Tell whether an article has ``value`` in a metadata field."""
        ...

    def similar_value(self, field: str, value: str, edits: int) -> str | None:
        """Return the value up to ``edits`` (1 or 2) changes away that most articles have."""
        ...

    @property
    def has_dates(self) -> bool:
        """Whether any article has a date."""
        ...
