"""The Whoosh schema: how each part of a Document becomes postings and columns."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from whoosh import columns, fields, formats

from searchlib.article import TEXT_FIELDS
from searchlib.kernels import positions

__all__ = ["ARTICLE_ID", "KEY_FIELDS", "NO_DATE", "article_schema", "words_field"]

ARTICLE_ID: Final = "article_id"
KEY_FIELDS: Final = ("source", "section", "tags", "authors", "language", "url")
NO_DATE: Final = -(2**63)
"""What the published column holds for an article without a date."""

Posting = tuple[bytes, int, float, bytes]


def words_field(field: str) -> str:
    """Give the name of the field that holds the words of ``field`` as they were written."""
    return f"{field}_words"


class PositionsFormat(formats.Format):  # type: ignore[misc]  # whoosh has no types
    """Positions as kernels.positions writes them; Whoosh's own format pickles a list."""

    def decode_positions(self, value: bytes) -> list[int]:
        return list(positions.decode(value))

    def decode_frequency(self, value: bytes) -> int:
        return len(positions.decode(value))

    def decode_weight(self, value: bytes) -> float:
        return float(len(positions.decode(value)))


class TermsField(fields.FieldType):  # type: ignore[misc]
    """Terms with their positions, prepared by the analyzer."""

    def __init__(self) -> None:
        super().__init__(PositionsFormat(), analyzer=None)

    def index(self, value: Mapping[str, array[int]], **_: Any) -> Iterator[Posting]:
        for term, places in value.items():
            yield term.encode(), len(places), float(len(places)), positions.encode(places)


class WordsField(fields.FieldType):  # type: ignore[misc]
    """Words with their frequency."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), analyzer=None)

    def index(self, value: Mapping[str, int], **_: Any) -> Iterator[Posting]:
        for word, frequency in value.items():
            yield word.encode(), frequency, float(frequency), b""


class KeysField(fields.FieldType):  # type: ignore[misc]
    """Whole values, each a term."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), analyzer=None)

    def index(self, value: Collection[str], **_: Any) -> Iterator[Posting]:
        for key in set(value):
            yield key.encode(), 1, 1.0, b""


class IdField(KeysField):
    """The article's id, which a hit is asked for more often than for its article."""

    def __init__(self) -> None:
        super().__init__()
        self.column_type = columns.VarBytesColumn()

    def to_column_value(self, value: Collection[str]) -> bytes:
        (article_id,) = value
        return article_id.encode()

    def from_column_value(self, value: bytes) -> str:
        return value.decode()


class ColumnField(fields.FieldType):  # type: ignore[misc]
    """A value a document, not searched."""

    indexed = False

    def __init__(self, column: columns.Column) -> None:
        super().__init__(formats.Existence(), analyzer=None, sortable=column)

    def to_column_value(self, value: object) -> object:
        return value

    def from_column_value(self, value: object) -> object:
        return value


def article_schema() -> fields.Schema:
    """Give the schema that every index has."""
    schema: dict[str, fields.FieldType] = {ARTICLE_ID: IdField()}
    for field in TEXT_FIELDS:
        schema[field] = TermsField()
        schema[words_field(field)] = WordsField()
        schema[f"{field}_length"] = ColumnField(columns.NumericColumn("I"))
    schema.update({name: KeysField() for name in KEY_FIELDS})
    schema["published"] = ColumnField(columns.NumericColumn("q", default=NO_DATE))
    schema["inserted"] = ColumnField(columns.NumericColumn("Q"))
    schema["article"] = fields.STORED()
    return fields.Schema(**schema)
