"""Hits, and SearchResults: the sequence of hits that a search returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

from searchlib.analysis import analyzer_for
from searchlib.analysis.matching_tokens import TokenFinder, token_finder
from searchlib.article import Article
from searchlib.article_record import Record, article_of
from searchlib.engine import Explanation, Handle, Matched, View
from searchlib.files.damage import corruption_guard
from searchlib.forks import cached_property
from searchlib.planning.plan import (
    Boosted,
    DateLeaf,
    KeyLeaf,
    Leaf,
    LengthLeaf,
    Plan,
    Spans,
    SpansLeaf,
)
from searchlib.planning.plan_leaves import leaves_of_any_match
from searchlib.query import Diagnostic
from searchlib.schema import TEXT_FIELDS, TITLE_FIELD, TextField
from searchlib.snippets import (
    Highlight,
    Patterns,
    SearchedTexts,
    Snippet,
    first_text,
    marks_of,
    patterns_by_field,
    snippets_of,
)

__all__ = ["Hit", "HitContext", "SearchResults"]


_T = TypeVar("_T")


class HitContext:
    """The data that the hits of one page share: the plan, the source of articles, and caches."""

    def __init__(self, view: View, plan: Plan, matched: Matched, first_rank: int) -> None:
        self.plan = plan
        self.matched = matched
        self.one_at_a_time = matched.articles_at_once == 1
        self._first_rank = first_rank
        self.path = view.path
        self._view = view
        self._base = view.analyzer
        # Values that a call to the engine has returned for later hits, by index on the page.
        self._ids: dict[int, str] = {}
        self._records: dict[int, Record] = {}
        self._leaves: dict[int, Sequence[Leaf]] = {}
        # By the ids of the leaves that an article matches. The plan keeps these objects alive.
        self._patterns: dict[tuple[int, ...], dict[TextField, Patterns]] = {}

    def record(self, handle: Handle, rank: int) -> Record:
        """Return the record of a hit of the page."""
        if self.one_at_a_time:
            return self.matched.articles((handle,))[0]
        return self._of_page(rank, self._records, self.matched.articles)

    def article_id(self, rank: int) -> str:
        """Return the id of a hit, from an engine that returns several with one call."""
        return self._of_page(rank, self._ids, self.matched.article_ids)

    def _of_page(
        self, rank: int, cache: dict[int, _T], ask: Callable[[Sequence[Handle]], Sequence[_T]]
    ) -> _T:
        """Return the value of ``ask`` for a hit. The same call asks for the hits after it.

        Their values stay in ``cache`` until they are needed.
        """
        index = rank - self._first_rank
        value = cache.pop(index, None)
        if value is None:
            matched, count = self.matched, self.matched.articles_at_once
            handles = [handle for handle, _ in matched.hits[index : index + count]]
            value, *later_values = ask(handles)
            cache.update(zip(range(index + 1, index + count), later_values, strict=False))
        return value

    @cached_property
    def same_finder(self) -> TokenFinder | None:
        """The token finder of all articles, or None if it depends on the language of an article."""
        if self._base.language and self._view.values_in_use("language"):
            return None
        return token_finder(self._base)

    @cached_property
    def same_patterns(self) -> dict[TextField, Patterns] | None:
        """The patterns of all articles by field, or None if they depend on the article."""
        leaves = leaves_of_any_match(self.plan)
        return None if leaves is None else self._patterns_of(leaves)

    def patterns(self, rank: int) -> dict[TextField, Patterns]:
        """Return by field the patterns of the leaves that contribute to the score of a hit."""
        if self.same_patterns is not None:
            return self.same_patterns
        leaves = self._of_page(rank, self._leaves, self.matched.leaves)
        key = tuple(map(id, leaves))
        patterns = self._patterns.get(key)
        if patterns is None:
            patterns = self._patterns[key] = self._patterns_of(leaves)
        return patterns

    def _patterns_of(self, leaves: Sequence[Leaf]) -> dict[TextField, Patterns]:
        distinct = {id(leaf): leaf for leaf in leaves}.values()  # a query may repeat one often
        # A boost changes the ranking, but not the weight of a word in snippets.
        bare = [leaf.leaf if isinstance(leaf, Boosted) else leaf for leaf in distinct]
        texts = [leaf for leaf in bare if not isinstance(leaf, KeyLeaf | DateLeaf | LengthLeaf)]
        highlights: list[Highlight] = []
        spans: list[tuple[Spans, float]] = []
        for leaf, weight in self.matched.weighed(texts):
            if isinstance(leaf, SpansLeaf):
                spans.append((leaf.spans, weight))
            else:
                highlights.append((leaf, weight))
        return patterns_by_field(highlights, spans)

    def finder(self, hit: Hit) -> TokenFinder:
        """Return the token finder of an article."""
        return self.same_finder or token_finder(analyzer_for(self._base, hit.article.language))


class Hit:
    """One article of the results. ``rank`` counts from 1, including the previous pages.

    ``score`` is its BM25F score. The article and its snippets are read when they are first used,
    from the commit that was searched, and then cached.
    """

    def __init__(self, handle: Handle, score: float, rank: int, context: HitContext) -> None:
        self._handle = handle
        self.score = score
        self.rank = rank
        self._context = context
        # Not cached properties: their lock costs as much as reading the record.
        self._cached_record: Record | None = None
        self._searched_texts: SearchedTexts | None = None
        self._snippet: str | None = None

    def __repr__(self) -> str:
        return f"<Hit {self.rank}: {self.article_id} {self.headline!r} ({self.score:.4f})>"

    @property
    def _record(self) -> Record:
        if self._cached_record is None:
            self._cached_record = self._context.record(self._handle, self.rank)
        return self._cached_record

    @cached_property
    def article(self) -> Article:
        """The article as it was given."""
        with corruption_guard(self._context.path):
            return article_of(self._record)

    @property
    def article_id(self) -> str:
        """The id of the article, which is not read for it."""
        if self._cached_record is None:
            context = self._context
            if context.one_at_a_time:
                return context.matched.article_ids((self._handle,))[0]
            return context.article_id(self.rank)
        return self._cached_record.article_id

    @property
    def headline(self) -> str:
        """The article's headline."""
        return self._record.text(TITLE_FIELD)

    @cached_property
    def marked_headline(self) -> Snippet:
        """The whole headline, with its matches marked."""
        text = self.headline
        return Snippet(TITLE_FIELD, text, 0, len(text), self.marks.get(TITLE_FIELD, ()))

    @cached_property
    def marks(self) -> dict[TextField, tuple[tuple[int, int], ...]]:
        """The matches in headline, body and caption: sorted, half-open (start, end) offsets.

        Fields without a match are left out.
        """
        searched = self._searched
        return {field: marks for field in TEXT_FIELDS if (marks := marks_of(searched, field))}

    @cached_property
    def snippets(self) -> tuple[Snippet, ...]:
        """The best one or two passages of body and caption with marks, the best one first.

        The headline is used only if no other field matched.
        """
        return snippets_of(self._searched)

    @property
    def snippet(self) -> str:
        """The text of the best passage, without marks; empty if the article has no text."""
        if self._snippet is None:
            self._snippet = first_text(self._searched)
        return self._snippet

    def explain(self) -> Explanation:
        """Explain the score. Costs about as much as the search."""
        return self._context.matched.explain(self._handle, self.score)

    @property
    def _searched(self) -> SearchedTexts:
        if self._searched_texts is None:
            context = self._context
            patterns = context.same_patterns or context.patterns(self.rank)
            finder = context.same_finder or context.finder(self)
            texts = dict(zip(TEXT_FIELDS, self._record.texts, strict=True))
            self._searched_texts = SearchedTexts(texts, patterns, finder)
        return self._searched_texts


class SearchResults(Sequence[Hit]):
    """The hits of one page, best first.

    ``elapsed`` is the time of the search in seconds. Counting all matches, reading articles and
    making snippets are not included. ``diagnostics`` name the parts of the query that could not be
    used, and what was done instead.
    """

    def __init__(
        self,
        query: str,
        matched: Matched,
        plan: Plan,
        view: View,
        *,
        offset: int,
        elapsed: float,
        diagnostics: tuple[Diagnostic, ...],
    ) -> None:
        self.query = query
        self.offset = offset
        self.elapsed = elapsed
        self.diagnostics = diagnostics
        self._matched = matched
        self._plan = plan
        self._view = view
        self._selected = matched.hits
        self._hits: dict[int, Hit] = {}

    @cached_property
    def _context(self) -> HitContext:
        return HitContext(self._view, self._plan, self._matched, self.offset + 1)

    @property
    def total(self) -> int:
        """The number of matching articles on all pages.

        Ranking may skip some of them, so they are counted at the first access.
        """
        return self._matched.total

    def __len__(self) -> int:
        return len(self._selected)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> list[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | list[Hit]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self._selected)
        hit = self._hits.get(index)
        if hit is None:
            if index < 0:
                raise IndexError(f"index out of range; the page has {len(self._selected)} hits")
            handle, score = self._selected[index]
            hit = self._hits[index] = Hit(handle, score, self.offset + index + 1, self._context)
        return hit

    def __iter__(self) -> Iterator[Hit]:
        return map(self.__getitem__, range(len(self._selected)))

    def __repr__(self) -> str:
        return f"<SearchResults of {self.query!r}: {len(self)} of {self.total}>"
