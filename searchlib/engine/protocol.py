"""The protocols of an engine.

Calls are coarse, so that an engine can run on other machines: one call returns a page of hits, and
another one their articles. Values that a program may not need have calls of their own: the total,
articles, explanations. A View and a Matched can be used as long as they are referenced, even if the
index is closed or changed.

An engine raises the errors of searchlib.errors: StorageError if it cannot read or write,
CorruptIndexError if the index is damaged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, Protocol, TypeAlias

from searchlib.analysis import Analyzer
from searchlib.article import Article
from searchlib.article_record import Record
from searchlib.changes import Changes
from searchlib.engine.explanation import Explanation
from searchlib.engine.figures import IndexStats
from searchlib.planning.index_facts import IndexFacts
from searchlib.planning.plan import Leaf, PatternLeaf, Plan, TextLeaf
from searchlib.settings import Settings

__all__ = [
    "Changes",
    "Engine",
    "Handle",
    "Matched",
    "Settings",
    "Sort",
    "Transaction",
    "View",
]

Handle: TypeAlias = int
"""The number of an article in one view. Only its engine interprets it."""

Sort: TypeAlias = Literal["relevance", "newest", "oldest"]


class Engine(Protocol):
    """Stores and searches the articles of one index. Safe to use from many threads."""

    path: str
    """The location of the index, for messages."""

    @property
    def settings(self) -> Settings:
        """The settings of the view that view() returned last."""
        ...

    @property
    def supports_processes(self) -> bool:
        """Whether begin() takes more than one process."""
        ...

    def view(self) -> View:
        """Return a view of the latest commit: the same object until there is a newer commit.

        Every search calls it. For an index in files it takes 2 µs.
        """
        ...

    def begin(self, wait_seconds: float, processes: int, analyzer: str) -> Transaction:
        """Begin a transaction. An index has at most one transaction at a time.

        Raises IndexLockedError if another transaction does not end within ``wait_seconds``. Raises
        StorageError if the analyzer of the index is not ``analyzer``: the index was created again.
        """
        ...

    def destroy(self) -> None:
        """Delete the index."""
        ...

    def destroy_unwritten(self) -> bool:
        """Delete the index if nothing was ever committed to it. Return whether it was deleted."""
        ...


class View(IndexFacts, Protocol):
    """One commit of an index."""

    path: str
    settings: Settings
    analyzer: Analyzer
    """The analyzer of the settings."""

    @property
    def num_articles(self) -> int:
        """The number of articles."""
        ...

    def search(
        self,
        plan: Plan,
        wanted: Plan | None,
        *,
        sort: Sort,
        offset: int,
        limit: int | None,
        settings: Settings,
    ) -> Matched:
        """Return one page of the articles that match ``plan`` and, if given, ``wanted``.

        ``wanted`` does not change scores. By relevance, articles with equal scores are in the order
        of insertion. By date, articles without a date come last. Scores are BM25F with
        ``settings``, as ranking/scoring.py defines it. ``limit`` None means no limit.
        """
        ...

    def explain(self, plan: Plan, article_id: str, settings: Settings) -> Explanation | None:
        """Explain the score of one article; None if ``plan`` does not match it."""
        ...

    def get(self, article_id: str) -> Record | None:
        """Return the article with this id, or None."""
        ...

    def stats(self) -> IndexStats:
        """Return figures of the index."""
        ...

    def check(self) -> Iterable[str]:
        """Read the whole index. Return a message for each problem."""
        ...


class Matched(Protocol):
    """The result of a search."""

    hits: Sequence[tuple[Handle, float]]
    """The articles of the page in order, each with its score."""

    articles_at_once: int
    """The maximum number of hits that one call should ask for.

    A page if each call is a round trip to another machine; 1 if a call costs only the reading of
    the hits that it asks for.
    """

    @property
    def total(self) -> int:
        """The number of matching articles on all pages. It may be counted at the first access."""
        ...

    def article_ids(self, handles: Sequence[Handle]) -> Sequence[str]:
        """Return the id of each article."""
        ...

    def articles(self, handles: Sequence[Handle]) -> Sequence[Record]:
        """Return each article."""
        ...

    def leaves(self, handles: Sequence[Handle]) -> Sequence[Sequence[Leaf]]:
        """Return for each article the leaves of the plan that contribute to its score.

        The query "(horses AND camels) OR railway" and an article with "horses" and "railway": only
        "railway" contributes. The leaves are the objects in the plan, in the order of the plan.
        """
        ...

    def weighed(self, leaves: Sequence[TextLeaf | PatternLeaf]) -> Sequence[tuple[TextLeaf, float]]:
        """Return leaves of the plan, each with its inverse document frequency.

        Patterns are expanded to words (pattern_leaves.py): at least to those that occur in the
        articles of the page.
        """
        ...

    def explain(self, handle: Handle, score: float) -> Explanation:
        """Explain the score of a hit."""
        ...


class Transaction(Protocol):
    """The changes of one writer, which become one commit. Used by one thread at a time."""

    def add(self, articles: Sequence[Article]) -> None:
        """Add articles. Each replaces an earlier article with the same article_id."""
        ...

    def delete(self, article_id: str) -> bool:
        """Delete the article with this id. Return whether there was one."""
        ...

    def delete_where(self, plan_for: Callable[[View], Plan]) -> None:
        """Delete the articles that match a plan, except those that are added after this call.

        commit() calls ``plan_for`` with a view that contains all changes, and deletes them.
        """
        ...

    def commit(self) -> None:
        """Publish the changes as the latest commit. Without changes there is no commit."""
        ...

    def rollback(self) -> None:
        """Drop uncommitted changes, and end the transaction."""
        ...

    @property
    def committed(self) -> bool:
        """Whether the changes are in the index."""
        ...

    @property
    def changes(self) -> Changes:
        """The numbers of changed articles; all 0 unless they are committed."""
        ...
