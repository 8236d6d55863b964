"""Articles to documents: what of an article is analyzed, and what is kept as it is."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from searchlib.analysis import Analyzer, BatchAnalyzer, PairTable, analyzer_for, fold
from searchlib.article import TEXT_FIELDS, Article
from searchlib.codec import NO_DATE, DocumentBatch, decode_record

__all__ = ["DocumentMaker", "decode_article", "microseconds"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_IN_RECORD: Final = ("article_id", *TEXT_FIELDS)


def microseconds(moment: datetime) -> int:
    """Give the microseconds from 1970 in UTC, exactly; a float would lose some of them."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


class DocumentMaker:
    """Analyzes the articles of one transaction for an index whose analyzer is ``base``."""

    def __init__(self, base: Analyzer) -> None:
        self._base = base
        self._pairs = PairTable()
        self._analyzers: dict[str, BatchAnalyzer] = {}

    def make(self, articles: Sequence[Article]) -> DocumentBatch:
        """Analyze articles. Those of one language stand together within the batch's own order."""
        pairs, positions, counts, lengths = array("I"), array("I"), array("I"), array("I")
        records: list[bytes] = []
        keys: list[tuple[int, str, str]] = []
        published = array("q")
        start = 0
        while start < len(articles):
            # Articles of one language, as most of a batch are, are analyzed at one go.
            language = articles[start].language
            end = start + 1
            while end < len(articles) and articles[end].language == language:
                end += 1
            found = self._analyzer(language).analyze(*_texts(articles[start:end], records))
            for column, values in zip((pairs, positions, counts, lengths), found, strict=True):
                column.extend(values)
            start = end
        for place, article in enumerate(articles):
            moment = article.published
            published.append(NO_DATE if moment is None else microseconds(moment))
            if _has_more(article):
                keys += [(place, name, value) for name, value in _keys(article)]
        return DocumentBatch(
            article_ids=[article.article_id for article in articles],
            records=records,
            pairs=pairs,
            positions=positions,
            counts=counts,
            lengths=lengths,
            pair_list=self._pairs.pairs,
            keys=keys,
            published_us=published,
        )

    def _analyzer(self, language: str) -> BatchAnalyzer:
        analyzer = analyzer_for(self._base, language) if language else self._base
        found = self._analyzers.get(analyzer.name)
        if found is None:
            found = self._analyzers[analyzer.name] = BatchAnalyzer(analyzer, self._pairs)
        return found


def _texts(
    articles: Sequence[Article], records: list[bytes]
) -> tuple[bytes, array[int], array[int]]:
    """Append the articles' records; give them joined, and where their text fields stand."""
    places: list[int] = []
    first = len(records)
    end = 0
    for article in articles:
        article_id, headline = article.article_id, article.headline
        body, caption = article.body, article.caption
        text = f"{article_id}{headline}{body}{caption}"
        if text.isascii():  # then characters are bytes
            id_size, headline_size = len(article_id), len(headline)
            body_size, caption_size = len(body), len(caption)
        else:
            id_size, headline_size = len(article_id.encode()), len(headline.encode())
            body_size, caption_size = len(body.encode()), len(caption.encode())
        head = f"{id_size} {headline_size} {body_size} {caption_size}\n"
        rest = _rest(article) if _has_more(article) else ""
        record = f"{head}{text}{rest}".encode()
        records.append(record)
        begin = end + len(head) + id_size
        middle = begin + headline_size
        later = middle + body_size
        end += len(record)
        places += (begin, middle, later, later + caption_size)
    columns = [array("Q", places[column::4]) for column in range(4)]
    starts, ends = array("Q", [0]) * (3 * len(articles)), array("Q", [0]) * (3 * len(articles))
    for field in range(3):
        starts[field::3] = columns[field]
        ends[field::3] = columns[field + 1]
    return b"".join(records[first:]), starts, ends


def _has_more(article: Article) -> bool:
    """Tell whether there is anything but an id and texts."""
    return bool(
        article.published
        or article.modified
        or article.source
        or article.url
        or article.authors
        or article.section
        or article.tags
        or article.language
        or article.metadata
    )


def _rest(article: Article) -> str:
    values = article.to_dict()
    for name in _IN_RECORD:
        values.pop(name, None)
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) if values else ""


def decode_article(data: bytes) -> Article:
    """Give back the article whose record was kept."""
    record = decode_record(data)
    rest = json.loads(record.rest) if record.rest else {}
    return Article.from_dict({**rest, **dict(zip(_IN_RECORD, record, strict=False))})


def _keys(article: Article) -> Iterator[tuple[str, str]]:
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
    for name, values in keys.items():
        for value in values:
            if value:
                yield name, value
