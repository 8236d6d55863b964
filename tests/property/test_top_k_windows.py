"""The best documents by windows are those of scoring every document: numbers, order and scores."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import random
from array import array
from itertools import accumulate
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

KERNELS = Path(importlib.import_module("searchlib.kernels").__path__[0])
MAY, MUST, MUST_NOT = 0, 1, 2


@functools.cache
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
seeds = st.integers(0, 2**32 - 1)


class Collection(NamedTuple):
    """The frequencies of some terms in some documents, and their lists."""

    tfs: list[dict[int, int]]  # of each term: 3 * document + field -> frequency
    lengths: array
    window_bits: int
    words: array
    lists: list[tuple[array, array]]  # rows and points


def collection(tfs: list[dict[int, int]], lengths: array, window_bits: int) -> Collection:
    """Encode and parse lists."""
    inverting, reading = built("inverting"), built("lists")
    spans, positions = array("I"), array("I")
    ends = array("Q")
    for term in tfs:
        for span, tf in sorted(term.items()):
            spans.extend([span] * tf)
            positions.extend(range(tf))
        ends.append(len(spans))
    count = len(tfs)
    starts, dfs, masks = (
        array("Q", bytes(8 * count)),
        array("I", bytes(4 * count)),
        bytearray(count),
    )
    out = array("Q", bytes(32 * len(spans) + 8 * 1000 * count))
    last, used = inverting.encode(
        0, ends, spans, positions, array("I", bytes(4 * len(spans))), array("I", [1] * count),
        lengths, window_bits, out, starts, dfs, masks,
    )  # fmt: skip
    assert last == count
    words = out[: (used + 7) // 8 + 1]
    data = words.tobytes()
    lists = [
        reading.parse(data, words, start, lengths, window_bits)[:2]
        if df
        else (array("q"), array("I"))
        for start, df in zip(starts, dfs, strict=True)
    ]
    return Collection(tfs, lengths, window_bits, words, lists)


class Query(NamedTuple):
    roles: list[int]
    weights: list[list[float]]
    idfs: list[float]
    b: float
    k1: float
    k: int
    threshold: float
    excluded: set[int]


def averages_of(lengths: array) -> array:
    fields = [lengths[field::3] for field in range(3)]
    return array("d", [sum(field) / max(1, len(field) - field.count(0)) for field in fields])


def searched(load, documents: Collection, query: Query) -> tuple[list[tuple[int, float]], int]:
    """Ask the kernel."""
    averages = averages_of(documents.lengths)
    rows, highest, counts = array("q"), array("d"), []
    for (term_rows, points), weights in zip(documents.lists, query.weights, strict=True):
        rows += term_rows
        bounds = load("lists").bounds(points, array("d", weights), query.b, averages)
        highest += bounds
        counts.append(len(bounds))
    excluded = b""
    if query.excluded:
        bits = sum(1 << doc for doc in query.excluded)
        excluded = bits.to_bytes(len(documents.lengths) // 3 // 8 + 1, "little")
    docs, scores, visited = load("ranking").top(
        documents.words,
        rows,
        highest,
        array("q", accumulate(counts)),
        array("q", query.roles),
        array("d", [weight for weights in query.weights for weight in weights]),
        array("d", query.idfs),
        load("bm25f").norms(documents.lengths, query.b, averages),
        excluded,
        query.k1,
        query.k,
        query.threshold,
        documents.window_bits,
    )
    assert (docs.typecode, scores.typecode) == ("I", "d")
    return list(zip(docs, scores, strict=True)), visited


def scored(documents: Collection, query: Query) -> list[tuple[int, float]]:
    """Score every document."""
    averages = averages_of(documents.lengths)
    found = []
    for doc in range(len(documents.lengths) // 3):
        total = 0
        has = []
        for tfs, weights, idf in zip(documents.tfs, query.weights, query.idfs, strict=True):
            frequency = 0.0
            seen = False
            for field, weight in enumerate(weights):
                tf = tfs.get(3 * doc + field, 0)
                if tf and weight >= 0.0:
                    seen = True
                    length = documents.lengths[3 * doc + field]
                    norm = 1.0 / (1.0 - query.b + query.b * length / averages[field])
                    frequency += weight * tf * norm
            has.append(seen)
            if seen and query.roles[len(has) - 1] != MUST_NOT and frequency > 0.0:
                total += int(idf * frequency / (query.k1 + frequency) * 2**40 + 0.5)
        must, may, must_not = (
            [seen for seen, role in zip(has, query.roles, strict=True) if role == wanted]
            for wanted in (MUST, MAY, MUST_NOT)
        )
        if (
            (all(must) if must else any(may))
            and not any(must_not)
            and doc not in query.excluded
            and total / 2**40 > query.threshold
        ):
            found.append((doc, total / 2**40))
    found.sort(key=lambda hit: (-hit[1], hit[0]))
    return found[: query.k]


def some_collection(chance: random.Random, num_terms: int) -> Collection:
    num_docs = chance.choice((1, 40, 100, 300, 500))
    few_lengths = chance.choice(((1, 2), (5, 10, 20), range(1, 90)))
    highest = chance.choice((1, 2, 6))
    lengths = array("I", [chance.choice(few_lengths) + 6 for _ in range(3 * num_docs)])
    tfs: list[dict[int, int]] = []
    for _ in range(num_terms):
        share = chance.choice((0.003, 0.02, 0.1, 0.3, 0.9, 1.0))
        fields = chance.choice(((0,), (1,), (2,), (0, 1), (0, 1, 2)))
        # Often in some stretch of the documents, or in all of them.
        first = chance.choice((0, 0, num_docs // 2, num_docs - num_docs // 4))
        last = chance.choice((num_docs, min(num_docs, first + 70)))
        tfs.append(
            {
                3 * doc + field: chance.randint(1, highest)
                for doc in range(first, last)
                for field in fields
                if chance.random() < share
            }
        )
        if chance.random() < 0.3:  # some that stand out
            for _ in range(3):
                tfs[-1][3 * chance.randrange(num_docs) + chance.choice(fields)] = 6
    return collection(tfs, lengths, chance.choice((5, 5, 6, 7, 8)))


def some_query(chance: random.Random, documents: Collection) -> Query:
    terms = len(documents.tfs)
    roles_from = chance.choice(
        ((MAY,), (MUST,), (MAY, MUST), (MAY, MAY, MUST_NOT), (MAY, MUST, MUST_NOT))
    )
    weights_from = chance.choice(((1.0,), (1.0, 2.0, 0.5), (1.0, 0.0, -1.0), (3.7, -1.0, 1e4)))
    idfs_from = chance.choice(((1.0,), (0.0, 1.0), (0.5, 1.0, 2.0), (0.001, 7.3, 22.1)))
    num_docs = len(documents.lengths) // 3
    query = Query(
        [chance.choice(roles_from) for _ in range(terms)],
        [[chance.choice(weights_from) for _ in range(3)] for _ in range(terms)],
        [chance.choice(idfs_from) for _ in range(terms)],
        chance.choice((0.0, 0.75, 1.0)),
        chance.choice((0.0, 1.2)),
        chance.choice((1, 1, 3, 10, 10, 100, num_docs, num_docs + 5)),
        -1.0,
        set(),
    )
    if chance.random() < 0.3:
        share = chance.choice((0.01, 0.5, 1.0))
        excluded = {doc for doc in range(num_docs) if chance.random() < share}
        query = query._replace(excluded=excluded)
    if chance.random() < 0.3:
        # 0, or just what some document scores.
        scores = [score for _, score in scored(documents, query)] or [0.5]
        query = query._replace(threshold=chance.choice((0.0, chance.choice(scores), scores[-1])))
    return query


@both
@given(seed=seeds, terms=st.integers(1, 5))
def test_the_best_are_those_of_scoring_every_document(load, seed, terms):
    chance = random.Random(seed)
    documents = some_collection(chance, terms)
    for _ in range(4):
        query = some_query(chance, documents)
        found, visited = searched(load, documents, query)
        assert found == scored(documents, query)
        assert visited <= (len(documents.lengths) // 3 - 1 >> documents.window_bits) + 1


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
def test_excluded_documents_do_not_take_places(load):
    documents = with_one_good_window()
    query = Query([MAY, MAY], [[1.0, 1.0, 1.0]] * 2, [1.5, 2.0], 0.75, 1.2, 2, -1.0, {333, 335})
    found, _ = searched(load, documents, query)
    assert [doc for doc, _ in found] == [334, 0]


@both
@pytest.mark.parametrize("roles", [[MUST_NOT], [MUST_NOT, MUST_NOT]])
def test_terms_that_must_not_be_there_alone_find_nothing(load, roles):
    documents = with_one_good_window()
    documents = documents._replace(lists=documents.lists[: len(roles)])
    query = Query(roles, [[1.0] * 3] * len(roles), [1.0] * len(roles), 0.75, 1.2, 10, -1.0, set())
    assert searched(load, documents, query) == ([], 0)


def arguments(**changes):
    documents = with_one_good_window(64, 3)
    rows, points = documents.lists[0]
    norms = built("bm25f").norms(documents.lengths, 0.75, array("d", [20.0] * 3))
    bounds = built("lists").bounds(points, array("d", [1.0] * 3), 0.75, array("d", [20.0] * 3))
    named = {
        "words": documents.words,
        "rows": rows,
        "highest": bounds,
        "ends": array("q", [len(bounds)]),
        "roles": array("q", [MAY]),
        "weights": array("d", [1.0] * 3),
        "idfs": array("d", [1.0]),
        "norms": norms,
        "excluded": b"",
        "k1": 1.2,
        "k": 10,
        "threshold": -1.0,
        "window_bits": 5,
    }
    return (named | changes).values()


@both
def test_arguments_that_fit_are_taken(load):
    assert len(load("ranking").top(*arguments())[0]) == 10


@both
@pytest.mark.parametrize(
    "changes",
    [
        {"rows": array("q")},
        {"highest": array("d", [1.0])},
        {"ends": array("q", [1])},
        {"ends": array("q", [3])},
        {"ends": array("q", [1, 2])},
        {"roles": array("q")},
        {"weights": array("d", [1.0] * 2)},
        {"idfs": array("d")},
        {"idfs": array("d", [1.0, 2.0])},
        {"norms": array("d")},
        {"norms": array("d", [1.0] * 3)},  # of one document: the rows have more
        {"excluded": b"\0" * 7},
        {"k": 0},
        {"k": -1},
        {"window_bits": 4},
        {"window_bits": 31},
        {"window_bits": 6},  # the rows are those of windows of 32
        {
            "ends": array("q", [3, 2]),
            "roles": array("q", [MAY, MAY]),
            "weights": array("d", [1.0] * 6),
            "idfs": array("d", [1.0, 1.0]),
        },
        {
            "ends": array("q", [-1, 2]),
            "roles": array("q", [MAY, MAY]),
            "weights": array("d", [1.0] * 6),
            "idfs": array("d", [1.0, 1.0]),
        },
    ],
)
def test_arguments_that_do_not_fit_are_refused(load, changes):
    with pytest.raises(ValueError, match=r"fit together|damaged"):
        load("ranking").top(*arguments(**changes))


@both
def test_rows_of_wider_windows_are_refused(load):
    documents = collection([{1: 1, 3 * 40 + 1: 1}], array("I", [5] * (3 * 64)), 6)
    rows, _ = documents.lists[0]
    named = {"words": documents.words, "rows": rows, "highest": array("d", [1.0])}
    fitting = arguments(**named, ends=array("q", [1]), window_bits=6)
    assert list(load("ranking").top(*fitting)[0]) == [0, 40]
    with pytest.raises(ValueError, match="damaged"):
        load("ranking").top(*arguments(**named, ends=array("q", [1])))
