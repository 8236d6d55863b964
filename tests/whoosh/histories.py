"""Histories of an index, and what they make of it with one codec or another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st
from whoosh import analysis, columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import Storage
from whoosh.index import Index

from searchlib.whoosh.codec.searchlib_codec import SearchlibCodec

# Which codec writes which commit, the first one again after the last one.
CODECS: Final = {"ours": (SearchlibCodec,), "mixed": (W3Codec, SearchlibCodec, SearchlibCodec)}

_SIMPLE: Final = analysis.SimpleAnalyzer()
_BOOSTING: Final = analysis.RegexTokenizer(r"\S+") | analysis.DelimitedAttributeFilter()

SCHEMA: Final = fields.Schema(
    key=fields.ID(stored=True, unique=True, sortable=True),
    body=fields.TEXT(_SIMPLE, stored=True, chars=True, sortable=True, vector=True, spelling=True),
    title=fields.TEXT(analysis.StemmingAnalyzer(), spelling=True, vector=formats.Frequency()),
    note=fields.TEXT(_SIMPLE, phrase=False, field_boost=2.0),
    boosts=fields.FieldType(formats.PositionBoosts(), _BOOSTING, scorable=True, vector=True),
    places=fields.FieldType(formats.CharacterBoosts(), _BOOSTING, scorable=True),
    tags=fields.KEYWORD(stored=True, commas=True, scorable=True, sortable=True, vector=True),
    whole=fields.NUMERIC(int, 64, stored=True, sortable=True),
    natural=fields.NUMERIC(int, 32, signed=False, sortable=True, default=7),
    real=fields.NUMERIC(float, stored=True),  # a sortable one cannot be written
    price=fields.NUMERIC(Decimal, decimal_places=2, stored=True),
    when=fields.DATETIME(stored=True, sortable=True),
    flag=fields.BOOLEAN(stored=True),
    grams=fields.NGRAM(2, 3, phrase=True),
    wordgrams=fields.NGRAMWORDS(2, 3, at="start"),
    anything=fields.STORED(),
    bits=fields.COLUMN(columns.BitColumn()),
    refs=fields.COLUMN(columns.RefBytesColumn()),
    fixed=fields.COLUMN(columns.FixedBytesColumn(2)),
    number=fields.COLUMN(columns.NumericColumn("h", default=-1)),
    record=fields.COLUMN(columns.StructColumn("!Hd", (0, 0.0))),
    packed=fields.COLUMN(columns.CompressedBytesColumn()),
    pickled=fields.COLUMN(columns.PickleColumn(columns.CompressedBytesColumn())),
)

WORDS: Final = "alfa alpha bravo bravos bravely charlie delta éclair 北京".split()
KEYS: Final = list("abcde")
TAGS: Final = ["news", "old news", "été", "x"]

# Lengths of fields stay below 10 words: above, Whoosh's own codec rounds them.
_texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
_boosted = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(["", "^2", "^0.5"])).map("".join), max_size=5
).map(" ".join)
_moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001  # as Whoosh's
_scalars = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary()),
    *(_moments, _moments.map(lambda moment: moment.replace(tzinfo=UTC))),
    st.sampled_from([date(2020, 2, 29), time(1, 2, 3, 4), timedelta(-1, 2, 3), Decimal("1.10")]),
)
VALUES: Final = st.recursive(
    _scalars,
    lambda values: (
        st.lists(values, max_size=3)
        | st.lists(values, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), values, max_size=3)
        | st.sets(st.integers(), max_size=3)
        | st.frozensets(st.text(), max_size=3)
    ),
    max_leaves=5,
)
_shorts = st.integers(-(2**15), 2**15 - 1)
_others = st.fixed_dictionaries(
    {},
    optional={
        "body": _texts,
        "title": _texts,
        "note": _texts,
        "boosts": _boosted,
        "places": _boosted,
        "tags": st.lists(st.sampled_from(TAGS), max_size=3, unique=True).map(",".join),
        "whole": st.integers(-(2**40), 2**40),
        "natural": st.integers(0, 9),
        "real": st.floats(allow_nan=False, allow_infinity=False),
        "price": st.integers(-999, 999).map(lambda cents: Decimal(cents) / 100),
        "when": _moments,
        "flag": st.booleans(),
        "grams": st.sampled_from(["", "alfa", "bravo", "a b", "北京"]),
        "wordgrams": st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
        "anything": VALUES,
        "bits": st.booleans(),
        "refs": st.sampled_from([b"", b"one", b"two"]),
        "fixed": st.binary(min_size=2, max_size=2),
        "number": _shorts,
        "record": st.tuples(st.integers(0, 9), st.floats(allow_nan=False)),
        "packed": st.binary(),
        "pickled": VALUES,
        "_body_boost": st.sampled_from([0.5, 2.0]),
        "_boost": st.sampled_from([0.25, 4.0]),
        "_stored_tags": st.just("other"),
    },
)
_documents = st.tuples(st.sampled_from(KEYS), _others).map(lambda pair: {"key": pair[0], **pair[1]})


@dataclass(frozen=True)
class Commit:
    """What one writer does: it updates where there was one of the key before, or adds."""

    documents: list[dict[str, Any]]
    updates: bool = False
    deleted: list[str] = field(default_factory=list)
    end: str = "merge"


COMMITS: Final = st.builds(
    Commit,
    documents=st.lists(_documents, max_size=4),
    updates=st.booleans(),
    deleted=st.lists(st.sampled_from(KEYS), max_size=2),
    end=st.sampled_from(["merge", "no merge", "no merge", "optimize", "cancel"]),
)
HISTORIES: Final = st.lists(COMMITS, min_size=1, max_size=4)


def live(history: Sequence[Commit], storage: Storage, codecs: Sequence[type]) -> Index:
    """Make an index with this history in ``storage``."""
    index = storage.create().create_index(SCHEMA)
    for number, commit in enumerate(history):
        writer = index.writer(codec=codecs[number % len(codecs)]())
        for key in commit.deleted:
            writer.delete_by_term("key", key)
        for document in commit.documents:
            (writer.update_document if commit.updates else writer.add_document)(**document)
        match commit.end:
            case "cancel":
                writer.cancel()
            case "optimize":
                writer.commit(optimize=True)
            case end:
                writer.commit(merge=end == "merge")
    return index
