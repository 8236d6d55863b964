"""Where the words of a part are looked for, and how deep parts may stand in parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from searchlib.article import TEXT_FIELDS, TextField

__all__ = ["MAX_HEIGHT", "MAX_NESTING", "Scope"]

MAX_NESTING: Final = 20
"""Maximum nesting of parentheses, to bound recursion; those further in are ignored.

It bounds operators before one word (first5:first9:a) and those like w/5 in a row, too. To read one
parenthesis takes 5 frames of Python's 1000, to evaluate one 6.
"""

MAX_HEIGHT: Final = 2 * MAX_NESTING + 5
"""Maximum height of a tree, to bound recursion: two nodes a parenthesis, (a OR b AND (c OR d)).

To compare two plans of this height takes up to 4 frames a node.
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where words are looked for: text fields, a metadata field, or the date.

    With ``letters`` a word or phrase is verbatim, in the letters that it makes of the text.
    """

    fields: tuple[TextField, ...] = TEXT_FIELDS
    key: str | None = None
    date: bool = False
    letters: Callable[[str], str] | None = None
