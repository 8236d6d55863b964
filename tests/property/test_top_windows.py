"""The best documents by windows: those of scoring every document."""

from __future__ import annotations

import random
from array import array
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.kernels import both, built, plain
from tests.helpers.outcomes import outcome
from tests.property.posting_lists import seeds
from tests.property.scored_documents import (
    MAY,
    MUST,
    MUST_NOT,
    Collection,
    Query,
    collection,
    scored,
    some_collection,
    some_query,
    written,
)

pytestmark = pytest.mark.kernels


def bits_of(excluded: set[int], num_docs: int) -> bytes:
    return sum(1 << doc for doc in excluded).to_bytes((num_docs + 7) // 8, "little")


def searched(load, documents: Collection, query: Query) -> tuple[list[tuple[int, float]], int]:
    """Ask the kernels."""
    docs, scores, ends = written(load, documents, query)
    terms, tables = array("q"), array("q")
    windows = ((documents.num_docs - 1) >> documents.window_bits) + 1
    for number, (role, (start, end)) in enumerate(zip(query.roles, pairwise(ends), strict=True)):
        # Every other term has a table, in what is an array in use already.
        at = len(tables) if number % 2 else -1
        terms.extend((role, start, end, at))
        if at >= 0:
            tables.extend([17] * (2 * windows + 1))
            load("impacts").tabulate(
                docs, scores, start, end, documents.window_bits, tables, at, windows
            )
    found, values, visited = load("top_windows").top(
        docs,
        scores,
        tables,
        terms,
        documents.num_docs,
        bits_of(query.excluded, documents.num_docs) if query.excluded else b"",
        query.k,
        query.threshold,
        documents.window_bits,
    )
    assert (found.typecode, values.typecode) == ("I", "d")
    return list(zip(found, values, strict=True)), visited


@both
@given(seed=seeds, terms=st.integers(1, 5))
def test_the_best_are_those_of_scoring_every_document(load, seed, terms):
    chance = random.Random(seed)
    documents = some_collection(chance, terms)
    for _ in range(4):
        query = some_query(chance, documents)
        found, visited = searched(load, documents, query)
        assert found == scored(documents, query)
        assert visited <= (documents.num_docs - 1 >> documents.window_bits) + 1


@both
@given(seed=seeds)
def test_mixtures_of_roles_are_right(load, seed):
    chance = random.Random(seed)
    documents = some_collection(chance, 3)
    query = some_query(chance, documents)._replace(k=5)
    for number in chance.sample(range(27), 7):
        mixed = query._replace(roles=[number // 9, number // 3 % 3, number % 3])
        assert searched(load, documents, mixed)[0] == scored(documents, mixed)


def with_one_good_window(num_docs: int = 640, good: int = 333) -> Collection:
    """Make two terms that stand in all documents, and more often in a few in one window."""
    lengths = array("I", [20] * (3 * num_docs))
    tfs = [{3 * doc + 1: 1 for doc in range(num_docs)} for _ in range(2)]
    for term in tfs:
        for doc in range(good, good + 3):
            term[3 * doc + 1] = 9
    return collection(tfs, lengths, 5)


@both
@pytest.mark.parametrize("roles", [[MAY, MAY], [MUST, MUST], [MUST, MAY]])
def test_windows_that_cannot_win_are_not_looked_at(load, roles):
    documents = with_one_good_window()
    query = Query(roles, [[1.0, 1.0, 1.0]] * 2, [1.5, 2.0], 0.75, 1.2, 3, -1.0, set())
    found, visited = searched(load, documents, query)
    assert [doc for doc, _ in found] == [333, 334, 335]
    assert found == scored(documents, query)
    assert visited == 1
    # One more that all the others tie for: the first wins.
    query = query._replace(k=4)
    found, _ = searched(load, documents, query)
    assert [doc for doc, _ in found] == [333, 334, 335, 0]


@both
def test_windows_that_cannot_reach_the_threshold_are_not_looked_at(load):
    documents = with_one_good_window()
    query = Query([MAY, MAY], [[1.0, 1.0, 1.0]] * 2, [1.5, 2.0], 0.75, 1.2, 100, -1.0, set())
    best = scored(documents, query)[0][1]
    between = query._replace(threshold=best - 0.01)
    found, visited = searched(load, documents, between)
    assert [doc for doc, _ in found] == [333, 334, 335]
    assert visited == 1
    assert searched(load, documents, query._replace(threshold=best))[0] == []
    for far in (8388608.0, 1e30, float("inf")):
        assert searched(load, documents, query._replace(threshold=far)) == ([], 0)


@both
def test_windows_without_a_term_that_must_be_there_are_not_looked_at(load):
    tfs = [{3 * doc: 1 for doc in range(640)}, {3 * doc: 1 for doc in (7, 300, 301)}]
    documents = collection(tfs, array("I", [20] * (3 * 640)), 5)
    for roles, windows in (([MAY, MUST], 2), ([MUST, MUST], 2), ([MUST, MAY], 20)):
        query = Query(roles, [[1.0] * 3] * 2, [1.5, 2.0], 0.75, 1.2, 640, -1.0, set())
        found, visited = searched(load, documents, query)
        assert found == scored(documents, query)
        assert visited == windows


@both
def test_excluded_documents_do_not_take_places(load):
    documents = with_one_good_window()
    query = Query([MAY, MAY], [[1.0, 1.0, 1.0]] * 2, [1.5, 2.0], 0.75, 1.2, 2, -1.0, {333, 335})
    found, _ = searched(load, documents, query)
    assert [doc for doc, _ in found] == [334, 0]


@both
@pytest.mark.parametrize("roles", [[MUST_NOT], [MUST_NOT, MUST_NOT]])
def test_terms_that_must_not_be_there_alone_find_nothing(load, roles):
    documents = with_one_good_window()
    documents = documents._replace(
        tfs=documents.tfs[: len(roles)], rows=documents.rows[: len(roles)]
    )
    query = Query(roles, [[1.0] * 3] * len(roles), [1.0] * len(roles), 0.75, 1.2, 10, -1.0, set())
    assert searched(load, documents, query) == ([], 0)


# What is kept between calls


@pytest.mark.parametrize("bits", [5, 8])
@both
def test_calls_in_a_row_do_not_see_each_other(load, bits):
    chance = random.Random(bits)
    several = [some_collection(chance, chance.randint(1, 5)) for _ in range(4)]
    for _ in range(40 if load is built else 8):
        documents = chance.choice(several)._replace(window_bits=bits)
        query = some_query(chance, documents)
        assert searched(load, documents, query)[0] == scored(documents, query)


@both
def test_a_call_after_an_error_finds_the_same(load):
    chance = random.Random(1)
    documents = with_one_good_window()
    query = Query([MAY, MAY], [[1.0] * 3] * 2, [1.5, 2.0], 0.75, 1.2, 300, -1.0, set())
    expected = scored(documents, query)
    # One list that is right, and has sums and stages set; then one that is found wrong in a window.
    docs = array("I", [*range(640), *range(320, 350), 3])
    scores = array("q", [9] * len(docs))
    for role in (MAY, MUST, MUST_NOT):
        terms = array("q", [MAY, 0, 640, -1, role, 640, len(docs), -1])
        for _ in range(3):
            assert searched(load, documents, query)[0] == expected
            with pytest.raises(ValueError, match="order"):
                load("top_windows").top(
                    docs, scores, array("q"), terms, 640, b"", chance.randint(1, 640), -1.0, 5
                )
    assert searched(load, documents, query)[0] == expected


def test_threads_do_not_see_each_other():
    chance = random.Random(3)
    asked = []
    for _ in range(6):
        documents = some_collection(chance, 4)._replace(window_bits=6)
        query = some_query(chance, documents)
        asked.append((documents, query, scored(documents, query)))

    def ask(seed: int) -> int:
        own = random.Random(seed)
        right = 0
        for _ in range(150):
            documents, query, expected = own.choice(asked)
            right += searched(built, documents, query)[0] == expected
        return right

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [150] * 8


# Arguments

DOCS, SCORES = array("I", [1, 3, 40, 63]), array("q", [5, 7, 6, 5])


def arguments(**changes):
    named = {
        "docs": DOCS,
        "scores": SCORES,
        "tables": array("q", [0, 9, 0, 9, 0]),
        "terms": array("q", [MAY, 0, 4, -1]),
        "num_docs": 64,
        "excluded": b"",
        "k": 10,
        "threshold": -1.0,
        "window_bits": 5,
    }
    return (named | changes).values()


@both
def test_arguments_that_fit_are_taken(load):
    for changes in ({}, {"excluded": bytes(8)}, {"num_docs": 2**20}, {"window_bits": 10}):
        found, scores, _ = load("top_windows").top(*arguments(**changes))
        assert list(found) == [3, 40, 1, 63]
        assert list(scores) == [7 / 2**40, 6 / 2**40, 5 / 2**40, 5 / 2**40]
    assert load("top_windows").top(*arguments(terms=array("q", [MAY, 2, 2, -1])))[2] == 0


@both
@pytest.mark.parametrize(
    "changes",
    [
        {"docs": DOCS[:3]},
        {"scores": SCORES[:3]},
        {"terms": array("q")},
        {"terms": array("q", [MAY, 0, 4])},
        {"terms": array("q", [-1, 0, 4, -1])},
        {"terms": array("q", [3, 0, 4, -1])},
        {"terms": array("q", [MAY, -1, 4, -1])},
        {"terms": array("q", [MAY, 0, 5, -1])},
        {"terms": array("q", [MUST_NOT, 0, 5, -1])},
        {"terms": array("q", [MAY, 3, 2, -1])},
        {"terms": array("q", [MAY, 0, 4, -1, MAY, 0, 2**62, -1])},
        {"terms": array("q", [MAY, 0, 4, 1])},
        {"terms": array("q", [MAY, 0, 4, -2])},
        {"terms": array("q", [MAY, 0, 4, 2**62])},
        {"num_docs": 0},
        {"num_docs": -1},
        {"num_docs": 2**32},
        {"excluded": bytes(7)},
        {"k": 0},
        {"k": -1},
        {"window_bits": 4},
        {"window_bits": 31},
        # Documents that are not there: in the last window, in one that is not.
        {"num_docs": 63},
        {"num_docs": 41, "excluded": bytes(6)},
        {"num_docs": 32},
        {"num_docs": 1},
        # Documents that are not in order.
        {"docs": array("I", [1, 63, 3, 40])},
        {"docs": array("I", [40, 41, 42, 3])},
        {"docs": array("I", [1, 3, 2**32 - 1, 63])},
    ],
)
def test_arguments_that_do_not_fit_are_refused(load, changes):
    with pytest.raises(ValueError, match=r"fit together|not in order"):
        load("top_windows").top(*arguments(**changes))


@both
def test_so_many_required_terms_are_taken_and_no_more(load):
    must = array("q", [MUST, 0, 4, -1])
    found, scores, _ = load("top_windows").top(*arguments(terms=must * 60))
    assert list(found) == [3, 40, 1, 63]
    assert list(scores) == [60 * units / 2**40 for units in (7, 6, 5, 5)]
    with pytest.raises(ValueError, match="61 terms are required"):
        load("top_windows").top(*arguments(terms=must * 61))


@given(seed=seeds)
@example(seed=83)  # a table whose places are not those of its term
def test_documents_in_any_order_are_refused_or_looked_up(seed):
    chance = random.Random(seed)
    count = chance.choice((1, 5, 100))
    num_docs = chance.choice((1, 33, 64, 100))
    numbers = [chance.randrange(num_docs + 2) for _ in range(count)]
    if chance.random() < 0.7:
        numbers.sort()
    docs = array("I", numbers)
    scores = array("q", [chance.randrange(5) for _ in range(count)])
    terms = array("q")
    for _ in range(chance.randint(1, 3)):
        terms.append(chance.randrange(3))
        terms.extend(sorted((chance.randint(0, count), chance.randint(0, count))))
        terms.append(chance.choice((-1, -1, 0, 1)))
    tables = array("q", [chance.randrange(7) for _ in range(10)])
    excluded = bytes(chance.choice((0, num_docs // 8 + 1)))
    found, expected = (
        outcome(
            lambda load=load: load("top_windows").top(
                docs, scores, tables, terms, num_docs, excluded, 50, -1.0, 5
            )
        )
        for load in (built, plain)
    )
    assert found == expected
    if not isinstance(found, str):
        assert all(doc < num_docs for doc in found[0])
