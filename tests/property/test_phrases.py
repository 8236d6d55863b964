"""The kernel of phrases, as built and as plain Python, against the obvious way; and their ranking."""

from __future__ import annotations

import functools
import random
from array import array
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.segment.phrase_finding import PhraseFinder
from tests.helpers.kernels import both, built, plain
from tests.helpers.outcomes import outcome
from tests.property.posting_lists import padded, place, seeds, small, tokens, written

pytestmark = pytest.mark.kernels

NO_DOCS = array("I")
LAST = 2**30 - 1


def all_places(load, words: array, rows: array, num_docs: int) -> array:
    return load("list_rows").places(words, rows, num_docs, NO_DOCS, every=True)


def found(load, words: array, terms: list[array], num_docs: int) -> list[int]:
    """Give 3 * document + field for each place where terms follow one another."""
    places = [all_places(load, words, rows, num_docs) for rows in terms]
    here = functools.reduce(load("phrases").following, places)
    assert here.typecode == "Q"
    return [3 * (at >> 32) + (at >> 30 & 3) for at in here]


def side_by_side(terms: list[list[tuple[int, int, int]]]) -> list[int]:
    """Give the fields where the terms follow one another, the obvious way."""
    others = [{(span, at) for span, at, _ in term} for term in terms[1:]]
    return [
        span
        for span, at, _ in terms[0]
        if all((span, at + after) in term for after, term in enumerate(others, 1))
    ]


class Segment:
    """What a PhraseFinder needs of a segment."""

    def __init__(self, numbers: array, num_docs: int) -> None:
        self.numbers = numbers
        self.num_docs = num_docs


@both
@given(
    seed=seeds,
    num_docs=st.sampled_from((1, 2, 31, 65, 200, 400)),
    far=st.sampled_from((2, 5, 12, 2**30)),
    shares=st.sampled_from(
        ((1.0, 0.9, 0.3, 0.1, 0.01), (0.5, 0.5), (1.0, 0.05, 0.05), (0.02, 0.02, 0.9))
    ),
    bits=st.sampled_from((5, 6, 12)),
)
def test_phrases_are_those_of_the_obvious_way(load, seed, num_docs, far, shares, bits):
    chance = random.Random(seed)
    stream = tokens(seed, num_docs, shares, far)
    got = written(built, stream, bits)
    there = [term for term, df in enumerate(got.dfs) if df]
    rows = {
        term: built("lists").parse(got.data, got.words, got.starts[term], num_docs, bits)[0]
        for term in there
    }
    for term in there:
        expected = [place(span, at) for span, at, _ in stream.expected[term]]
        assert list(all_places(load, got.words, rows[term], num_docs)) == expected
        some = array("I", sorted(chance.sample(range(num_docs), chance.randint(0, num_docs))))
        assert list(
            load("list_rows").places(got.words, rows[term], num_docs, some, every=False)
        ) == [at for at in expected if at >> 32 in set(some)]
    for count in (1, 2, 2, 3, 3, 4):
        if there:
            terms = [chance.choice(there) for _ in range(count)]
            assert found(load, got.words, [rows[t] for t in terms], num_docs) == side_by_side(
                [stream.expected[term] for term in terms]
            )


@given(seed=seeds, most=st.sampled_from((0, 3, 30, 10**6)), num_docs=st.sampled_from((3, 70, 200)))
def test_what_is_kept_and_what_is_looked_up_are_the_same(seed, most, num_docs):
    """Whatever is kept, alternatives included."""
    chance = random.Random(seed)
    stream = tokens(seed, num_docs, far=6)
    got = written(built, stream, 5)
    words = [
        (str(term), built("lists").parse(got.data, got.words, got.starts[term], num_docs, 5)[0])
        for term, df in enumerate(got.dfs)
        if df
    ]
    finder = PhraseFinder(Segment(got.words, num_docs), most)  # type: ignore[arg-type]
    for count in (1, 2, 2, 3):
        if words:
            phrase = [
                chance.sample(words, chance.randint(1, min(2, len(words)))) for _ in range(count)
            ]
            of_place = [
                {
                    place(span, at)
                    for term, _ in words_here
                    for span, at, _ in stream.expected[int(term)]
                }
                for words_here in phrase
            ]
            expected = [
                at
                for at in sorted(of_place[-1])
                if all(at - back in here for back, here in enumerate(reversed(of_place)))
            ]
            assert list(finder.find(phrase)) == expected
            docs = array("I", sorted(chance.sample(range(num_docs), num_docs // 2)))
            assert list(finder.find_in(phrase, docs)) == [
                at for at in expected if at >> 32 in set(docs)
            ]


def listed(terms: list[list[tuple[int, int]]], num_docs: int, bits: int) -> tuple[array, list]:
    """Give the words and the rows of terms, by fields and positions."""
    ends = array("Q", accumulate(map(len, terms)))
    spans = array("I", [span for term in terms for span, _ in term])
    places = array("I", [at for term in terms for _, at in term])
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
    assert found(load, words, [rows], 2) == [1, 1, 1, 1, 5, 5]
    assert found(load, words, [rows] * 2, 2) == [1, 1, 5]
    assert found(load, words, [rows] * 3, 2) == [1]
    assert found(load, words, [rows] * 4, 2) == []


@both
def test_words_side_by_side_are_in_one_field_of_one_document(load):
    words, rows = listed(
        [
            [(0, 4), (1, 4), (3, LAST), (6, LAST - 1), (300, 0)],
            [(0, 3), (2, 5), (4, 0), (6, LAST), (300, 1)],
            [(30, 1)],
        ],
        101,
        5,
    )
    assert found(load, words, rows[:2], 101) == [6, 300]
    assert found(load, words, rows[1::-1], 101) == [0]
    assert found(load, words, rows[1:], 101) == []


@both
def test_the_first_position_of_a_field_follows_none_of_the_field_before(load):
    """However many occurrences there are on the other side."""
    many = array("Q", [place(30, at) for at in range(50)])
    ends, begins = array("Q", [place(0, LAST)]), array("Q", [place(1, 0)])
    following = load("phrases").following
    assert list(following(ends, begins)) == []
    assert list(following(ends, begins + many)) == []
    assert list(following(ends + many, begins)) == []
    assert list(following(array("Q", [place(1, 0)]), many)) == []
    assert list(following(array("Q", [place(30, 8)]), many)) == [place(30, 9)]
    assert list(following(many, array("Q", [place(30, 9), place(30, 90)]))) == [place(30, 9)]


@both
def test_a_position_that_no_record_has_is_refused(load):
    words, (rows,) = listed([[(0, LAST + 1)]], 1, 5)
    with pytest.raises(ValueError, match="damaged"):
        all_places(load, words, rows, 1)


@both
def test_more_occurrences_than_a_buffer_holds_are_all_found(load):
    words, (rows,) = listed([[(span, at) for span in range(300) for at in range(40)]], 100, 5)
    wanted = array("I", range(100))
    assert load("list_rows").places(words, rows, 100, wanted, every=False) == all_places(
        load, words, rows, 100
    )


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
@pytest.mark.parametrize("every", [False, True])
def test_documents_that_are_there_twice_are_refused(load, docs, every):
    data, words = padded(crafted(docs, 4, [], [], [1] * 70, 1) + bytes(20_000))
    rows, _ = load("lists").parse(data, words, 0, 5000, 12)
    with pytest.raises(ValueError, match="damaged"):
        load("list_rows").places(words, rows, 5000, array("I", range(5000)), every=every)


@both
def test_positions_out_of_order_are_refused(load):
    data, words = padded(crafted(list(range(70)), 8, [2], [], [1, 1] * 70, 1) + bytes(100))
    rows, _ = load("lists").parse(data, words, 0, 5000, 12)
    with pytest.raises(ValueError, match="damaged"):
        all_places(load, words, rows, 5000)


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
            at = chance.choice(got.starts) + chance.randrange(24)
            at = chance.choice((at, chance.randrange(len(damaged))))
            damaged[at % len(damaged)] ^= 1 << chance.randrange(8)
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
def occurrences(draw: st.DrawFn) -> array:
    """Draw few or many, so that they are passed over in either way."""
    pairs = draw(
        st.sets(
            st.tuples(st.integers(0, 7), st.integers(0, 9)),
            max_size=draw(st.sampled_from((3, 80))),
        )
    )
    shift = draw(st.sampled_from((0, LAST - 9)))
    return array("Q", sorted(place(span, at + shift) for span, at in pairs))


@both
@given(left=occurrences(), right=occurrences())
def test_the_ways_to_join_occurrences_are_set_algebra(load, left, right):
    phrases = load("phrases")
    a, b = set(left), set(right)
    assert list(phrases.following(left, right)) == sorted(
        at for at in b if at - 1 in a and at & LAST != 0
    )
    assert list(phrases.merged(left, right)) == sorted(a | b)
    assert list(phrases.moved_back(right, 0)) == list(right)
    found = phrases.following(left, right)
    assert list(phrases.moved_back(found, 1)) == [at - 1 for at in found]
    fields = {at >> 30 for at in b}
    assert list(phrases.together(left, right)) == [at for at in left if at >> 30 in fields]


@both
@pytest.mark.parametrize(("at", "count"), [(0, 1), (1 << 30, 1), (5, 6), (5, 2**64 - 1)])
def test_no_word_is_before_the_first_of_its_field(load, at, count):
    with pytest.raises(ValueError, match="words before"):
        load("phrases").moved_back(array("Q", [1 << 40, at]), count)


@both
@given(places=st.lists(occurrences(), max_size=5))
@example(places=[array("Q", [place(1, at) for at in range(300, 0, -1)])])
@example(places=[array("Q", [place(1, at * 37 % 101) for at in range(101)])] * 2)
def test_places_are_sorted_where_fields_stand_together(load, places):
    joined = array("Q")
    fields = sorted({at >> 30 for own in places for at in own})
    for field in fields:
        for own in places:
            joined.extend(at for at in own if at >> 30 == field)
    found = load("phrases").in_order(joined)
    assert list(found) == sorted({at for own in places for at in own})


@both
@given(
    seed=seeds,
    count=st.sampled_from((0, 1, 20, 300)),
    k=st.sampled_from((0, 1, 3, 1000)),
    k1=st.sampled_from((0.0, 1.2)),
    weights=st.lists(st.sampled_from((-1.0, 0.0, 1.0, 2.5)), min_size=3, max_size=3),
)
def test_the_top_of_a_phrase_is_that_of_its_scores(load, seed, count, k, k1, weights):
    chance = random.Random(seed)
    num_docs = 40
    places = array(
        "Q", sorted({place(chance.randrange(120), chance.randrange(9)) for _ in range(count)})
    )
    norms = array("d", [chance.choice((0.5, 1.0, 1.5)) for _ in range(3 * num_docs)])
    excluded = {doc for doc in range(num_docs) if chance.random() < 0.2}
    bits = sum(1 << doc for doc in excluded).to_bytes(5, "little") if excluded else b""
    bm25f, top_k = load("bm25f"), load("top_k")
    docs, sums = bm25f.sum_fields(places, array("d", weights), norms, 0)
    scores = bm25f.saturate(sums, k1, 1.7)
    expected = sorted(
        ((doc, score) for doc, score in zip(docs, scores, strict=True) if doc not in excluded),
        key=lambda hit: (-hit[1], hit[0]),
    )[:k]
    best = top_k.top_of_places(places, array("d", weights), norms, bits, k1, 1.7, k)
    assert [part.typecode for part in best] == ["I", "d"]
    assert list(zip(*best, strict=True)) == expected
