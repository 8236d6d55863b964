"""Why an article has its score, as parts that add up to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from searchlib.planning.plan import Boosted, Leaf, PhraseLeaf, Plan, SpansLeaf, TextLeaf, WordLeaf
from searchlib.ranking.contributing import contributing_leaves
from searchlib.ranking.scoring import Scorer

__all__ = ["Explanation", "FieldPart", "LeafPart", "explain"]


@dataclass(frozen=True, slots=True)
class FieldPart:
    """What one field adds to the frequency of a word or phrase.

    ``value`` is ``weight * frequency / (1 - b + b * length / avg_length)``.
    """

    field: str
    value: float
    weight: float
    frequency: int
    length: int
    avg_length: float


@dataclass(frozen=True, slots=True)
class LeafPart:
    """What one word, phrase, metadata value or date range of the query adds to the score.

    ``value`` is ``idf * frequency / (k1 + frequency)``, times ``boost``, rounded to a multiple
    of 2**-40; ``frequency`` is the sum of the fields' values.
    """

    label: str
    value: float
    idf: float
    df: int
    frequency: float
    fields: tuple[FieldPart, ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a score: ``value == sum(part.value for part in parts)``, exactly."""

    article_id: str
    value: float
    num_docs: int
    k1: float
    b: float
    parts: tuple[LeafPart, ...]

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        what = "the sum of" if self.parts else "nothing that it matches adds to a score"
        yield f"{self.value:.6f}  {self.article_id}: {what}"
        for part in self.parts:
            yield (
                f"  {part.value:.6f}  {part.label}: idf {part.idf:.4f}"
                f" (in {part.df} of {self.num_docs} articles)"
                f" * tf {part.frequency:.4f} / (k1 {self.k1:g} + tf)"
                f"{f' * boost {part.boost:g}' if part.boost != 1.0 else ''}"
            )
            for field in part.fields:
                yield (
                    f"    tf {field.value:.4f}  {field.field}: weight {field.weight:g}"
                    f" * {field.frequency} times / (1 - b {self.b:g}"
                    f" + b * {field.length} words / {field.avg_length:.1f} on average)"
                )


def explain(plan: Plan, scorer: Scorer, doc: int, article_id: str, score: float) -> Explanation:
    """Explain the ``score`` that ``plan`` gives to ``doc``.

    Costs about as much as the search did.
    """
    leaves = contributing_leaves(plan, scorer, doc) or []
    once = {id(leaf): _explain_leaf(leaf, scorer, doc) for leaf in _distinct(leaves)}
    parts = tuple(once[id(leaf)] for leaf in leaves)
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
