"""Typical indexes of Whoosh programs: schemas, documents, and three ways to create them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from whoosh import analysis, fields
from whoosh import index as whoosh_index

from searchlib import Article
from searchlib.whoosh import SearchlibCodec, create_in, open_dir

__all__ = ["KINDS", "PLAIN", "SCHEMAS", "Kind", "documents"]

PLAIN: Final = "plain text"

SCHEMAS: Final[dict[str, Callable[[], Any]]] = {
    PLAIN: lambda: fields.Schema(
        id=fields.ID(stored=True, unique=True),
        title=fields.TEXT(stored=True),
        body=fields.TEXT(stored=True),
    ),
    "stems, spelling, sortable": lambda: fields.Schema(
        id=fields.ID(stored=True, unique=True),
        title=fields.TEXT(stored=True, sortable=True),
        body=fields.TEXT(analyzer=analysis.StemmingAnalyzer(), spelling=True),
        date=fields.DATETIME(stored=True, sortable=True),
        words=fields.NUMERIC(stored=True, sortable=True),
    ),
    "words cut up, keywords": lambda: fields.Schema(
        id=fields.ID(stored=True, unique=True),
        title=fields.NGRAMWORDS(minsize=2, maxsize=6, at="start", stored=True),
        tags=fields.KEYWORD(commas=True, lowercase=True, scorable=True, stored=True),
    ),
    "text without phrases": lambda: fields.Schema(
        id=fields.ID(stored=True, unique=True), body=fields.TEXT(phrase=False)
    ),
}


def documents(schema: Any, articles: list[Article]) -> list[dict[str, Any]]:
    """Return the documents of the articles, with the fields of the schema."""
    docs = []
    for article in articles:
        values = {
            "id": article.article_id,
            "title": article.headline,
            "body": article.body,
            "date": article.published.replace(tzinfo=None) if article.published else None,
            "words": len(article.body.split()),
            "tags": ", ".join(article.tags) or None,
        }
        docs.append({name: value for name, value in values.items() if name in schema})
    return docs


class Kind(NamedTuple):
    """One way to create, write and open a Whoosh index."""

    create: Callable[[Path, Any], Any]
    writer: Callable[[Any], Any]
    open: Callable[[Path], Any]


KINDS: Final[dict[str, Kind]] = {
    "Whoosh": Kind(
        create=lambda path, schema: whoosh_index.create_in(str(path), schema),
        writer=lambda index: index.writer(),
        open=lambda path: whoosh_index.open_dir(str(path)),
    ),
    "SearchlibCodec": Kind(
        create=lambda path, schema: whoosh_index.create_in(str(path), schema),
        writer=lambda index: index.writer(codec=SearchlibCodec()),
        open=lambda path: whoosh_index.open_dir(str(path)),
    ),
    "searchlib.whoosh": Kind(
        create=lambda path, schema: create_in(str(path), schema),
        writer=lambda index: index.writer(),
        open=lambda path: open_dir(str(path)),
    ),
}
"""The first one is Whoosh itself, with which the others are compared."""
