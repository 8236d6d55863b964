"""What is said of a query, and what `strict` refuses."""

from __future__ import annotations

import pytest

from searchlib import QueryError, QuerySyntaxError, UnknownFieldError


def said(results) -> list[str]:
    return [each.message for each in results.diagnostics]


@pytest.mark.parametrize(
    "query", ["horse", "white horses", '"white horses"', "source:wire", "hors*"]
)
def test_of_a_good_query_nothing_is_said(index, query):
    assert said(index.search(query)) == []


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_a_mistake_is_said_whatever_is_asked_of_the_results(index, sort):
    results = index.search("(horse", sort=sort)
    before = results.diagnostics
    assert len(before) == 1
    assert before[0].severity == "warning"
    assert results.total == len(results) == 4
    assert results.diagnostics == before


def test_a_value_that_no_article_has_is_said_with_a_near_one(index):
    (diagnostic,) = index.search("source:wirw").diagnostics
    assert diagnostic.message == "no article has a source 'wirw'"
    assert diagnostic.suggestion == "wire"
    (diagnostic,) = index.search("source:xyz*").diagnostics
    assert diagnostic.message == "no article has a source that begins with 'xyz'"


def test_a_date_in_an_index_without_dates_is_said(make_index):
    assert said(make_index().search("date:2022")) == ["no article has a date"]


def test_a_part_without_a_word_is_said(index):
    assert said(index.search("horse &")) == ["there is no word in this part"]


def test_what_is_said_of_a_filter_stands_behind_and_says_so(index):
    results = index.search("(horse", filter="source:wirw")
    assert len(results.diagnostics) == 2
    assert results.diagnostics[1].message == "in the filter: no article has a source 'wirw'"


def test_strict_refuses_what_changes_the_search(index):
    with pytest.raises(QuerySyntaxError):
        index.search("(horse", strict=True)
    with pytest.raises(UnknownFieldError):
        index.search("colour:red", strict=True)
    with pytest.raises(QueryError):
        index.search("horse", filter="(white", strict=True)
    assert index.search("horse source:wirw", strict=True).total == 4
