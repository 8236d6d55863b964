"""A part of a query underlined: as much of the query as the line has room for, and carets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from searchlib.cli.terminal import cells
from searchlib.snippets.graphemes import Graphemes
from searchlib.snippets.render import terminal_text

__all__ = ["underlined"]

_DOTS = "\u2026"


class _Character(NamedTuple):
    """What a reader takes for one character, and how many cells of the line it fills."""

    start: int
    end: int
    cells: int


def underlined(query: str, start: int, end: int, columns: int) -> tuple[str, str]:
    """Return as much of ``query`` as ``columns`` cells hold around a span, and carets below it.

    The span is widened to whole characters as readers see them; one of no length has one caret. Of
    one that is too long the beginning is shown. Dots stand for what is left out, U+FFFD for what a
    terminal would obey. Costs the same for a query of any length.
    """
    # A character may have code points that fill no cell, but hardly so many.
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
    # Half of the rest for each side, and what the one does not need for the other.
    rest = room - carets
    left = _fitting(before, max(rest // 2, rest - _width(after)))
    right = _fitting(after, rest - _width(left))

    begin = left[-1].start if left else start
    stop = (right or shown)[-1].end if right or shown else end
    opening = _DOTS if first + begin > 0 else ""
    closing = _DOTS if first + stop < len(query) else ""
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
    """Return the first of ``characters`` that fit ``room`` cells."""
    for count, character in enumerate(characters):
        room -= character.cells
        if room < 0:
            return characters[:count]
    return characters
