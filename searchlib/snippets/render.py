"""Render marked text for a page and for a terminal. Markup and controls of the text are escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Final

__all__ = ["render_ansi", "render_html", "terminal_text"]

_ELEMENT: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9]*(?:-[a-zA-Z0-9]+)*")
# Elements that cannot mark text. In some a browser does not decode escapes, and it would run a
# script. Others drop a leading line break, or cannot hold text.
_NOT_FOR_TEXT: Final = re.compile(
    "script|style|textarea|title|template|select|svg|math|object|frameset|pre|listing|xmp"
    "|iframe|noembed|noframes|noscript|plaintext|table|area|base|br|col|embed|frame|hr|image|img"
    "|input|keygen|link|meta|param|source|track|wbr",
    re.IGNORECASE,
)
# HTML Living Standard, 13.2.3.5: surrogates, noncharacters, controls other than white space.
_FORBIDDEN_IN_HTML: Final = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)
_LINE_BREAK_OR_TAB: Final = re.compile("\r\n|[\t\n\x0b\x0c\r\x85\u2028\u2029]")
# Controls move the cursor or begin an escape sequence. Embeddings, overrides and isolates reorder
# the rest of the line. The left-to-right and right-to-left marks are allowed: Hebrew needs them.
_FORBIDDEN_ON_TERMINAL: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_BOLD: Final = "\x1b[1m"
_NOT_BOLD: Final = "\x1b[22m"


def render_html(text: str, marks: Sequence[tuple[int, int]], tag: str) -> str:
    """Return ``text`` escaped, with its marks as elements named ``tag``. See Snippet.html."""
    if not _ELEMENT.fullmatch(tag) or _NOT_FOR_TEXT.fullmatch(tag):
        raise ValueError(f"{tag!r} cannot mark text; give the name of an element such as 'mark'")
    return "".join(
        f"<{tag}>{_escaped(piece)}</{tag}>" if marked else _escaped(piece)
        for piece, marked in _pieces(text, marks)
    )


def render_ansi(text: str, marks: Sequence[tuple[int, int]]) -> str:
    """Return ``text`` for a terminal, with its marks in bold. See Snippet.ansi."""
    return "".join(
        f"{_BOLD}{terminal_text(piece)}{_NOT_BOLD}" if marked else terminal_text(piece)
        for piece, marked in _pieces(text, marks)
    )


def _escaped(piece: str) -> str:
    return html.escape(_FORBIDDEN_IN_HTML.sub("\ufffd", piece), quote=True)


def terminal_text(piece: str) -> str:
    """Return ``piece`` on one line: line breaks become spaces, control characters U+FFFD."""
    return _FORBIDDEN_ON_TERMINAL.sub("\ufffd", _LINE_BREAK_OR_TAB.sub(" ", piece))


def _pieces(text: str, marks: Sequence[tuple[int, int]]) -> Iterable[tuple[str, bool]]:
    end = 0
    for start, stop in marks:
        yield text[end:start], False
        yield text[start:stop], True
        end = stop
    yield text[end:], False
