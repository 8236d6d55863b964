"""The interface between an index and its engine, which stores and searches the articles.

    Index -> Engine.view() -> View.search(plan) -> Matched -> hits, articles, explanations
    Writer -> Engine.begin() -> Transaction

Indexes in files and in memory use the engine of ``local``. Another engine is a class with the
methods of ``protocol``. tests/engines has an engine in pure Python, and the tests that every engine
must pass.
"""

from __future__ import annotations

from searchlib.engine.explanation import Explanation, FieldPart, LeafPart
from searchlib.engine.figures import IndexStats
from searchlib.engine.protocol import (
    Changes,
    Engine,
    Handle,
    Matched,
    Settings,
    Sort,
    Transaction,
    View,
)

__all__ = [
    "Changes",
    "Engine",
    "Explanation",
    "FieldPart",
    "Handle",
    "IndexStats",
    "LeafPart",
    "Matched",
    "Settings",
    "Sort",
    "Transaction",
    "View",
]
