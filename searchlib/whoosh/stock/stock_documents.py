"""The stored fields of an index of Whoosh's own, and which fields are stored at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import fields

from searchlib.whoosh.stock.stock_index import StockIndex, reading_stock

__all__ = ["field_names", "is_stored", "pieces", "stored_documents", "unique_names"]


def field_names(old: StockIndex) -> dict[str, bool]:
    """Return the fields, and those whose names are patterns, with whether they are stored."""
    subfields = {other for others in old.schema._subfields.values() for other in others[1:]}
    named = {name: bool(field.stored) for name, field in old.schema.items()}
    patterns = {name: bool(field.stored) for name, (_, field) in old.schema._dyn_fields.items()}
    return {name: stored for name, stored in (named | patterns).items() if name not in subfields}


def is_stored(old: StockIndex, name: str) -> bool | None:
    """Tell whether a field is stored; None if the schema has none of this name."""
    if name not in old.schema:
        return None
    return bool(old.schema[name].stored)


def unique_names(old: StockIndex) -> list[str]:
    """Return the fields that tell one document from another."""
    return [name for name, field in old.schema.items() if field.unique]


def stored_documents(old: StockIndex) -> Iterator[dict[str, Any]]:
    """Return what is stored of each document, in their order, without those that are deleted."""
    for reader in old.readers:
        documents = reader.iter_docs()
        while True:
            with reading_stock(old.path):
                found = next(documents, None)
                if found is None:
                    break
                stored = {name: value for name, value in found[1].items() if name in old.schema}
            yield stored


def pieces(old: StockIndex, name: str, text: str) -> list[str] | None:
    """Return the keywords that a stored text was indexed as, as they are written.

    None for a field that has no keywords.
    """
    field = old.schema[name]
    if not isinstance(field, fields.KEYWORD | fields.IDLIST):
        return None
    tokens = field.analyzer(text, chars=True, mode="index")
    found = (text[token.startchar : token.endchar].strip() for token in tokens)
    return [piece for piece in found if piece]
