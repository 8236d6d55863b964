"""Whether what was timed is right: searchlib's lists against the exhaustive oracle's."""

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
    """Give each query whose ten best articles are not the oracle's, in its order."""
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
