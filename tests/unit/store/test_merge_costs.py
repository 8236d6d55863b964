"""What merging costs over many commits, and how many segments it leaves."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import searchlib
from searchlib import Article
from searchlib.segment.entry import segment_file
from searchlib.store import due_merges, merge_policy
from searchlib.store.merge_policy import FACTOR, SegmentSize, next_merge
from tests.helpers.segment_sizes import balanced, merged, sizes

pytestmark = pytest.mark.kernels

TIMES_WRITTEN = 12
SEGMENTS = 24
"""What 1,000 commits of ten articles may write, in times of what they add, and leave."""


class Archive:
    """Sizes of segments as commits change them, and what was written. Looks at every merge."""

    def __init__(self, base: int = 0, bytes_each: int = 1000) -> None:
        self.segments = sizes(base, bytes_each=bytes_each) if base else []
        self.added = self.written = self.deleted = 0
        self.added_at_all = base * bytes_each
        self.smallest = base * bytes_each or None

    @property
    def live(self) -> int:
        return sum(one.live for one in self.segments)

    def delete(self, docs: list[int]) -> None:
        """Delete documents, counted through the live ones from the oldest."""
        ends = list(accumulate(one.live for one in self.segments))
        for place, count in Counter(bisect_right(ends, doc) for doc in docs).items():
            old = self.segments[place]
            new = old._replace(live=old.live - count, deleted=old.deleted + count)
            self.deleted += old.live_bytes - new.live_bytes
            self.segments[place] = new
        self.segments = [one for one in self.segments if one.live]

    def commit(self, count: int, bytes_each: int = 1000) -> int:
        """Add a segment and merge; give the bytes that merges wrote."""
        self.segments += sizes(count, bytes_each=bytes_each)
        new = count * bytes_each
        self.added += new
        self.added_at_all += new
        self.smallest = min(self.smallest or new, new)
        by_merges = 0
        while neighbours := next_merge(self.segments):
            part = self.segments[neighbours]
            result = merged(part)
            if len(part) > 1:
                assert balanced(part)
                if self.added_at_all > self.added:  # the base is there, and may be the largest
                    assert result.bytes <= (1 + FACTOR) * self.added
            else:
                assert part[0].deleted
                assert result.bytes <= part[0].bytes - part[0].live_bytes
            self.segments[neighbours] = [result]
            by_merges += result.bytes
            assert next_merge(self.segments) != slice(neighbours.start, neighbours.start + 1)
        self.written += new + by_merges
        self.check()
        return by_merges

    def check(self) -> None:
        """What holds after every commit."""
        smallest = min(one.live_bytes for one in self.segments)
        largest = max(one.live_bytes for one in self.segments)
        tiers = 1 + merge_policy._tier(largest) - merge_policy._tier(smallest)
        assert len(self.segments) <= (FACTOR - 1) * tiers
        file_bytes = sum(one.bytes for one in self.segments)
        assert file_bytes < 2 * sum(one.live_bytes for one in self.segments)
        assert self.smallest
        times = 3 + merge_policy._tier(self.added_at_all // self.smallest)
        assert self.written <= times * self.added + self.deleted


@pytest.mark.parametrize("base", [0, 1_000, 21_578, 72_251, 722_510])
@pytest.mark.parametrize("replaced", [0, 5, 10])
def test_a_thousand_commits_of_ten_articles_write_little_and_leave_few_segments(
    base: int, replaced: int
) -> None:
    chance = random.Random(base + replaced)
    archive = Archive(base)
    for _ in range(1000):
        if archive.live:
            archive.delete(chance.sample(range(archive.live), replaced))
        archive.commit(10)
        assert len(archive.segments) - 1 <= SEGMENTS - 6, "beside the first"
    assert archive.written < TIMES_WRITTEN / 2 * archive.added
    if base > 20_000:  # not as much as half is replaced: it stands as it did
        assert archive.segments[0].bytes == base * 1000


@pytest.mark.parametrize("base", [21_578, 72_251])
@pytest.mark.parametrize("parts", [2, 3, 4])
@pytest.mark.parametrize("bytes_each", [400, 1000, 1770, 2592, 4000])
def test_an_archive_that_came_in_several_large_segments_is_not_written_for_a_small_one(
    base: int, parts: int, bytes_each: int
) -> None:
    segments = sizes(*[base // parts] * parts, bytes_each=bytes_each)
    written = 0
    for number in range(1, 1001):
        segments += sizes(10, bytes_each=bytes_each)
        written += 10
        while neighbours := next_merge(segments):
            segments[neighbours] = [merged(segments[neighbours])]
            written += segments[neighbours.start].live
        assert len(segments) - parts <= SEGMENTS
        assert number < 50 or written < TIMES_WRITTEN * number * 10
    assert written < 9 * 1000 * 10


def test_commits_of_ten_are_never_followed_by_more_than_was_added() -> None:
    """The largest merge is of what came since the last one of its tier."""
    archive, chance = Archive(72_251), random.Random(1)
    most = 0
    for _ in range(1000):
        archive.delete(chance.sample(range(archive.live), 5))
        by_merges = archive.commit(10)
        assert by_merges < 1.3 * archive.added
        most += by_merges > 1000 * 1000
    assert most <= 10, "how many commits of a thousand write more than a thousand articles"


@pytest.mark.parametrize(
    "counts",
    [
        [1] * 3000,
        list(range(1, 600)),
        list(range(600, 0, -1)),
        [1, 1000] * 400,
        [1000, 1] * 400,
        [1, 1, 1, 1000] * 200,
        [1, 5, 25, 125, 625] * 100,
        [625, 125, 25, 5, 1] * 100,
        [4, 5] * 500,  # of two tiers
        [124, 125, 126] * 300,
        [4 ** ((n & -n).bit_length() - 1) for n in range(1, 1024)],
        [7 ** ((n & -n).bit_length() - 1) for n in range(1, 256)],
        [2**n for n in range(15)] * 10,
        [3**n for n in range(10)] * 10,
    ],
    ids=lambda counts: f"{counts[0]}-{counts[1]}-{counts[2]}-{len(counts)}",
)
@pytest.mark.parametrize("base", [0, 20_000])
def test_commits_of_any_sizes_in_any_order(counts: list[int], base: int) -> None:
    archive = Archive(base)
    for count in counts:
        archive.commit(count)  # looks at the bounds
    assert archive.live == base + sum(counts)


commits = st.lists(
    st.tuples(
        st.integers(1, 2000) | st.integers(1, 20),
        st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.0]),
        st.sampled_from(["newest", "oldest", "any"]),
        st.integers(200, 9000),
    ),
    min_size=1,
    max_size=80,
)


@given(base=st.sampled_from([0, 0, 1, 1000, 30_000]), commits=commits, seed=st.integers(0, 99))
@example(base=0, commits=[(10, 1.0, "newest", 500)] * 80, seed=0)
@example(base=1000, commits=[(10, 1.0, "oldest", 1000)] * 80, seed=0)
@example(base=30_000, commits=[(2000, 1.0, "any", 1000)] * 80, seed=0)
def test_commits_of_any_sizes_that_replace_any_articles(base, commits, seed) -> None:
    archive, chance = Archive(base), random.Random(seed)
    for count, share, which, bytes_each in commits:
        replaced, live = min(int(count * share), archive.live), archive.live
        docs = {
            "newest": range(live - replaced, live),
            "oldest": range(replaced),
            "any": chance.sample(range(live), replaced),
        }
        archive.delete(list(docs[which]))
        archive.commit(count, bytes_each)  # looks at the bounds


@pytest.mark.parametrize("which", ["newest", "oldest", "any", "recent"])
def test_an_archive_that_is_replaced_again_and_again_does_not_grow(which: str) -> None:
    archive, chance = Archive(3000), random.Random(3)
    for _ in range(2000):
        docs = {
            "newest": range(2990, 3000),
            "oldest": range(10),
            "any": chance.sample(range(3000), 10),
            "recent": chance.sample(range(2900, 3000), 10),
        }
        archive.delete(list(docs[which]))
        archive.commit(10)
        assert archive.live == 3000
        assert sum(one.bytes for one in archive.segments) < 2 * 3000 * 1000
    assert archive.written < TIMES_WRITTEN / 2 * archive.added


def test_what_is_deleted_at_once_is_written_again_only_if_it_is_half() -> None:
    archive = Archive(72_251)
    archive.delete(list(range(0, 72_251, 3)))
    assert archive.commit(10) == 0
    archive.delete(list(range(0, archive.live, 3)))
    assert archive.commit(10) < 72_251 * 1000 / 2
    assert archive.segments[0].deleted == 0
    assert sum(archive.commit(10) for _ in range(50)) < 200 * 10 * 1000


BASE = 2000
COMMITS = 200


def test_real_commits_write_what_the_sizes_say(tmp_path: Path, monkeypatch) -> None:
    """The segments of 200 commits are those of a simulation that knows the sizes of files only."""
    new_bytes: list[int] = []
    merged_bytes: list[int] = []
    real_sizes, real_merge = due_merges.sizes_of, due_merges.merge
    first_look = True

    def sizes_of(entries, storage):
        nonlocal first_look
        found = real_sizes(entries, storage)
        if first_look:
            new_bytes.append(found[-1].bytes)
        first_look = False
        return found

    def merge(storage, entries, announce):
        entry = real_merge(storage, entries, announce)
        merged_bytes.append(storage.file_length(segment_file(entry.name)))
        return entry

    monkeypatch.setattr(due_merges, "sizes_of", sizes_of)
    monkeypatch.setattr(due_merges, "merge", merge)

    chance = random.Random(5)
    words = [f"w{n}x" for n in range(2000)]
    live: list[list[int]] = []  # the articles of each segment, as the simulation has them
    segments: list[SegmentSize] = []
    added = by_merges = 0
    with searchlib.create(tmp_path / "index") as index:
        for commit in range(COMMITS + 1):
            everything = [number for part in live for number in part]
            replaced = chance.sample(everything, 5) if commit else []
            numbers = replaced + list(range(added, added + (5 if commit else BASE)))
            added += len(numbers) - len(replaced)
            first_look = True
            with index.writer() as writer:
                writer.add_many(
                    Article(article_id=f"{number}", body=" ".join(chance.choices(words, k=20)))
                    for number in numbers
                )
            for place, part in enumerate(live):
                kept = [number for number in part if number not in replaced]
                count = len(part) - len(kept)
                segments[place] = segments[place]._replace(
                    live=len(kept), deleted=segments[place].deleted + count
                )
                live[place] = kept
            segments = [one for one in segments if one.live]
            live = [part for part in live if part]
            live.append(numbers)
            segments.append(SegmentSize(len(numbers), 0, new_bytes[commit]))
            written = iter(merged_bytes)
            if not commit:
                assert merged_bytes == []
            while neighbours := next_merge(segments):
                live[neighbours] = [[number for part in live[neighbours] for number in part]]
                segments[neighbours] = [SegmentSize(len(live[neighbours.start]), 0, next(written))]
            assert next(written, None) is None
            by_merges += sum(merged_bytes)
            merged_bytes.clear()
            there = list((tmp_path / "index").glob("*.articles"))
            assert len(there) == len(segments) <= SEGMENTS
            assert sum(file.stat().st_size for file in there) == sum(one.bytes for one in segments)
            assert index.count == sum(map(len, live))
        assert index.check() == []
    base_bytes, *added_bytes = new_bytes
    assert sum(added_bytes) < by_merges < 3 * sum(added_bytes)
    # In a large segment an article takes a third of what it takes in one of ten.
    in_a_large_one = COMMITS * 10 * base_bytes / BASE
    assert by_merges + sum(added_bytes) < TIMES_WRITTEN * in_a_large_one
