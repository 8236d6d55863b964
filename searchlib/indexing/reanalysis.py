"""Repairing an index: what of it is whole is kept, and what is not is named."""

from __future__ import annotations

import os
from dataclasses import dataclass

from searchlib.analysis import get_analyzer
from searchlib.arguments import seconds
from searchlib.article import Article
from searchlib.errors import SearchlibError
from searchlib.indexing.article_analysis import DocumentMaker, decode_article, prepare
from searchlib.segment.documents import DocumentBatch
from searchlib.store.repair import salvage
from searchlib.store.settings import Settings

__all__ = ["Repair", "repair"]


@dataclass(frozen=True, slots=True)
class Repair:
    """What repair() did: a line for each thing that was damaged or lost, and the articles left.

    Without a problem nothing was changed.
    """

    problems: tuple[str, ...]
    articles: int


def repair(path: str | os.PathLike[str], *, wait_seconds: float = 60.0) -> Repair:
    """Save every segment and every article of an index that is whole.

    It may be one that open() refuses. Articles of a damaged segment that can still be read are
    indexed again, in their place in the order of insertion. A damaged segment's file stays beside
    the index, as ``DAMAGED_*``; the last one of an article_id counts. Raises IndexNotFoundError if
    there is no index, IndexFormatError if another version made it, IndexLockedError if another
    writer has it for ``wait_seconds``, which may be infinite. Costs a pass over the whole index.
    """
    done = salvage(os.fspath(path), _maker, seconds("wait_seconds", wait_seconds))
    return Repair(tuple(done.problems), done.articles)


class _Batches:
    """Records to documents, for an index with some settings."""

    def __init__(self, settings: Settings) -> None:
        self._documents = DocumentMaker(get_analyzer(settings.analyzer))

    def __call__(self, records: list[bytes]) -> tuple[DocumentBatch, list[str]]:
        """Analyze the records that are articles; give a line for each that is none."""
        articles: list[Article] = []
        problems: list[str] = []
        for record in records:
            try:
                articles.append(decode_article(record))
            except (ValueError, SearchlibError) as error:
                problems.append(f"an article is lost, it cannot be read: {error}")
        return self._documents.make(prepare(articles)), problems


def _maker(settings: Settings) -> _Batches:
    return _Batches(settings)
