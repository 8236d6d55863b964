"""How long an article may be: what is written of it must be readable again, in one piece."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from searchlib.article import MAX_ARTICLE_BYTES, TEXT_FIELDS, Article
from searchlib.errors import MalformedArticleError

__all__ = ["check_size"]

# A control character is six in JSON; no other takes as much in UTF-8.
_MOST_BYTES_A_CHAR: Final = 6
_VALUE_CHARS: Final = 32
"""A float, or the signs around another value."""

_OTHER_BYTES: Final = 1000
"""The sizes that stand before the texts, the names of fields, and times."""


def check_size(article: Article) -> None:
    """Raise MalformedArticleError for an article of more than MAX_ARTICLE_BYTES.

    They are counted as the index keeps them: texts in UTF-8, and the rest as JSON. Costs 0.3 µs,
    and for an article that is near the limit the encoding of it.
    """
    chars = len(article.article_id) + len(article.headline) + len(article.body)
    chars += len(article.caption) + _chars_of_rest(article)
    if _MOST_BYTES_A_CHAR * chars + _OTHER_BYTES <= MAX_ARTICLE_BYTES:
        return
    values = article.to_dict()
    texts = [str(values.pop(field, "")) for field in ("article_id", *TEXT_FIELDS)]
    rest = json.dumps(values, ensure_ascii=False)
    size = _OTHER_BYTES + sum(len(text.encode()) for text in (*texts, rest))
    if size > MAX_ARTICLE_BYTES:
        raise MalformedArticleError(
            f"the article {article.article_id[:80]!r} has {size / 2**20:,.1f} MiB, and"
            f" {MAX_ARTICLE_BYTES // 2**20} MiB is the limit for one article; split it into several"
        )


def _chars_of_rest(article: Article) -> int:
    """Return no fewer characters than the JSON has of what is no text, before any is escaped."""
    chars = len(article.source) + len(article.url) + len(article.section) + len(article.language)
    todo: list[Any] = [*article.authors, *article.tags]
    if article.metadata:
        todo.append(article.metadata)
    while todo:
        value = todo.pop()
        chars += _VALUE_CHARS
        if isinstance(value, str):
            chars += len(value)
        elif isinstance(value, Mapping):
            todo += value
            todo += value.values()
        elif isinstance(value, list):
            todo += value
        elif isinstance(value, int):
            chars += value.bit_length() // 3
    return chars
