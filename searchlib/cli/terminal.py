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
    """Write lines to standard error, each with its control characters made visible."""
    try:
        for line in lines:
            sys.stderr.write("\n".join(map(terminal_text, line.split("\n"))) + "\n")
    except OSError:
        # Nobody listens, or the disk is full: that must not end the work half way through.
        discard(sys.stderr)


def discard(stream: TextIO) -> None:
    """Let all that is and will be written to ``stream`` vanish."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)


def cut(text: str, most: int) -> str:
    """Return the first ``most`` characters of ``text``, and dots for those that are left out."""
    return text if len(text) <= most else text[: most - 1] + "\u2026"


def cells(text: str) -> int:
    """Return how many cells of a line ``text`` fills, which has nothing that a terminal obeys."""
    if _ONE_CELL_EACH.fullmatch(text):
        return len(text)
    from wcwidth import wcswidth  # noqa: PLC0415  # 9 ms, for what is not Latin

    width = wcswidth(text)
    return width if width >= 0 else len(text)


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a person reads ``stream``."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


@dataclass(frozen=True, slots=True)
class Style:
    """How to write for people. Without colour, marks are written as **mark**."""

    columns: int
    colour: bool

    def bold(self, text: str) -> str:
        """Return ``text`` in bold, where there is colour."""
        return f"\x1b[1m{text}\x1b[22m" if self.colour and text else text

    def dim(self, text: str) -> str:
        """Return ``text`` dimmed, where there is colour."""
        return f"\x1b[2m{text}\x1b[22m" if self.colour and text else text

    def mark(self, text: str) -> str:
        """Return ``text`` marked as what matched."""
        return f"\x1b[1;33m{text}\x1b[22;39m" if self.colour else f"**{text}**"


def output_style() -> Style:
    """Return the style for standard output.

    Colour is for terminals, unless NO_COLOR (no-color.org) is set to anything or TERM is "dumb".
    The width is that of the terminal, or COLUMNS, or 80.
    """
    terminal = is_terminal(sys.stdout)
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    columns = shutil.get_terminal_size((_DEFAULT_COLUMNS, 24)).columns
    return Style(max(columns, 20), colour)


def wrapped(
    text: str, marks: tuple[tuple[int, int], ...], style: Style, indent: int
) -> Iterator[str]:
    """Return ``text`` in lines that fit the width, its marks in ``style``, each line indented.

    Lines break at spaces, or between characters in a word that is wider than the line. Width is
    counted in terminal cells: a Chinese character takes two.
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
            # The space between two words of one mark belongs to it.
            joined = line[-1][1] and word[0][1] and word[0][2]
            line.append((" ", joined))
        line += [(piece, marked) for piece, marked, _ in word]
        used += width + (gap if used else 0)
    if line:
        yield " " * indent + _styled(line, style)


_Word = list[tuple[str, bool, bool]]


def _words(
    text: str, marks: tuple[tuple[int, int], ...], style: Style, room: int
) -> Iterator[tuple[_Word, int]]:
    """Return each word in pieces (text, marked, continues a mark), with the space before it.

    A word of more than half a line is given in parts of that width.
    """
    half = max(style.columns // 2, 10)
    first = True
    for found in re.finditer(r"\S+", text):
        gap = 0 if first else 1
        first = False
        start = found.start()
        while start < found.end():
            end = min(start + half, found.end())
            word = list(_pieces(text, start, end, marks))
            while end > start + 1 and (_text_cells(word) > half or _cells(word, style) > room):
                end -= 1
                word = list(_pieces(text, start, end, marks))
            yield word, gap
            start, gap = end, 0


def _pieces(
    text: str, start: int, end: int, marks: tuple[tuple[int, int], ...]
) -> Iterator[tuple[str, bool, bool]]:
    at = start
    for mark_start, mark_end in marks:
        if mark_end <= at or mark_start >= end:
            continue
        if mark_start > at:
            yield terminal_text(text[at:mark_start]), False, False
            at = mark_start
        stop = min(mark_end, end)
        yield terminal_text(text[at:stop]), True, mark_start < at
        at = stop
    if at < end:
        yield terminal_text(text[at:end]), False, False


def _cells(word: _Word, style: Style) -> int:
    return _text_cells(word) + (0 if style.colour else sum(4 for _, marked, _ in word if marked))


def _text_cells(word: _Word) -> int:
    return cells("".join(piece for piece, _, _ in word))


def _styled(line: list[tuple[str, bool]], style: Style) -> str:
    out: list[str] = []
    run = ""
    for piece, marked in line:
        if marked:
            run += piece
            continue
        if run:
            out.append(style.mark(run))
            run = ""
        out.append(piece)
    if run:
        out.append(style.mark(run))
    return "".join(out)
