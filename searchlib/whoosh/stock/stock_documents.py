"""Reads the stored documents of a Whoosh index, and tells which fields are stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import fields

from searchlib.whoosh.stock.stock_index import StockIndex, reading_stock

__all__ = ["field_names", "is_stored", "stored_documents", "stored_keywords", "unique_names"]


def field_names(old: StockIndex) -> dict[str, bool]:
    """Return the names of all fields and patterns of fields, each with whether it is stored."""
    subfields = {other for others in old.schema._subfields.values() for other in others[1:]}
    named = {name: bool(field.stored) for name, field in old.schema.items()}
    patterns = {name: bool(field.stored) for name, (_, field) in old.schema._dyn_fields.items()}
    return {name: stored for name, stored in (named | patterns).items() if name not in subfields}


def is_stored(old: StockIndex, name: str) -> bool | None:
    """Return whether a field is stored; return None if the schema has no field with this name."""
    if name not in old.schema:
        return None
    return bool(old.schema[name].stored)


def unique_names(old: StockIndex) -> list[str]:
    """Return the names of the unique fields, which identify a document."""
    return [name for name, field in old.schema.items() if field.unique]


def stored_documents(old: StockIndex) -> Iterator[dict[str, Any]]:
    """Yield the stored fields of each document that is not deleted, in order."""
    for reader in old.readers:
        documents = reader.iter_docs()
        while True:
            with reading_stock(old.path):
                document = next(documents, None)
                if document is None:
                    break
                stored = {name: value for name, value in document[1].items() if name in old.schema}
            yield stored


def stored_keywords(old: StockIndex, name: str, text: str) -> list[str] | None:
    """Return the keywords in a stored text, in their surface form.

    Return None if the field is not a field of keywords.
    """
    field = old.schema[name]
    if not isinstance(field, fields.KEYWORD | fields.IDLIST):
        return None
    tokens = field.analyzer(text, chars=True, mode="index")
    keywords = (text[token.startchar : token.endchar].strip() for token in tokens)
    return [keyword for keyword in keywords if keyword]
