"""What an index asks of the engine behind it, and what the engine answers.

    Index -> Engine.view() -> View.search(plan) -> Matched -> hits, articles, explanations
    Writer -> Engine.begin() -> Transaction

An index of files and one in memory have the engine of ``local``. Another engine is a class with the
methods of ``protocol``; tests/engines has one of plain Python, and the tests that each must pass.
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
