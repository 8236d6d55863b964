"""Words that look like an operator, of this language or another, but do not act as one."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from searchlib.query.operators import OPERATORS

__all__ = ["TO_AFTER", "Lookalike", "lookalike", "range_at"]

_BRACKETS: Final = re.compile(r"[\[{][^\[\]{}]*+[\]}]")
_TO: Final = re.compile(r"\sTO\s")

TO_AFTER: Final = re.compile(r"\s+(TO)\s+(?=[^\s()])")
"""A TO after a date without brackets; TO is an operator in brackets only."""


class Lookalike(NamedTuple):
    """The severity and text of a diagnostic for a word, and what may have been meant."""

    severity: Literal["warning", "info"]
    message: str
    suggestion: str | None = None


_PATTERNS: Final = tuple(
    (re.compile(each.pattern), each) for row in OPERATORS for each in row.lookalikes
)
_ELSEWHERE: Final = {word: ours for row in OPERATORS for word, ours in row.elsewhere}
_BEGINNINGS: Final = frozenset(
    "".join(each.begins for _, each in _PATTERNS) + "".join(word[0] for word in _ELSEWHERE)
)
_MAX_SHOWN: Final = 80
"""Maximum length of a word in a message, to bound the message."""


def range_at(query: str, start: int) -> str | None:
    """Return the range in brackets that begins at ``start``; None if there is none.

    >>> range_at("a [2022 TO 2023]", 2)
    '[2022 TO 2023]'
    """
    found = _BRACKETS.match(query, start)
    return found[0] if found and _TO.search(found[0]) else None


def lookalike(text: str) -> Lookalike | None:
    """Return the remark for a word that looks like an operator; None for any other word.

    >>> lookalike("within/5")
    Lookalike(severity='warning', message="'within/5' joins nothing", suggestion='w/5')
    """
    if text[:1] not in _BEGINNINGS:
        return None
    if text in _ELSEWHERE:
        # It may be a word of a headline in capitals, so it is a note and not a warning.
        return Lookalike("info", f"{text!r} is no operator", _ELSEWHERE[text])
    for pattern, row in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            return Lookalike("warning", row.message.format(text[:_MAX_SHOWN]), row.suggest(found))
    return None
