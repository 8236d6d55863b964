"""From a plan to its matches, and from those to the best of them."""

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

    Exhaustive, a term at a time: nothing is skipped, so nothing can be skipped wrongly.
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
    """Evaluate parts, each once: planning gives one object for what was typed several times."""
    counts = Counter(map(id, parts))
    for part in {id(part): part for part in parts}.values():
        yield times(evaluate(part, scorer), counts[id(part)])


def _without(found: Matches, parts: Sequence[Plan], scorer: Scorer) -> Matches:
    for part in {id(part): part for part in parts}.values():
        found = Matches(*combining.difference(*found, evaluate(part, scorer).docs))
    return found


def select(snapshot: Snapshot, found: Matches, sort: Sort, count: int) -> list[tuple[int, float]]:
    """Return the first ``count`` documents in the order of ``sort``, each with its score.

    By relevance, equal scores rank by the order of insertion, which is that of the documents; an
    article that was replaced counts as inserted then. By date, articles without one come last, and
    the same moment ranks by the order of insertion.
    """
    if sort == "relevance":
        places = list(top_k(found.scores, count))
    else:
        published = snapshot.published
        sign = -1 if sort == "newest" else 1

        def key(place: int) -> tuple[bool, int]:
            doc = found.docs[place]
            date = published[doc]
            return date == NO_DATE, sign * date

        places = heapq.nsmallest(count, range(len(found.docs)), key=key)
    return [(found.docs[place], found.scores[place]) for place in places]
