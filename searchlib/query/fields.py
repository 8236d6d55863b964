"""The names that may stand before a colon. They derive from schema.py, but for the lead's."""

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
    "DATE_FIELDS",
    "FIELD_NAMES",
    "KEY_FIELDS",
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
"""The text field that a name in a query means."""

KEY_FIELDS: Final = {
    alias: name for name in names_of("key") for alias in FIELDS_BY_NAME[name].in_queries.split()
}
"""The key field that a name in a query means."""

DATE_FIELDS: Final = frozenset(
    alias for name in INDEXED_DATES for alias in FIELDS_BY_NAME[name].in_queries.split()
)
"""The names of the date in a query."""

LEAD_FIELD: Final = "hlp"
"""The headline and the first paragraph of the body."""

LENGTH_FIELD: Final = WORD_COUNT.in_queries
FIELD_NAMES: Final = (*TEXT_NAMES, *KEY_FIELDS, *sorted(DATE_FIELDS), LEAD_FIELD, LENGTH_FIELD)
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
    """Tell whether ``name``, in small letters, is a field."""
    return name in _KNOWN


def field_elsewhere(name: str) -> str | None:
    """Return our field for a name, in small letters, that another system has for it."""
    return _ELSEWHERE.get(name)


def closest_field(name: str) -> str | None:
    """Return the field that ``name`` may be a slip for.

    >>> closest_field("captoin")
    'caption'
    """
    close = difflib.get_close_matches(name, FIELD_NAMES, n=1, cutoff=0.7)
    return _ELSEWHERE.get(name) or next(iter(close), None)
