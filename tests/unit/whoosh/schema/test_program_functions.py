"""Functions of the program's own in a schema: what may be registered, and what is found again."""

from __future__ import annotations

import functools
import importlib
import json
import re
import sys
from typing import Any

import pytest
from whoosh import analysis, fields
from whoosh.lang import porter

from searchlib.errors import CorruptIndexError, StorageError
from searchlib.whoosh.schema import schema_functions
from searchlib.whoosh.schema.schema_functions import register
from searchlib.whoosh.schema.schema_reading import decode_schema
from searchlib.whoosh.schema.schema_writing import encode_schema, supplied_fields

pytestmark = pytest.mark.kernels

HERE = __name__


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    monkeypatch.setattr(schema_functions, "_REGISTERED", {})


def written(stem: Any) -> Any:
    schema = fields.Schema(body=fields.TEXT(analysis.StemmingAnalyzer(stemfn=stem)))
    return json.loads(json.dumps(encode_schema(schema)))


def stem_in(data: object) -> Any:
    return decode_schema(data, "/index", "_MAIN_7.commit")["body"].analyzer[-1].stemfn


def first(word):
    return word[:1]


class Stemmer:
    def stem(self, word):
        return word[:2]

    @classmethod
    def of_class(cls, word):
        return cls.__name__

    @staticmethod
    def static(word):
        return word


class German(Stemmer):
    pass


class WithState(Stemmer):
    def __init__(self):
        self.length = 3


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (first, "first"),
        (functools.lru_cache(first), "first"),
        (Stemmer, "Stemmer"),
        (Stemmer().stem, "Stemmer.stem"),
        (German().stem, "German.stem"),
        (Stemmer.of_class, "Stemmer.of_class"),
        (German.of_class, "German.of_class"),
        (Stemmer.static, "Stemmer.static"),
        (str.lower, "builtins.str.lower"),
        (re.escape, "re.escape"),
        (sys.intern, "sys.intern"),
    ],
    ids=str,
)
def test_what_is_registered_is_written_by_name_and_found(function, name):
    assert "body" in supplied_fields(written(function))
    assert register(function) is function
    assert register(function) is function
    data = written(function)
    assert supplied_fields(data) == {}
    full = name if "." in name and name[0].islower() else f"{HERE}.{name}"
    assert f'{{"function": "{full}"}}' in json.dumps(data)
    assert stem_in(data) == function


def test_it_is_a_decorator():
    global second  # noqa: PLW0603  # its name is then that of a function of the module

    @register
    def second(word):
        return word[1:2]

    assert second("abc") == "b"
    assert stem_in(written(second)) is second


def nested():
    def inner(word):
        return word

    return inner


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (lambda word: word, r"<lambda> cannot be found by its name"),
        (nested(), r"nested.<locals>.inner cannot be found by its name"),
        (functools.partial(first), "has no name of its own"),
        (functools.partial(first).__call__, "is a method of an object"),
        ("abc".replace, "is a method of an object"),
        (WithState().stem, r"object with state.*def stem\(word\): return stemmer.stem\(word\)"),
        (re.compile("a").match, "is a method of an object"),
    ],
    ids=str,
)
def test_what_no_name_leads_to_is_refused(function, what):
    with pytest.raises(ValueError, match=what):
        register(function)
    assert "body" in supplied_fields(written(function))


def test_what_cannot_be_called_is_refused():
    with pytest.raises(TypeError, match="takes a function, not 'stem'"):
        register("stem")


def test_a_method_of_another_object_is_not_the_one_that_is_registered():
    register(Stemmer().stem)
    for other in (German().stem, WithState().stem, Stemmer().of_class, Stemmer.static):
        assert "body" in supplied_fields(written(other))
    assert supplied_fields(written(Stemmer().stem)) == {}


def renamed(function):
    function.__qualname__ = "first"
    return function


def test_two_functions_of_one_name_are_an_error():
    register(first)
    with pytest.raises(ValueError, match=rf"another function is registered as {HERE}.first"):
        register(renamed(lambda word: word))
    assert stem_in(written(first)) is first


def test_at_the_prompt_a_function_that_is_typed_anew_counts(monkeypatch):
    register(first)
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    anew = register(renamed(lambda word: word))
    assert stem_in(written(first)) is anew


def test_whooshs_own_functions_need_no_registering_and_keep_their_names():
    assert register(porter.stem) is porter.stem
    own = renamed(lambda word: word)
    own.__module__, own.__qualname__ = "whoosh.lang.porter", "stem"
    with pytest.raises(
        ValueError, match=r"whoosh\.lang\.porter\.stem is the name of a function of"
    ):
        register(own)


def test_what_a_module_had_before_it_was_reloaded_is_replaced(tmp_path, monkeypatch):
    path = tmp_path / "reloaded_two.py"
    path.write_text(
        "from searchlib.whoosh.schema.schema_functions import register\n"
        "@register\ndef stem(word):\n    return word[:1]\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = importlib.import_module("reloaded_two")
    before = module.stem
    data = written(before)
    path.write_text(path.read_text().replace("[:1]", "[:22]"))
    importlib.reload(module)
    assert module.stem is not before
    assert stem_in(data) is module.stem
    # A schema that the program has kept is written still.
    assert stem_in(written(before)) is module.stem
    del sys.modules["reloaded_two"]
    assert importlib.import_module("reloaded_two").stem is stem_in(data)
    del sys.modules["reloaded_two"]


def test_a_function_that_is_not_registered_is_named():
    register(first)
    data = written(first)
    schema_functions._REGISTERED.clear()
    with pytest.raises(StorageError) as caught:
        stem_in(data)
    assert not isinstance(caught.value, CorruptIndexError)
    assert f"body (the function {HERE}.first)" in str(caught.value)
    assert "searchlib.whoosh.register(function)" in str(caught.value)
