"""From metadata and dates in a query to leaves of a plan, and what to say where none has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from searchlib.analysis import fold
from searchlib.planning import patterns, plan
from searchlib.query import tree
from searchlib.query.diagnostics import Diagnostic
from searchlib.store.snapshot import Snapshot

__all__ = ["plan_dates", "plan_metadata"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WITH_ARTICLE: Final = {
    "article_id": "an id",
    "authors": "an author",
    "language": "a language",
    "section": "a section",
    "source": "a source",
    "tags": "a tag",
    "url": "a url",
}
_MOST_LETTERS: Final = 50
_LONG_VALUE: Final = 6
"""One that may have two mistakes."""


def plan_metadata(
    node: tree.Metadata, snapshot: Snapshot, diagnostics: list[Diagnostic]
) -> plan.KeyLeaf | None:
    """Return the plan of a value or a prefix of values; None for a value that is nothing."""
    name = node.field
    # An article_id is a name that a program gave: A-1 and a-1 are two.
    key = node.value if name == "article_id" else fold(node.value)
    if not key and not node.prefix:
        return None
    values = tuple(snapshot.key_values(name, key)) if node.prefix else (key,)
    if not values or not (node.prefix or snapshot.has_value(name, key)):
        message = f"no article has {_WITH_ARTICLE[name]}"
        if key:
            message += f" that begins with {key!r}" if node.prefix else f" {key!r}"
        near = None if node.prefix else _nearest(name, key, snapshot)
        diagnostics.append(
            Diagnostic("info", node.start, node.end, message, "it finds nothing", near)
        )
    return plan.KeyLeaf(tree.to_query(node), name, values)


def plan_dates(
    node: tree.DateRange, snapshot: Snapshot, diagnostics: list[Diagnostic]
) -> plan.DateLeaf:
    """Return the plan of a range of dates."""
    if not snapshot.has_dates:
        diagnostics.append(
            Diagnostic("info", node.start, node.end, "no article has a date", "it finds nothing")
        )
    since, until = (
        None if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)
        for moment in (node.since, node.until)
    )
    return plan.DateLeaf(tree.to_query(node), since, until)


def _nearest(name: str, value: str, snapshot: Snapshot) -> str | None:
    """Return the value that is one or two letters away, and that most articles have."""
    if len(value) > _MOST_LETTERS:
        return None
    for edits in (1, 2) if len(value) >= _LONG_VALUE else (1,):
        found = snapshot.key_values_matching(name, patterns.fuzzy(f"{name}={value}", edits))
        if found:
            return max(found, key=lambda near: len(snapshot.key_docs(name, near)))
    return None
