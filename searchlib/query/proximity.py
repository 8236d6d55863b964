"""What w/5, first5:, hlp: and atleast3 make of their parts: these must be what has places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from searchlib.article import TextField
from searchlib.query import tree
from searchlib.query.clauses import over
from searchlib.query.collector import Remarks
from searchlib.query.operators import Nearness
from searchlib.query.scope import MAX_HEIGHT, MAX_NESTING

__all__ = ["Proximity"]

_MOST_PARTS: Final = 64
"""An AND is not distributed into more than this: (a AND b) w/5 (c AND d) are four.

Nor is what this makes of a query, which may go on in the same way, so many times as large as it.
"""

_LEAD_FIELDS: Final[frozenset[TextField]] = frozenset({"headline", "body"})


@dataclass(frozen=True, slots=True)
class _Placed:
    """A part with places: the fields they lie in, how many Nears are nested, if one is boosted.

    ``copies`` is how often something that was typed once may stand in it.
    """

    fields: frozenset[TextField]
    depth: int = 0
    boosted: bool = False
    copies: int = 1


_NOWHERE: Final = _Placed(frozenset())


class Proximity:
    """Makes nodes whose children have places, out of any parts. Each node is looked at once."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks
        self._heights: dict[int, tuple[tree.Node, int]] = {}
        self._seen: dict[int, tuple[tree.Node, _Placed | None]] = {}  # by id: the node lives on

    def near(self, left: tree.Node, right: tree.Node, operator: Nearness) -> tree.Node | None:
        """Return both sides near each other; None, with a warning, if they cannot be."""
        lefts, rights = self._parts(left), self._parts(right)
        if lefts is None or rights is None or self._copies(lefts, rights) > _MOST_PARTS:
            self.fall_back(operator, "takes words and phrases, alone or joined by OR")
            return None
        if 1 + max(self._place(part).depth for part in (*lefts, *rights)) > MAX_NESTING:
            self.fall_back(operator, f"stands in a row of more than {MAX_NESTING}")
            return None
        start, end = operator.start, operator.end
        if self._height(left) >= MAX_HEIGHT or self._height(right) >= MAX_HEIGHT:
            self.fall_back(operator, "stands too deep")
            return None
        if len(lefts) + len(rights) > 2:
            self._distributed(start, end, operator.text)
        self._take_off_boosts(start, end, operator.text, (*lefts, *rights))
        if not all(self._place(a).fields & self._place(b).fields for a in lefts for b in rights):
            action = "all of the left side match" if operator.negated else "nothing can match"
            message = "the two sides are looked for in different fields"
            self._remarks.warn(start, end, message, action)
        within = operator.within
        if within == 0:
            message = "no words are within 0 words of each other"
            self._remarks.warn(start, end, message, "it was taken for 1")
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
                place = replace(self._place(node), copies=self._copies((one,), rights))
                self._seen[id(node)] = node, place
                made.append(node)
            else:
                made += nears
        return made[0] if len(made) == 1 else tree.And(tuple(made), **sides)

    def among_first(
        self, child: tree.Node, count: int, name: str, span: tuple[int, int]
    ) -> tree.Node:
        """Return ``child`` among the first words; ``name`` and ``span`` are of the operator."""
        if not count:
            self._remarks.warn(*span, "there is no word among the first 0", "it was ignored")
            return child
        return self._over(lambda part: tree.First(part, count), child, name, span)

    def at_least(self, child: tree.Node, count: int, name: str, span: tuple[int, int]) -> tree.Node:
        """Return ``child`` where it occurs so often."""
        if not count:
            self._remarks.warn(*span, "every article has 0 of anything", "it was ignored")
            return child
        return self._over(lambda part: tree.AtLeast(part, count), child, name, span)

    def lead(self, child: tree.Node, name: str, span: tuple[int, int]) -> tree.Node:
        """Return ``child`` in the headline and the first paragraph."""
        for part in self._parts(child) or ():
            if not self._place(part).fields & _LEAD_FIELDS:
                message = f"{name!r} does not look into captions"
                self._remarks.warn(*span, message, "nothing can match")
                break
        return self._over(tree.Lead, child, name, span)

    def _over(
        self,
        make: Callable[[tree.Node], tree.First | tree.Lead | tree.AtLeast],
        child: tree.Node,
        name: str,
        span: tuple[int, int],
    ) -> tree.Node:
        if self.is_too_deep(child, *span):
            return child
        if isinstance(child, tree.Boost):  # the score of all of it, as well outside
            return replace(child, child=self._over(make, child.child, name, span))
        parts = self._parts(child)
        if parts is None:
            message = f"{name!r} takes words and phrases, alone or joined by OR"
            self._remarks.warn(*span, message, "it was ignored")
            return child
        if len(parts) > 1:
            self._distributed(*span, name)
        self._take_off_boosts(*span, name, parts)
        made: list[tree.Node] = [
            replace(
                make(self._bare(part)), start=min(span[0], part.start), end=max(span[1], part.end)
            )
            for part in parts
        ]
        return made[0] if len(made) == 1 else over(tree.And, made)

    def is_too_deep(
        self, node: tree.Node, start: int, end: int, action: str = "it was ignored"
    ) -> bool:
        """Tell whether no node may stand above ``node``, and say what is done then."""
        if self._height(node) < MAX_HEIGHT:
            return False
        message = f"operators are nested deeper than {MAX_HEIGHT}"
        self._remarks.warn(start, end, message, action)
        return True

    # What may be said of it

    def fall_back(self, operator: Nearness, why: str) -> None:
        """Say that only a match of both sides is asked for."""
        action = (
            "the left side must match and the right one must not, anywhere"
            if operator.negated
            else "both sides must match, anywhere"
        )
        self._remarks.warn(operator.start, operator.end, f"{operator.text!r} {why}", action)

    def _distributed(self, start: int, end: int, name: str) -> None:
        message = f"there is an AND in a part of {name!r}"
        self._remarks.note(start, end, message, "each side of AND was taken by itself")

    def _take_off_boosts(
        self, start: int, end: int, name: str, parts: tuple[tree.Node, ...]
    ) -> None:
        if any(self._place(part).boosted for part in parts):
            message = f"there is a boost in a part of {name!r}"
            self._remarks.warn(start, end, message, "the boost was ignored")

    def _height(self, node: tree.Node) -> int:
        found = self._heights.get(id(node))
        if found is None:
            height = 0
            for child in tree.children(node):
                height = max(height, self._height(child))
            found = self._heights[id(node)] = (node, height + 1)
        return found[1]

    # What has places

    def _parts(self, node: tree.Node) -> tuple[tree.Node, ...] | None:
        """Return the parts that AND joins, one if it joins none; None if one has no places."""
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
        one = [self._place(part).copies for part in lefts]
        other = [self._place(part).copies for part in rights]
        return sum(max(left, right) for left in one for right in other)

    def _place(self, node: tree.Node) -> _Placed:
        return self._look(node) or _NOWHERE

    def _look(self, node: tree.Node) -> _Placed | None:
        seen = self._seen.get(id(node))
        if seen is None:
            seen = self._seen[id(node)] = (node, self._look_at(node))
        return seen[1]

    def _look_at(self, node: tree.Node) -> _Placed | None:
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
                return _Placed(frozenset(fields))
            case tree.Near(left, right, _, _, negated):
                one, other = self._place(left), self._place(right)
                common = one.fields if negated else one.fields & other.fields
                copies = max(one.copies, other.copies)
                return _Placed(common, 1 + max(one.depth, other.depth), copies=copies)
            case tree.First(child) | tree.AtLeast(child):
                return self._look(child)
            case tree.Lead(child):
                whole = self._place(child)
                return replace(whole, fields=whole.fields & _LEAD_FIELDS)
            case tree.Boost(child):
                inside = self._look(child)
                return inside and replace(inside, boosted=True)
            case tree.Or(children):
                places = [found for child in children if (found := self._look(child))]
                if len(places) < len(children):
                    return None
                return _Placed(
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
        if isinstance(node, tree.Or) and self._place(node).boosted:
            return replace(node, children=tuple(map(self._bare, node.children)))
        return node
