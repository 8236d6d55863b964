"""An index without articles, as planning sees one."""

from __future__ import annotations

from searchlib.planning.plan import Pattern

__all__ = ["NoWords"]


class NoWords:
    """No word, no value, no date."""

    has_dates = False

    def values_in_use(self, field: str) -> tuple[str, ...]:
        return ()

    def words_beginning_with(self, prefix: str) -> tuple[str, ...]:
        return ()

    def words_matching(self, pattern: Pattern, most: int) -> tuple[tuple[str, ...], int]:
        return (), 0

    def key_values(self, field: str, prefix: str) -> tuple[str, ...]:
        return ()

    def has_value(self, field: str, value: str) -> bool:
        return False

    def similar_value(self, field: str, value: str, edits: int) -> None:
        return None
