"""What a row of the table of operators (operators.py) says.

Named tuples, except for the row: a dataclass takes 0.4 ms to define, and every first search pays.
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
    """Words that look like an operator and are none where they stand.

    Each begins with one of the characters in ``begins``. ``suggest`` makes of the match what may
    have been meant; ``message`` is a format with the word.
    """

    pattern: str
    begins: str
    message: str
    suggest: Suggest = lambda _: None
    severity: Literal["warning", "info"] = "warning"


class Function(NamedTuple):
    """A name in capitals before a parenthesis, as LexisNexis has them.

    It looks into ``fields``, or takes words in the letters that ``letters`` makes of them; with
    neither it is another spelling of its operator.
    """

    name: str
    fields: tuple[TextField, ...] = ()
    letters: Callable[[str], str] | None = None


class Connective(NamedTuple):
    """One spelling of an operator of proximity: ``pre/5``, ``adj5`` or ``SAME``.

    ``form`` says what follows the name: a slash with a number or "s" or "p", a number, or nothing.
    A bare name stands in capitals, and is within ``within``.
    """

    name: str
    form: Literal["slashed", "numbered", "bare"]
    ordered: bool = False
    within: int | Literal["p"] = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Operator:
    """One row: an operator of the language, or one kind of word. What it has not is empty."""

    node: str
    """The class in query/tree/nodes.py that it makes; "" where it makes none by itself."""
    printed: str = ""
    """A format of str.format with the attributes of the node; printing.py escapes them."""
    help: tuple[tuple[str, str], ...] = ()
    """Lines of ``searchlib help query``: what is typed, and what that finds."""

    joins: tuple[str, ...] = ()
    """Spellings that stand between two operands, or before one, as words by themselves."""
    connectives: tuple[Connective, ...] = ()
    before: str = ""
    """A pattern of what stands before an operand, in any case; its one group is the count."""
    behind: str = ""
    """A pattern of what stands directly behind an operand; its one group is the count."""
    functions: tuple[Function, ...] = ()
    zero: str = ""
    """For an operator with a count: why a count of 0 is ignored."""
    fields: tuple[TextField, ...] = ()
    """The fields whose spans it can keep; empty for all."""

    words: tuple[str, ...] = ()
    """Patterns of words in capitals that may be read as the operator, each beginning with a letter.

    The printer and the dialects escape them, and the plain short cut leaves them to the parser.
    """
    words_in_any_case: tuple[str, ...] = ()
    """The same for words in any case."""
    comparisons: tuple[str, ...] = ()
    """The same for words with a sign of comparison in them, in any case."""
    lookalikes: tuple[LookalikePattern, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    """Words in capitals that are operators in other systems, and how they are spelled here."""
