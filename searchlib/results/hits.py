"""Hits, and the sequence of them that a search gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import compress
from typing import Protocol, overload

from searchlib.analysis import Analyzer, analyzer_for
from searchlib.analysis.matching_tokens import TokenFinder, token_finder
from searchlib.article import TEXT_FIELDS, Article, TextField
from searchlib.files.damage import corruption_guard
from searchlib.forks import cached_property
from searchlib.indexing.article_analysis import decode_article
from searchlib.planning.plan import Boosted, Leaf, PhraseLeaf, Plan, SpansLeaf, WordLeaf
from searchlib.query import Diagnostic
from searchlib.ranking import Explanation, Scorer, contributing_leaves, explain
from searchlib.segment.records import Record, decode_record
from searchlib.snippets import (
    Highlight,
    Patterns,
    SearchedTexts,
    Snippet,
    first_text,
    marks_of,
    snippets_of,
)

__all__ = ["Hit", "SearchResults"]


class _Query(Protocol):
    """What hits need to know of the query."""

    base: Analyzer
    scorer: Scorer

    @property
    def plan(self) -> Plan: ...

    @property
    def leaves(self) -> Sequence[Leaf] | None: ...


class _HitContext:
    """What the hits of one page look for in their articles."""

    def __init__(self, query: _Query) -> None:
        self.query = query
        self.scorer = query.scorer
        # By the leaves an article matches: those of one plan, which it keeps.
        self._patterns: dict[tuple[int, ...], dict[TextField, Patterns]] = {}

    @cached_property
    def same_finder(self) -> TokenFinder | None:
        """What finds the tokens of every article, where none says its language."""
        base = self.query.base
        if base.language and self.scorer.snapshot.values_in_use("language"):
            return None
        return token_finder(base)

    @cached_property
    def same_patterns(self) -> dict[TextField, Patterns] | None:
        """What every article is searched for, where that is the same for all of them."""
        leaves = self.query.leaves
        return None if leaves is None else self._patterns_of(leaves)

    def patterns(self, doc: int) -> dict[TextField, Patterns]:
        """Return what of the query a document owes its place to, by field."""
        if self.same_patterns is not None:
            return self.same_patterns
        leaves = contributing_leaves(self.query.plan, self.scorer, doc) or []
        key = tuple(map(id, leaves))
        patterns = self._patterns.get(key)
        if patterns is None:
            patterns = self._patterns[key] = self._patterns_of(leaves)
        return patterns

    def _patterns_of(self, leaves: Sequence[Leaf]) -> dict[TextField, Patterns]:
        distinct = {id(leaf): leaf for leaf in leaves}.values()  # some are typed a thousand times
        bare = [leaf.leaf if isinstance(leaf, Boosted) else leaf for leaf in distinct]
        words = [leaf for leaf in bare if isinstance(leaf, WordLeaf | PhraseLeaf)]
        highlights = [self._highlight(leaf) for leaf in words]
        spans = [
            (leaf.spans, self.scorer.leaf_idf(leaf)) for leaf in bare if isinstance(leaf, SpansLeaf)
        ]
        found: dict[TextField, Patterns] = {}
        # Most queries look for the same in all fields.
        same: dict[tuple[bool, ...], Patterns] = {}
        for field in TEXT_FIELDS:
            here = tuple([field in leaf.fields for leaf in words])
            if any(here) or spans:
                if here not in same:
                    same[here] = Patterns(compress(highlights, here), spans)
                found[field] = same[here]
        return found

    def _highlight(self, leaf: WordLeaf | PhraseLeaf) -> Highlight:
        field = leaf.fields[0]  # Patterns do not ask for it
        weight = self.scorer.leaf_idf(leaf)
        if isinstance(leaf, PhraseLeaf):
            return Highlight(field, tuple(map(frozenset, leaf.terms)), frozenset(), weight)
        word = (frozenset(leaf.terms),) if leaf.terms else ()
        return Highlight(field, word, frozenset(leaf.words), weight)

    def finder(self, hit: Hit) -> TokenFinder:
        """Return what finds the tokens of an article."""
        return self.same_finder or token_finder(analyzer_for(self.query.base, hit.article.language))


class Hit:
    """One article of the results, at its ``rank`` (from 1, pages before this one counted).

    ``score`` is its BM25F score. The article and its snippets are read when they are asked for,
    from the index as it was when the search ran, and kept.
    """

    def __init__(self, doc: int, score: float, rank: int, context: _HitContext) -> None:
        self.score = score
        self.rank = rank
        self._doc = doc
        self._context = context
        # Not cached properties: those take a lock, which costs as much as the reading.
        self._bytes: bytes | None = None
        self._decoded: Record | None = None
        self._found: SearchedTexts | None = None
        self._snippet: str | None = None

    def __repr__(self) -> str:
        return f"<Hit {self.rank}: {self.article_id} {self.headline!r} ({self.score:.4f})>"

    @property
    def _data(self) -> bytes:
        if self._bytes is None:
            self._bytes = self._context.scorer.snapshot.article(self._doc)
        return self._bytes

    @property
    def _record(self) -> Record:
        if self._decoded is None:
            data = self._data
            with corruption_guard(self._context.scorer.snapshot.path):
                self._decoded = decode_record(data)
        return self._decoded

    @cached_property
    def article(self) -> Article:
        """The article as it was given."""
        with corruption_guard(self._context.scorer.snapshot.path):
            return decode_article(self._data)

    @property
    def article_id(self) -> str:
        """The article's id."""
        if self._decoded is None:
            return self._context.scorer.snapshot.article_id(self._doc)
        return self._decoded.article_id

    @property
    def headline(self) -> str:
        """The article's headline."""
        return self._record.headline

    @cached_property
    def marked_headline(self) -> Snippet:
        """The whole headline, with marks on what matched in it."""
        headline = self._record.headline
        return Snippet("headline", headline, 0, len(headline), self.marks.get("headline", ()))

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
        plan, scorer = self._context.query.plan, self._context.scorer
        return explain(plan, scorer, self._doc, self.article_id, self.score)

    @property
    def _searched(self) -> SearchedTexts:
        if self._found is None:
            context = self._context
            patterns = context.same_patterns or context.patterns(self._doc)
            finder = context.same_finder or context.finder(self)
            _, headline, body, caption, _ = self._record
            texts: dict[TextField, str] = {"headline": headline, "body": body, "caption": caption}
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
        selected: Sequence[tuple[int, float]],
        searched: _Query,
        *,
        offset: int,
        total: int | Callable[[], int],
        elapsed: float,
        diagnostics: tuple[Diagnostic, ...],
    ) -> None:
        self.query = query
        self.offset = offset
        self._total = total
        self.elapsed = elapsed
        self.diagnostics = diagnostics
        self._selected = selected
        self._context = _HitContext(searched)
        self._hits: dict[int, Hit] = {}

    @property
    def total(self) -> int:
        """How many articles matched, on other pages too.

        Ranking need not visit them all: they are counted when this is first asked for.
        """
        if not isinstance(self._total, int):
            self._total = self._total()
        return self._total

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
            doc, score = self._selected[place]
            hit = self._hits[place] = Hit(doc, score, self.offset + place + 1, self._context)
        return hit

    def __iter__(self) -> Iterator[Hit]:
        return map(self.__getitem__, range(len(self._selected)))

    def __repr__(self) -> str:
        return f"<SearchResults of {self.query!r}: {len(self)} of {self.total}>"
