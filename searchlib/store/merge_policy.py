"""Which segments are merged next: a function of how large they are, and of nothing else.

Each commit adds a segment at the end. Only neighbours are merged, so that documents stay in the
order of insertion. The policy keeps segments few and large, and writes each article few times.

**Tiers.** A segment's size is the bytes of its live articles, as a merge costs what it writes. Each
tier is of segments five times as large as those of the tier before. It works as counting does: a
digit that is full is carried. Four segments of a tier may stand beside each other; with the fifth,
they become one of the next tier. So an article is written again about once a tier, which is once
each time that the archive has grown fivefold. 1,000 commits of ten articles write 4.6 times what
they add, beside an archive of one segment of any size, and leave 16 segments; every fifth commit
merges. Beside an archive of four large segments they write less than nine times what they add.

**Small ones before a large one** count to its tier, or a small one between two large ones stayed
forever. Small ones after it do not: an archive stands at the beginning, and commits follow it.

**Which of a full tier** are merged: those neighbours that cost least for each segment saved, if

- the largest is no more than five times as large as the others together. So an article is written
  again only into a segment that is a fifth larger at least;
- n of them are no more than n + 5 times as large as the newest of the tier, the one that filled
  it. An archive that came in four large segments is not written again whole for a fifth small one.

So what a commit writes is in proportion to what came since the last merge of that tier. Where the
neighbours of a full tier are so unlike each other that none may be merged, they stay. This needs
a contrived series of commits, each many times as large as all others together. Otherwise there are
at most four segments of each tier.

**Deleted articles** are left out by any merge. Beside that, once half of the bytes of all segments
are of deleted articles, the one that has most of them, and at least as many as live ones, is
written again by itself. This writes no more than was deleted from it. So an index takes less than
twice the bytes of its live articles, and replacing an article costs at most the writing of one
more. Until then deletions only make a segment smaller, for its tier too.

**Limits.** What a segment has is numbered with 32 bits. So one that is half as large as one may be
is full: it is merged no more, and has its neighbours apart. Of smaller neighbours no more are
merged at once than fit. At the worst there is a full segment for each 0.9 GB. A full one of which
most is deleted is written again like others, and may be merged after that.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from searchlib.segment.stored_articles import MAX_STORED_BYTES

__all__ = ["FACTOR", "SegmentSize", "next_merge"]

FACTOR: Final = 5
"""How many segments of a tier become one, and how much larger the largest may be than the rest.

With 4 there are at most 14 segments instead of 16 in 1,000 commits of ten articles, and a merge in
every fourth commit instead of every fifth. With 6 there are 18.
"""

_MAX_AT_ONCE: Final = FACTOR**2
"""Maximum number of segments of one merge, to bound its memory and the time to choose them."""

_MAX_DOCS: Final = 1 << 24
_MAX_BYTES: Final = MAX_STORED_BYTES // 2
"""Maximum size of the files that become one, to bound the merged one.

With the dictionary of another segment the articles take more, up to twice as much for news. The
other sections keep their size.
"""


class SegmentSize(NamedTuple):
    """What the policy knows of a segment: its documents, and the bytes of its file.

    One that is not ``mergeable``, as it cannot be read, is left alone and has its neighbours apart.
    """

    live: int
    deleted: int
    bytes: int
    mergeable: bool = True

    @property
    def live_bytes(self) -> int:
        """The bytes of live documents, as if all documents took the same."""
        return self.bytes * self.live // max(1, self.live + self.deleted)

    @property
    def full(self) -> bool:
        """Whether it is too large to be merged with others."""
        return 2 * self.bytes > _MAX_BYTES or 2 * self.live > _MAX_DOCS


def next_merge(segments: Sequence[SegmentSize]) -> slice | None:
    """Return the neighbours to be merged next, or None; a slice of one is to be written by itself.

    ``segments`` stand in the order of insertion. The same sizes always give the same slice. Asked
    again with the result in the place of what was merged, it comes to None: each merge leaves fewer
    segments, or fewer with deleted documents. Takes 25 steps for each segment at the most.
    """
    for places in _full_tiers(segments):
        if neighbours := _cheapest(segments, places):
            return neighbours
    return _much_deleted(segments)


def _full_tiers(segments: Sequence[SegmentSize]) -> list[range]:
    """Return the places of neighbours of one tier where there are enough; the newest first."""
    tiers: list[int | None] = []
    highest = 0  # of the segments after it: a small one before a large one counts to its tier
    for segment in reversed(segments):
        apart = segment.full or not segment.mergeable
        highest = 0 if apart else max(highest, _tier(segment.live_bytes))
        tiers.append(None if apart else highest)
    places = range(len(segments) - 1, -1, -1)
    groups = [
        (tier, [place for place, _ in group])
        for tier, group in groupby(zip(places, tiers, strict=True), key=itemgetter(1))
    ]
    return [
        range(group[-1], group[0] + 1)
        for tier, group in groups
        if tier is not None and len(group) >= FACTOR
    ]


def _tier(size: int) -> int:
    tier = 0
    while size >= FACTOR:
        size //= FACTOR
        tier += 1
    return tier


def _cheapest(segments: Sequence[SegmentSize], places: range) -> slice | None:
    """Return the neighbours that cost least for each segment saved; of equals the oldest."""
    best: slice | None = None
    best_cost, best_saved = 0, 1
    newest = segments[places[-1]].live_bytes
    for first in places:
        size = largest = docs = file_bytes = 0
        for place in range(first, min(places.stop, first + _MAX_AT_ONCE)):
            segment = segments[place]
            docs += segment.live
            file_bytes += segment.bytes
            if docs > _MAX_DOCS or file_bytes > _MAX_BYTES:
                break
            size += segment.live_bytes
            largest = max(largest, segment.live_bytes)
            saved = place - first
            balanced = saved and largest <= FACTOR * (size - largest)
            if not balanced or size > (saved + 1 + FACTOR) * newest:
                continue
            if best is None or size * best_saved < best_cost * saved:
                best, best_cost, best_saved = slice(first, place + 1), size, saved
    return best


def _much_deleted(segments: Sequence[SegmentSize]) -> slice | None:
    """Return the segment to be written again for its deleted documents alone."""
    readable = [place for place, segment in enumerate(segments) if segment.mergeable]
    wasted = {place: segments[place].bytes - segments[place].live_bytes for place in readable}
    if 2 * sum(wasted.values()) < sum(segments[place].bytes for place in readable):
        return None
    worth_it = [
        place
        for place in readable
        if segments[place].deleted and 2 * wasted[place] >= segments[place].bytes
    ]
    # The one with most: a small one would save little, and the next commit would want another.
    place = max(worth_it, key=wasted.__getitem__, default=None)
    return None if place is None else slice(place, place + 1)
