"""Where the words of a part are looked for, and how deep parts may stand in parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from searchlib.article import TEXT_FIELDS, TextField

__all__ = ["MAX_HEIGHT", "MAX_NESTING", "Scope"]

MAX_NESTING: Final = 20
"""Parentheses in parentheses beyond this are ignored: what reads a tree may then be recursive.

As many may be the operators before one word (first5:first9:a), and those like w/5 in a row. To read
one parenthesis takes 5 frames of Python's 1000, to evaluate one 6.
"""

MAX_HEIGHT: Final = 2 * MAX_NESTING + 5
"""Nodes above each other: two for each parenthesis, as in (a OR b AND (c OR d AND (e f))).

To compare two of such plans takes up to 4 frames a node.
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where words are looked for: text fields, a metadata field, or the date.

    With ``letters`` a word or phrase is verbatim, in what that makes of its text.
    """

    fields: tuple[TextField, ...] = TEXT_FIELDS
    key: str | None = None
    date: bool = False
    letters: Callable[[str], str] | None = None
