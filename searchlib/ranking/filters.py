"""The documents that a filter excludes, cached for the next query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from searchlib.kernels.postings import filtering
from searchlib.planning.plan import Plan
from searchlib.ranking.scoring import Scorer
from searchlib.ranking.searching import evaluate

__all__ = ["FilterCache", "excluded_by"]

_MAX_CACHED: Final = 64
"""Maximum number of cached filters of a snapshot, to bound memory."""


class FilterCache(dict[Plan, list[bytearray]]):
    """Cache of the excluded documents by filter: for each segment a bit for each document."""


def excluded_by(wanted: Plan | None, scorer: Scorer) -> Sequence[bytearray]:
    """Return for each segment a bit for each document that does not match ``wanted``.

    Deleted documents are excluded too. Without a filter only they are excluded, and a segment
    without deleted documents has an empty bytearray. A filter that is not cached is evaluated.
    """
    snapshot = scorer.snapshot
    if wanted is None:
        return snapshot.excluded
    cache = snapshot.cache(FilterCache)
    excluded = cache.get(wanted)
    if excluded is None:
        docs = evaluate(wanted, scorer).docs
        excluded = [filtering.others(docs, part.base, part.num_docs) for part in snapshot.parts]
        if len(cache) >= _MAX_CACHED:
            cache.clear()
        cache[wanted] = excluded
    return excluded
