"""The table of operators: complete, and true of what reads it."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from searchlib.query import parse, tree
from searchlib.query.lookalikes import lookalike
from searchlib.query.operators import OPERATORS, operator
from searchlib.query.plain import plain_words
from searchlib.ranking import spans

ABSTRACT = {tree.Node, tree.SpanFilter, tree.CountedFilter}
LOOKALIKES = [each for row in OPERATORS for each in row.lookalikes]
BARE = [
    *(word for row in OPERATORS for word in row.words),
    *(word for row in OPERATORS for word, _ in row.elsewhere),
    *(f"(?i:{word})" for row in OPERATORS for word in row.words_in_any_case),
]
COMPARISONS = [f"(?i:{word})" for row in OPERATORS for word in row.comparisons]


def nodes(kind=tree.Node):
    every = (getattr(tree, name) for name in tree.__all__)
    return [each for each in every if isinstance(each, type) and issubclass(each, kind)]


def test_every_node_has_a_row_and_every_row_a_node():
    rows = [row.node for row in OPERATORS]
    assert len(set(rows)) == len(rows)
    assert {kind.__name__ for kind in {*nodes()} - ABSTRACT} == {*rows} - {""}
    for name in {*rows} - {""}:
        assert operator(name).node == name
        assert getattr(tree, name).__name__ == name
    with pytest.raises(KeyError):
        operator("Xor")


def test_a_format_has_attributes_of_its_node_only():
    for row in OPERATORS:
        names = {name for _, name, _, _ in string.Formatter().parse(row.printed) if name}
        if issubclass(getattr(tree, row.node or "Node"), tree.SpanFilter):
            assert names == {*getattr(tree, row.node).__match_args__}
        assert row.printed or not row.node


def test_ranking_knows_every_filter_of_spans():
    filters = {kind.__name__ for kind in {*nodes(tree.SpanFilter)} - ABSTRACT}
    assert {*spans._FILTERS} == filters
    for name in filters:
        counted = issubclass(getattr(tree, name), tree.CountedFilter)
        assert bool(operator(name).zero) == counted
        assert bool(re.compile(operator(name).before).groups) == counted


def test_a_filter_has_one_group_for_its_count_and_begins_with_a_letter():
    for row in OPERATORS:
        if row.before:
            assert row.before[0].isalpha()
        for pattern in (row.before, row.behind):
            assert re.compile(pattern).groups == bool(row.zero and pattern)


@pytest.mark.parametrize("row", LOOKALIKES, ids=lambda row: row.pattern)
@given(data=st.data())
def test_a_lookalike_begins_as_its_row_says(row, data):
    word = data.draw(st.from_regex(re.compile(row.pattern, re.ASCII), fullmatch=True))
    assume(not re.search(r"\s", word))  # with re.ASCII there are fewer
    assert word[0] in row.begins
    found = lookalike(word)
    assert found is not None
    assert found.message


@pytest.mark.parametrize("pattern", BARE)
@given(data=st.data())
def test_what_may_be_an_operator_is_not_plain_and_is_escaped(pattern, data):
    word = data.draw(st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True))
    if word.isascii() and word.isalnum():
        for query in (word, f"a {word}", f"{word} b", f"+a +{word}"):
            assert plain_words(query, "or") is None
    assert parse(f"a {tree.Word(word)} b", strict=True).tree.children[1] == tree.Word(word)


@pytest.mark.parametrize("pattern", COMPARISONS)
@given(data=st.data())
def test_what_is_compared_is_escaped(pattern, data):
    word = data.draw(st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True))
    parsed = parse(str(tree.Word(word)))
    assert parsed.tree == tree.Word(word)


def test_words_beside_operators_are_plain():
    for query in (
        "sames",
        "xSAME",
        "nearby 5",
        "first",
        "atleast",
        "adjoin",
        "same adj",
        "not to be",
    ):
        assert plain_words(query, "or") is not None
