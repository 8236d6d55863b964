"""Articles to documents: what of an article is analyzed, and what is kept as it is."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, chain, groupby
from operator import add, attrgetter
from typing import Any, Final, NamedTuple

from searchlib.analysis import Analyzer, BatchAnalyzer, PairTable, analyzer_for, fold
from searchlib.analysis.batches import Batch
from searchlib.article import TEXT_FIELDS, Article
from searchlib.errors import MalformedArticleError
from searchlib.segment.documents import DocumentBatch, Tokens
from searchlib.segment.records import decode_record
from searchlib.store.snapshot import NO_DATE

__all__ = [
    "DocumentMaker",
    "PreparedBatch",
    "decode_article",
    "microseconds",
    "prepare",
]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_IN_RECORD: Final = ("article_id", *TEXT_FIELDS)


def microseconds(moment: datetime) -> int:
    """Return the microseconds from 1970 in UTC, exactly; a float would lose some of them."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


class PreparedBatch(NamedTuple):
    """Some articles, ready to be analyzed here or in another process.

    ``records`` has the articles' records, one behind the other. ``sizes`` has five numbers for
    each: the bytes up to the headline, of the three texts, and of what follows. ``languages``
    counts the articles of one language that stand side by side. The rest is that of a
    DocumentBatch.
    """

    article_ids: list[str]
    records: bytes
    sizes: array[int]
    languages: list[tuple[str, int]]
    keys: list[tuple[int, str, str]]
    published_us: array[int]


def prepare(articles: Sequence[Article]) -> PreparedBatch:
    """Take of articles what is kept, and what is analyzed."""
    article_ids = [article.article_id for article in articles]
    more = [place for place, article in enumerate(articles) if _has_more(article)]
    records, sizes = _records(articles, article_ids, more)
    moments = [article.published for article in articles]
    return PreparedBatch(
        article_ids=article_ids,
        records=records,
        sizes=sizes,
        languages=[
            (language, len([*run])) for language, run in groupby(articles, attrgetter("language"))
        ],
        keys=[(place, *key) for place in more for key in _keys(articles[place])],
        published_us=array(
            "q", [NO_DATE if moment is None else microseconds(moment) for moment in moments]
        ),
    )


class DocumentMaker:
    """Analyzes the articles of one transaction for an index whose analyzer is ``base``."""

    def __init__(self, base: Analyzer) -> None:
        self._base = base
        self._pairs = PairTable()
        self._analyzers: dict[str, BatchAnalyzer] = {}

    def make(self, batch: PreparedBatch) -> DocumentBatch:
        """Analyze articles."""
        data = batch.records
        places = array("Q", accumulate(batch.sizes))
        fields = 3 * len(batch.article_ids)
        starts, ends = array("Q", [0]) * fields, array("Q", [0]) * fields
        for field in range(3):
            starts[field::3] = places[field::5]
            ends[field::3] = places[field + 1 :: 5]
        found: list[Batch] = []
        # Articles of one language, as most of a batch are, are analyzed at one go.
        at = 0
        for language, count in batch.languages:
            run = slice(at, at + 3 * count)
            found.append(self._analyzer(language).analyze(data, starts[run], ends[run]))
            at += 3 * count
        whole = memoryview(data)
        ends = places[4::5]
        pairs, positions, counts, lengths = found[0] if len(found) == 1 else _joined(found)
        return DocumentBatch(
            article_ids=batch.article_ids,
            records=[*map(whole.__getitem__, map(slice, [0, *ends], ends))],
            tokens=Tokens(pairs, positions, counts),
            lengths=lengths,
            pair_list=self._pairs,
            keys=batch.keys,
            published_us=batch.published_us,
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


def _records(
    articles: Sequence[Article], article_ids: list[str], more: list[int]
) -> tuple[bytes, array[int]]:
    """Return the articles' records, and their sizes."""
    rests = [""] * len(articles)
    for place in more:
        rests[place] = _rest(articles[place])
    texts = [
        article_ids,
        [article.headline for article in articles],
        [article.body for article in articles],
        [article.caption for article in articles],
        rests,
    ]
    # A column at a time: an article takes 0.6 µs.
    sizes = [[*map(_size_in(column), column)] for column in texts]
    heads = [
        f"{own} {head} {body} {cap}\n" for own, head, body, cap in zip(*sizes[:4], strict=True)
    ]
    begins = map(add, map(len, heads), sizes[0])
    return (
        "".join(chain.from_iterable(zip(heads, *texts, strict=True))).encode(),
        array("I", chain.from_iterable(zip(begins, *sizes[1:], strict=True))),
    )


def _size_in(column: list[str]) -> Callable[[str], int]:
    """Return what tells how many bytes of UTF-8 a string of this column has."""
    return len if all(map(str.isascii, column)) else _size


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


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
    """Return as JSON what Article.to_dict gives beside id and texts, in half of the time."""
    values: dict[str, Any] = {}
    if article.published:
        values["published"] = article.published.isoformat()
    if article.modified:
        values["modified"] = article.modified.isoformat()
    if article.source:
        values["source"] = article.source
    if article.url:
        values["url"] = article.url
    if article.authors:
        values["authors"] = article.authors
    if article.section:
        values["section"] = article.section
    if article.tags:
        values["tags"] = article.tags
    if article.language:
        values["language"] = article.language
    if article.metadata:
        values["metadata"] = article.metadata
    return _JSON.encode(values)


def decode_article(data: bytes) -> Article:
    """Return back the article whose record was kept. Raises ValueError for bytes that are none."""
    record = decode_record(data)
    try:
        rest = json.loads(record.rest) if record.rest else {}
        return Article.from_dict({**rest, **dict(zip(_IN_RECORD, record, strict=False))})
    except (MalformedArticleError, RecursionError, TypeError) as error:
        raise ValueError(f"the record of an article is damaged: {error}") from error


# Sources, sections and tags come again and again.
_folded: Final = lru_cache(maxsize=4096)(fold)


def _keys(article: Article) -> Iterator[tuple[str, str]]:
    keys: dict[str, Iterable[str]] = {}
    if article.source:
        keys["source"] = (_folded(article.source),)
    if article.section:
        keys["section"] = (_folded(article.section),)
    if article.url:
        keys["url"] = (fold(article.url),)
    if article.tags:
        keys["tags"] = set(map(_folded, article.tags))
    if article.authors:
        # A byline is found by any of its names: by:brien as well as by:"anna o'brien".
        authors = set(map(_folded, article.authors))
        keys["authors"] = authors | {name for author in authors for name in author.split()}
    if article.language:
        # An article in pt-BR is one in pt.
        language = _folded(article.language)
        keys["language"] = {language, language.partition("-")[0]}
    for name, values in keys.items():
        for value in values:
            if value:
                yield name, value
