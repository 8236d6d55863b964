"""The best documents of a plan, without looking at those that cannot be among them.

A phrase is one walk along the occurrences of its words. Any other plan is flat, or made so: a
document must have some of its parts, may have some, and must not have others. A part that is not a
word is evaluated once and then kept as a word is. What is given is exactly what evaluating the plan
and selecting from that would give; see kernels/ranking/top_windows.py for how.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from typing import Final, TypeAlias

from searchlib.article import TextField
from searchlib.kernels.ranking import top_k, top_windows
from searchlib.planning.plan import AllOf, AnyOf, Clauses, Except, PhraseLeaf, Plan, WordLeaf
from searchlib.ranking.filters import excluded_by
from searchlib.ranking.impacts import MOST_IMPACTS, WINDOW_BITS, Impacts, Scored
from searchlib.ranking.scoring import Scorer

__all__ = [
    "MOST_REQUIRED",
    "OPTIONAL",
    "REQUIRED",
    "Part",
    "best",
    "best_of_parts",
    "best_of_phrase",
]

OPTIONAL: Final = 0
REQUIRED: Final = 1
PROHIBITED: Final = 2

MOST_REQUIRED: Final = 60
"""Of the parts of one query: what the kernel takes."""

_MAX_REPEATS: Final = 8
"""Maximum number of times that a word is one of the parts: each time it is looked at again."""

_KEPT: Final = 4


class KeptImpacts(dict[tuple[float, ...], Impacts]):
    """Impacts by the parameters that they were worked out with."""


Part: TypeAlias = tuple[int, Scored]
"""A part of a flat query: its role and what is looked for."""


def best(
    plan: Plan, scorer: Scorer, count: int, wanted: Plan | None = None
) -> list[tuple[int, float]]:
    """Return the first ``count`` documents by relevance with their scores.

    Ties rank by the order of insertion. A document must match ``wanted`` too, if that is given,
    which adds nothing to its score.
    """
    if isinstance(plan, PhraseLeaf):
        return best_of_phrase(plan.terms, plan.fields, scorer, count, wanted)
    return best_of_parts(_parts(plan), scorer, count, wanted)


def _parts(plan: Plan) -> list[Part]:
    if isinstance(plan, AnyOf) and len(set(map(id, plan.parts))) == len(plan.parts):
        return [(OPTIONAL, _scored(part)) for part in plan.parts]  # most queries: 1 µs less
    roles, parts = _roles(plan)
    if roles.count(REQUIRED) > MOST_REQUIRED or roles.count(PROHIBITED) == len(roles):
        return [(OPTIONAL, _scored(plan))]
    if len(set(map(id, parts))) == len(parts):
        return [*zip(roles, map(_scored, parts), strict=True)]
    by_id = {id(part): part for part in parts}
    found: list[Part] = []
    for (role, key), count in Counter(zip(roles, map(id, parts), strict=True)).items():
        part = by_id[key]
        scored = _scored(part)
        # What is typed several times counts so. A word, which is kept by itself, is given as often.
        if count <= _MAX_REPEATS and isinstance(scored, tuple):
            found += [(role, scored)] * count
        else:
            found.append((role, scored if count == 1 else AnyOf((part,) * count)))
    return found


def _roles(plan: Plan) -> tuple[list[int], Sequence[Plan]]:
    """Return the parts of a flat plan, and the role of each; none for a plan that is not flat."""
    if isinstance(plan, AnyOf):
        return [OPTIONAL] * len(plan.parts), plan.parts
    if isinstance(plan, AllOf):
        return (
            [PROHIBITED if isinstance(part, Except) else REQUIRED for part in plan.parts],
            [part.part if isinstance(part, Except) else part for part in plan.parts],
        )
    if isinstance(plan, Clauses):
        required, optional, prohibited = plan.required, plan.optional, plan.prohibited
        roles = [REQUIRED] * len(required) + [OPTIONAL] * len(optional)
        return roles + [PROHIBITED] * len(prohibited), (*required, *optional, *prohibited)
    return [], ()


def _scored(plan: Plan) -> Scored:
    if type(plan) is WordLeaf and len(plan.terms) == 1 and not plan.words:
        return plan.terms[0], plan.fields
    return plan


def best_of_parts(
    parts: Sequence[Part], scorer: Scorer, count: int, wanted: Plan | None = None
) -> list[tuple[int, float]]:
    """Return the first ``count`` documents of up to 60 required and any number of other parts.

    One of them at least is not prohibited. As best does it.
    """
    arena, places = _impacts(scorer).of([part[1] for part in parts], scorer)
    excluded = excluded_by(wanted, scorer)
    found: list[tuple[int, float]] = []
    threshold = -1.0
    for number, segment in enumerate(scorer.snapshot.parts):
        terms = array("q")
        for part, place in zip(parts, places, strict=True):
            terms.append(part[0])
            terms.extend(place[number])
        docs, scores, _ = top_windows.top(
            arena.docs,
            arena.scores,
            arena.tables,
            terms,
            segment.num_docs,
            excluded[number],
            count,
            threshold,
            WINDOW_BITS,
        )
        found = _first(found, docs, scores, segment.base, count)
        if len(found) == count:
            threshold = found[-1][1]
    return found


def best_of_phrase(
    places: Sequence[Sequence[str]],
    fields: tuple[TextField, ...],
    scorer: Scorer,
    count: int,
    wanted: Plan | None = None,
) -> list[tuple[int, float]]:
    """Return the first ``count`` documents of a phrase; each place has its alternatives."""
    snapshot, settings = scorer.snapshot, scorer.settings
    weights, idf = scorer.field_weights(fields), scorer.phrase_idf(places, fields)
    excluded = excluded_by(wanted, scorer)
    found: list[tuple[int, float]] = []
    for number, occurrences in snapshot.phrase(places):
        docs, scores = top_k.top_of_places(
            occurrences,
            weights,
            scorer.norms_of(number),
            excluded[number],
            settings.k1,
            idf,
            count,
        )
        found = _first(found, docs, scores, snapshot.parts[number].base, count)
    return found


def _first(
    found: list[tuple[int, float]], docs: array[int], scores: array[float], base: int, count: int
) -> list[tuple[int, float]]:
    """Return the first ``count`` of those found so far and those of a later segment."""
    more = [(doc + base, score) for doc, score in zip(docs, scores, strict=True)]
    if not found or not more:
        return found or more
    # Both are in order; a document of a later segment comes after one with its score.
    return sorted(found + more, key=itemgetter(1), reverse=True)[:count]


def _impacts(scorer: Scorer) -> Impacts:
    """Return the impacts that are kept for the scorer's snapshot and parameters.

    Those of a second set of parameters may be half as many, and so on: three times as many as those
    of one at most.
    """
    kept = scorer.snapshot.cache(KeptImpacts)
    found = kept.get(scorer.key)
    if found is None:
        if len(kept) >= _KEPT:
            kept.clear()
        found = kept[scorer.key] = Impacts(MOST_IMPACTS // (len(kept) + 1))
    return found
