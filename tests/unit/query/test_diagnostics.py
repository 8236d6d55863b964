"""What is wrong with a query, where, and what is searched for instead."""

from __future__ import annotations

import pytest

import searchlib
from searchlib import Article, Diagnostic, QueryError, QuerySyntaxError, UnknownFieldError
from searchlib.query import parse
from searchlib.query.fields import FIELD_NAMES
from searchlib.query.tree import to_query

NOTHING = "there is nothing to search for"

NO_DATE = "write 2022, 2022-11, 2022-11-02, 2022-01..2022-06, >=2022, 7d or yesterday"
TWO_WAYS = "may be read in two ways; write the year first, as in 2022-11-02"

# The query, the tree written out, and of each diagnostic the severity, the part and the message.
REMARKED = [
    ("", "()", [("warning", "", NOTHING)]),
    (" \n", "()", [("warning", " \n", NOTHING)]),
    # Quotes and parentheses
    ('"freight train', '"freight train"', [("warning", '"', "the quote is never closed")]),
    ('a "', "a", [("warning", '"', "the quote is never closed"),
                  ("info", '"', "there is nothing between the quotes")]),
    ('a ""', "a", [("info", '""', "there is nothing between the quotes")]),
    ("(a b", "(a OR b)", [("warning", "(", "'(' is never closed")]),
    ("a) b", "(a OR b)", [("warning", ")", "')' closes nothing")]),
    ("a ()", "a", [("warning", "()", "there is nothing in the parentheses")]),
    # Operators
    ("AND a", "a", [("warning", "AND", "AND does not stand between two parts")]),
    ("a AND", "a", [("warning", "AND", "AND does not stand between two parts")]),
    ("OR a", "a", [("warning", "OR", "OR does not stand between two parts")]),
    ("a OR", "a", [("warning", "OR", "OR does not stand between two parts")]),
    ("a OR ()", "a", [("warning", "OR", "OR does not stand between two parts"),
                      ("warning", "()", "there is nothing in the parentheses")]),
    ("a || || b", "(a OR b)", [("warning", "||", "OR does not stand between two parts")]),
    ("a AND OR b", "(a OR b)", [("warning", "OR", "OR does not stand between two parts")]),
    ("a NOT", "a", [("warning", "NOT", "there is nothing after it")]),
    ("(a AND) b", "(a OR b)", [("warning", "AND", "AND does not stand between two parts")]),
    ("a - b", "(a OR b)", [("info", "-", "a sign stands alone")]),
    ("wow !", "wow", [("info", "!", "a sign stands alone")]),
    ("a ?", "a", [("info", "?", "a question mark stands alone")]),
    # Fields
    ("captoin:horses", "(captoin OR horses)", [("error", "captoin:", "there is no field 'captoin'")]),
    ('x:"a b"', '(x OR "a b")', [("error", "x:", "there is no field 'x'")]),
    ("hl:(x:a)", "(headline:x OR headline:a)", [("error", "x:", "there is no field 'x'")]),
    ("headline:NOT a", "NOT a", [("warning", "headline:", "there is nothing after 'headline:'")]),
    ("headline: AND a", "a", [("warning", "headline:", "there is nothing after 'headline:'"),
                              ("warning", "AND", "AND does not stand between two parts")]),
    ("a source:", "a", [("warning", "source:", "there is nothing after 'source:'")]),
    ("a date:soon", "a", [("error", "soon", f"'soon' is not a date; {NO_DATE}")]),
    ("a date:2/11/2022", "a", [("error", "2/11/2022", f"'2/11/2022' {TWO_WAYS}")]),
    # What later releases will understand
    ('"white horses"~3', '"white horses"',
     [("warning", '"white horses"~3', "a slop or boost after a phrase is not supported yet")]),
    ('"white horses"^2', '"white horses"',
     [("warning", '"white horses"^2', "a slop or boost after a phrase is not supported yet")]),
    ('"white horses"*', '"white horses"',
     [("warning", '"white horses"*', "a star after a phrase or parenthesis is not supported yet")]),
    ("(white horses)*", "(white OR horses)",
     [("warning", "(white horses)*", "a star after a phrase or parenthesis is not supported yet")]),
    ("(white horses)^2", "(white OR horses)",
     [("warning", "(white horses)^2", "a boost is not supported yet")]),
    ("horses~", "horses", [("warning", "horses~", "fuzzy search is not supported yet")]),
    ("horses~1", "horses", [("warning", "horses~1", "fuzzy search is not supported yet")]),
    ("horses^2.5", "horses", [("warning", "horses^2.5", "a boost is not supported yet")]),
    ("horses^2\\\n", "horses\\^2\\\n", []),
    ("white w/5 horses", "(white AND horses)", [("warning", "w/5", "'w/5' is not supported yet")]),
    ("white PRE/3 horses", "(white AND horses)",
     [("warning", "PRE/3", "'PRE/3' is not supported yet")]),
    ("/hors.*/", "hors", [("warning", "/hors.*/", "a regular expression is not supported yet")]),
    ("=Horses", "Horses", [("warning", "=", "verbatim search is not supported yet")]),
    ('="White Horses"', '"White Horses"', [("warning", "=", "verbatim search is not supported yet")]),
    ("atleast3(horses)", "horses", [("warning", "atleast3", "'atleast3' is not supported yet")]),
    ("horses wc>200", "horses", [("warning", "wc>200", "'wc>200' is not supported yet")]),
    ("first50:horses", "horses", [("warning", "first50:", "first50: is not supported yet")]),
    ("hlp:horses", "headline:horses", [("warning", "hlp:", "hlp: is not supported yet")]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "written", "expected"), REMARKED)
def test_what_is_wrong_is_said_and_the_rest_is_searched_for(query, written, expected):
    parsed = parse(query)
    assert to_query(parsed.tree) == written
    assert [
        (found.severity, query[found.start : found.end], found.message)
        for found in parsed.diagnostics
    ] == expected


@pytest.mark.parametrize(("query", "written", "expected"), REMARKED)
def test_strict_mode_refuses_the_first_that_changes_the_search(query, written, expected):
    changing = [(part, message) for severity, part, message in expected if severity != "info"]
    if not changing:
        assert to_query(parse(query, strict=True).tree) == written
        return
    with pytest.raises(QueryError) as caught:
        parse(query, strict=True)
    part, message = changing[0]
    assert caught.value.query == query
    assert caught.value.problem.startswith(message)
    if isinstance(caught.value, QuerySyntaxError):
        assert query[caught.value.start : caught.value.end] == part
    else:
        assert f"{caught.value.field}:" == part


def test_an_unknown_field_is_refused_with_those_there_are():
    with pytest.raises(UnknownFieldError) as caught:
        parse("horses captoin:pony", strict=True)
    assert str(caught.value) == "there is no field 'captoin'; did you mean 'caption'?"
    assert caught.value.field == "captoin"
    assert caught.value.known == FIELD_NAMES
    assert caught.value.query == "horses captoin:pony"


def test_a_mistake_is_refused_with_its_place():
    with pytest.raises(QuerySyntaxError) as caught:
        parse("horses (pony", strict=True)
    assert str(caught.value) == "'(' is never closed"
    assert (caught.value.start, caught.value.end) == (7, 8)


LATER = ['"white horses"~3', "horses~1", "horses^2", "white w/5 horses", "/horses.*/", "=Horses",
         "atleast3(horses)", "first50:horses", "hlp:horses", "(horses)^2", '"white horses"*',
         "captoin:horses", "(horses", 'horses "', "horses AND", "title:horses"]  # fmt: skip


@pytest.mark.parametrize("query", LATER)
def test_there_is_a_remark_and_something_is_found(query):
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add(Article(article_id="a", headline="White horses", body="A train."))
        writer.add(Article(article_id="b", body="Nothing of the kind."))
    results = index.search(query)
    assert [hit.article_id for hit in results] == ["a"]
    assert results.diagnostics


def test_a_diagnostic_reads_as_a_sentence():
    (found,) = parse("captoin:horses").diagnostics
    assert str(found) == (
        "there is no field 'captoin': it was searched for as a word; did you mean 'caption'?"
    )
    (found,) = parse("x AND").diagnostics
    assert str(found) == "AND does not stand between two parts: it was ignored"


def test_carets_stand_below_the_part_that_is_meant():
    query = "one\ttwo \x1b[1m OR"
    (found,) = parse(query).diagnostics
    assert found.underlined(query) == "one\ufffdtwo \ufffd[1m OR\n             ^^"
    assert Diagnostic("info", 2, 2, "", "").underlined("ab") == "ab\n  ^"


def test_diagnostics_come_in_the_order_of_the_text():
    found = parse('OR x:a ) "b').diagnostics
    assert [remark.start for remark in found] == [0, 3, 7, 9]
