"""Documents by the values of a column, and as bits, by the kernels as built and as plain Python."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.kernels import both, built, plain
from tests.helpers.outcomes import outcome

pytestmark = pytest.mark.kernels

ends = st.sampled_from((-(2**63), -(2**63) + 1, -1, 0, 5, 2**63 - 1))


@both
@given(values=st.lists(ends | st.integers(-9, 9)), low=ends, high=ends)
def test_between_has_both_ends(load, values, low, high):
    docs = load("filtering").between(array("q", values), low, high)
    assert docs == array("I", [doc for doc, value in enumerate(values) if low <= value <= high])


@both
@given(
    docs=st.sets(st.integers(0, 60)),
    base=st.integers(0, 40),
    num_docs=st.integers(0, 40),
)
def test_others_are_those_of_the_segment_that_are_not_given(load, docs, base, num_docs):
    bits = load("filtering").others(array("I", sorted(docs)), base, num_docs)
    assert len(bits) == (num_docs + 7) // 8
    there = {doc for doc in range(num_docs) if bits[doc >> 3] >> (doc & 7) & 1}
    assert there == {doc for doc in range(num_docs) if doc + base not in docs}


def gaps(docs):
    """Encode documents in the obvious way."""
    data, before = bytearray(), -1
    for doc in docs:
        gap, before = doc - before - 1, doc
        while gap >= 128:
            data.append(gap & 127 | 128)
            gap >>= 7
        data.append(gap)
    return data


@both
@given(docs=st.sets(st.integers(0, 300) | st.integers(0, 2**32 - 9)).map(sorted), lead=st.binary())
def test_documents_by_their_gaps(load, docs, lead):
    spread = load("filtering").spread
    num_docs, data = max(docs, default=0) + 1, lead + gaps(docs)
    assert spread(data, len(lead), len(docs), num_docs, 7) == array("I", [d + 7 for d in docs])
    if docs:
        with pytest.raises(ValueError, match="not there"):
            spread(data, len(lead), len(docs), num_docs - 1, 0)
        with pytest.raises(ValueError, match="not there"):
            spread(data[:-1], len(lead), len(docs), num_docs, 0)


@given(data=st.binary(max_size=30), at=st.integers(-1, 31), count=st.integers(-1, 9))
@example(data=b"\xff" * 5, at=0, count=1)
@example(data=b"\xff\xff\xff\xff\x0f", at=0, count=1)
def test_gaps_of_any_bytes_are_read_or_refused(data, at, count):
    for num_docs in (-1, 0, 9, 2**32 - 1):
        found, expected = (
            outcome(lambda k=load, n=num_docs: k("filtering").spread(data, at, count, n, 0))
            for load in (built, plain)
        )
        assert found == expected


@both
@pytest.mark.parametrize("num_docs", [-1, 2**32, 2**63 - 1])
def test_so_many_documents_there_cannot_be(load, num_docs):
    with pytest.raises(ValueError, match="cannot be"):
        load("filtering").others(array("I"), 0, num_docs)


@both
@given(
    docs=st.sets(st.integers(0, 60)),
    base=st.integers(0, 40),
    num_docs=st.integers(0, 40),
    at=st.integers(0, 3),
)
def test_scores_of_a_segment_are_copied_in_units(load, docs, base, num_docs, at):
    found = array("I", sorted(docs))
    values = array("d", [doc / 2**40 for doc in found])
    to, scores = array("I", [7] * 44), array("q", [7] * 44)
    end = load("impacts").copy(found, values, base, num_docs, to, scores, at)
    here = [doc for doc in found if base <= doc < base + num_docs]
    assert list(to) == [7] * at + [doc - base for doc in here] + [7] * (44 - end)
    assert list(scores) == [7] * at + here + [7] * (44 - end)


@both
@pytest.mark.parametrize(
    ("docs", "values", "at"),
    [
        ([1, 2], [1.0], 0),
        ([2, 1], [1.0, 1.0], 0),
        ([1, 1], [1.0, 1.0], 0),
        ([1], [-1.0], 0),
        ([1], [float("nan")], 0),
        ([1], [1.0], 2),
        ([1], [1.0], 3),
        ([1], [1.0], -1),
    ],
)
def test_what_cannot_be_copied_is_refused(load, docs, values, at):
    with pytest.raises(ValueError, match=r"in order|no room|as many"):
        load("impacts").copy(
            array("I", docs), array("d", values), 0, 9, array("I", [0] * 2), array("q", [0] * 2), at
        )


@both
def test_scores_that_would_not_add_up_are_refused(load):
    to, scores = array("I", [0]), array("q", [0])
    impacts = load("impacts")
    with pytest.raises(OverflowError, match="too high to be kept"):
        impacts.copy(array("I", [1]), array("d", [65536.0]), 0, 9, to, scores, 0)
    assert impacts.copy(array("I", [1]), array("d", [65535.5]), 0, 9, to, scores, 0) == 1
    for count in (2, 300):
        with pytest.raises(OverflowError, match="too high to be added up"):
            load("top_windows").top(
                to, scores, array("q"), array("q", [0, 0, 1, -1] * count), 9, b"", 5, -1.0, 9
            )
