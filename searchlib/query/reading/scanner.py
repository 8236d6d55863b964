"""Reads the characters of a query: phrases and chunks, without their escapes."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["CLOSING", "Chunk", "Scanner"]

CLOSING: Final = {'"': '"', "“": '”“"', "„": '“”"', "”": '”“"', "«": "»", "»": "«"}
"""Maps each opening quote to the quotes that may close it; languages differ in their quotes."""

_SPACE: Final = re.compile(r"\s+")
_CHUNK_END: Final = re.compile(r"[\s()“”„«»\"\\]")


class Chunk(NamedTuple):
    """A run of characters without white space.

    ``escaped`` has the indexes in ``text`` of the characters that had a backslash before them.
    """

    text: str
    escaped: frozenset[int]
    start: int
    end: int

    def find(self, characters: str) -> int:
        """Return the index of the first of ``characters`` that is not escaped, or -1."""
        indexes = (
            index
            for index, character in enumerate(self.text)
            if character in characters and index not in self.escaped
        )
        return next(indexes, -1)

    def part(self, start: int, end: int) -> Chunk:
        """Return the chunk with the characters from ``start`` to ``end`` only; its span stays."""
        return Chunk(
            self.text[start:end],
            frozenset(index - start for index in self.escaped if start <= index < end),
            self.start,
            self.end,
        )


class Scanner:
    """A query, of which the characters before ``at`` have been read."""

    __slots__ = ("at", "query")

    def __init__(self, query: str) -> None:
        self.query = query
        self.at = 0

    def skip_space(self) -> None:
        """Go to the next character that is not white space."""
        at = self.at
        if self.query[at : at + 1].isspace() and (found := _SPACE.match(self.query, at)):
            self.at = found.end()

    @property
    def ended(self) -> bool:
        """Whether everything has been read."""
        return self.at >= len(self.query)

    def peek(self, count: int = 1) -> str:
        """Return the next characters without reading them."""
        return self.query[self.at : self.at + count]

    def accept(self, text: str) -> bool:
        """Read ``text`` if it comes next."""
        if self.query.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def chunk(self) -> Chunk:
        """Read up to white space, a parenthesis or a quote; at least one character."""
        start = self.at
        pieces: list[str] = []
        escaped: set[int] = set()
        length = 0
        while not self.ended:
            stop = _CHUNK_END.search(self.query, self.at)
            end = stop.start() if stop else len(self.query)
            pieces.append(self.query[self.at : end])
            length += end - self.at
            self.at = end
            if self.peek() != "\\":
                break
            escaped.add(length)
            pieces.append(self.query[self.at + 1 : self.at + 2])
            length += len(pieces[-1])
            self.at = min(self.at + 2, len(self.query))
        if self.at == start:
            pieces.append(self.peek())
            self.at += 1
        return Chunk("".join(pieces), frozenset(escaped), start, self.at)

    def phrase(self) -> tuple[str, bool]:
        """Read a phrase from its opening quote on; return its text, and whether it is closed."""
        closing = CLOSING[self.peek()]
        self.at += 1
        pieces: list[str] = []
        pattern = re.compile(f"[{closing}\\\\]")
        while not self.ended:
            stop = pattern.search(self.query, self.at)
            end = stop.start() if stop else len(self.query)
            pieces.append(self.query[self.at : end])
            self.at = end
            if not stop:
                break
            if stop[0] != "\\":
                self.at += 1
                return "".join(pieces), True
            pieces.append(self.query[end + 1 : end + 2])
            self.at = min(end + 2, len(self.query))
        return "".join(pieces), False

    def bracketed(self) -> str:
        """Read from a bracket up to the closing bracket, or up to the end; return the text."""
        closing = re.compile(r"[\]}]").search(self.query, self.at)
        end = closing.end() if closing else len(self.query)
        text = self.query[self.at : end]
        self.at = end
        return text
