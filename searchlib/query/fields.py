"""The names that may stand before a colon."""

from __future__ import annotations

import difflib
from typing import Final

from searchlib.article import TextField

__all__ = ["DATE_FIELDS", "FIELD_NAMES", "KEY_FIELDS", "TEXT_NAMES", "closest_field"]

TEXT_NAMES: Final[dict[str, TextField]] = {
    "headline": "headline",
    "hl": "headline",
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
FIELD_NAMES: Final = (*TEXT_NAMES, *KEY_FIELDS, *sorted(DATE_FIELDS))


# Names that other systems give to our fields.
_ELSEWHERE: Final = {
    "title": "headline",
    "text": "body",
    "content": "body",
    "byline": "by",
    "publisher": "source",
    "topic": "tag",
    "year": "date",
}


def closest_field(name: str) -> str | None:
    """Give the field that ``name`` may be a slip for.

    >>> closest_field("captoin")
    'caption'
    """
    close = difflib.get_close_matches(name, FIELD_NAMES, n=1, cutoff=0.7)
    return _ELSEWHERE.get(name) or next(iter(close), None)
