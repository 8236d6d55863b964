"""A cursor over the sorted terms of a field, for Whoosh's queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from whoosh.codec import base
from whoosh.reading import TermInfo

__all__ = ["TermCursor"]


class TermCursor(base.FieldCursor):  # type: ignore[misc]  # whoosh has no types
    """A cursor over the sorted terms of one field.

    ``entries(text)`` returns an iterator over the terms from ``text`` on, each with its entry.
    ``info(item)`` returns the TermInfo of such a pair.
    """

    def __init__(
        self,
        fieldobj: Any,
        entries: Callable[[bytes], Iterator[tuple[bytes, Any]]],
        info: Callable[[tuple[bytes, Any]], TermInfo],
    ) -> None:
        self._fieldobj = fieldobj
        self._entries = entries
        self._info = info
        self.first()

    def first(self) -> Any:
        return self._go_to(b"")

    def find(self, string: Any) -> Any:
        return self._go_to(string if isinstance(string, bytes) else self._fieldobj.to_bytes(string))

    def _go_to(self, start: bytes) -> Any:
        self._remaining = self._entries(start)
        return self.next()

    def next(self) -> Any:
        self._current = next(self._remaining, None)
        return self.text()

    def text(self) -> Any:
        return None if self._current is None else self._fieldobj.from_bytes(self._current[0])

    def term_info(self) -> TermInfo | None:
        return None if self._current is None else self._info(self._current)

    def is_valid(self) -> bool:
        return self._current is not None
