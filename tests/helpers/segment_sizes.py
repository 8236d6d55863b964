"""The sizes of segments, and of what a merge makes of them."""

from __future__ import annotations

from searchlib.store.merge_policy import FACTOR, SegmentSize


def sizes(*live: int, bytes_each: int = 1000) -> list[SegmentSize]:
    """Return segments of so many live articles each."""
    return [SegmentSize(count, 0, count * bytes_each) for count in live]


def merged(part: list[SegmentSize]) -> SegmentSize:
    """Return the size of the merged segment, if each article keeps its size."""
    return SegmentSize(sum(one.live for one in part), 0, sum(one.live_bytes for one in part))


def balanced(part: list[SegmentSize]) -> bool:
    """Return whether the largest is at most five times as large as the others together."""
    largest = max(one.live_bytes for one in part)
    return largest <= FACTOR * (sum(one.live_bytes for one in part) - largest)
