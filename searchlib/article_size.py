"""Check the size of an article: it is stored in one piece, and it must be readable in one piece."""

from __future__ import annotations

import json
import math
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

_MAX_BYTES_PER_CHAR: Final = 6
"""Maximum bytes of a stored character: JSON writes a control character as six ASCII characters."""

_VALUE_CHARS: Final = 32
"""Characters of a float in JSON, or of the quotes, commas and brackets around another value."""

_OTHER_BYTES: Final = 1000
"""Bytes for the sizes before the texts, the names of the fields, and the dates."""

_strings_of: Final[Callable[[Article], Iterable[str]]] = attrgetter(
    *(name for name in FIELDS_BY_NAME if name not in {*DATE_FIELDS, *LIST_FIELDS, METADATA_FIELD})
)
_lists_of: Final[Callable[[Article], Iterable[Iterable[str]]]] = attrgetter(
    *(name for name in FIELDS_BY_NAME if name in LIST_FIELDS)
)


def check_size(article: Article) -> int:
    """Return an upper bound of the characters of an article.

    Raises MalformedArticleError for more than MAX_ARTICLE_BYTES. The bytes are counted
    as the index stores them: texts in UTF-8, and all other values as JSON. Takes 0.5 µs. Only an
    article near the limit is encoded to be measured.
    """
    chars = sum(map(len, _strings_of(article))) + _chars_of_rest(article)
    if _MAX_BYTES_PER_CHAR * chars + _OTHER_BYTES <= MAX_ARTICLE_BYTES:
        return chars
    values = article.to_dict()
    texts = [str(values.pop(field, "")) for field in (ID_FIELD, *TEXT_FIELDS)]
    rest = json.dumps(values, ensure_ascii=False)
    size = _OTHER_BYTES + sum(len(text.encode()) for text in (*texts, rest))
    if size > MAX_ARTICLE_BYTES:
        tenths = math.ceil(size / 2**20 * 10)  # or a little more than the limit would seem to be it
        raise MalformedArticleError(
            f"the article {article.article_id[:80]!r} has {tenths / 10:,.1f} MiB, and"
            f" {MAX_ARTICLE_BYTES // 2**20} MiB is the limit for one article; split it into several"
        )
    return chars


def _chars_of_rest(article: Article) -> int:
    """Return an upper bound of the JSON characters of lists and metadata, without escapes."""
    chars = 0
    pending: list[Any] = [*chain(*_lists_of(article))]
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
