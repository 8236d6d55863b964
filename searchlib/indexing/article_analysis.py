"""Articles to documents: what of an article is analyzed, and what is kept as it is."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate, chain, groupby
from operator import add, attrgetter
from typing import Any, Final, NamedTuple

from searchlib.analysis import Analyzer, BatchAnalyzer, PairTable, analyzer_for, fold
from searchlib.analysis.batches import Batch
from searchlib.article import Article
from searchlib.article_record import OTHER_FIELDS, article_of, encode_others, others_of
from searchlib.schema import FIELDS, ID_FIELD, NUM_TEXT_FIELDS, TEXT_FIELDS, Field
from searchlib.segment.documents import DocumentBatch, Tokens
from searchlib.segment.records import decode_record
from searchlib.store.snapshot import NO_DATE
from searchlib.timestamps import microseconds

__all__ = ["DocumentMaker", "PreparedBatch", "decode_article", "prepare"]

_TEXTS: Final = [attrgetter(name) for name in TEXT_FIELDS]

_HEAD: Final = " ".join(["%d"] * (NUM_TEXT_FIELDS + 1)) + "\n"
"""The sizes that a record begins with (segment/records.py)."""

_SIZES: Final = NUM_TEXT_FIELDS + 2
"""Number of sizes of an article in a PreparedBatch."""


class PreparedBatch(NamedTuple):
    """Some articles, ready to be analyzed here or in another process.

    ``records`` has the articles' records, one behind the other. ``sizes`` has for each the bytes
    before the first text, those of each text, and those after the last one. ``languages`` counts
    the articles of one language that stand side by side. The rest is that of a DocumentBatch.
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
    others = [""] * len(articles)
    keys: list[tuple[int, str, str]] = []
    # One article at a time: tuples of all of them would have Python look for garbage more often.
    for place, article in enumerate(articles):
        values = others_of(article)
        if any(values):
            others[place] = encode_others(values)
            _add_keys(place, values, keys)
    texts = [[*map(text_of, articles)] for text_of in _TEXTS]
    records, sizes = _records([article_ids, *texts, others])
    moments = [article.published for article in articles]
    return PreparedBatch(
        article_ids=article_ids,
        records=records,
        sizes=sizes,
        languages=[
            (language, len([*run])) for language, run in groupby(articles, attrgetter("language"))
        ],
        keys=keys,
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
        fields = NUM_TEXT_FIELDS * len(batch.article_ids)
        starts, ends = array("Q", [0]) * fields, array("Q", [0]) * fields
        for field in range(NUM_TEXT_FIELDS):
            starts[field::NUM_TEXT_FIELDS] = places[field::_SIZES]
            ends[field::NUM_TEXT_FIELDS] = places[field + 1 :: _SIZES]
        found: list[Batch] = []
        # Articles of one language, as most of a batch are, are analyzed at one go.
        at = 0
        for language, count in batch.languages:
            run = slice(at, at + NUM_TEXT_FIELDS * count)
            found.append(self._analyzer(language).analyze(data, starts[run], ends[run]))
            at += NUM_TEXT_FIELDS * count
        whole = memoryview(data)
        ends = places[_SIZES - 1 :: _SIZES]
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


def _records(columns: list[list[str]]) -> tuple[bytes, array[int]]:
    """Return the records of articles, whose parts are the columns, and their sizes."""
    # A column at a time: an article takes 0.6 µs.
    sizes = [[*map(_size_in(column), column)] for column in columns]
    heads = [*map(_HEAD.__mod__, zip(*sizes[:-1], strict=True))]
    begins = map(add, map(len, heads), sizes[0])
    return (
        "".join(chain.from_iterable(zip(heads, *columns, strict=True))).encode(),
        array("I", chain.from_iterable(zip(begins, *sizes[1:], strict=True))),
    )


def _size_in(column: list[str]) -> Callable[[str], int]:
    """Return what tells how many bytes of UTF-8 a string of this column has."""
    return len if all(map(str.isascii, column)) else _size


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def decode_article(data: bytes) -> Article:
    """Return the article whose record was kept. Raises ValueError for bytes that are none."""
    return article_of(decode_record(data))


# Many articles have the same source, section and tags.
_folded: Final = lru_cache(maxsize=4096)(fold)


def _folding(field: Field) -> Callable[[str], str]:
    if not field.folded:
        return str
    return _folded if field.recurs else fold


_KEYS: Final = tuple(
    (OTHER_FIELDS.index(field.name), field.name, field.many, _folding(field), field.more_keys)
    for field in FIELDS
    if field.kind == "key" and field.name != ID_FIELD
)
"""Of each key field its place among OTHER_FIELDS, its name, whether it has several values, how they
are folded, and what other keys find them. The builder writes the ids: each article has one."""


def _add_keys(place: int, values: tuple[Any, ...], found: list[tuple[int, str, str]]) -> None:
    """Add the keys of the article at ``place``, each once: the place, a field, a folded value."""
    for at, name, many, folded, more_keys in _KEYS:
        value = values[at]
        if not value:
            continue
        if many or more_keys:
            keys = {*map(folded, value)} if many else {folded(value)}
            if more_keys:
                keys.update(*map(more_keys, keys))
            found += [(place, name, key) for key in keys if key]
        elif key := folded(value):
            found.append((place, name, key))
