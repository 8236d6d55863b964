"""Plan metadata and dates of a query. Add a diagnostic if no article has them."""

from __future__ import annotations

from typing import Final

from searchlib.analysis import fold
from searchlib.planning import plan
from searchlib.planning.index_facts import IndexFacts
from searchlib.query import tree
from searchlib.query.diagnostics import Diagnostic
from searchlib.schema import FIELDS_BY_NAME
from searchlib.timestamps import microseconds

__all__ = ["plan_dates", "plan_metadata"]

_MAX_LETTERS: Final = 50
"""Maximum length of a value for which a suggestion is looked up, to bound its cost."""

_LONG_VALUE: Final = 6
"""Minimum length of a value for which a suggestion may be two edits away."""


def plan_metadata(
    node: tree.Metadata, facts: IndexFacts, diagnostics: list[Diagnostic]
) -> plan.KeyLeaf | None:
    """Return the plan of a value or a prefix of values; None if the value is empty."""
    name = node.field
    field = FIELDS_BY_NAME[name]
    key = fold(node.value) if field.folded else node.value
    if not key and not node.prefix:
        return None
    values = tuple(facts.key_values(name, key)) if node.prefix else (key,)
    if not values or not (node.prefix or facts.has_value(name, key)):
        message = f"no article has {field.label}"
        if key:
            message += f" that begins with {key!r}" if node.prefix else f" {key!r}"
        near = None if node.prefix else _nearest(name, key, facts)
        diagnostics.append(
            Diagnostic("info", node.start, node.end, message, "it finds nothing", near)
        )
    return plan.KeyLeaf(tree.to_query(node), name, values)


def plan_dates(
    node: tree.DateRange, facts: IndexFacts, diagnostics: list[Diagnostic]
) -> plan.DateLeaf:
    """Return the plan of a range of dates."""
    if not facts.has_dates:
        diagnostics.append(
            Diagnostic("info", node.start, node.end, "no article has a date", "it finds nothing")
        )
    since, until = (
        None if moment is None else microseconds(moment) for moment in (node.since, node.until)
    )
    return plan.DateLeaf(tree.to_query(node), since, until)


def _nearest(name: str, value: str, facts: IndexFacts) -> str | None:
    """Return the nearest value that is one or two edits away, or None.

    Among values at the same distance, the one that most articles have.
    """
    if len(value) > _MAX_LETTERS:
        return None
    for edits in (1, 2) if len(value) >= _LONG_VALUE else (1,):
        near = facts.similar_value(name, value, edits)
        if near is not None:
            return near
    return None
