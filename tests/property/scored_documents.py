"""Articles at random with the lists of some terms, queries for them, and every article scored."""

from __future__ import annotations

import random
from array import array
from typing import NamedTuple

from tests.helpers.kernels import built

MAY, MUST, MUST_NOT = 0, 1, 2


class Collection(NamedTuple):
    """The frequencies of some terms in some documents, and their lists."""

    tfs: list[dict[int, int]]  # of each term: 3 * document + field -> frequency
    lengths: array
    window_bits: int
    words: array
    rows: list[array]

    @property
    def num_docs(self) -> int:
        return len(self.lengths) // 3


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
        len(lengths) // 3, window_bits, out, starts, dfs, masks,
    )  # fmt: skip
    assert last == count
    words = out[: (used + 7) // 8 + 1]
    data = words.tobytes()
    rows = [
        reading.parse(data, words, start, len(lengths) // 3, window_bits)[0] if df else array("q")
        for start, df in zip(starts, dfs, strict=True)
    ]
    return Collection(tfs, lengths, window_bits, words, rows)


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


def norms_of(load, documents: Collection, query: Query) -> array:
    return load("bm25f").norms(documents.lengths, query.b, averages_of(documents.lengths))


def written(load, documents: Collection, query: Query) -> tuple[array, array, list[int]]:
    """Write the impacts of all terms one after the other, and give where each ends."""
    room = sum(len(tfs) for tfs in documents.tfs) + 1
    docs, scores = array("I", bytes(4 * room)), array("q", bytes(8 * room))
    norms = norms_of(load, documents, query)
    ends = [0]
    for rows, weights, idf in zip(documents.rows, query.weights, query.idfs, strict=True):
        ends.append(
            load("list_rows").write_impacts(
                documents.words, rows, array("d", weights), norms, query.k1, idf, docs, scores,
                ends[-1],
            )
        )  # fmt: skip
    return docs, scores, ends


def impacts(documents: Collection, query: Query, term: int) -> dict[int, int]:
    """Score every document for one term, in units."""
    averages = averages_of(documents.lengths)
    found: dict[int, int] = {}
    frequencies: dict[int, float] = {}
    for span, tf in sorted(documents.tfs[term].items()):
        doc, field = divmod(span, 3)
        weight = query.weights[term][field]
        if weight >= 0.0:
            norm = 1.0 / (1.0 - query.b + query.b * documents.lengths[span] / averages[field])
            frequencies[doc] = frequencies.get(doc, 0.0) + weight * tf * norm
    for doc, frequency in frequencies.items():
        found[doc] = 0
        if frequency > 0.0:
            score = query.idfs[term] * frequency / (query.k1 + frequency)
            found[doc] = int(score * 2**40 + 0.5)
    return found


def scored(documents: Collection, query: Query) -> list[tuple[int, float]]:
    """Score every document."""
    of_terms = {
        wanted: [
            impacts(documents, query, term)
            for term, role in enumerate(query.roles)
            if role == wanted
        ]
        for wanted in (MAY, MUST, MUST_NOT)
    }
    found = []
    for doc in range(documents.num_docs):
        must, may, must_not = (
            [doc in term for term in of_terms[role]] for role in (MUST, MAY, MUST_NOT)
        )
        total = sum(term.get(doc, 0) for term in of_terms[MUST] + of_terms[MAY]) / 2**40
        if (
            (all(must) if must else any(may))
            and not any(must_not)
            and doc not in query.excluded
            and total > query.threshold
        ):
            found.append((doc, total))
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
    num_docs = documents.num_docs
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
