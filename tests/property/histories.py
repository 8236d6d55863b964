"""Histories of an index: what several writers add and delete, and what is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import searchlib
from searchlib import Article, Index
from tests.reference.oracle import Oracle


@dataclass(frozen=True)
class Deletion:
    """An id or, where ``matching``, a query."""

    text: str
    matching: bool = False


Step = Article | Deletion


def write(index: Index, history: Sequence[Sequence[Step]]) -> None:
    """Take the steps of each of several writers."""
    for transaction in history:
        with index.writer() as writer:
            for step in transaction:
                if isinstance(step, Article):
                    writer.add(step)
                elif step.matching:
                    writer.delete_matching(step.text)
                else:
                    writer.delete(step.text)


def survivors(history: Sequence[Sequence[Step]], analyzer: str) -> list[Article]:
    """What a reader must find after ``history``, in the order of insertion."""
    articles: dict[str, Article] = {}
    for step in (step for transaction in history for step in transaction):
        if isinstance(step, Article):
            articles.pop(step.article_id, None)
            articles[step.article_id] = step
        elif step.matching:
            for article_id, _ in Oracle(articles.values(), analyzer).search(step.text):
                del articles[article_id]
        else:
            articles.pop(step.text, None)
    return list(articles.values())


def built(history: Sequence[Sequence[Step]], analyzer: str = "english") -> Index:
    index = searchlib.in_memory(analyzer=analyzer)
    write(index, history)
    return index
