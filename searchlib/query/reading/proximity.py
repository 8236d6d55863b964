"""Builds the nodes of w/5, first5:, hlp: and atleast3, whose operands must have spans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from searchlib.article import TEXT_FIELDS, TextField
from searchlib.query import tree
from searchlib.query.collector import Collector
from searchlib.query.operator_row import Operator
from searchlib.query.operators import OPERATORS
from searchlib.query.reading.clauses import combine
from searchlib.query.reading.connectives import Nearness
from searchlib.query.reading.scope import MAX_HEIGHT, MAX_NESTING

__all__ = ["Proximity"]

_MAX_PARTS: Final = 64
"""Maximum number of operands when an AND is distributed, to bound the tree.

(a AND b) w/5 (c AND d) becomes four. A tree is at most 64 times as large as its query.
"""

_FILTERS: Final[dict[type[tree.Node], Operator]] = {
    kind: row
    for row in OPERATORS
    if row.node and issubclass(kind := getattr(tree, row.node), tree.SpanFilter)
}


@dataclass(frozen=True, slots=True)
class _Spanned:
    """Facts of an operand with spans.

    ``fields`` are the fields of its spans, ``depth`` is the nesting of Near in it, and ``boosted``
    says whether it has a boost. ``copies`` is the maximum number of times that a part which was
    typed once occurs in it.
    """

    fields: frozenset[TextField]
    depth: int = 0
    boosted: bool = False
    copies: int = 1


_NO_SPANS: Final = _Spanned(frozenset())


class Proximity:
    """Builds nodes whose children have spans from any operands; caches the facts of each node."""

    __slots__ = ("_collector", "_facts", "_heights")

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._heights: dict[int, tuple[tree.Node, int]] = {}
        # By id; the tuple keeps the node alive, so that its id is not used again.
        self._facts: dict[int, tuple[tree.Node, _Spanned | None]] = {}

    def near(self, left: tree.Node, right: tree.Node, operator: Nearness) -> tree.Node | None:
        """Return the node of both sides near each other.

        Return None, with a warning, if a side has no spans or the tree would be too large.
        """
        lefts, rights = self._parts(left), self._parts(right)
        if lefts is None or rights is None or self._copies(lefts, rights) > _MAX_PARTS:
            self.fall_back(operator, "takes words and phrases, alone or joined by OR")
            return None
        if 1 + max(self._spanned(part).depth for part in (*lefts, *rights)) > MAX_NESTING:
            self.fall_back(operator, f"stands in a row of more than {MAX_NESTING}")
            return None
        start, end = operator.start, operator.end
        if self._height(left) >= MAX_HEIGHT or self._height(right) >= MAX_HEIGHT:
            self.fall_back(operator, "stands too deep")
            return None
        if len(lefts) + len(rights) > 2:
            self._distributed(start, end, operator.text)
        self._take_off_boosts(start, end, operator.text, (*lefts, *rights))
        if not all(
            self._spanned(a).fields & self._spanned(b).fields for a in lefts for b in rights
        ):
            action = "all of the left side match" if operator.negated else "nothing can match"
            message = "the two sides are looked for in different fields"
            self._collector.warn(start, end, message, action)
        within = operator.within
        if within == 0:
            message = "no words are within 0 words of each other"
            self._collector.warn(start, end, message, "it was taken for 1")
            within = 1
        sides = {"start": left.start, "end": right.end}
        made: list[tree.Node] = []
        for left_part in map(self._bare, lefts):
            nears: list[tree.Node] = [
                tree.Near(
                    left_part, right_part, within, operator.ordered, operator.negated, **sides
                )
                for right_part in map(self._bare, rights)
            ]
            if operator.negated and len(nears) > 1:
                # De Morgan: not near (b AND c) is (not near b) OR (not near c).
                node = tree.Or(tuple(nears), **sides)
                spanned = replace(self._spanned(node), copies=self._copies((left_part,), rights))
                self._facts[id(node)] = node, spanned
                made.append(node)
            else:
                made += nears
        return made[0] if len(made) == 1 else tree.And(tuple(made), **sides)

    def restrict(
        self, child: tree.Node, row: Operator, count: int, name: str, span: tuple[int, int]
    ) -> tree.Node:
        """Return ``child`` under the operator of ``row``.

        ``name`` and ``span`` are the operator as it was typed. If it cannot apply to ``child``,
        return ``child`` unchanged, with a warning.
        """
        if row.zero and not count:
            self._collector.warn(*span, row.zero, "it was ignored")
            return child
        if row.fields:
            for part in self._parts(child) or ():
                if self._spanned(part).fields.isdisjoint(row.fields):
                    others = " or ".join(
                        f"{each}s" for each in TEXT_FIELDS if each not in row.fields
                    )
                    message = f"{name!r} does not look into {others}"
                    self._collector.warn(*span, message, "nothing can match")
                    break
        return self._filtered(getattr(tree, row.node), count, child, name, span)

    def _filtered(
        self,
        kind: type[tree.SpanFilter],
        count: int,
        child: tree.Node,
        name: str,
        span: tuple[int, int],
    ) -> tree.Node:
        if self.is_too_deep(child, *span):
            return child
        if isinstance(child, tree.Boost):  # a boost of the whole child may stand outside
            return replace(child, child=self._filtered(kind, count, child.child, name, span))
        parts = self._parts(child)
        if parts is None:
            message = f"{name!r} takes words and phrases, alone or joined by OR"
            self._collector.warn(*span, message, "it was ignored")
            return child
        if len(parts) > 1:
            self._distributed(*span, name)
        self._take_off_boosts(*span, name, parts)
        made: list[tree.Node] = []
        for part in parts:
            whole_span = {"start": min(span[0], part.start), "end": max(span[1], part.end)}
            bare = self._bare(part)
            if issubclass(kind, tree.CountedFilter):
                made.append(kind(bare, count, **whole_span))
            else:
                made.append(kind(bare, **whole_span))
        return made[0] if len(made) == 1 else combine(tree.And, made)

    def is_too_deep(
        self, node: tree.Node, start: int, end: int, action: str = "it was ignored"
    ) -> bool:
        """Return whether ``node`` has the maximum height; if so, add a warning with ``action``."""
        if self._height(node) < MAX_HEIGHT:
            return False
        message = f"operators are nested deeper than {MAX_HEIGHT}"
        self._collector.warn(start, end, message, action)
        return True

    # Diagnostics

    def fall_back(self, operator: Nearness, why: str) -> None:
        """Add a warning that both sides are joined by AND; ``why`` says why they cannot be near."""
        action = (
            "the left side must match and the right one must not, anywhere"
            if operator.negated
            else "both sides must match, anywhere"
        )
        self._collector.warn(operator.start, operator.end, f"{operator.text!r} {why}", action)

    def _distributed(self, start: int, end: int, name: str) -> None:
        message = f"there is an AND in a part of {name!r}"
        self._collector.note(start, end, message, "each side of AND was taken by itself")

    def _take_off_boosts(
        self, start: int, end: int, name: str, parts: tuple[tree.Node, ...]
    ) -> None:
        if any(self._spanned(part).boosted for part in parts):
            message = f"there is a boost in a part of {name!r}"
            self._collector.warn(start, end, message, "the boost was ignored")

    def _height(self, node: tree.Node) -> int:
        cached = self._heights.get(id(node))
        if cached is None:
            height = 0
            for child in tree.children(node):
                height = max(height, self._height(child))
            cached = self._heights[id(node)] = (node, height + 1)
        return cached[1]

    # Which operands have spans

    def _parts(self, node: tree.Node) -> tuple[tree.Node, ...] | None:
        """Return the operands of an AND, or ``node`` alone if it is not an AND.

        Return None if one has no spans, or if there are more than _MAX_PARTS.
        """
        if isinstance(node, tree.Boost) and isinstance(node.child, tree.And | tree.Boost):
            parts = self._parts(node.child)
            return parts and tuple(tree.Boost(part, node.factor) for part in parts)
        if isinstance(node, tree.And):
            all_parts: list[tree.Node] = []
            for child in node.children:
                parts = self._parts(child)
                if parts is None or len(all_parts) + len(parts) > _MAX_PARTS:
                    return None
                all_parts += parts
            return tuple(all_parts)
        return None if self._facts_of(node) is None else (node,)

    def _copies(self, lefts: tuple[tree.Node, ...], rights: tuple[tree.Node, ...]) -> int:
        """Return the number of copies if each of ``lefts`` is paired with each of ``rights``."""
        left_copies = [self._spanned(part).copies for part in lefts]
        right_copies = [self._spanned(part).copies for part in rights]
        return sum(max(left, right) for left in left_copies for right in right_copies)

    def _spanned(self, node: tree.Node) -> _Spanned:
        return self._facts_of(node) or _NO_SPANS

    def _facts_of(self, node: tree.Node) -> _Spanned | None:
        """Return the facts of ``node``, from the cache if possible; None if it has no spans."""
        cached = self._facts.get(id(node))
        if cached is None:
            cached = self._facts[id(node)] = (node, self._compute_facts(node))
        return cached[1]

    def _compute_facts(self, node: tree.Node) -> _Spanned | None:
        match node:
            case (
                tree.Word(_, fields)
                | tree.Phrase(_, fields)
                | tree.Verbatim(_, fields)
                | tree.Prefix(_, fields)
                | tree.Wildcard(_, fields)
                | tree.Regex(_, fields)
                | tree.Fuzzy(_, _, fields)
            ):
                return _Spanned(frozenset(fields))
            case tree.Near(left, right, _, _, negated):
                lefts, rights = self._spanned(left), self._spanned(right)
                common = lefts.fields if negated else lefts.fields & rights.fields
                copies = max(lefts.copies, rights.copies)
                return _Spanned(common, 1 + max(lefts.depth, rights.depth), copies=copies)
            case tree.SpanFilter(child):
                inside = self._facts_of(child)
                allowed = _FILTERS[type(node)].fields
                if inside is None or not allowed:
                    return inside
                return replace(inside, fields=inside.fields.intersection(allowed))
            case tree.Boost(child):
                inside = self._facts_of(child)
                return inside and replace(inside, boosted=True)
            case tree.Or(children):
                spanned = [facts for child in children if (facts := self._facts_of(child))]
                if len(spanned) < len(children):
                    return None
                return _Spanned(
                    frozenset().union(*(facts.fields for facts in spanned)),
                    max(facts.depth for facts in spanned),
                    any(facts.boosted for facts in spanned),
                    max(facts.copies for facts in spanned),
                )
            case _:
                return None

    def _bare(self, node: tree.Node) -> tree.Node:
        """Return ``node`` without its boosts, which are outermost or in an OR."""
        if isinstance(node, tree.Boost):
            return self._bare(node.child)
        if isinstance(node, tree.Or) and self._spanned(node).boosted:
            return replace(node, children=tuple(map(self._bare, node.children)))
        return node
