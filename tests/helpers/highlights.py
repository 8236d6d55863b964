"""What a test looks for in texts, as the leaves of a plan that snippets take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from searchlib.article import TextField
from searchlib.planning.plan import PhraseLeaf, WordLeaf
from searchlib.snippets import Highlight

__all__ = ["FieldHighlight", "leaves_of"]


@dataclass(frozen=True)
class FieldHighlight:
    """A set of terms for each place of a phrase, or of a word, and words that will do instead."""

    field: TextField
    terms: tuple[frozenset[str], ...]
    words: frozenset[str] = frozenset()
    weight: float = 1.0

    @property
    def leaf(self) -> Highlight:
        places = tuple(tuple(sorted(place)) for place in self.terms)
        if len(places) > 1:
            return PhraseLeaf("", (self.field,), places), self.weight
        terms = places[0] if places else ()
        return WordLeaf("", (self.field,), terms, tuple(sorted(self.words))), self.weight


def leaves_of(highlights: Iterable[FieldHighlight]) -> list[Highlight]:
    return [highlight.leaf for highlight in highlights]
