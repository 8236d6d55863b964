"""Schemas as data: they come back as they were, or are refused."""

from __future__ import annotations

import json
import re
import sys
from decimal import Decimal
from typing import Any

import pytest
from whoosh import analysis, columns, fields, formats
from whoosh.lang import lovins, paicehusk, porter2, stemmer_for_language
from whoosh.support.charset import accent_map

from searchlib.errors import CorruptIndexError, StorageError
from searchlib.whoosh.schema.schema_writing import encode_schema, supplied_fields
from tests.helpers.hostile_values import nested
from tests.unit.whoosh.schema.round_trips import decode, there_and_back

pytestmark = pytest.mark.kernels

TEXT = "The Élan-Vital of runners running to Paris-2024 WiFi, news/world foo^2.5 2nd wolf-pack"


def state(value: Any, depth: int = 0) -> Any:
    """Give all that an object of Whoosh's is made of, to compare: few of them have an __eq__."""
    assert depth < 30
    if type(value).__module__.startswith("whoosh.") and hasattr(value, "__dict__"):
        made_of = {k: v for k, v in vars(value).items() if k not in {"_stem", "_struct"}}
        return type(value), state(made_of, depth + 1)
    match value:
        case dict():
            return type(value), [
                (state(k, depth + 1), state(v, depth + 1)) for k, v in value.items()
            ]
        case list() | tuple():
            return type(value), [state(item, depth + 1) for item in value]
        case float():
            return float, repr(value)
        case re.Pattern():
            return re.Pattern, value.pattern, value.flags
        case _ if callable(value) and hasattr(value, "__self__"):
            return type(value.__self__), value.__name__
        case _:
            return type(value), value


def tokens(analyzer: Any, mode: str) -> list[Any]:
    names = ("text", "pos", "startchar", "endchar", "boost")
    return [
        [getattr(token, name, None) for name in names]
        for token in analyzer(TEXT, positions=True, chars=True, mode=mode)
    ]


FIELDS = {
    "text": fields.TEXT(),
    "a class": fields.TEXT,
    "text with all": fields.TEXT(
        stored=True, chars=True, field_boost=2.0, multitoken_query="phrase", sortable=True
    ),
    "text without phrases": fields.TEXT(phrase=False, vector=formats.Frequency()),
    "spelling": fields.TEXT(analysis.StemmingAnalyzer(), spelling=True, vector=True),
    **{f"text in {lang}": fields.TEXT(lang=lang) for lang in ("en", "fr", "ru", "ar", "nl")},
    "id": fields.ID(stored=True, unique=True, sortable=True),
    "id lowercase": fields.ID(analyzer=analysis.IDAnalyzer(lowercase=True)),
    "idlist": fields.IDLIST(stored=True),
    "idlist expression": fields.IDLIST(expression=re.compile(r"[^;]+", re.IGNORECASE)),
    "keyword": fields.KEYWORD(commas=True, lowercase=True, scorable=True, vector=True),
    "numeric": fields.NUMERIC(int, 64, signed=False, sortable=True, default=7),
    "float": fields.NUMERIC(float, stored=True),
    "decimal": fields.NUMERIC(Decimal, decimal_places=2, shift_step=8),
    "datetime": fields.DATETIME(stored=True, sortable=True),
    "boolean": fields.BOOLEAN(stored=True),
    "stored": fields.STORED(),
    "ngram": fields.NGRAM(2, 3, phrase=True, queryor=True),
    "ngramwords": fields.NGRAMWORDS(2, 5, at="start", stored=True),
    "plain": fields.FieldType(formats.PositionBoosts(), analysis.SimpleAnalyzer(), sortable=True),
    "options": fields.FieldType(formats.Characters(2.0, more=(1, {2}, b"\xff")), None),
    "spell": fields.SpellField(analysis.StemmingAnalyzer()),
}
COLUMNS = [
    columns.VarBytesColumn(),
    columns.FixedBytesColumn(2, b"\x00\xff"),
    columns.RefBytesColumn(3, b"abc"),
    columns.NumericColumn("h", default=-1),
    columns.BitColumn(10),
    columns.CompressedBytesColumn(9, "bz2"),
    columns.CompressedBlockColumn(),
    columns.StructColumn("!Hd", (0, 0.5)),
    columns.PickleColumn(columns.CompressedBytesColumn()),
    columns.ClampedNumericColumn(columns.NumericColumn("i")),
    columns.VarBytesListColumn(),
    columns.FixedBytesListColumn(2),
]
_words = analysis.RegexTokenizer(r"\S+")
ANALYZERS = [
    analysis.StandardAnalyzer(stoplist=["of"], minsize=1, maxsize=5),
    analysis.StemmingAnalyzer(ignore=["running"], cachesize=None),
    analysis.StemmingAnalyzer(stemfn=porter2.stem, cachesize=-1),
    analysis.StemmingAnalyzer(stemfn=lovins.stem),
    analysis.StemmingAnalyzer("[a-z]{3,}", stemfn=paicehusk.stem),
    analysis.StemmingAnalyzer(stemfn=stemmer_for_language("fr")),
    analysis.StemmingAnalyzer(stemfn=stemmer_for_language("ar")),
    analysis.FancyAnalyzer(),
    analysis.KeywordAnalyzer(commas=True),
    analysis.RegexAnalyzer(r"\w+", gaps=False),
    analysis.NgramAnalyzer(2, 3),
    analysis.NgramWordAnalyzer(2, at="end"),
    analysis.PathTokenizer(),
    analysis.CharsetTokenizer({**dict.fromkeys(map(ord, TEXT)), **accent_map}),
    analysis.RegexTokenizer(re.compile("[a-z ]+", re.IGNORECASE | re.ASCII), gaps=True),
    _words | analysis.CharsetFilter(accent_map),
    _words | analysis.IntraWordFilter(mergewords=True, mergenums=True),
    _words | analysis.MultiFilter(index=analysis.PassFilter(), query=analysis.LowercaseFilter()),
    _words | analysis.TeeFilter(analysis.PassFilter(), analysis.ReverseTextFilter()),
    _words | analysis.StripFilter() | analysis.BiWordFilter() | analysis.LoggingFilter(),
    _words | analysis.ShingleFilter(3, sep="+"),
    _words | analysis.DelimitedAttributeFilter(),
    _words | analysis.SubstitutionFilter("-", "_"),
    _words | analysis.CompoundWordFilter({"wolf", "pack"}),
    _words | analysis.DoubleMetaphoneFilter(combine=True),
    _words | analysis.NgramFilter(2, 4, at="start") | analysis.StopFilter(lang="fr"),
]


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_every_kind_of_field_comes_back(field):
    schema = fields.Schema(field=field)
    found = there_and_back(schema)
    assert found.names() == schema.names()
    assert state(found) == state(schema)
    for name in schema.names():
        if schema[name].indexed and schema[name].analyzer and not hasattr(field, "numtype"):
            value = True if isinstance(field, fields.BOOLEAN) else TEXT
            assert list(found[name].index(value)) == list(schema[name].index(value))


def test_no_field_class_is_left_out():
    tested = {type(fields.Schema(x=field)["x"]) for field in FIELDS.values()}
    known = {kind for kind in vars(fields).values() if isinstance(kind, type)}
    known = {kind for kind in known if issubclass(kind, fields.FieldType)}
    assert known - tested == {fields.COLUMN, fields.FieldWrapper, fields.ReverseField}


def test_a_reversed_field():
    schema = fields.Schema(word=fields.ReverseField(fields.TEXT(stored=True)))
    assert state(there_and_back(schema)) == state(schema)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: type(column).__name__)
def test_every_kind_of_column_comes_back(column):
    schema = fields.Schema(field=fields.COLUMN(column))
    assert state(there_and_back(schema)) == state(schema)


@pytest.mark.parametrize("analyzer", ANALYZERS, ids=range(len(ANALYZERS)))
def test_every_kind_of_analyzer_comes_back(analyzer):
    found = there_and_back(fields.Schema(text=fields.TEXT(analyzer)))["text"].analyzer
    assert state(found) == state(analyzer)
    for mode in ("index", "query"):
        assert tokens(found, mode) == tokens(analyzer, mode)


def test_fields_whose_names_are_patterns():
    schema = fields.Schema(path=fields.ID)
    schema.add("*_date", fields.DATETIME(stored=True), glob=True)
    schema.add("*_text", fields.TEXT(analysis.StemmingAnalyzer(), spelling=True), glob=True)
    found = there_and_back(schema)
    assert state(found) == state(schema)
    assert isinstance(found["birth_date"], fields.DATETIME)
    assert "date" not in found


def test_declared_schemas():
    class News(fields.SchemaClass):
        path = fields.ID(stored=True)
        body = fields.TEXT

    assert there_and_back(News()) == News()


@pytest.mark.parametrize(
    ("field", "what"),
    [
        (fields.TEXT(analysis.StemmingAnalyzer(stemfn=lambda word: word)), "<lambda>"),
        (fields.TEXT(_words | analysis.SubstitutionFilter("-", str.lower)), "lower"),
        (fields.COLUMN(columns.CompressedBytesColumn(module="lz4")), "'lz4'"),
        (fields.TEXT(_words | analysis.DelimitedAttributeFilter(default=object())), "object"),
    ],
)
def test_what_cannot_be_written_is_named(field, what):
    schema = fields.Schema(path=fields.ID, body=field)
    schema.add("*_more", field, glob=True)
    data = json.loads(json.dumps(encode_schema(schema)))
    assert set(supplied_fields(data)) == {"body", "*_more"}
    assert what in supplied_fields(data)["body"]
    with pytest.raises(
        StorageError, match=r"body \(.*open_dir\(dirname, schema=schema\)"
    ) as caught:
        decode(data)
    assert not isinstance(caught.value, CorruptIndexError)


def test_what_contains_itself_is_not_followed_for_ever():
    items: list[Any] = []
    items.append(items)
    field = fields.FieldType(formats.Existence(more=items), None)
    assert "nested" in supplied_fields(encode_schema(fields.Schema(x=field)))["x"]


def with_field(spec: object) -> dict[str, object]:
    return {"fields": [["x", spec]], "subfields": {"x": ["x"]}, "dynamic": []}


def with_value(value: object) -> dict[str, object]:
    return with_field({"whoosh.fields.STORED": {"value": value}})


def with_part(name: str, part: object) -> dict[str, object]:
    return with_field({"whoosh.fields.FieldType": {name: part}})


HOSTILE = {
    "nothing": None,
    "a list": [],
    "no fields": {"subfields": {}, "dynamic": []},
    "more": {"fields": [], "subfields": {}, "dynamic": [], "more": 1},
    "a field of text": with_field("x"),
    "a field with no name": with_field({"system": {}}),
    "no field": with_field({"whoosh.columns.BitColumn": {}}),
    "two objects": with_field({"whoosh.fields.STORED": {}, "whoosh.fields.TEXT": {}}),
    "a state of nothing": with_field({"whoosh.fields.STORED": None}),
    "a state of a list": with_field({"whoosh.fields.STORED": []}),
    "a half number": with_field({"whoosh.fields.NUMERIC": {}}),
    "a format of text": with_part("format", "x"),
    "an analyzer of a function": with_part("analyzer", {"function": "builtins.str"}),
    "a column of a field": with_part("column_type", {"whoosh.fields.STORED": {}}),
    "a compression of its own": with_part(
        "column_type",
        {"whoosh.columns.CompressedBytesColumn": {"_module": "antigravity"}},
    ),
    "a compression in another form": with_part(
        "column_type",
        {"whoosh.columns.CompressedBytesColumn": [{"dict": [["_module", "antigravity"]]}]},
    ),
    "a compression that is no name": with_part(
        "column_type", {"whoosh.columns.CompressedBlockColumn": {"_module": []}}
    ),
    "two states": with_part("analyzer", {"whoosh.analysis.morph.StemFilter": [{}, {}]}),
    "a state of nothing for one who takes one": with_part(
        "analyzer", {"whoosh.analysis.morph.StemFilter": [None]}
    ),
    "a stemmer of no language": with_part(
        "analyzer",
        {"whoosh.analysis.morph.StemFilter": {"lang": "??", "stemfn": None}},
    ),
    "an unknown tag": with_value({"pickle": "x"}),
    "two tags": with_value({"set": [], "tuple": []}),
    "no tag": with_value({}),
    "a function without a name": with_value({"function": "eval"}),
    "a function of a number": with_value({"function": 1}),
    "a function of a list": with_value({"function": []}),
    "a broken expression": with_value({"regex": ["(", 0]}),
    "an expression of numbers": with_value({"regex": [1, 0]}),
    "an expression that prints": with_value({"regex": ["x", 128]}),
    "an expression without flags": with_value({"regex": ["x"]}),
    "an odd number": with_value({"float": "1e5"}),
    "no hex": with_value({"bytes, date or Decimal": "xy"}),
    "half a value": with_value({"bytes, date or Decimal": "4205"}),
    "a set of lists": with_value({"set": [[1]]}),
    "a dictionary of one": with_value({"dict": [[1]]}),
    "deep": with_value(nested(60)),
    "a pattern that is broken": {"fields": [], "subfields": {}, "dynamic": [["x", "(", {}]]},
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_what_was_never_written_is_refused_and_nothing_imported(data):
    before = set(sys.modules)
    with pytest.raises(CorruptIndexError, match="cannot be read") as caught:
        decode(data)
    assert (caught.value.path, caught.value.file) == ("/index", "_MAIN_7.commit")
    assert "antigravity" not in sys.modules
    assert {name for name in set(sys.modules) - before if not name.startswith("whoosh.")} == set()


UNKNOWN = {
    "os.system": with_field({"os.system": {}}),
    "antigravity.fly": with_field({"antigravity.fly": {}}),
    "whoosh.index.FileIndex": with_field({"whoosh.index.FileIndex": {}}),
    "subprocess.Popen": with_value({"subprocess.Popen": {"args": "x"}}),
    "os.popen": with_value({"function": "os.popen"}),
    "builtins.eval": with_value({"function": "builtins.eval"}),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_no_part_of_a_schema_is_not_known_and_nothing_imported(name):
    before = set(sys.modules)
    with pytest.raises(StorageError, match=rf"does not know: x \(the (class|function) {name}\)"):
        decode(UNKNOWN[name])
    assert {name for name in set(sys.modules) - before if not name.startswith("whoosh.")} == set()
