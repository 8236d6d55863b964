"""Turns the stored documents of a Whoosh index into articles, by a map of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from searchlib.article import Article, Json
from searchlib.errors import MalformedArticleError
from searchlib.ingest.record_mapping import article_from_record
from searchlib.schema import (
    ANY_TEXT_FIELD,
    DATE_FIELDS,
    FACT_FIELDS,
    ID_FIELD,
    LIST_FIELDS,
    TEXT_FIELDS,
)
from searchlib.whoosh.stock.index_conversion import Progress
from searchlib.whoosh.stock.stock_documents import (
    field_names,
    is_stored,
    stored_documents,
    stored_keywords,
    unique_names,
)
from searchlib.whoosh.stock.stock_index import StockIndex

__all__ = ["ARTICLE_FIELDS", "Conversion", "StoredArticles", "check_names", "check_stored"]

ARTICLE_FIELDS: Final = (ID_FIELD, *TEXT_FIELDS, *FACT_FIELDS)
"""The fields of an article that a map may name."""


@dataclass
class Conversion:
    """The result of a conversion.

    ``documents`` is the number of documents of the old index that are not deleted. ``supplied``
    has the fields for which open_dir needs ``schema=``, with the reasons.

    With a map, ``articles`` is the number of articles in the new index. ``replaced`` is the number
    of those that a later article with the same article_id has replaced. ``bad_records`` is the
    number of documents that could not be made into articles. ``metadata`` has the names of the
    fields that became metadata. ``left_out`` has those that did not, because they are not stored or
    have values that JSON cannot hold.
    """

    path: str
    documents: int = 0
    supplied: Mapping[str, str] = field(default_factory=dict)
    articles: int | None = None
    replaced: int = 0
    bad_records: int = 0
    metadata: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def check_names(names: Mapping[str, str]) -> None:
    """Raise ValueError if the map has an unknown field of an article, or no text field."""
    for name in names:
        if name not in ARTICLE_FIELDS:
            raise ValueError(
                f"an article has no field {name!r}; it has {', '.join(ARTICLE_FIELDS)}"
            )
    if not set(names) & {*TEXT_FIELDS}:
        raise ValueError(f"the map has no {ANY_TEXT_FIELD}, one of which an article must have")


def check_stored(old: StockIndex, names: Mapping[str, str]) -> None:
    """Raise ValueError if the map uses a field that is not stored; the message lists the others."""
    for name, source in names.items():
        stored = is_stored(old, source)
        if not stored:
            known = sorted(name for name, stored in field_names(old).items() if stored)
            raise ValueError(
                f"{name} cannot be made from {source!r}, which"
                f" {'is not stored' if stored is False else 'the old index does not have'};"
                f" stored are: {', '.join(known) or 'none'}"
            )


class StoredArticles:
    """Iterates over the documents of an old index as articles; ``result`` has the counts."""

    def __init__(
        self,
        old: StockIndex,
        names: Mapping[str, str],
        progress: Progress | None,
        on_error: Callable[[MalformedArticleError], object] | None,
    ) -> None:
        self._old = old
        self._names = names
        self._progress = progress
        self._on_error = on_error
        self._unique = unique_names(old)
        mapped = {*names.values()}
        self._metadata: dict[str, None] = {}
        # Fields that are neither stored nor mapped are lost.
        self._left_out = {
            name: None
            for name, stored in field_names(old).items()
            if not stored and name not in mapped
        }
        self.result = Conversion(old.path, old.doc_count, articles=0)

    def __iter__(self) -> Iterator[Article]:
        count, mapped = 0, {*self._names.values()}
        for count, stored in enumerate(stored_documents(self._old), 1):
            if self._progress and count <= self.result.documents:
                self._progress(count - 1, self.result.documents)
            metadata = self._as_metadata(
                {name: value for name, value in stored.items() if name not in mapped}
            )
            record = {
                name: self._value(name, source, stored[source])
                for name, source in self._names.items()
                if stored.get(source) is not None
            }
            try:
                if not record.keys() & {*TEXT_FIELDS}:
                    texts = [self._names[name] for name in TEXT_FIELDS if name in self._names]
                    raise MalformedArticleError(f"it has no {' or '.join(texts)}")
                article = article_from_record({**record, "metadata": metadata})
            except MalformedArticleError as error:
                self._report(count, stored, error)
            else:
                yield article
        self.result.metadata = tuple(self._metadata)
        self.result.left_out = tuple(self._left_out)

    def finish(self) -> None:
        """Report to the progress callback that all documents are done."""
        if self._progress:
            self._progress(self.result.documents, self.result.documents)

    def _report(self, count: int, stored: dict[str, Any], error: MalformedArticleError) -> None:
        self.result.bad_records += 1
        if self._on_error:
            keys = [f"{name} {stored[name]!r:.80}" for name in self._unique if name in stored]
            which = f"document {count}" + (f" ({', '.join(keys)})" if keys else "")
            self._on_error(
                MalformedArticleError(f"{which}: {error.problem}", source=self._old.path)
            )

    def _value(self, name: str, source: str, value: Any) -> Any:
        """Return a stored value in the form that it would have in a record of a file."""
        if name in LIST_FIELDS:
            if isinstance(value, str):
                keywords = stored_keywords(self._old, source, value)
                return value if keywords is None else keywords
            return [*value] if isinstance(value, tuple | set | frozenset) else value
        if isinstance(value, date) and name in DATE_FIELDS:
            return value.isoformat()
        return value

    def _as_metadata(self, stored: dict[str, Any]) -> dict[str, Json]:
        """Return the metadata of an article: the fields that are not mapped, as JSON values."""
        metadata: dict[str, Json] = {}
        for name, value in stored.items():
            if value is None:
                continue
            try:
                metadata[name] = _json(value)
            except (TypeError, RecursionError):
                self._left_out[name] = None
            else:
                self._metadata[name] = None
        return metadata


def _json(value: Any) -> Json:
    """Return a stored value as JSON, with dates, times and decimals as text.

    Raises TypeError for values of other types.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float() if isfinite(value):
            return value
        case datetime() if value.tzinfo is None:
            return f"{value.isoformat()}+00:00"
        case date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case list() | tuple():
            return [_json(item) for item in value]
        case set() | frozenset():
            return sorted((_json(item) for item in value), key=repr)
        case dict() if all(isinstance(key, str) for key in value):
            return {key: _json(item) for key, item in value.items()}
    raise TypeError
