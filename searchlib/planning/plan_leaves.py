"""Find the leaves of a plan that contribute to the scores of its matches."""

from __future__ import annotations

from collections.abc import Iterable

from searchlib.planning.plan import AllOf, AnyOf, Clauses, Everything, Except, Leaf, Nothing, Plan

__all__ = ["leaves_of_any_match"]


def leaves_of_any_match(plan: Plan) -> list[Leaf] | None:
    """Return the leaves that contribute to the score of every match, or None if matches differ.

    A leaf that is not in a document adds nothing to its score. In some plans a leaf may be in a
    document without contributing to its score. For these the result is None, and the engine must
    find the contributing leaves of each document.
    """
    match plan:
        case AllOf(parts):
            return _alternatives(part for part in parts if not isinstance(part, Except))
        case Clauses(required, optional, _):
            return _alternatives(required + optional)
        case _:
            return _alternatives((plan,))


def _alternatives(parts: Iterable[Plan]) -> list[Leaf] | None:
    """Return the leaves of parts that are leaves or AnyOf leaves; None if there is another part."""
    leaves: list[Leaf] = []
    for part in parts:
        match part:
            case AnyOf(alternatives):
                inner = _alternatives(alternatives)
                if inner is None:
                    return None
                leaves += inner
            case AllOf() | Clauses() | Except() | Everything() | Nothing():
                return None
            case _:
                leaves.append(part)
    return leaves
