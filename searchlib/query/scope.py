"""Where the words of a part are looked for, and how deep parts may stand in parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from searchlib.article import TEXT_FIELDS, TextField

__all__ = ["MAX_HEIGHT", "MAX_NESTING", "Scope"]

MAX_NESTING: Final = 50
"""Parentheses in parentheses beyond this are ignored: what reads a tree may then be recursive.

As many may be the operators before one word (first5:first9:a), and those like w/5 in a row.
"""

MAX_HEIGHT: Final = 3 * MAX_NESTING + 10
"""Nodes above each other: signs, AND and NOT make three of each parenthesis."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where words are looked for: text fields, a metadata field, or the date.

    With ``letters`` a word or phrase is verbatim, in what that makes of its text.
    """

    fields: tuple[TextField, ...] = TEXT_FIELDS
    key: str | None = None
    date: bool = False
    letters: Callable[[str], str] | None = None
