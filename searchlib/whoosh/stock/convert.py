"""An index that Whoosh itself has written, as one of searchlib's.

Reading the old index unpickles it, which runs what is in it: convert only what you trust. Nothing
else of searchlib unpickles anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ParamSpec

from searchlib.analysis import get_analyzer
from searchlib.errors import MalformedArticleError, StorageError
from searchlib.local import LocalEngine
from searchlib.store.creating import create_store
from searchlib.store.settings import SETTINGS_FILE, Settings
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
    """A map names no field of an article, or what the old index has not stored."""


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
    made is counted, and told to ``on_error``; where there are no others, no index is made. Without
    ``map`` nothing is analyzed, and ``analyzer`` and ``on_error`` are not used.

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
        with _map_errors():
            check_names(map)
    get_analyzer(analyzer)
    opened = _open(old, indexname, schema)
    tell, report = _guarded(progress), _guarded(on_error)
    try:
        _check_outside(opened.path, path)
        if map is None:
            return _convert_whole(opened, path, tell)
        with _map_errors():
            check_stored(opened, map)
        return _convert_articles(StoredArticles(opened, map, tell, report), path, analyzer)
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
    """An error of a callback: it is the program's, and not one of reading or writing."""

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
            "this is an index of searchlib's, and nothing has to be converted",
            path=storage_path(old.storage),
        )
    if indexname is not None or schema is not None:
        raise ValueError("indexname and schema are those of the index that is given")
    return stock_of(old)


def _check_outside(old: str, new: str) -> None:
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


def _convert_articles(articles: StoredArticles, path: str, analyzer: str) -> Conversion:
    found = articles.found
    chosen = get_analyzer(analyzer)
    with staged(path, lambda name: name == SETTINGS_FILE) as stage:
        store = create_store(stage.folder, Settings(analyzer=chosen.name))
        with Writer(LocalEngine(store), wait_seconds=60.0) as writer:
            added = writer.add_many(articles)
        found.articles = store.snapshot().num_docs
        found.replaced = added - found.articles
        if not added and found.bad_records:
            stage.abandon()
        articles.tell()
    found.path = path
    return found
