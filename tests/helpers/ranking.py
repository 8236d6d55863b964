"""The scorer of an index, for tests that score plans without a query."""

from __future__ import annotations

from typing import Any

from searchlib import Index
from searchlib.article import TEXT_FIELDS, TextField
from searchlib.planning.plan import WordLeaf
from searchlib.ranking.scoring import Scorer
from searchlib.settings import Settings


def scorer_of(index: Index, **settings: Any) -> Scorer:
    """Return a scorer of the newest commit. Documents are numbered from 0 as they were inserted."""
    return Scorer(index._engine.store.snapshot(), Settings(**settings))


def word(term: str, *fields: TextField) -> WordLeaf:
    """Return a leaf of one term, in all text fields if none is named."""
    return WordLeaf(term, fields or TEXT_FIELDS, (term,))
