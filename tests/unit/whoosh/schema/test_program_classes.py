"""Schemas with classes of the program's own: they come back where the classes are imported."""

from __future__ import annotations

import gc
import importlib
import json
import sys
from typing import Any

import pytest
from whoosh import analysis, columns, fields, formats
from whoosh.analysis import analyzers

from searchlib.errors import CorruptIndexError, StorageError
from tests.unit.whoosh.schema.round_trips import decode, there_and_back, written

pytestmark = pytest.mark.kernels

HERE = __name__


class Shouting(analysis.Filter):
    def __call__(self, tokens):
        for token in tokens:
            token.text = token.text.upper() + getattr(self, "end", "")
            yield token


class Splitting(analysis.Tokenizer):
    """As MoinMoin's for access rights: it makes its tokens without a tokenizer of Whoosh's."""

    def __init__(self, separators):
        self.separators = separators

    def __call__(self, value, start_pos=0, positions=False, mode="", **kwargs):
        token = analysis.Token(positions, mode=mode, **kwargs)
        for place, text in enumerate(value.split(self.separators[0]), start_pos):
            token.text, token.pos, token.boost, token.stopped = text, place, 1.0, False
            yield token


class Own(analyzers.CompositeAnalyzer):
    pass


class Marked(fields.TEXT):
    def __init__(self, *args, mark, **kwargs):
        super().__init__(*args, **kwargs)
        self.mark = mark


class Grams(fields.NGRAMWORDS):
    """As devpi-web's, with a weight for each gram."""

    weights = (1, 2)


class Weighted(formats.Frequency):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor


class Sevens(columns.NumericColumn):
    pass


def test_a_schema_of_the_programs_own_classes_comes_back():
    shout = Shouting()
    shout.end = "!"
    schema = fields.Schema(
        shouted=fields.TEXT(Own(analysis.RegexTokenizer(r"\S+"), shout)),
        rights=fields.FieldType(Weighted(2.5), Splitting([";", ","]), vector=Weighted(1)),
        marked=Marked(stored=True, mark={"<b>": ("</b>", 1)}),
        grams=Grams(2, 4, at="start"),
        number=fields.COLUMN(Sevens("i", default=7)),
    )
    schema.add("*_mark", Marked(mark=None), glob=True)
    found = there_and_back(schema)
    for name in schema.names():
        assert type(found[name]) is type(schema[name])
    assert [token.text for token in found["shouted"].analyzer("a b")] == ["A!", "B!"]
    assert type(found["shouted"].analyzer) is Own
    assert list(found["rights"].index("x;y;x")) == list(schema["rights"].index("x;y;x"))
    assert (found["rights"].format.factor, found["rights"].vector.factor) == (2.5, 1)
    assert found["marked"].mark == {"<b>": ("</b>", 1)}
    assert list(found["grams"].index("horses")) == list(schema["grams"].index("horses"))
    assert type(found["number"].column_type) is Sevens
    assert found["my_mark"].mark is None


def test_a_class_that_is_not_imported_is_named_and_not_imported():
    text = json.dumps(
        written(
            fields.Schema(x=Marked(mark=1), y=fields.TEXT(analysis.RegexTokenizer() | Shouting()))
        )
    )
    with pytest.raises(StorageError) as caught:
        decode(json.loads(text.replace(HERE, "antigravity")))
    assert not isinstance(caught.value, CorruptIndexError)
    for part in (
        "x (the class antigravity.Marked), y (the class antigravity.Shouting)",
        "import the module that defines such a class",
        "open_dir(dirname, schema=schema)",
    ):
        assert part in str(caught.value)
    assert "antigravity" not in sys.modules


def made() -> Any:
    class Local(analysis.Filter):
        def __call__(self, tokens):
            return tokens

    return Local


def test_two_classes_of_one_name_are_refused_when_written_and_when_read():
    one = made()
    schema = fields.Schema(body=fields.TEXT(analysis.RegexTokenizer() | one()))
    data = written(schema)
    assert type(decode(data)["body"].analyzer[-1]) is one
    other = made()
    with pytest.raises(StorageError, match=r"/index: .*2 classes are called .*Local.* a name of"):
        written(schema)
    with pytest.raises(StorageError, match=r"2 classes are called .*Local") as caught:
        decode(data)
    assert not isinstance(caught.value, CorruptIndexError)
    del other  # what nobody can use any more is in nobody's way
    assert type(decode(data)["body"].analyzer[-1]) is one


def test_a_class_with_the_name_of_one_of_whooshs_is_refused():
    kind = type("TEXT", (fields.TEXT,), {"__module__": "whoosh.fields"})
    with pytest.raises(StorageError, match=r"of the program is called whoosh\.fields\.TEXT"):
        written(fields.Schema(x=kind()))
    assert type(there_and_back(fields.Schema(x=fields.TEXT()))["x"]) is fields.TEXT


def test_a_module_that_is_reloaded(tmp_path, monkeypatch):
    (tmp_path / "reloaded_one.py").write_text(
        "from whoosh import fields\nclass Kind(fields.TEXT):\n    pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("reloaded_one")
    schema = fields.Schema(x=module.Kind())
    data = written(schema)
    importlib.reload(module)
    with pytest.raises(StorageError, match="if its module was reloaded"):
        written(schema)
    with pytest.raises(StorageError, match="if its module was reloaded"):
        decode(data)
    del schema
    gc.collect()
    assert type(decode(data)["x"]) is module.Kind
    del sys.modules["reloaded_one"]
