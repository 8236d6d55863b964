"""JSON: an object a line, or one array or object as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from searchlib.article import Article
from searchlib.errors import MalformedArticleError
from searchlib.ingest.records import article_from_record
from searchlib.ingest.source import Source

__all__ = ["read_json", "read_json_lines"]

_DOCUMENT_LIMIT_BYTES: Final = 2**30


def read_json_lines(source: Source) -> Iterator[Article | MalformedArticleError]:
    """Give the article of each line, or what is wrong with it. Blank lines are no lines."""
    for line in source.lines():
        if line.text is not None and not line.text.strip():
            continue
        try:
            if line.text is None:
                raise MalformedArticleError(line.problem)
            yield _article(_decoded(line.text))
        except MalformedArticleError as error:
            yield MalformedArticleError(error.problem, source=source.name, line=line.number)


def read_json(source: Source) -> Iterator[Article | MalformedArticleError]:
    """Give the article of each object in an array, or of one object. Read as a whole."""
    try:
        value = _decoded(source.text(_DOCUMENT_LIMIT_BYTES))
    except MalformedArticleError as error:
        yield MalformedArticleError(error.problem, source=source.name)
        return
    for number, item in enumerate(value if isinstance(value, list) else [value], start=1):
        try:
            yield _article(item)
        except MalformedArticleError as error:
            where = f"item {number}: " if isinstance(value, list) else ""
            yield MalformedArticleError(f"{where}{error.problem}", source=source.name)


def _article(value: Any) -> Article:
    try:
        if not isinstance(value, dict):
            raise MalformedArticleError(f"it must be a JSON object, not {value!r:.60}")
        return article_from_record(value)
    except RecursionError:  # what the decoder can nest, repr() need not be able to show
        raise MalformedArticleError("its values are nested too deep") from None


def _decoded(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise MalformedArticleError(
            f"it is not JSON: {error.msg} at character {error.pos + 1}"
        ) from None
    except (ValueError, RecursionError) as error:
        # NaN; a number of more digits than int() takes; objects nested a thousand deep.
        raise MalformedArticleError(f"it cannot be read as JSON: {error}") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
