"""Many words looked up at once and their occurrences added up, against one after another."""

from __future__ import annotations

import random
from array import array
from bisect import bisect_left
from collections import Counter
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.kernels import both, built, plain
from tests.helpers.outcomes import outcome
from tests.helpers.sorted_tables import damage, damages, encoded
from tests.property.posting_lists import padded, place, seeds, small, tokens, written

pytestmark = pytest.mark.kernels

words = st.text("abé", min_size=1, max_size=5).map(str.encode) | st.integers(0, 99).map(
    lambda number: b"word%02d" % number
)


def table(entries):
    """Encode a table of words, the second of a word with a zero and a number behind it."""
    ordered = sorted(entries)
    keys = [
        word + (b"\0%c" % number if (number := at - bisect_left(ordered, (word,))) else b"")
        for at, (word, _) in enumerate(ordered)
    ]
    values = [value for _, value in ordered]
    return encoded(built, keys, [1000 + value for value in values], values)


def find(load, data, blocks, keys, room):
    ends = array("Q", accumulate(map(len, keys)))
    return load("sorted_keys").find_all(data, blocks, b"".join(keys), ends, room)


@both
@given(
    entries=st.sets(st.tuples(words, st.integers(0, 300)), max_size=80),
    asked=st.sets(words, max_size=30),
    room=st.integers(0, 20),
)
@example(entries={(b"a", number) for number in range(40)}, asked={b"a"}, room=50)
@example(entries={(b"a", 1), (b"ab", 2), (b"b", 3)}, asked={b"a", b"aa", b"b"}, room=0)
def test_words_are_found_with_all_their_entries(load, entries, asked, room):
    data, blocks = table(entries)
    expected = [value for word, value in sorted(entries) if word in asked]
    count, values = find(load, data, blocks, sorted(asked), room)
    assert count == len(expected)
    assert list(values) == [1000 + value << 32 | value for value in expected[:room]]
    everything = sorted({word for word, _ in entries})
    assert find(load, data, blocks, everything, 100)[0] == len(entries)


@given(
    entries=st.sets(st.tuples(words, st.integers(0, 300)), max_size=40),
    asked=st.lists(words, max_size=9),
    how=damages,
)
def test_a_damaged_table_is_refused_or_another(entries, asked, how):
    data, blocks = table(entries)
    damage(data, blocks, how)
    left, right = (
        outcome(lambda load=load: find(load, data, blocks, asked, 9)) for load in (built, plain)
    )
    assert left == right


@both
@pytest.mark.parametrize(
    ("ends", "room"), [((2, 1), 9), ((4,), 9), ((2**64 - 1,), 9), ((1,), -1), ((1, 0, 2), 9)]
)
def test_ends_that_are_none_are_refused(load, ends, room):
    data, blocks = table({(b"abc", 1)})
    with pytest.raises(ValueError, match="damaged"):
        load("sorted_keys").find_all(data, blocks, b"abc", array("Q", ends), room)


@both
@pytest.mark.parametrize("values", [(2**32, 0), (0, 2**32), (2**62, 2**62)])
def test_values_of_more_than_32_bits_are_refused(load, values):
    data, blocks = encoded(built, [b"a"], values[:1], values[1:])
    with pytest.raises(ValueError, match="damaged"):
        find(load, data, blocks, [b"a"], 9)


class Counts:
    """What count() writes to, for some documents and bytes of lists."""

    def __init__(self, num_docs: int, size: int, window_bits: int = 5) -> None:
        self.window_bits = window_bits
        self.counts = array("I", bytes(12 * num_docs))
        self.windows = bytearray((num_docs - 1 >> window_bits) + 1)
        self.pages = bytearray((size - 1 >> 6) + 1)

    def count(self, load, lists, numbers, wanted, num_docs, places=()):
        wanted, places = array("Q", wanted), array("Q", places)
        load("lists").count(
            lists, numbers, wanted, num_docs, self.window_bits,
            self.counts, self.windows, self.pages, 6, places,
        )  # fmt: skip
        return places

    def places(self, load, lists, numbers, wanted, num_docs):
        """Give the places of words that were counted."""
        total = load("lists").begin(self.counts, self.windows, self.window_bits)
        room = array("Q", bytes(8 * total))
        found = self.count(load, lists, numbers, wanted, num_docs, room) if total else room
        return load("phrases").in_order(found)


def counted(expected, wanted):
    """Give how often each field of a document has a wanted form, by 3 * document + field."""
    return Counter(span for span, _, form in expected if form in wanted)


@both
@given(
    seed=seeds,
    num_docs=st.sampled_from((1, 40, 200, 3000)),
    share=st.sampled_from((0.9, 0.1, 0.005)),
    wanted=st.sets(st.integers(0, 4), min_size=1),
)
def test_counts_are_those_of_the_wanted_forms(load, seed, num_docs, share, wanted):
    if load is plain:
        num_docs = min(num_docs, 200)
    stream = tokens(seed, num_docs, (share, share / 2, 0.3))
    lists = written(built, stream, 5)
    places, expected, pages = [], Counter(), set()
    for term, df in enumerate(lists.dfs):
        forms = wanted & {*range(stream.num_forms[term])}
        if df and forms:
            places += [lists.starts[term] << 32 | form for form in sorted(forms)]
            expected += counted(stream.expected[term], forms)
            _, end = built("lists").parse(lists.data, lists.words, lists.starts[term], num_docs, 5)
            pages |= {*range(lists.starts[term] >> 6, (end - 1 >> 6) + 1)}
    found = Counts(num_docs, len(lists.data))
    found.count(load, lists.data, lists.words, places, num_docs)
    assert {page for page, read in enumerate(found.pages) if read} == pages
    at = {
        place(span, position)
        for term, own in enumerate(stream.expected)
        for span, position, form in own
        if form in wanted and lists.dfs[term]
    }
    norms = array("d", [1.0 + span % 7 for span in range(3 * num_docs)])
    for weights in ((2.0, 1.0, 0.3), (-1.0, 1.0, 0.0), (-1.0, -1.0, -1.0)):
        sums: dict[int, float] = {}
        for span, count in sorted(expected.items()):
            if weights[span % 3] >= 0.0:
                more = weights[span % 3] * count * norms[span]
                sums[span // 3 + 70] = sums.get(span // 3 + 70, 0.0) + more
        docs, values = load("bm25f").sum_counts(
            found.counts, found.windows, 5, array("d", weights), norms, 70
        )
        assert (docs.typecode, values.typecode) == ("I", "d")
        assert dict(zip(docs, values, strict=True)) == sums
        assert list(docs) == sorted(docs)
    for field in range(3):
        docs, counts = load("bm25f").counted(found.counts, found.windows, 5, field, 70)
        assert (docs.typecode, counts.typecode) == ("I", "d")
        assert list(zip(docs, counts, strict=True)) == sorted(
            (span // 3 + 70, count) for span, count in expected.items() if span % 3 == field
        )
    # Two terms at one position are one place.
    assert list(found.places(load, lists.data, lists.words, places, num_docs)) == sorted(at)


@both
def test_a_term_of_hundreds_of_words(load):
    stream = tokens(7, 90, (0.9,), far=900)
    chance = random.Random(3)
    # Each token is another pair, and has any of the forms.
    forms_of = array("I", [chance.randrange(300) for _ in stream.pairs])
    stream = stream._replace(
        pairs=array("I", range(len(forms_of))),
        term_of=array("I", bytes(4 * len(forms_of))),
        form_of=forms_of,
        num_forms=array("I", [300]),
    )
    lists = written(built, stream, 5)
    spans = [span for span, count in enumerate(stream.counts) for _ in range(count)]
    first: dict[tuple[int, int], int] = {}
    for span, at, form in zip(spans, stream.places, forms_of, strict=True):
        first.setdefault((span, at), form)
    wanted = range(0, 300, 7)
    expected = Counter(span for (span, _), form in first.items() if form in wanted)
    found = Counts(90, len(lists.data))
    found.count(load, lists.data, lists.words, wanted, 90)
    assert {span: count for span, count in enumerate(found.counts) if count} == dict(expected)
    assert list(found.places(load, lists.data, lists.words, wanted, 90)) == sorted(
        place(span, at) for (span, at), form in first.items() if form in wanted
    )


@given(
    changes=st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=3),
    cut=st.integers(0, 40),
    places=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 5) | st.integers(0, 2**32 - 1)), max_size=4
    ),
    num_docs=st.sampled_from((1, 40, 80)),
    room_for=st.sampled_from((1, 30, 1000)),
)
def test_lists_that_are_damaged_are_refused_or_others(changes, cut, places, num_docs, room_for):
    _, lists = small()
    data = bytearray(lists.data)
    for at, byte in changes:
        data[at % len(data)] = byte
    data, numbers = padded(bytes(data[: len(data) - cut]))
    starts = [*lists.starts, 2**32 - 1]
    wanted = [starts[min(term, len(starts) - 1)] << 32 | form for term, form in places]
    outcomes = []
    for load in (built, plain):
        found = Counts(num_docs, len(data))
        refused = outcome(lambda f=found, k=load: f.count(k, data, numbers, wanted, num_docs))
        counts = array("I", found.counts)
        # The lists may be others by now.
        room = array("Q", bytes(8 * room_for))
        where = outcome(
            lambda f=found, k=load, r=room: f.count(k, data, numbers, wanted, num_docs, r)
        )
        outcomes.append((refused, counts, found.counts, where, found.windows, found.pages))
    assert outcomes[0] == outcomes[1]
    assert refused in (array("Q"), "a posting list is damaged")


@both
@pytest.mark.parametrize(
    "wanted", [[1, 0], [0, 0], [0, 1, 2**40], [1 << 32, 0], [9], [2**64 - 1], [2**63]]
)
def test_places_that_are_out_of_order_or_not_there_are_refused(load, wanted):
    stream, lists = small()
    found = Counts(stream.num_docs, len(lists.data))
    with pytest.raises(ValueError, match="damaged"):
        found.count(load, lists.data, lists.words, wanted, stream.num_docs)


@both
def test_lists_that_overlap_are_refused(load):
    # From 0 and from 1 on: one document, one form, a headline with one word, of 1 bit or of none.
    data, numbers = padded(b"\1\1\1\1\0")
    for start in (0, 1):
        found = Counts(1, len(data))
        found.count(load, data, numbers, [start << 32], 1)
        assert list(found.counts) == [1, 0, 0]
    with pytest.raises(ValueError, match="damaged"):
        Counts(1, len(data)).count(load, data, numbers, [0, 1 << 32], 1)


@both
def test_counts_need_room(load):
    stream, lists = small()
    count = load("lists").count
    sizes = len(lists.data), stream.num_docs
    right = Counts(stream.num_docs, len(lists.data))
    for counts, windows, pages, num_docs, bits in (
        (array("I", bytes(12 * sizes[1] - 4)), right.windows, right.pages, sizes[1], 5),
        (right.counts, right.windows[1:], right.pages, sizes[1], 5),
        (right.counts, right.windows, right.pages[1:], sizes[1], 5),
        (right.counts, right.windows, right.pages, sizes[1], 4),
        (right.counts, right.windows, right.pages, 0, 5),
        (right.counts, right.windows, right.pages, -1, 5),
        (right.counts, right.windows, right.pages, sizes[1], 0),
        (right.counts, right.windows, right.pages, sizes[1], 64),
    ):
        with pytest.raises(ValueError, match=r"room|damaged"):
            count(
                lists.data, lists.words, array("Q", [0]), num_docs, bits,
                counts, windows, pages, 6, array("Q"),
            )  # fmt: skip
    counted = load("bm25f").counted
    for bits, field, base in ((0, 0, 0), (31, 0, 0), (5, 3, 0), (5, -1, 0), (5, 0, 2**32 - 1)):
        with pytest.raises(ValueError, match="three fields"):
            counted(right.counts, right.windows, bits, field, base)
    sums, three = load("bm25f").sum_counts, array("d", [1.0, 1.0, 1.0])
    norms = array("d", bytes(8 * len(right.counts)))
    for counts, bits, weights, some, base in (
        (right.counts[1:], 5, three, norms[1:], 0),
        (right.counts, 5, three, norms[3:], 0),
        (right.counts, 5, three[1:], norms, 0),
        (right.counts, 0, three, norms, 0),
        (right.counts, 31, three, norms, 0),
        (right.counts, 5, three, norms, -1),
        (right.counts, 5, three, norms, 2**32 - 1),
    ):
        with pytest.raises(ValueError, match="three fields"):
            sums(counts, right.windows, bits, weights, some, base)
    # More windows than documents have nothing in them.
    assert sums(array("I", [0, 3, 0]), b"\1\1\1", 5, three, three, 7) == (
        array("I", [7]),
        array("d", [3.0]),
    )
    assert counted(array("I", [0, 3, 0]), b"\1\1\1", 5, 1, 7) == (
        array("I", [7]),
        array("d", [3.0]),
    )
