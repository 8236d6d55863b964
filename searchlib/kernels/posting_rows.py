"""Columns of the rows of posting lists, in plain Python; posting_rows.pxd has them compiled.

kernels/postings/lists.py says what a row is. The columns named here are behind those of the text
fields, which have three each, so they follow from the number of fields.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "FORMS_AT",
    "FORM_WIDTH",
    "OCCURRENCES",
    "POSITIONS_AT",
    "POSITION_WIDTH",
    "ROW_COLUMNS",
]

POSITIONS_AT: Final = 14
"""Bit of the first position: 5 + 3 * TEXT_FIELDS."""

POSITION_WIDTH: Final = 15
"""Bits of a position."""

FORMS_AT: Final = 16
"""Bit of the first form."""

FORM_WIDTH: Final = 17
"""Bits of a form."""

OCCURRENCES: Final = 18
"""Number of occurrences."""

ROW_COLUMNS: Final = 19
"""Number of columns of a row."""
