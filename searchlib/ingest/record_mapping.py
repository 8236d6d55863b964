"""A record of named values to an Article: which names mean which field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from searchlib.article import Article
from searchlib.article_size import check_size
from searchlib.errors import MalformedArticleError
from searchlib.ingest.text_dates import parse_date

__all__ = ["TEXT_NAMES", "article_from_record", "field_of"]

_NAMES: Final = {
    "article_id": "article_id id uid guid _id",
    "headline": "headline title head hl",
    "body": "body text content article body_text articlebody content_text full_text",
    "caption": "caption captions image_caption photo_caption",
    "published": "published date pubdate published_at publication_date date_published"
    " datepublished created",
    "modified": "modified updated updated_at date_modified datemodified last_modified",
    "source": "source publisher publication newspaper outlet agency",
    "url": "url link permalink canonical_url uri",
    "authors": "authors author byline by creator",
    "section": "section category desk",
    "tags": "tags tag topics topic keywords subjects",
    "language": "language lang",
    "metadata": "metadata",
}
_FIELDS: Final = {name: field for field, names in _NAMES.items() for name in names.split()}
TEXT_NAMES: Final = frozenset(
    name for name, field in _FIELDS.items() if field in ("headline", "body", "caption")
)
"""The names of text: a record without any of them is no article."""


def field_of(name: str) -> str | None:
    """Return the field that a record's ``name`` means, or None.

    >>> field_of("Title"), field_of("wordCount")
    ('headline', None)
    """
    return _FIELDS.get(name.strip().casefold())


def article_from_record(record: Mapping[str, Any]) -> Article:
    """Make the article that ``record`` describes.

    A field's own name goes before the other names for it; what no field takes is kept in
    ``metadata`` under its own name. Raises MalformedArticleError.
    """
    fields: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    # A stable sort: the field's own name first, then as they come.
    for name, value in sorted(record.items(), key=lambda item: item[0] not in _NAMES):
        field = field_of(name)
        if field is None or (field in fields and value not in (None, "", [])):
            rest[name] = value
        elif field not in fields:
            fields[field] = value
    if not any(field in fields for field in ("headline", "body", "caption")):
        found = ", ".join(map(repr, record)) or "nothing"
        raise MalformedArticleError(f"it has no headline, body or caption; it has {found:.200}")
    metadata = fields.pop("metadata", None)
    if metadata is not None and not isinstance(metadata, Mapping):
        rest["metadata"] = metadata
        metadata = None
    values: dict[str, Any] = {"metadata": {**rest, **(metadata or {})}}
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


_CONVERTED: Final = {
    **dict.fromkeys(
        ("article_id", "headline", "body", "caption", "source", "url", "section", "language"),
        _text,
    ),
    "authors": _texts,
    "tags": _texts,
    "published": _date,
    "modified": _date,
}
