"""Field names, and what is said of a name that is none."""

from __future__ import annotations

from dataclasses import fields

import pytest

from searchlib.article import TEXT_FIELDS, Article
from searchlib.query import parse, tree
from searchlib.query.fields import (
    DATE_NAMES,
    FIELD_NAMES,
    KEY_NAMES,
    LEAD_FIELD,
    LENGTH_FIELD,
    TEXT_NAMES,
    closest_field,
    is_field,
)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("captoin", "caption"),
        ("headlin", "headline"),
        ("sorce", "source"),
        ("pubished", "published"),
        ("auther", "author"),
        ("title", "headline"),
        ("text", "body"),
        ("content", "body"),
        ("byline", "by"),
        ("publisher", "source"),
        ("topic", "tag"),
        ("year", "date"),
        ("sn", "source"),
        ("la", "lang"),
        ("pd", "date"),
        ("lp", "hlp"),
        ("lead", "hlp"),
        ("length", "wc"),
        ("words", "wc"),
        ("zebra", None),
        ("x", None),
        ("", None),
    ],
)
def test_the_field_that_may_be_meant(name, field):
    assert closest_field(name) == field


def test_every_name_is_a_field_of_an_article():
    assert set(TEXT_NAMES.values()) == set(TEXT_FIELDS)
    assert set(KEY_NAMES.values()) <= {field.name for field in fields(Article)}
    names = {*TEXT_NAMES, *KEY_NAMES, *DATE_NAMES, LEAD_FIELD, LENGTH_FIELD}
    assert set(FIELD_NAMES) == names
    assert all(map(is_field, names))
    assert not is_field("title")


@pytest.mark.parametrize("name", FIELD_NAMES)
@pytest.mark.parametrize("shape", [str, str.upper, str.title])
@pytest.mark.parametrize("mark", [":", "="])
def test_every_name_is_understood_in_any_case(name, shape, mark):
    parsed = parse(f"{shape(name)}{mark}2022")
    assert parsed.diagnostics == ()
    match parsed.tree:
        case tree.Word("2022", fields):
            assert fields == (TEXT_NAMES[name],)
        case tree.Metadata(field, "2022", False):
            assert field == KEY_NAMES[name]
        case tree.Lead(tree.Word("2022")):
            assert name == LEAD_FIELD
        case tree.Length(2022, 2022):
            assert name == LENGTH_FIELD
        case other:
            assert isinstance(other, tree.DateRange)
            assert name in DATE_NAMES


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [("Captoin:a", "caption"), ("TITLE:a", "headline"), ("zebra:a", None), ("x" * 99 + ":a", None)],
)
def test_an_unknown_field_is_a_word_and_a_remark(query, suggestion):
    parsed = parse(query)
    (found,) = parsed.diagnostics
    assert found.suggestion == suggestion
    assert found.action == "it was searched for as a word"
    name = query.partition(":")[0]
    assert parsed.tree == tree.Or((tree.Word(name), tree.Word("a")))


@pytest.mark.parametrize(
    "query",
    [
        "10:30",
        "2022:a",
        "a: b",
        "(a:)",
        "https://example.org",
        "mailto:a@b",
        "x-y:z",
        ":a",
        "x://y",
        "x=y",
        "title=a",
        "a==b",
    ],
)
def test_not_every_colon_makes_a_field(query):
    parsed = parse(query)
    assert parsed.diagnostics == ()
    assert all(isinstance(leaf, tree.Word) for leaf in tree.leaves(parsed.tree))
