"""Article to Document: what of an article is analyzed, and what is kept as it is."""

from __future__ import annotations

import json
from array import array
from datetime import UTC, datetime, timedelta
from typing import Final

from searchlib.analysis import Analyzer, analyzer_for, fold
from searchlib.article import TEXT_FIELDS, Article, TextField
from searchlib.codec import Document

__all__ = ["decode_article", "make_document", "microseconds"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Give the microseconds from 1970 in UTC, exactly; a float would lose some of them."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def make_document(article: Article, base: Analyzer) -> Document:
    """Analyze ``article`` for an index whose analyzer is ``base``."""
    analyzer = analyzer_for(base, article.language)
    terms: dict[TextField, dict[str, array[int]]] = {}
    words: dict[TextField, dict[str, int]] = {}
    lengths: dict[TextField, int] = {}
    for field in TEXT_FIELDS:
        field_terms: dict[str, array[int]] = {}
        field_words: dict[str, int] = {}
        position = -1
        for term, word, position, _, _ in analyzer.tokens(getattr(article, field)):
            places = field_terms.get(term)
            if places is None:
                field_terms[term] = array("I", (position,))
            elif places[-1] != position:
                places.append(position)
            field_words[word] = field_words.get(word, 0) + 1
        if field_terms:
            terms[field], words[field], lengths[field] = field_terms, field_words, position + 1
    return Document(
        article_id=article.article_id,
        terms=terms,
        words=words,
        lengths=lengths,
        keys=_keys(article),
        published_us=None if article.published is None else microseconds(article.published),
        article=json.dumps(article.to_dict(), ensure_ascii=False, separators=(",", ":")).encode(),
    )


def decode_article(data: bytes) -> Article:
    """Give back the article that make_document kept."""
    return Article.from_dict(json.loads(data))


def _keys(article: Article) -> dict[str, set[str]]:
    authors = {fold(author) for author in article.authors}
    language = fold(article.language)
    keys = {
        "source": {fold(article.source)},
        "section": {fold(article.section)},
        "url": {fold(article.url)},
        "tags": {fold(tag) for tag in article.tags},
        # A byline is found by any of its names: by:brien as well as by:"anna o'brien".
        "authors": authors | {name for author in authors for name in author.split()},
        # An article in pt-BR is one in pt.
        "language": {language, language.partition("-")[0]},
    }
    return {name: values - {""} for name, values in keys.items()}
