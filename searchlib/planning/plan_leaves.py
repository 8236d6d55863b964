"""Which leaves of a plan make up the scores of what it matches."""

from __future__ import annotations

from collections.abc import Iterable

from searchlib.planning.plan import AllOf, AnyOf, Clauses, Everything, Except, Leaf, Nothing, Plan

__all__ = ["leaves_of_any_match"]


def leaves_of_any_match(plan: Plan) -> list[Leaf] | None:
    """Return the leaves that make up the score of every document that matches.

    The others are words and phrases that the document does not have. None for a plan where a
    document may have what it owes nothing to: there the engine must say it for each document.
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
