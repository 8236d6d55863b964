"""The class IndexStats: figures of an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

__all__ = ["IndexStats"]


@dataclass(frozen=True, slots=True)
class IndexStats:
    """Figures of an index. Lengths are in words. Dates are None if no article has a date."""

    path: str
    articles: int
    size_bytes: int
    analyzer: str
    terms: Mapping[str, int]
    avg_lengths: Mapping[str, float]
    sources: int
    languages: tuple[str, ...]
    earliest: datetime | None
    latest: datetime | None
