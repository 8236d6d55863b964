"""Queries as people type them, good and bad: each is searched for, or it is said why not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchlib.query import parse, tree
from searchlib.query.tree import to_query

NOW = datetime(2022, 11, 16, 12, 30, tzinfo=UTC)
TYPED = (Path(__file__).parent / "typed_queries.txt").read_text(encoding="utf-8").split("\n")[:-1]


def test_there_are_enough():
    assert len(set(TYPED)) == len(TYPED) >= 300


@pytest.mark.parametrize("operator", ["or", "and"])
@pytest.mark.parametrize("query", TYPED)
def test_a_query_as_it_is_typed(query, operator):
    parsed = parse(query, default_operator=operator, now=NOW)
    assert parsed.text == query
    if isinstance(parsed.tree, tree.Nothing):
        assert any(found.severity == "warning" for found in parsed.diagnostics)
    else:
        assert parse(to_query(parsed.tree), strict=True).tree == parsed.tree
    if not parsed.diagnostics:
        assert parse(query, default_operator=operator, now=NOW, strict=True) == parsed
