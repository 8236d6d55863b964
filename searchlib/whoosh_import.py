"""An index that Whoosh itself has written, as one of searchlib's.

Reading the old index unpickles it, which runs what is in it: convert only what you trust. Nothing
else of searchlib unpickles anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any, Final, ParamSpec

from searchlib.analysis import get_analyzer
from searchlib.article import TEXT_FIELDS, Article, Json
from searchlib.codec import SETTINGS_FILE, Settings, Store
from searchlib.codec.article_index import ArticleIndex
from searchlib.codec.staging import staged
from searchlib.codec.stock_documents import (
    field_names,
    is_stored,
    pieces,
    stored_documents,
    unique_names,
)
from searchlib.codec.whoosh_conversion import Progress, convert_index
from searchlib.codec.whoosh_index import SearchlibIndex
from searchlib.codec.whoosh_stock import StockIndex, stock_of, stock_open
from searchlib.errors import MalformedArticleError, StorageError
from searchlib.ingest.records import article_from_record
from searchlib.writer import Writer

__all__ = ["ARTICLE_FIELDS", "Conversion", "convert"]

ARTICLE_FIELDS: Final = (
    *("article_id", *TEXT_FIELDS, "published", "modified", "source", "url", "authors"),
    *("section", "tags", "language"),
)
"""The fields of an article that a map may name."""

_P = ParamSpec("_P")
_LISTS: Final = frozenset({"authors", "tags"})
_DATES: Final = frozenset({"published", "modified"})


@dataclass
class Conversion:
    """What has been converted.

    ``documents`` counts those of the old index that are not deleted. ``supplied`` names the fields
    that open_dir cannot make by itself, with the reason: it needs ``schema=`` for them.

    With a map, ``articles`` counts those in the new index, ``replaced`` those that a later one with
    the same article_id has replaced, and ``bad_records`` the documents of which no article could be
    made. ``metadata`` names the fields that were kept as such, ``left_out`` those that were not:
    they are not stored, or have values that are no JSON.
    """

    path: str
    documents: int = 0
    supplied: Mapping[str, str] = field(default_factory=dict)
    articles: int | None = None
    replaced: int = 0
    bad_records: int = 0
    metadata: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def convert(
    old: Any,
    new: str | os.PathLike[str],
    *,
    indexname: str | None = None,
    schema: Any = None,
    map: Mapping[str, str] | None = None,  # noqa: A002  # the word for it
    analyzer: str = "english",
    progress: Progress | None = None,
    on_error: Callable[[MalformedArticleError], object] | None = None,
) -> Conversion:
    """Make an index of searchlib's in ``new`` of one that Whoosh has written.

    Reading ``old`` unpickles it, which runs what is in it: convert only what you trust. ``old`` is
    the path of its directory, or an index that Whoosh has opened; nothing is ever written to it.
    ``indexname`` is the name it has there, and the new one gets. ``schema`` counts for the one that
    is pickled, as in whoosh.index.open_dir.

    Every document that is not deleted is taken over with all its postings, lengths, columns,
    vectors and stored fields, whether they are stored or not: hits, scores and suggestions of
    searchlib.whoosh.open_dir(new) are those of the old index after ``optimize()``.

    With ``map``, an index of articles is made of the stored fields instead, as searchlib.create
    makes it, with this ``analyzer``: {"headline": "title", "body": "content"} says which field of
    the old index becomes which of an article. Other stored fields with JSON values, dates or
    decimals become metadata. A time without a zone is UTC. A document of which no article can be
    made is counted, and told to ``on_error``; where there are no others, no index is made.

    ``progress`` is called with how many documents are done, and of how many; the last call comes
    when all is written, and before ``new`` is there.

    ``new`` must be missing, or an empty directory: else IndexExistsError. It is there whole or not
    at all, whatever happens. Raises IndexNotFoundError if ``old`` has no index, CorruptIndexError
    if that is damaged, StorageError if it is one of searchlib's, or needs a class that cannot be
    imported, ValueError for a map that names what is not stored or no field of an article.
    """
    path = os.fspath(new)
    if not isinstance(path, str) or not path:
        raise ValueError(f"new must be the name of a directory, not {new!r:.80}")
    if map is not None:
        _check_names(map)
    get_analyzer(analyzer)
    opened = _opened(old, indexname, schema)
    tell, report = _apart(progress), _apart(on_error)
    try:
        _check_apart(opened.path, path)
        if map is None:
            return _convert_whole(opened, path, tell)
        _check_stored(opened, map)
        return _convert_articles(_Articles(opened, map, tell, report), path, analyzer)
    except _CallbackError as raised:
        for note in getattr(raised, "__notes__", ()):
            raised.error.add_note(note)
        raise raised.error from None
    finally:
        opened.close()


class _CallbackError(BaseException):
    """An error of a callback: it is the program's, and not one of reading or writing."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


def _apart(callback: Callable[_P, object] | None) -> Callable[_P, object] | None:
    if callback is None:
        return None

    def call(*arguments: _P.args, **options: _P.kwargs) -> None:
        try:
            callback(*arguments, **options)
        except Exception as error:
            raise _CallbackError(error) from error

    return call


def _opened(old: Any, indexname: str | None, schema: Any) -> StockIndex:
    if isinstance(old, str | os.PathLike):
        return stock_open(str(os.fspath(old)), indexname, schema)
    if isinstance(old, SearchlibIndex | ArticleIndex):
        raise StorageError(
            "this is an index of searchlib's, and nothing has to be converted",
            path=getattr(old.storage, "folder", "") or "(in memory)",
        )
    if indexname is not None or schema is not None:
        raise ValueError("indexname and schema are those of the index that is given")
    return stock_of(old)


def _check_apart(old: str, new: str) -> None:
    """Refuse to write into the old index."""
    one, other = os.path.realpath(old), os.path.realpath(new)
    if os.path.isdir(one) and f"{other}{os.sep}".startswith(f"{one.rstrip(os.sep)}{os.sep}"):
        raise StorageError(
            f"it is the directory of the old index ({old}) or in it, to which nothing is written;"
            " give another directory",
            path=new,
        )


def _convert_whole(old: StockIndex, path: str, progress: Progress | None) -> Conversion:
    with staged(path, lambda name: name.endswith(".commit")) as stage:
        supplied = convert_index(old, stage.folder, progress)
        if progress:
            progress(old.doc_count, old.doc_count)
    return Conversion(path, old.doc_count, supplied)


def _check_names(names: Mapping[str, str]) -> None:
    for name in names:
        if name not in ARTICLE_FIELDS:
            raise ValueError(
                f"an article has no field {name!r}; it has {', '.join(ARTICLE_FIELDS)}"
            )
    if not set(names) & {*TEXT_FIELDS}:
        raise ValueError("the map has no headline, body or caption, which an article is made of")


def _check_stored(old: StockIndex, names: Mapping[str, str]) -> None:
    """Refuse a map before anything is written."""
    for name, source in names.items():
        stored = is_stored(old, source)
        if not stored:
            known = sorted(name for name, stored in field_names(old).items() if stored)
            raise ValueError(
                f"{name} cannot be made of {source!r}, which"
                f" {'is not stored' if stored is False else 'the old index does not have'};"
                f" stored are: {', '.join(known) or 'none'}"
            )


def _convert_articles(articles: _Articles, path: str, analyzer: str) -> Conversion:
    found = articles.found
    chosen = get_analyzer(analyzer)
    with staged(path, lambda name: name == SETTINGS_FILE) as stage:
        store = Store.create(stage.folder, Settings(analyzer=chosen.name))
        with Writer(store, chosen, wait_seconds=60.0) as writer:
            added = writer.add_many(articles)
        found.articles = store.snapshot().num_docs
        found.replaced = added - found.articles
        if not added and found.bad_records:
            stage.abandon()
        articles.tell()
    found.path = path
    return found


class _Articles:
    """The articles that the documents of an old index are."""

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
        # One that is neither stored nor mapped is lost.
        self._left_out = {
            name: None
            for name, stored in field_names(old).items()
            if not stored and name not in mapped
        }
        self.found = Conversion(old.path, old.doc_count, articles=0)

    def __iter__(self) -> Iterator[Article]:
        count, mapped = 0, {*self._names.values()}
        for count, stored in enumerate(stored_documents(self._old), 1):
            if self._progress and count <= self.found.documents:
                self._progress(count - 1, self.found.documents)
            metadata = self._kept(
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
        self.found.metadata = tuple(self._metadata)
        self.found.left_out = tuple(self._left_out)

    def tell(self) -> None:
        """Say that all is done."""
        if self._progress:
            self._progress(self.found.documents, self.found.documents)

    def _report(self, count: int, stored: dict[str, Any], error: MalformedArticleError) -> None:
        self.found.bad_records += 1
        if self._on_error:
            keys = [f"{name} {stored[name]!r:.80}" for name in self._unique if name in stored]
            which = f"document {count}" + (f" ({', '.join(keys)})" if keys else "")
            self._on_error(
                MalformedArticleError(f"{which}: {error.problem}", source=self._old.path)
            )

    def _value(self, name: str, source: str, value: Any) -> Any:
        """Give a stored value as a record of a file would have it."""
        if name in _LISTS:
            if isinstance(value, str):
                found = pieces(self._old, source, value)
                return value if found is None else found
            return [*value] if isinstance(value, tuple | set | frozenset) else value
        if isinstance(value, date) and name in _DATES:
            return value.isoformat()
        return value

    def _kept(self, stored: dict[str, Any]) -> dict[str, Json]:
        """Give what is kept as metadata of the fields that are not mapped."""
        kept: dict[str, Json] = {}
        for name, value in stored.items():
            if value is None:
                continue
            try:
                kept[name] = _json(value)
            except (TypeError, RecursionError):
                self._left_out[name] = None
            else:
                self._metadata[name] = None
        return kept


def _json(value: Any) -> Json:
    """Give a stored value as JSON; dates, times and decimals as text. TypeError for others."""
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
