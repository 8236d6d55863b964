"""Plans as values: they are equal, are kept in dictionaries, and tell how much they name."""

from __future__ import annotations

import pytest

from searchlib.planning.plan import (
    AllOf,
    AnyOf,
    AnySpans,
    Boosted,
    Clauses,
    DateLeaf,
    Everything,
    ExactSpans,
    Except,
    FilteredSpans,
    KeyLeaf,
    LengthLeaf,
    NearSpans,
    Nothing,
    PhraseLeaf,
    SlopSpans,
    SpansLeaf,
    WordLeaf,
    num_names,
)

TWO = WordLeaf("a*", ("body",), ("a",), ("ab",))
THREE = PhraseLeaf('"a b"', ("body",), (("a",), ("b", "c")))


@pytest.mark.parametrize(
    ("plan", "count"),
    [
        (TWO, 2),
        (THREE, 3),
        (SlopSpans(("body",), (("a", "b"), ("c",)), 3), 3),
        (ExactSpans(("body",), ("a", "b"), ("A", "B"), (0, 0)), 2),
        (AnySpans((TWO, THREE)), 5),
        (NearSpans(TWO, THREE, 5, ordered=False, negated=True), 5),
        (FilteredSpans(TWO, "First", 50), 2),
        (FilteredSpans(FilteredSpans(THREE, "Lead"), "AtLeast", 9), 3),
        (SpansLeaf("", NearSpans(TWO, TWO, "s", ordered=True, negated=False)), 4),
        (KeyLeaf("", "source", ("a", "b", "c")), 3),
        (Boosted(KeyLeaf("", "source", ("a",)), 2.0), 1),
        (AllOf((TWO, Except(THREE))), 5),
        (AnyOf(()), 0),
        (Clauses((TWO,), (THREE, TWO), (TWO,)), 9),
        *((each, 0) for each in (Everything(), Nothing(), DateLeaf("", 0, 1))),
        (LengthLeaf("", 1, 2), 0),
    ],
    ids=str,
)
def test_how_many_names_a_plan_has(plan, count):
    assert num_names(plan) == count


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (WordLeaf("a", ("body",), ("a",)), WordLeaf("a", ("caption",), ("a",))),
        (WordLeaf("a*", ("body",), (), ("a",)), WordLeaf("a*", ("body",), (), ("ab",))),
        (PhraseLeaf("x", ("body",), (("a",),)), PhraseLeaf("x", ("body",), (("b",),))),
        (
            SpansLeaf("x", FilteredSpans(TWO, "First", 1)),
            SpansLeaf("x", FilteredSpans(TWO, "First", 2)),
        ),
        (KeyLeaf("x", "source", ("a",)), KeyLeaf("x", "section", ("a",))),
        (AllOf((TWO, THREE)), AllOf((THREE, TWO))),
        (AllOf((TWO,)), AnyOf((TWO,))),
    ],
)
def test_plans_whose_hashes_may_be_equal_are_told_apart(one, other):
    # Hashes of leaves leave out their words, of which there may be thousands.
    assert one != other
    assert len({one, other}) == 2


def test_plans_that_were_made_apart_are_one_key():
    plans = [AllOf((WordLeaf("a", ("body",), ("a",)), Except(Everything()))) for _ in range(2)]
    assert plans[0] is not plans[1]
    assert {plans[0]: 1}[plans[1]] == 1
