"""The kernels of a segment of articles, as built and as plain Python, against the obvious way."""

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
DROPPED = 2**32 - 1


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


class Tokens(NamedTuple):
    """A stream of tokens, and what the lists of it must hold."""

    pairs: array
    places: array
    counts: array
    term_of: array
    form_of: array
    num_forms: array
    num_docs: int
    expected: list[list[tuple[int, int, int]]]  # of each term: span, position, form


def tokens(seed: int, num_docs: int, shares=(1.0, 0.9, 0.3, 0.1, 0.01), far: int = 40) -> Tokens:
    """Make articles at random. ``shares`` says how often each term stands in a field."""
    chance = random.Random(seed)
    num_forms = array("I", [chance.choice((1, 1, 2, 3, 5)) for _ in shares])
    numbered = [(term, form) for term, count in enumerate(num_forms) for form in range(count)]
    numbered += [(term, form) for term, form in numbered if chance.random() < 0.3]
    chance.shuffle(numbered)
    pairs_of = [
        [pair for pair, (term, _) in enumerate(numbered) if term == wanted]
        for wanted in range(len(shares))
    ]
    pairs, places, counts = array("I"), array("I"), array("I")
    # Some terms stand in some fields only, some exactly once.
    fields_of = [chance.choice(((0,), (1,), (0, 1), (0, 1, 2), (0, 1, 2))) for _ in shares]
    often = [chance.choice((1, 1, 2, 9)) for _ in shares]
    first: list[dict[tuple[int, int], int]] = [{} for _ in shares]
    for span in range(3 * num_docs):
        found = []
        for term, share in enumerate(shares):
            if span % 3 in fields_of[term] and chance.random() < share:
                found += [
                    (chance.randrange(far), chance.choice(pairs_of[term]))
                    for _ in range(chance.randint(1, often[term]))
                ]
        found.sort(key=lambda token: token[0])
        for place, pair in found:
            pairs.append(pair)
            places.append(place)
            term, form = numbered[pair]
            first[term].setdefault((span, place), form)
        counts.append(len(found))
    return Tokens(
        pairs,
        places,
        counts,
        array("I", [term for term, _ in numbered]),
        array("I", [form for _, form in numbered]),
        num_forms,
        num_docs,
        [[(*key, form) for key, form in sorted(term.items())] for term in first],
    )


class Written(NamedTuple):
    data: bytes
    words: array
    starts: array
    dfs: array
    masks: bytearray


def written(load, stream: Tokens, window_bits: int, size: int = 64) -> Written:
    """Encode all terms the way codec/article_writing.py does, and count the steps."""
    kernel = load("inverting")
    inverted = kernel.invert(
        stream.pairs, stream.places, stream.counts, stream.term_of, stream.form_of,
        len(stream.num_forms),
    )  # fmt: skip
    count = len(stream.num_forms)
    starts, dfs, masks = (
        array("Q", bytes(8 * count)),
        array("I", bytes(4 * count)),
        bytearray(count),
    )
    data = b""
    done = 0
    while done < count:
        out = array("Q", bytes(8 * size))
        last, used = kernel.encode(
            done, *inverted, stream.num_forms, stream.num_docs, window_bits, out, starts, dfs, masks
        )
        assert done <= last <= count
        for term in range(done, last):
            starts[term] += len(data)
        data += out.tobytes()[:used]
        assert not any(out.tobytes()[used:])
        if last == done:
            assert used == 0
            size *= 2
        done = last
    data += bytes(-len(data) % 8 + 8)
    return Written(data, array("Q", data), starts, dfs, masks)


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
    st.sampled_from((1, 2, 40, 2**32)),
)


@both
@given(stream=streams, window_bits=st.sampled_from((5, 6)), base=st.sampled_from((0, 7)))
def test_what_was_encoded_comes_back(load, stream, window_bits, base):
    lists = load("lists")
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
        assert sum(rows[2 :: lists.ROW]) == len(docs)
        assert sum(rows[18 :: lists.ROW]) == len(expected)

        spans, positions, forms = lists.occurrences(
            got.words, rows, num_docs, array("I"), every=True
        )
        assert list(zip(spans, positions, forms, strict=True)) == expected
        some = sorted(chance.sample(range(num_docs), chance.randint(0, num_docs)))
        assert list(
            zip(
                *lists.occurrences(got.words, rows, num_docs, array("I", some), every=False),
                strict=True,
            )
        ) == [occurrence for occurrence in expected if occurrence[0] // 3 in set(some)]
        some.append(num_docs + 5)
        assert list(lists.having(got.words, rows, array("I", some))) == sorted({*some} & {*docs})
        assert list(lists.having(got.words, rows, array("I", docs))) == docs

        chosen = bytes(chance.randint(0, 1) for _ in range(stream.num_forms[term]))
        with_form = [occurrence for occurrence in expected if chosen[occurrence[2]]]
        for mask in range(8):
            found = lists.frequencies(got.words, rows, mask, base, num_docs)
            assert [kind.typecode for kind in found] == ["I", "d"]
            assert list(zip(*found, strict=True)) == list(
                frequencies_of(expected, mask, base).items()
            )
            assert list(
                zip(*lists.form_frequencies(spans, forms, chosen, mask, base), strict=True)
            ) == list(frequencies_of(with_form, mask, base).items())


@both
def test_a_buffer_that_is_too_small_is_left_as_it_is(load):
    stream = tokens(1, 100)
    inverted = load("inverting").invert(*stream[:5], len(stream.num_forms))
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
    inverted = kernel.invert(
        empty, empty, array("I", [0, 0, 0]), array("I", [0]), array("I", [0]), 0
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
def test_distinct_numbers_are_those_of_the_set(load, numbers, more):
    limit = max(numbers, default=-1) + 1
    kernel = load("inverting")
    assert kernel.distinct(array("I", numbers), limit + more) == array("I", sorted(set(numbers)))
    if numbers:
        with pytest.raises(ValueError, match="not below"):
            kernel.distinct(array("I", numbers), limit - 1)


weights = st.lists(
    st.sampled_from((0.0, 1.0, 0.1, 3.7, 1e6, -1.0)) | st.floats(0, 1e9), min_size=3, max_size=3
)


def outcome(call):
    """Give what a call gives, or the error it raises."""
    try:
        return call()
    except ValueError as error:
        return str(error)


def read(load, data: bytes, words: array, start: int, num_docs: int, window_bits: int):
    """Read a list in every way. Only what parse takes is read."""
    lists, impacts = load("lists"), load("impacts")
    parsed = outcome(lambda: lists.parse(data, words, start, num_docs, window_bits))
    if isinstance(parsed, str):
        return parsed
    rows, end = parsed
    assert start < end <= len(data)
    # A few bytes can not say that there is no end of occurrences.
    assert sum(rows[18 :: lists.ROW]) <= 24 * len(data)
    outcomes = [parsed]
    wanted = array("I", range(0, num_docs, 2))
    outcomes += [
        outcome(lambda every=every: lists.occurrences(words, rows, num_docs, wanted, every=every))
        for every in (False, True)
    ]
    outcomes += [
        outcome(lambda mask=mask: lists.frequencies(words, rows, mask, 0, num_docs))
        for mask in (7, 2)
    ]
    found = lists.having(words, rows, wanted)
    assert set(found) <= set(wanted)
    outcomes.append(found)
    count = len(rows) // lists.ROW
    outcomes += [
        outcome(
            lambda terms=terms: load("phrases").find(
                words, rows * terms, array("q", [count * (t + 1) for t in range(terms)]), num_docs
            )
        )
        for terms in (1, 2)
    ]
    room = sum(rows[2 :: lists.ROW])
    docs, scores = array("I", bytes(4 * room)), array("q", bytes(8 * room))
    outcomes += [
        outcome(
            lambda: impacts.write(
                words, rows, array("d", [3.0, 1.0, -1.0]), array("d", [0.5, 1.0, 2.0] * num_docs),
                1.2, 1.5, docs, scores, 0,
            )
        ),
        docs,
        scores,
    ]  # fmt: skip
    return outcomes


@functools.cache
def small() -> tuple[Tokens, Written]:
    stream = tokens(5, 80, (1.0, 0.6, 0.05))
    return stream, written(built, stream, 5)


def padded(data: bytes) -> tuple[bytes, array]:
    data += bytes(-len(data) % 8 + 8)
    return data, array("Q", data)


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


# Phrases


def side_by_side(terms: list[list[tuple[int, int, int]]]) -> list[int]:
    """Give the fields where the terms follow one another, the obvious way."""
    others = [{(span, place) for span, place, _ in term} for term in terms[1:]]
    return [
        span
        for span, place, _ in terms[0]
        if all((span, place + after) in term for after, term in enumerate(others, 1))
    ]


def chained(load, words: array, terms: list[array], num_docs: int) -> array:
    """Give the same from the occurrences of all terms."""
    lists = load("lists")
    spans, positions, _ = lists.occurrences(words, terms[0], num_docs, array("I"), every=True)
    for rows in terms[1:]:
        here = lists.occurrences(words, rows, num_docs, array("I"), every=True)[:2]
        spans, positions = load("phrases").following(spans, positions, *here)
    return spans


def found(load, words: array, terms: list[array], num_docs: int) -> array:
    rows, ends = array("q"), array("q")
    for term in terms:
        rows += term
        ends.append(len(rows) // load("lists").ROW)
    return load("phrases").find(words, rows, ends, num_docs)


@both
@given(
    seed=seeds,
    num_docs=st.sampled_from((1, 2, 31, 65, 200, 400)),
    far=st.sampled_from((2, 5, 12, 2**32)),
    shares=st.sampled_from(
        ((1.0, 0.9, 0.3, 0.1, 0.01), (0.5, 0.5), (1.0, 0.05, 0.05), (0.02, 0.02, 0.9))
    ),
    bits=st.sampled_from((5, 6, 12)),
)
def test_phrases_are_those_of_following_all_places(load, seed, num_docs, far, shares, bits):
    chance = random.Random(seed)
    stream = tokens(seed, num_docs, shares, far)
    got = written(built, stream, bits)
    there = [term for term, df in enumerate(got.dfs) if df]
    rows = {
        term: built("lists").parse(got.data, got.words, got.starts[term], num_docs, bits)[0]
        for term in there
    }
    for count in (1, 2, 2, 3, 3, 4):
        if there:
            terms = [chance.choice(there) for _ in range(count)]
            result = found(load, got.words, [rows[term] for term in terms], num_docs)
            assert result.typecode == "I"
            assert list(result) == side_by_side([stream.expected[term] for term in terms])
            assert result == chained(load, got.words, [rows[term] for term in terms], num_docs)


def listed(terms: list[list[tuple[int, int]]], num_docs: int, bits: int) -> tuple[array, list]:
    """Give the words and the rows of terms, by fields and positions."""
    ends = array("Q", accumulate(map(len, terms)))
    spans = array("I", [span for term in terms for span, _ in term])
    places = array("I", [place for term in terms for _, place in term])
    count = len(terms)
    starts, out = (
        array("Q", bytes(8 * count)),
        array("Q", bytes(8 * (100 * count + 8 * len(spans)))),
    )
    last, _ = built("inverting").encode(
        0, ends, spans, places, array("I", bytes(4 * len(spans))), array("I", [1] * count),
        num_docs, bits, out, starts, array("I", bytes(4 * count)), bytearray(count),
    )  # fmt: skip
    assert last == count
    return out, [
        built("lists").parse(out.tobytes(), out, start, num_docs, bits)[0] for start in starts
    ]


@both
def test_a_word_after_itself_is_found_as_often_as_it_is_there(load):
    words, (rows,) = listed([[(1, 3), (1, 4), (1, 5), (1, 7), (5, 0), (5, 1)]], 2, 5)
    assert list(found(load, words, [rows], 2)) == [1, 1, 1, 1, 5, 5]
    assert list(found(load, words, [rows] * 2, 2)) == [1, 1, 5]
    assert list(found(load, words, [rows] * 3, 2)) == [1]
    assert list(found(load, words, [rows] * 4, 2)) == []


@both
def test_words_side_by_side_are_in_one_field_of_one_document(load):
    last = 2**32 - 1
    words, rows = listed(
        [
            [(0, 4), (1, 4), (3, last), (6, last - 1), (300, 0)],
            [(0, 3), (2, 5), (4, 0), (6, last), (300, 1)],
            [(30, 1)],
        ],
        101,
        5,
    )
    assert list(found(load, words, rows[:2], 101)) == [6, 300]
    assert list(found(load, words, rows[1::-1], 101)) == [0]
    assert list(found(load, words, rows[1:], 101)) == []


@both
def test_more_phrases_than_a_buffer_holds_are_all_found(load):
    both_of = [
        [(span, place) for span in range(300) for place in at] for at in ((0, 2, 4, 6), (1, 3, 5))
    ]
    words, rows = listed(both_of, 100, 5)
    expected = [span for span in range(300) for _ in range(3)]
    assert list(found(load, words, rows, 100)) == expected
    wide = [[(span, place) for span, place in term for _ in (0,)] for term in both_of]
    words, rows = listed(wide, 100, 12)
    assert list(found(load, words, rows, 100)) == expected
    assert list(found(load, words, rows[:1], 100)) == [span for span, _ in both_of[0]]


def crafted(
    docs: list[int], kinds: int, highest: list[int], tfs: list[int], places: list[int], width: int
) -> bytes:
    """Give a list of one window of 12 bits, whatever it says. ``tfs`` have 10 bits."""

    def varint(number: int) -> bytes:
        return bytes((number & 127 | 128, number >> 7))

    number = at = 0
    for bits, column in ((12, docs), (10, tfs), (width, places)):
        for value in column:
            number |= value << at
            at += bits
    head = varint(len(docs)) + b"\1\0" + varint(len(docs)) + bytes([kinds])
    head += b"".join(map(varint, highest)) + bytes([width])
    return head + number.to_bytes((at + 7) // 8, "little")


@both
@pytest.mark.parametrize("docs", [[0] * 70, [*range(69), 68], [*range(69, -1, -1)]])
def test_documents_that_are_there_twice_are_not_found_twice(load, docs):
    """Each finds the 1000 occurrences of the other list again, for which there is no room."""
    one = crafted([0] * 71, 12, [1000, 1000], [1000] + [0] * 70, [0] * 1000, 10)
    two = crafted(docs, 4, [], [], [1] * 70, 1)
    data, words = padded(one + two + bytes(20_000))
    lists = load("lists")
    first, at = lists.parse(data, words, 0, 5000, 12)
    second, _ = lists.parse(data, words, at, 5000, 12)
    for terms in ([first, second], [first, second, first], [second, second], [second]):
        with pytest.raises(ValueError, match="damaged"):
            found(load, words, terms, 5000)


@both
def test_an_occurrence_takes_a_bit_unless_it_is_the_only_one(load):
    """No list says that there are thousands of occurrences on position 0."""
    data, words = padded(crafted(list(range(70)), 8, [2], [], [], 0) + bytes(1000))
    with pytest.raises(ValueError, match="damaged"):
        load("lists").parse(data, words, 0, 5000, 12)
    data, words = padded(crafted(list(range(70)), 8, [2], [], [0, 1] * 70, 1))
    rows, _ = load("lists").parse(data, words, 0, 5000, 12)
    assert rows[18] == 140


@given(seed=seeds)
def test_phrases_of_damaged_lists_are_refused_or_found(seed):
    stream, got = small()
    chance = random.Random(seed)
    for _ in range(8):
        damaged = bytearray(got.data[:-8])
        for _ in range(chance.randint(1, 6)):
            place = chance.choice(got.starts) + chance.randrange(24)
            place = chance.choice((place, chance.randrange(len(damaged))))
            damaged[place % len(damaged)] ^= 1 << chance.randrange(8)
        data, words = padded(bytes(damaged))
        parse = functools.partial(built("lists").parse, data, words)
        lists = [
            outcome(functools.partial(parse, start, stream.num_docs, 5)) for start in got.starts
        ]
        parsed = [one[0] for one in lists if not isinstance(one, str)]
        for count in (2, 3):
            if parsed:
                terms = [chance.choice(parsed) for _ in range(count)]
                calls = [
                    outcome(functools.partial(found, load, words, terms, stream.num_docs))
                    for load in (built, plain)
                ]
                assert calls[0] == calls[1]


@st.composite
def occurrences(draw: st.DrawFn) -> tuple[array, array]:
    pairs = sorted(draw(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 9)), max_size=40)))
    shift = draw(st.sampled_from((0, 2**32 - 10)))
    return array("I", [span for span, _ in pairs]), array("I", [at + shift for _, at in pairs])


@both
@given(left=occurrences(), right=occurrences())
def test_following_and_merged_are_set_algebra(load, left, right):
    phrases = load("phrases")
    a, b = set(zip(*left, strict=True)), set(zip(*right, strict=True))
    followed = phrases.following(*left, *right)
    assert [part.typecode for part in followed] == ["I", "I"]
    assert list(zip(*followed, strict=True)) == sorted(
        (span, at) for span, at in b if (span, at - 1) in a
    )
    assert list(zip(*phrases.merged(*left, *right), strict=True)) == sorted(a | b)


@both
@given(
    found=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2**32 - 1), st.integers(0, 4))),
    docs=st.lists(st.integers(0, 1000) | st.just(DROPPED), min_size=5, max_size=11),
    forms=st.lists(st.integers(0, 2**32 - 1), min_size=3, max_size=5),
)
def test_renumbered_is_the_obvious_way(load, found, docs, forms):
    columns = [array("I", column) for column in zip(*found, strict=True)] or [array("I")] * 3
    result = outcome(
        lambda: load("phrases").renumbered(*columns, array("I", docs), array("I", forms))
    )
    if any(span // 3 >= len(docs) or form >= len(forms) for span, _, form in found):
        assert result == "an occurrence is of a document or form that is not there"
        return
    assert list(zip(*result, strict=True)) == [
        (3 * docs[span // 3] + span % 3, at, forms[form])
        for span, at, form in found
        if docs[span // 3] != DROPPED
    ]


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


@both
@given(lengths=few_lengths, weights=weights, base=st.sampled_from((0, 1000)), data=st.data())
def test_sum_fields_is_the_sum_in_the_order_of_the_fields(load, lengths, weights, base, data):
    spans = array("I", sorted(data.draw(st.lists(st.integers(0, len(lengths) - 1), max_size=40))))
    norms = load("bm25f").norms(lengths, 0.75, array("d", [3.0, 9.0, 1.0]))
    expected: dict[int, float] = {}
    for span in sorted(set(spans)):
        if weights[span % 3] >= 0.0:
            doc = span // 3 + base
            value = weights[span % 3] * spans.count(span) * norms[span]
            expected[doc] = expected.get(doc, 0.0) + value
    found = load("bm25f").sum_fields(spans, array("d", weights), norms, base)
    assert [part.typecode for part in found] == ["I", "d"]
    assert list(zip(*found, strict=True)) == list(expected.items())


# Arguments

ints, floats = functools.partial(array, "I"), functools.partial(array, "d")


def invert(*, pairs=(0, 1), places=(0, 0), counts=(2, 0, 0), terms=(0, 1), forms=(0, 0), n=2):
    return (*map(ints, (pairs, places, counts, terms, forms)), n)


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
    load("inverting").invert(*invert())
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
        {"terms": (0, 2)},
        {"terms": (0,)},
        {"forms": (0,)},
        {"n": 1},
        {"n": 0},
        {"n": -1},
    ],
)
def test_invert_refuses_what_does_not_fit(load, change):
    with pytest.raises(ValueError, match=r"fit together|as many"):
        load("inverting").invert(*invert(**change))


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
        ("lists", "form_frequencies", (ints([0]), ints(), b"\x01", 7, 0)),
        ("phrases", "find", (array("Q", [0]), array("q"), array("q"), 1)),
        ("phrases", "find", (array("Q", [0]), array("q"), array("q", [1]), 1)),
        ("phrases", "find", (array("Q", [0]), array("q"), array("q", [0]), 0)),
        ("phrases", "find", (array("Q", [0]), array("q"), array("q", [1, 0]), 1)),
        ("phrases", "find", (array("Q", [0]), array("q"), array("q", [-1, 0]), 1)),
        ("phrases", "find", (array("Q", [0] * 9), array("q", bytes(8 * 19)), array("q", [0]), 1)),
        ("phrases", "following", (ints([0]), ints(), ints(), ints())),
        ("phrases", "following", (ints(), ints(), ints(), ints([0]))),
        ("phrases", "merged", (ints([0]), ints(), ints(), ints())),
        ("phrases", "merged", (ints(), ints(), ints(), ints([0]))),
        ("phrases", "renumbered", (ints([0]), ints(), ints([0]), ints([0]), ints([0]))),
        ("phrases", "renumbered", (ints([0]), ints([0]), ints(), ints([0]), ints([0]))),
        ("phrases", "renumbered", (ints([3]), ints([0]), ints([0]), ints([0]), ints([0]))),
        ("phrases", "renumbered", (ints([2]), ints([0]), ints([1]), ints([0]), ints([0]))),
        ("bm25f", "norms", (ints([1]), 0.5, floats([1.0]))),
        ("bm25f", "normalise", (ints([0]), floats(), floats([1.0] * 3), 0, 1.0)),
        ("bm25f", "normalise", (ints([1]), floats([1.0]), floats([1.0] * 5), 0, 1.0)),
        ("bm25f", "normalise", (ints(), floats(), floats(), 3, 1.0)),
        ("bm25f", "normalise", (ints(), floats(), floats(), -1, 1.0)),
        ("bm25f", "sum_fields", (ints([3]), floats([1.0] * 3), floats([1.0] * 3), 0)),
        ("bm25f", "sum_fields", (ints([0]), floats([1.0] * 2), floats([1.0] * 3), 0)),
    ],
)  # fmt: skip
def test_the_others_refuse_what_does_not_fit(load, kernel, function, arguments):
    with pytest.raises(
        ValueError, match=r"as many|three fields|no field|of 1$|not among|not there|fit together"
    ):
        getattr(load(kernel), function)(*arguments)
