"""Articles to documents: what of an article is analyzed, and what is kept as it is."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, groupby
from operator import attrgetter
from typing import Final

from searchlib.analysis import Analyzer, BatchAnalyzer, PairTable, analyzer_for, fold
from searchlib.analysis.batches import Batch
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
        records: list[bytes] = []
        more: list[int] = []
        found: list[Batch] = []
        # Articles of one language, as most of a batch are, are analyzed at one go.
        for language, run in groupby(articles, attrgetter("language")):
            found.append(self._analyzer(language).analyze(*_texts([*run], records, more)))
        keys = [(place, *key) for place in more for key in _keys(articles[place])]
        moments = [article.published for article in articles]
        pairs, positions, counts, lengths = found[0] if len(found) == 1 else _joined(found)
        return DocumentBatch(
            article_ids=[article.article_id for article in articles],
            records=records,
            pairs=pairs,
            positions=positions,
            counts=counts,
            lengths=lengths,
            pair_list=self._pairs,
            keys=keys,
            published_us=array(
                "q", [NO_DATE if moment is None else microseconds(moment) for moment in moments]
            ),
        )

    def _analyzer(self, language: str) -> BatchAnalyzer:
        analyzer = analyzer_for(self._base, language) if language else self._base
        found = self._analyzers.get(analyzer.name)
        if found is None:
            found = self._analyzers[analyzer.name] = BatchAnalyzer(analyzer, self._pairs)
        return found


def _joined(batches: Sequence[Batch]) -> Batch:
    whole = Batch(array("I"), array("I"), array("I"), array("I"))
    for batch in batches:
        for column, values in zip(whole, batch, strict=True):
            column.extend(values)
    return whole


def _texts(
    articles: Sequence[Article], records: list[bytes], more: list[int]
) -> tuple[bytes, array[int], array[int]]:
    """Append the articles' records; give them joined, and where their text fields stand.

    Appends to ``more`` which records have anything but an id and texts.
    """
    first = len(records)
    sizes: list[int] = []  # of each record: up to the headline, the three texts, and what follows
    for article in articles:
        article_id, headline = article.article_id, article.headline
        body, caption = article.body, article.caption
        rest = ""
        if _has_more(article):
            more.append(len(records))
            rest = _rest(article)
        id_size, headline_size = len(article_id), len(headline)
        body_size, caption_size = len(body), len(caption)
        head = f"{id_size} {headline_size} {body_size} {caption_size}\n"
        text = f"{head}{article_id}{headline}{body}{caption}{rest}"
        record = text.encode()
        if len(record) > len(text):  # characters are not bytes
            id_size, headline_size = len(article_id.encode()), len(headline.encode())
            body_size, caption_size = len(body.encode()), len(caption.encode())
            head = f"{id_size} {headline_size} {body_size} {caption_size}\n"
            record = f"{head}{article_id}{headline}{body}{caption}{rest}".encode()
        records.append(record)
        begin = len(head) + id_size
        end = begin + headline_size + body_size + caption_size
        sizes += (begin, headline_size, body_size, caption_size, len(record) - end)
    places = array("Q", accumulate(sizes))
    starts, ends = array("Q", [0]) * (3 * len(articles)), array("Q", [0]) * (3 * len(articles))
    for field in range(3):
        starts[field::3] = places[field::5]
        ends[field::3] = places[field + 1 :: 5]
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
