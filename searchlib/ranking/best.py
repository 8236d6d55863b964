"""The best documents of a flat query, without looking at those that cannot be among them.

Flat is a phrase, or words of which a document must have some, may have some, and must not have
others. What is given is exactly what evaluating the plan and selecting from that would give; see
kernels/impacts.py for how.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from operator import itemgetter
from typing import Final, TypeAlias

from searchlib.article import TextField
from searchlib.kernels import impacts, top_k
from searchlib.query.plan import AllOf, AnyOf, Clauses, Except, PhraseLeaf, Plan, WordLeaf
from searchlib.ranking.impacts import WINDOW_BITS, Impacts
from searchlib.ranking.scoring import Scorer

__all__ = [
    "OPTIONAL",
    "PROHIBITED",
    "REQUIRED",
    "FlatWord",
    "best",
    "best_of_phrase",
    "best_of_words",
]

OPTIONAL: Final = 0
REQUIRED: Final = 1
PROHIBITED: Final = 2

_KEPT: Final = 4
_MOST_REQUIRED: Final = 60


FlatWord: TypeAlias = tuple[int, str, tuple[TextField, ...]]
"""A word of a flat query: its role, its term, and the fields it is looked for in."""


def best(plan: Plan, scorer: Scorer, count: int) -> list[tuple[int, float]] | None:
    """Give the first ``count`` documents by relevance with their scores; None for another plan.

    Ties rank by the order of insertion.
    """
    if isinstance(plan, PhraseLeaf):
        return best_of_phrase(plan.terms, plan.fields, scorer, count)
    words = _flat(plan)
    return best_of_words(words, scorer, count) if words else None


def _flat(plan: Plan) -> list[FlatWord] | None:
    parts: list[tuple[int, Plan]]
    match plan:
        case AnyOf(optional):
            parts = [(OPTIONAL, part) for part in optional]
        case AllOf(required):
            parts = [
                (PROHIBITED, part.part) if isinstance(part, Except) else (REQUIRED, part)
                for part in required
            ]
        case Clauses(required, optional, prohibited):
            parts = [(REQUIRED, part) for part in required]
            parts += [(OPTIONAL, part) for part in optional]
            parts += [(PROHIBITED, part) for part in prohibited]
        case _:
            parts = [(OPTIONAL, plan)]
    words: list[FlatWord] = []
    for role, leaf in parts:
        if not isinstance(leaf, WordLeaf) or len(leaf.terms) != 1 or leaf.words:
            return None
        words.append((role, leaf.terms[0], leaf.fields))
    return words if any(role != PROHIBITED for role, _, _ in words) else None


def best_of_words(
    words: Sequence[FlatWord], scorer: Scorer, count: int
) -> list[tuple[int, float]] | None:
    """Give the first ``count`` documents of words, one of which at least is not prohibited.

    None if more of them are required than the kernel takes.
    """
    if len(words) > _MOST_REQUIRED and sum(word[0] == REQUIRED for word in words) > _MOST_REQUIRED:
        return None
    arena, places = _impacts(scorer).of([word[1:] for word in words], scorer)
    found: list[tuple[int, float]] = []
    threshold = -1.0
    for number, part in enumerate(scorer.snapshot.parts):
        terms = array("q")
        for word, place in zip(words, places, strict=True):
            terms.append(word[0])
            terms.extend(place[number])
        docs, scores, _ = impacts.top(
            arena.docs,
            arena.scores,
            arena.tables,
            terms,
            part.segment.num_docs,
            part.excluded,
            count,
            threshold,
            WINDOW_BITS,
        )
        found = _first(found, docs, scores, part.base, count)
        if len(found) == count:
            threshold = found[-1][1]
    return found


def _first(
    found: list[tuple[int, float]], docs: array[int], scores: array[float], base: int, count: int
) -> list[tuple[int, float]]:
    """Give the first ``count`` of those found so far and those of a later segment."""
    more = [(doc + base, score) for doc, score in zip(docs, scores, strict=True)]
    if not found or not more:
        return found or more
    # Both are in order; a document of a later segment comes after one with its score.
    return sorted(found + more, key=itemgetter(1), reverse=True)[:count]


def _impacts(scorer: Scorer) -> Impacts:
    """Give the impacts that are kept for the scorer's snapshot and parameters."""
    kept = scorer.snapshot.kept
    found: Impacts | None = kept.get(scorer.key)
    if found is None:
        if len(kept) >= _KEPT:
            kept.clear()
        found = kept[scorer.key] = Impacts()
    return found


def best_of_phrase(
    places: Sequence[Sequence[str]], fields: tuple[TextField, ...], scorer: Scorer, count: int
) -> list[tuple[int, float]]:
    """Give the first ``count`` documents of a phrase; each place has its alternatives."""
    snapshot, settings = scorer.snapshot, scorer.settings
    weights, idf = scorer.field_weights(fields), scorer.phrase_idf(places, fields)
    found: list[tuple[int, float]] = []
    for number, occurrences in snapshot.phrase(places):
        part = snapshot.parts[number]
        norms = scorer.norms_of(number)
        docs, scores = top_k.top_of_places(
            occurrences, weights, norms, part.excluded, settings.k1, idf, count
        )
        found = _first(found, docs, scores, part.base, count)
    return found
