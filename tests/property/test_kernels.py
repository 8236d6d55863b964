"""Each kernel, as built and as plain Python, against the obvious way to do it."""

from __future__ import annotations

import importlib
import importlib.util
import math
from array import array
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

KERNELS = Path(importlib.import_module("searchlib.kernels").__path__[0])


def plain(name: str) -> ModuleType:
    """Load a kernel's source, also where a compiled one would be imported."""
    spec = importlib.util.spec_from_file_location(f"plain_{name}", KERNELS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def built(name: str) -> ModuleType:
    return importlib.import_module(f"searchlib.kernels.{name}")


both = pytest.mark.parametrize("load", [built, plain])

docs = st.sets(st.integers(0, 60)).map(lambda values: array("I", sorted(values)))
numbers = st.floats(0, 1e6, allow_nan=False).map(lambda value: value + 0.0)


@st.composite
def matches(draw: st.DrawFn) -> tuple[array[int], array[float]]:
    found = draw(docs)
    scores = draw(st.lists(numbers, min_size=len(found), max_size=len(found)))
    return found, array("d", scores)


@both
@given(left=matches(), right=matches())
def test_merging_is_set_algebra(load, left, right):
    merging = load("merging")
    a, b = dict(zip(*left, strict=True)), dict(zip(*right, strict=True))

    def as_dict(result):
        assert list(result[0]) == sorted(set(result[0]))
        assert result[0].typecode == "I"
        assert result[1].typecode == "d"
        return dict(zip(*result, strict=True))

    both_sides = {doc: a[doc] + b[doc] for doc in a.keys() & b.keys()}
    assert as_dict(merging.union(*left, *right)) == {**a, **b, **both_sides}
    assert as_dict(merging.intersection(*left, *right)) == both_sides
    assert as_dict(merging.optional(*left, *right)) == {**a, **both_sides}
    rest = {doc: score for doc, score in a.items() if doc not in b}
    assert as_dict(merging.difference(*left, right[0])) == rest


@both
@pytest.mark.parametrize("name", ["union", "intersection", "optional"])
def test_merging_refuses_lengths_that_do_not_fit(load, name):
    with pytest.raises(ValueError, match="as many scores"):
        getattr(load("merging"), name)(
            array("I", [1, 2]), array("d", [1.0]), array("I"), array("d")
        )


@both
@given(
    found=matches(),
    lengths=st.lists(st.integers(1, 1000), min_size=61, max_size=61),
    weight=st.floats(0, 10),
    b=st.floats(0, 1),
    avg=st.floats(0.5, 500),
)
def test_normalise_is_the_formula(load, found, lengths, weight, b, avg):
    result = load("bm25f").normalise(*found, array("I", lengths), weight, b, avg)
    for doc, tf, value in zip(*found, result, strict=True):
        assert value == weight * tf / (1.0 - b + b * lengths[doc] / avg)


@both
def test_normalise_refuses_a_document_without_a_length(load):
    with pytest.raises(ValueError, match="document 3 of 3"):
        load("bm25f").normalise(
            array("I", [0, 3]), array("d", [1, 1]), array("I", [5, 5, 5]), 1.0, 0.75, 5.0
        )


@both
def test_normalise_refuses_an_average_of_nothing(load):
    with pytest.raises(ValueError, match="average"):
        load("bm25f").normalise(array("I"), array("d"), array("I"), 1.0, 0.75, 0.0)


@both
@given(tfs=st.lists(numbers), k1=st.floats(0, 10), idf=st.floats(0, 20))
@example(tfs=[0.0], k1=0.0, idf=1.0)
def test_saturate_is_the_formula_to_a_multiple_of_two_to_the_minus_forty(load, tfs, k1, idf):
    result = load("bm25f").saturate(array("d", tfs), k1, idf)
    for tf, score in zip(tfs, result, strict=True):
        exact = idf * tf / (k1 + tf) if tf else 0.0
        assert (score * 2**40).is_integer()
        assert math.isclose(score, exact, rel_tol=0, abs_tol=2**-41)


@both
@given(found=matches(), k=st.integers(0, 70), data=st.data())
def test_top_k_is_the_beginning_of_the_sorted_list(load, found, k, data):
    numbered, scores = found
    # Few different scores, so that there are ties.
    scores = array("d", [float(int(score) % 3) for score in scores])
    ties = array("Q", data.draw(st.permutations(range(61))))
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], ties[numbered[i]]))
    assert list(load("top_k").top_k(numbered, scores, ties, k)) == order[:k]


@both
def test_top_k_refuses_what_would_read_outside(load):
    top_k = load("top_k").top_k
    with pytest.raises(ValueError, match="not among"):
        top_k(array("I", [9]), array("d", [1.0]), array("Q", [0]), 1)
    with pytest.raises(ValueError, match="negative"):
        top_k(array("I"), array("d"), array("Q"), -1)
    with pytest.raises(ValueError, match="as many scores"):
        top_k(array("I", [0]), array("d"), array("Q", [0]), 1)


increasing = st.sets(st.integers(0, 2**32 - 1)).map(lambda values: array("I", sorted(values)))


@both
@given(places=increasing)
@example(places=array("I", [0]))
@example(places=array("I", [2**32 - 1]))
def test_positions_come_back(load, places):
    positions = load("positions")
    assert positions.decode(positions.encode(places)) == places


@both
def test_positions_are_written_as_documented(load):
    assert load("positions").encode(array("I", [3, 4, 200])) == bytes.fromhex("0301c401")


@both
@given(data=st.binary(max_size=40))
@example(data=b"\xff\xff\xff\xff\x7f")
@example(data=b"\x80")
@example(data=b"\x00\x00")
def test_damaged_positions_raise_or_give_what_they_say(load, data):
    positions = load("positions")
    try:
        places = positions.decode(data)
    except ValueError:
        return
    assert list(places) == sorted(set(places))


@both
def test_positions_out_of_order_are_refused(load):
    with pytest.raises(ValueError, match="increase"):
        load("positions").encode(array("I", [4, 4]))


near = st.sets(st.integers(0, 30)).map(lambda values: array("I", sorted(values)))


@both
@given(left=near, right=near)
def test_following_and_merged_are_set_algebra(load, left, right):
    positions = load("positions")
    assert list(positions.following(left, right)) == [p for p in right if p - 1 in set(left)]
    assert list(positions.merged(left, right)) == sorted({*left, *right})
