"""Turn a query tree into a plan: the operators. leaf_planning.py plans their operands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from searchlib.analysis import Analyzer
from searchlib.planning import plan
from searchlib.planning.index_facts import IndexFacts
from searchlib.planning.leaf_planning import LeafPlanner
from searchlib.query import tree
from searchlib.query.diagnostics import Diagnostic

__all__ = ["make_plan"]

MOST_BOOST: Final = 1000.0
"""Maximum boost of a leaf, nested boosts multiplied: scores have 24 bits before the point."""

_EVERYTHING: Final = plan.Everything()
_UNPLANNED: Final = plan.Nothing()
"""Marks a node that is not planned yet. It is compared by identity."""


def make_plan(
    node: tree.Node, facts: IndexFacts, analyzers: Sequence[Analyzer]
) -> tuple[plan.Plan, tuple[Diagnostic, ...]]:
    """Return the plan of ``node`` for one index, and the diagnostics of planning.

    ``analyzers`` are the analyzers of the articles of the index, first that of the index itself. A
    word is searched under its stem of each analyzer. A part without a word, such as a lone dash, is
    left out of the plan, and reported in a diagnostic.
    """
    diagnostics: list[Diagnostic] = []
    planner = _Planner(LeafPlanner(facts, analyzers, diagnostics), diagnostics)
    made = planner.make(node)
    return made or plan.Nothing(), tuple(diagnostics)


@dataclass(slots=True)
class _Planner:
    leaf_planner: LeafPlanner
    diagnostics: list[Diagnostic]
    leaves: dict[tree.Node, plan.Plan | None] = field(default_factory=dict)
    """The plans by node. A repeated part is looked up once, and becomes one object."""
    clipped: bool = False
    boosts: dict[tuple[plan.Plan, float], plan.Boosted] = field(default_factory=dict)

    def make(self, node: tree.Node) -> plan.Plan | None:
        match node:
            case tree.And(children):
                return _join_plans(plan.AllOf, self._all(children))
            case tree.Or(children):
                return _join_plans(plan.AnyOf, self._all(children))
            case tree.Not(child):
                made = self.make(child)
                return made and plan.Except(made)
            case tree.Require(required, optional, prohibited):
                clauses = plan.Clauses(*map(self._all, (required, optional, prohibited)))
                if clauses.required or clauses.optional or clauses.prohibited:
                    return clauses
                return None
            case tree.Boost(child, factor):
                made = self.make(child)
                self.clipped = False
                boosted = made and self._boosted(made, factor)
                if self.clipped:
                    self._clip(node)
                return boosted
            case tree.Everything():
                return _EVERYTHING
            case tree.Nothing():
                return plan.Nothing()
            case _:
                return self._once(node)

    def _all(self, children: Sequence[tree.Node]) -> tuple[plan.Plan, ...]:
        # map() instead of a comprehension saves a stack frame for each level of nesting.
        return tuple(filter(None, map(self.make, children)))

    def _once(self, node: tree.Node) -> plan.Plan | None:
        made = self.leaves.get(node, _UNPLANNED)
        if made is _UNPLANNED:
            if isinstance(node, tree.Near | tree.SpanFilter):
                spans = self._spans(node)
                made = None if spans is None else plan.SpansLeaf(tree.to_query(node), spans)
            else:
                made = self.leaf_planner.make(node)
            self.leaves[node] = made
        if made is None:
            self._leave_out(node)
        return made

    def _clip(self, node: tree.Node) -> None:
        self.diagnostics.append(
            Diagnostic(
                "warning",
                node.start,
                node.end,
                f"boosts multiply to more than {MOST_BOOST:,.0f}",
                f"{MOST_BOOST:,.0f} was taken",
            )
        )

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

    # Spans

    def _spans(self, node: tree.Node) -> plan.Spans | None:
        match node:
            case tree.Or(children):
                return _any_spans(tuple(filter(None, map(self._spans, children))))
            case tree.Near(left, right, within, ordered, negated):
                first, second = self._spans(left), self._spans(right)
                if first is None or second is None:  # a side without a word is left out
                    return first if negated else first or second
                return plan.NearSpans(first, second, within, ordered, negated)
            case tree.SpanFilter(child):
                part = self._spans(child)
                count = node.count if isinstance(node, tree.CountedFilter) else 0
                return part and plan.FilteredSpans(part, type(node).__name__, count)
            case tree.Wildcard(pattern, fields) if not pattern.strip("*"):
                return self.leaf_planner.every_word(node, fields)
            case _:
                made = self.make(node)
                return None if made is None else _spans_of(made)

    def _boosted(self, part: plan.Plan, factor: float) -> plan.Plan:
        """Return ``part`` with each leaf boosted by ``factor``, at most MOST_BOOST in all."""
        match part:
            case plan.AllOf(parts):
                return plan.AllOf(tuple(self._boosted(each, factor) for each in parts))
            case plan.AnyOf(parts):
                return plan.AnyOf(tuple(self._boosted(each, factor) for each in parts))
            case plan.Clauses(required, optional, prohibited):
                return plan.Clauses(
                    tuple(self._boosted(each, factor) for each in required),
                    tuple(self._boosted(each, factor) for each in optional),
                    prohibited,
                )
            case plan.Except() | plan.Everything() | plan.Nothing():
                return part
            case plan.Boosted(leaf, inner_factor):
                self.clipped = self.clipped or inner_factor * factor > MOST_BOOST
                return self._boosted(leaf, min(inner_factor * factor, MOST_BOOST))
            case _:
                return self.boosts.setdefault((part, factor), plan.Boosted(part, factor))


def _join_plans(
    kind: type[plan.AllOf | plan.AnyOf], parts: tuple[plan.Plan, ...]
) -> plan.Plan | None:
    return kind(parts) if len(parts) > 1 else next(iter(parts), None)


def _any_spans(parts: tuple[plan.Spans, ...]) -> plan.Spans | None:
    return plan.AnySpans(parts) if len(parts) > 1 else next(iter(parts), None)


def _spans_of(made: plan.Plan) -> plan.Spans:
    """Return the spans of the plan of an operand of a proximity operator."""
    match made:
        case plan.WordLeaf() | plan.PatternLeaf() | plan.PhraseLeaf():
            return made
        case plan.SpansLeaf(_, spans):
            return spans
        case plan.AnyOf(parts):
            return plan.AnySpans(tuple(map(_spans_of, parts)))
        case plan.Nothing():
            return plan.AnySpans(())
        case _:
            raise TypeError(f"{made!r} has no positions")
