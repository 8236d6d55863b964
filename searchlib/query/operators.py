"""What stands between two parts: AND, OR, NOT, and the operators of proximity."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from searchlib.query.counts import whole
from searchlib.query.scanner import CLOSING, Scanner

__all__ = ["Nearness", "accept_operator", "accept_word", "nearness"]

_END: Final = r"""(?=[\s()“”„«»"]|\Z)"""
_SLASHED: Final = r"(?P<slashed>w|pre|near|onear)/(?P<unit>[0-9]+|[sp])"
_NUMBERED: Final = rf"(?:{_SLASHED}|(?P<spelled>near|adj)(?P<count>[0-9]+))"
_NUMBERED_ALONE: Final = re.compile(f"{_NUMBERED}{_END}", re.IGNORECASE)
_NEARNESS: Final = re.compile(
    rf"(?:(?P<negated>not)\s+)?(?:{_NUMBERED}|(?P<named>(?-i:SAME|ADJ))){_END}", re.IGNORECASE
)
_BEGINNINGS: Final = frozenset("wWpPnNoOaAS")
_JUNCTIONS: Final = frozenset("AO&|")
_ORDERED: Final = frozenset({"pre", "onear", "adj"})


class Nearness(NamedTuple):
    """An operator of proximity as it was typed, and what it says."""

    text: str
    start: int
    end: int
    within: int | Literal["s", "p"]
    ordered: bool
    negated: bool
    named: bool
    """It is SAME or ADJ, which may be words."""


def nearness(scanner: Scanner, *, between: bool) -> Nearness | None:
    """Return the operator of proximity that comes next, without reading it.

    ``between``: a part stands before it. Only then may it be negated, or be SAME or ADJ, which at
    the beginning are words.
    """
    # Asked after each part: one letter is enough to say no, in a tenth of the time.
    if scanner.query[scanner.at : scanner.at + 1] not in _BEGINNINGS:
        return None
    found = (_NEARNESS if between else _NUMBERED_ALONE).match(scanner.query, scanner.at)
    if not found:
        return None
    parts = found.groupdict()
    name = (parts["slashed"] or parts["spelled"] or parts.get("named", "")).casefold()
    unit = (parts["unit"] or parts["count"] or "").casefold()
    within: int | Literal["s", "p"]
    if unit == "s":
        within = "s"
    elif unit == "p" or name == "same":
        within = "p"
    else:
        within = whole(unit or "1")
    negated = bool(parts.get("negated"))
    return Nearness(
        found[0],
        found.start(),
        found.end(),
        within,
        ordered=name in _ORDERED,
        negated=negated,
        named=parts.get("named") is not None,
    )


def accept_word(scanner: Scanner, word: str) -> bool:
    """Read an operator that stands by itself."""
    if not scanner.query.startswith(word, scanner.at):
        return False
    after = scanner.query[scanner.at + len(word) : scanner.at + len(word) + 1]
    if after and not after.isspace() and after not in "()" and after not in CLOSING:
        return False
    scanner.at += len(word)
    return True


def accept_operator(scanner: Scanner) -> str:
    """Read an AND or OR, however it is spelled; give "" if none comes next."""
    if scanner.peek() not in _JUNCTIONS:
        return ""
    for spelling, operator in (("AND", "AND"), ("&&", "AND"), ("OR", "OR"), ("||", "OR")):
        if accept_word(scanner, spelling):
            return operator
    return ""
