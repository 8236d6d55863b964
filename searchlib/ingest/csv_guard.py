"""Cells of CSV that a spreadsheet would run as a formula, and the apostrophe that keeps it from it.

OWASP, "CSV Injection": a cell that begins with = + - @, tab, return or line feed is guarded by an
apostrophe, and so are the full-width and small forms of the signs, which spreadsheets of East Asia
take for the same. Spaces before a sign do not protect, as some programs take them off.

A text that has apostrophes before such a sign gets one more, so that what one function puts there
the other takes off, whatever the text is.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["guarded", "unguarded"]

_RUN: Final = re.compile(
    "'*"
    "(?:[\t\r\n]"
    r"|\s*[=+\-@"
    "\uff1d\uff0b\uff0d\uff20"  # full-width
    "\ufe66\ufe62\ufe63\ufe6b"  # small
    "])"
)


def guarded(cell: str) -> str:
    """Return a cell for a spreadsheet: with an apostrophe before what it would run.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("1+1")
    ("'=1+1", "''=1+1", '1+1')
    """
    return f"'{cell}" if _RUN.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return the text that guarded() has made ``cell`` of.

    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell.startswith("'") and _RUN.match(cell) else cell
