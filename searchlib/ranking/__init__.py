"""Rank documents by BM25F over headline, body and caption, and explain their scores."""

from __future__ import annotations

from searchlib.ranking.best_documents import (
    MOST_REQUIRED,
    OPTIONAL,
    REQUIRED,
    best,
    best_of_parts,
    best_of_phrase,
)
from searchlib.ranking.contributing import contributing_leaves
from searchlib.ranking.explaining import explain
from searchlib.ranking.matches import Matches
from searchlib.ranking.scoring import Scorer
from searchlib.ranking.searching import evaluate, select

__all__ = [
    "MOST_REQUIRED",
    "OPTIONAL",
    "REQUIRED",
    "Matches",
    "Scorer",
    "best",
    "best_of_parts",
    "best_of_phrase",
    "contributing_leaves",
    "evaluate",
    "explain",
    "select",
]
