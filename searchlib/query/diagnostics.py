"""A diagnostic: a part of a query that could not be used, why, and what was done instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["Diagnostic"]

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One remark on a query.

    It is about the characters from ``start`` up to ``end``. ``message`` says what is wrong with
    them, ``action`` what was done instead, ``suggestion`` what may have been meant. A diagnostic of
    severity "error" or "warning" changes what is searched for, and strict mode refuses it. One of
    severity "info" changes nothing.

    >>> remark = Diagnostic("error", 0, 5, "there is no field 'titel'", "a word", "headline")
    >>> str(remark)
    "there is no field 'titel': a word; did you mean 'headline'?"
    """

    severity: Literal["error", "warning", "info"]
    start: int
    end: int
    message: str
    action: str
    suggestion: str | None = None

    def __str__(self) -> str:
        question = f"; did you mean {self.suggestion!r}?" if self.suggestion else ""
        return f"{self.message}: {self.action}{question}"

    def underlined(self, query: str) -> str:
        """Return ``query`` on one line, and below it a line with a caret under each character.

        Control characters are shown as U+FFFD.

        >>> print(Diagnostic("error", 4, 6, "", "").underlined("one ) two"))
        one ) two
            ^^
        """
        carets = "^" * max(self.end - self.start, 1)
        return f"{_CONTROL.sub(chr(0xFFFD), query)}\n{' ' * self.start}{carets}"
