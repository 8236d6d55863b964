"""Spans that are near each other: the kernel, built and plain, and all pairs one by one."""

from __future__ import annotations

from array import array
from itertools import pairwise, permutations, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.kernels import both
from tests.helpers.span_columns import columns

pytestmark = pytest.mark.kernels

# Few documents, fields and positions, so that much meets.
places = st.builds(
    lambda doc, field, position: doc << 32 | field << 30 | position,
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(0, 9),
)
sorted_places = st.sets(places, max_size=12).map(sorted)
spans = st.sets(st.tuples(places, st.integers(0, 3)), max_size=10).map(
    lambda found: sorted((first, first + more) for first, more in found)
)


def field_of(place: int) -> int:
    """Give the document and field of a place."""
    return place >> 30


@both
@given(spans, spans, st.integers(0, 12), st.integers(1, 3))
def test_near_spans_are_those_of_all_pairs(load, ones, others, within, sides):
    kernel = load("spans")
    firsts, lasts = columns(ones)
    other_firsts, other_lasts = columns(others)
    lows, highs = kernel.stretches(firsts, lasts, within)
    flags = kernel.near(
        firsts, lasts, lows, highs, other_firsts, array("Q", sorted(other_lasts)), sides
    )
    expected = [
        any(
            (sides & 1 and field_of(first) == field_of(begin) and 0 < begin - last <= within)
            or (sides & 2 and field_of(first) == field_of(end) and 0 < first - end <= within)
            for begin, end in others
        )
        for first, last in ones
    ]
    assert [*map(bool, flags)] == expected
    assert list(kernel.keep(firsts, flags)) == [
        first for first, flag in zip(firsts, flags, strict=True) if flag
    ]


@both
@given(sorted_places, sorted_places)
def test_common_fields_are_those_of_both(load, ones, others):
    flags = load("spans").common(array("Q", ones), array("Q", others))
    fields = {*map(field_of, others)}
    assert [*map(bool, flags)] == [field_of(place) in fields for place in ones]


@both
@given(spans, spans)
def test_the_union_has_each_span_once(load, ones, others):
    found = load("spans").union(*columns(ones), *columns(others))
    assert list(zip(*found, strict=True)) == sorted({*ones, *others})


@both
@given(spans, st.integers(0, 10), st.integers(0, 5))
def test_flags_of_first_words_and_of_many(load, ones, count, least):
    kernel = load("spans")
    firsts, lasts = columns(ones)
    assert list(kernel.among_first(lasts, count)) == [last % (1 << 30) < count for last in lasts]
    docs = [first >> 32 for first in firsts]
    assert list(kernel.at_least(firsts, least)) == [docs.count(doc) >= least for doc in docs]


@both
@given(sorted_places, st.integers(0, 7))
def test_places_in_fields(load, ones, mask):
    found = load("spans").in_fields(array("Q", ones), mask)
    assert list(found) == [p for p in ones if mask >> (p >> 30 & 3) & 1]


def shortest_stretches(words, slop):
    """Give the stretches without another in them, of all in which the words stand."""
    found = set()
    count = len(words)
    for chosen in product(*words):
        first, last = chosen[0], chosen[-1]
        if (
            field_of(first) == field_of(last)
            and all(a < b for a, b in pairwise(chosen))
            and last - first < count + slop
        ):
            found.add((first, last))
    for first, last in product(sorted({place for word in words for place in word}), repeat=2):
        if (
            field_of(first) == field_of(last)
            and count <= last - first + 1 <= count + slop - 2
            # Words that are the same stand at as many places.
            and all(
                sum(first <= place <= last for place in word) >= words.count(word) for word in words
            )
        ):
            found.add((first, last))
    return sorted(
        (first, last)
        for first, last in found
        if not any(
            (first, last) != (begin, end) and first <= begin and end <= last for begin, end in found
        )
    )


@both
@given(
    st.lists(st.sets(places, max_size=6).map(sorted), min_size=1, max_size=3),
    st.lists(st.integers(0, 2), min_size=1, max_size=4),
    st.integers(0, 8),
)
@example([[1], [0, 2], [1, 9]], [0, 1, 2], 2)
def test_sloppy_phrases_are_the_shortest_stretches(load, lists, chosen, slop):
    numbers = [number % len(lists) for number in chosen]
    words = [lists[number] for number in numbers]
    # Words with the same places are the same for the brute force.
    different = [list(word) for word in dict.fromkeys(map(tuple, words))]
    ends, joined = array("Q"), array("Q")
    for word in different:
        joined.extend(word)
        ends.append(len(joined))
    found = load("spans").sloppy(joined, ends, array("I", map(different.index, words)), slop)
    assert list(zip(*found, strict=True)) == shortest_stretches(words, slop)


@both
def test_what_does_not_fit_is_refused(load):
    kernel = load("spans")
    one, two, none = array("Q", [1]), array("Q", [1, 2]), array("Q")
    for call in (
        lambda: kernel.keep(one, b""),
        lambda: kernel.stretches(one, two, 1),
        lambda: kernel.near(one, two, one, one, one, one, 3),
        lambda: kernel.near(one, one, none, one, one, one, 3),
        lambda: kernel.union(one, two, one, one),
        lambda: kernel.union(one, one, one, none),
        lambda: kernel.sloppy(one, one, array("I"), 1),
        lambda: kernel.sloppy(none, none, array("I"), 1),
        lambda: kernel.sloppy(one, two, array("I", [0, 0]), 1),
        lambda: kernel.sloppy(two, array("Q", [2, 1]), array("I", [0, 0]), 1),
        lambda: kernel.sloppy(two, array("Q", [1, 2]), array("I", [1, 2]), 1),
        lambda: kernel.sloppy(two, array("Q", [1, 1]), array("I", [0, 0]), 1),
    ):
        with pytest.raises(ValueError, match=r"fit together|as many"):
            call()


def test_the_brute_force_has_two_words_in_another_order_two_further_apart():
    for words in permutations(([0], [1])):
        assert shortest_stretches(words, 2) == [(0, 1)]
    assert shortest_stretches(([1], [0]), 1) == []
