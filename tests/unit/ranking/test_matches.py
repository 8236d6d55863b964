"""Lists of documents and how they combine."""

from __future__ import annotations

from array import array

import pytest

from searchlib.ranking.matches import NO_MATCHES, Matches, all_of, any_of, times

pytestmark = pytest.mark.kernels


def matches(**scores: float) -> Matches:
    """Return matches by the name of the document: d3 is document 3."""
    return Matches(array("I", [int(doc[1:]) for doc in scores]), array("d", scores.values()))


FIRST = matches(d1=1.0, d3=2.0, d9=4.0)
SECOND = matches(d0=8.0, d3=16.0)
THIRD = matches(d3=32.0, d9=64.0)


@pytest.mark.parametrize(
    ("doc", "score"), [(0, None), (1, 1.0), (2, None), (3, 2.0), (9, 4.0), (10, None)]
)
def test_the_score_of_a_document(doc, score):
    assert FIRST.score_of(doc) == score
    assert NO_MATCHES.score_of(doc) is None


def test_the_documents_of_any_list_have_the_sum():
    assert any_of([]) == NO_MATCHES
    assert any_of([FIRST]) == FIRST
    assert any_of([FIRST, SECOND]) == matches(d0=8.0, d1=1.0, d3=18.0, d9=4.0)
    assert any_of([NO_MATCHES, FIRST, SECOND, THIRD]) == matches(d0=8.0, d1=1.0, d3=50.0, d9=68.0)


@pytest.mark.parametrize("count", range(1, 12))
def test_any_number_of_lists_is_merged_to_one(count):
    # Document k is in the lists from k on, so has the score count - k.
    lists = [matches(**{f"d{doc}": 1.0 for doc in range(number + 1)}) for number in range(count)]
    expected = matches(**{f"d{doc}": float(count - doc) for doc in range(count)})
    assert any_of(iter(lists)) == any_of(lists[::-1]) == expected


def test_the_documents_of_every_list_have_the_sum_whichever_is_the_shortest():
    assert all_of([FIRST]) == FIRST
    for lists in ([FIRST, SECOND, THIRD], [THIRD, SECOND, FIRST]):
        assert all_of(lists) == matches(d3=50.0)
    assert all_of([FIRST, NO_MATCHES]) == NO_MATCHES


def test_nothing_that_is_combined_is_changed():
    any_of([FIRST, SECOND])
    all_of([FIRST, SECOND])
    times(FIRST, 3)
    assert matches(d1=1.0, d3=2.0, d9=4.0) == FIRST


def test_a_multiple_of_the_scores():
    assert times(FIRST, 1) == FIRST
    assert times(FIRST, 3) == matches(d1=3.0, d3=6.0, d9=12.0)
