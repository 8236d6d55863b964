"""Check the size of an article: it is stored in one piece, and it must be readable in one piece."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from searchlib.article import MAX_ARTICLE_BYTES, TEXT_FIELDS, Article
from searchlib.errors import MalformedArticleError

__all__ = ["check_size"]

_MAX_BYTES_PER_CHAR: Final = 6
"""Maximum bytes of a stored character: JSON writes a control character as six ASCII characters."""

_VALUE_CHARS: Final = 32
"""Characters of a float in JSON, or of the quotes, commas and brackets around another value."""

_OTHER_BYTES: Final = 1000
"""Bytes for the sizes before the texts, the names of the fields, and the dates."""


def check_size(article: Article) -> None:
    """Raise MalformedArticleError for an article of more than MAX_ARTICLE_BYTES.

    The bytes are counted as the index stores them: texts in UTF-8, and all other values as JSON.
    Takes 0.3 µs. Only an article near the limit is encoded to be measured.
    """
    chars = len(article.article_id) + len(article.headline) + len(article.body)
    chars += len(article.caption) + _chars_of_rest(article)
    if _MAX_BYTES_PER_CHAR * chars + _OTHER_BYTES <= MAX_ARTICLE_BYTES:
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
    """Return an upper bound of the JSON characters of all values that are not texts.

    It does not count escapes.
    """
    chars = len(article.source) + len(article.url) + len(article.section) + len(article.language)
    pending: list[Any] = [*article.authors, *article.tags]
    if article.metadata:
        pending.append(article.metadata)
    while pending:
        value = pending.pop()
        chars += _VALUE_CHARS
        if isinstance(value, str):
            chars += len(value)
        elif isinstance(value, Mapping):
            pending += value
            pending += value.values()
        elif isinstance(value, list):
            pending += value
        elif isinstance(value, int):
            chars += value.bit_length() // 3
    return chars
