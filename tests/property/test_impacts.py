"""Scores of terms as they are kept, and their tables of windows: those of scoring every document."""

from __future__ import annotations

import random
from array import array
from itertools import pairwise

import pytest
from hypothesis import given

from tests.helpers.kernels import both, plain
from tests.property.posting_lists import seeds
from tests.property.scored_documents import (
    collection,
    impacts,
    some_collection,
    some_query,
    written,
)

pytestmark = pytest.mark.kernels


@both
@given(seed=seeds)
def test_what_is_written_are_the_scores_of_all_documents(load, seed):
    chance = random.Random(seed)
    documents = some_collection(chance, 3)
    query = some_query(chance, documents)
    docs, scores, ends = written(load, documents, query)
    assert scores == written(plain, documents, query)[1]
    for term, (start, end) in enumerate(pairwise(ends)):
        expected = sorted(impacts(documents, query, term).items())
        assert list(zip(docs[start:end], scores[start:end], strict=True)) == expected
    assert not any(docs[ends[-1] :])
    assert not any(scores[ends[-1] :])


DOCS, SCORES = array("I", [1, 3, 40, 63]), array("q", [5, 7, 6, 5])


def to_write(**changes):
    documents = collection([{1: 1, 3 * 40 + 1: 1}], array("I", [5] * (3 * 64)), 5)
    named = {
        "words": documents.words,
        "rows": documents.rows[0],
        "weights": array("d", [1.0] * 3),
        "norms": array("d", [1.0] * (3 * 64)),
        "k1": 1.0,
        "idf": 2.0,
        "docs": array("I", [7] * 3),
        "scores": array("q", [7] * 3),
        "at": 1,
    }
    return named | changes


@both
def test_impacts_are_written_where_there_is_room(load):
    named = to_write()
    assert load("list_rows").write_impacts(*named.values()) == 3
    assert list(named["docs"]) == [7, 0, 40]
    assert list(named["scores"]) == [7, 2**40, 2**40]
    assert load("list_rows").write_impacts(*to_write(rows=array("q"), at=3).values()) == 3


@both
@pytest.mark.parametrize(
    "changes",
    [
        {"at": 2},
        {"at": -1},
        {"at": 2**62},
        {"at": 4, "rows": array("q")},
        {"docs": array("I", [7] * 2)},
        {"scores": array("q", [7] * 2)},
        {"weights": array("d", [1.0] * 2)},
        {"weights": array("d", [1.0] * 4)},
        {"norms": array("d", [1.0] * 3 * 40)},
        {"norms": array("d")},
        {
            "rows": to_write()["rows"] * 2,
            "docs": array("I", [7] * 9),
            "scores": array("q", [7] * 9),
        },
    ],
)
def test_what_can_not_be_written_is_refused(load, changes):
    named = to_write(**changes)
    with pytest.raises(ValueError, match=r"no room|three fields|damaged"):
        load("list_rows").write_impacts(*named.values())
    assert named["docs"][0] == named["scores"][0] == 7


@both
def test_a_table_has_the_first_impact_and_the_maximum_of_each_window(load):
    tables = array("q", [7] * 8)
    load("impacts").tabulate(DOCS, SCORES, 1, 4, 5, tables, 2, 2)
    assert list(tables) == [7, 7, 1, 8, 2, 7, 4, 7]
    load("impacts").tabulate(DOCS, SCORES, 2, 2, 5, tables, 0, 3)
    assert list(tables) == [2, 0, 2, 0, 2, 0, 2, 7]


@both
@pytest.mark.parametrize(
    ("start", "end", "window_bits", "at", "windows"),
    [
        (-1, 4, 5, 0, 2),
        (3, 2, 5, 0, 2),
        (0, 5, 5, 0, 2),
        (0, 4, 4, 0, 4),
        (0, 4, 31, 0, 1),
        (0, 4, 5, 7, 2),
        (0, 4, 5, -1, 2),
        (0, 4, 5, 0, 6),
        (0, 4, 5, 0, -1),
        (0, 4, 5, 0, 1),
    ],
)
def test_tables_that_do_not_fit_are_refused(load, start, end, window_bits, at, windows):
    with pytest.raises(ValueError, match=r"fit together|none of the windows"):
        load("impacts").tabulate(
            DOCS, SCORES, start, end, window_bits, array("q", [7] * 11), at, windows
        )
