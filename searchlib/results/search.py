"""One search: query text in, a page of hits out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Literal, get_args

from searchlib.analysis import Analyzer, query_analyzers
from searchlib.codec import Settings, Snapshot
from searchlib.kernels import merging
from searchlib.query import Diagnostic, parse
from searchlib.query.plan import Plan
from searchlib.query.planning import make_plan
from searchlib.ranking import Matches, Scorer, Sort, evaluate, select
from searchlib.results.hits import Hit, SearchResults

__all__ = ["SearchRequest", "run_search", "select_documents"]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a search is asked. Raises ValueError for a number below 0 or an unknown choice."""

    query: str
    limit: int | None
    offset: int
    filter: str | None
    sort: Sort
    strict: bool
    default_operator: Literal["or", "and"]

    def __post_init__(self) -> None:
        for name, value in (("limit", self.limit), ("offset", self.offset)):
            if value is not None and value < 0:
                raise ValueError(f"{name} must not be negative: {value}")
        if self.sort not in get_args(Sort):
            raise ValueError(f"sort must be one of {', '.join(get_args(Sort))}, not {self.sort!r}")
        if self.default_operator not in ("or", "and"):
            raise ValueError(
                f"default_operator must be 'or' or 'and', not {self.default_operator!r}"
            )

    def plan(
        self, text: str, snapshot: Snapshot, base: Analyzer
    ) -> tuple[Plan, tuple[Diagnostic, ...]]:
        """Parse ``text`` and plan it for ``snapshot``."""
        parsed = parse(text, default_operator=self.default_operator, strict=self.strict)
        # Of a language whose articles were all deleted no stem may count: when its terms go is
        # a matter of merging.
        analyzers = query_analyzers(base, snapshot.values_in_use("language"))
        plan, more = make_plan(parsed.tree, snapshot, analyzers)
        return plan, (*parsed.diagnostics, *more)


def run_search(
    request: SearchRequest, snapshot: Snapshot, base: Analyzer, settings: Settings
) -> SearchResults:
    """Run ``request`` on ``snapshot``, whose articles ``base`` has read.

    Ranks by BM25F with ``settings``. Costs a pass over the postings of the query's words.
    """
    began = perf_counter()
    plan, diagnostics = request.plan(request.query, snapshot, base)
    scorer = Scorer(snapshot, settings)
    found = evaluate(plan, scorer)
    if request.filter is not None:
        wanted, more = request.plan(request.filter, snapshot, base)
        diagnostics += tuple(replace(d, message=f"in the filter: {d.message}") for d in more)
        # The first difference leaves what the filter drops, the second what it keeps: no score
        # of the filter gets in.
        kept = evaluate(wanted, scorer)
        dropped = merging.difference(*found, kept.docs)
        found = Matches(*merging.difference(*found, dropped[0]))
    total = len(found.docs)
    count = total if request.limit is None else min(total, request.offset + request.limit)
    selected = select(snapshot, found, request.sort, count)[request.offset :]

    def make_hit(doc: int, score: float, rank: int) -> Hit:
        return Hit(doc, score, rank, plan, scorer, base)

    return SearchResults(
        request.query,
        selected,
        make_hit,
        offset=request.offset,
        total=total,
        elapsed=perf_counter() - began,
        diagnostics=diagnostics,
    )


def select_documents(
    query: str, snapshot: Snapshot, base: Analyzer, settings: Settings
) -> list[int]:
    """Give the documents of ``snapshot`` that ``query`` matches, in no ranking.

    Raises QueryError for a query with a mistake: what it selects is about to be deleted.
    """
    request = SearchRequest(query, None, 0, None, "relevance", strict=True, default_operator="or")
    plan, _ = request.plan(query, snapshot, base)
    return list(evaluate(plan, Scorer(snapshot, settings)).docs)
