"""What one transaction changed, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Changes"]


@dataclass(frozen=True, slots=True)
class Changes:
    """The numbers of articles that a transaction changed.

    ``added`` includes the articles that replaced another, which are counted in ``replaced`` too.
    ``deleted`` counts deleted articles, including those that the transaction itself had added.
    ``articles`` is the number of articles in the index right after the commit.
    """

    added: int = 0
    replaced: int = 0
    deleted: int = 0
    articles: int = 0
