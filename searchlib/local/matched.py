"""Carrying out plans on a snapshot: a page, the total, explanations, each when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from searchlib.article_record import Record
from searchlib.engine.explanation import Explanation
from searchlib.engine.protocol import Handle, Sort
from searchlib.kernels.postings import combining
from searchlib.planning.plan import Leaf, PatternLeaf, Plan, TextLeaf
from searchlib.ranking import (
    Matches,
    Scorer,
    best,
    contributing_leaves,
    evaluate,
    explain,
    select,
)
from searchlib.settings import Settings
from searchlib.store.snapshot import Snapshot

__all__ = ["LocalMatched", "explain_document", "search", "select_documents"]


class LocalMatched:
    """The matches of a plan in a snapshot; see engine.protocol.Matched.

    A handle is a document number.
    """

    __slots__ = ("_plan", "_scorer", "_total", "_wanted", "hits")

    articles_at_once = 1

    def __init__(
        self,
        hits: Sequence[tuple[Handle, float]],
        total: int | None,
        plan: Plan,
        wanted: Plan | None,
        scorer: Scorer,
    ) -> None:
        self.hits = hits
        self._total = total
        self._plan = plan
        self._wanted = wanted
        self._scorer = scorer

    @property
    def total(self) -> int:
        """The number of matching articles. Ranking may skip some, so they are counted here."""
        if self._total is None:
            self._total = len(_matches(self._plan, self._wanted, self._scorer).docs)
        return self._total

    def article_ids(self, handles: Sequence[Handle]) -> list[str]:
        """Return the id of each article. The articles are not read."""
        return [self._scorer.snapshot.article_id(doc) for doc in handles]

    def articles(self, handles: Sequence[Handle]) -> list[Record]:
        """Return each article. Costs 4 µs for one of 800 bytes."""
        return self._scorer.snapshot.records(handles)

    def leaves(self, handles: Sequence[Handle]) -> list[list[Leaf]]:
        """Return for each article the leaves of the plan that contribute to its score."""
        return [contributing_leaves(self._plan, self._scorer, doc) or [] for doc in handles]

    def weighed(self, leaves: Sequence[TextLeaf | PatternLeaf]) -> list[tuple[TextLeaf, float]]:
        """Return leaves of the plan, each with its inverse document frequency."""
        leaf_idf = self._scorer.leaf_idf
        # A local plan has no PatternLeaf, because LocalView.words_matching() expands patterns.
        return [(leaf, leaf_idf(leaf)) for leaf in leaves if not isinstance(leaf, PatternLeaf)]

    def explain(self, handle: Handle, score: float) -> Explanation:
        """Explain the score of a hit. Costs about as much as the search."""
        article_id = self._scorer.snapshot.article_id(handle)
        return explain(self._plan, self._scorer, handle, article_id, score)


def search(
    snapshot: Snapshot,
    plan: Plan,
    wanted: Plan | None,
    sort: Sort,
    offset: int,
    limit: int | None,
    settings: Settings,
) -> LocalMatched:
    """Return one page of the documents that match ``plan`` and, if given, ``wanted``."""
    scorer = Scorer(snapshot, settings)
    if limit and sort == "relevance":
        count = min(offset + limit, max(snapshot.num_docs, 1))
        with suppress(OverflowError):  # scores of thousands of words may be too high for best()
            hits = best(plan, scorer, count, wanted)
            return LocalMatched(hits[offset:] if offset else hits, None, plan, wanted, scorer)
    found = _matches(plan, wanted, scorer)
    total = len(found.docs)
    hits = select(snapshot, found, sort, total if limit is None else min(total, offset + limit))
    return LocalMatched(hits[offset:], total, plan, wanted, scorer)


def _matches(plan: Plan, wanted: Plan | None, scorer: Scorer) -> Matches:
    """Return every document that matches the plan and the filter, with its score."""
    found = evaluate(plan, scorer)
    if wanted is None:
        return found
    # An intersection would add the scores of the filter. So first compute the documents that do
    # not match the filter, and then the difference.
    filter_docs = evaluate(wanted, scorer).docs
    dropped = combining.difference(*found, filter_docs)
    return Matches(*combining.difference(*found, dropped[0]))


def explain_document(
    snapshot: Snapshot, plan: Plan, doc: int, article_id: str, settings: Settings
) -> Explanation | None:
    """Explain the score of a document; None if ``plan`` does not match it."""
    scorer = Scorer(snapshot, settings)
    score = evaluate(plan, scorer).score_of(doc)
    return None if score is None else explain(plan, scorer, doc, article_id, score)


def select_documents(snapshot: Snapshot, plan: Plan, settings: Settings) -> Sequence[int]:
    """Return the documents that match ``plan``, in ascending order."""
    return evaluate(plan, Scorer(snapshot, settings)).docs
