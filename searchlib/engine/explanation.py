"""The explanation of a score: parts whose sum is the score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Explanation", "FieldPart", "LeafPart"]


@dataclass(frozen=True, slots=True)
class FieldPart:
    """The contribution of one field to the frequency of a word or phrase.

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
    """The contribution of one word, phrase, metadata value or date range to the score.

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
        summary = "the sum of" if self.parts else "nothing that it matches adds to a score"
        yield f"{self.value:.6f}  {self.article_id}: {summary}"
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
