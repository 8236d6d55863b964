"""BM25F: the contribution of a word, a phrase or a metadata value to the score of an article."""

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
    occurrence_frequencies,
    word_frequencies,
)
from searchlib.ranking.matches import Matches, any_of
from searchlib.ranking.segment_spans import SegmentSource
from searchlib.ranking.spans import find_spans
from searchlib.schema import NUM_TEXT_FIELDS, TEXT_FIELDS, TextField
from searchlib.settings import Settings
from searchlib.store.snapshot import NO_DATE, Snapshot, field_mask

__all__ = ["Scorer"]

_MAX_CACHED_DFS: Final = 128
"""Maximum number of cached document frequencies, to bound the cache."""

_MAX_NAMES: Final = 2_000
"""Maximum number of words of a cached leaf, to bound the cache to 20 MB."""


class DfCache(dict[Leaf, int]):
    """Cache of the number of documents that match a leaf."""


class LengthCache(dict[int, "array[int]"]):
    """Cache of the number of words of each document in a set of fields, by their mask."""


class Scorer:
    """BM25F with the parameters of ``settings`` and the statistics of ``snapshot``.

    S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009),
    section 3.4: for a word with the frequencies tf_f in the fields f,

        tf = sum of weight_f * tf_f / (1 - b + b * length_f / avg_length_f)
        score = idf * tf / (k1 + tf)
        idf = ln(1 + (N - df + 0.5) / (df + 0.5))

    N is the number of live articles. df is the number of articles with the word in any of the
    fields searched. The idf is Lucene's, which is never negative. As in Lucene (since 8.0), the
    score has no factor (k1 + 1). A phrase is scored as a word whose idf is the sum of the idfs of
    its words, also as in Lucene. A metadata value or a date range is scored as a word that occurs
    once in an article of average length.
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
        """Return the matches of one leaf. Each score is a multiple of 2**-40."""
        scored = self._scored.get(leaf)
        if scored is None:
            inner, factor = (leaf.leaf, leaf.factor) if isinstance(leaf, Boosted) else (leaf, 1.0)
            found = self._frequencies_of(inner)
            self._cache_df(inner, len(found.docs))
            idf = factor * self.idf(inner, found)
            scores = bm25f.saturate(found.scores, self.settings.k1, idf)
            scored = self._scored[leaf] = Matches(found.docs, scores)
        return scored

    def _frequencies_of(self, leaf: Leaf) -> Matches:
        """Return the matches of a leaf with their weighted frequencies."""
        match leaf:
            case PhraseLeaf() | SpansLeaf():
                return self._span_frequencies(leaf)
            case WordLeaf(words=words) if words and not leaf.terms:
                return self._word_frequencies(words, leaf.fields)
            case WordLeaf():
                return any_of(list(self.normalised(leaf).values()))
            case PatternLeaf():
                raise TypeError(f"the pattern {leaf.label} must be expanded to words first")
            case KeyLeaf():
                return _once(self.snapshot.key_docs(leaf.field, *leaf.values))
            case DateLeaf():
                return _once(self._date_docs(leaf))
            case LengthLeaf():
                return _once(self._length_docs(leaf))
            case Boosted(inner):
                return self._frequencies_of(inner)

    def occurrences(self, leaf: PhraseLeaf | SpansLeaf) -> Iterable[tuple[int, array[int]]]:
        """Return (number of a segment, occurrences of a phrase or of the firsts of spans).

        Occurrences are ``array('Q')`` in the format of kernels/postings/phrases.py. Deleted
        documents are included.
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

    def _span_frequencies(self, leaf: PhraseLeaf | SpansLeaf) -> Matches:
        docs, sums = array("I"), array("d")
        weights = self.field_weights(_fields(leaf))
        for number, occurrences in self.occurrences(leaf):
            base = self.snapshot.parts[number].base
            found = bm25f.sum_fields(occurrences, weights, self.norms_of(number), base)
            docs += found[0]
            sums += found[1]
        return Matches(*self.snapshot.live_only(docs, sums))

    def _word_frequencies(self, words: Sequence[str], fields: tuple[TextField, ...]) -> Matches:
        """Return the matches of surface forms with their weighted frequencies."""
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
        """Return the norms of the documents of segment ``number``."""
        return self.snapshot.norms(self.settings.b)[number]

    def field_weights(self, fields: tuple[TextField, ...]) -> array[float]:
        """Return the weight of each field, -1 if it is not in ``fields``. The array is shared."""
        return _weights(self._weights, fields)

    def frequencies(self, leaf: TextLeaf) -> dict[TextField, Matches]:
        """Return the raw frequencies of a word, phrase or span by field."""
        if isinstance(leaf, WordLeaf):
            return word_frequencies(self.snapshot, leaf)
        return occurrence_frequencies(self.snapshot, _fields(leaf), self.occurrences(leaf))

    def normalised(self, leaf: TextLeaf) -> dict[TextField, Matches]:
        """Return the frequencies by field, weighted and normalised by the length of the field."""
        normalised = {}
        norms = self.snapshot.all_norms(self.settings.b)
        for field, (docs, frequencies) in self.frequencies(leaf).items():
            values = bm25f.normalise(
                docs, frequencies, norms, TEXT_FIELDS.index(field), self.settings.weights[field]
            )
            normalised[field] = Matches(docs, values)
        return normalised

    def idf(self, leaf: Leaf, found: Matches) -> float:
        """Return the inverse document frequency of ``leaf``. ``found`` are its matches."""
        if isinstance(leaf, Boosted):
            return self.idf(leaf.leaf, found)
        phrase = _phrase(leaf)
        return self.phrase_idf(*phrase) if phrase else self.idf_of(len(found.docs))

    def matches(self, leaf: Leaf, doc: int) -> bool:
        """Return whether the live document ``doc`` matches ``leaf``. Most leaves are not scored."""
        slots: tuple[tuple[str, ...], ...]
        if isinstance(leaf, Boosted):
            return self.matches(leaf.leaf, doc)
        if isinstance(leaf, PhraseLeaf):
            slots = leaf.terms
        elif isinstance(leaf, WordLeaf) and not leaf.words:
            slots = (leaf.terms,)
        else:
            return self.score(leaf).score_of(doc) is not None
        return bool(self.snapshot.fields_with(slots, doc) & _mask(leaf.fields))

    def leaf_idf(self, leaf: Leaf) -> float:
        """Return the inverse document frequency of ``leaf``. Scores the leaf at most once."""
        if isinstance(leaf, Boosted):
            return leaf.factor * self.leaf_idf(leaf.leaf)
        phrase = _phrase(leaf)
        if phrase:
            return self.phrase_idf(*phrase)
        if isinstance(leaf, WordLeaf) and not leaf.words:
            return self.idf_of(document_frequency(self.snapshot, leaf))
        df = self.snapshot.cache(DfCache).get(leaf)
        return self.idf_of(len(self.score(leaf).docs) if df is None else df)

    def _cache_df(self, leaf: Leaf, df: int) -> None:
        """Cache the document frequency of a leaf. It does not depend on weights, not even on 0."""
        if num_names(leaf) <= _MAX_NAMES:
            dfs = self.snapshot.cache(DfCache)
            if len(dfs) >= _MAX_CACHED_DFS:
                dfs.clear()
            dfs[leaf] = df

    def phrase_idf(self, slots: Sequence[Sequence[str]], fields: tuple[TextField, ...]) -> float:
        """Return the sum of the inverse document frequencies of the words of a phrase."""
        mask = _mask(fields)
        idfs = [
            self.term_idf(terms[0], mask)
            if len(terms) == 1
            else self.idf_of(document_frequency(self.snapshot, WordLeaf("", fields, tuple(terms))))
            for terms in slots
        ]
        return math.fsum(idfs)

    def term_idf(self, term: str, mask: int) -> float:
        """Return the inverse document frequency of a term in the fields of ``mask``. Cached."""
        idfs = self.snapshot.term(term).idfs
        idf = idfs.get(mask)
        if idf is None:
            idf = idfs[mask] = self.idf_of(self.snapshot.df(term, mask))
        return idf

    def idf_of(self, df: int) -> float:
        """Return the inverse document frequency for a document frequency of ``df``."""
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
        """Return the number of words of each document in ``fields`` together. Cached."""
        cache = self.snapshot.cache(LengthCache)
        mask = field_mask(fields)
        lengths = cache.get(mask)
        if lengths is None:
            lengths = array("q")
            numbers = [number for number in range(NUM_TEXT_FIELDS) if mask >> number & 1]
            for part in self.snapshot.parts:
                lengths.extend(part.lengths(numbers))
            cache[mask] = lengths
        return lengths


_mask = cache(field_mask)


def _fields(leaf: PhraseLeaf | SpansLeaf) -> tuple[TextField, ...]:
    """Return the fields of a leaf. Spans name their own fields, so all are returned for them."""
    return leaf.fields if isinstance(leaf, PhraseLeaf) else TEXT_FIELDS


def _phrase(leaf: Leaf) -> tuple[tuple[tuple[str, ...], ...], tuple[TextField, ...]] | None:
    """Return words and fields of a phrase, with or without slop; None for other leaves."""
    if isinstance(leaf, PhraseLeaf):
        return leaf.terms, leaf.fields
    if isinstance(leaf, SpansLeaf) and isinstance(leaf.spans, SlopSpans):
        return leaf.spans.terms, leaf.spans.fields
    return None


@lru_cache(maxsize=256)
def _weights(weights: tuple[float, ...], fields: tuple[TextField, ...]) -> array[float]:
    named_weights = zip(TEXT_FIELDS, weights, strict=True)
    return array("d", [weight if name in fields else -1.0 for name, weight in named_weights])


def _once(docs: array[int]) -> Matches:
    return Matches(docs, array("d", [1.0]) * len(docs))
