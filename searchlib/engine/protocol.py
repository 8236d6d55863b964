"""The engine behind an index, as protocols.

Calls are coarse, so that an engine may be one on other machines: a page of hits is one call, and so
are their articles. What a program may never ask for is asked for by itself: the total, articles,
explanations. A view and what it has matched answer as long as they are held, also when the index is
closed or changed.

An engine raises the errors of searchlib.errors: StorageError where it cannot read or write,
CorruptIndexError for damage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, Protocol, TypeAlias

from searchlib.analysis import Analyzer
from searchlib.article import Article
from searchlib.article_record import Record
from searchlib.engine.explanation import Explanation
from searchlib.engine.figures import IndexStats
from searchlib.planning.index_facts import IndexFacts
from searchlib.planning.plan import Leaf, PatternLeaf, Plan, TextLeaf
from searchlib.store.settings import Settings
from searchlib.store.transaction import Changes

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
"""An article of one view, as its engine numbers them; nobody else reads anything in it."""

Sort: TypeAlias = Literal["relevance", "newest", "oldest"]


class Engine(Protocol):
    """What keeps the articles of one index. Safe to use from many threads."""

    path: str
    """Where the index is, for messages."""

    @property
    def settings(self) -> Settings:
        """The settings of the view that was given last."""
        ...

    @property
    def supports_processes(self) -> bool:
        """Whether begin() takes more than one process."""
        ...

    def view(self) -> View:
        """Return the index as of its latest commit; the same object while there is no newer one.

        It is asked for before each search: 2 µs for an index of files.
        """
        ...

    def begin(self, wait_seconds: float, processes: int, analyzer: str) -> Transaction:
        """Begin a transaction. There is one at a time.

        Raises IndexLockedError where another one has not ended within ``wait_seconds``, and
        StorageError where the analyzer of the index is not ``analyzer``: it was made anew.
        """
        ...

    def destroy(self) -> None:
        """Delete the index."""
        ...

    def destroy_unwritten(self) -> bool:
        """Delete the index unless something was committed to it; tell whether."""
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
        """Return one page of the articles that ``plan`` matches, and ``wanted``, if it is given.

        That one adds nothing to a score. The best come first; of equal scores, the articles that
        were inserted first. Sorted by date, articles without one come last. ``settings`` rank, by
        BM25F as ranking/scoring.py defines it. ``limit`` None is no limit.
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
        """Read the whole index; return a line for each thing that is wrong."""
        ...


class Matched(Protocol):
    """What a search has found."""

    hits: Sequence[tuple[Handle, float]]
    """The articles of the page in order, each with its score."""

    articles_at_once: int
    """The maximum number of hits for which one call should ask.

    A page where a call is a round trip; 1 where it costs only the reading of what it asks for.
    """

    @property
    def total(self) -> int:
        """How many articles match, on other pages too. It may be counted when it is asked for."""
        ...

    def article_ids(self, handles: Sequence[Handle]) -> Sequence[str]:
        """Return the id of each article."""
        ...

    def articles(self, handles: Sequence[Handle]) -> Sequence[Record]:
        """Return each article."""
        ...

    def leaves(self, handles: Sequence[Handle]) -> Sequence[Sequence[Leaf]]:
        """Return for each article those leaves of the plan that it owes its score to.

        In "(horses AND camels) OR railway" an article with horses and a railway owes nothing to
        its horses. They are the objects that the plan has, in its order.
        """
        ...

    def weighed(self, leaves: Sequence[TextLeaf | PatternLeaf]) -> Sequence[tuple[TextLeaf, float]]:
        """Return leaves of the plan, each with its inverse document frequency.

        Patterns are spelled out (pattern_leaves.py): to the words at least that the articles of the
        page have.
        """
        ...

    def explain(self, handle: Handle, score: float) -> Explanation:
        """Explain the score of a hit."""
        ...


class Transaction(Protocol):
    """The changes of one writer, which become one commit. One thread calls at a time."""

    def add(self, articles: Sequence[Article]) -> None:
        """Add articles, each in the place of the one that has its article_id, if any."""
        ...

    def delete(self, article_id: str) -> bool:
        """Delete the article with this id; tell whether there was one."""
        ...

    def delete_where(self, plan_for: Callable[[View], Plan]) -> None:
        """Delete at the commit what a plan matches, of the articles that there are now.

        The plan is made then, for the index as all changes leave it.
        """
        ...

    def commit(self) -> None:
        """Make the changes the latest commit. Without any there is none."""
        ...

    def rollback(self) -> None:
        """Drop what is not committed, and end the transaction; after a commit, only end it."""
        ...

    @property
    def committed(self) -> bool:
        """Whether the changes are in the index."""
        ...

    @property
    def changes(self) -> Changes:
        """What was added, replaced and deleted, if it is committed."""
        ...
