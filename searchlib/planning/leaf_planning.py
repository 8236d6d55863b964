"""Plan the leaves of a query tree: analyze words, and expand patterns."""

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
"""Maximum number of words of a prefix or pattern, to bound the time of a search."""

_ELISION: Final = re.compile(r"(?:[^\W\d_]+['\u2019\u02bc\uff07])+\Z")
_MARKS: Final = "\u0300-\u036f"


@dataclass(slots=True)
class LeafPlanner:
    """Plans leaves for one index, and appends to ``diagnostics``."""

    facts: IndexFacts
    analyzers: Sequence[Analyzer]
    diagnostics: list[Diagnostic]

    def make(self, node: tree.Node) -> plan.Plan | None:  # noqa: C901  # a case for each node
        """Return the plan of a leaf; None if it contains no word."""
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
        """Return a leaf of all words of ``fields``, for a star that is an operand of proximity."""
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
        # Analyzers may split text differently: l'homme is one word in French, and two in English.
        for length, readings in sequences.items():
            if length > 1 and slop:
                spans = plan.SlopSpans(fields, _slots(readings), slop)
                made.append(plan.SpansLeaf(label, spans))
            elif length > 1:
                made.append(plan.PhraseLeaf(label, fields, _slots(readings)))
            elif _is_ideograph(readings[0][0]):
                # The index contains pairs of ideographs, so a single one is searched as a prefix.
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
        # "state-of-the-ar*" is a phrase. Its last slot has the stems of all words that match.
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
        return plan.PhraseLeaf(tree.to_query(node), fields, (*_slots(readings), tuple(last)))

    def _folded_regex(self, pattern: str) -> str:
        """Fold the letters of a regular expression, because the indexed words are folded.

        Escapes are not folded, nor are characters that folding would turn into an operator, such as
        fullwidth parentheses.
        """
        fold = self.analyzers[0].fold
        # Fold a letter with its combining marks: not every such pair has a composed code point.
        parts = re.findall(rf"\\.|.[{_MARKS}]*", pattern, re.DOTALL)
        return "".join(folded if (folded := fold(part)).isalnum() else part for part in parts)

    def _matching(
        self, node: tree.Node, fields: tuple[TextField, ...], pattern: plan.Pattern
    ) -> plan.WordLeaf | plan.PatternLeaf:
        """Return a leaf of the words that ``pattern`` matches, or of the pattern itself."""
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
        # Analyzers may split text differently. Usually all readings are the same.
        readings = dict.fromkeys(
            tuple(_as_written(text, analyzer.query_tokens(text))) for analyzer in self.analyzers
        )
        spans = tuple(
            plan.ExactSpans(fields, *zip(*each, strict=True)) for each in readings if each
        )
        if not spans:
            return None
        return plan.SpansLeaf(label, spans[0] if len(spans) == 1 else plan.AnySpans(spans))


def _slots(readings: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Return for each word of a phrase its distinct terms in all readings."""
    return tuple(tuple(dict.fromkeys(terms)) for terms in zip(*readings, strict=True))


def fold_pattern(pattern: str, analyzer: Analyzer) -> str:
    """Fold the letters of a wildcard pattern as ``analyzer`` folds words."""
    return "".join(_folded_parts(pattern, analyzer))


def _folded_parts(pattern: str, analyzer: Analyzer) -> Iterator[str]:
    for part in re.split("([*?])", pattern):
        words = [token.word for token in analyzer.query_tokens(part)]
        yield "".join(words) or part


def _as_written(text: str, tokens: Sequence[Token]) -> Iterator[tuple[str, str, int]]:
    """Yield each token's word, its spelling with the elision, and the length of the elision."""
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
