"""Indexes in one line: made, changed, and asked which articles they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import searchlib
from searchlib import Article, Hit, Index


def indexed(articles: Iterable[Article], **settings: Any) -> Index:
    """Return an index in memory that has the articles, of one commit."""
    index = searchlib.in_memory(**settings)
    with index.writer() as writer:
        writer.add_many(articles)
    return index


def add(index: Index, *article_ids: str) -> None:
    """Commit articles about horses with these ids. Another writer's lock is not waited for."""
    with index.writer(wait_seconds=0.0) as writer:
        writer.add_many(Article(article_id=each, body=f"horses {each}") for each in article_ids)


def add_and_delete(path: str, articles: Iterable[Article], deleted: Iterable[str] = ()) -> None:
    """Add to the index at ``path``, which need not be there, and then delete, in one commit."""
    with searchlib.open_or_create(path).writer() as writer:
        writer.add_many(articles)
        for article_id in deleted:
            writer.delete(article_id)


def ids(hits: Sequence[Hit]) -> list[str]:
    """Return the ids of hits, in their order."""
    return [hit.article_id for hit in hits]


def stored_ids(path: Path, query: str = "*") -> list[str]:
    """Return the ids that ``query`` finds in the sound index at ``path``, sorted."""
    with searchlib.open(path) as index:
        assert index.check() == []
        return sorted(ids(index.search(query, limit=None)))
