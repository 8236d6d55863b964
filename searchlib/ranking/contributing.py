"""Which parts of a query one article owes its place to."""

from __future__ import annotations

from collections.abc import Iterable

from searchlib.planning.plan import AllOf, AnyOf, Clauses, Everything, Except, Leaf, Nothing, Plan
from searchlib.ranking.scoring import Scorer

__all__ = ["contributing_leaves", "leaves_of_any_match"]


def leaves_of_any_match(plan: Plan) -> list[Leaf] | None:
    """Return the leaves that make up the score of every document that matches.

    The others are words and phrases that the document does not have. None for a plan where a
    document may have what it owes nothing to: there contributing_leaves must say it.
    """
    match plan:
        case AllOf(parts):
            return _alternatives(part for part in parts if not isinstance(part, Except))
        case Clauses(required, optional, _):
            return _alternatives(required + optional)
        case _:
            return _alternatives((plan,))


def _alternatives(parts: Iterable[Plan]) -> list[Leaf] | None:
    """Return the leaves of parts of which each is a leaf, or any of several leaves."""
    leaves: list[Leaf] = []
    for part in parts:
        match part:
            case AnyOf(others):
                more = _alternatives(others)
                if more is None:
                    return None
                leaves += more
            case AllOf() | Clauses() | Except() | Everything() | Nothing():
                return None
            case _:
                leaves.append(part)
    return leaves


def contributing_leaves(plan: Plan, scorer: Scorer, doc: int) -> list[Leaf] | None:
    """Return the leaves whose scores make up the score of ``doc``; None if it does not match.

    In "(horses AND camels) OR railway" an article with horses and a railway owes nothing to its
    horses. The order is that of the query.
    """
    match plan:
        case Nothing():
            return None
        case Everything():
            return []
        case AnyOf(parts):
            return _any(parts, scorer, doc)
        case AllOf(parts):
            return _all(parts, scorer, doc)
        case Except(part):
            return [] if contributing_leaves(part, scorer, doc) is None else None
        case Clauses(required, optional, prohibited):
            leaves = _all(required, scorer, doc)
            more = _any(optional, scorer, doc)
            if leaves is None or _any(prohibited, scorer, doc) is not None:
                return None
            if optional and not required and more is None:
                return None
            return leaves + (more or [])
        case _:
            return [plan] if scorer.matches(plan, doc) else None


def _any(parts: tuple[Plan, ...], scorer: Scorer, doc: int) -> list[Leaf] | None:
    found = [contributing_leaves(part, scorer, doc) for part in parts]
    if all(leaves is None for leaves in found):
        return None
    return [leaf for leaves in found for leaf in leaves or ()]


def _all(parts: tuple[Plan, ...], scorer: Scorer, doc: int) -> list[Leaf] | None:
    every: list[Leaf] = []
    for part in parts:
        leaves = contributing_leaves(part, scorer, doc)
        if leaves is None:
            return None
        every += leaves
    return every
