"""From the leaves of a query tree to those of a plan: words analyzed, patterns spelled out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from searchlib.analysis import Analyzer, Token, exact_letters
from searchlib.article import TextField
from searchlib.planning import plan
from searchlib.planning.index_facts import IndexFacts
from searchlib.planning.metadata_planning import plan_dates, plan_metadata
from searchlib.query import tree
from searchlib.query.diagnostics import Diagnostic

__all__ = ["MOST_WORDS", "LeafPlanner", "fold_pattern"]

MOST_WORDS: Final = 50_000
"""Maximum number of words that a prefix, wildcard, regular expression or fuzzy word stands for."""

_ELISION: Final = re.compile(r"(?:[^\W\d_]+['\u2019\u02bc\uff07])+\Z")
_MARKS: Final = "\u0300-\u036f"


@dataclass(slots=True)
class LeafPlanner:
    """Plans leaves for one index; what it has to say goes to ``diagnostics``."""

    facts: IndexFacts
    analyzers: Sequence[Analyzer]
    diagnostics: list[Diagnostic]

    def make(self, node: tree.Node) -> plan.Plan | None:  # noqa: C901  # a case for each node
        """Return the plan of a leaf; None where analysis leaves no word of it."""
        label = tree.to_query(node)
        match node:
            case tree.Word(text, fields):
                return self._words(node, text, fields)
            case tree.Phrase(text, fields, slop):
                return self._words(node, text, fields, slop)
            case tree.Verbatim(text, fields):
                return self._verbatim(label, text, fields)
            case tree.Prefix(text, fields):
                return self._prefix(node, text, fields)
            case tree.Wildcard(pattern, fields) if not pattern.strip("*"):
                return plan.LengthLeaf(label, 1, None, fields)
            case tree.Wildcard(pattern, fields):
                folded = fold_pattern(pattern, self.analyzers[0])
                return self._matching(node, fields, plan.Pattern("wildcard", folded))
            case tree.Regex(pattern, fields):
                folded = self._folded_regex(pattern)
                return self._matching(node, fields, plan.Pattern("regex", folded))
            case tree.Fuzzy(text, edits, fields):
                return self._fuzzy(node, text, edits, fields)
            case tree.Length(least, most):
                return plan.LengthLeaf(label, least, most)
            case tree.Metadata():
                return plan_metadata(node, self.facts, self.diagnostics)
            case tree.DateRange():
                return plan_dates(node, self.facts, self.diagnostics)
            case _:
                raise TypeError(f"no plan for {node!r}")

    def every_word(
        self, node: tree.Node, fields: tuple[TextField, ...]
    ) -> plan.WordLeaf | plan.PatternLeaf:
        """Return a leaf of the words of ``fields``, for a star that stands at some place."""
        return self._matching(node, fields, plan.Pattern("wildcard", "*"))

    def _words(
        self, node: tree.Node, text: str, fields: tuple[TextField, ...], slop: int = 0
    ) -> plan.Plan | None:
        label = tree.to_query(node)
        sequences: dict[int, list[list[str]]] = {}
        for analyzer in self.analyzers:
            terms = [token.term for token in analyzer.query_tokens(text)]
            if terms:
                sequences.setdefault(len(terms), []).append(terms)
        made: list[plan.Plan] = []
        # Analyzers may cut a word differently (l'homme is one word of French, two of English).
        for length, readings in sequences.items():
            if length > 1 and slop:
                spans = plan.SlopSpans(fields, _places(readings), slop)
                made.append(plan.SpansLeaf(label, spans))
            elif length > 1:
                made.append(plan.PhraseLeaf(label, fields, _places(readings)))
            elif _is_ideograph(readings[0][0]):
                # The index holds pairs of ideographs: one alone is a prefix.
                pattern = plan.Pattern("wildcard", readings[0][0] + "*")
                made.append(self._matching(node, fields, pattern))
            else:
                terms = list(dict.fromkeys(reading[0] for reading in readings))
                made.append(plan.WordLeaf(label, fields, terms=tuple(terms)))
        return plan.AnyOf(tuple(made)) if len(made) > 1 else next(iter(made), None)

    def _prefix(
        self, node: tree.Node, text: str, fields: tuple[TextField, ...]
    ) -> plan.Plan | None:
        tokens = self.analyzers[0].query_tokens(text)
        if not tokens:
            return None
        if len(tokens) == 1:
            return self._matching(node, fields, plan.Pattern("wildcard", tokens[0].word + "*"))
        # "state-of-the-ar*": a phrase whose last place has the stem of every word it may be.
        last = dict.fromkeys(
            token.term
            for word in self.facts.words_beginning_with(tokens[-1].word)
            for analyzer in self.analyzers
            for token in analyzer.query_tokens(word)[:1]
        )
        if not last:
            return plan.Nothing()
        readings = [
            [token.term for token in reading[:-1]]
            for analyzer in self.analyzers
            if len(reading := analyzer.query_tokens(text)) == len(tokens)
        ]
        return plan.PhraseLeaf(tree.to_query(node), fields, (*_places(readings), tuple(last)))

    def _folded_regex(self, pattern: str) -> str:
        """Fold the letters of a regular expression, for words are; those of an escape stay.

        So does what folding would make a sign of, as it would of wide parentheses.
        """
        fold = self.analyzers[0].fold
        # With the marks that stand on it: some letters have no code point of their own with them.
        parts = re.findall(rf"\\.|.[{_MARKS}]*", pattern, re.DOTALL)
        return "".join(folded if (folded := fold(part)).isalnum() else part for part in parts)

    def _matching(
        self, node: tree.Node, fields: tuple[TextField, ...], pattern: plan.Pattern
    ) -> plan.WordLeaf | plan.PatternLeaf:
        """Return a leaf of the words that ``pattern`` stands for, or of the pattern itself."""
        label = tree.to_query(node)
        found = self.facts.words_matching(pattern, MOST_WORDS)
        if found is None:
            return plan.PatternLeaf(label, fields, pattern)
        words, count = found
        if not words:
            self.diagnostics.append(
                Diagnostic(
                    "info",
                    node.start,
                    node.end,
                    f"no article has a word like {label}",
                    "it finds nothing",
                )
            )
        if count > len(words):
            self.diagnostics.append(
                Diagnostic(
                    "warning",
                    node.start,
                    node.end,
                    f"{label} stands for {count:,} words",
                    f"the {len(words):,} that most articles have were searched for",
                )
            )
        return plan.WordLeaf(label, fields, words=words)

    def _fuzzy(
        self, node: tree.Node, text: str, edits: int, fields: tuple[TextField, ...]
    ) -> plan.Plan | None:
        tokens = self.analyzers[0].query_tokens(text)
        if len(tokens) == 1:
            return self._matching(node, fields, plan.Pattern("fuzzy", tokens[0].word, edits))
        if tokens:
            self.diagnostics.append(
                Diagnostic(
                    "info",
                    node.start,
                    node.end,
                    "this is not one word",
                    "it was searched for as it is",
                )
            )
        return self._words(node, text, fields)

    def _verbatim(
        self, label: str, text: str, fields: tuple[TextField, ...]
    ) -> plan.SpansLeaf | None:
        # Analyzers may cut a word differently; mostly all of them read the same.
        readings = dict.fromkeys(
            tuple(_as_written(text, analyzer.query_tokens(text))) for analyzer in self.analyzers
        )
        spans = tuple(
            plan.ExactSpans(fields, *zip(*each, strict=True)) for each in readings if each
        )
        if not spans:
            return None
        return plan.SpansLeaf(label, spans[0] if len(spans) == 1 else plan.AnySpans(spans))


def _places(readings: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Return for each place of a phrase the terms that its readings have there, each once."""
    return tuple(tuple(dict.fromkeys(place)) for place in zip(*readings, strict=True))


def fold_pattern(pattern: str, analyzer: Analyzer) -> str:
    """Fold the letters of a wildcard pattern as ``analyzer`` folds words."""
    return "".join(_folded_parts(pattern, analyzer))


def _folded_parts(pattern: str, analyzer: Analyzer) -> Iterator[str]:
    for part in re.split("([*?])", pattern):
        words = [token.word for token in analyzer.query_tokens(part)]
        yield "".join(words) or part


def _as_written(text: str, tokens: Sequence[Token]) -> Iterator[tuple[str, str, int]]:
    """Return each token's word, its letters with an elision before it, and how many that has."""
    end = 0
    for token in tokens:
        elision = _ELISION.search(text, end, token.start_char)
        before = exact_letters(elision[0]) if elision else ""
        letters = exact_letters(text[token.start_char : token.end_char])
        yield token.word, before + letters, len(before)
        end = token.end_char


def _is_ideograph(term: str) -> bool:
    name = unicodedata.name(term, "") if len(term) == 1 else ""
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"))
