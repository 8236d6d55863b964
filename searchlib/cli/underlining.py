"""Underline a part of a query: show as much of the query as fits a line, and carets below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from searchlib.cli.terminal import cells
from searchlib.snippets.graphemes import Graphemes
from searchlib.snippets.render import terminal_text

__all__ = ["underlined"]

_ELLIPSIS = "\u2026"


class _Character(NamedTuple):
    """One character as a reader sees it, and the number of terminal cells that it fills."""

    start: int
    end: int
    cells: int


def underlined(query: str, start: int, end: int, columns: int) -> tuple[str, str]:
    """Return a line with the part of ``query`` around a span, and a line of carets below the span.

    Each line fills at most ``columns`` cells. The span is widened to whole characters as a reader
    sees them. An empty span has one caret. If the span is too long, its beginning is shown. An
    ellipsis stands for omitted text, and U+FFFD for a control character. The time does not depend
    on the length of the query.
    """
    # Eight code points for each cell are enough, although some code points fill no cell.
    first, last = max(start - 8 * columns, 0), start + 8 * columns
    text = query[first:last]
    graphemes = Graphemes(text)
    start, end = start - first, min(end - first, len(text))
    start, end = graphemes.floor(start), max(graphemes.ceil(end), start)

    before = list(_leftwards(text, graphemes, start))
    span = list(_rightwards(text, graphemes, start, end))
    after = list(_rightwards(text, graphemes, end, len(text)))
    width = _width(before) + max(_width(span), 1) + _width(after)
    room = columns if width <= columns and len(text) == len(query) else columns - 2

    shown = _fitting(span, room)
    carets = max(_width(shown), 1)
    if len(shown) < len(span):
        after = []
    # Each side gets half of the remaining cells. Cells that one side does not need go to the other.
    remaining = room - carets
    left = _fitting(before, max(remaining // 2, remaining - _width(after)))
    right = _fitting(after, remaining - _width(left))

    begin = left[-1].start if left else start
    stop = (right or shown)[-1].end if right or shown else end
    opening = _ELLIPSIS if first + begin > 0 else ""
    closing = _ELLIPSIS if first + stop < len(query) else ""
    line = opening + terminal_text(text[begin:stop]) + closing
    return line, " " * (len(opening) + _width(left)) + "^" * carets


def _leftwards(text: str, graphemes: Graphemes, end: int) -> Iterator[_Character]:
    while end > 0:
        start = graphemes.floor(end - 1)
        yield _character(text, start, end)
        end = start


def _rightwards(text: str, graphemes: Graphemes, start: int, stop: int) -> Iterator[_Character]:
    while start < stop:
        end = min(graphemes.ceil(start + 1), stop)
        yield _character(text, start, end)
        start = end


def _character(text: str, start: int, end: int) -> _Character:
    return _Character(start, end, cells(terminal_text(text[start:end])))


def _width(characters: Iterable[_Character]) -> int:
    return sum(character.cells for character in characters)


def _fitting(characters: list[_Character], room: int) -> list[_Character]:
    """Return the first of ``characters``, as many as fit ``room`` cells."""
    for count, character in enumerate(characters):
        room -= character.cells
        if room < 0:
            return characters[:count]
    return characters
