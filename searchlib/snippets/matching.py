"""Where in the tokens of a text the things stand that a query looked for."""

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
    "Matches",
    "Patterns",
    "SearchedTexts",
    "Sought",
    "patterns_by_field",
    "spans_of",
]


Sought: TypeAlias = "tuple[WordLeaf | PhraseLeaf, float]"
"""A word or phrase of a plan, and its weight: the idf.

Passages are chosen by the weight of what they hold; one below 0 counts as 0.
"""

Matches: TypeAlias = "tuple[array[int], array[int]]"
"""Where what is sought stands, sorted: rows, and the numbers of what was found.

A row has the start and the end of a match, the position of its first token, and where its numbers
begin and end; see Patterns.weights.
"""


class Patterns:
    """What is sought in one field, ready to be found in its tokens.

    All of it is searched for at once; see kernels/snippets/matching.py. What looks for the same is
    one. Beside words and phrases ``spans`` are found, each with its weight. ``weights`` has the
    weight of each in millionths: integers, since sums of floats depend on their order. The fields
    of a leaf are not looked at.

    >>> from searchlib.analysis import get_analyzer
    >>> from searchlib.analysis.matching_tokens import token_finder
    >>> train = PhraseLeaf("", ("body",), (("freight",), ("train",)))
    >>> finder = token_finder(get_analyzer("english"))
    >>> found = Patterns([(train, 1.0)]).find_in({"body": "A freight train"}, "body", finder)
    >>> list(spans_of(found))
    [(2, 15)]
    """

    def __init__(self, sought: Iterable[Sought], spans: Iterable[tuple[Spans, float]] = ()) -> None:
        weights: dict[tuple[tuple[frozenset[str], ...], frozenset[str]], float] = {}
        for leaf, weight in sought:
            key = _key_of(leaf)
            weights[key] = max(weight, weights.get(key, 0.0))
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


def _key_of(leaf: WordLeaf | PhraseLeaf) -> tuple[tuple[frozenset[str], ...], frozenset[str]]:
    """Return the alternative terms of each place, and the words that will do instead of a term."""
    if isinstance(leaf, PhraseLeaf):
        return tuple(map(frozenset, leaf.terms)), frozenset()
    return (frozenset(leaf.terms),) if leaf.terms else (), frozenset(leaf.words)


def patterns_by_field(
    sought: Sequence[Sought], spans: Sequence[tuple[Spans, float]] = ()
) -> dict[TextField, Patterns]:
    """Return the patterns of each field in which something is sought."""
    found: dict[TextField, Patterns] = {}
    # Most queries look for the same in all fields.
    same: dict[tuple[bool, ...], Patterns] = {}
    for field in TEXT_FIELDS:
        here = tuple([field in leaf.fields for leaf, _ in sought])
        if any(here) or spans:
            if here not in same:
                same[here] = Patterns(compress(sought, here), spans)
            found[field] = same[here]
    return found
