"""The classes for a row of the table of operators (operators.py).

All but Operator are named tuples: a dataclass takes 0.4 ms to define, and every first search pays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from searchlib.article import TextField

__all__ = ["Connective", "Function", "LookalikePattern", "Operator"]

Suggest: TypeAlias = Callable[[re.Match[str]], str | None]


class LookalikePattern(NamedTuple):
    """Words that look like an operator but do not act as one in their position.

    Each begins with one of the characters in ``begins``. ``message`` is a format string for the
    word. ``suggest`` takes the match and returns the spelling that may have been meant, or None.
    """

    pattern: str
    begins: str
    message: str
    suggest: Suggest = lambda _: None
    severity: Literal["warning", "info"] = "warning"


class Function(NamedTuple):
    """A name in capitals before a parenthesis, as in LexisNexis: HEADLINE(...), CAPS(...).

    With ``fields``, words are searched for in these fields only. With ``letters``, each word is
    changed by it and searched for verbatim. With neither, the name is another spelling of its
    operator.
    """

    name: str
    fields: tuple[TextField, ...] = ()
    letters: Callable[[str], str] | None = None


class Connective(NamedTuple):
    """One spelling of an operator of proximity: ``pre/5``, ``adj5`` or ``SAME``.

    ``form`` says what follows the name: a slash and a number, "s" or "p" ("slashed"), a number
    ("numbered"), or nothing ("bare"). A bare name must be in capitals; its distance is ``within``.
    """

    name: str
    form: Literal["slashed", "numbered", "bare"]
    ordered: bool = False
    within: int | Literal["p"] = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Operator:
    """One row: an operator of the language, or one kind of word. Unused columns are empty."""

    node: str
    """The name of the node class in query/tree/nodes.py; "" if the operator has no node."""
    printed: str = ""
    """A str.format string with the attributes of the node; printing.py escapes them."""
    help: tuple[tuple[str, str], ...] = ()
    """Lines of ``searchlib help query``: an example, and what it finds."""

    joins: tuple[str, ...] = ()
    """Spellings of the operator as a word of its own between two operands, or before one."""
    connectives: tuple[Connective, ...] = ()
    before: str = ""
    """A pattern of the operator before an operand, in any case; its one group is the count."""
    behind: str = ""
    """A pattern of the operator directly behind an operand; its one group is the count."""
    functions: tuple[Function, ...] = ()
    zero: str = ""
    """The message for a count of 0, which is ignored; "" if the operator has no count."""
    fields: tuple[TextField, ...] = ()
    """The fields that the operator is limited to; empty for all fields."""

    words: tuple[str, ...] = ()
    """Patterns of words in capitals that may be read as the operator. Each begins with a letter.

    The printer and the dialects escape such words, and plain.py leaves them to the parser.
    """
    words_in_any_case: tuple[str, ...] = ()
    """Like ``words``, for words in any case."""
    comparisons: tuple[str, ...] = ()
    """Like ``words_in_any_case``, for words that contain ``<``, ``=`` or ``>``."""
    lookalikes: tuple[LookalikePattern, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    """Operators of other systems, in capitals, each with its spelling here."""
