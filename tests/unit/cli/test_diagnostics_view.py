"""What is said of a query, with the part that it means underlined."""

from __future__ import annotations

import pytest

from searchlib.cli.diagnostics_view import diagnostic_lines, refusal_lines
from searchlib.errors import QueryError, QuerySyntaxError
from searchlib.query import Diagnostic, parse
from searchlib.results.search import IN_FILTER


@pytest.fixture(autouse=True)
def _columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")


def refused(query: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(query, strict=True)
    return caught.value


def test_a_remark_has_three_lines():
    found = Diagnostic("warning", 7, 10, "'AND' joins nothing", "it is left out")
    assert list(diagnostic_lines([found], "horses AND")) == [
        str(found),
        "  horses AND",
        "         ^^^",
    ]


def test_a_remark_on_the_filter_underlines_the_filter():
    here = Diagnostic("warning", 0, 1, "first", "left out")
    there = Diagnostic("warning", 4, 5, f"{IN_FILTER}second", "left out")
    assert list(diagnostic_lines([here, there], "( a", "b c )")) == [
        *(str(here), "  ( a", "  ^"),
        *(str(there), "  b c )", "      ^"),
    ]


def test_no_line_is_wider_than_the_terminal():
    query = "horses " * 20 + ")"
    found = Diagnostic("warning", len(query) - 1, len(query), "x", "y")
    _, line, carets = diagnostic_lines([found], query)
    assert line == "  \u2026ses horses horses horses )"
    assert len(line) == len(carets) <= 30
    assert carets.endswith(" ^")


def test_nothing_is_said_of_a_query_that_is_right():
    assert list(diagnostic_lines([], "horses")) == []


def test_what_is_refused_is_underlined():
    error = refused("horses AND")
    assert isinstance(error, QuerySyntaxError)
    assert list(refusal_lines(error)) == [str(error), "  horses AND", "         ^^^"]


def test_a_field_that_there_is_not_is_underlined_and_no_note_before_it():
    # Of NEAR there is a note only, for it is searched for as a word.
    query = "a NEAR b captoin:horses"
    assert [found.severity for found in parse(query).diagnostics] == ["info", "error"]
    message, line, carets = refusal_lines(refused(query))
    assert "captoin" in message
    assert line == f"  {query}"
    assert line[carets.index("^") :].startswith("captoin")
