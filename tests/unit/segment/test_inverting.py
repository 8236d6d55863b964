"""Tokens sorted by term: in one thread or two, what sorted() gives."""

from __future__ import annotations

import random
from array import array

import pytest

from searchlib.segment import inverting
from searchlib.segment.documents import Tokens

pytestmark = pytest.mark.kernels


@pytest.mark.parametrize("shared", [1, 1 << 30])
@pytest.mark.parametrize("batches", [0, 1, 2, 5])
def test_tokens_are_sorted_by_term(monkeypatch, shared, batches):
    monkeypatch.setattr(inverting, "_MIN_PARALLEL_TOKENS", shared)
    chance = random.Random(batches)
    term_of, form_of = array("I", [2, 0, 2, 1, 0]), array("I", [0, 0, 1, 0, 1])
    tokens: list[Tokens] = []
    expected = []
    span = 0
    for _ in range(batches):
        counts = array("I", [chance.randrange(4) for _ in range(3 * chance.randrange(1, 5))])
        pairs = array("I", [chance.randrange(5) for _ in range(sum(counts))])
        places = array("I", [at for count in counts for at in range(count)])
        tokens.append(Tokens(pairs, places, counts))
        for count in counts:
            done = len(expected) - sum(len(batch.pairs) for batch in tokens[:-1])
            for pair, place in zip(pairs[done:][:count], places[done:][:count], strict=True):
                expected.append((term_of[pair], span, place, form_of[pair]))
            span += 1
    expected.sort(key=lambda occurrence: occurrence[:3])
    found = inverting.inverted(tokens, term_of, form_of, 3)
    assert [*zip(found.spans, found.positions, found.forms, strict=True)] == [
        occurrence[1:] for occurrence in expected
    ]
    assert [*found.ends] == [sum(one[0] <= term for one in expected) for term in range(3)]
