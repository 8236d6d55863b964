"""The best documents of a flat query, without looking at those that cannot be among them.

Flat is a phrase, or words of which a document must have some, may have some, and must not have
others. What is given is exactly what evaluating the plan and selecting from that would give; see
kernels/impacts.py for how.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from operator import itemgetter
from typing import Final, NamedTuple

from searchlib.article import TEXT_FIELDS, TextField
from searchlib.kernels import bm25f, impacts, top_k
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


class FlatWord(NamedTuple):
    """A term of a flat query, and where it is looked for."""

    role: int
    term: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


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
    words = []
    for role, leaf in parts:
        if not isinstance(leaf, WordLeaf) or len(leaf.terms) != 1 or leaf.words:
            return None
        words.append(FlatWord(role, leaf.terms[0], leaf.fields))
    return words if any(word.role != PROHIBITED for word in words) else None


def best_of_words(words: Sequence[FlatWord], scorer: Scorer, count: int) -> list[tuple[int, float]]:
    """Give the first ``count`` documents of words, one of which at least is not prohibited."""
    arena, places = _impacts(scorer).of([word[1:] for word in words], scorer)
    found: list[tuple[int, float]] = []
    threshold = -1.0
    for number, part in enumerate(scorer.snapshot.parts):
        terms = array("q")
        for (role, _, _), place in zip(words, places, strict=True):
            terms.extend((role, *place[number]))
        docs, scores, _ = impacts.top(
            arena.docs,
            arena.scores,
            arena.tops,
            terms,
            part.segment.num_docs,
            part.excluded,
            count,
            threshold,
            WINDOW_BITS,
        )
        base = part.base
        more = [(doc + base, score) for doc, score in zip(docs, scores, strict=True)]
        if not found:
            found = more
        elif more:
            # Both are in order; a document of a later segment comes after one with its score.
            found = sorted(found + more, key=itemgetter(1), reverse=True)[:count]
        if len(found) == count:
            threshold = found[-1][1]
    return found


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
    snapshot = scorer.snapshot
    weights = scorer.field_weights(fields)
    docs, sums = array("I"), array("d")
    for number, spans in snapshot.phrase(places):
        part = snapshot.parts[number]
        found = bm25f.sum_fields(spans, weights, scorer.norms_of(number), part.base)
        docs += found[0]
        sums += found[1]
    docs, sums = snapshot.live_only(docs, sums)
    scores = bm25f.saturate(sums, scorer.settings.k1, scorer.phrase_idf(places, fields))
    return [(docs[place], scores[place]) for place in top_k.top_k(scores, count)]
