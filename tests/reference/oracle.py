"""A search engine that is slow and obvious: what searchlib's results must be equal to.

It shares with searchlib the parser and the analyzers, which have tests of their own, and nothing
else: no plan, no codec, no kernel. Articles are kept as dictionaries; every leaf of the query tree
is scored on every article that has it, in plain double precision, and the operators are those of
sets. What has a place in an article, and is more than words side by side, is found by spans.py.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Literal

from searchlib.analysis import Analyzer, analyzer_for, fold, get_analyzer, query_analyzers
from searchlib.article import TEXT_FIELDS, Article, TextField
from searchlib.query import parse, tree
from tests.reference.spans import (
    Finder,
    Mark,
    Text,
    expression,
    is_one_ideograph,
    like,
    matcher,
    starts,
    stretches,
)

__all__ = ["SAME_SCORE", "Oracle", "Scores"]

SAME_SCORE = 1e-11
"""Scores closer than this tie.

Two articles that differ in nothing the formula sees may differ in the last bits of a double, if
the terms of their sums come in another order; and searchlib rounds what each leaf adds to a
multiple of 2**-40, half a span of which is 5e-13. So the bound lies above the error of a query of
ten leaves, and as little above it as can be: of the 20,000 scores of a frequent word some pairs
that differ in earnest lie within 1e-9 of each other.
"""

Scores = dict[int, float]
"""Matching articles, by their number, each with its score."""

_DEFAULT_WEIGHTS: Mapping[str, float] = {"headline": 2.0, "body": 1.0, "caption": 1.0}


class Oracle:
    """Articles in the order of their insertion, replaced and deleted ones left out."""

    def __init__(self, articles: Iterable[Article], analyzer: str = "english") -> None:
        self.articles = list(articles)
        self.base: Analyzer = get_analyzer(analyzer)
        # Field, then term, word or value, then number of the article.
        self.positions = {
            field: defaultdict[str, dict[int, list[int]]](dict) for field in TEXT_FIELDS
        }
        self.words = {field: defaultdict[str, dict[int, int]](dict) for field in TEXT_FIELDS}
        self.values: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self.lengths: dict[TextField, dict[int, int]] = {field: {} for field in TEXT_FIELDS}
        self.texts = [
            {
                field: Text.of(getattr(article, field), analyzer_for(self.base, article.language))
                for field in TEXT_FIELDS
            }
            for article in self.articles
        ]
        for number, article in enumerate(self.articles):
            for field in TEXT_FIELDS:
                self._add_text(number, field)
            for name, value in _metadata(article):
                if value:
                    self.values[name][value].add(number)
        self.analyzers = query_analyzers(self.base, self.values["language"])
        self.finder = Finder(self.analyzers, self.words)
        self.averages = {
            field: sum(lengths.values()) / len(lengths)
            for field, lengths in self.lengths.items()
            if lengths
        }

    def _add_text(self, number: int, field: TextField) -> None:
        tokens = self.texts[number][field].tokens
        if not tokens:
            return
        self.lengths[field][number] = 1 + max(token.position for token in tokens)
        for term, position in dict.fromkeys((token.term, token.position) for token in tokens):
            self.positions[field][term].setdefault(number, []).append(position)
        for word, count in Counter(token.word for token in tokens).items():
            self.words[field][word][number] = count

    def search(
        self,
        query: str,
        *,
        filter: str | None = None,  # noqa: A002  # as searchlib.Index.search
        sort: Literal["relevance", "newest", "oldest"] = "relevance",
        weights: Mapping[str, float] | None = None,
        k1: float = 1.2,
        b: float = 0.75,
        default_operator: Literal["or", "and"] = "or",
    ) -> list[tuple[str, float]]:
        """Give id and score of every article that matches, in order."""
        ranking = _Ranking(self, {**_DEFAULT_WEIGHTS, **(weights or {})}, k1, b)
        found = ranking.scores(parse(query, default_operator=default_operator).tree) or {}
        if filter is not None:
            wanted = ranking.scores(parse(filter, default_operator=default_operator).tree) or {}
            found = {number: score for number, score in found.items() if number in wanted}
        numbers = in_order(found) if sort == "relevance" else self._by_date(found, sort)
        return [(self.articles[number].article_id, found[number]) for number in numbers]

    def marks(
        self,
        article_id: str,
        query: str,
        *,
        default_operator: Literal["or", "and"] = "or",
    ) -> dict[TextField, set[Mark]]:
        """Give the characters, by field, of what of ``query`` an article owes its place to."""
        (number,) = [n for n, a in enumerate(self.articles) if a.article_id == article_id]
        ranking = _Ranking(self, _DEFAULT_WEIGHTS, 1.2, 0.75)
        parsed = parse(query, default_operator=default_operator).tree
        marked: dict[TextField, set[Mark]] = {field: set() for field in TEXT_FIELDS}
        for leaf in ranking.owed(parsed, number) or ():
            for field, spans in self.finder.find(leaf, self.texts[number]).items():
                marked[field].update(*spans.values())
        return marked

    def _by_date(self, found: Scores, sort: str) -> list[int]:
        dated = [number for number in found if self.articles[number].published]
        sign = -1 if sort == "newest" else 1
        dated.sort(key=lambda number: (sign * self._age(number), number))
        return dated + sorted(found.keys() - set(dated))

    def _age(self, number: int) -> int:
        published = self.articles[number].published
        assert published is not None
        age = published - datetime(1, 1, 1, tzinfo=UTC)
        return (age.days * 86_400 + age.seconds) * 1_000_000 + age.microseconds


def in_order(found: Scores) -> list[int]:
    """Give the articles of ``found``, best first, those that tie as they were inserted."""
    best_first = sorted(found, key=lambda number: -found[number])
    ties: list[list[int]] = [best_first[:1]]
    for better, worse in pairwise(best_first):
        if found[better] - found[worse] >= SAME_SCORE:
            ties.append([])
        ties[-1].append(worse)
    return [number for tied in ties for number in sorted(tied)]


class _Ranking:
    """BM25F with one set of parameters.

    What gives None is as if it had not been typed: a part of the query without a word in it.
    """

    def __init__(self, index: Oracle, weights: Mapping[str, float], k1: float, b: float) -> None:
        self.index = index
        self.weights = weights
        self.k1 = k1
        self.b = b

    # Operators

    def scores(self, node: tree.Node) -> Scores | None:  # noqa: C901, PLR0912  # a case a node
        match node:
            case tree.Everything():
                return self._everything()
            case tree.Nothing():
                return {}
            case tree.And(children):
                return _both(self._parts(children))
            case tree.Or(children):
                return _either(self._parts(children))
            case tree.Not(child):
                excluded = self.scores(child)
                return None if excluded is None else _but(self._everything(), [excluded])
            case tree.Require():
                return self._clauses(node)
            case tree.Boost(child, factor):
                found = self.scores(child)
                return found and {number: factor * score for number, score in found.items()}
            case tree.Word(text, fields):
                return self._words(text, fields, 0)
            case tree.Phrase(text, fields, slop):
                return self._words(text, fields, slop)
            case tree.Prefix(text, fields):
                return self._prefix(text, fields)
            case tree.Wildcard(pattern, fields) if not pattern.strip("*"):
                having = (self.index.lengths[field] for field in fields)
                return self._once({number for lengths in having for number in lengths})
            case tree.Wildcard(pattern, fields):
                return self._any_word(fields, matcher(pattern, self.index.base))
            case tree.Regex(pattern, fields):
                return self._any_word(fields, expression(pattern, self.index.base))
            case tree.Fuzzy(text, edits, fields):
                return self._fuzzy(text, edits, fields)
            case tree.Metadata(name, value, is_prefix):
                return self._metadata(name, value, is_prefix=is_prefix)
            case tree.DateRange(since, until):
                return self._dates(since, until)
            case tree.Length(least, most):
                return self._lengths(least, most)
            case _:
                return self._placed(node)

    def owed(self, node: tree.Node, number: int) -> list[tree.Node] | None:
        """Give the words and other parts with a place that an article owes its own to.

        None for one that does not match.
        """
        match node:
            case tree.And(children):
                return self._owed_to_all(children, number)
            case tree.Or(children):
                return self._owed_to_any(children, number)
            case tree.Not(child):
                return [] if self.owed(child, number) is None else None
            case tree.Require(required, optional, prohibited):
                every = self._owed_to_all(required, number)
                some = self._owed_to_any(optional, number)
                if every is None or self._owed_to_any(prohibited, number) is not None:
                    return None
                if self._parts(optional) and not self._parts(required) and some is None:
                    return None
                return every + (some or [])
            case tree.Boost(child):
                return self.owed(child, number)
            case _:
                if number not in (self.scores(node) or {}):
                    return None
                kinds = tree.Everything | tree.Metadata | tree.DateRange | tree.Length
                is_star = isinstance(node, tree.Wildcard) and not node.pattern.strip("*")
                return [] if isinstance(node, kinds) or is_star else [node]

    def _owed_to_all(self, nodes: Sequence[tree.Node], number: int) -> list[tree.Node] | None:
        found = [self.owed(node, number) for node in nodes if self.scores(node) is not None]
        if any(part is None for part in found):
            return None
        return [leaf for part in found for leaf in part or ()]

    def _owed_to_any(self, nodes: Sequence[tree.Node], number: int) -> list[tree.Node] | None:
        found = [self.owed(node, number) for node in nodes if self.scores(node) is not None]
        if all(part is None for part in found):
            return None
        return [leaf for part in found for leaf in part or ()]

    def _parts(self, nodes: Sequence[tree.Node]) -> list[Scores]:
        return [found for node in nodes if (found := self.scores(node)) is not None]

    def _clauses(self, node: tree.Require) -> Scores | None:
        required, optional, prohibited = map(
            self._parts, (node.required, node.optional, node.prohibited)
        )
        if not (required or optional or prohibited):
            return None
        wanted = _both(required) or {}
        if not required:
            some = _either(optional)
            wanted = self._everything() if some is None else dict.fromkeys(some, 0.0)
        extra = _either(optional) or {}
        found = {number: score + extra.get(number, 0.0) for number, score in wanted.items()}
        return _but(found, prohibited)

    def _everything(self) -> Scores:
        return dict.fromkeys(range(len(self.index.articles)), 0.0)

    # Leaves

    def _words(self, text: str, fields: Sequence[TextField], slop: int) -> Scores | None:
        readings = [
            terms
            for analyzer in self.index.analyzers
            if (terms := [token.term for token in analyzer.query_tokens(text)])
        ]
        if not readings:
            return None
        # Stemmers that agree on where the words are give each place several stems.
        found = []
        for length in dict.fromkeys(map(len, readings)):
            alike = [terms for terms in readings if len(terms) == length]
            if length == 1 and is_one_ideograph(alike[0][0]):
                found.append(self._any_word(fields, starts(alike[0][0])))
            else:
                places = [set(place) for place in zip(*alike, strict=True)]
                found.append(self._side_by_side(places, fields, slop))
        return _either(found)

    def _prefix(self, text: str, fields: Sequence[TextField]) -> Scores | None:
        tokens = self.index.base.query_tokens(text)
        if not tokens:
            return None
        last = tokens[-1].word
        if len(tokens) == 1:
            return self._any_word(fields, starts(last))
        # "state-of-the-ar*" is a phrase that ends in the stem of any word it may be.
        readings = [analyzer.query_tokens(text) for analyzer in self.index.analyzers]
        alike = [reading for reading in readings if len(reading) == len(tokens)]
        places = [{token.term for token in place} for place in zip(*alike, strict=True)]
        places[-1] = {
            analyzer.query_tokens(word)[0].term
            for field in TEXT_FIELDS
            for word in self.index.words[field]
            if word.startswith(last)
            for analyzer in self.index.analyzers
            if analyzer.query_tokens(word)
        }
        return self._side_by_side(places, fields)

    def _fuzzy(self, text: str, edits: int, fields: Sequence[TextField]) -> Scores | None:
        tokens = self.index.base.query_tokens(text)
        if len(tokens) == 1:
            return self._any_word(fields, like(tokens[0].word, edits))
        return self._words(text, fields, 0)

    def _side_by_side(
        self, places: list[set[str]], fields: Sequence[TextField], slop: int = 0
    ) -> Scores:
        """Score articles that have one of the terms of each place, the places in a row."""
        frequencies: dict[TextField, dict[int, int]] = {}
        df_of_places = [set[int]() for _ in places]
        for field in fields:
            where = [self._where(field, terms) for terms in places]
            for df, found in zip(df_of_places, where, strict=True):
                df.update(found)
            if len(where) == 1:
                frequencies[field] = {n: len(found) for n, found in where[0].items()}
            elif slop:
                frequencies[field] = {n: self._loosely(n, field, places, slop) for n in where[0]}
            else:
                frequencies[field] = {n: _in_a_row(n, where) for n in where[0]}
        return self._bm25f(frequencies, math.fsum(self._idf(len(df)) for df in df_of_places))

    def _loosely(self, number: int, field: TextField, places: list[set[str]], slop: int) -> int:
        # Words that are equal are one thing that is wanted.
        each = {
            frozenset(terms): lambda token, terms=terms: token.term in terms for terms in places
        }
        wanted = [each[frozenset(terms)] for terms in places]
        return len(stretches(self.index.texts[number][field].tokens, wanted, slop))

    def _placed(self, node: tree.Node) -> Scores | None:
        """Score a part by the number of its spans."""
        if not self.index.finder.has_words(node):
            return None
        frequencies: dict[TextField, dict[int, int]] = {field: {} for field in TEXT_FIELDS}
        for number, texts in enumerate(self.index.texts):
            for field, spans in self.index.finder.find(node, texts).items():
                frequencies[field][number] = len(spans)
        matching = {number for counts in frequencies.values() for number in counts}
        return self._bm25f(frequencies, self._idf(len(matching)))

    def _where(self, field: TextField, terms: set[str]) -> dict[int, list[int]]:
        """Give where any of ``terms`` stands, by article; a place with two of them twice."""
        where: dict[int, list[int]] = {}
        for term in terms:
            for number, positions in self.index.positions[field].get(term, {}).items():
                where.setdefault(number, []).extend(positions)
        return where

    def _any_word(self, fields: Sequence[TextField], wanted: Callable[[str], bool]) -> Scores:
        frequencies: dict[TextField, Counter[int]] = {}
        for field in fields:
            frequencies[field] = Counter()
            for word, counts in self.index.words[field].items():
                if wanted(word):
                    frequencies[field].update(counts)
        matching = {number for counts in frequencies.values() for number in counts}
        return self._bm25f(frequencies, self._idf(len(matching)))

    def _metadata(self, name: str, value: str, *, is_prefix: bool) -> Scores | None:
        key = value if name == "article_id" else fold(value)
        known = self.index.values[name]
        if is_prefix:
            return self._once(
                {n for k, numbers in known.items() if k.startswith(key) for n in numbers}
            )
        return self._once(known.get(key, set())) if key else None

    def _dates(self, since: datetime | None, until: datetime | None) -> Scores:
        return self._once(
            {
                number
                for number, article in enumerate(self.index.articles)
                if article.published
                and (since is None or article.published >= since)
                and (until is None or article.published < until)
            }
        )

    def _lengths(self, least: int | None, most: int | None) -> Scores:
        found = set()
        for number in range(len(self.index.articles)):
            words = sum(lengths.get(number, 0) for lengths in self.index.lengths.values())
            if (least is None or words >= least) and (most is None or words <= most):
                found.add(number)
        return self._once(found)

    # Scores

    def _idf(self, df: int) -> float:
        return math.log(1.0 + (len(self.index.articles) - df + 0.5) / (df + 0.5))

    def _once(self, numbers: set[int]) -> Scores:
        return dict.fromkeys(numbers, self._idf(len(numbers)) / (self.k1 + 1.0))

    def _bm25f(self, frequencies: Mapping[TextField, Mapping[int, int]], idf: float) -> Scores:
        tf: dict[int, float] = {}
        for field, counts in frequencies.items():
            for number, count in counts.items():
                if count:
                    relative = self.index.lengths[field][number] / self.index.averages[field]
                    part = self.weights[field] * count / (1.0 - self.b + self.b * relative)
                    tf[number] = tf.get(number, 0.0) + part
        # A field may have the weight 0: what stands there is found and adds nothing.
        return {
            number: idf * each / (self.k1 + each) if each else 0.0 for number, each in tf.items()
        }


def _both(parts: Sequence[Scores]) -> Scores | None:
    if not parts:
        return None
    shared = set[int].intersection(*map(set, parts))
    return {number: math.fsum(part[number] for part in parts) for number in shared}


def _either(parts: Sequence[Scores]) -> Scores | None:
    if not parts:
        return None
    every = set[int].union(*map(set, parts))
    return {n: math.fsum(part[n] for part in parts if n in part) for n in every}


def _but(found: Scores, excluded: Iterable[Scores]) -> Scores:
    out = set[int]().union(*excluded)
    return {number: score for number, score in found.items() if number not in out}


def _in_a_row(number: int, where: Sequence[Mapping[int, list[int]]]) -> int:
    ends = set(where[0].get(number, ()))
    for place in where[1:]:
        ends = {position for position in place.get(number, ()) if position - 1 in ends}
    return len(ends)


def _metadata(article: Article) -> Iterator[tuple[str, str]]:
    """Give the values an article is found by: folded, whole; names also by each of their parts."""
    yield "article_id", article.article_id
    for name in ("source", "section", "url"):
        yield name, fold(getattr(article, name))
    for tag in article.tags:
        yield "tags", fold(tag)
    for author in article.authors:
        for value in (fold(author), *fold(author).split()):
            yield "authors", value
    language = fold(article.language)
    yield "language", language
    yield "language", language.split("-")[0]
