"""The fields in which words are searched for, and the limits of nesting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from searchlib.article import TEXT_FIELDS, TextField

__all__ = ["MAX_HEIGHT", "MAX_NESTING", "Scope"]

MAX_NESTING: Final = 20
"""Maximum nesting of parentheses, to bound recursion; deeper ones are ignored.

It bounds operators before one word (first5:first9:a) and operators like w/5 in a row, too. Of
Python's 1000 frames, each parenthesis takes 5 to read and 6 to evaluate.
"""

MAX_HEIGHT: Final = 2 * MAX_NESTING + 5
"""Maximum height of a tree, to bound recursion.

A parenthesis may add two nodes, as in (a OR b AND (c OR d)). A comparison of two plans takes up to
4 frames for each node.
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """The fields in which words are searched for: text fields, a metadata field, or the date.

    With ``letters``, words and phrases are changed by it and searched for verbatim.
    """

    fields: tuple[TextField, ...] = TEXT_FIELDS
    key: str | None = None
    date: bool = False
    letters: Callable[[str], str] | None = None
