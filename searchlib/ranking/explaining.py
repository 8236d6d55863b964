"""Explain a score: compute its parts from the lists of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from searchlib.engine.explanation import Explanation, FieldPart, LeafPart
from searchlib.planning.plan import Boosted, Leaf, PhraseLeaf, Plan, SpansLeaf, TextLeaf, WordLeaf
from searchlib.ranking.contributing import contributing_leaves
from searchlib.ranking.scoring import Scorer

__all__ = ["explain"]


def explain(plan: Plan, scorer: Scorer, doc: int, article_id: str, score: float) -> Explanation:
    """Explain the ``score`` of ``doc`` for ``plan``. Costs about as much as the search."""
    leaves = contributing_leaves(plan, scorer, doc) or []
    explained = {id(leaf): _explain_leaf(leaf, scorer, doc) for leaf in _distinct(leaves)}
    parts = tuple(explained[id(leaf)] for leaf in leaves)
    settings = scorer.settings
    return Explanation(article_id, score, scorer.snapshot.num_docs, settings.k1, settings.b, parts)


def _distinct(leaves: list[Leaf]) -> Iterable[Leaf]:
    return {id(leaf): leaf for leaf in leaves}.values()


def _explain_leaf(leaf: Leaf, scorer: Scorer, doc: int) -> LeafPart:
    found = scorer.score(leaf)
    fields: tuple[FieldPart, ...] = ()
    frequency = 1.0
    inner, boost = (leaf.leaf, leaf.factor) if isinstance(leaf, Boosted) else (leaf, 1.0)
    match inner:
        case WordLeaf() | PhraseLeaf() | SpansLeaf():
            fields = tuple(_explain_fields(inner, scorer, doc))
            frequency = sum(field.value for field in fields)
        case _:
            pass
    return LeafPart(
        inner.label,
        found.score_of(doc) or 0.0,
        scorer.idf(leaf, found),
        len(found.docs),
        frequency,
        fields,
        boost,
    )


def _explain_fields(leaf: TextLeaf, scorer: Scorer, doc: int) -> Iterator[FieldPart]:
    snapshot = scorer.snapshot
    frequencies = scorer.frequencies(leaf)
    for field, normalised in scorer.normalised(leaf).items():
        value = normalised.score_of(doc)
        if value is not None:
            yield FieldPart(
                field,
                value,
                scorer.settings.weights[field],
                int(frequencies[field].score_of(doc) or 0),
                snapshot.length(field, doc),
                snapshot.avg_length(field),
            )
