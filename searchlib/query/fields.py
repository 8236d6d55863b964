"""The field names that may stand before a colon. All but the lead's derive from schema.py."""

from __future__ import annotations

import difflib
from typing import Final

from searchlib.schema import (
    FIELDS,
    FIELDS_BY_NAME,
    INDEXED_DATES,
    TEXT_FIELDS,
    WORD_COUNT,
    TextField,
    names_of,
)

__all__ = [
    "DATE_NAMES",
    "FIELD_NAMES",
    "KEY_NAMES",
    "LEAD_FIELD",
    "LENGTH_FIELD",
    "TEXT_NAMES",
    "closest_field",
    "field_elsewhere",
    "is_field",
]

TEXT_NAMES: Final[dict[str, TextField]] = {
    alias: name for name in TEXT_FIELDS for alias in FIELDS_BY_NAME[name].in_queries.split()
}
"""Maps each name of a text field in a query to the field."""

KEY_NAMES: Final = {
    alias: name for name in names_of("key") for alias in FIELDS_BY_NAME[name].in_queries.split()
}
"""Maps each name of a key field in a query to the field."""

DATE_NAMES: Final = frozenset(
    alias for name in INDEXED_DATES for alias in FIELDS_BY_NAME[name].in_queries.split()
)
"""The names of the date field in a query."""

LEAD_FIELD: Final = "hlp"
"""The name for the headline and the first paragraph of the body."""

LENGTH_FIELD: Final = WORD_COUNT.in_queries
FIELD_NAMES: Final = (*TEXT_NAMES, *KEY_NAMES, *sorted(DATE_NAMES), LEAD_FIELD, LENGTH_FIELD)
_KNOWN: Final = frozenset(FIELD_NAMES)

# Factiva and LexisNexis are among the other systems.
_ELSEWHERE: Final = {
    **{
        other: field.in_queries.split()[0]
        for field in (*FIELDS, WORD_COUNT)
        for other in field.elsewhere.split()
    },
    **dict.fromkeys(("lead", "lp"), LEAD_FIELD),
}


def is_field(name: str) -> bool:
    """Return whether ``name``, which must be in lower case, is a field."""
    return name in _KNOWN


def field_elsewhere(name: str) -> str | None:
    """Return our name of a field for its name in another system, in lower case; None if unknown."""
    return _ELSEWHERE.get(name)


def closest_field(name: str) -> str | None:
    """Return the name of the field that ``name`` may be a typing error for, or None.

    >>> closest_field("captoin")
    'caption'
    """
    close = difflib.get_close_matches(name, FIELD_NAMES, n=1, cutoff=0.7)
    return _ELSEWHERE.get(name) or next(iter(close), None)
