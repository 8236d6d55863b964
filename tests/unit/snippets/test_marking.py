"""Which characters of a passage are marked."""

from __future__ import annotations

import pytest

from searchlib.snippets.graphemes import Graphemes
from searchlib.snippets.marking import marks_within

TEXT = "0123456789"


def marks(*spans: tuple[int, int], within: tuple[int, int] = (0, 10), text: str = TEXT):
    return list(marks_within(spans, *within, Graphemes(text)))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(1, 2), (4, 6)], [(1, 2), (4, 6)]),
        # Marks that overlap or touch are one.
        ([(1, 3), (2, 5)], [(1, 5)]),
        ([(1, 3), (3, 5)], [(1, 5)]),
        ([(1, 6), (2, 3), (7, 8)], [(1, 6), (7, 8)]),
        ([(2, 2)], []),
    ],
)
def test_marks_are_sorted_and_apart(spans, expected):
    assert marks(*spans) == expected


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(4, 6)], [(1, 3)]),  # counted from the start of the passage
        ([(3, 8)], [(0, 5)]),
        ([(0, 3), (8, 9)], []),
        # A match that reaches out is marked only if there is no whole one.
        ([(2, 5), (5, 6)], [(2, 3)]),
        ([(2, 5)], [(0, 2)]),
        ([(0, 10)], [(0, 5)]),
        ([(7, 9)], [(4, 5)]),
    ],
)
def test_in_a_passage_from_3_to_8(spans, expected):
    assert marks(*spans, within=(3, 8)) == expected


def test_no_mark_ends_inside_a_character():
    text = "ae\u0301b"
    assert marks((0, 2), within=(0, 4), text=text) == [(0, 3)]
    assert marks((2, 4), within=(0, 4), text=text) == [(1, 4)]
    assert marks((2, 4), within=(2, 4), text=text) == [(0, 2)]  # as the passage was cut
