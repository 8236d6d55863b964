"""Words that look like operators, of this language or of another, and are none where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, NamedTuple, TypeAlias

__all__ = ["TO_AFTER", "Slip", "range_at", "slip_of"]

_BRACKETS: Final = re.compile(r"[\[{][^\[\]{}]*+[\]}]")
_TO: Final = re.compile(r"\sTO\s")

TO_AFTER: Final = re.compile(r"\s+(TO)\s+(?=[^\s()])")
"""What joins two dates in brackets only."""


class Slip(NamedTuple):
    """What is said of a word, how seriously, and what may have been meant."""

    severity: Literal["warning", "info"]
    message: str
    suggestion: str | None = None


_Meant: TypeAlias = Callable[[re.Match[str]], str | None]


def _near(found: re.Match[str]) -> str | None:
    name, unit = found[1].casefold(), found[2].casefold()
    number = re.search("[0-9]+", unit)
    after = number[0] if number else unit[:1] if unit[:1] in ("s", "p") else ""
    return f"{'pre' if name == 'pre' else 'w'}/{after}" if after else None


_SLIPS: Final[tuple[tuple[re.Pattern[str], str, _Meant], ...]] = (
    # w/o and w/e are words that people write.
    (re.compile(r"(w|pre|within|near|adj)/(?!(?:o|e|out)\Z)(\S*)", re.IGNORECASE), "joins", _near),
    (re.compile(r"/([0-9]{1,3}|[sp])", re.IGNORECASE), "joins", lambda found: f"w{found[0]}"),
    (re.compile(r"first[0-9]+", re.IGNORECASE), "stands", lambda found: f"{found[0]}:"),
    (re.compile(r"[<>]=?[0-9]{2}[0-9.,-]*"), "compares", lambda _: None),
    (re.compile(r"~[0-9]+|\^[0-9.]+"), "follows", lambda _: None),
    (re.compile(r"(/[^/\s]+/)[gimsux]{1,3}"), "flags", lambda found: found[1]),
)
_SAID: Final = {
    "joins": "{!r} joins nothing",
    "stands": "{!r} stands before nothing",
    "compares": "{!r} compares nothing, as wc>500 and date>=2022 do",
    "follows": "{!r} stands alone: write it directly behind a word or phrase",
    "flags": "{!r} has flags, which regular expressions have not here",
}
# In capitals they may be words of a headline.
_ELSEWHERE: Final = {"NEAR": "w/5", "WITHIN": "w/5", "ANDNOT": "AND NOT", "BUTNOT": "AND NOT"}
_BEGINNINGS: Final = frozenset("wWpPnNaAfF/<>~^B")


def range_at(query: str, start: int) -> str | None:
    """Return the range in brackets at ``start``, as it follows a field; None if there is none.

    >>> range_at("a [2022 TO 2023]", 2)
    '[2022 TO 2023]'
    """
    found = _BRACKETS.match(query, start)
    return found[0] if found and _TO.search(found[0]) else None


def slip_of(text: str) -> Slip | None:
    """Return what is to be said of a word that looks like an operator; None for most words.

    >>> slip_of("within/5")
    Slip(severity='warning', message="'within/5' joins nothing", suggestion='w/5')
    """
    if text[:1] not in _BEGINNINGS:
        return None
    if text in _ELSEWHERE:
        return Slip("info", f"{text!r} is no operator", _ELSEWHERE[text])
    for pattern, kind, meant in _SLIPS:
        found = pattern.fullmatch(text)
        if found:
            return Slip("warning", _SAID[kind].format(text[:80]), meant(found))
    return None
