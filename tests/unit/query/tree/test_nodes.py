"""Nodes as values."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from searchlib.query import parse
from searchlib.query.tree import And, Word


def test_where_a_node_stands_makes_no_difference():
    here, there = Word("a", start=0, end=1), Word("a", start=5, end=6)
    assert here == there
    assert hash(here) == hash(there)
    assert And((here,)) == And((there,), start=3, end=9)
    assert (here.start, there.start) == (0, 5)


def test_what_a_node_says_makes_one():
    assert Word("a") != Word("b")
    assert Word("a") != Word("a", ("body",))
    assert parse("a b c").tree != parse("a b").tree


def test_a_node_is_not_changed():
    with pytest.raises(FrozenInstanceError):
        Word("a").text = "b"  # type: ignore[misc]
