"""Which documents a filter leaves out, kept for the next query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from searchlib.kernels.postings import filtering
from searchlib.planning.plan import Plan
from searchlib.ranking.scoring import Scorer
from searchlib.ranking.searching import evaluate

__all__ = ["KeptFilters", "excluded_by"]

_KEPT: Final = 64


class KeptFilters(dict[Plan, list[bytearray]]):
    """For each filter a bit for each document that it leaves out, segment by segment."""


def excluded_by(wanted: Plan | None, scorer: Scorer) -> Sequence[bytearray]:
    """Return for each segment a bit for each document that does not match ``wanted``.

    Deleted documents are among them. Without a filter these are all, and nothing is given for a
    segment that has none. Costs the evaluation of a filter that is new.
    """
    snapshot = scorer.snapshot
    if wanted is None:
        return snapshot.excluded
    kept = snapshot.cache(KeptFilters)
    found = kept.get(wanted)
    if found is None:
        docs = evaluate(wanted, scorer).docs
        found = [filtering.others(docs, part.base, part.num_docs) for part in snapshot.parts]
        if len(kept) >= _KEPT:
            kept.clear()
        kept[wanted] = found
    return found
