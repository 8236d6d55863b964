"""The parts of a query that contribute to the score of a document."""

from __future__ import annotations

from searchlib.planning.plan import AllOf, AnyOf, Clauses, Everything, Except, Leaf, Nothing, Plan
from searchlib.ranking.scoring import Scorer

__all__ = ["contributing_leaves"]


def contributing_leaves(plan: Plan, scorer: Scorer, doc: int) -> list[Leaf] | None:
    """Return the leaves whose scores make up the score of ``doc``; None if it does not match.

    The query "(horses AND camels) OR railway" and an article with "horses" and "railway": only
    "railway" contributes. The leaves are in the order of the query.
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
    all_leaves: list[Leaf] = []
    for part in parts:
        leaves = contributing_leaves(part, scorer, doc)
        if leaves is None:
            return None
        all_leaves += leaves
    return all_leaves
