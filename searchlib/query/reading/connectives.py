"""Reads the operators between two operands: AND, OR, NOT, and those of proximity."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from searchlib.query.counts import whole
from searchlib.query.operator_row import Connective
from searchlib.query.operators import WORD_END, operator
from searchlib.query.reading.scanner import CLOSING, Scanner

__all__ = ["Nearness", "accept_junction", "accept_word", "at_junction", "nearness"]

_ROWS: Final = operator("Near").connectives
_BY_NAME: Final[dict[tuple[str, str], Connective]] = {
    (each.form, each.name.casefold()): each for each in _ROWS
}
_FORMS: Final = ("slashed", "numbered", "bare")


def _named(form: str) -> str:
    return "|".join(each.name for each in _ROWS if each.form == form)


_COUNTED: Final = (
    rf"(?:(?P<slashed>{_named('slashed')})/(?P<unit>[0-9]+|[sp])"
    rf"|(?P<numbered>{_named('numbered')})(?P<count>[0-9]+))"
)
_COUNTED_ALONE: Final = re.compile(f"{_COUNTED}{WORD_END}", re.IGNORECASE)
_NEARNESS: Final = re.compile(
    rf"(?:(?P<negated>not)\s+)?(?:{_COUNTED}|(?P<bare>(?-i:{_named('bare')}))){WORD_END}",
    re.IGNORECASE,
)
_BEGINNINGS: Final = frozenset(
    letter
    for each in (*_ROWS, Connective(name="not", form="bare"))
    for letter in (each.name[0].upper(), each.name[0].lower())
)
_JUNCTIONS: Final = tuple(
    (spelling, operator(node).joins[0])
    for node in ("And", "Or")
    for spelling in operator(node).joins
)
_JUNCTION_BEGINNINGS: Final = frozenset(spelling[0] for spelling, _ in _JUNCTIONS)


class Nearness(NamedTuple):
    """An operator of proximity: its text and span, and what it means."""

    text: str
    start: int
    end: int
    within: int | Literal["s", "p"]
    ordered: bool
    negated: bool
    bare: bool
    """Whether it is SAME or ADJ, which may be words as well."""


def nearness(scanner: Scanner, *, between: bool) -> Nearness | None:
    """Return the operator of proximity that comes next, without reading it; None if none does.

    ``between`` says that an operand stands before it. Only then may the operator be negated, or be
    SAME or ADJ; elsewhere these are words.
    """
    # This runs after each operand. A check of the first letter takes a tenth of the time.
    if scanner.query[scanner.at : scanner.at + 1] not in _BEGINNINGS:
        return None
    match = (_NEARNESS if between else _COUNTED_ALONE).match(scanner.query, scanner.at)
    if not match:
        return None
    parts = match.groupdict()
    form = next(each for each in _FORMS if parts.get(each))
    row = _BY_NAME[form, parts[form].casefold()]
    unit = (parts["unit"] or parts["count"] or "").casefold()
    within: int | Literal["s", "p"]
    if form == "bare":
        within = row.within
    elif unit in ("s", "p"):
        within = "s" if unit == "s" else "p"
    else:
        within = whole(unit)
    return Nearness(
        match[0],
        match.start(),
        match.end(),
        within,
        ordered=row.ordered,
        negated=bool(parts.get("negated")),
        bare=form == "bare",
    )


def accept_word(scanner: Scanner, word: str) -> bool:
    """Read the operator ``word`` if it comes next as a word of its own; tell whether it did."""
    if not scanner.query.startswith(word, scanner.at):
        return False
    after = scanner.query[scanner.at + len(word) : scanner.at + len(word) + 1]
    if after and not after.isspace() and after not in "()" and after not in CLOSING:
        return False
    scanner.at += len(word)
    return True


def accept_junction(scanner: Scanner) -> str:
    """Read an AND or OR in any of its spellings; return "AND", "OR", or "" if none comes next."""
    if scanner.peek() not in _JUNCTION_BEGINNINGS:
        return ""
    for spelling, junction in _JUNCTIONS:
        if accept_word(scanner, spelling):
            return junction
    return ""


def at_junction(scanner: Scanner) -> bool:
    """Return whether an operator between two operands comes next, without reading it."""
    before = scanner.at
    junction = accept_junction(scanner)
    scanner.at = before
    return bool(junction or nearness(scanner, between=False))
