"""Parses the numbers in a query, and the lengths of articles."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["MAX_COUNT", "parse_length", "whole"]

MAX_COUNT: Final = 10**9
"""Maximum number in a query, to bound arithmetic; higher numbers count as this one.

No article has so many words.
"""

_HOW: Final = "write wc>500, wc<=500, wc=500 or wc:500..800"
_COMPARED: Final = re.compile(r"(>=|<=|>|<|=|)([0-9][0-9,]*)")
_FROM_TO: Final = re.compile(r"([0-9][0-9,]*|\*?)(?:\.\.+|\s+TO\s+)([0-9][0-9,]*|\*?)")


def whole(digits: str) -> int:
    """Return the whole number that ``digits`` spell, at most MAX_COUNT. Commas are ignored.

    >>> whole("1,500"), whole("9" * 5000)
    (1500, 1000000000)
    """
    digits = digits.replace(",", "").lstrip("0")
    return MAX_COUNT if len(digits) > 9 else int(digits or "0")


def parse_length(value: str) -> tuple[int | None, int | None]:
    """Return the minimum and maximum number of words for the text after "wc"; None is no limit.

    Raises ValueError if the text is not a length; the message shows how to write one.

    >>> parse_length(">500"), parse_length("500..800"), parse_length("..800")
    ((501, None), (500, 800), (None, 800))
    """
    text = value.strip()
    if text[:1] == "[" and text[-1:] == "]":
        text = text[1:-1].strip()
    # "500.." has no maximum. Any other full stop at the end ends the sentence.
    ended = text.rstrip(".,;:!?")
    compared = _COMPARED.fullmatch(ended) if text != f"{ended}.." else None
    if compared:
        count = whole(compared[2])
        return {
            ">": (min(count + 1, MAX_COUNT), None),
            ">=": (count, None),
            "<": (None, max(count - 1, 0)),
            "<=": (None, count),
        }.get(compared[1], (count, count))
    bounds = _FROM_TO.fullmatch(text) or _FROM_TO.fullmatch(ended)
    least, most = bounds.groups() if bounds else ("", "")
    least, most = least.strip("*"), most.strip("*")
    if not least and not most:
        raise ValueError(f"{value[:80]!r} is not a length; {_HOW}")
    return whole(least) if least else None, whole(most) if most else None
