"""Schemas with classes of the program's own: they come back where the classes are imported."""

from __future__ import annotations

import gc
import importlib
import json
import sys
import threading
from typing import Any

import pytest
from whoosh import analysis, columns, fields, formats

from searchlib.codec.whoosh_schema import decode_schema, encode_schema, supplied_fields
from searchlib.errors import CorruptIndexError, StorageError

HERE = __name__


def written(schema: fields.Schema) -> Any:
    return json.loads(json.dumps(encode_schema(schema, "/index"), allow_nan=False))


def decode(data: object) -> fields.Schema:
    return decode_schema(data, "/index", "_MAIN_7.commit")


def there_and_back(schema: fields.Schema) -> fields.Schema:
    data = written(schema)
    assert supplied_fields(data) == {}
    return decode(data)


def filtered(filter_: Any) -> Any:
    """Give what a filter is when it comes back."""
    analyzer = analysis.RegexTokenizer(r"\S+") | filter_
    found = there_and_back(fields.Schema(text=fields.TEXT(analyzer)))["text"].analyzer[-1]
    assert type(found) is type(filter_)
    return found


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


class Own(analysis.CompositeAnalyzer):
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


class Slotted(Shouting):
    __slots__ = ("__hidden", "kept", "unset")

    def __init__(self):
        self.kept, self.__hidden, self.more = [1], 2, {3}

    def values(self):
        return self.kept, self.__hidden, self.more


class OnlySlots(fields.SpellField):
    __slots__ = ("one",)


class Listed(Shouting):
    def __getstate__(self):
        return [self.number]

    def __setstate__(self, state):
        assert type(state) is list
        (self.number,) = state


class Cleaned(Shouting):
    def __getstate__(self):
        return {"number": self.number}

    def __setstate__(self, state):
        self.number, self.lock = state["number"], threading.Lock()


class Falsy(Shouting):
    def __getstate__(self):
        return 0

    def __setstate__(self, state):
        self.state = state


class Untouched(Shouting):
    def __setstate__(self, state):
        raise AssertionError("what has no state is given none")


class Reduced(Shouting):
    def __reduce__(self):
        raise AssertionError("pickle is not asked")


class Numbered(Shouting):
    def __init__(self):
        self.numbers = {1: "one", (2, 3): b"\xff"}

    def __getstate__(self):
        return self.numbers

    def __setstate__(self, state):
        self.numbers = state


def test_every_kind_of_state_comes_back():
    slotted = filtered(Slotted())
    assert slotted.values() == ([1], 2, {3})
    assert not hasattr(slotted, "unset")
    for kind in (Listed, Cleaned, Reduced):
        one = kind()
        one.number = 5
        assert filtered(one).number == 5
    assert filtered(Falsy()).state == 0
    assert vars(filtered(Untouched())) == {}
    assert filtered(Numbered()).numbers == {1: "one", (2, 3): b"\xff"}
    field = OnlySlots(analysis.StandardAnalyzer())
    field.one = 1
    assert there_and_back(fields.Schema(x=field))["x"].one == 1


class Stemming(analysis.StemFilter):
    """With the state of Whoosh's own, which leaves its cache out."""


def test_a_stemming_filter_of_the_programs_own_keeps_no_cache():
    one = Stemming(lang="fr", ignore=["chevaux"], cachesize=100)
    list(one([analysis.Token(text="chevaux", mode="index")]))
    found = filtered(one)
    assert (found.lang, found.ignore, found.cachesize) == ("fr", {"chevaux"}, 100)
    assert found._stem("chevaux") == one._stem("chevaux")


class Packed(columns.CompressedBytesColumn):
    """It takes its state in a form of its own, and Whoosh imports what its _module names."""

    def __getstate__(self):
        return [self._module]

    def __setstate__(self, state):
        self._level, self._module = 3, state[0]


class OwnPacked(columns.CompressedBytesColumn):
    _module = "gzip"  # the program says so, and not the file

    def __init__(self):
        self._level = 3


def test_a_column_of_the_programs_own_imports_nothing_that_a_file_names():
    schema = fields.Schema(x=fields.COLUMN(Packed(module="bz2")), y=fields.COLUMN(OwnPacked()))
    found = there_and_back(schema)
    assert found["x"].column_type._module == "bz2"
    assert found["y"].column_type._module == "gzip"
    text = json.dumps(written(schema))
    for name in ('"antigravity"', "5", "[]"):
        with pytest.raises(CorruptIndexError, match="the compression module"):
            decode(json.loads(text.replace('"bz2"', name)))
    assert "antigravity" not in sys.modules


class Words(analysis.Filter, dict):
    pass


class Unruly(Shouting):
    def __getstate__(self):
        raise TypeError("there is none")


class Tupled(Shouting):
    def __getstate__(self):
        return (1, 2, 3)


class Apart:
    """No part of a schema."""


def holding(value: object) -> Shouting:
    shout = Shouting()
    shout.held = value
    return shout


@pytest.mark.parametrize(
    ("filter_", "what"),
    [
        (Words(), rf"{HERE}.Words: object.__new__"),
        (Unruly(), rf"{HERE}.Unruly: there is none"),
        (Tupled(), rf"{HERE}.Tupled, whose state is no dict"),
        (holding(threading.Lock()), r"_thread.lock"),
        (holding(Apart()), rf"{HERE}.Apart"),
        (holding(lambda: 1), "<lambda>"),
        (holding(holding), f"{HERE}.holding"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_json_has_to_be_supplied(filter_, what):
    field = fields.TEXT(analysis.RegexTokenizer() | filter_)
    data = written(fields.Schema(path=fields.ID, body=field))
    assert set(supplied_fields(data)) == {"body"}
    assert what in supplied_fields(data)["body"]
    with pytest.raises(StorageError, match=r"could not be written to the index: body \("):
        decode(data)


def test_a_state_that_is_not_taken_says_so():
    field = fields.TEXT(analysis.RegexTokenizer() | Listed())
    field.analyzer[-1].number = 1
    text = json.dumps(written(fields.Schema(body=field))).replace(
        f"{HERE}.Listed", f"{HERE}.Cleaned"
    )
    with pytest.raises(StorageError, match=r"Cleaned.__setstate__ does not take") as caught:
        decode(json.loads(text))
    assert not isinstance(caught.value, CorruptIndexError)


def test_a_class_that_is_not_imported_is_named_and_not_imported():
    text = json.dumps(written(fields.Schema(x=Marked(mark=1), y=fields.TEXT(Shouting()))))
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
