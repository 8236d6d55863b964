"""The matcher over a posting list against Whoosh's own over plain lists."""

from __future__ import annotations

import random
import struct
from bisect import bisect_left
from functools import cached_property

import pytest
from whoosh import formats
from whoosh.matching import ListMatcher, ReadTooFar
from whoosh.scoring import BaseScorer

from searchlib.whoosh.codec.matcher import PostingMatcher
from searchlib.whoosh.codec.payloads import encode_payloads
from searchlib.whoosh.codec.posting_lists import PostingList, encode_postings

pytestmark = pytest.mark.kernels

TERM = ("body", b"word")
FORMAT = formats.Positions()
COUNTS = [1, 2, 127, 128, 129, 256, 300, 700]
SEEDS = range(5)


class Weights(BaseScorer):
    """Scores a posting by its weight."""

    def supports_block_quality(self):
        return True

    def score(self, matcher):
        return matcher.weight()

    def max_quality(self):
        return 9.0

    def block_quality(self, matcher):
        return matcher.block_max_weight()


class Case:
    """A random list, as one matcher and the other."""

    def __init__(self, count: int, seed: int = 0, *, foreign: bool = False) -> None:
        chance = random.Random(1000 * count + seed)
        self.docs = sorted(chance.sample(range(count * (1 + seed)), count))
        self.weights = [float(chance.randrange(1, 9)) for _ in range(count)]
        self.lengths = [chance.randrange(1, 500) for _ in range(count)]
        self.values = [
            FORMAT.encode(sorted(chance.sample(range(1000), int(weight))))
            for weight in self.weights
        ]
        if foreign:  # the same positions, in a pickle that the format never writes
            self.values = [value + b"." for value in self.values]

    @cached_property
    def postings(self) -> PostingList:
        payloads, foreign = encode_payloads(FORMAT, self.values)
        data = encode_postings(self.docs, self.weights, self.lengths, payloads, foreign=foreign)
        bounds = self.docs[-1], max(self.weights), min(self.lengths)
        return PostingList(memoryview(data), len(self.docs), *bounds)

    def ours(self) -> PostingMatcher:
        return PostingMatcher(self.postings, TERM, FORMAT, Weights())

    def theirs(self) -> ListMatcher:
        return ListMatcher(self.docs, self.weights, self.values, FORMAT, Weights(), term=TERM)


def seen(matcher) -> tuple:
    """Give all that is known of the posting that a matcher is at."""
    if not matcher.is_active():
        return ()
    return (
        matcher.id(),
        matcher.weight(),
        matcher.value(),
        matcher.score(),
        [
            matcher.value_as(kind)
            for kind in ("positions", "frequency", "weight", "position_boosts")
        ],
    )


many = pytest.mark.parametrize("count", COUNTS)
seeds = pytest.mark.parametrize("seed", SEEDS)


@many
@pytest.mark.parametrize("foreign", [False, True])
def test_next_goes_through_the_whole_list(count, foreign):
    case = Case(count, 2, foreign=foreign)
    ours, theirs = case.ours(), case.theirs()
    for _ in range(count):
        assert seen(ours) == seen(theirs) != ()
        ours.next()
        theirs.next()
    assert not ours.is_active()
    assert not theirs.is_active()


@many
def test_next_tells_where_a_block_ends(count):
    ours = Case(count).ours()
    ends = [number for number in range(1, count + 1) if ours.next()]
    assert ends == [*range(128, count, 128), count]


@many
@seeds
def test_skipping_and_stepping_lead_to_the_same_postings(count, seed):
    case = Case(count, seed)
    chance = random.Random(seed)
    for _ in range(20):
        ours, theirs = case.ours(), case.theirs()
        while ours.is_active() and theirs.is_active():
            assert seen(ours) == seen(theirs)
            if chance.random() < 0.3:
                ours.next()
                theirs.next()
            else:  # backwards too, which must change nothing
                target = ours.id() + chance.randrange(-50, 1 + (1 + seed) * chance.choice([2, 300]))
                ours.skip_to(target)
                theirs.skip_to(target)
        assert ours.is_active() == theirs.is_active()


@many
def test_every_document_is_skipped_to_from_the_start(count):
    case = Case(count, 1)
    for target in range(case.docs[-1] + 2):
        ours = case.ours()
        ours.skip_to(target)
        place = bisect_left(case.docs, target)
        assert ours.is_active() == (place < count)
        assert not ours.is_active() or ours.id() == case.docs[place]


@many
def test_the_bounds_are_those_of_the_block_that_it_is_in(count):
    case = Case(count, 1)
    ours = case.ours()
    for number in range(count):
        part = slice(number // 128 * 128, number // 128 * 128 + 128)
        assert ours.block_min_id() == case.docs[part][0]
        assert ours.block_max_id() == case.docs[part][-1]
        assert ours.block_max_weight() == max(case.weights[part])
        assert ours.block_min_length() == min(case.lengths[part])
        assert ours.block_max_length() >= max(case.lengths[part])
        assert ours.block_quality() == max(case.weights[part])
        ours.next()


@many
def test_at_the_end_nothing_is_read_and_the_last_bounds_stay(count):
    case = Case(count)
    for go_to_end in (
        lambda matcher: [matcher.next() for _ in case.docs],
        lambda matcher: matcher.skip_to(case.docs[-1] + 1),
        lambda matcher: matcher.skip_to(1 << 40),
        lambda matcher: matcher.skip_to_quality(100.0),
    ):
        ours = case.ours()
        go_to_end(ours)
        assert not ours.is_active()
        with pytest.raises(ReadTooFar):
            ours.next()
        with pytest.raises(ReadTooFar):
            ours.skip_to(0)
        assert ours.id() == case.docs[-1]
        for read in (ours.weight, ours.value, ours.block_min_id):
            with pytest.raises(IndexError):
                read()
        last = (count - 1) // 128 * 128
        assert ours.block_max_id() == case.docs[-1]
        assert ours.block_max_weight() == max(case.weights[last:])
        assert ours.block_min_length() == min(case.lengths[last:])
        assert ours.skip_to_quality(0.0) == 0
        ours.reset()
        assert ours.id() == case.docs[0]


def test_blocks_that_cannot_be_good_enough_are_skipped():
    case = Case(700)
    case.weights = [float(1 + (number // 128 == 3)) for number in range(700)]
    case.values = [FORMAT.encode(range(int(weight))) for weight in case.weights]
    ours = case.ours()
    assert ours.supports_block_quality()
    assert ours.max_quality() == 9.0
    assert ours.skip_to_quality(0.5) == 0
    assert ours.skip_to_quality(1.0) == 3
    assert ours.id() == case.docs[384]
    assert ours.skip_to_quality(2.0) == 3
    assert not ours.is_active()


def test_a_copy_goes_its_own_way():
    case = Case(300)
    ours = case.ours()
    ours.skip_to(case.docs[150])
    copied = ours.copy()
    assert seen(copied) == seen(ours)
    copied.skip_to(case.docs[290])
    assert (ours.id(), copied.id()) == (case.docs[150], case.docs[290])
    ours.next()
    assert (ours.id(), copied.id()) == (case.docs[151], case.docs[290])


@many
def test_all_documents_and_values_are_given_at_once(count):
    case = Case(count)
    assert list(case.ours().all_ids()) == case.docs
    assert case.ours().term() == TERM
    positions = [FORMAT.decode_positions(value) for value in case.values]
    assert list(case.ours().items_as("positions")) == list(zip(case.docs, positions, strict=True))


def test_a_block_is_read_only_when_a_posting_of_it_is_asked_for():
    case = Case(300)
    data = bytearray(encode_postings(case.docs, case.weights, case.lengths, [b""] * 300))
    _, end = struct.unpack_from("<II", data)
    data[3 * 20 + end] = 99  # the width of the second block
    postings = PostingList(memoryview(bytes(data)), 300, case.docs[-1], 8.0, 1)
    ours = PostingMatcher(postings, TERM, FORMAT, None)
    ours.skip_to(case.docs[256])
    assert ours.id() == case.docs[256]
    ours.reset()
    with pytest.raises(ValueError, match="99 bytes"):
        ours.skip_to(case.docs[128])
