"""Converts an index that Whoosh itself has written into one of searchlib.

Reading the old index unpickles it, which can run any code in it: convert only an index that you
trust. Nothing else in searchlib unpickles.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ParamSpec

from searchlib.analysis import get_analyzer
from searchlib.errors import MalformedArticleError, StorageError
from searchlib.local import LocalEngine
from searchlib.settings import SETTINGS_FILE, Settings
from searchlib.store.creating import create_store
from searchlib.whoosh.articles.article_index import ArticleIndex
from searchlib.whoosh.index.searchlib_index import SearchlibIndex
from searchlib.whoosh.index.whoosh_directory import storage_path
from searchlib.whoosh.stock.article_mapping import (
    Conversion,
    StoredArticles,
    check_names,
    check_stored,
)
from searchlib.whoosh.stock.index_conversion import Progress, convert_index
from searchlib.whoosh.stock.staging import staged
from searchlib.whoosh.stock.stock_index import StockIndex, stock_of, stock_open
from searchlib.writer import Writer

__all__ = ["Conversion", "WrongMapError", "convert"]

_P = ParamSpec("_P")


class WrongMapError(ValueError):
    """A map has an unknown field of an article, or a field that the old index has not stored."""


def convert(
    old: Any,
    new: str | os.PathLike[str],
    *,
    indexname: str | None = None,
    schema: Any = None,
    map: Mapping[str, str] | None = None,  # noqa: A002  # the clearest name
    analyzer: str = "english",
    progress: Progress | None = None,
    on_error: Callable[[MalformedArticleError], object] | None = None,
) -> Conversion:
    """Convert an index that Whoosh has written into an index of searchlib in ``new``.

    Reading ``old`` unpickles it, which can run any code in it: convert only an index that you
    trust. ``old`` is the path of its directory, or an index that Whoosh has opened; it is never
    changed. ``indexname`` is the name of the old and of the new index. ``schema``, if given, is
    used in place of the pickled one, as in whoosh.index.open_dir.

    All documents that are not deleted are copied with their postings, lengths, columns, vectors and
    stored fields, also of fields that are not stored. Hits, scores and suggestions of
    searchlib.whoosh.open_dir(new) are those of the old index after ``optimize()``.

    With ``map``, ``new`` becomes an index of articles instead, with this ``analyzer``, as
    searchlib.create makes it. The map {"headline": "title", "body": "content"} says that the stored
    field "title" becomes the headline. Other stored fields with JSON values, dates or decimals
    become metadata. A time without a zone is in UTC. If a document cannot be made into an article,
    it is counted and ``on_error`` is called; if this is true of all documents, no index is made.
    Without ``map`` nothing is analyzed, and ``analyzer`` and ``on_error`` are not used.

    ``progress`` is called with the number of documents that are done and the total. The last call
    comes when all is written and before ``new`` exists.

    ``new`` must be missing or an empty directory; otherwise IndexExistsError is raised. After an
    error or interrupt it is unchanged. Raises IndexNotFoundError if ``old`` has no index, and
    CorruptIndexError if the index is damaged. Raises StorageError if ``old`` is an index of
    searchlib, or needs a class that cannot be imported. Raises ValueError for a map with a field
    that is not stored or that no article has.
    """
    path = os.fspath(new)
    if not isinstance(path, str) or not path:
        raise ValueError(f"new must be the name of a directory, not {new!r:.80}")
    if map is not None:
        with _map_errors():
            check_names(map)
    get_analyzer(analyzer)
    opened = _open(old, indexname, schema)
    guarded_progress, guarded_on_error = _guarded(progress), _guarded(on_error)
    try:
        _check_outside(opened.path, path)
        if map is None:
            return _convert_whole(opened, path, guarded_progress)
        with _map_errors():
            check_stored(opened, map)
        articles = StoredArticles(opened, map, guarded_progress, guarded_on_error)
        return _convert_articles(articles, path, analyzer)
    except _CallbackError as raised:
        for note in getattr(raised, "__notes__", ()):
            raised.error.add_note(note)
        raise raised.error from None
    finally:
        opened.close()


@contextmanager
def _map_errors() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise WrongMapError(str(error)) from None


class _CallbackError(BaseException):
    """An error of a callback, which must not be reported as an error of reading or writing."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


def _guarded(callback: Callable[_P, object] | None) -> Callable[_P, object] | None:
    if callback is None:
        return None

    def call(*arguments: _P.args, **options: _P.kwargs) -> None:
        try:
            callback(*arguments, **options)
        except Exception as error:
            raise _CallbackError(error) from error

    return call


def _open(old: Any, indexname: str | None, schema: Any) -> StockIndex:
    if isinstance(old, str | os.PathLike):
        return stock_open(str(os.fspath(old)), indexname, schema)
    if isinstance(old, SearchlibIndex | ArticleIndex):
        raise StorageError(
            "this is an index of searchlib, and nothing has to be converted",
            path=storage_path(old.storage),
        )
    if indexname is not None or schema is not None:
        raise ValueError("give indexname and schema only with a path, not with an opened index")
    return stock_of(old)


def _check_outside(old: str, new: str) -> None:
    """Raise StorageError if ``new`` is the directory of the old index or inside it."""
    old_path, new_path = os.path.realpath(old), os.path.realpath(new)
    old_prefix = f"{old_path.rstrip(os.sep)}{os.sep}"
    if os.path.isdir(old_path) and f"{new_path}{os.sep}".startswith(old_prefix):
        raise StorageError(
            f"it is the directory of the old index ({old}) or inside it, and the old index is never"
            " changed; give another directory",
            path=new,
        )


def _convert_whole(old: StockIndex, path: str, progress: Progress | None) -> Conversion:
    with staged(path, lambda name: name.endswith(".commit")) as stage:
        supplied = convert_index(old, stage.folder, progress)
        if progress:
            progress(old.doc_count, old.doc_count)
    return Conversion(path, old.doc_count, supplied)


def _convert_articles(articles: StoredArticles, path: str, analyzer: str) -> Conversion:
    result = articles.result
    name = get_analyzer(analyzer).name
    with staged(path, lambda file: file == SETTINGS_FILE) as stage:
        store = create_store(stage.folder, Settings(analyzer=name))
        with Writer(LocalEngine(store), wait_seconds=60.0) as writer:
            added = writer.add_many(articles)
        result.articles = store.snapshot().num_docs
        result.replaced = added - result.articles
        if not added and result.bad_records:
            stage.abandon()
        articles.finish()
    result.path = path
    return result
