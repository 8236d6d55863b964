"""Hits of Whoosh's searchers, one of which is right, and how they are held against each other."""

from __future__ import annotations

from typing import Any

import pytest
from whoosh import query
from whoosh.searching import Searcher

from tests.helpers.outcomes import unless_refused


def hits(searcher: Searcher, wanted: query.Query, **options: Any) -> list[tuple[int, float]]:
    return [(hit.docnum, hit.score) for hit in searcher.search(wanted, **options)]


def assert_same(other: Searcher, one: Searcher, wanted: query.Query, limit: int | None) -> None:
    """Compare hits; where a search fails with ``one``, the other may do what it likes."""
    expected = unless_refused(lambda: hits(one, wanted, limit=limit), Exception)
    if expected is not None:
        found = hits(other, wanted, limit=limit)
        assert [doc for doc, _ in found] == [doc for doc, _ in expected], wanted
        # Sums of scores differ in the last bits where a merge adds up in another order.
        scores = pytest.approx([score for _, score in expected], rel=1e-6, abs=1e-9)
        assert [score for _, score in found] == scores, wanted
