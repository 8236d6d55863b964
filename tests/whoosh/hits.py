"""Hits of Whoosh's searchers, one of which is right, and how they are held against each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from whoosh import query
from whoosh.searching import Searcher


def hits(searcher: Searcher, wanted: query.Query, **options: Any) -> list[tuple[int, float]]:
    return [(hit.docnum, hit.score) for hit in searcher.search(wanted, **options)]


def outcome(search: Callable[[], Any]) -> Any:
    """Give what is found, or None where Whoosh has an error of its own."""
    try:
        return search()
    except Exception:  # noqa: BLE001  # whatever it is
        return None


def assert_same(other: Searcher, one: Searcher, wanted: query.Query, limit: int | None) -> None:
    """Compare hits; where a search fails with ``one``, the other may do what it likes."""
    expected = outcome(lambda: hits(one, wanted, limit=limit))
    if expected is not None:
        found = hits(other, wanted, limit=limit)
        assert [doc for doc, _ in found] == [doc for doc, _ in expected], wanted
        # Sums of scores differ in the last bits where a merge adds up in another order.
        scores = pytest.approx([score for _, score in expected], rel=1e-6, abs=1e-9)
        assert [score for _, score in found] == scores, wanted
