"""Find the matches of a query's words, phrases and spans in the tokens of a text."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, compress
from typing import TypeAlias

from searchlib.analysis.matching_tokens import Wanted
from searchlib.article import TEXT_FIELDS, TextField
from searchlib.kernels.snippets.matching import Automaton
from searchlib.planning.plan import PhraseLeaf, Spans, WordLeaf
from searchlib.ranking.spans import Finder
from searchlib.snippets.text_spans import TextSpans

__all__ = [
    "Finder",
    "Highlight",
    "Matches",
    "Patterns",
    "SearchedTexts",
    "patterns_by_field",
    "spans_of",
]


Highlight: TypeAlias = "tuple[WordLeaf | PhraseLeaf, float]"
"""A word or phrase of a plan, and its weight: the idf.

Passages are chosen by the weight of the highlights that they show. A weight below 0 counts as 0.
"""


Matches: TypeAlias = "tuple[array[int], array[int]]"
"""The matches in a text, sorted, in two arrays: the rows, and the numbers of their highlights.

A row has five columns: the start and the end of the match, the position of its first token, and the
start and the end of its numbers in the second array. A number is an index of Patterns.weights.
"""


class Patterns:
    """Finds the highlights and spans of one field in its tokens.

    All highlights are searched for at once: see kernels/snippets/matching.py. Equal highlights are
    merged. ``spans`` are the proximity parts of the query, each with its weight. ``weights`` holds
    the weight of each highlight, then of each of the spans, in millionths. They are integers,
    because sums of floats depend on their order.

    >>> from searchlib.analysis import get_analyzer
    >>> from searchlib.analysis.matching_tokens import token_finder
    >>> train = PhraseLeaf("", ("body",), (("freight",), ("train",)))
    >>> finder = token_finder(get_analyzer("english"))
    >>> found = Patterns([(train, 1.0)]).find_in({"body": "A freight train"}, "body", finder)
    >>> list(spans_of(found))
    [(2, 15)]
    """

    def __init__(
        self, highlights: Iterable[Highlight], spans: Iterable[tuple[Spans, float]] = ()
    ) -> None:
        weights: dict[tuple[tuple[frozenset[str], ...], frozenset[str]], float] = {}
        for leaf, weight in highlights:
            key = _key_of(leaf)
            weights[key] = max(weight, weights.get(key, 0.0))
        self.weights = array("q")
        steps = array("I")
        numbers = array("I")
        states_of_term: dict[str, list[int]] = {}
        states_of_word: dict[str, list[int]] = {}
        # The longest phrase comes last, because the automaton takes the start of a match from the
        # last of the phrases that end at the same position.
        for number, key in enumerate(sorted(weights, key=_phrase_length), 1):
            terms, words = key
            for word in words:
                states_of_word.setdefault(word, []).append(len(steps))
            for step, alternatives in enumerate(terms or (frozenset[str](),)):
                for term in alternatives:
                    states_of_term.setdefault(term, []).append(len(steps))
                steps.append(step)
                numbers.append(0)
            numbers[-1] = number
            self.weights.append(round(weights[key] * 1_000_000))
        self._first_span = len(self.weights)
        self._spans: list[Spans] = []
        for part, weight in spans:
            self._spans.append(part)
            self.weights.append(round(max(weight, 0.0) * 1_000_000))
        # Terms and words that lead to the same states of the automaton have the same kind.
        kinds: dict[tuple[int, ...], int] = {}
        self.wanted = Wanted(_kinds_of(states_of_term, kinds), _kinds_of(states_of_word, kinds))
        self._automaton = Automaton(
            array("I", accumulate(map(len, kinds))),
            array("I", chain.from_iterable(kinds)),
            steps,
            numbers,
        )

    @property
    def has_spans(self) -> bool:
        """Whether there are spans. Finding them needs all texts of an article."""
        return bool(self._spans)

    def find_in(
        self,
        texts: Mapping[TextField, str],
        field: TextField,
        finder: Finder,
        article: TextSpans | None = None,
    ) -> Matches:
        """Return all matches in the text of ``field``, sorted by start and end.

        Matches of highlights that end at the same position are merged into one. A phrase extends
        from the start of its first token to the end of its last. ``article`` finds the spans; pass
        the TextSpans of the same texts to reuse its cache.
        """
        matches = self._automaton.find(finder.places(texts[field], self.wanted))
        if not self._spans:
            return matches
        return self._with_spans(matches, field, article or TextSpans(texts, finder))

    def _with_spans(self, matches: Matches, field: TextField, article: TextSpans) -> Matches:
        rows, numbers = matches
        numbers_of = {
            (rows[row], rows[row + 1], rows[row + 2]): [*numbers[rows[row + 3] : rows[row + 4]]]
            for row in range(0, len(rows), 5)
        }
        for number, spans in enumerate(self._spans, self._first_span):
            for mark in article.marks(spans, field):
                numbers_of.setdefault(mark, []).append(number)
        all_rows, all_numbers = array("q"), array("I")
        for mark in sorted(numbers_of):
            first = len(all_numbers)
            all_numbers.extend(numbers_of[mark])
            all_rows.extend((*mark, first, len(all_numbers)))
        return all_rows, all_numbers


class SearchedTexts:
    """The texts of one article, and a cache of their matches: each text is searched once."""

    __slots__ = ("_article", "_finder", "_matches", "patterns", "texts")

    def __init__(
        self,
        texts: Mapping[TextField, str],
        patterns: Mapping[TextField, Patterns],
        finder: Finder,
    ) -> None:
        self.texts = texts
        self.patterns = patterns
        self._finder = finder
        self._article: TextSpans | None = None
        self._matches: dict[TextField, Matches] = {}

    def matches(self, field: TextField) -> Matches | None:
        """Return the matches in a field; None if it has no text or no patterns."""
        matches = self._matches.get(field)
        if matches is None:
            patterns = self.patterns.get(field)
            if not patterns or not self.texts.get(field):
                return None
            if self._article is None and patterns.has_spans:
                self._article = TextSpans(self.texts, self._finder)
            matches = patterns.find_in(self.texts, field, self._finder, self._article)
            self._matches[field] = matches
        return matches


def spans_of(matches: Matches) -> Iterator[tuple[int, int]]:
    """Return the start and end of each match."""
    rows, _ = matches
    return zip(rows[::5], rows[1::5], strict=True)


def _kinds_of(states_of: dict[str, list[int]], kinds: dict[tuple[int, ...], int]) -> dict[str, int]:
    return {name: kinds.setdefault(tuple(states), len(kinds)) for name, states in states_of.items()}


def _phrase_length(key: tuple[tuple[frozenset[str], ...], frozenset[str]]) -> int:
    return len(key[0])


def _key_of(leaf: WordLeaf | PhraseLeaf) -> tuple[tuple[frozenset[str], ...], frozenset[str]]:
    """Return the alternative terms of each position, and the words that match as well."""
    if isinstance(leaf, PhraseLeaf):
        return tuple(map(frozenset, leaf.terms)), frozenset()
    return (frozenset(leaf.terms),) if leaf.terms else (), frozenset(leaf.words)


def patterns_by_field(
    highlights: Sequence[Highlight], spans: Sequence[tuple[Spans, float]] = ()
) -> dict[TextField, Patterns]:
    """Return the patterns of each field in which a highlight, or a span, can stand."""
    found: dict[TextField, Patterns] = {}
    # Most queries look for the same in all fields.
    same: dict[tuple[bool, ...], Patterns] = {}
    for field in TEXT_FIELDS:
        here = tuple([field in leaf.fields for leaf, _ in highlights])
        if any(here) or spans:
            if here not in same:
                same[here] = Patterns(compress(highlights, here), spans)
            found[field] = same[here]
    return found
