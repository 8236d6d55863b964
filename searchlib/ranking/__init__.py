"""Plan to top hits: BM25F over headline, body and caption, and why a score is what it is."""

from __future__ import annotations

from searchlib.ranking.best import (
    OPTIONAL,
    REQUIRED,
    FlatWord,
    best,
    best_of_phrase,
    best_of_words,
)
from searchlib.ranking.contributing import contributing_leaves
from searchlib.ranking.explaining import Explanation, explain
from searchlib.ranking.matches import Matches
from searchlib.ranking.scoring import Scorer
from searchlib.ranking.searching import Sort, evaluate, select

__all__ = [
    "OPTIONAL",
    "REQUIRED",
    "Explanation",
    "FlatWord",
    "Matches",
    "Scorer",
    "Sort",
    "best",
    "best_of_phrase",
    "best_of_words",
    "contributing_leaves",
    "evaluate",
    "explain",
    "select",
]
