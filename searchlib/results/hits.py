"""Hits, and the sequence of them that a search gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import overload

from searchlib.analysis import Analyzer, analyzer_for
from searchlib.article import TEXT_FIELDS, Article, TextField
from searchlib.codec import Record, decode_record
from searchlib.indexing import decode_article
from searchlib.query import Diagnostic
from searchlib.query.plan import Leaf, PhraseLeaf, Plan, WordLeaf
from searchlib.ranking import Explanation, Scorer, contributing_leaves, explain
from searchlib.snippets import Highlight, Snippet, make_snippets, mark_text

__all__ = ["Hit", "SearchResults"]


class Hit:
    """One article of the results, at its ``rank`` (from 1, pages before this one counted).

    ``score`` is its BM25F score. The article and its snippets are read when they are asked for,
    from the index as it was when the search ran, and kept.
    """

    def __init__(
        self, doc: int, score: float, rank: int, plan: Plan, scorer: Scorer, base: Analyzer
    ) -> None:
        self.score = score
        self.rank = rank
        self._doc = doc
        self._plan = plan
        self._scorer = scorer
        self._base = base

    def __repr__(self) -> str:
        return f"<Hit {self.rank}: {self.article_id} {self.headline!r} ({self.score:.4f})>"

    @cached_property
    def _record(self) -> Record:
        return decode_record(self._data)

    @cached_property
    def _data(self) -> bytes:
        return self._scorer.snapshot.article(self._doc)

    @cached_property
    def article(self) -> Article:
        """The article as it was given."""
        return decode_article(self._data)

    @property
    def article_id(self) -> str:
        """The article's id."""
        return self._record.article_id

    @property
    def headline(self) -> str:
        """The article's headline."""
        return self._record.headline

    @cached_property
    def marked_headline(self) -> Snippet:
        """The whole headline, with marks on what matched in it."""
        headline = self._record.headline
        marks = mark_text(headline, "headline", self._highlights, self._analyzer)
        return Snippet("headline", headline, 0, len(headline), marks)

    @cached_property
    def snippets(self) -> tuple[Snippet, ...]:
        """The best passage or two of body and caption, marked; the best one first.

        The headline gives one only if nothing else matched.
        """
        texts: dict[TextField, str] = {field: getattr(self._record, field) for field in TEXT_FIELDS}
        return make_snippets(texts, self._highlights, self._analyzer)

    @property
    def snippet(self) -> str:
        """The text of the best passage, without marks; empty if the article has no text."""
        return self.snippets[0].plain() if self.snippets else ""

    def explain(self) -> Explanation:
        """Explain the score. Costs about as much as the search did."""
        return explain(self._plan, self._scorer, self._doc, self.article_id, self.score)

    @cached_property
    def _analyzer(self) -> Analyzer:
        return analyzer_for(self._base, self.article.language)

    @cached_property
    def _highlights(self) -> tuple[Highlight, ...]:
        leaves = contributing_leaves(self._plan, self._scorer, self._doc) or []
        return tuple(
            highlight for leaf in dict.fromkeys(leaves) for highlight in self._leaf_highlights(leaf)
        )

    def _leaf_highlights(self, leaf: Leaf) -> Iterator[Highlight]:
        if not isinstance(leaf, WordLeaf | PhraseLeaf):
            return
        weight = self._scorer.idf(leaf, self._scorer.score(leaf))
        for field in leaf.fields:
            match leaf:
                case WordLeaf(_, _, terms, words):
                    word = (frozenset(terms),) if terms else ()
                    yield Highlight(field, word, frozenset(words), weight)
                case PhraseLeaf(_, _, places):
                    yield Highlight(field, tuple(map(frozenset, places)), frozenset(), weight)


class SearchResults(Sequence[Hit]):
    """The hits of one page, best first.

    ``total`` counts all that matched, on other pages too; ``elapsed`` is the time the search took
    in seconds, without that of reading articles and making snippets; ``diagnostics`` say what of
    the query could not be used, and what was done instead.
    """

    def __init__(
        self,
        query: str,
        selected: Sequence[tuple[int, float]],
        make_hit: Callable[[int, float, int], Hit],
        *,
        offset: int,
        total: int,
        elapsed: float,
        diagnostics: tuple[Diagnostic, ...],
    ) -> None:
        self.query = query
        self.offset = offset
        self.total = total
        self.elapsed = elapsed
        self.diagnostics = diagnostics
        self._selected = selected
        self._make_hit = make_hit
        self._hits: dict[int, Hit] = {}

    def __len__(self) -> int:
        return len(self._selected)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        doc, score = self._selected[place]
        place %= len(self)
        if place not in self._hits:
            self._hits[place] = self._make_hit(doc, score, self.offset + place + 1)
        return self._hits[place]

    def __repr__(self) -> str:
        return f"<SearchResults of {self.query!r}: {len(self)} of {self.total}>"
