"""Which segments are merged next, by their sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.store import merge_policy
from searchlib.store.merge_policy import SegmentSize, next_merge
from tests.helpers.segment_sizes import balanced, merged, sizes

pytestmark = pytest.mark.kernels


def test_a_few_deletions_in_a_small_segment_are_left_to_the_next_merge_of_its_tier() -> None:
    assert next_merge([SegmentSize(1000, 0, 10**6), SegmentSize(1, 9, 10**4)]) is None
    assert next_merge([SegmentSize(10, 0, 10**4), SegmentSize(1, 9, 10**4)]) is None
    assert next_merge([SegmentSize(1, 9, 10**4), SegmentSize(8, 2, 10**4)]) == slice(0, 1)


def test_of_several_much_deleted_the_one_with_most_is_written_again() -> None:
    assert next_merge([SegmentSize(1, 9, 10**4), SegmentSize(300, 700, 10**6)]) == slice(1, 2)


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        ((10,) * 5, slice(0, 5)),
        ((10,) * 4, None),
        ((72_251, 10, 10, 10, 10), None),
        ((72_251, *(10,) * 5), slice(1, 6)),
        ((72_251, *(12_000,) * 4), None),
        ((72_251, *(30_000,) * 4), slice(1, 5)),
        ((72_251, *(3_125,) * 4, *(10,) * 5), slice(5, 10)),  # small ones first
        ((10,) * 4 + (60,), slice(0, 4)),  # not the large one with them
        ((100, 100, 100, 100, 32), slice(2, 5)),  # not all four for a small one
        ((10, 60, 10, 60, 10, 60), slice(0, 5)),  # small ones between large ones
        ((1, 10, 100, 1000, 10_000), None),  # each many times those before
        ((10,) * 60, slice(0, 25)),
    ],
)
def test_five_of_a_tier_become_one(live, expected) -> None:
    assert next_merge(sizes(*live, bytes_each=100)) == expected


def test_what_must_not_be_merged_stays_only_where_each_is_far_larger_than_all_beside_it() -> None:
    counts = [13 ** ((n & -n).bit_length() - 1) for n in range(1, 32)]
    segments: list[SegmentSize] = []
    for count in counts:
        segments += sizes(count)
        assert next_merge(segments) is None
    assert next_merge([*segments, *sizes(max(counts))]) == slice(7, 32)


@pytest.mark.parametrize(
    ("file_bytes", "expected"),
    [
        ((10,) * 5, slice(0, 5)),
        ((10,) * 11, slice(0, 10)),  # as many as fit
        ((50,) * 8, slice(0, 2)),
        ((51, *(10,) * 5), slice(1, 6)),  # full: left alone
        ((10,) * 4 + (51,) + (10,) * 4, None),
        ((51,) * 20, None),
    ],
)
def test_no_more_than_fits_into_a_segment_is_merged(monkeypatch, file_bytes, expected) -> None:
    monkeypatch.setattr(merge_policy, "_MAX_BYTES", 100)
    assert next_merge([SegmentSize(7, 0, size) for size in file_bytes]) == expected


def test_nor_more_documents(monkeypatch) -> None:
    monkeypatch.setattr(merge_policy, "_MAX_DOCS", 100)
    assert next_merge([SegmentSize(13, 0, 1)] * 8) == slice(0, 7)
    assert next_merge([SegmentSize(51, 0, 1), *[SegmentSize(13, 0, 1)] * 8]) == slice(1, 8)
    assert next_merge([SegmentSize(51, 0, 1)] * 9) is None


def test_a_full_segment_is_written_again_when_half_is_deleted(monkeypatch) -> None:
    monkeypatch.setattr(merge_policy, "_MAX_BYTES", 100)
    assert next_merge([SegmentSize(50, 49, 99), SegmentSize(1, 0, 9)]) is None
    assert next_merge([SegmentSize(40, 59, 99), SegmentSize(1, 0, 9)]) == slice(0, 1)


def test_one_that_cannot_be_read_is_left_alone() -> None:
    ten, broken = SegmentSize(10, 0, 10_000), SegmentSize(10, 0, 10_000, mergeable=False)
    assert next_merge([*[ten] * 4, broken, *[ten] * 4]) is None
    assert next_merge([broken, *[ten] * 5, broken]) == slice(1, 6)
    assert next_merge([ten, broken._replace(live=1, deleted=9)]) is None
    assert next_merge([]) is None


any_sizes = st.lists(
    st.builds(
        SegmentSize,
        live=st.integers(0, 50) | st.integers(0, 1 << 24),
        deleted=st.just(0) | st.integers(0, 50) | st.integers(0, 1 << 24),
        bytes=st.integers(0, 3) | st.integers(4000, 40_000) | st.integers(0, 1 << 32),
        mergeable=st.sampled_from([True, True, True, False]),
    ),
    max_size=60,
)


@given(any_sizes)
def test_whatever_the_sizes_merging_ends_and_each_merge_is_allowed(segments) -> None:
    for _ in range(2 * len(segments) + 1):
        neighbours = next_merge(tuple(segments))
        if neighbours is None:
            return
        part = segments[neighbours]
        assert part == segments[neighbours.start : neighbours.stop] != []
        assert all(one.mergeable for one in part)
        if len(part) > 1:
            assert not any(one.full for one in part)
            assert sum(one.bytes for one in part) <= merge_policy._MAX_BYTES
            assert sum(one.live for one in part) <= merge_policy._MAX_DOCS
            assert balanced(part)
        else:
            assert part[0].deleted
            assert 2 * part[0].live_bytes <= part[0].bytes
        segments[neighbours] = [merged(part)]
    pytest.fail("merging did not end")
