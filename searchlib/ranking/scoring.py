"""BM25F: what a word, a phrase or a metadata value adds to the score of an article."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Final

from searchlib.kernels.postings import filtering
from searchlib.kernels.ranking import bm25f
from searchlib.planning.plan import (
    Boosted,
    DateLeaf,
    KeyLeaf,
    Leaf,
    LengthLeaf,
    PatternLeaf,
    PhraseLeaf,
    SlopSpans,
    SpansLeaf,
    TextLeaf,
    WordLeaf,
    num_names,
)
from searchlib.ranking.frequencies import (
    document_frequency,
    place_frequencies,
    word_frequencies,
)
from searchlib.ranking.matches import Matches, any_of
from searchlib.ranking.segment_spans import SegmentSource
from searchlib.ranking.spans import find_spans
from searchlib.schema import NUM_TEXT_FIELDS, TEXT_FIELDS, TextField
from searchlib.store.settings import Settings
from searchlib.store.snapshot import NO_DATE, Snapshot, field_mask

__all__ = ["Scorer"]

_KEPT_DFS: Final = 128
_MOST_NAMES: Final = 2_000
"""Of one leaf, so that what is kept of leaves takes 20 MB at most."""


class KeptDfs(dict[Leaf, int]):
    """How many documents match a leaf."""


class KeptLengths(dict[int, "array[int]"]):
    """How many words each document has in some fields, by their mask."""


class Scorer:
    """BM25F with the parameters of ``settings`` and the statistics of ``snapshot``.

    S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009),
    section 3.4: for a word with the frequencies tf_f in the fields f,

        tf = sum of weight_f * tf_f / (1 - b + b * length_f / avg_length_f)
        score = idf * tf / (k1 + tf)
        idf = ln(1 + (N - df + 0.5) / (df + 0.5))

    N counts the live articles, df those that have the word in any of the fields asked for. The
    idf is Lucene's, which is never negative, and like Lucene's (since 8.0) the score has no factor
    (k1 + 1). A phrase is a word whose idf is the sum of its words' (Lucene's way again). A
    metadata value or a date range is a word that stands once in an article of average length.
    """

    def __init__(self, snapshot: Snapshot, settings: Settings) -> None:
        self.snapshot = snapshot
        self.settings = settings
        weights = settings.weights
        self._weights = tuple(map(weights.__getitem__, TEXT_FIELDS))
        self.key = (*self._weights, settings.k1, settings.b)
        self._scored: dict[Leaf, Matches] = {}
        self._spans: dict[SpansLeaf, list[array[int]]] = {}

    def score(self, leaf: Leaf) -> Matches:
        """Return the matches of one leaf, each score a multiple of 2**-40."""
        scored = self._scored.get(leaf)
        if scored is None:
            inner, factor = (leaf.leaf, leaf.factor) if isinstance(leaf, Boosted) else (leaf, 1.0)
            found = self._summed(inner)
            self._keep_df(inner, len(found.docs))
            idf = factor * self.idf(inner, found)
            scores = bm25f.saturate(found.scores, self.settings.k1, idf)
            scored = self._scored[leaf] = Matches(found.docs, scores)
        return scored

    def _summed(self, leaf: Leaf) -> Matches:
        """Return the matches of a leaf with their weighted frequencies."""
        match leaf:
            case PhraseLeaf() | SpansLeaf():
                return self._sums(leaf)
            case WordLeaf(words=words) if words and not leaf.terms:
                return self._counted(words, leaf.fields)
            case WordLeaf():
                return any_of(list(self.normalised(leaf).values()))
            case PatternLeaf():
                raise TypeError(f"the pattern {leaf.label} is not spelled out")
            case KeyLeaf():
                return _once(self.snapshot.key_docs(leaf.field, *leaf.values))
            case DateLeaf():
                return _once(self._date_docs(leaf))
            case LengthLeaf():
                return _once(self._length_docs(leaf))
            case Boosted(inner):
                return self._summed(inner)

    def places(self, leaf: PhraseLeaf | SpansLeaf) -> Iterable[tuple[int, array[int]]]:
        """Return where a phrase or span stands, by the number of the segment.

        One place each, ``array('Q')`` as kernels/postings/phrases.py has them; those of
        deleted documents are among them.
        """
        if isinstance(leaf, PhraseLeaf):
            return self.snapshot.phrase(leaf.terms)
        found = self._spans.get(leaf)
        if found is None:
            found = self._spans[leaf] = [
                find_spans(
                    leaf.spans, SegmentSource(self.snapshot, number, self.settings.analyzer)
                ).firsts
                for number in range(len(self.snapshot.parts))
            ]
        return enumerate(found)

    def _sums(self, leaf: PhraseLeaf | SpansLeaf) -> Matches:
        docs, sums = array("I"), array("d")
        weights = self.field_weights(_fields(leaf))
        for number, places in self.places(leaf):
            base = self.snapshot.parts[number].base
            found = bm25f.sum_fields(places, weights, self.norms_of(number), base)
            docs += found[0]
            sums += found[1]
        return Matches(*self.snapshot.live_only(docs, sums))

    def _counted(self, words: Sequence[str], fields: tuple[TextField, ...]) -> Matches:
        """Return the matches of words as they were written with their weighted frequencies."""
        docs, sums = array("I"), array("d")
        weights = self.field_weights(fields)
        for number, counts in enumerate(self.snapshot.written.counts(words)):
            if counts:
                base = self.snapshot.parts[number].base
                found = bm25f.sum_counts(*counts, weights, self.norms_of(number), base)
                docs += found[0]
                sums += found[1]
        return Matches(*self.snapshot.live_only(docs, sums))

    def norms_of(self, number: int) -> array[float]:
        """Return the norms of a segment's documents."""
        return self.snapshot.norms(self.settings.b)[number]

    def field_weights(self, fields: tuple[TextField, ...]) -> array[float]:
        """Return each field's weight, -1 for one not among ``fields``; the array is shared."""
        return _weights(self._weights, fields)

    def frequencies(self, leaf: TextLeaf) -> dict[TextField, Matches]:
        """Return the raw frequencies of a word, phrase or span by field."""
        if isinstance(leaf, WordLeaf):
            return word_frequencies(self.snapshot, leaf)
        return place_frequencies(self.snapshot, _fields(leaf), self.places(leaf))

    def normalised(self, leaf: TextLeaf) -> dict[TextField, Matches]:
        """Return the frequencies by field, weighted and set against the field's length."""
        normalised = {}
        norms = self.snapshot.all_norms(self.settings.b)
        for field, (docs, frequencies) in self.frequencies(leaf).items():
            values = bm25f.normalise(
                docs, frequencies, norms, TEXT_FIELDS.index(field), self.settings.weights[field]
            )
            normalised[field] = Matches(docs, values)
        return normalised

    def idf(self, leaf: Leaf, found: Matches) -> float:
        """Return the inverse document frequency of ``leaf``, which ``found`` matches."""
        if isinstance(leaf, Boosted):
            return self.idf(leaf.leaf, found)
        phrase = _phrase(leaf)
        return self.phrase_idf(*phrase) if phrase else self.idf_of(len(found.docs))

    def matches(self, leaf: Leaf, doc: int) -> bool:
        """Tell whether the live document ``doc`` matches ``leaf``, without scoring all others."""
        places: tuple[tuple[str, ...], ...]
        if isinstance(leaf, Boosted):
            return self.matches(leaf.leaf, doc)
        if isinstance(leaf, PhraseLeaf):
            places = leaf.terms
        elif isinstance(leaf, WordLeaf) and not leaf.words:
            places = (leaf.terms,)
        else:
            return self.score(leaf).score_of(doc) is not None
        return bool(self.snapshot.fields_with(places, doc) & _mask(leaf.fields))

    def leaf_idf(self, leaf: Leaf) -> float:
        """Return the inverse document frequency of ``leaf``, without scoring what matches it."""
        if isinstance(leaf, Boosted):
            return leaf.factor * self.leaf_idf(leaf.leaf)
        phrase = _phrase(leaf)
        if phrase:
            return self.phrase_idf(*phrase)
        if isinstance(leaf, WordLeaf) and not leaf.words:
            return self.idf_of(document_frequency(self.snapshot, leaf))
        df = self.snapshot.cache(KeptDfs).get(leaf)
        return self.idf_of(len(self.score(leaf).docs) if df is None else df)

    def _keep_df(self, leaf: Leaf, df: int) -> None:
        """Keep how many documents match a leaf: no weight changes that, for one of 0 counts."""
        if num_names(leaf) <= _MOST_NAMES:
            dfs = self.snapshot.cache(KeptDfs)
            if len(dfs) >= _KEPT_DFS:
                dfs.clear()
            dfs[leaf] = df

    def phrase_idf(self, places: Sequence[Sequence[str]], fields: tuple[TextField, ...]) -> float:
        """Return the sum of the idf of the words of a phrase."""
        mask = _mask(fields)
        idfs = [
            self.term_idf(terms[0], mask)
            if len(terms) == 1
            else self.idf_of(document_frequency(self.snapshot, WordLeaf("", fields, tuple(terms))))
            for terms in places
        ]
        return math.fsum(idfs)

    def term_idf(self, term: str, mask: int) -> float:
        """Return the inverse document frequency of a term in the fields of ``mask``; it is kept."""
        found = self.snapshot.term(term)
        idf = found.idfs.get(mask)
        if idf is None:
            idf = found.idfs[mask] = self.idf_of(self.snapshot.df(term, mask))
        return idf

    def idf_of(self, df: int) -> float:
        """Return the inverse document frequency of what ``df`` documents have."""
        return math.log(1.0 + (self.snapshot.num_docs - df + 0.5) / (df + 0.5))

    def _date_docs(self, leaf: DateLeaf) -> array[int]:
        since = NO_DATE + 1 if leaf.since_us is None else leaf.since_us
        last = 2**63 - 1 if leaf.until_us is None else leaf.until_us - 1
        docs = filtering.between(self.snapshot.published, since, last)
        return self.snapshot.live_only(docs, array("d", bytes(8 * len(docs)))).docs

    def _length_docs(self, leaf: LengthLeaf) -> array[int]:
        least = 0 if leaf.least is None else leaf.least
        most = 2**63 - 1 if leaf.most is None else leaf.most
        docs = filtering.between(self._lengths(leaf.fields), least, most)
        return self.snapshot.live_only(docs, array("d", bytes(8 * len(docs)))).docs

    def _lengths(self, fields: tuple[TextField, ...]) -> array[int]:
        """Return how many words each document has in ``fields``; kept."""
        all_kept = self.snapshot.cache(KeptLengths)
        mask = field_mask(fields)
        kept = all_kept.get(mask)
        if kept is None:
            kept = array("q")
            numbers = [number for number in range(NUM_TEXT_FIELDS) if mask >> number & 1]
            for part in self.snapshot.parts:
                kept.extend(part.lengths(numbers))
            all_kept[mask] = kept
        return kept


_mask = cache(field_mask)


def _fields(leaf: PhraseLeaf | SpansLeaf) -> tuple[TextField, ...]:
    """Return the fields a leaf may stand in; spans know theirs."""
    return leaf.fields if isinstance(leaf, PhraseLeaf) else TEXT_FIELDS


def _phrase(leaf: Leaf) -> tuple[tuple[tuple[str, ...], ...], tuple[TextField, ...]] | None:
    """Return words and fields of a leaf that is a phrase, with or without slop."""
    if isinstance(leaf, PhraseLeaf):
        return leaf.terms, leaf.fields
    if isinstance(leaf, SpansLeaf) and isinstance(leaf.spans, SlopSpans):
        return leaf.spans.terms, leaf.spans.fields
    return None


@lru_cache(maxsize=256)
def _weights(weights: tuple[float, ...], fields: tuple[TextField, ...]) -> array[float]:
    given = zip(TEXT_FIELDS, weights, strict=True)
    return array("d", [weight if name in fields else -1.0 for name, weight in given])


def _once(docs: array[int]) -> Matches:
    return Matches(docs, array("d", [1.0]) * len(docs))
