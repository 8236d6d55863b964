"""How long an article may be: what is written of it must be readable again, in one piece."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from searchlib.article import MAX_ARTICLE_BYTES, Article
from searchlib.errors import MalformedArticleError
from searchlib.schema import (
    DATE_FIELDS,
    FIELDS_BY_NAME,
    ID_FIELD,
    LIST_FIELDS,
    METADATA_FIELD,
    TEXT_FIELDS,
)

__all__ = ["check_size"]

# A control character is six in JSON; no other takes as much in UTF-8.
_MAX_BYTES_PER_CHAR: Final = 6
_VALUE_CHARS: Final = 32
"""A float, or the signs around another value."""

_OTHER_BYTES: Final = 1000
"""The sizes that stand before the texts, the names of fields, and times."""

_strings_of: Final[Callable[[Article], Iterable[str]]] = attrgetter(
    *(name for name in FIELDS_BY_NAME if name not in {*DATE_FIELDS, *LIST_FIELDS, METADATA_FIELD})
)
_lists_of: Final[Callable[[Article], Iterable[Iterable[str]]]] = attrgetter(
    *(name for name in FIELDS_BY_NAME if name in LIST_FIELDS)
)


def check_size(article: Article) -> int:
    """Return about how many characters an article has, and never fewer than it has.

    Raises MalformedArticleError for an article of more than MAX_ARTICLE_BYTES. They are counted as
    the index keeps them: texts in UTF-8, and the rest as JSON. Costs 0.5 µs, and for an article
    near the limit the encoding of it.
    """
    chars = sum(map(len, _strings_of(article))) + _chars_of_rest(article)
    if _MAX_BYTES_PER_CHAR * chars + _OTHER_BYTES <= MAX_ARTICLE_BYTES:
        return chars
    values = article.to_dict()
    texts = [str(values.pop(field, "")) for field in (ID_FIELD, *TEXT_FIELDS)]
    rest = json.dumps(values, ensure_ascii=False)
    size = _OTHER_BYTES + sum(len(text.encode()) for text in (*texts, rest))
    if size > MAX_ARTICLE_BYTES:
        raise MalformedArticleError(
            f"the article {article.article_id[:80]!r} has {size / 2**20:,.1f} MiB, and"
            f" {MAX_ARTICLE_BYTES // 2**20} MiB is the limit for one article; split it into several"
        )
    return chars


def _chars_of_rest(article: Article) -> int:
    """Return no fewer characters than the JSON has of lists and metadata, before escaping."""
    chars = 0
    todo: list[Any] = [*chain(*_lists_of(article))]
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
