"""The fields of articles as a Whoosh schema.

    headline, body, caption    TEXT: the terms of the index's analyzer, with positions
    article_id                 ID, as it is
    source, section, url, language, tags, authors
                               ID: whole values, folded; of an author each name too
    published                  DATETIME, in UTC
    modified, metadata         stored only

What is stored is the article itself. A field of text whose words are stemmed has the words as they
were written in a field for spelling, spell_body for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from whoosh import analysis, fields

from searchlib.schema import (
    FIELDS,
    ID_FIELD,
    INDEXED_DATES,
    KEY_FIELDS,
    LIST_FIELDS,
)

__all__ = ["COLUMNS", "SPELLING", "ArticleAnalysis", "TextToken", "article_schema"]

COLUMNS: Final = tuple(sorted({*KEY_FIELDS, *INDEXED_DATES} - LIST_FIELDS))
"""The fields with one value a document, to sort and to group by."""

SPELLING: Final = "spell_"


class TextToken(Protocol):
    """One occurrence of a term, as analysis gives it."""

    @property
    def term(self) -> str: ...
    @property
    def word(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def start_char(self) -> int: ...
    @property
    def end_char(self) -> int: ...


@dataclass(frozen=True)
class ArticleAnalysis:
    """How texts, queries and articles of an index are read; the layers above know it.

    ``tokens`` reads a text, ``query_tokens`` words of a query. ``pattern`` folds a prefix or
    wildcard, ``stem`` stems what is folded, ``stems`` tells whether it changes anything. ``fold``
    folds a metadata value. ``article`` gives the fields of a kept article.
    """

    tokens: Callable[[str], Iterable[TextToken]]
    query_tokens: Callable[[str], Iterable[TextToken]]
    pattern: Callable[[str], str]
    stem: Callable[[str], str]
    fold: Callable[[str], str]
    article: Callable[[bytes], dict[str, Any]]
    stems: bool


def article_schema(reads: ArticleAnalysis) -> Any:
    """Return the schema of articles that are read so."""
    text = _Text(_TextAnalyzer(reads), stored=True, spelling=True, multitoken_query="phrase")
    folded = _KeyAnalyzer(reads.fold)
    found: dict[str, Any] = {}
    for field in FIELDS:
        name = field.name
        if field.kind == "text":
            found[name] = text
        elif field.kind == "key":
            found[name] = fields.ID(
                stored=True,
                sortable=name in COLUMNS,
                unique=name == ID_FIELD,
                analyzer=folded if field.folded else None,
            )
        elif name in INDEXED_DATES:
            found[name] = _Date(stored=True, sortable=True)
        else:
            found[name] = fields.STORED()
    return fields.Schema(**found)


class _Text(fields.TEXT):  # type: ignore[misc]  # whoosh has no types
    def subfields(self) -> Iterator[tuple[str, Any]]:
        yield "", self
        if self.separate_spelling():
            # Whoosh's own takes the analyzer of the text, and would stem what is asked for.
            yield (
                SPELLING,
                fields.SpellField(_TextAnalyzer(self.analyzer.reads, words=True)),
            )


class _Date(fields.DATETIME):  # type: ignore[misc]
    def from_column_value(self, x: int) -> datetime | None:
        # Whoosh cannot make a date of the value that stands for none.
        return None if x == self.column_type.default_value() else super().from_column_value(x)


class _TextAnalyzer(analysis.Analyzer):  # type: ignore[misc]
    """Our tokens as Whoosh's: one for each position of a query, all of them for a text.

    With ``words`` they are the words themselves, not their stems.
    """

    def __init__(self, reads: ArticleAnalysis, *, words: bool = False) -> None:
        self.reads = reads
        self.is_morph = reads.stems and not words
        self._words = words

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        tokenize: bool = True,
        mode: str = "",
        no_morph: bool = False,
        **options: Any,
    ) -> Iterator[Any]:
        token = analysis.Token(positions, chars, mode=mode, **options)
        words = self._words or no_morph
        if not tokenize:
            token.original = value
            token.text = self.reads.pattern(value)
            if not words:
                token.text = self.reads.stem(token.text)
            token.pos, token.startchar, token.endchar = start_pos, start_char, len(value)
            yield token
            return
        read = self.reads.query_tokens if mode == "query" else self.reads.tokens
        for found in read(value):
            token.text = found.word if words else found.term
            token.original = found.word
            token.pos = start_pos + found.position
            token.startchar = start_char + found.start_char
            token.endchar = start_char + found.end_char
            yield token


class _KeyAnalyzer(analysis.Analyzer):  # type: ignore[misc]
    """A value as one token, folded."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold

    def __call__(
        self, value: str, start_pos: int = 0, start_char: int = 0, mode: str = "", **options: Any
    ) -> Iterator[Any]:
        options.pop("tokenize", None)
        token = analysis.Token(mode=mode, **options)
        token.original = value
        token.text = self._fold(value)
        token.pos, token.startchar, token.endchar = start_pos, start_char, start_char + len(value)
        yield token
