"""Presents an index of articles as a Whoosh index for reading, with Whoosh's searchers."""

from __future__ import annotations

import os
from typing import Any, NoReturn

from whoosh.fields import ensure_schema
from whoosh.index import Index
from whoosh.reading import EmptyReader, MultiReader, SegmentReader

from searchlib.store.commit import COMMIT_NAMES, INDEX_NAME
from searchlib.store.snapshot import Snapshot
from searchlib.store.store import Store
from searchlib.whoosh.articles.article_reader import ReadOnlySegment
from searchlib.whoosh.articles.article_schema import ArticleAnalysis, article_schema
from searchlib.whoosh.index.searchlib_index import IndexDirectory
from searchlib.whoosh.index.whoosh_errors import ReadOnlyIndexError

__all__ = ["ArticleIndex"]


class ArticleIndex(Index):  # type: ignore[misc]  # whoosh has no types
    """The articles of an index, for Whoosh's queries; open_dir returns it.

    A searcher or reader sees the latest commit at the time when it was opened. An ArticleIndex may
    be used from many threads.
    """

    indexname = INDEX_NAME

    def __init__(self, store: Store, analysis: ArticleAnalysis, schema: Any = None) -> None:
        self._store = store
        self._analysis = analysis
        self.storage = IndexDirectory(store.path, readonly=True)
        self.schema = article_schema(analysis) if schema is None else ensure_schema(schema)
        self._opened: tuple[Snapshot, list[ReadOnlySegment]] | None = None

    def __repr__(self) -> str:
        return f"<ArticleIndex {self._store.path}>"

    def latest_generation(self) -> int:
        return COMMIT_NAMES.latest(self._store.storage)

    def last_modified(self) -> float:
        name = COMMIT_NAMES.name(self.latest_generation())
        return os.path.getmtime(os.path.join(self._store.path, name))

    def is_empty(self) -> bool:
        return not self._store.snapshot().parts

    def reader(self, reuse: Any = None) -> Any:
        snapshot, segments = self._latest()
        readers = [
            _ArticleReader(self.storage, self.schema, segment, generation=snapshot.generation)
            for segment in segments
        ]
        if not readers:
            return _NoArticles(self.schema, snapshot.generation)
        if len(readers) == 1:
            return readers[0]
        return MultiReader(readers, generation=snapshot.generation)

    def _latest(self) -> tuple[Snapshot, list[ReadOnlySegment]]:
        snapshot = self._store.snapshot()
        opened = self._opened
        if opened is None or opened[0] is not snapshot:
            segments = [
                ReadOnlySegment(part, self._store.path, self._analysis.article)
                for part in snapshot.parts
            ]
            self._opened = opened = (snapshot, segments)
        return opened

    def writer(self, **_: Any) -> NoReturn:
        """Raise ReadOnlyIndexError: Whoosh's writers do not know the format of articles."""
        raise ReadOnlyIndexError(
            "this is an index of articles, which Whoosh reads and does not write;"
            f" write to it with searchlib.open({self._store.path!r}).writer()",
            path=self._store.path,
        )

    def optimize(self, **options: Any) -> NoReturn:
        self.writer(**options)


class _ArticleReader(SegmentReader):  # type: ignore[misc]
    def terms_within(self, fieldname: str, text: str, maxdist: int, prefix: int = 0) -> Any:
        # Whoosh's method searches the spelling field, in which FuzzyTerm would find no stem. The
        # spelling correction passes the name of the spelling field itself.
        automata = self.codec().automata(self.storage(), self.segment())
        return automata.terms_within(self.cursor(fieldname), text, maxdist, prefix)


class _NoArticles(EmptyReader):  # type: ignore[misc]
    def __init__(self, schema: Any, generation: int) -> None:
        super().__init__(schema)
        self._generation = generation

    def generation(self) -> int:
        return self._generation
