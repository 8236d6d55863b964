"""The kernels of a segment of articles, as built and as plain Python, against the obvious way."""

from __future__ import annotations

import functools
import random
from array import array

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.kernels import both, built, plain
from tests.helpers.outcomes import outcome
from tests.property.posting_lists import (
    invert,
    padded,
    place,
    seeds,
    small,
    tokens,
    written,
)

pytestmark = pytest.mark.kernels


def frequencies_of(expected, mask: int, base: int = 0) -> dict[int, float]:
    """Count the occurrences in the fields of a mask."""
    found: dict[int, float] = {}
    for span, _, _ in expected:
        if mask >> span % 3 & 1:
            found[span // 3 + base] = found.get(span // 3 + base, 0.0) + 1.0
    return found


streams = st.builds(
    tokens,
    seeds,
    st.sampled_from((1, 2, 31, 65, 200, 300)),
    st.sampled_from(((1.0, 0.9, 0.3, 0.1, 0.01), (0.5,), (0.2, 0.2, 0.02))),
    st.sampled_from((1, 2, 40, 2**30)),
)


@both
@given(stream=streams, window_bits=st.sampled_from((5, 6)), base=st.sampled_from((0, 7)))
def test_what_was_encoded_comes_back(load, stream, window_bits, base):
    lists, list_rows = load("lists"), load("list_rows")
    got = written(load, stream, window_bits)
    assert got == written(plain, stream, window_bits)
    num_docs = stream.num_docs
    chance = random.Random(len(got.data))
    for term, expected in enumerate(stream.expected):
        start = got.starts[term]
        if not expected:
            assert got.dfs[term] == got.masks[term] == 0
            with pytest.raises(ValueError, match="damaged"):
                lists.parse(got.data, got.words, start, num_docs, window_bits)
            continue
        rows, end = lists.parse(got.data, got.words, start, num_docs, window_bits)
        assert end == (got.starts[term + 1] if term + 1 < len(got.starts) else end) <= len(got.data)
        docs = sorted({span // 3 for span, _, _ in expected})
        assert got.dfs[term] == len(docs)
        assert got.masks[term] == sum(1 << f for f in {span % 3 for span, _, _ in expected})
        windows = list(rows[:: lists.ROW])
        assert windows == sorted({doc >> window_bits for doc in docs})
        assert len(rows) == lists.ROW * len(windows)
        assert sum(rows[lists.NUM_POSTINGS :: lists.ROW]) == len(docs)
        assert sum(rows[lists.NUM_OCCURRENCES :: lists.ROW]) == len(expected)

        forms = list_rows.forms(got.words, rows)
        assert list(forms) == [form for _, _, form in expected]
        places = list_rows.places(got.words, rows, num_docs, array("I"), every=True)
        assert list(places) == [place(span, at) for span, at, _ in expected]
        some = sorted(chance.sample(range(num_docs), chance.randint(0, num_docs)))
        some.append(num_docs + 5)
        assert list(list_rows.filter_docs(got.words, rows, array("I", some))) == sorted(
            {*some} & {*docs}
        )
        assert list(list_rows.filter_docs(got.words, rows, array("I", docs))) == docs

        chosen = bytes(chance.randint(0, 1) for _ in range(stream.num_forms[term]))
        with_form = [occurrence for occurrence in expected if chosen[occurrence[2]]]
        for mask in range(8):
            found = list_rows.frequencies(got.words, rows, mask, base, num_docs)
            assert [kind.typecode for kind in found] == ["I", "d"]
            assert list(zip(*found, strict=True)) == list(
                frequencies_of(expected, mask, base).items()
            )
            assert list(
                zip(*list_rows.form_frequencies(places, forms, chosen, mask, base), strict=True)
            ) == list(frequencies_of(with_form, mask, base).items())


@both
def test_a_buffer_that_is_too_small_is_left_as_it_is(load):
    stream = tokens(1, 100)
    inverted = invert(load("inverting"), *stream[:5], len(stream.num_forms))
    before = [array(part.typecode, part) for part in inverted]
    count = len(stream.num_forms)
    for size in (1, 2, 30):
        out = array("Q", bytes(8 * size))
        assert load("inverting").encode(
            0, *inverted, stream.num_forms, stream.num_docs, 5, out,
            array("Q", bytes(8 * count)), array("I", bytes(4 * count)), bytearray(count),
        ) == (0, 0)  # fmt: skip
        assert not any(out)
        assert list(inverted) == before


@both
def test_a_segment_without_words_has_no_lists(load):
    kernel = load("inverting")
    empty = array("I")
    # The pairs of earlier segments are still there.
    inverted = invert(
        kernel, empty, empty, array("I", [0, 0, 0]), array("I", [0]), array("I", [0]), 0
    )
    assert [len(part) for part in inverted] == [0, 0, 0, 0]
    assert kernel.encode(
        0,
        *inverted,
        empty,
        1,
        5,
        array("Q", [0]),
        array("Q"),
        empty,
        bytearray(),
    ) == (0, 0)


@both
@given(numbers=st.lists(st.integers(0, 20)), more=st.integers(0, 3))
def test_marked_numbers_are_those_of_the_set(load, numbers, more):
    limit = max(numbers, default=-1) + 1
    kernel = load("inverting")
    seen = bytearray(limit + more)
    for part in (numbers[::2], numbers[1::2]):
        kernel.mark(array("I", part), seen)
    assert kernel.marked(seen) == array("I", sorted(set(numbers)))
    if numbers:
        with pytest.raises(ValueError, match="not below"):
            kernel.mark(array("I", numbers), bytearray(limit - 1))


weights = st.lists(
    st.sampled_from((0.0, 1.0, 0.1, 3.7, 1e6, -1.0)) | st.floats(0, 1e9), min_size=3, max_size=3
)


def read(load, data: bytes, words: array, start: int, num_docs: int, window_bits: int):
    """Read a list in every way. Only what parse takes is read."""
    lists, list_rows = load("lists"), load("list_rows")
    parsed = outcome(lambda: lists.parse(data, words, start, num_docs, window_bits))
    if isinstance(parsed, str):
        return parsed
    rows, end = parsed
    assert start < end <= len(data)
    # A few bytes can not say that there is no end of occurrences.
    assert sum(rows[lists.NUM_OCCURRENCES :: lists.ROW]) <= 24 * len(data)
    outcomes = [parsed]
    wanted = array("I", range(0, num_docs, 2))
    outcomes.append(list_rows.forms(words, rows))
    outcomes += [
        outcome(lambda mask=mask: list_rows.frequencies(words, rows, mask, 0, num_docs))
        for mask in (7, 2)
    ]
    found = list_rows.filter_docs(words, rows, wanted)
    assert set(found) <= set(wanted)
    outcomes.append(found)
    outcomes += [
        outcome(lambda every=every: list_rows.places(words, rows, num_docs, wanted, every=every))
        for every in (False, True)
    ]
    room = sum(rows[lists.NUM_POSTINGS :: lists.ROW])
    docs, scores = array("I", bytes(4 * room)), array("q", bytes(8 * room))
    outcomes += [
        outcome(
            lambda: list_rows.write_impacts(
                words, rows, array("d", [3.0, 1.0, -1.0]), array("d", [0.5, 1.0, 2.0] * num_docs),
                1.2, 1.5, docs, scores, 0,
            )
        ),
        docs,
        scores,
    ]  # fmt: skip
    return outcomes


@pytest.mark.parametrize("kept", ["as it is", "padded"])
def test_lists_that_are_cut_off_are_refused_or_read(kept):
    stream, got = small()
    for size in range(len(got.data)):
        data = got.data[:size]
        words = array("Q", data[: size // 8 * 8])
        if kept == "padded":
            data, words = padded(data)
        # All starts where the end is near, and some of the others.
        for start in got.starts:
            if start < size:
                expected = (
                    read(plain, data, words, start, stream.num_docs, 5) if size % 5 == 0 else None
                )
                outcomes = read(built, data, words, start, stream.num_docs, 5)
                assert expected is None or outcomes == expected


@given(seed=seeds)
def test_a_damaged_list_is_refused_or_another_list(seed):
    stream, got = small()
    chance = random.Random(seed)
    for _ in range(12):
        damaged = bytearray(got.data[:-8])
        start = chance.choice(got.starts)
        for _ in range(chance.randint(1, 4)):
            # The headers, more often than the rest.
            place = chance.choice((start + chance.randrange(24), chance.randrange(len(damaged))))
            damaged[place % len(damaged)] ^= 1 << chance.randrange(8)
        data, words = padded(bytes(damaged))
        arguments = (data, words, start, stream.num_docs, 5)
        assert read(built, *arguments) == read(plain, *arguments)


@given(seed=seeds)
def test_garbage_is_refused_or_a_list(seed):
    chance = random.Random(seed)
    for _ in range(20):
        num_docs = chance.choice((1, 2, 64, 65, 1000))
        df = chance.randint(1, num_docs)
        some = bytes(
            chance.choice((0, 1, 2, 3, 4, 63, 127, 128, 255, chance.randrange(256)))
            for _ in range(chance.randint(0, 300))
        )
        head = bytes((df & 127 | 128, df >> 7)) + chance.choice((b"\x01", b"\x03", b"\xff\x01"))
        if df > 64 and chance.random() < 0.5:
            head += bytes((0, min(df, 32, chance.randint(1, 40)), chance.choice((1, 2, 3, 21, 63))))
        data, words = padded(head + some)
        for window_bits in (5, 30):
            if df > 64 and chance.random() < 0.1:  # windows of which the numbers have 35 bits
                far = head[:3] + bytes(
                    chance.choice((b"\xff\xff\xff\xff\x7f", b"\x80\x80\x80\x80\x40"))
                )
                data, words = padded(far + some)
            arguments = (data, words, 0, num_docs, window_bits)
            assert read(built, *arguments) == read(plain, *arguments)


# Arithmetic

few_lengths = st.lists(st.tuples(*[st.integers(0, 50)] * 3), min_size=1, max_size=12).map(
    lambda lengths: array("I", [number for doc in lengths for number in doc])
)
shares = st.sampled_from((0.0, 0.75, 1.0)) | st.floats(0, 1)


@both
@given(lengths=few_lengths, b=shares, averages=st.lists(st.floats(0, 99), min_size=3, max_size=3))
def test_norms_are_the_formula(load, lengths, b, averages):
    averages = [average if average > 1e-3 else 0.0 for average in averages]
    result = load("bm25f").norms(lengths, b, array("d", averages))
    assert list(result) == [
        1.0 / (1.0 - b + b * length / averages[i % 3]) if length and averages[i % 3] else 0.0
        for i, length in enumerate(lengths)
    ]


@both
@given(lengths=few_lengths, weight=st.floats(0, 10), field=st.integers(0, 2), data=st.data())
def test_normalise_is_the_formula(load, lengths, weight, field, data):
    count = len(lengths) // 3
    docs = array("I", sorted(data.draw(st.sets(st.integers(0, count - 1)))))
    tfs = array("d", [data.draw(st.integers(1, 99)) for _ in docs])
    norms = load("bm25f").norms(lengths, 0.75, array("d", [3.0, 9.0, 1.0]))
    assert list(load("bm25f").normalise(docs, tfs, norms, field, weight)) == [
        weight * tf * norms[3 * doc + field] for doc, tf in zip(docs, tfs, strict=True)
    ]


@both
@given(
    tfs=st.lists(st.just(0.0) | st.floats(0, 1e6)),
    k1=st.just(0.0) | st.floats(0, 10),
    idf=st.just(0.0) | st.floats(0, 30),
)
def test_saturate_rounds_to_units(load, tfs, k1, idf):
    assert list(load("bm25f").saturate(array("d", tfs), k1, idf)) == [
        int(idf * tf / (k1 + tf) * 2**40 + 0.5) / 2**40 if tf > 0.0 else 0.0 for tf in tfs
    ]


def places(spans: list[int]) -> array:
    """Give an occurrence for each field, at positions that increase."""
    return array("Q", [place(span, number) for number, span in enumerate(spans)])


@both
@given(lengths=few_lengths, weights=weights, base=st.sampled_from((0, 1000)), data=st.data())
def test_sum_fields_is_the_sum_in_the_order_of_the_fields(load, lengths, weights, base, data):
    spans = sorted(data.draw(st.lists(st.integers(0, len(lengths) - 1), max_size=40)))
    norms = load("bm25f").norms(lengths, 0.75, array("d", [3.0, 9.0, 1.0]))
    expected: dict[int, float] = {}
    for span in sorted(set(spans)):
        if weights[span % 3] >= 0.0:
            doc = span // 3 + base
            value = weights[span % 3] * spans.count(span) * norms[span]
            expected[doc] = expected.get(doc, 0.0) + value
    found = load("bm25f").sum_fields(places(spans), array("d", weights), norms, base)
    assert [part.typecode for part in found] == ["I", "d"]
    assert list(zip(*found, strict=True)) == list(expected.items())


# Arguments

ints, floats = functools.partial(array, "I"), functools.partial(array, "d")


def sorting(
    *, pairs=(0, 1), places=(0, 0), counts=(2, 0, 0), first=0, terms=(0, 1), forms=(0, 0),
    next_at=(0, 1), spans=2, positions=2, out_forms=2,
):  # fmt: skip
    return (
        *map(ints, (pairs, places, counts)), first, *map(ints, (terms, forms)),
        array("Q", next_at), *(ints(bytes(4 * size)) for size in (spans, positions, out_forms)),
    )  # fmt: skip


def encode(
    *, first=0, ends=(1, 2), spans=(0, 1), positions=(0, 0), forms=(0, 0), num_forms=(1, 1),
    num_docs=1, bits=5, out=200, starts=2, dfs=2, masks=2,
):  # fmt: skip
    return (
        first, array("Q", ends), *map(ints, (spans, positions, forms, num_forms)), num_docs, bits,
        array("Q", bytes(8 * out)), array("Q", bytes(8 * starts)), ints(bytes(4 * dfs)),
        bytearray(masks),
    )  # fmt: skip


@both
def test_arguments_that_fit_are_taken(load):
    load("inverting").scatter(*sorting())
    assert load("inverting").encode(*encode())[0] == 2


@both
@pytest.mark.parametrize(
    "change",
    [
        {"pairs": (0, 2)},
        {"pairs": (0,)},
        {"places": (0, 0, 0)},
        {"counts": (2, 1, 0)},
        {"counts": (1, 0, 0)},
        {"counts": ()},
        {"first": -1},
        {"terms": (0, 2)},
        {"terms": (0,)},
        {"forms": (0,)},
        {"next_at": (0,)},
        {"next_at": ()},
        {"next_at": (0, 2)},
        {"next_at": (0, 1 << 63)},
        {"spans": 1},
        {"positions": 1},
        {"out_forms": 1},
    ],
)
def test_scatter_refuses_what_does_not_fit(load, change):
    with pytest.raises(ValueError, match="fit together"):
        load("inverting").scatter(*sorting(**change))


@both
def test_tally_counts_the_tokens_of_terms(load):
    tally = load("inverting").tally
    totals = array("Q", [5, 0, 0])
    tally(ints((0, 1, 2, 1)), ints((0, 1, 1)), totals)
    assert totals == array("Q", [6, 3, 0])
    for pairs, terms in [((0, 3), (0, 1, 1)), ((0, 2), (0, 1, 3))]:
        with pytest.raises(ValueError, match="fit together"):
            tally(ints(pairs), ints(terms), array("Q", [0, 0, 0]))


@both
def test_begin_says_where_the_tokens_of_two_parts_go(load):
    begin = load("inverting").begin
    first, second = array("Q", [2, 0, 1]), array("Q", [1, 3, 0])
    begin(first, second)
    assert (first, second) == (array("Q", [0, 3, 6]), array("Q", [2, 3, 7]))
    with pytest.raises(ValueError, match="both parts"):
        begin(array("Q", [1]), array("Q"))


@both
@pytest.mark.parametrize(
    "change",
    [
        {"first": -1},
        {"first": 3},
        {"ends": (1, 3)},
        {"ends": (2, 1)},
        {"ends": (2**63, 2)},
        {"ends": (1,)},
        {"spans": (0, 3)},
        {"spans": (0,)},
        {"ends": (2, 2), "spans": (3, 0), "num_docs": 2},
        {"positions": (0,)},
        {"forms": (0,)},
        {"forms": (0, 1)},
        {"num_forms": (1, 0)},
        {"num_forms": (1,)},
        {"num_docs": 0},
        {"num_docs": -1},
        {"bits": 0},
        {"bits": 31},
        {"out": 0},
        {"starts": 1},
        {"dfs": 1},
        {"masks": 1},
    ],
)
def test_encode_refuses_what_does_not_fit(load, change):
    with pytest.raises(ValueError, match="fit together"):
        load("inverting").encode(*encode(**change))


@both
@pytest.mark.parametrize(
    ("start", "bits", "words"), [(-1, 5, 2), (16, 5, 2), (0, 0, 2), (0, 31, 2), (0, 5, 0)]
)
def test_parse_refuses_what_does_not_fit(load, start, bits, words):
    with pytest.raises(ValueError, match="damaged"):
        load("lists").parse(bytes(16), array("Q", bytes(8 * words)), start, 1, bits)


@both
@pytest.mark.parametrize(
    ("kernel", "function", "arguments"),
    [
        ("list_rows", "form_frequencies", (array("Q", [0]), ints(), b"\x01", 7, 0)),
        ("bm25f", "norms", (ints([1]), 0.5, floats([1.0]))),
        ("bm25f", "normalise", (ints([0]), floats(), floats([1.0] * 3), 0, 1.0)),
        ("bm25f", "normalise", (ints([1]), floats([1.0]), floats([1.0] * 5), 0, 1.0)),
        ("bm25f", "normalise", (ints(), floats(), floats(), 3, 1.0)),
        ("bm25f", "normalise", (ints(), floats(), floats(), -1, 1.0)),
        ("bm25f", "sum_fields", (places([3]), floats([1.0] * 3), floats([1.0] * 3), 0)),
        ("bm25f", "sum_fields", (places([0]), floats([1.0] * 2), floats([1.0] * 3), 0)),
        ("bm25f", "sum_fields", (array("Q", [3 << 30]), floats([1.0] * 3), floats([1.0] * 3), 0)),
        ("top_k", "top_of_places", (places([3]), floats([1.0] * 3), floats([1.0] * 3), b"", 1.0, 1.0, 1)),
        ("top_k", "top_of_places", (places([0]), floats([1.0] * 4), floats([1.0] * 3), b"", 1.0, 1.0, 1)),
        ("top_k", "top_of_places", (array("Q", [3 << 30]), floats([1.0] * 3), floats([1.0] * 3), b"", 1.0, 1.0, 1)),
        ("top_k", "top_of_places", (places([0]), floats([1.0] * 3), floats([1.0] * 27), b"\0", 1.0, 1.0, 1)),
    ],
)  # fmt: skip
def test_the_others_refuse_what_does_not_fit(load, kernel, function, arguments):
    with pytest.raises(
        ValueError, match=r"as many|three fields|no field|of 1$|not among|not there|fit together"
    ):
        getattr(load(kernel), function)(*arguments)


@given(
    seed=seeds,
    column=st.integers(0, 18),
    value=st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 99),
)
@example(seed=0, column=3, value=1 << 50)
@example(seed=0, column=7, value=2**63 - 1)
@example(seed=0, column=10, value=2**63 - 1)
@example(seed=0, column=13, value=2**63 - 1)
def test_rows_of_anyone_are_refused_or_read(seed, column, value):
    """A row that names what is not there is as bad as a damaged list."""
    stream, got = small()
    chance = random.Random(seed)
    start = chance.choice([start for start, df in zip(got.starts, got.dfs, strict=True) if df])
    rows, _ = built("lists").parse(got.data, got.words, start, stream.num_docs, 5)
    rows[built("lists").ROW * chance.randrange(len(rows) // built("lists").ROW) + column] = value
    wanted = array("I", range(0, stream.num_docs, 3))
    weights, norms = array("d", [1.0] * 3), array("d", [1.0] * 3 * stream.num_docs)
    docs = array("I", range(stream.num_docs))
    for name, arguments in (
        ("frequencies", (7, 0, stream.num_docs)),
        ("filter_docs", (wanted,)),
        ("forms", ()),
        ("move_occurrences", (docs, docs, 0, 9, *(array("I", bytes(4000)) for _ in range(3)), 0)),
        ("places", (stream.num_docs, wanted, True)),
        ("places", (stream.num_docs, wanted, False)),
        ("find_document", (chance.randrange(stream.num_docs),)),
        (
            "write_impacts",
            (weights, norms, 1.2, 1.5, array("I", bytes(4000)), array("q", bytes(8000)), 0),
        ),
    ):
        outcomes = [
            outcome(
                functools.partial(getattr(load("list_rows"), name), got.words, rows, *arguments)
            )
            for load in (built, plain)
        ]
        assert outcomes[0] == outcomes[1]
