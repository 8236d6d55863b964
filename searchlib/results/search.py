"""One search: query text in, a page of hits out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Final, Literal, get_args

from searchlib.analysis import Analyzer, query_analyzers
from searchlib.article import TEXT_FIELDS
from searchlib.forks import cached_property, importing
from searchlib.kernels.postings import combining
from searchlib.planning.plan import AllOf, AnyOf, Leaf, PhraseLeaf, Plan, WordLeaf
from searchlib.query.plain import plain_words
from searchlib.ranking import (
    MOST_REQUIRED,
    OPTIONAL,
    REQUIRED,
    Explanation,
    Matches,
    Scorer,
    Sort,
    best,
    best_of_parts,
    best_of_phrase,
    evaluate,
    explain,
    leaves_of_any_match,
    select,
)
from searchlib.results.hits import SearchResults
from searchlib.store.settings import Settings
from searchlib.store.snapshot import Snapshot

if TYPE_CHECKING:
    from searchlib.query import Diagnostic

__all__ = ["IN_FILTER", "SearchRequest", "explain_article", "run_search", "select_documents"]

IN_FILTER: Final = "in the filter: "
"""What a diagnostic begins with whose span is in the filter and not in the query."""

_SORTS: Final = get_args(Sort)


@dataclass(slots=True)  # to be made frozen takes 1 µs
class SearchRequest:
    """What a search is asked.

    Raises ValueError for a number below 0 or an unknown choice, TypeError for another type.
    """

    query: str
    limit: int | None
    offset: int
    filter: str | None
    sort: Sort
    strict: bool
    default_operator: Literal["or", "and"]
    now: datetime | None = None

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
        if self.default_operator not in ("or", "and"):
            raise ValueError(
                f"default_operator must be 'or' or 'and', not {self.default_operator!r}"
            )

    def plan(
        self, text: str, snapshot: Snapshot, base: Analyzer
    ) -> tuple[Plan, tuple[Diagnostic, ...]]:
        """Parse ``text`` and plan it for ``snapshot``."""
        # They take 15 ms to import, which plain words do without.
        with importing:
            from searchlib.planning.planner import make_plan  # noqa: PLC0415
            from searchlib.query.parser import parse  # noqa: PLC0415

        parsed = parse(
            text, default_operator=self.default_operator, strict=self.strict, now=self.now
        )
        # Of a language whose articles were all deleted no stem may count: when its terms go is
        # a matter of merging.
        analyzers = query_analyzers(base, snapshot.values_in_use("language"))
        plan, more = make_plan(parsed.tree, snapshot, analyzers)
        return plan, (*parsed.diagnostics, *more)


def _check_type(name: str, value: object, wanted: type, what: str) -> None:
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise TypeError(f"{name} must be {what}, not {value!r:.80}")


class Query:
    """A query on one snapshot. It is parsed and planned when its plan is asked for.

    Of plain queries ranking needs no plan, only their terms.
    """

    def __init__(
        self, request: SearchRequest, snapshot: Snapshot, base: Analyzer, settings: Settings
    ) -> None:
        self.base = base
        self.scorer = Scorer(snapshot, settings)
        self._request = request
        self._snapshot = snapshot
        self._plain: tuple[str, list[str]] | None = None

    @cached_property
    def _planned(self) -> tuple[Plan, tuple[Diagnostic, ...]]:
        return self._request.plan(self._request.query, self._snapshot, self.base)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self._planned[0]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What of the query could not be used. A plain one has nothing of the kind."""
        return () if self._plain else self._planned[1]

    @property
    def leaves(self) -> Sequence[Leaf] | None:
        """What of the query gives any match its score; None where matches differ in that."""
        if self._plain is None:
            return leaves_of_any_match(self.plan)
        joined, terms = self._plain
        if joined == "PHRASE":
            return [PhraseLeaf("", TEXT_FIELDS, tuple((term,) for term in terms))]
        return [WordLeaf("", TEXT_FIELDS, (term,)) for term in terms]

    @cached_property
    def _filter(self) -> tuple[Plan, tuple[Diagnostic, ...]]:
        return self._request.plan(self._request.filter or "", self._snapshot, self.base)

    @property
    def filter_diagnostics(self) -> tuple[Diagnostic, ...]:
        """What of the filter could not be used."""
        if self._request.filter is None:
            return ()
        return tuple(replace(d, message=f"{IN_FILTER}{d.message}") for d in self._filter[1])

    def evaluate(self) -> Matches:
        """Return every document that matches, the filter included, with its score."""
        found = evaluate(self.plan, self.scorer)
        if self._request.filter is None:
            return found
        # The first difference leaves what the filter drops, the second what it keeps: no score of
        # the filter gets in.
        kept = evaluate(self._filter[0], self.scorer)
        dropped = combining.difference(*found, kept.docs)
        return Matches(*combining.difference(*found, dropped[0]))

    def count(self) -> int:
        """Return how many documents match."""
        if self._plain is None or self._request.filter is not None:
            return len(self.evaluate().docs)
        joined = AllOf if self._plain[0] == "AND" else AnyOf
        return len(evaluate(joined(tuple(self.leaves or ())), self.scorer).docs)

    def best(self, count: int) -> list[tuple[int, float]]:
        """Return the first ``count`` documents by relevance."""
        wanted = None if self._request.filter is None else self._filter[0]
        self._plain = plain = self._plain_terms()
        if plain is None:
            return best(self.plan, self.scorer, count, wanted)
        joined, terms = plain
        if joined == "PHRASE":
            places = [(term,) for term in terms]
            return best_of_phrase(places, TEXT_FIELDS, self.scorer, count, wanted)
        role = REQUIRED if joined == "AND" else OPTIONAL
        parts = [(role, (term, TEXT_FIELDS)) for term in terms]
        return best_of_parts(parts, self.scorer, count, wanted)

    def _plain_terms(self) -> tuple[str, list[str]] | None:
        """Return what joins the words of a plain query, and their terms; None for another one."""
        found = plain_words(self._request.query, self._request.default_operator)
        if found is None:
            return None
        languages = self._snapshot.values_in_use("language")
        if languages and len(query_analyzers(self.base, languages)) > 1:
            return None
        joined, words = found
        only_term = self.base.only_term
        terms: list[str] = []
        for word in words:
            term = only_term(word)
            if term is None:
                return None
            terms.append(term)
        if joined == "AND" and len(terms) > MOST_REQUIRED:
            return None
        return ("OR" if len(terms) == 1 else joined), terms


def run_search(
    request: SearchRequest, snapshot: Snapshot, base: Analyzer, settings: Settings
) -> SearchResults:
    """Run ``request`` on ``snapshot``, whose articles ``base`` has read.

    Ranks by BM25F with ``settings``. Costs a pass over the postings of the query's words, or over
    those windows of them that can hold one of the best; in another order than by relevance, one
    over all that match.
    """
    began = perf_counter()
    query = Query(request, snapshot, base, settings)
    limit = request.limit
    total: int | Callable[[], int] = query.count
    selected = None
    if limit and request.sort == "relevance":
        with suppress(OverflowError):  # scores that are too high for it, as of thousands of words
            selected = query.best(min(request.offset + limit, max(snapshot.num_docs, 1)))
    if selected is None:
        found = query.evaluate()
        total = len(found.docs)
        count = total if limit is None else min(total, request.offset + limit)
        selected = select(snapshot, found, request.sort, count)
    return SearchResults(
        request.query,
        selected[request.offset :],
        query,
        offset=request.offset,
        total=total,
        elapsed=perf_counter() - began,
        diagnostics=query.diagnostics + query.filter_diagnostics,
    )


def explain_article(
    request: SearchRequest, article_id: str, snapshot: Snapshot, base: Analyzer, settings: Settings
) -> Explanation | None:
    """Explain the score of one article of ``snapshot``; None if the query does not match it."""
    doc = snapshot.find(article_id)
    if doc is None:
        return None
    searched = Query(request, snapshot, base, settings)
    score = searched.evaluate().score_of(doc)
    return (
        None if score is None else explain(searched.plan, searched.scorer, doc, article_id, score)
    )


def select_documents(
    query: str, snapshot: Snapshot, base: Analyzer, settings: Settings, now: datetime | None
) -> list[int]:
    """Return the documents of ``snapshot`` that ``query`` matches, in no ranking.

    Raises QueryError for a query with a mistake: what it selects is about to be deleted.
    """
    request = SearchRequest(query, None, 0, None, "relevance", True, "or", now)
    plan, _ = request.plan(query, snapshot, base)
    return list(evaluate(plan, Scorer(snapshot, settings)).docs)
