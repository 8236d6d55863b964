"""Create and open indexes, and the class Index: write, read, search."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from searchlib.analysis import get_analyzer, known_analyzers
from searchlib.arguments import workers
from searchlib.article import Article
from searchlib.article_record import article_of
from searchlib.engine import Engine, Explanation, IndexStats, Settings, Sort, View
from searchlib.errors import IndexExistsError, IndexNotFoundError, StorageError
from searchlib.files.damage import corruption_guard
from searchlib.forks import cached_property, importing
from searchlib.local import LocalEngine
from searchlib.store.creating import create_store, memory_store
from searchlib.store.store import Store
from searchlib.writer import Writer

if TYPE_CHECKING:
    from searchlib.results import SearchResults
    from searchlib.results.search import SearchRequest

__all__ = [
    "Index",
    "IndexStats",
    "analyzer_name",
    "create",
    "discard_unwritten",
    "in_memory",
    "known_analyzers",
    "open",
    "open_or_create",
]


def create(
    path: str | os.PathLike[str],
    *,
    analyzer: str = "english",
    weights: Mapping[str, float] | None = None,
    k1: float | None = None,
    b: float | None = None,
) -> Index:
    """Create an empty index in the directory ``path``, which is created if it is missing.

    ``analyzer`` analyzes the articles without a language: a Snowball language ("english", "de",
    ...), "plain" (folded, not stemmed) or "exact" (as written). ``weights``, ``k1`` and ``b`` are
    the default parameters of ranking. Raises IndexExistsError if ``path`` contains an index,
    ValueError for an unknown analyzer or field, or a parameter out of range.
    """
    settings = _settings(analyzer, weights, k1, b)
    return Index(LocalEngine(create_store(_folder(path), settings)))


def open(path: str | os.PathLike[str]) -> Index:  # noqa: A001  # searchlib.open, as gzip.open
    """Open the index in the directory ``path``.

    Raises IndexNotFoundError if there is no index, IndexFormatError if another version of searchlib
    has written it, CorruptIndexError if it is damaged.
    """
    return Index(LocalEngine(Store.open(_folder(path))))


def open_or_create(
    path: str | os.PathLike[str],
    *,
    analyzer: str = "english",
    weights: Mapping[str, float] | None = None,
    k1: float | None = None,
    b: float | None = None,
) -> Index:
    """Open the index in the directory ``path``. If there is none, create it with these settings."""
    try:
        return open(path)
    except IndexNotFoundError:
        try:
            return create(path, analyzer=analyzer, weights=weights, k1=k1, b=b)
        except IndexExistsError:  # another process has just created it
            return open(path)


def in_memory(
    *,
    analyzer: str = "english",
    weights: Mapping[str, float] | None = None,
    k1: float | None = None,
    b: float | None = None,
) -> Index:
    """Create an empty index in memory, which ends with the process. Settings as in create().

    >>> index = in_memory()
    >>> with index.writer() as writer:
    ...     writer.add(Article(article_id="a", headline="Horses cross the border"))
    >>> [hit.article_id for hit in index.search("horse")]
    ['a']
    """
    return Index(LocalEngine(memory_store(_settings(analyzer, weights, k1, b))))


def analyzer_name(analyzer: str) -> str:
    """Return the full name of an analyzer: "german" for "de". Raises ValueError if unknown."""
    return get_analyzer(_string("analyzer", analyzer)).name


def discard_unwritten(index: Index) -> bool:
    """Delete an index that has never been written to. Return whether it was deleted.

    For a program that created an index and then found nothing to index. The directories that
    create() has made are deleted too, unless they contain other files. Return False if another
    process uses or has deleted the index, or if it cannot be read.
    """
    try:
        return index._open_engine.destroy_unwritten()  # noqa: SLF001  # no public name of Index
    except StorageError:
        return False


def _settings(
    analyzer: str, weights: Mapping[str, float] | None, k1: float | None, b: float | None
) -> Settings:
    return Settings(analyzer=analyzer_name(analyzer)).overridden(weights, k1, b)


class Index:
    """An index of articles. Every search sees the latest commit of any process.

    Safe to use from many threads, also while a writer changes the index. As a context manager, it
    is closed at the end of the block. The ``engine`` stores the articles and finds them.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine: Engine | None = engine
        self.path = engine.path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Index {self.path}>"

    def __getstate__(self) -> object:
        # An engine has locks and open files; the error of pickling would name one of those.
        raise TypeError(
            f"{self.path}: an index cannot be pickled or copied; pass the path of one on the disk,"
            " and open it there"
        )

    def close(self) -> None:
        """Close the index. Earlier results can still be read. May be called more than once."""
        self._engine = None

    def destroy(self) -> None:
        """Delete the index and close it. Other files in its directory are not deleted."""
        self._open_engine.destroy()
        self.close()

    @property
    def _open_engine(self) -> Engine:
        if self._engine is None:
            raise StorageError("the index is closed", path=self.path)
        return self._engine

    def writer(self, *, wait_seconds: float = 60.0, processes: int = 1) -> Writer:
        """Return a transaction: `with index.writer() as writer: writer.add(article)`.

        If ``processes`` is above 1, that many other processes analyze the articles and write
        segments, and this process prepares and commits. Search results are the same. It is faster
        from about 100 MB of text on. Each process takes 200 MB of memory and runs the program's
        main module again, so a script must index under `if __name__ == "__main__":`.

        Raises ValueError for several processes on an index in memory, for ``processes`` below 1 or
        above 1,000, and for negative ``wait_seconds``, which may be infinite.
        """
        return Writer(self._open_engine, wait_seconds, processes)

    @cached_property
    def _searching(
        self,
    ) -> tuple[type[SearchRequest], Callable[[SearchRequest, View, Settings], SearchResults]]:
        # Imported at the first search: it takes 30 ms, and a program that only writes saves them.
        with importing:
            from searchlib.results.search import SearchRequest, run_search  # noqa: PLC0415

        return SearchRequest, run_search

    @property
    def count(self) -> int:
        """The number of articles."""
        return self._open_engine.view().num_articles

    def get(self, article_id: str) -> Article | None:
        """Return the article with this id, or None."""
        record = self._open_engine.view().get(_string("article_id", article_id))
        if record is None:
            return None
        with corruption_guard(self.path):
            return article_of(record)

    def search(
        self,
        query: str,
        *,
        limit: int | None = 10,
        offset: int = 0,
        filter: str | None = None,  # noqa: A002  # the word for it
        sort: Sort = "relevance",
        weights: Mapping[str, float] | None = None,
        k1: float | None = None,
        b: float | None = None,
        strict: bool = False,
        default_operator: Literal["or", "and"] | None = None,
        now: datetime | None = None,
        syntax: Literal["searchlib", "lucene", "whoosh"] = "searchlib",
    ) -> SearchResults:
        """Return the articles that ``query`` matches, best first.

        Articles with equal scores are in the order of insertion. ``limit`` (None: all) and
        ``offset`` choose the page. ``filter`` is a second query, which hits must match too; it does
        not change scores. ``sort`` may be "newest" or "oldest"; then articles without a date come
        last. ``weights`` of fields, ``k1`` and ``b`` replace those of the index.

        ``default_operator`` joins words without an operator between them; None is "and" for the
        syntax "whoosh", otherwise "or". "yesterday" and "7d" are relative to ``now``, and days are
        days in its time zone; None is the current time in UTC. With the ``syntax`` "lucene" or
        "whoosh", query and filter have the syntax of Lucene's or Whoosh's own parser.

        A query never raises an error: the diagnostics of the results name its problems. With
        ``strict``, a problem raises QueryError instead. Raises ValueError for other arguments out
        of range, TypeError for arguments of another type.
        """
        view = self._open_engine.view()
        settings = _ranking(view, weights, k1, b)
        request_type, run_search = self._searching
        request = request_type(
            query=query,
            limit=limit,
            offset=offset,
            filter=filter,
            sort=sort,
            strict=strict,
            default_operator=default_operator,
            now=now,
            syntax=syntax,
        )
        return run_search(request, view, settings)

    def search_many(
        self,
        queries: Iterable[str],
        *,
        limit: int | None = 10,
        threads: int | None = None,
        syntax: Literal["searchlib", "lucene", "whoosh"] = "searchlib",
    ) -> list[SearchResults]:
        """Search for each of ``queries`` in several threads. None: one thread per processor.

        Return the results in the order of the queries, all from one commit. ``syntax`` and errors
        are those of search(). Raises ValueError for ``threads`` below 1 or above 1,000.
        """
        if isinstance(queries, str):
            raise TypeError(f"queries must be a list of strings, not the string {queries!r:.80}")
        if threads is not None:
            threads = workers("threads", threads)
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # as in _searching

        view = self._open_engine.view()
        request_type, run_search = self._searching

        def request(query: str) -> SearchRequest:
            return request_type(query=query, limit=limit, syntax=syntax)

        def search(query: str) -> SearchResults:
            return run_search(request(query), view, view.settings)

        request("")  # raises for a wrong limit, even if there are no queries

        with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
            return list(pool.map(search, queries))

    def explain(
        self,
        query: str,
        article_id: str,
        *,
        weights: Mapping[str, float] | None = None,
        k1: float | None = None,
        b: float | None = None,
        default_operator: Literal["or", "and"] | None = None,
        now: datetime | None = None,
        syntax: Literal["searchlib", "lucene", "whoosh"] = "searchlib",
    ) -> Explanation | None:
        """Explain the score of one article in search(), whatever its rank.

        The options and errors are those of search(). Return None if the article does not match
        ``query``, or is not in the index. Costs a pass over the matches of each part of the query.
        No article is read.
        """
        from searchlib.results.search import explain_article  # noqa: PLC0415  # as in _searching

        view = self._open_engine.view()
        settings = _ranking(view, weights, k1, b)
        request_type, _ = self._searching
        article_id = _string("article_id", article_id)
        request = request_type(
            query=query, default_operator=default_operator, now=now, syntax=syntax
        )
        return explain_article(request, article_id, view, settings)

    def stats(self) -> IndexStats:
        """Return figures of the index. Costs a pass over its terms and dates."""
        return self._open_engine.view().stats()

    def check(self) -> list[str]:
        """Read the whole index. Return a message for each problem, or an empty list."""
        return list(self._open_engine.view().check())


def _folder(path: str | os.PathLike[str]) -> str:
    return _string("path", os.fspath(path))


def _string(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {value!r:.80}")
    return value


def _ranking(
    view: View, weights: Mapping[str, float] | None, k1: float | None, b: float | None
) -> Settings:
    """Return the settings of the index, overridden by the arguments."""
    if weights is None and k1 is None and b is None:
        return view.settings
    return view.settings.overridden(weights, k1, b)
