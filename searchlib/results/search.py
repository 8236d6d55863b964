"""One search: query text in, a page of hits out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Final, get_args

from searchlib.analysis import Analyzer
from searchlib.kernels.postings import combining
from searchlib.local.facts import SnapshotFacts
from searchlib.planning.index_facts import IndexFacts
from searchlib.planning.plan import Plan
from searchlib.planning.query_planning import plan_query
from searchlib.query.syntaxes import DefaultOperator, Syntax, default_operator_of
from searchlib.ranking import Explanation, Matches, Scorer, Sort, best, evaluate, explain, select
from searchlib.results.hits import HitContext, SearchResults
from searchlib.store.settings import Settings
from searchlib.store.snapshot import Snapshot

if TYPE_CHECKING:
    from searchlib.query import Diagnostic

__all__ = ["IN_FILTER", "SearchRequest", "explain_article", "run_search", "select_documents"]

IN_FILTER: Final = "in the filter: "
"""What a diagnostic begins with whose span is in the filter and not in the query."""

_SORTS: Final = get_args(Sort)


@dataclass(slots=True, kw_only=True)  # to be made frozen takes 1 µs
class SearchRequest:
    """What a search is asked: the arguments of Index.search() that do not rank.

    Raises ValueError for a number below 0 or an unknown choice, TypeError for another type.
    """

    query: str
    limit: int | None = 10
    offset: int = 0
    filter: str | None = None
    sort: Sort = "relevance"
    strict: bool = False
    default_operator: DefaultOperator | None = None
    now: datetime | None = None
    syntax: Syntax = "searchlib"

    def __post_init__(self) -> None:
        # Calls for what is not of the very type only: one takes as long as all of these.
        if type(self.query) is not str:
            _check_type("query", self.query, str, "a string")
        if self.filter is not None and type(self.filter) is not str:
            _check_type("filter", self.filter, str, "a string or None")
        if self.limit is not None and type(self.limit) is not int:
            _check_type("limit", self.limit, int, "a whole number or None")
        if type(self.offset) is not int:
            _check_type("offset", self.offset, int, "a whole number")
        if self.now is not None:
            _check_type("now", self.now, datetime, "a datetime or None")
        if self.limit is not None and self.limit < 0:
            raise ValueError(f"limit must not be negative: {self.limit}")
        if self.offset < 0:
            raise ValueError(f"offset must not be negative: {self.offset}")
        if self.sort not in _SORTS:
            raise ValueError(f"sort must be one of {', '.join(_SORTS)}, not {self.sort!r}")
        self.default_operator = default_operator_of(self.syntax, self.default_operator)


def _check_type(name: str, value: object, wanted: type, what: str) -> None:
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise TypeError(f"{name} must be {what}, not {value!r:.80}")


def plan_request(
    request: SearchRequest, facts: IndexFacts, base: Analyzer
) -> tuple[Plan, Plan | None, tuple[Diagnostic, ...]]:
    """Return the plans of the query and of the filter, and what of both could not be used."""
    plan, diagnostics = _plan(request, request.query, facts, base)
    if request.filter is None:
        return plan, None, diagnostics
    wanted, more = _plan(request, request.filter, facts, base)
    in_filter = tuple(replace(d, message=f"{IN_FILTER}{d.message}") for d in more)
    return plan, wanted, diagnostics + in_filter


def _plan(
    request: SearchRequest, text: str, facts: IndexFacts, base: Analyzer
) -> tuple[Plan, tuple[Diagnostic, ...]]:
    return plan_query(
        text,
        facts,
        base,
        default_operator=request.default_operator,
        strict=request.strict,
        now=request.now,
        syntax=request.syntax,
    )


def _matches(plan: Plan, wanted: Plan | None, scorer: Scorer) -> Matches:
    """Return every document that matches, the filter included, with its score."""
    found = evaluate(plan, scorer)
    if wanted is None:
        return found
    # The first difference leaves what the filter drops, the second what it keeps: no score of
    # the filter gets in.
    kept = evaluate(wanted, scorer)
    dropped = combining.difference(*found, kept.docs)
    return Matches(*combining.difference(*found, dropped[0]))


def run_search(
    request: SearchRequest, snapshot: Snapshot, base: Analyzer, settings: Settings
) -> SearchResults:
    """Run ``request`` on ``snapshot``, whose articles ``base`` has read.

    Ranks by BM25F with ``settings``. Costs a pass over the postings of the query's words, or over
    those windows of them that can hold one of the best; in another order than by relevance, one
    over all that match.
    """
    began = perf_counter()
    plan, wanted, diagnostics = plan_request(request, SnapshotFacts(snapshot), base)
    scorer = Scorer(snapshot, settings)
    limit = request.limit

    def count() -> int:
        return len(_matches(plan, wanted, scorer).docs)

    total: int | Callable[[], int] = count
    selected = None
    if limit and request.sort == "relevance":
        with suppress(OverflowError):  # scores that are too high for it, as of thousands of words
            most = min(request.offset + limit, max(snapshot.num_docs, 1))
            selected = best(plan, scorer, most, wanted)
    if selected is None:
        found = _matches(plan, wanted, scorer)
        total = len(found.docs)
        most = total if limit is None else min(total, request.offset + limit)
        selected = select(snapshot, found, request.sort, most)
    return SearchResults(
        request.query,
        selected[request.offset :],
        HitContext(plan, scorer, base),
        offset=request.offset,
        total=total,
        elapsed=perf_counter() - began,
        diagnostics=diagnostics,
    )


def explain_article(
    request: SearchRequest, article_id: str, snapshot: Snapshot, base: Analyzer, settings: Settings
) -> Explanation | None:
    """Explain the score of one article of ``snapshot``; None if the query does not match it."""
    doc = snapshot.find(article_id)
    if doc is None:
        return None
    plan, _, _ = plan_request(request, SnapshotFacts(snapshot), base)
    scorer = Scorer(snapshot, settings)
    score = evaluate(plan, scorer).score_of(doc)
    return None if score is None else explain(plan, scorer, doc, article_id, score)


def select_documents(
    query: str,
    snapshot: Snapshot,
    base: Analyzer,
    settings: Settings,
    now: datetime | None,
    syntax: Syntax = "searchlib",
) -> list[int]:
    """Return the documents of ``snapshot`` that ``query`` matches, in no ranking.

    Raises QueryError for a query with a mistake: what it selects is about to be deleted.
    """
    plan, _ = plan_query(query, SnapshotFacts(snapshot), base, strict=True, now=now, syntax=syntax)
    return list(evaluate(plan, Scorer(snapshot, settings)).docs)
