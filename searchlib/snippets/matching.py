"""Where in the tokens of a text the things stand that a query looked for."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import TypeAlias

from searchlib.analysis.matching_tokens import Wanted
from searchlib.article import TextField
from searchlib.kernels.snippets.matching import Automaton
from searchlib.planning.plan import Spans
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


@dataclass(frozen=True, slots=True)
class Highlight:
    """One thing that the query looks for in one field.

    ``terms`` holds a set of alternative index terms for each of consecutive positions: one set
    for a word, several for a phrase. ``words`` holds folded words that will do instead of a single
    term (what a prefix or a wildcard stands for); ``terms`` may then be empty. ``weight`` is the
    idf: passages are chosen by the weight of what they hold, and one below 0 counts as 0.

    Raises ValueError for a phrase with ``words``: they have no place in it.
    """

    field: TextField
    terms: tuple[frozenset[str], ...]
    words: frozenset[str] = frozenset()
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.words and len(self.terms) > 1:
            raise ValueError(
                f"a phrase of {len(self.terms)} terms cannot have words; make them alternatives of"
                " one position"
            )


Matches: TypeAlias = "tuple[array[int], array[int]]"
"""The places where highlights stand, sorted: rows, and the numbers of the highlights.

A row has the start and the end of a match, the position of its first token, and where its numbers
begin and end; see Patterns.weights.
"""


class Patterns:
    """The highlights of one field, ready to be found in its tokens.

    All of them are searched for at once; see kernels/snippets/matching.py. Those that look for
    the same are one. Beside them ``spans`` are found, each with its weight. ``weights`` has the
    weight of each in millionths: integers, since sums of floats depend on their order.

    >>> from searchlib.analysis import get_analyzer
    >>> from searchlib.analysis.matching_tokens import token_finder
    >>> train = Highlight("body", (frozenset({"freight"}), frozenset({"train"})))
    >>> finder = token_finder(get_analyzer("english"))
    >>> list(spans_of(Patterns([train]).find_in({"body": "A freight train"}, "body", finder)))
    [(2, 15)]
    """

    def __init__(
        self, highlights: Iterable[Highlight], spans: Iterable[tuple[Spans, float]] = ()
    ) -> None:
        weights: dict[tuple[tuple[frozenset[str], ...], frozenset[str]], float] = {}
        for highlight in highlights:
            key = highlight.terms, highlight.words
            weights[key] = max(highlight.weight, weights.get(key, 0.0))
        self.weights = array("q")
        steps = array("I")
        numbers = array("I")
        of_term: dict[str, list[int]] = {}
        of_word: dict[str, list[int]] = {}
        # The longest come last, so that of several phrases that end together the one which began
        # first has the last place.
        for number, key in enumerate(sorted(weights, key=_num_places), 1):
            terms, words = key
            for word in words:
                of_word.setdefault(word, []).append(len(steps))
            for step, alternatives in enumerate(terms or (frozenset[str](),)):
                for term in alternatives:
                    of_term.setdefault(term, []).append(len(steps))
                steps.append(step)
                numbers.append(0)
            numbers[-1] = number
            self.weights.append(round(weights[key] * 1_000_000))
        self._first_span = len(self.weights)
        self._spans: list[Spans] = []
        for part, weight in spans:
            self._spans.append(part)
            self.weights.append(round(max(weight, 0.0) * 1_000_000))
        # Names that stand at the same places are of one kind.
        kinds: dict[tuple[int, ...], int] = {}
        self.wanted = Wanted(_kinds_of(of_term, kinds), _kinds_of(of_word, kinds))
        self._automaton = Automaton(
            array("I", accumulate(map(len, kinds))),
            array("I", chain.from_iterable(kinds)),
            steps,
            numbers,
        )

    @property
    def has_spans(self) -> bool:
        """Whether spans are looked for, which need all texts of an article."""
        return bool(self._spans)

    def find_in(
        self,
        texts: Mapping[TextField, str],
        field: TextField,
        finder: Finder,
        article: TextSpans | None = None,
    ) -> Matches:
        """Return all matches in the text of ``field``, sorted by start and end.

        Those that end at one position are one. A phrase reaches from the start of its first token
        to the end of its last. ``article`` are the spans of the same texts, if they are at hand.
        """
        found = self._automaton.find(finder.places(texts[field], self.wanted))
        if not self._spans:
            return found
        return self._with_spans(found, field, article or TextSpans(texts, finder))

    def _with_spans(self, found: Matches, field: TextField, article: TextSpans) -> Matches:
        rows, numbers = found
        matches = {
            (rows[at], rows[at + 1], rows[at + 2]): [*numbers[rows[at + 3] : rows[at + 4]]]
            for at in range(0, len(rows), 5)
        }
        for number, spans in enumerate(self._spans, self._first_span):
            for mark in article.marks(spans, field):
                matches.setdefault(mark, []).append(number)
        all_rows, all_numbers = array("q"), array("I")
        for mark in sorted(matches):
            first = len(all_numbers)
            all_numbers.extend(matches[mark])
            all_rows.extend((*mark, first, len(all_numbers)))
        return all_rows, all_numbers


class SearchedTexts:
    """The texts of one article, and what was found in them: each of them is searched once."""

    __slots__ = ("_article", "_finder", "_found", "patterns", "texts")

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
        self._found: dict[TextField, Matches] = {}

    def matches(self, field: TextField) -> Matches | None:
        """Return what was found in a field; None if it has no text, or nothing is looked for."""
        found = self._found.get(field)
        if found is None:
            wanted = self.patterns.get(field)
            if not wanted or not self.texts.get(field):
                return None
            if self._article is None and wanted.has_spans:
                self._article = TextSpans(self.texts, self._finder)
            found = wanted.find_in(self.texts, field, self._finder, self._article)
            self._found[field] = found
        return found


def spans_of(matches: Matches) -> Iterator[tuple[int, int]]:
    """Return from where to where each match stands."""
    rows, _ = matches
    return zip(rows[::5], rows[1::5], strict=True)


def _kinds_of(places_of: dict[str, list[int]], kinds: dict[tuple[int, ...], int]) -> dict[str, int]:
    return {name: kinds.setdefault(tuple(at), len(kinds)) for name, at in places_of.items()}


def _num_places(key: tuple[tuple[frozenset[str], ...], frozenset[str]]) -> int:
    return len(key[0])


def patterns_by_field(highlights: Iterable[Highlight]) -> dict[TextField, Patterns]:
    """Return the patterns of each field for which there are highlights."""
    by_field: dict[TextField, list[Highlight]] = {}
    for highlight in highlights:
        by_field.setdefault(highlight.field, []).append(highlight)
    return {field: Patterns(wanted) for field, wanted in by_field.items()}
