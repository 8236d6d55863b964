"""The names that may stand before a colon."""

from __future__ import annotations

import difflib
from typing import Final

from searchlib.article import TextField

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
    "headline": "headline",
    "hl": "headline",
    "hd": "headline",
    "body": "body",
    "caption": "caption",
    "cap": "caption",
}
KEY_FIELDS: Final = {
    "by": "authors",
    "author": "authors",
    "authors": "authors",
    "source": "source",
    "section": "section",
    "tag": "tags",
    "tags": "tags",
    "lang": "language",
    "language": "language",
    "url": "url",
    "id": "article_id",
    "article_id": "article_id",
}
DATE_FIELDS: Final = frozenset({"date", "published"})
LEAD_FIELD: Final = "hlp"
LENGTH_FIELD: Final = "wc"
FIELD_NAMES: Final = (
    *TEXT_NAMES,
    *KEY_FIELDS,
    *sorted(DATE_FIELDS),
    LEAD_FIELD,
    LENGTH_FIELD,
)
_KNOWN: Final = frozenset(FIELD_NAMES)

# Names that other systems give to our fields, Factiva and LexisNexis among them.
_ELSEWHERE: Final = {
    "title": "headline",
    "text": "body",
    "content": "body",
    "byline": "by",
    "publisher": "source",
    "topic": "tag",
    "year": "date",
    "sn": "source",
    "la": "lang",
    "pd": "date",
    "lp": "hlp",
    "lead": "hlp",
    "length": "wc",
    "words": "wc",
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
