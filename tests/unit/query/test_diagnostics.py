"""What is wrong with a query, where, and what is searched for instead."""

from __future__ import annotations

import pytest

import searchlib
from searchlib import Article, Diagnostic, QueryError, QuerySyntaxError, UnknownFieldError
from searchlib.query import parse
from searchlib.query.fields import FIELD_NAMES
from searchlib.query.tree import to_query

NOTHING = "there is nothing to search for"

NO_DATE = 'write 2022, 2022-11, 2022-11-02, "2 Nov 2022", 2022-01..2022-06, >=2022, 7d or yesterday'
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
    # What looks like an operator
    ("a w/sent b", r"(a OR w\/sent OR b)", [("warning", "w/sent", "'w/sent' joins nothing")]),
    ("a Within/5 b", r"(a OR Within\/5 OR b)", [("warning", "Within/5", "'Within/5' joins nothing")]),
    ("a pre/-5 b", r"(a OR pre\/\-5 OR b)", [("warning", "pre/-5", "'pre/-5' joins nothing")]),
    ("a /5 b", r"(a OR \/5 OR b)", [("warning", "/5", "'/5' joins nothing")]),
    ("first50 a", r"(\first50 OR a)", [("warning", "first50", "'first50' stands before nothing")]),
    ("a >100", r"(a OR \>100)",
     [("warning", ">100", "'>100' compares nothing, as wc>500 and date>=2022 do")]),
    ('"a b" ~3', r'("a b" OR \~3)',
     [("warning", "~3", "'~3' stands alone: write it directly behind a word or phrase")]),
    ("a ^2", r"(a OR \^2)",
     [("warning", "^2", "'^2' stands alone: write it directly behind a word or phrase")]),
    ("/hor.e/i", r"\/hor.e\/i",
     [("warning", "/hor.e/i", "'/hor.e/i' has flags, which are not supported")]),
    ("a NEAR b", r"(a OR \NEAR OR b)", [("info", "NEAR", "'NEAR' is no operator")]),
    ("a ANDNOT b", r"(a OR \ANDNOT OR b)", [("info", "ANDNOT", "'ANDNOT' is no operator")]),
    ("=hl:Oil", '="hl:Oil"', [("warning", "=hl:Oil", "a field stands before '='")]),
    ('"cru* oil"', '"cru* oil"', [("info", '"cru* oil"', "a star between quotes stands for nothing")]),
    ("[2022 TO 2023] a", r"(\[2022 OR \TO OR 2023] OR a)",
     [("warning", "[2022 TO 2023]", "a range stands behind a field")]),
    ("date:2022.. TO 2", r"(date:[2022-01-01T00:00:00+00:00 TO *} OR \TO OR 2)",
     [("warning", "TO", "TO joins dates in brackets only: write 2022-01..2022-06")]),
    ("date:2023..2022", "date:[2023-01-01T00:00:00+00:00 TO 2023-01-01T00:00:00+00:00}",
     [("warning", "2023..2022", "this ends before it begins")]),
    # What stands behind a part
    ('"white horses"~-1', '"white horses"',
     [("warning", "~-1", "a slop is a whole number, as in ~3")]),
    ('"white horses"~x a', '("white horses" OR a)',
     [("warning", "~x", "a slop is a whole number, as in ~3")]),
    ('"white horses"*', '"white horses"', [("warning", "*", "a star stands behind a word only")]),
    ("(white horses)*", "(white OR horses)",
     [("warning", "*", "a star stands behind a word only")]),
    ('"white horses"~', '"white horses"', [("info", "~", "a slop is a whole number, as in ~3")]),
    ('"white horses"~.5', '"white horses"',
     [("warning", "~.5", "a slop is a whole number, as in ~3")]),
    ("(white horses)~2", "(white OR horses)",
     [("warning", "~2", "'~' stands behind a word or a phrase only")]),
    ("hors*~", "hors*", [("warning", "~", "'~' stands behind a word or a phrase only")]),
    ("up~ a", "(up OR a)",
     [("info", "~", "a word of less than 3 letters has no '~' without a number")]),
    ("horses~3", "horses~2", [("warning", "~3", "'~' allows 2 changes at most")]),
    ("horses~0.8", "horses~2",
     [("info", "~0.8", "'~' is followed by a number of changes, 1 or 2")]),
    ("horses~1~2", "horses~1", [("warning", "~2", "there is a second '~'")]),
    ("horses^0", "horses", [("warning", "^0", "a boost is a number above 0, as in ^2 or ^0.5")]),
    ("horses^-1", "horses", [("warning", "^-1", "a boost is a number above 0, as in ^2 or ^0.5")]),
    ("(a b)^x", "(a OR b)", [("warning", "^x", "a boost is a number above 0, as in ^2 or ^0.5")]),
    ("horses^ a", "(horses OR a)",
     [("warning", "^", "a boost is a number above 0, as in ^2 or ^0.5")]),
    ("horses^1001", "(horses)^1000", [("warning", "^1001", "a boost is at most 1000")]),
    ("horses^2^3", "(horses)^2", [("warning", "^3", "there is a second boost")]),
    ("horses^2\\\n", "horses\\^2\\\n", []),
    ("horse/F5//F6/", "first5:(horse)", [("warning", "/F6/", "there is a second '/F50/'")]),
    ("/F5/ horse", "horse", [("warning", "/F5/", "there is nothing before '/F5/'")]),
    # Proximity
    ("w/5 a", "a", [("warning", "w/5", "w/5 does not stand between two parts")]),
    ("a PRE/5", "a", [("warning", "PRE/5", "PRE/5 does not stand between two parts")]),
    ("a NOT w/5", "a", [("warning", "NOT w/5", "NOT w/5 does not stand between two parts")]),
    ("a near5 AND b", "(a AND b)", [("warning", "near5", "near5 does not stand between two parts")]),
    ("a w/5 w/3 b", "(a w/3 b)", [("warning", "w/5", "w/5 does not stand between two parts")]),
    ("a w/5 ()", "a", [("warning", "w/5", "w/5 does not stand between two parts"),
                       ("warning", "()", "there is nothing in the parentheses")]),
    ("a OR w/5 b", "(a OR b)", [("warning", "w/5", "w/5 does not stand between two parts")]),
    ("a w/0 b", "(a w/1 b)", [("warning", "w/0", "no words are within 0 words of each other")]),
    ("headline:a w/5 body:b", "(headline:a w/5 body:b)",
     [("warning", "w/5", "the two sides are looked for in different fields")]),
    ("(hl:a OR cap:b) w/5 (body:c OR d)", "((headline:a OR caption:b) w/5 (body:c OR d))", []),
    ("hl:a not w/5 body:b", "(headline:a not w/5 body:b)",
     [("warning", "not w/5", "the two sides are looked for in different fields")]),
    ("(a AND b) w/5 c", "((a w/5 c) AND (b w/5 c))",
     [("info", "w/5", "there is an AND in a part of 'w/5'")]),
    ("a pre/5 (b AND c AND d)", "((a pre/5 b) AND (a pre/5 c) AND (a pre/5 d))",
     [("info", "pre/5", "there is an AND in a part of 'pre/5'")]),
    ("a not w/5 (b AND c)", "((a not w/5 b) OR (a not w/5 c))",
     [("info", "not w/5", "there is an AND in a part of 'not w/5'")]),
    ("a^2 w/5 (b OR c^3)", "(a w/5 (b OR c))",
     [("warning", "w/5", "there is a boost in a part of 'w/5'")]),
    ("(a AND b^2)^3 w/5 c", "((a w/5 c) AND (b w/5 c))",
     [("info", "w/5", "there is an AND in a part of 'w/5'"),
      ("warning", "w/5", "there is a boost in a part of 'w/5'")]),
    ("a w/5 source:b", '(a AND source:"b")',
     [("warning", "w/5", "'w/5' takes words and phrases, alone or joined by OR")]),
    ("a not w/5 (-b)", "(a AND b)",
     [("warning", "not w/5", "'not w/5' takes words and phrases, alone or joined by OR")]),
    ("a not w/5 (+b c)", "(a AND NOT (+b c))",
     [("warning", "not w/5", "'not w/5' takes words and phrases, alone or joined by OR")]),
    ("a w/5 NOT b", "(a AND NOT b)",
     [("warning", "w/5", "'w/5' takes words and phrases, alone or joined by OR")]),
    ("a w/5 * w/3 b", "(a AND * AND b)",
     [("warning", "w/5", "'w/5' takes words and phrases, alone or joined by OR"),
      ("warning", "w/3", "'w/3' stands behind an operand without positions")]),
    # Operators before a part
    ("first5:", "()", [("warning", "first5:", "there is nothing after 'first5:'"),
                       ("warning", "first5:", NOTHING)]),
    ("a atleast3", "a", [("warning", "atleast3", "there is nothing after 'atleast3'")]),
    ("a hlp: OR b", "(a OR b)", [("warning", "hlp:", "there is nothing after 'hlp:'")]),
    ("first0:a", "a", [("warning", "first0:", "there is no word among the first 0")]),
    ("atleast0 a", "a", [("warning", "atleast0", "every article has 0 of anything")]),
    ("first5:(a AND b)", "(first5:(a) AND first5:(b))",
     [("info", "first5:", "there is an AND in a part of 'first5:'")]),
    ("atleast3(a^2 b)", "atleast3 (a OR b)",
     [("warning", "atleast3", "there is a boost in a part of 'atleast3'")]),
    ("HLEAD(source:a)", 'source:"a"',
     [("warning", "HLEAD", "'HLEAD' takes words and phrases, alone or joined by OR")]),
    ("hlp:caption:a", "hlp:(caption:a)", [("warning", "hlp:", "'hlp:' does not look into captions")]),
    # Regular expressions, lengths, verbatim words
    ("/hor(s/", "(hor OR s)",
     [("error", "/hor(s/", "the regular expression does not parse: there is no ) for a (")]),
    ("a /(/", "a", [("error", "/(/", "the regular expression does not parse: there is no ) for a (")]),
    ("a wc:long", "a",
     [("error", "wc:long", "'long' is not a length; write wc>500, wc<=500, wc=500 or wc:500..800")]),
    ("a wc>=>5", "a",
     [("error", "wc>=>5", "'>=>5' is not a length; write wc>500, wc<=500, wc=500 or wc:500..800")]),
    ("wc:8..5", "wc:8..5",
     [("warning", "wc:8..5", "the least of these lengths is more than the most")]),
    ("=Hors*", '="Hors*"', [("warning", "=Hors*", "verbatim words have no wildcards")]),
    ("=Horses~", '="Horses"', [("warning", "~", "'~' stands behind a word or a phrase only")]),
    ('=" "', "()", [("info", '=" "', "there is nothing between the quotes"),
                    ("warning", '=" "', NOTHING)]),
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


@pytest.mark.parametrize(
    "query",
    ['"white horses"*', "captoin:horses", "(horses", 'horses "', "horses AND", "title:horses"],
)
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


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("a within/5 b", "w/5"), ("a near/s5 b", "w/5"), ("a w/sentence b", "w/s"),
        ("a w/para b", "w/p"), ("a pre/5.5 b", "pre/5"), ("a w/ b", None), ("a /s b", "w/s"),
        ("a /12 b", "w/12"), ("first9 a", "first9:"), ("/a.c/i", "/a.c/"), ("a NEAR b", "w/5"),
        ("a WITHIN b", "w/5"), ("a BUTNOT b", "AND NOT"), ("=body:A", "body:=A"),
        ("[2022 TO *]", "date:[2022 TO *]"),
    ],
)  # fmt: skip
def test_what_looks_like_an_operator_may_have_been_meant(query, meant):
    (remark,) = parse(query).diagnostics
    assert remark.suggestion == meant
    if meant:
        assert parse(query[: remark.start] + meant + query[remark.end :]).diagnostics == ()


@pytest.mark.parametrize(
    "query",
    [
        "w/o oil",
        "w/e",
        "a < b",
        "<3",
        "-> b",
        "near miss",
        "24/7",
        "/news/world",
        "[a b]",
        "a TO b",
    ],
)
def test_what_people_write_is_no_operator(query):
    assert parse(query).diagnostics == ()
