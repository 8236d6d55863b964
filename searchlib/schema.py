"""The fields of an article. All other modules derive their knowledge of fields from FIELDS.

To add a metadata field, add one line to FIELDS, and add the annotation, the keyword and the
assignment to Article (article.py), which type checkers and readers see. Everything else is derived:
the names in queries and in files, the keys of a segment, stored records, Whoosh's schema, and the
output of the command.

To add a text field, do the same, and add its name to TextField. Also change the format of segments:
the number of text fields is part of it (NUM_TEXT_FIELDS, and the constant of the kernels).
tests/unit/test_schema.py fails if these do not agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, cast

__all__ = [
    "ALL_FIELDS",
    "ANY_TEXT_FIELD",
    "DATE_FIELDS",
    "DEFAULT_WEIGHTS",
    "FACT_FIELDS",
    "FIELDS",
    "FIELDS_BY_NAME",
    "ID_FIELD",
    "INDEXED_DATES",
    "KEY_FIELDS",
    "LIST_FIELDS",
    "MAIN_FIELD",
    "METADATA_FIELD",
    "NUM_TEXT_FIELDS",
    "TEXT_FIELDS",
    "TITLE_FIELD",
    "WORD_COUNT",
    "Field",
    "Kind",
    "TextField",
    "names_of",
]

TextField: TypeAlias = Literal["headline", "body", "caption"]
Kind: TypeAlias = Literal["text", "key", "date", "number", "stored"]


@dataclass(frozen=True, slots=True)
class Field:
    """The definition of one field. A string of several names has spaces between them.

    ``kind`` determines how the value is used:

        text    split into words, ranked and highlighted
        key     searched by its whole value; has no position
        date    a moment; searched by ranges if it has a name in queries, otherwise only stored
        number  computed, and searched by ranges
        stored  stored with the article, not searched
    """

    name: str
    kind: Kind
    _: KW_ONLY
    in_queries: str = ""
    """Names before a colon in a query. Diagnostics suggest the first one."""

    elsewhere: str = ""
    """Names that other systems have for the field. A query that uses one gets a suggestion."""

    in_files: str = ""
    """Names of the field in JSON and CSV, in lower case."""

    in_headers: str = ""
    """The names of ``in_files`` that may begin a header line of a plain text: "Date: ..."."""

    weight: float = 1.0
    """The default weight of a text field in BM25F."""

    label: str = ""
    """The name of a key in a message: "no article has LABEL 'x'"."""

    many: bool = False
    """Whether an article may have several values."""

    folded: bool = True
    """Whether a key is compared without regard to case and accents."""

    recurs: bool = True
    """Whether many articles share a value of the key, so that its folded form is worth caching."""

    more_keys: Callable[[str], Iterable[str]] | None = None
    """Function from a folded value to further keys under which it is found."""

    listed: Literal["", "before", "after"] = ""
    """Whether lists of hits have a column for the field, before or after headline and snippet."""


def _primary_language(tag: str) -> tuple[str]:
    """Return the language of a tag, so that lang:pt finds articles in pt-BR."""
    return (tag.partition("-")[0],)


def _names_in(author: str) -> list[str]:
    """Return the names of an author, so that by:brien finds Anna O'Brien."""
    return author.split()


FIELDS: Final[tuple[Field, ...]] = (
    Field("article_id", "key", in_queries="id article_id", in_files="article_id id uid guid _id",
          in_headers="id", label="an id", folded=False, listed="before"),
    Field("headline", "text", in_queries="headline hl hd", elsewhere="title",
          in_files="headline title head hl", in_headers="headline title", weight=2.0),
    Field("body", "text", in_queries="body", elsewhere="text content",
          in_files="body text content article body_text articlebody content_text full_text",
          in_headers="body text"),
    Field("caption", "text", in_queries="caption cap",
          in_files="caption captions image_caption photo_caption", in_headers="caption"),
    Field("published", "date", in_queries="date published", elsewhere="year pd",
          in_files="published date pubdate published_at publication_date date_published"
          " datepublished created", in_headers="date published", listed="before"),
    Field("modified", "date",
          in_files="modified updated updated_at date_modified datemodified last_modified",
          in_headers="updated"),
    Field("source", "key", in_queries="source", elsewhere="publisher sn",
          in_files="source publisher publication newspaper outlet agency", in_headers="source",
          label="a source", listed="before"),
    Field("url", "key", in_queries="url", in_files="url link permalink canonical_url uri",
          in_headers="url link", label="a url", recurs=False, listed="after"),
    Field("authors", "key", in_queries="by author authors", elsewhere="byline",
          in_files="authors author byline by creator", in_headers="by byline author authors",
          label="an author", many=True, more_keys=_names_in),
    Field("section", "key", in_queries="section", in_files="section category desk",
          in_headers="section", label="a section", listed="before"),
    Field("tags", "key", in_queries="tag tags", elsewhere="topic",
          in_files="tags tag topics topic keywords subjects", in_headers="tags", label="a tag",
          many=True),
    Field("language", "key", in_queries="lang language", elsewhere="la",
          in_files="language lang", in_headers="language", label="a language",
          more_keys=_primary_language),
    Field("metadata", "stored", in_files="metadata"),
)  # fmt: skip
"""The fields of an article in the order in which they are stored and shown."""

WORD_COUNT: Final = Field("word_count", "number", in_queries="wc", elsewhere="length words")
"""The number of words of all text fields together. It is computed, not a field of Article."""


def names_of(*kinds: Kind) -> tuple[str, ...]:
    """Return the names of the fields of some kinds, in the order of FIELDS."""
    return tuple(field.name for field in FIELDS if field.kind in kinds)


FIELDS_BY_NAME: Final[Mapping[str, Field]] = MappingProxyType(
    {field.name: field for field in FIELDS}
)

TEXT_FIELDS: Final = cast("tuple[TextField, ...]", names_of("text"))
"""The fields that are analyzed as text, in the order in which they are shown."""

NUM_TEXT_FIELDS: Final = len(TEXT_FIELDS)
"""Number of text fields: of lengths per document in a segment, and of bits in a field mask."""

ALL_FIELDS: Final = (1 << NUM_TEXT_FIELDS) - 1
"""The mask of every text field: bit ``n`` stands for the field ``TEXT_FIELDS[n]``."""

ANY_TEXT_FIELD: Final = f"{', '.join(TEXT_FIELDS[:-1])} or {TEXT_FIELDS[-1]}"
"""The text fields in a message: "headline, body or caption"."""

DEFAULT_WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {name: FIELDS_BY_NAME[name].weight for name in TEXT_FIELDS}
)

TITLE_FIELD: Final[TextField] = "headline"
"""The field that is shown whole above a hit. It has a snippet only if no other field matches."""

MAIN_FIELD: Final[TextField] = "body"
"""The field whose snippets are shown without the name of the field."""

ID_FIELD: Final = "article_id"
"""The key that is unique in an index."""

KEY_FIELDS: Final = names_of("key")
"""The fields that are searched by whole values."""

DATE_FIELDS: Final = names_of("date")
"""The fields that are moments."""

INDEXED_DATES: Final = tuple(name for name in DATE_FIELDS if FIELDS_BY_NAME[name].in_queries)
"""The dates that can be searched. The format of segments has a column for one."""

METADATA_FIELD: Final = "metadata"
"""The field for all values that belong to no other field: a mapping of JSON values."""

FACT_FIELDS: Final = tuple(
    field.name
    for field in FIELDS
    if field.kind != "text" and field.name not in {ID_FIELD, METADATA_FIELD}
)
"""The fields of an article other than its id, its texts and its metadata."""

LIST_FIELDS: Final = frozenset(field.name for field in FIELDS if field.many)
"""The fields that can have several values."""
