"""Make an Article of a record of named values, under the names that schema.py has for files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from searchlib.article import Article
from searchlib.article_size import check_size
from searchlib.errors import MalformedArticleError
from searchlib.ingest.text_dates import parse_date
from searchlib.schema import (
    ANY_TEXT_FIELD,
    DATE_FIELDS,
    FIELDS,
    FIELDS_BY_NAME,
    LIST_FIELDS,
    METADATA_FIELD,
    TEXT_FIELDS,
)

__all__ = ["TEXT_RECORD_KEYS", "article_from_record", "field_of"]

_FIELDS: Final = {name: field.name for field in FIELDS for name in field.in_files.split()}
TEXT_RECORD_KEYS: Final = frozenset(name for name, field in _FIELDS.items() if field in TEXT_FIELDS)
"""The names of text: a record without any of them is no article."""


def field_of(name: str) -> str | None:
    """Return the field that a record's ``name`` means, or None.

    >>> field_of("Title"), field_of("wordCount")
    ('headline', None)
    """
    return _FIELDS.get(name.strip().casefold())


def article_from_record(record: Mapping[str, Any]) -> Article:
    """Make the article that ``record`` describes.

    If several names mean one field, the field's own name counts, else the first with a value. What
    no field takes is kept in ``metadata`` under its own name. Raises MalformedArticleError.
    """
    fields: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    # A stable sort: the field's own name first, then as they come.
    for name, value in sorted(record.items(), key=lambda item: item[0] not in FIELDS_BY_NAME):
        field = field_of(name)
        if field is None or (field in fields and value not in (None, "", [])):
            rest[name] = value
        elif field not in fields:
            fields[field] = value
    if not any(field in fields for field in TEXT_FIELDS):
        found = ", ".join(map(repr, record)) or "nothing"
        raise MalformedArticleError(f"it has no {ANY_TEXT_FIELD}; it has {found:.200}")
    metadata = fields.pop(METADATA_FIELD, None)
    if metadata is not None and not isinstance(metadata, Mapping):
        rest[METADATA_FIELD] = metadata
        metadata = None
    values: dict[str, Any] = {METADATA_FIELD: {**rest, **(metadata or {})}}
    for field, value in fields.items():
        values[field] = _CONVERTED[field](field, value)
    article = Article(**values)
    check_size(article)
    return article


def _text(field: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n\n".join(value)
    raise MalformedArticleError(f"{field} must be a string, not {value!r:.80}")


def _texts(field: str, value: object) -> Iterable[str]:
    if value is None or value == "":
        return []
    if isinstance(value, str):
        separator = ";" if ";" in value else "|"
        return [part.strip() for part in value.split(separator) if part.strip()]
    if isinstance(value, list):
        return [_named(field, item) for item in value]
    return [_named(field, value)]


def _named(field: str, item: object) -> str:
    # JSON-LD and feeds: an author is an object with a name.
    if isinstance(item, Mapping) and isinstance(item.get("name"), str):
        return str(item["name"])
    if isinstance(item, list):
        raise MalformedArticleError(f"{field} must be a string, not {item!r:.80}")
    return _text(field, item)


def _date(field: str, value: object) -> object:
    try:
        return parse_date(value)
    except MalformedArticleError as error:
        raise MalformedArticleError(f"{field}: {error.problem}") from None


_CONVERTED: Final[dict[str, Callable[[str, object], object]]] = {
    **dict.fromkeys(FIELDS_BY_NAME, _text),
    **dict.fromkeys(LIST_FIELDS, _texts),
    **dict.fromkeys(DATE_FIELDS, _date),
}
