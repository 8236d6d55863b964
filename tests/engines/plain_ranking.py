"""What a plan matches in articles of plain Python, and with what score: every article is looked at.

The definitions are those of ranking/scoring.py and of the plan's own classes; no line is shared with
what ranks in searchlib. What a leaf adds is rounded to a multiple of 2**-40, as there: sums of that
are exact, so that scores are equal to the last bit.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from searchlib.article import TEXT_FIELDS, TextField
from searchlib.engine import Explanation, FieldPart, LeafPart, Settings
from searchlib.planning.pattern_leaves import spelled_out
from searchlib.planning.plan import (
    AllOf,
    AnyOf,
    Boosted,
    Clauses,
    DateLeaf,
    Everything,
    Except,
    KeyLeaf,
    Leaf,
    LengthLeaf,
    Nothing,
    Pattern,
    PatternLeaf,
    PhraseLeaf,
    Plan,
    SlopSpans,
    SpansLeaf,
    TextLeaf,
    WordLeaf,
)
from searchlib.timestamps import microseconds
from tests.engines.plan_spans import find_spans
from tests.reference.oracle import Oracle
from tests.reference.spans import expression, like, matcher

__all__ = ["PlainRanking", "matching_words"]

Scores = dict[int, float]
Counts = dict[TextField, dict[int, int]]


def matching_words(index: Oracle, pattern: Pattern) -> list[str]:
    """Give the words that a pattern stands for, in order."""
    match pattern.kind:
        case "wildcard":
            is_one = matcher(pattern.text, index.base)
        case "regex":
            is_one = expression(pattern.text, index.base)
        case "fuzzy":
            is_one = like(pattern.text, pattern.edits)
    return sorted({word for words in index.words.values() for word in words if is_one(word)})


class PlainRanking:
    """BM25F with one set of parameters. Articles are numbers, in the order of insertion."""

    def __init__(self, index: Oracle, settings: Settings) -> None:
        self.index = index
        self.settings = settings
        self._kept: dict[Leaf, Scores] = {}

    # Plans

    def scores(self, plan: Plan) -> Scores:
        """Give every article that matches with its score."""
        match plan:
            case Everything():
                return dict.fromkeys(range(len(self.index.articles)), 0.0)
            case Nothing():
                return {}
            case AnyOf(parts):
                return _sum_of(map(self.scores, parts))
            case AllOf(parts):
                required = [part for part in parts if not isinstance(part, Except)]
                excluded = [part.part for part in parts if isinstance(part, Except)]
                return self._without(self._all(required), excluded)
            case Except(part):
                return self._without(self.scores(Everything()), [part])
            case Clauses(required, optional, prohibited):
                extra = _sum_of(map(self.scores, optional))
                if required or not optional:
                    found = self._all(required)
                    found = {n: score + extra.get(n, 0.0) for n, score in found.items()}
                else:
                    found = extra
                return self._without(found, prohibited)
            case _:
                return self.leaf_scores(plan)

    def _all(self, parts: Sequence[Plan]) -> Scores:
        found = [self.scores(part) for part in parts] or [self.scores(Everything())]
        shared = set[int].intersection(*map(set, found))
        return {number: sum(scores[number] for scores in found) for number in shared}

    def _without(self, found: Scores, parts: Sequence[Plan]) -> Scores:
        out = {number for part in parts for number in self.scores(part)}
        return {number: score for number, score in found.items() if number not in out}

    def owed(self, plan: Plan, number: int) -> list[Leaf] | None:
        """Give the leaves whose scores make up that of an article; None if it does not match."""
        if number not in self.scores(plan):
            return None
        match plan:
            case AnyOf(parts):
                return self._owed(parts, number)
            case AllOf(parts):
                return self._owed([p for p in parts if not isinstance(p, Except)], number)
            case Clauses(required, optional, _):
                return self._owed((*required, *optional), number)
            case Everything() | Except():
                return []
            case _:
                return [plan]

    def _owed(self, parts: Sequence[Plan], number: int) -> list[Leaf]:
        return [leaf for part in parts for leaf in self.owed(part, number) or ()]

    # Leaves

    def leaf_scores(self, leaf: Leaf) -> Scores:
        """Give the articles that match a leaf, and what it adds to the score of each."""
        if leaf not in self._kept:
            idf, sums = self.idf(leaf), self._sums(_bare(leaf))
            factor = leaf.factor if isinstance(leaf, Boosted) else 1.0
            self._kept[leaf] = {
                number: self._saturated(value, factor * idf) for number, value in sums.items()
            }
        return self._kept[leaf]

    def _saturated(self, value: float, idf: float) -> float:
        if value <= 0.0:
            return 0.0
        return math.floor(idf * value / (self.settings.k1 + value) * 2.0**40 + 0.5) / 2.0**40

    def _sums(self, leaf: Leaf) -> Scores:
        """Give the weighted frequencies of the articles that match."""
        match leaf:
            case KeyLeaf(_, field, values):
                known = self.index.values[field]
                return _once({n for value in values for n in known.get(value, ())})
            case DateLeaf(_, since, until):
                return _once(self._published(since, until))
            case LengthLeaf(_, least, most, fields):
                return _once(self._as_long(least, most, fields))
            case Boosted(inner):
                return self._sums(inner)
            case _:
                sums: Scores = {}
                for field, counts in self.counts(self.spelled(leaf)).items():
                    for number, count in counts.items():
                        value = self._normalised(field, number, count)
                        sums[number] = sums.get(number, 0.0) + value
                return sums

    def _normalised(self, field: TextField, number: int, count: int) -> float:
        length, average = self.index.lengths[field][number], self.index.averages[field]
        b = self.settings.b
        return self.settings.weights[field] * count * (1.0 / (1.0 - b + b * length / average))

    def _published(self, since: int | None, until: int | None) -> Iterable[int]:
        for number, article in enumerate(self.index.articles):
            if article.published is not None:
                at = microseconds(article.published)
                if (since is None or at >= since) and (until is None or at < until):
                    yield number

    def _as_long(
        self, least: int | None, most: int | None, fields: Sequence[TextField]
    ) -> Iterable[int]:
        for number in range(len(self.index.articles)):
            words = sum(self.index.lengths[field].get(number, 0) for field in fields)
            if (least is None or words >= least) and (most is None or words <= most):
                yield number

    def spelled(self, leaf: TextLeaf | PatternLeaf) -> TextLeaf:
        """Give a leaf with the words of its patterns."""
        return spelled_out(leaf, lambda part: tuple(matching_words(self.index, part.pattern)))

    def counts(self, leaf: TextLeaf) -> Counts:
        """Give how often each article has a word, phrase or span, by field."""
        if isinstance(leaf, WordLeaf):
            return self._word_counts(leaf)
        spans = leaf if isinstance(leaf, PhraseLeaf) else leaf.spans
        found: Counts = {field: {} for field in TEXT_FIELDS}
        for number, texts in enumerate(self.index.texts):
            for field, places in find_spans(spans, texts).items():
                found[field][number] = len(places)
        return found

    def _word_counts(self, leaf: WordLeaf) -> Counts:
        found: Counts = {}
        for field in (field for field in TEXT_FIELDS if field in leaf.fields):
            counts = Counter[int]()
            for term in leaf.terms:
                for number, positions in self.index.positions[field].get(term, {}).items():
                    counts[number] += len(positions)
            for word in leaf.words:
                counts.update(self.index.words[field].get(word, {}))
            found[field] = counts
        return found

    # Figures

    def idf(self, leaf: Leaf) -> float:
        """Give the inverse document frequency: of a phrase, that of its words together."""
        leaf = _bare(leaf)
        slop = isinstance(leaf, SpansLeaf) and isinstance(leaf.spans, SlopSpans)
        phrase = leaf.spans if slop else leaf
        if isinstance(phrase, PhraseLeaf | SlopSpans):
            words = [WordLeaf("", phrase.fields, place) for place in phrase.terms]
            return math.fsum(self._idf_of(len(self._sums(word))) for word in words)
        return self._idf_of(len(self._sums(leaf)))

    def _idf_of(self, df: int) -> float:
        return math.log(1.0 + (len(self.index.articles) - df + 0.5) / (df + 0.5))

    def explain(self, plan: Plan, number: int) -> Explanation | None:
        """Explain the score of an article; None if it does not match."""
        leaves = self.owed(plan, number)
        if leaves is None:
            return None
        return Explanation(
            self.index.articles[number].article_id,
            self.scores(plan)[number],
            len(self.index.articles),
            self.settings.k1,
            self.settings.b,
            tuple(self._part(leaf, number) for leaf in leaves),
        )

    def _part(self, leaf: Leaf, number: int) -> LeafPart:
        bare = _bare(leaf)
        fields: tuple[FieldPart, ...] = ()
        frequency = 1.0
        if isinstance(bare, WordLeaf | PatternLeaf | PhraseLeaf | SpansLeaf):
            fields = tuple(self._field_parts(self.counts(self.spelled(bare)), number))
            frequency = sum(field.value for field in fields)
        scores = self.leaf_scores(leaf)
        boost = leaf.factor if isinstance(leaf, Boosted) else 1.0
        return LeafPart(
            bare.label, scores[number], self.idf(leaf), len(scores), frequency, fields, boost
        )

    def _field_parts(
        self, counts: Mapping[TextField, Mapping[int, int]], number: int
    ) -> Iterator[FieldPart]:
        for field, here in counts.items():
            if number in here:
                yield FieldPart(
                    field,
                    self._normalised(field, number, here[number]),
                    self.settings.weights[field],
                    here[number],
                    self.index.lengths[field][number],
                    self.index.averages[field],
                )


def _bare(leaf: Leaf) -> Leaf:
    return leaf.leaf if isinstance(leaf, Boosted) else leaf


def _once(numbers: Iterable[int]) -> Scores:
    return dict.fromkeys(numbers, 1.0)


def _sum_of(parts: Iterable[Scores]) -> Scores:
    found: Scores = {}
    for scores in parts:
        for number, score in scores.items():
            found[number] = found.get(number, 0.0) + score
    return found
