"""A JSON document item by item: what json.loads gives, in whatever pieces it comes."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.errors import MalformedArticleError
from searchlib.ingest import json_items
from searchlib.ingest.json_items import decoded, items

strings = st.text(st.sampled_from('"\\{}[],: \n\u00e9\U0001f600ab'), max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | strings,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(strings, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def pieces(text: str, size: int):
    return (text[at : at + size] for at in range(0, len(text), size))


def values_and_problems(text: str, size: int):
    """Give the values, what was wrong with items, and what ended it all."""
    found, problems = [], []
    try:
        for item in items(pieces(text, size)):
            if item.problem:
                problems.append((item.number, item.problem.line, item.problem.problem))
            else:
                found.append(item.value)
    except MalformedArticleError as error:
        return found, problems, error.problem
    return found, problems, ""


@given(st.lists(values, max_size=4), st.integers(1, 12), st.booleans(), st.sampled_from([None, 1]))
@example([12345678901234567890, -0.5e-7, True], 1, True, None)
@example(["\U0001f600\\"], 3, True, None)
def test_an_array_comes_in_any_pieces(document, size, ascii_only, indent):
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    assert values_and_problems(f" {text}\n ", size) == (document, [], "")


@given(values.filter(lambda value: not isinstance(value, list)), st.integers(1, 12))
def test_one_value_comes_in_any_pieces(document, size):
    assert values_and_problems(json.dumps(document), size) == ([document], [], "")


@given(
    st.text(st.sampled_from('[]{}",:\\ \n1-.ea') | st.sampled_from("tnfN"), max_size=14),
    st.integers(1, 12),
)
@example("[1,]", 1)
@example("[,1]", 1)
@example("[1 2]", 1)
@example("[1}", 1)
@example("[NaN}", 1)
@example("1 2", 1)
@example("[] 1", 1)
@example('["a', 1)
def test_what_is_no_json_is_refused_in_any_pieces(text, size):
    found, problems, end = values_and_problems(text, size)
    assert (found, problems, end) == values_and_problems(text, len(text) + 1)
    try:
        document = decoded(text)
    except MalformedArticleError:
        assert problems or end
    else:
        assert (found, problems, end) == (
            document if isinstance(document, list) else [document],
            [],
            "",
        )


@given(st.lists(values, max_size=3), st.lists(values, max_size=3), st.integers(1, 12))
def test_a_value_that_cannot_be_read_loses_itself_only(before, after, size):
    parts = [json.dumps(value) for value in before]
    parts.append('{"a": ["]}", NaN, {"b": "\\\\\\"," }]}')
    parts += [json.dumps(value) for value in after]
    found, problems, end = values_and_problems(f"[{','.join(parts)}]", size)
    assert (found, end) == ([*before, *after], "")
    [(number, _, problem)] = problems
    assert number == len(before) + 1
    where = f"(item {number}, line 1)"
    assert problem == f"it cannot be read as JSON: NaN is no JSON number {where}"


@pytest.fixture
def small(monkeypatch):
    """Items of 40 bytes or three containers at most."""
    monkeypatch.setattr(json_items, "MAX_ARTICLE_BYTES", 40)
    monkeypatch.setattr(json_items, "_LONG_CHARS", 10)
    monkeypatch.setattr(json_items, "_MAX_CONTAINERS", 3)


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize(
    ("too_much", "why"),
    [
        ('"' + "x" * 50 + '"', "longer"),
        ('"' + '\\"' * 500 + '"', "longer"),
        ('"' + "\u00e9" * 25 + '"', "longer"),  # 50 bytes in UTF-8
        ('{"a": "' + "]}," * 50 + '"}', "longer"),
        ('"' + " " * 30 + "\\\\" * 20 + '"', "longer"),
        ("[" * 15 + "]" * 15, "arrays"),
        ("[" + ",".join(["[]"] * 30) + "]", ""),
        ('[{"a": {}}, {"a": [{}, {}]}]', "arrays"),
    ],
)
def test_an_item_that_is_too_much_is_left_out_alone(small, size, too_much, why):
    text = f'[1,\n{too_much},\n"x", {too_much}]'
    found, problems, end = values_and_problems(text, size)
    assert (found, end) == ([1, "x"], "")
    assert [(number, line) for number, line, _ in problems] == [(2, 2), (4, 3)]
    for number, _, problem in problems:
        assert problem.startswith(f"item {number}: it ")
        assert why in problem


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("text", ['["' + "x" * 500, "[" + "[" * 500, '[{"a": "' + "\\" * 499])
def test_what_is_too_much_and_has_no_end_is_one_problem(small, size, text):
    found, problems, end = values_and_problems(text, size)
    assert (found, end) == ([], "")
    assert len(problems) == 1


@pytest.mark.parametrize("broken", ['{"a": 1 "b": 2}', '["a" "b"]', '{"a": "\\x"}', '{"a" "b"}'])
def test_what_is_broken_is_not_called_long(small, broken):
    good = ',"xxxxxxxxxxxxxxxxxxxx"' * 100
    for size in (1, 7, 60, 5000):
        found, problems, end = values_and_problems(f"[1,{broken}{good}]", size)
        assert (found, problems) == ([1], [])
        assert end.startswith("it is not JSON: ")


def test_what_is_just_short_enough_is_read(small):
    text = '"' + "x" * 38 + '"'
    for size in (1, 7, 1000):
        assert values_and_problems(f"[{text},{text}]", size) == (["x" * 38] * 2, [], "")


def test_a_text_with_many_containers_is_refused_before_it_is_decoded(small):
    with pytest.raises(MalformedArticleError, match=r"more than .* arrays and objects"):
        decoded("[[],[],[],[]]")
    assert decoded("[[],[],12]") == [[], [], 12]
