"""Run a search: from the text of a query to a page of hits, with any engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Final, get_args

from searchlib.engine import Explanation, Settings, Sort, View
from searchlib.planning.plan import Plan
from searchlib.planning.query_planning import plan_query
from searchlib.query.syntaxes import DefaultOperator, Syntax, default_operator_of
from searchlib.results.hits import SearchResults

if TYPE_CHECKING:
    from searchlib.query import Diagnostic

__all__ = ["IN_FILTER", "SearchRequest", "explain_article", "run_search"]

IN_FILTER: Final = "in the filter: "
"""The beginning of the message of a diagnostic whose span is in the filter, not in the query."""

_SORTS: Final = get_args(Sort)


@dataclass(slots=True, kw_only=True)  # not frozen, which takes 1 µs more
class SearchRequest:
    """The arguments of Index.search(), except the parameters of ranking.

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
        # Compare the exact type first: a single call takes as long as all of these comparisons.
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
            raise ValueError(f"limit is {self.limit}; it must be 0 or more")
        if self.offset < 0:
            raise ValueError(f"offset is {self.offset}; it must be 0 or more")
        if self.sort not in _SORTS:
            raise ValueError(f"sort must be one of {', '.join(_SORTS)}, not {self.sort!r}")
        self.default_operator = default_operator_of(self.syntax, self.default_operator)


def _check_type(name: str, value: object, expected: type, description: str) -> None:
    if not isinstance(value, expected) or isinstance(value, bool):
        raise TypeError(f"{name} must be {description}, not {value!r:.80}")


def _plans(request: SearchRequest, view: View) -> tuple[Plan, Plan | None, tuple[Diagnostic, ...]]:
    """Return the plans of the query and of the filter, and the diagnostics of both."""
    plan, diagnostics = _plan(request, request.query, view)
    if request.filter is None:
        return plan, None, diagnostics
    wanted, filter_diagnostics = _plan(request, request.filter, view)
    in_filter = tuple(replace(d, message=f"{IN_FILTER}{d.message}") for d in filter_diagnostics)
    return plan, wanted, diagnostics + in_filter


def _plan(request: SearchRequest, text: str, view: View) -> tuple[Plan, tuple[Diagnostic, ...]]:
    return plan_query(
        text,
        view,
        view.analyzer,
        default_operator=request.default_operator,
        strict=request.strict,
        now=request.now,
        syntax=request.syntax,
    )


def run_search(request: SearchRequest, view: View, settings: Settings) -> SearchResults:
    """Run ``request`` on ``view``. Ranks by BM25F with ``settings``."""
    began = perf_counter()
    plan, wanted, diagnostics = _plans(request, view)
    matched = view.search(
        plan,
        wanted,
        sort=request.sort,
        offset=request.offset,
        limit=request.limit,
        settings=settings,
    )
    return SearchResults(
        request.query,
        matched,
        plan,
        view,
        offset=request.offset,
        elapsed=perf_counter() - began,
        diagnostics=diagnostics,
    )


def explain_article(
    request: SearchRequest, article_id: str, view: View, settings: Settings
) -> Explanation | None:
    """Explain the score of one article of ``view``; None if the query does not match it."""
    plan, _, _ = _plans(request, view)
    return view.explain(plan, article_id, settings)
