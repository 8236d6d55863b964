"""Compares searchlib's result lists with those of the exhaustive oracle."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.corpus import Queries
from benchmarks.engines import TOP, Opened
from searchlib import Article
from tests.reference.oracle import Oracle

__all__ = ["wrong_lists"]


def wrong_lists(
    articles: Sequence[Article],
    opened: Opened,
    queries: Queries,
    on_query: Callable[[int], object],
) -> list[str]:
    """Return the queries whose ten best articles differ from the oracle's in any way."""
    oracle = Oracle(articles)
    wrong = []
    for kind, asked in queries.items():
        for words in asked:
            text = {"and2": " AND ".join(words), "phrase2": f'"{" ".join(words)}"'}.get(
                kind, " OR ".join(words)
            )
            expected = [article_id for article_id, _ in oracle.search(text)[:TOP]]
            if opened.search(kind, words) != expected:
                wrong.append(text)
            on_query(1)
    return wrong
