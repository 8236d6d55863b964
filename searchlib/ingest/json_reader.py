"""Read JSON: one object in each line, or one array or object in the whole file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from searchlib.article import Article
from searchlib.errors import MalformedArticleError
from searchlib.ingest.json_items import decoded, items
from searchlib.ingest.record_mapping import article_from_record
from searchlib.ingest.source import TextSource

__all__ = ["read_json", "read_json_lines"]

_MAX_FILE_BYTES: Final = 2**30
"""Maximum size of a decompressed JSON file, to bound its reading. JSON lines have no such limit."""


def read_json_lines(source: TextSource) -> Iterator[Article | MalformedArticleError]:
    """Yield the article of each line, or the error of a bad line. Blank lines are skipped."""
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
    """Yield the article of each object in an array, or of one object, or the error of a bad one.

    If the file is not valid JSON, the articles before the invalid part are still yielded.
    """
    json_items = items(source.pieces(_MAX_FILE_BYTES))
    while True:
        try:
            item = next(json_items, None)
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
    except RecursionError:  # repr() fails at a smaller depth than the decoder
        raise MalformedArticleError("its values are nested too deep") from None
