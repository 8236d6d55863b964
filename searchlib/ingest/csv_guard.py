"""Guard CSV cells that a spreadsheet would run as a formula, with an apostrophe before them.

OWASP, "CSV Injection": a cell needs a guard if it begins with = + - @, tab, carriage return or line
feed. The full-width and small forms of the signs need one too: East Asian spreadsheets treat them
alike. So does a cell with spaces before the sign, because some programs remove the spaces.

If a text already has apostrophes before such a sign, it gets one more. So unguarded() restores any
text that guarded() changed.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["guarded", "unguarded"]

_FORMULA: Final = re.compile(
    "'*"
    "(?:[\t\r\n]"
    r"|\s*[=+\-@"
    "\uff1d\uff0b\uff0d\uff20"  # full-width
    "\ufe66\ufe62\ufe63\ufe6b"  # small
    "])"
)


def guarded(cell: str) -> str:
    """Return ``cell``, with an apostrophe before it if a spreadsheet would run it.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("1+1")
    ("'=1+1", "''=1+1", '1+1')
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return the text from which guarded() made ``cell``.

    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
