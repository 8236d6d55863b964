"""Evaluate a plan, and select the best of its matches."""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence

from searchlib.engine.protocol import Sort
from searchlib.kernels.postings import combining
from searchlib.kernels.ranking.top_k import top_k
from searchlib.planning.plan import AllOf, AnyOf, Clauses, Everything, Except, Nothing, Plan
from searchlib.ranking.matches import NO_MATCHES, Matches, all_of, any_of, times
from searchlib.ranking.scoring import Scorer
from searchlib.store.snapshot import NO_DATE, Snapshot

__all__ = ["evaluate", "select"]


def evaluate(plan: Plan, scorer: Scorer) -> Matches:
    """Return every live document that ``plan`` matches, with its score.

    Reads every posting of every leaf, one leaf at a time. It is the exhaustive alternative to
    best_documents.py, which skips postings.
    """
    match plan:
        case Nothing():
            return NO_MATCHES
        case Everything():
            return _everything(scorer.snapshot)
        case AnyOf(parts):
            return any_of(_each(parts, scorer))
        case AllOf(parts):
            required = [part for part in parts if not isinstance(part, Except)]
            excluded = [part.part for part in parts if isinstance(part, Except)]
            return _without(_all(required, scorer), excluded, scorer)
        case Except(part):
            return _without(_everything(scorer.snapshot), [part], scorer)
        case Clauses(required, optional, prohibited):
            if required or not optional:
                found = _all(required, scorer)
                extra = any_of(_each(optional, scorer))
                found = Matches(*combining.optional(*found, *extra))
            else:
                found = any_of(_each(optional, scorer))
            return _without(found, prohibited, scorer)
        case _:
            return scorer.score(plan)


def _everything(snapshot: Snapshot) -> Matches:
    return Matches(snapshot.live, array("d", bytes(8 * len(snapshot.live))))


def _all(parts: Sequence[Plan], scorer: Scorer) -> Matches:
    if not parts:
        return _everything(scorer.snapshot)
    return all_of(list(_each(parts, scorer)))


def _each(parts: Sequence[Plan], scorer: Scorer) -> Iterator[Matches]:
    """Evaluate each distinct part once. Planning makes one object of a repeated part."""
    counts = Counter(map(id, parts))
    for part in {id(part): part for part in parts}.values():
        yield times(evaluate(part, scorer), counts[id(part)])


def _without(found: Matches, parts: Sequence[Plan], scorer: Scorer) -> Matches:
    for part in {id(part): part for part in parts}.values():
        found = Matches(*combining.difference(*found, evaluate(part, scorer).docs))
    return found


def select(snapshot: Snapshot, found: Matches, sort: Sort, count: int) -> list[tuple[int, float]]:
    """Return the first ``count`` documents in the order of ``sort``, each with its score.

    Equal scores and equal dates are in the order of insertion, which is the order of documents. An
    article that was replaced counts as inserted at its replacement. In an order by date, articles
    without a date come last.
    """
    if sort == "relevance":
        indexes = list(top_k(found.scores, count))
    else:
        published = snapshot.published
        sign = -1 if sort == "newest" else 1

        def key(index: int) -> tuple[bool, int]:
            doc = found.docs[index]
            date = published[doc]
            return date == NO_DATE, sign * date

        indexes = heapq.nsmallest(count, range(len(found.docs)), key=key)
    return [(found.docs[index], found.scores[index]) for index in indexes]
