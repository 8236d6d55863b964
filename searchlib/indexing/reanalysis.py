"""Repair an index: keep the undamaged parts, and report the others."""

from __future__ import annotations

import os
from dataclasses import dataclass

from searchlib.analysis import get_analyzer
from searchlib.arguments import seconds
from searchlib.article import Article
from searchlib.errors import SearchlibError
from searchlib.indexing.article_analysis import DocumentMaker, decode_article, prepare
from searchlib.segment.documents import DocumentBatch
from searchlib.settings import Settings
from searchlib.store.repair import salvage

__all__ = ["Repair", "repair"]


@dataclass(frozen=True, slots=True)
class Repair:
    """The result of repair(): a message for each problem, and the number of articles left.

    If there are no problems, nothing was changed.
    """

    problems: tuple[str, ...]
    articles: int


def repair(path: str | os.PathLike[str], *, wait_seconds: float = 60.0) -> Repair:
    """Repair an index: keep every undamaged segment and every readable article.

    It also repairs an index that open() refuses. Readable articles of a damaged segment are indexed
    again, and keep their position in the order of insertion. The file of a damaged segment is kept
    in the directory of the index as ``DAMAGED_*``. If several articles have the same article_id,
    the last one is kept.

    Raises IndexNotFoundError if there is no index, IndexFormatError if another version of searchlib
    has written it, IndexLockedError if another writer holds its lock for ``wait_seconds``, which
    may be infinite. Costs a pass over the whole index.
    """
    done = salvage(os.fspath(path), _maker, seconds("wait_seconds", wait_seconds))
    return Repair(tuple(done.problems), done.articles)


class _Batches:
    """Turns records into documents, for an index with ``settings``."""

    def __init__(self, settings: Settings) -> None:
        self._documents = DocumentMaker(get_analyzer(settings.analyzer))

    def __call__(self, records: list[bytes]) -> tuple[DocumentBatch, list[str]]:
        """Return the documents of readable records, and a message for each damaged record."""
        articles: list[Article] = []
        problems: list[str] = []
        for record in records:
            try:
                articles.append(decode_article(record))
            except (ValueError, SearchlibError) as error:
                problems.append(f"an article is lost, because it cannot be read: {error}")
        return self._documents.make(prepare(articles)), problems


def _maker(settings: Settings) -> _Batches:
    return _Batches(settings)
