"""Phrases of a segment: the same, whether the occurrences of a word are kept or too many for it."""

from __future__ import annotations

import pytest

from searchlib import Article
from searchlib.segment.phrase_finding import PhraseFinder
from searchlib.store.snapshot import Snapshot
from tests.helpers.indexes import indexed
from tests.helpers.ranking import scorer_of

pytestmark = pytest.mark.kernels

BODIES = ["a b a b", "b a", "a x b", "c b a b c", ""]
FIELDS = ("headline", "body", "caption")


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    articles = (Article(article_id=str(n), body=body) for n, body in enumerate(BODIES))
    more = [Article(article_id="5", headline="a", body="b", caption="a b")]
    return scorer_of(indexed([*articles, *more], analyzer="plain")).snapshot


def find(snapshot: Snapshot, most_kept: int, *places: str) -> list[tuple[int, str, int]]:
    """Return document, field and position of the last words; "a|b" are alternatives."""
    (part,) = snapshot.parts
    finder = PhraseFinder(part.segment, most_kept)
    words = [
        [(term, rows) for term in place.split("|") if (rows := snapshot.term(term).lists[0])]
        for place in places
    ]
    for _ in range(2):  # the second takes what was kept
        found = finder.find(words)
    return [(at >> 32, FIELDS[at >> 30 & 3], at & (1 << 30) - 1) for at in found]


@pytest.mark.parametrize("most_kept", [0, 2, 5, 1000])
@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (("a", "b"), [(0, "body", 1), (0, "body", 3), (3, "body", 3), (5, "caption", 1)]),
        (("b", "a"), [(0, "body", 2), (1, "body", 1), (3, "body", 2)]),
        (("a", "b", "a"), [(0, "body", 2)]),
        (("a", "b|x"), "as a b, and a x"),
        (("c|a", "b", "a|c"), [(0, "body", 2), (3, "body", 2), (3, "body", 4)]),
        (("c", "x"), []),
        (("c",), [(3, "body", 0), (3, "body", 4)]),
    ],
)
def test_where_words_stand_side_by_side(snapshot, most_kept, places, expected):
    if isinstance(expected, str):
        expected = sorted(
            find(snapshot, 1000, "a", "b") + find(snapshot, 1000, "a", "x"),
            key=lambda found: (found[0], FIELDS.index(found[1]), found[2]),
        )
    assert find(snapshot, most_kept, *places) == expected


@pytest.mark.parametrize("most_kept", [0, 1000])
def test_all_occurrences_of_a_term(snapshot, most_kept):
    (part,) = snapshot.parts
    rows = snapshot.term("a").lists[0]
    assert rows is not None
    finder = PhraseFinder(part.segment, most_kept)
    found = [(at >> 32, at >> 30 & 3, at & 7) for at in finder.occurrences("a", rows)]
    assert found == [*((0, 1, 0), (0, 1, 2), (1, 1, 1), (2, 1, 0), (3, 1, 2), (5, 0, 0), (5, 2, 0))]
