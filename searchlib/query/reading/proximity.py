"""Nodes of w/5, first5:, hlp: and atleast3: their operands must have spans."""

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

_MOST_PARTS: Final = 64
"""Maximum number of operands that an AND is distributed into, to bound the tree.

(a AND b) w/5 (c AND d) has four. A tree is at most so many times as large as its query.
"""

_FILTERS: Final[dict[type[tree.Node], Operator]] = {
    kind: row
    for row in OPERATORS
    if row.node and issubclass(kind := getattr(tree, row.node), tree.SpanFilter)
}


@dataclass(frozen=True, slots=True)
class _Spanned:
    """An operand with spans: the fields they lie in, how many Nears are nested, if one is boosted.

    ``copies`` is how often something that was typed once may stand in it.
    """

    fields: frozenset[TextField]
    depth: int = 0
    boosted: bool = False
    copies: int = 1


_NO_SPANS: Final = _Spanned(frozenset())


class Proximity:
    """Makes nodes whose children have spans, out of any operands. Each node is looked at once."""

    __slots__ = ("_collector", "_heights", "_seen")

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._heights: dict[int, tuple[tree.Node, int]] = {}
        self._seen: dict[int, tuple[tree.Node, _Spanned | None]] = {}  # by id: the node lives on

    def near(self, left: tree.Node, right: tree.Node, operator: Nearness) -> tree.Node | None:
        """Return both sides near each other; None, with a warning, if they cannot be."""
        lefts, rights = self._parts(left), self._parts(right)
        if lefts is None or rights is None or self._copies(lefts, rights) > _MOST_PARTS:
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
        for one in map(self._bare, lefts):
            nears: list[tree.Node] = [
                tree.Near(one, other, within, operator.ordered, operator.negated, **sides)
                for other in map(self._bare, rights)
            ]
            if operator.negated and len(nears) > 1:
                # Not near both of them is not near the one, or not near the other.
                node = tree.Or(tuple(nears), **sides)
                spanned = replace(self._spanned(node), copies=self._copies((one,), rights))
                self._seen[id(node)] = node, spanned
                made.append(node)
            else:
                made += nears
        return made[0] if len(made) == 1 else tree.And(tuple(made), **sides)

    def restrict(
        self, child: tree.Node, row: Operator, count: int, name: str, span: tuple[int, int]
    ) -> tree.Node:
        """Return ``child`` under the operator of ``row``; ``name`` and ``span`` are as typed.

        If it cannot be there, return ``child`` as it is, with a warning.
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
        return self._over(getattr(tree, row.node), count, child, name, span)

    def _over(
        self,
        kind: type[tree.SpanFilter],
        count: int,
        child: tree.Node,
        name: str,
        span: tuple[int, int],
    ) -> tree.Node:
        if self.is_too_deep(child, *span):
            return child
        if isinstance(child, tree.Boost):  # the score of all of it, as well outside
            return replace(child, child=self._over(kind, count, child.child, name, span))
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
            places = {"start": min(span[0], part.start), "end": max(span[1], part.end)}
            bare = self._bare(part)
            if issubclass(kind, tree.CountedFilter):
                made.append(kind(bare, count, **places))
            else:
                made.append(kind(bare, **places))
        return made[0] if len(made) == 1 else combine(tree.And, made)

    def is_too_deep(
        self, node: tree.Node, start: int, end: int, action: str = "it was ignored"
    ) -> bool:
        """Tell whether no node may stand above ``node``, and say what is done then."""
        if self._height(node) < MAX_HEIGHT:
            return False
        message = f"operators are nested deeper than {MAX_HEIGHT}"
        self._collector.warn(start, end, message, action)
        return True

    # Diagnostics

    def fall_back(self, operator: Nearness, why: str) -> None:
        """Say that only a match of both sides is asked for."""
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
        found = self._heights.get(id(node))
        if found is None:
            height = 0
            for child in tree.children(node):
                height = max(height, self._height(child))
            found = self._heights[id(node)] = (node, height + 1)
        return found[1]

    # Which operands have spans

    def _parts(self, node: tree.Node) -> tuple[tree.Node, ...] | None:
        """Return the parts that AND joins, one if it joins none; None if one has no spans."""
        if isinstance(node, tree.Boost) and isinstance(node.child, tree.And | tree.Boost):
            parts = self._parts(node.child)
            return parts and tuple(tree.Boost(part, node.factor) for part in parts)
        if isinstance(node, tree.And):
            found: list[tree.Node] = []
            for child in node.children:
                parts = self._parts(child)
                if parts is None or len(found) + len(parts) > _MOST_PARTS:
                    return None
                found += parts
            return tuple(found)
        return None if self._look(node) is None else (node,)

    def _copies(self, lefts: tuple[tree.Node, ...], rights: tuple[tree.Node, ...]) -> int:
        """Return how many copies there are where each of ``lefts`` meets each of ``rights``."""
        one = [self._spanned(part).copies for part in lefts]
        other = [self._spanned(part).copies for part in rights]
        return sum(max(left, right) for left in one for right in other)

    def _spanned(self, node: tree.Node) -> _Spanned:
        return self._look(node) or _NO_SPANS

    def _look(self, node: tree.Node) -> _Spanned | None:
        seen = self._seen.get(id(node))
        if seen is None:
            seen = self._seen[id(node)] = (node, self._look_at(node))
        return seen[1]

    def _look_at(self, node: tree.Node) -> _Spanned | None:
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
                one, other = self._spanned(left), self._spanned(right)
                common = one.fields if negated else one.fields & other.fields
                copies = max(one.copies, other.copies)
                return _Spanned(common, 1 + max(one.depth, other.depth), copies=copies)
            case tree.SpanFilter(child):
                inside = self._look(child)
                kept = _FILTERS[type(node)].fields
                if inside is None or not kept:
                    return inside
                return replace(inside, fields=inside.fields.intersection(kept))
            case tree.Boost(child):
                inside = self._look(child)
                return inside and replace(inside, boosted=True)
            case tree.Or(children):
                places = [found for child in children if (found := self._look(child))]
                if len(places) < len(children):
                    return None
                return _Spanned(
                    frozenset().union(*(found.fields for found in places)),
                    max(found.depth for found in places),
                    any(found.boosted for found in places),
                    max(found.copies for found in places),
                )
            case _:
                return None

    def _bare(self, node: tree.Node) -> tree.Node:
        """Return ``node`` without its boosts; they may stand in an OR only."""
        if isinstance(node, tree.Boost):
            return self._bare(node.child)
        if isinstance(node, tree.Or) and self._spanned(node).boosted:
            return replace(node, children=tuple(map(self._bare, node.children)))
        return node
