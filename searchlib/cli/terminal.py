"""The terminal: its width, its colours, and text that may be written to it."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from searchlib.snippets.render import terminal_text

__all__ = ["Style", "cells", "complain", "cut", "discard", "is_terminal", "output_style", "wrapped"]

_DEFAULT_COLUMNS = 80
_ONE_CELL_EACH = re.compile("[ -~\xa1-\xac\xae-\u02ff\u2010-\u2027\u20ac]*")


def complain(*lines: str) -> None:
    """Write lines to standard error, with U+FFFD for control characters."""
    try:
        for line in lines:
            sys.stderr.write("\n".join(map(terminal_text, line.split("\n"))) + "\n")
    except OSError:
        # Standard error is closed, or the disk is full. The command must still do its work.
        discard(sys.stderr)


def discard(stream: TextIO) -> None:
    """Discard the buffered and all later output of ``stream``."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)


def cut(text: str, max_chars: int) -> str:
    """Return ``text``, cut to ``max_chars`` characters with an ellipsis at the end."""
    return text if len(text) <= max_chars else text[: max_chars - 1] + "\u2026"


def cells(text: str) -> int:
    """Return the number of terminal cells of ``text``, which must have no control characters."""
    if _ONE_CELL_EACH.fullmatch(text):
        return len(text)
    from wcwidth import wcswidth  # noqa: PLC0415  # takes 9 ms, so only for text that is not Latin

    width = wcswidth(text)
    return width if width >= 0 else len(text)


def is_terminal(stream: TextIO) -> bool:
    """Return whether ``stream`` is an open terminal."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


@dataclass(frozen=True, slots=True)
class Style:
    """How to write for people: the width, and whether there is colour.

    Without colour, a mark is written as **mark**.
    """

    columns: int
    colour: bool

    def bold(self, text: str) -> str:
        """Return ``text`` in bold if there is colour."""
        return f"\x1b[1m{text}\x1b[22m" if self.colour and text else text

    def dim(self, text: str) -> str:
        """Return ``text`` dimmed if there is colour."""
        return f"\x1b[2m{text}\x1b[22m" if self.colour and text else text

    def mark(self, text: str) -> str:
        """Return ``text`` marked as a match."""
        return f"\x1b[1;33m{text}\x1b[22;39m" if self.colour else f"**{text}**"


def output_style() -> Style:
    """Return the style for standard output.

    There is colour if the output is a terminal, NO_COLOR (no-color.org) is unset or empty, and TERM
    is not "dumb". The width is COLUMNS, or that of the terminal, or 80, and at least 20.
    """
    terminal = is_terminal(sys.stdout)
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    columns = shutil.get_terminal_size((_DEFAULT_COLUMNS, 24)).columns
    return Style(max(columns, 20), colour)


def wrapped(
    text: str, marks: tuple[tuple[int, int], ...], style: Style, indent: int
) -> Iterator[str]:
    """Yield ``text`` as indented lines that fit the width, with its marks in ``style``.

    Lines break at spaces. A word of more than half a line may break between characters. The width
    is counted in terminal cells: a Chinese character fills two.
    """
    room = max(style.columns - indent, 10)
    line: list[tuple[str, bool]] = []
    used = 0
    for word, gap in _words(text, marks, style, room):
        width = _cells(word, style)
        if line and used + gap + width > room:
            yield " " * indent + _styled(line, style)
            line, used = [], 0
        if gap and line:
            # The space between two words of one mark belongs to the mark.
            is_in_mark = line[-1][1] and word[0][1] and word[0][2]
            line.append((" ", is_in_mark))
        line += [(piece, marked) for piece, marked, _ in word]
        used += width + (gap if used else 0)
    if line:
        yield " " * indent + _styled(line, style)


_Word = list[tuple[str, bool, bool]]


def _words(
    text: str, marks: tuple[tuple[int, int], ...], style: Style, room: int
) -> Iterator[tuple[_Word, int]]:
    """Yield each word and the number of spaces before it.

    A word is a list of pieces: text, whether it is marked, whether it continues a mark. A word of
    more than half a line is split into parts of at most that width.
    """
    half = max(style.columns // 2, 10)
    first = True
    for match in re.finditer(r"\S+", text):
        gap = 0 if first else 1
        first = False
        start = match.start()
        while start < match.end():
            end = min(start + half, match.end())
            word = list(_pieces(text, start, end, marks))
            while end > start + 1 and (_text_cells(word) > half or _cells(word, style) > room):
                end -= 1
                word = list(_pieces(text, start, end, marks))
            yield word, gap
            start, gap = end, 0


def _pieces(
    text: str, start: int, end: int, marks: tuple[tuple[int, int], ...]
) -> Iterator[tuple[str, bool, bool]]:
    offset = start
    for mark_start, mark_end in marks:
        if mark_end <= offset or mark_start >= end:
            continue
        if mark_start > offset:
            yield terminal_text(text[offset:mark_start]), False, False
            offset = mark_start
        stop = min(mark_end, end)
        yield terminal_text(text[offset:stop]), True, mark_start < offset
        offset = stop
    if offset < end:
        yield terminal_text(text[offset:end]), False, False


def _cells(word: _Word, style: Style) -> int:
    return _text_cells(word) + (0 if style.colour else sum(4 for _, marked, _ in word if marked))


def _text_cells(word: _Word) -> int:
    return cells("".join(piece for piece, _, _ in word))


def _styled(line: list[tuple[str, bool]], style: Style) -> str:
    parts: list[str] = []
    mark = ""
    for piece, is_marked in line:
        if is_marked:
            mark += piece
            continue
        if mark:
            parts.append(style.mark(mark))
            mark = ""
        parts.append(piece)
    if mark:
        parts.append(style.mark(mark))
    return "".join(parts)
