"""The state of objects of the program's own in a schema: what is written, and how it is taken."""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

import pytest
from whoosh import analysis, columns, fields

from searchlib.errors import CorruptIndexError, StorageError
from searchlib.whoosh.schema.schema_writing import supplied_fields
from tests.unit.whoosh.schema.round_trips import decode, there_and_back, written

pytestmark = pytest.mark.kernels

HERE = __name__


def filtered(filter_: Any) -> Any:
    """Give what a filter is when it comes back."""
    analyzer = analysis.RegexTokenizer(r"\S+") | filter_
    found = there_and_back(fields.Schema(text=fields.TEXT(analyzer)))["text"].analyzer[-1]
    assert type(found) is type(filter_)
    return found


class Shouting(analysis.Filter):
    def __call__(self, tokens):
        for token in tokens:
            token.text = token.text.upper()
            yield token


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
        (Tupled(), rf"{HERE}.Tupled, whose state is not a dict"),
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
    with pytest.raises(
        StorageError,
        match=r"could not be written, because they were not registered or have no name: body \(",
    ):
        decode(data)


def test_a_state_that_is_not_taken_says_so():
    field = fields.TEXT(analysis.RegexTokenizer() | Listed())
    field.analyzer[-1].number = 1
    text = json.dumps(written(fields.Schema(body=field))).replace(
        f"{HERE}.Listed", f"{HERE}.Cleaned"
    )
    with pytest.raises(StorageError, match=r"Cleaned.__setstate__ does not accept") as caught:
        decode(json.loads(text))
    assert not isinstance(caught.value, CorruptIndexError)
