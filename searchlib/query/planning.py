"""From the query tree to a plan: words analyzed, prefixes and wildcards spelled out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from searchlib.analysis import Analyzer, fold
from searchlib.article import TextField
from searchlib.codec import Snapshot
from searchlib.query import plan, tree
from searchlib.query.diagnostics import Diagnostic
from searchlib.query.wildcards import literal_prefix, matches_wildcard

__all__ = ["fold_pattern", "make_plan"]


_EVERYTHING: Final = plan.Everything()


def make_plan(
    node: tree.Node, snapshot: Snapshot, analyzers: Sequence[Analyzer]
) -> tuple[plan.Plan, tuple[Diagnostic, ...]]:
    """Give the plan of ``node`` on ``snapshot``, and a diagnostic for each part without a word.

    ``analyzers`` are those that read the articles of the index, the index's own first: a word is
    searched under the stem that each of them gives it. A part that analysis leaves nothing of (a
    lone dash or ampersand) is left out, as if it had not been typed.
    """
    planner = _Planner(snapshot, analyzers)
    made = planner.make(node)
    return made or plan.Nothing(), tuple(planner.diagnostics)


@dataclass(slots=True)
class _Planner:
    snapshot: Snapshot
    analyzers: Sequence[Analyzer]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    leaves: dict[tree.Node, plan.Plan | None] = field(default_factory=dict)
    """The plans of parts that were met: what is typed twice is looked up once, and one object."""

    def make(self, node: tree.Node) -> plan.Plan | None:
        match node:
            case tree.And(children):
                return self._group(plan.AllOf, children)
            case tree.Or(children):
                return self._group(plan.AnyOf, children)
            case tree.Not(child):
                made = self.make(child)
                return made and plan.Except(made)
            case tree.Require(required, optional, prohibited):
                clauses = plan.Clauses(*map(self._all, (required, optional, prohibited)))
                if clauses.required or clauses.optional or clauses.prohibited:
                    return clauses
                return None
            case tree.Everything():
                return _EVERYTHING
            case tree.Nothing():
                return plan.Nothing()
            case _:
                if node not in self.leaves:
                    self.leaves[node] = self._leaf(node)
                made = self.leaves[node]
                if made is None:
                    self._leave_out(node)
                return made

    def _group(
        self, kind: type[plan.AllOf | plan.AnyOf], children: Sequence[tree.Node]
    ) -> plan.Plan | None:
        parts = self._all(children)
        return kind(parts) if len(parts) > 1 else next(iter(parts), None)

    def _all(self, children: Sequence[tree.Node]) -> tuple[plan.Plan, ...]:
        return tuple(made for child in children if (made := self.make(child)))

    def _leave_out(self, node: tree.Node) -> None:
        self.diagnostics.append(
            Diagnostic(
                severity="info",
                start=node.start,
                end=node.end,
                message="there is no word in this part",
                action="it was left out",
                suggestion=None,
            )
        )

    def _leaf(self, node: tree.Node) -> plan.Plan | None:
        label = tree.to_query(node)
        match node:
            case tree.Word(text, fields) | tree.Phrase(text, fields):
                return self._words(label, text, fields)
            case tree.Prefix(text, fields):
                return self._prefix(label, text, fields)
            case tree.Wildcard(pattern, fields):
                words = self._expand(fold_pattern(pattern, self.analyzers[0]))
                return plan.WordLeaf(label, fields, words=words)
            case tree.Metadata(name, value, is_prefix):
                return self._metadata(label, name, value, is_prefix=is_prefix)
            case tree.DateRange(since, until):
                return plan.DateLeaf(label, _microseconds(since), _microseconds(until))
            case _:
                raise TypeError(f"no plan for {node!r}")

    def _words(self, label: str, text: str, fields: tuple[TextField, ...]) -> plan.Plan | None:
        sequences: dict[int, list[list[str]]] = {}
        for analyzer in self.analyzers:
            terms = [token.term for token in analyzer.query_tokens(text)]
            if terms:
                sequences.setdefault(len(terms), []).append(terms)
        made: list[plan.Plan] = []
        # Analyzers may cut a word differently (l'homme is one word of French, two of English).
        for length, readings in sequences.items():
            if length > 1:
                made.append(plan.PhraseLeaf(label, fields, _places(readings)))
            elif _is_ideograph(readings[0][0]):
                # The index holds pairs of ideographs: one alone is a prefix.
                made.append(self._prefix_leaf(label, readings[0][0], fields))
            else:
                terms = list(dict.fromkeys(reading[0] for reading in readings))
                made.append(plan.WordLeaf(label, fields, terms=tuple(terms)))
        return plan.AnyOf(tuple(made)) if len(made) > 1 else next(iter(made), None)

    def _prefix(self, label: str, text: str, fields: tuple[TextField, ...]) -> plan.Plan | None:
        tokens = self.analyzers[0].query_tokens(text)
        if not tokens:
            return None
        if len(tokens) == 1:
            return self._prefix_leaf(label, tokens[0].word, fields)
        # "state-of-the-ar*": a phrase whose last place has the stem of every word it may be.
        last = dict.fromkeys(
            token.term
            for word in self._expand(tokens[-1].word + "*")
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
        return plan.PhraseLeaf(label, fields, (*_places(readings), tuple(last)))

    def _prefix_leaf(self, label: str, prefix: str, fields: tuple[TextField, ...]) -> plan.WordLeaf:
        return plan.WordLeaf(label, fields, words=tuple(self.snapshot.words(prefix)))

    def _expand(self, pattern: str) -> tuple[str, ...]:
        words = self.snapshot.words(literal_prefix(pattern))
        return tuple(word for word in words if matches_wildcard(pattern, word))

    def _metadata(self, label: str, name: str, value: str, *, is_prefix: bool) -> plan.Plan | None:
        # An article_id is a name that a program gave: A-1 and a-1 are two.
        key = value if name == "article_id" else fold(value)
        if not key and not is_prefix:
            return None
        values = tuple(self.snapshot.key_values(name, key)) if is_prefix else (key,)
        return plan.KeyLeaf(label, name, values)


def _places(readings: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Give for each place of a phrase the terms that its readings have there, each once."""
    return tuple(tuple(dict.fromkeys(place)) for place in zip(*readings, strict=True))


def fold_pattern(pattern: str, analyzer: Analyzer) -> str:
    """Fold the letters of a wildcard pattern as ``analyzer`` folds words."""
    return "".join(_folded_parts(pattern, analyzer))


def _folded_parts(pattern: str, analyzer: Analyzer) -> Iterator[str]:
    for part in re.split("([*?])", pattern):
        words = [token.word for token in analyzer.query_tokens(part)]
        yield "".join(words) or part


def _is_ideograph(term: str) -> bool:
    name = unicodedata.name(term, "") if len(term) == 1 else ""
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"))


def _microseconds(moment: datetime | None) -> int | None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return None if moment is None else (moment - epoch) // timedelta(microseconds=1)
