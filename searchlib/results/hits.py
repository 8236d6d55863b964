"""Hits, and the sequence of them that a search returns."""

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
    """What the hits of one page look for in their articles, and where these come from."""

    def __init__(self, view: View, plan: Plan, matched: Matched, first_rank: int) -> None:
        self.plan = plan
        self.matched = matched
        self.one_at_a_time = matched.articles_at_once == 1
        self._first_rank = first_rank
        self.path = view.path
        self._view = view
        self._base = view.analyzer
        # What a call to the engine has given for hits behind the one that was asked for.
        self._ids: dict[int, str] = {}
        self._records: dict[int, Record] = {}
        self._leaves: dict[int, Sequence[Leaf]] = {}
        # By the leaves an article matches: those of one plan, which it keeps.
        self._patterns: dict[tuple[int, ...], dict[TextField, Patterns]] = {}

    def record(self, handle: Handle, rank: int) -> Record:
        """Return the article of a hit of the page."""
        if self.one_at_a_time:
            return self.matched.articles((handle,))[0]
        return self._of_page(rank, self._records, self.matched.articles)

    def article_id(self, rank: int) -> str:
        """Return the id of a hit of the page, from an engine that gives several at once."""
        return self._of_page(rank, self._ids, self.matched.article_ids)

    def _of_page(
        self, rank: int, kept: dict[int, _T], ask: Callable[[Sequence[Handle]], Sequence[_T]]
    ) -> _T:
        """Return what ``ask`` gives for a hit; it is asked for those behind it in the same call.

        What it gives for them is kept until it is asked for.
        """
        place = rank - self._first_rank
        found = kept.pop(place, None)
        if found is None:
            matched, count = self.matched, self.matched.articles_at_once
            handles = [handle for handle, _ in matched.hits[place : place + count]]
            found, *others = ask(handles)
            kept.update(zip(range(place + 1, place + count), others, strict=False))
        return found

    @cached_property
    def same_finder(self) -> TokenFinder | None:
        """What finds the tokens of every article, where none says its language."""
        if self._base.language and self._view.values_in_use("language"):
            return None
        return token_finder(self._base)

    @cached_property
    def same_patterns(self) -> dict[TextField, Patterns] | None:
        """What every article is searched for, where that is the same for all of them."""
        leaves = leaves_of_any_match(self.plan)
        return None if leaves is None else self._patterns_of(leaves)

    def patterns(self, rank: int) -> dict[TextField, Patterns]:
        """Return what of the query a hit owes its place to, by field."""
        if self.same_patterns is not None:
            return self.same_patterns
        leaves = self._of_page(rank, self._leaves, self.matched.leaves)
        key = tuple(map(id, leaves))
        patterns = self._patterns.get(key)
        if patterns is None:
            patterns = self._patterns[key] = self._patterns_of(leaves)
        return patterns

    def _patterns_of(self, leaves: Sequence[Leaf]) -> dict[TextField, Patterns]:
        distinct = {id(leaf): leaf for leaf in leaves}.values()  # some are typed a thousand times
        # What a word is worth to a reader is not changed by a boost.
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
        """Return what finds the tokens of an article."""
        return self.same_finder or token_finder(analyzer_for(self._base, hit.article.language))


class Hit:
    """One article of the results, at its ``rank`` (from 1, pages before this one counted).

    ``score`` is its BM25F score. The article and its snippets are read when they are asked for,
    from the index as it was when the search ran, and kept.
    """

    def __init__(self, handle: Handle, score: float, rank: int, context: HitContext) -> None:
        self._handle = handle
        self.score = score
        self.rank = rank
        self._context = context
        # Not cached properties: those take a lock, which costs as much as the reading.
        self._read: Record | None = None
        self._found: SearchedTexts | None = None
        self._snippet: str | None = None

    def __repr__(self) -> str:
        return f"<Hit {self.rank}: {self.article_id} {self.headline!r} ({self.score:.4f})>"

    @property
    def _record(self) -> Record:
        if self._read is None:
            self._read = self._context.record(self._handle, self.rank)
        return self._read

    @cached_property
    def article(self) -> Article:
        """The article as it was given."""
        with corruption_guard(self._context.path):
            return article_of(self._record)

    @property
    def article_id(self) -> str:
        """The article's id. The article is not read for it."""
        if self._read is None:
            context = self._context
            if context.one_at_a_time:
                return context.matched.article_ids((self._handle,))[0]
            return context.article_id(self.rank)
        return self._read.article_id

    @property
    def headline(self) -> str:
        """The article's headline."""
        return self._record.text(TITLE_FIELD)

    @cached_property
    def marked_headline(self) -> Snippet:
        """The whole headline, with marks on what matched in it."""
        text = self.headline
        return Snippet(TITLE_FIELD, text, 0, len(text), self.marks.get(TITLE_FIELD, ()))

    @cached_property
    def marks(self) -> dict[TextField, tuple[tuple[int, int], ...]]:
        """Where what matched stands in headline, body and caption: half-open offsets, sorted.

        Fields without a mark are left out.
        """
        searched = self._searched
        return {field: marks for field in TEXT_FIELDS if (marks := marks_of(searched, field))}

    @cached_property
    def snippets(self) -> tuple[Snippet, ...]:
        """The best passage or two of body and caption, marked; the best one first.

        The headline gives one only if nothing else matched.
        """
        return snippets_of(self._searched)

    @property
    def snippet(self) -> str:
        """The text of the best passage, without marks; empty if the article has no text."""
        if self._snippet is None:
            self._snippet = first_text(self._searched)
        return self._snippet

    def explain(self) -> Explanation:
        """Explain the score. Costs about as much as the search did."""
        return self._context.matched.explain(self._handle, self.score)

    @property
    def _searched(self) -> SearchedTexts:
        if self._found is None:
            context = self._context
            patterns = context.same_patterns or context.patterns(self.rank)
            finder = context.same_finder or context.finder(self)
            texts = dict(zip(TEXT_FIELDS, self._record.texts, strict=True))
            self._found = SearchedTexts(texts, patterns, finder)
        return self._found


class SearchResults(Sequence[Hit]):
    """The hits of one page, best first.

    ``elapsed`` is the time the search took in seconds, without that of counting what matched,
    reading articles and making snippets; ``diagnostics`` say what of the query could not be used,
    and what was done instead.
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
        """How many articles matched, on other pages too.

        Ranking need not visit them all: they are counted when this is first asked for.
        """
        return self._matched.total

    def __len__(self) -> int:
        return len(self._selected)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if place < 0:
            place += len(self._selected)
        hit = self._hits.get(place)
        if hit is None:
            if place < 0:
                raise IndexError("there is no such hit")
            handle, score = self._selected[place]
            hit = self._hits[place] = Hit(handle, score, self.offset + place + 1, self._context)
        return hit

    def __iter__(self) -> Iterator[Hit]:
        return map(self.__getitem__, range(len(self._selected)))

    def __repr__(self) -> str:
        return f"<SearchResults of {self.query!r}: {len(self)} of {self.total}>"
