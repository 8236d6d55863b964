"""Each kernel, as built and as plain Python, against the obvious way to do it."""

from __future__ import annotations

import math
from array import array
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.whoosh.codec.posting_lists import encode_postings
from searchlib.whoosh.codec.term_dictionary import TermEntry
from tests.helpers.kernels import both, built, plain
from tests.helpers.outcomes import outcome
from tests.helpers.term_dictionaries import opened, written

pytestmark = pytest.mark.kernels

docs = st.sets(st.integers(0, 60)).map(lambda values: array("I", sorted(values)))
numbers = st.floats(0, 1e6, allow_nan=False).map(lambda value: value + 0.0)


@st.composite
def matches(draw: st.DrawFn) -> tuple[array[int], array[float]]:
    found = draw(docs)
    scores = draw(st.lists(numbers, min_size=len(found), max_size=len(found)))
    return found, array("d", scores)


@both
@given(left=matches(), right=matches())
def test_merging_is_set_algebra(load, left, right):
    merging = load("combining")
    a, b = dict(zip(*left, strict=True)), dict(zip(*right, strict=True))

    def as_dict(result):
        assert list(result[0]) == sorted(set(result[0]))
        assert result[0].typecode == "I"
        assert result[1].typecode == "d"
        return dict(zip(*result, strict=True))

    both_sides = {doc: a[doc] + b[doc] for doc in a.keys() & b.keys()}
    assert as_dict(merging.union(*left, *right)) == {**a, **b, **both_sides}
    assert as_dict(merging.intersection(*left, *right)) == both_sides
    assert as_dict(merging.optional(*left, *right)) == {**a, **both_sides}
    rest = {doc: score for doc, score in a.items() if doc not in b}
    assert as_dict(merging.difference(*left, right[0])) == rest


@both
@pytest.mark.parametrize("name", ["union", "intersection", "optional"])
def test_merging_refuses_lengths_that_do_not_fit(load, name):
    with pytest.raises(ValueError, match="as many scores"):
        getattr(load("combining"), name)(
            array("I", [1, 2]), array("d", [1.0]), array("I"), array("d")
        )


@both
@given(
    found=matches(),
    norms=st.lists(st.floats(0, 10), min_size=3 * 61, max_size=3 * 61),
    field=st.integers(0, 2),
    weight=st.floats(0, 10),
)
def test_normalise_is_the_formula(load, found, norms, field, weight):
    result = load("bm25f").normalise(*found, array("d", norms), field, weight)
    for doc, tf, value in zip(*found, result, strict=True):
        assert value == weight * tf * norms[3 * doc + field]


@both
def test_normalise_refuses_a_document_without_a_norm(load):
    with pytest.raises(ValueError, match="document 3 of 3"):
        load("bm25f").normalise(
            array("I", [0, 3]), array("d", [1, 1]), array("d", [1.0] * 9), 0, 1.0
        )


@both
@given(tfs=st.lists(numbers), k1=st.floats(0, 10), idf=st.floats(0, 20))
@example(tfs=[0.0], k1=0.0, idf=1.0)
def test_saturate_is_the_formula_to_a_multiple_of_two_to_the_minus_forty(load, tfs, k1, idf):
    result = load("bm25f").saturate(array("d", tfs), k1, idf)
    for tf, score in zip(tfs, result, strict=True):
        exact = idf * tf / (k1 + tf) if tf else 0.0
        assert (score * 2**40).is_integer()
        assert math.isclose(score, exact, rel_tol=0, abs_tol=2**-41)


@both
@given(scores=st.lists(numbers, max_size=61), ties=st.booleans(), k=st.integers(0, 70))
def test_top_k_is_the_beginning_of_the_sorted_list(load, scores, ties, k):
    if ties:
        scores = [float(int(score) % 3) for score in scores]
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    best = load("top_k").top_k(array("d", scores), k)
    assert best.typecode == "I"
    assert list(best) == order[:k]


@both
def test_top_k_refuses_a_negative_number(load):
    with pytest.raises(ValueError, match="negative"):
        load("top_k").top_k(array("d", [1.0]), -1)


weights = st.one_of(
    st.just(1.0),
    st.integers(0, 2**32 - 1).map(float),
    st.floats(0, 1e9, allow_nan=False),
)


@st.composite
def posting_lists(draw: st.DrawFn) -> tuple[list[int], list[float]]:
    gaps = draw(st.lists(st.sampled_from((0, 0, 1, 5, 300, 70_000)), min_size=1, max_size=400))
    docs = list(accumulate(gap + 1 for gap in gaps))
    kind = draw(st.sampled_from((st.just(1.0), st.integers(1, 300).map(float), weights)))
    return docs, draw(st.lists(kind, min_size=len(docs), max_size=len(docs)))


@both
@given(found=posting_lists(), base=st.sampled_from((0, 7, 1000)), payload=st.binary(max_size=3))
def test_posting_lists_decode_to_what_was_encoded(load, found, base, payload):
    docs, weights = found
    data = encode_postings(docs, weights, [1] * len(docs), [payload] * len(docs))
    decoded, decoded_weights = load("postings").decode(memoryview(data), len(docs), base)
    assert list(decoded) == [doc + base for doc in docs]
    # The block with a weight that is no whole number has them all as floats.
    parts = [weights[at : at + 128] for at in range(0, len(weights), 128)]
    whole = all(w.is_integer() and w < 2**32 for part in parts for w in part)
    assert (list(decoded_weights) if whole else decoded_weights) == (weights if whole else None)


@st.composite
def damaged_lists(draw: st.DrawFn) -> tuple[list[int], bytes, int]:
    """Draw the documents of a list, its bytes with some changed, and how many it is said to have."""
    docs, weights = draw(posting_lists())
    data = bytearray(encode_postings(docs, weights, [1] * len(docs), [b"p"] * len(docs)))
    for _ in range(draw(st.integers(0, 3))):
        data[draw(st.integers(0, 5000)) % len(data)] = draw(st.integers(0, 255))
    del data[len(data) - draw(st.integers(0, 40)) :]
    return docs, bytes(data), len(docs) + draw(st.integers(-2, 2))


@given(damaged_lists())
def test_a_damaged_posting_list_is_refused_or_another_list(damaged):
    _, data, count = damaged
    found, expected = (
        outcome(lambda load=load: load("postings").decode(memoryview(data), count, 0))
        for load in (built, plain)
    )
    assert found == expected
    if not isinstance(found, str):
        decoded = list(found[0])
        assert decoded == sorted(set(decoded))


@both
@pytest.mark.parametrize("base", [0, 10])
def test_documents_beyond_32_bits_are_damage(load, base):
    data = bytes((4, 0, 0)) + (2**32 - 5).to_bytes(4, "little")
    kernel = load("postings")
    if base:
        with pytest.raises(ValueError, match="damaged"):
            kernel.decode(memoryview(data), 1, base)
    else:
        assert list(kernel.decode(memoryview(data), 1, base)[0]) == [2**32 - 5]


byte_strings = st.one_of(
    st.binary(max_size=4), st.text(st.sampled_from("ab\x00\x7f\x80é"), max_size=9).map(str.encode)
)


def dictionary(found: list[bytes]) -> tuple[bytes, array[int], dict[bytes, TermEntry]]:
    entries = {}
    start = 1000
    for number, term in enumerate(found):
        weight = number / 3 if number % 5 == 0 else float(number)
        end = start + number * 37 % 300
        entries[term] = TermEntry(number + 1, weight, 1.0, 2, 300, 4, 70_000, start, end)
        start = end
    data, blocks = written(entries.items())
    return data, array("I", blocks), entries


@both
@given(found=st.sets(byte_strings, max_size=90).map(sorted), asked=st.lists(byte_strings))
@example(found=[b"", b"a"], asked=[b""])
def test_terms_are_found_where_they_are(load, found, asked):
    data, blocks, entries = dictionary(found)
    read = opened(data, blocks.tobytes())
    walked = dict(read.items())
    assert walked == entries
    for term in {*found, *asked}:
        at, start = load("terms").find(data, blocks, term)
        assert (at >= 0) == (term in entries)
        if at >= 0:
            assert start == entries[term].start
            assert read.find(term) == entries[term]


@given(
    found=st.sets(byte_strings, min_size=1, max_size=40).map(sorted),
    change=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=4),
    cut=st.integers(0, 20),
    moved=st.integers(0, 2**32 - 1) | st.none(),
    asked=st.lists(byte_strings, min_size=1),
)
def test_a_damaged_dictionary_is_refused_or_another_one(found, change, cut, moved, asked):
    data, blocks, _ = dictionary(found)
    damaged = bytearray(data)
    for place, value in change:
        damaged[place % len(damaged)] = value
    del damaged[len(damaged) - cut :]
    if moved is not None:
        blocks[-1] = moved
    for term in (*found, *asked):
        place, expected = (
            outcome(lambda load=load, term=term: load("terms").find(bytes(damaged), blocks, term))
            for load in (built, plain)
        )
        assert place == expected
        if not isinstance(place, str):
            assert place[0] <= len(damaged)


@both
@given(
    found=posting_lists(),
    base=st.sampled_from((0, 7)),
    data=st.data(),
)
def test_payloads_are_those_of_the_wanted_documents(load, found, base, data):
    docs, weights = found
    kept = data.draw(st.lists(st.binary(max_size=5), min_size=len(docs), max_size=len(docs)))
    encoded = encode_postings(docs, weights, [1] * len(docs), kept)
    some = st.sets(st.sampled_from(docs) | st.integers(0, docs[-1] + 5))
    wanted = sorted(doc + base for doc in data.draw(some))
    got = load("postings").payloads(memoryview(encoded), len(docs), base, array("I", wanted))
    expected = {doc + base: payload for doc, payload in zip(docs, kept, strict=True)}
    assert {doc: encoded[start:end] for doc, start, end in zip(*got, strict=True)} == {
        doc: expected[doc] for doc in wanted if doc in expected
    }
    assert list(got[0]) == sorted(got[0])


@given(damaged_lists())
def test_payloads_of_a_damaged_list_lie_within_it(damaged):
    docs, data, count = damaged
    wanted = array("I", docs)
    payloads, expected = (
        outcome(lambda load=load: load("postings").payloads(memoryview(data), count, 0, wanted))
        for load in (built, plain)
    )
    assert payloads == expected
    if not isinstance(payloads, str):
        assert all(start <= end <= len(data) for _, start, end in zip(*payloads, strict=True))
