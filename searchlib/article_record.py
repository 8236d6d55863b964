"""An article as engines return it: its id, its texts, and everything else as JSON.

A hit usually needs only the texts. So engines return records, which are cheap, and an Article is
made from a record when a program asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any, Final, NamedTuple

from searchlib.article import Article
from searchlib.errors import MalformedArticleError
from searchlib.schema import (
    DATE_FIELDS,
    FACT_FIELDS,
    ID_FIELD,
    LIST_FIELDS,
    METADATA_FIELD,
    TEXT_FIELDS,
    TextField,
)

__all__ = ["OTHER_FIELDS", "Record", "article_of", "encode_others", "others_of", "record_of"]

OTHER_FIELDS: Final = (*FACT_FIELDS, METADATA_FIELD)
"""The fields of an article other than its id and its texts."""

others_of: Final[Callable[[Article], tuple[Any, ...]]] = attrgetter(*OTHER_FIELDS)
"""Return the values of OTHER_FIELDS."""

_texts_of: Final[Callable[[Article], tuple[str, ...]]] = attrgetter(*TEXT_FIELDS)
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Record(NamedTuple):
    """The parts of an article. ``texts`` are in the order of TEXT_FIELDS.

    ``rest`` is JSON in UTF-8, empty if the article has nothing else.
    """

    article_id: str
    texts: tuple[str, ...]
    rest: bytes

    def text(self, field: TextField) -> str:
        """Return the text of a field."""
        return self.texts[TEXT_FIELDS.index(field)]


def article_of(record: Record) -> Article:
    """Return the article of a record. Raises ValueError if the record is damaged."""
    try:
        rest = json.loads(record.rest) if record.rest else {}
        texts = zip(TEXT_FIELDS, record.texts, strict=True)
        return Article.from_dict({**rest, ID_FIELD: record.article_id, **dict(texts)})
    except (MalformedArticleError, RecursionError, TypeError) as error:
        raise ValueError(f"the record of an article is damaged: {error}") from error


def record_of(article: Article) -> Record:
    """Return the record of an article.

    >>> record_of(Article(article_id="a", headline="Horses", source="Wire")).rest
    b'{"source":"Wire"}'
    """
    others = others_of(article)
    rest = encode_others(others).encode() if any(others) else b""
    return Record(article.article_id, _texts_of(article), rest)


def encode_others(values: tuple[Any, ...]) -> str:
    """Return the values of OTHER_FIELDS as JSON. Those that are empty are left out.

    Costs 1.5 µs. A JSONEncoder for all values takes twice as long, because most are strings.
    """
    members = zip(_MEMBERS, values, strict=True)
    return f"{{{','.join([name + encode(value) for (name, encode), value in members if value])}}}"


def _encode_texts(texts: tuple[str, ...]) -> str:
    return f"[{','.join(map(encode_basestring, texts))}]"


def _encode_moment(moment: datetime) -> str:
    return f'"{moment.isoformat()}"'


_ENCODERS: Final[dict[str, Callable[[Any], str]]] = {
    **dict.fromkeys(OTHER_FIELDS, encode_basestring),
    **dict.fromkeys(LIST_FIELDS, _encode_texts),
    **dict.fromkeys(DATE_FIELDS, _encode_moment),
    METADATA_FIELD: _JSON.encode,
}
_MEMBERS: Final = [(f'"{name}":', _ENCODERS[name]) for name in OTHER_FIELDS]
