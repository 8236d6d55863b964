"""What tests of the suite ask of results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from searchlib import Hit, Index

__all__ = ["everything_of", "found", "ids"]


def ids(hits: Iterable[Hit]) -> list[str]:
    return [hit.article_id for hit in hits]


def found(index: Index, query: str, **options: Any) -> list[str]:
    """The ids of what is found, in order."""
    return ids(index.search(query, **{"limit": None, **options}))


def everything_of(index: Index, query: str, **options: Any) -> list[Any]:
    """All that can be asked of a search, but for how long it took and for what was said of it."""
    results = index.search(query, **options)
    hits = [
        (
            hit.rank,
            hit.article_id,
            hit.score,
            hit.headline,
            hit.marked_headline,
            hit.marks,
            hit.snippets,
            hit.snippet,
            hit.article,
            hit.explain(),
        )
        for hit in results
    ]
    return [results.query, results.offset, results.total, *hits]
