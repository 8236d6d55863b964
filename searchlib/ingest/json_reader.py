"""JSON: an object a line, or one array or object as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from searchlib.article import Article
from searchlib.errors import MalformedArticleError
from searchlib.ingest.json_items import decoded, items
from searchlib.ingest.record_mapping import article_from_record
from searchlib.ingest.source import TextSource

__all__ = ["read_json", "read_json_lines"]

_DOCUMENT_LIMIT_BYTES: Final = 2**30


def read_json_lines(source: TextSource) -> Iterator[Article | MalformedArticleError]:
    """Return the article of each line, or what is wrong with it. Blank lines are no lines."""
    for line in source.lines():
        if line.text is not None and not line.text.strip():
            continue
        try:
            if line.text is None:
                raise MalformedArticleError(line.problem)
            yield _article(decoded(line.text))
        except MalformedArticleError as error:
            yield MalformedArticleError(error.problem, source=source.name, line=line.number)


def read_json(source: TextSource) -> Iterator[Article | MalformedArticleError]:
    """Return the article of each object in an array, or of one object, or what is wrong with it.

    Those that stand before the place where it is no JSON are given.
    """
    found = items(source.pieces(_DOCUMENT_LIMIT_BYTES))
    while True:
        try:
            item = next(found, None)
        except MalformedArticleError as error:
            yield MalformedArticleError(error.problem, source=source.name)
            return
        if item is None:
            return
        where = f"item {item.number}: " if item.number else ""
        if item.problem:
            problem = item.problem
            yield MalformedArticleError(problem.problem, source=source.name, line=problem.line)
            continue
        try:
            yield _article(item.value)
        except MalformedArticleError as error:
            yield MalformedArticleError(where + error.problem, source=source.name)


def _article(value: Any) -> Article:
    try:
        if not isinstance(value, dict):
            raise MalformedArticleError(f"it must be a JSON object, not {value!r:.60}")
        return article_from_record(value)
    except RecursionError:  # what the decoder can nest, repr() need not be able to show
        raise MalformedArticleError("its values are nested too deep") from None
