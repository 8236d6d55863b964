"""The fields of articles as a Whoosh schema.

    headline, body, caption    TEXT: the terms of the index's analyzer, with positions
    article_id                 ID, unchanged
    source, section, url, language, tags, authors
                               ID: whole values, folded; for an author each name, too
    published                  DATETIME, in UTC
    modified, metadata         stored only

The stored value is the article itself. If the words of a text field are stemmed, its surface forms
are in a field for spelling, such as spell_body.
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
"""The fields with one value per document, for sorting and grouping."""

SPELLING: Final = "spell_"
"""Prefix of the name of a field for spelling."""


class TextToken(Protocol):
    """One occurrence of a term in a text, from analysis."""

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
    """Functions that analyze the texts, queries and articles of an index.

    ``tokens`` analyzes a text, and ``query_tokens`` the words of a query. ``pattern`` folds a
    prefix or wildcard. ``stem`` stems a folded word, and ``stems`` tells whether it changes any.
    ``fold`` folds a metadata value. ``article`` returns the fields of a stored article.
    """

    tokens: Callable[[str], Iterable[TextToken]]
    query_tokens: Callable[[str], Iterable[TextToken]]
    pattern: Callable[[str], str]
    stem: Callable[[str], str]
    fold: Callable[[str], str]
    article: Callable[[bytes], dict[str, Any]]
    stems: bool


def article_schema(article_analysis: ArticleAnalysis) -> Any:
    """Return the Whoosh schema of articles that are analyzed with ``article_analysis``."""
    analyzer = _TextAnalyzer(article_analysis)
    text = _Text(analyzer, stored=True, spelling=True, multitoken_query="phrase")
    folded = _KeyAnalyzer(article_analysis.fold)
    schema_fields: dict[str, Any] = {}
    for field in FIELDS:
        name = field.name
        if field.kind == "text":
            schema_fields[name] = text
        elif field.kind == "key":
            schema_fields[name] = fields.ID(
                stored=True,
                sortable=name in COLUMNS,
                unique=name == ID_FIELD,
                analyzer=folded if field.folded else None,
            )
        elif name in INDEXED_DATES:
            schema_fields[name] = _Date(stored=True, sortable=True)
        else:
            schema_fields[name] = fields.STORED()
    return fields.Schema(**schema_fields)


class _Text(fields.TEXT):  # type: ignore[misc]  # whoosh has no types
    def subfields(self) -> Iterator[tuple[str, Any]]:
        yield "", self
        if self.separate_spelling():
            # Whoosh's own method uses the analyzer of the text, which would stem the word.
            yield (
                SPELLING,
                fields.SpellField(_TextAnalyzer(self.analyzer.article_analysis, words=True)),
            )


class _Date(fields.DATETIME):  # type: ignore[misc]
    def from_column_value(self, x: int) -> datetime | None:
        # Whoosh cannot convert the value for a missing date.
        return None if x == self.column_type.default_value() else super().from_column_value(x)


class _TextAnalyzer(analysis.Analyzer):  # type: ignore[misc]
    """Converts searchlib's tokens to Whoosh's: one per position for a query, all for a text.

    With ``words``, the tokens are surface forms and not terms.
    """

    def __init__(self, article_analysis: ArticleAnalysis, *, words: bool = False) -> None:
        self.article_analysis = article_analysis
        self.is_morph = article_analysis.stems and not words
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
            token.text = self.article_analysis.pattern(value)
            if not words:
                token.text = self.article_analysis.stem(token.text)
            token.pos, token.startchar, token.endchar = start_pos, start_char, len(value)
            yield token
            return
        tokens = (
            self.article_analysis.query_tokens if mode == "query" else self.article_analysis.tokens
        )
        for source in tokens(value):
            token.text = source.word if words else source.term
            token.original = source.word
            token.pos = start_pos + source.position
            token.startchar = start_char + source.start_char
            token.endchar = start_char + source.end_char
            yield token


class _KeyAnalyzer(analysis.Analyzer):  # type: ignore[misc]
    """Returns a value as one folded token."""

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
