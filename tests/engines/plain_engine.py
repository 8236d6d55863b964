"""An engine of plain Python: the oracle, behind the protocol of searchlib.engine.

It shows that the protocol is enough for an engine that has nothing in common with the one of files:
articles are a tuple of Articles, a commit is a new tuple, and a search looks at every one of them.
It gives ids and articles ten at a time, as one on other machines would; with ``spells_out`` it finds
the words of patterns itself, and they stay in the plan.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from searchlib.article import Article
from searchlib.article_record import Record, record_of
from searchlib.engine import (
    Changes,
    Explanation,
    Handle,
    IndexStats,
    Settings,
    Sort,
    View,
)
from searchlib.errors import IndexLockedError, StorageError
from searchlib.planning.plan import Leaf, Pattern, PatternLeaf, Plan, TextLeaf
from tests.engines.plain_ranking import PlainRanking, matching_words
from tests.reference.oracle import Oracle
from tests.reference.spans import like

__all__ = ["PlainEngine"]


class PlainEngine:
    """See engine.protocol.Engine."""

    path = "(plain Python)"
    supports_processes = False

    def __init__(self, settings: Settings | None = None, *, spells_out: bool = False) -> None:
        self.settings = settings or Settings()
        self.spells_out = spells_out
        self.lock = threading.Lock()
        self.commits = 0
        self._view = PlainView(self, ())

    def view(self) -> PlainView:
        return self._view

    def publish(self, articles: Sequence[Article]) -> None:
        self._view = PlainView(self, articles)
        self.commits += 1

    def begin(self, wait_seconds: float, processes: int, analyzer: str) -> PlainTransaction:
        if analyzer != self.settings.analyzer:
            raise StorageError("the index was made anew", path=self.path)
        if not self.lock.acquire(timeout=min(wait_seconds, threading.TIMEOUT_MAX)):
            raise IndexLockedError("another writer has the index", path=self.path)
        return PlainTransaction(self)

    def destroy(self) -> None:
        self.publish(())

    def destroy_unwritten(self) -> bool:
        return self.commits == 0


class PlainView:
    """See engine.protocol.View."""

    def __init__(self, engine: PlainEngine, articles: Sequence[Article]) -> None:
        self.path = engine.path
        self.settings = engine.settings
        self.articles = tuple(articles)
        self._spells_out = engine.spells_out

    @cached_property
    def index(self) -> Oracle:
        return Oracle(self.articles, self.settings.analyzer)

    @cached_property
    def analyzer(self):
        return self.index.base

    @property
    def num_articles(self) -> int:
        return len(self.articles)

    # What planning asks

    def values_in_use(self, field: str) -> tuple[str, ...]:
        return tuple(self.key_values(field, ""))

    def words_beginning_with(self, prefix: str) -> Iterator[str]:
        words = {word for words in self.index.words.values() for word in words}
        return iter(sorted(word for word in words if word.startswith(prefix)))

    def words_matching(self, pattern: Pattern, most: int) -> tuple[tuple[str, ...], int] | None:
        if self._spells_out:
            return None
        words = tuple(matching_words(self.index, pattern))
        assert len(words) <= most
        return words, len(words)

    def key_values(self, field: str, prefix: str) -> Iterator[str]:
        return iter(sorted(v for v in self.index.values[field] if v.startswith(prefix)))

    def has_value(self, field: str, value: str) -> bool:
        return value in self.index.values[field]

    def similar_value(self, field: str, value: str, edits: int) -> str | None:
        known = self.index.values[field]
        near = sorted(filter(like(value, edits), known))
        return max(near, key=lambda other: len(known[other]), default=None)

    @property
    def has_dates(self) -> bool:
        return any(article.published for article in self.articles)

    # Searching

    def search(
        self,
        plan: Plan,
        wanted: Plan | None,
        *,
        sort: Sort,
        offset: int,
        limit: int | None,
        settings: Settings,
    ) -> PlainMatched:
        ranking = PlainRanking(self.index, settings)
        found = ranking.scores(plan)
        if wanted is not None:
            kept = ranking.scores(wanted)
            found = {number: score for number, score in found.items() if number in kept}
        numbers = sorted(found)
        if sort == "relevance":
            numbers.sort(key=lambda number: -found[number])
        else:
            numbers.sort(key=self._date_key(sort))
        page = numbers[offset : None if limit is None else offset + limit]
        return PlainMatched(self, ranking, plan, [(n, found[n]) for n in page], len(found))

    def _date_key(self, sort: Sort) -> Callable[[int], tuple[bool, float]]:
        sign = -1 if sort == "newest" else 1

        def key(number: int) -> tuple[bool, float]:
            published = self.articles[number].published
            return published is None, sign * (published.timestamp() if published else 0.0)

        return key

    def explain(self, plan: Plan, article_id: str, settings: Settings) -> Explanation | None:
        number = self.find(article_id)
        return None if number is None else PlainRanking(self.index, settings).explain(plan, number)

    def find(self, article_id: str) -> int | None:
        ids = [article.article_id for article in self.articles]
        return ids.index(article_id) if article_id in ids else None

    def get(self, article_id: str) -> Record | None:
        number = self.find(article_id)
        return None if number is None else record_of(self.articles[number])

    def stats(self) -> IndexStats:
        dates = [article.published for article in self.articles if article.published]
        index = self.index
        return IndexStats(
            path=self.path,
            articles=len(self.articles),
            size_bytes=0,
            analyzer=self.analyzer.name,
            terms={field: len(terms) for field, terms in index.positions.items()},
            avg_lengths={field: index.averages.get(field, 0.0) for field in index.lengths},
            sources=len(self.values_in_use("source")),
            languages=self.values_in_use("language"),
            earliest=min(dates, default=None),
            latest=max(dates, default=None),
        )

    def check(self) -> Sequence[str]:
        return ()


class PlainMatched:
    """See engine.protocol.Matched. A handle is the number of an article."""

    articles_at_once = 10

    def __init__(
        self,
        view: PlainView,
        ranking: PlainRanking,
        plan: Plan,
        hits: Sequence[tuple[Handle, float]],
        total: int,
    ) -> None:
        self.hits = hits
        self.total = total
        self.calls: list[tuple[str, int]] = []
        """What was asked for, and for how many hits at once."""
        self._view = view
        self._ranking = ranking
        self._plan = plan

    def article_ids(self, handles: Sequence[Handle]) -> list[str]:
        self.calls.append(("article_ids", len(handles)))
        return [self._view.articles[number].article_id for number in handles]

    def articles(self, handles: Sequence[Handle]) -> list[Record]:
        self.calls.append(("articles", len(handles)))
        return [record_of(self._view.articles[number]) for number in handles]

    def leaves(self, handles: Sequence[Handle]) -> list[Sequence[Leaf]]:
        self.calls.append(("leaves", len(handles)))
        return [self._ranking.owed(self._plan, number) or [] for number in handles]

    def weighed(self, leaves: Sequence[TextLeaf | PatternLeaf]) -> list[tuple[TextLeaf, float]]:
        return [(self._ranking.spelled(leaf), self._ranking.idf(leaf)) for leaf in leaves]

    def explain(self, handle: Handle, score: float) -> Explanation:
        found = self._ranking.explain(self._plan, handle)
        assert found is not None
        assert found.value == score
        return found


class PlainTransaction:
    """See engine.protocol.Transaction."""

    def __init__(self, engine: PlainEngine) -> None:
        self._engine = engine
        self._articles = {article.article_id: article for article in engine.view().articles}
        self._selections: list[tuple[set[int], Callable[[View], Plan]]] = []
        self._added = self._replaced = self._deleted = 0
        self._changed = False
        self._open = True
        self.committed = False
        self.changes = Changes()

    def add(self, articles: Sequence[Article]) -> None:
        for article in articles:
            self._replaced += self._articles.pop(article.article_id, None) is not None
            self._articles[article.article_id] = article
        self._added += len(articles)
        self._changed = True

    def delete(self, article_id: str) -> bool:
        found = self._articles.pop(article_id, None) is not None
        self._deleted += found
        self._changed |= found
        return found

    def delete_where(self, plan_for: Callable[[View], Plan]) -> None:
        self._selections.append(({id(article) for article in self._articles.values()}, plan_for))
        self._changed = True

    def commit(self) -> None:
        if not self._changed:
            self.rollback()
            return
        for there, plan_for in self._selections:
            view = PlainView(self._engine, tuple(self._articles.values()))
            found = PlainRanking(view.index, view.settings).scores(plan_for(view))
            for number in found:
                article = view.articles[number]
                if id(article) in there:
                    del self._articles[article.article_id]
                    self._deleted += 1
        self._engine.publish(tuple(self._articles.values()))
        self.committed = True
        self.changes = Changes(self._added, self._replaced, self._deleted, len(self._articles))
        self.rollback()

    def rollback(self) -> None:
        if self._open:
            self._open = False
            self._engine.lock.release()
