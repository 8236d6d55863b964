"""The query language, case by case: what is typed, and the tree of it written out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from searchlib.query import parse, tree
from searchlib.query.parser import MAX_NESTING
from searchlib.query.tree import to_query

NOW = datetime(2022, 11, 16, 12, 30, tzinfo=UTC)

# Each of these is understood in full: there is no diagnostic.
UNDERSTOOD = {
    "words": [
        ("horses", "horses"),
        ("horses railway", "(horses OR railway)"),
        ("  horses\t\n railway\u3000", "(horses OR railway)"),
        ("state-of-the-art", "state\\-of\\-the\\-art"),
        ("R&D C++ @name #tag", "(R\\&D OR C\\+\\+ OR @name OR #tag)"),
        ("O'Brien's $584,302 3.5%", "(O'Brien's OR $584,302 OR 3.5%)"),
        ("and or not", "(and OR or OR not)"),
        ("ANDREW ORAL NOTES", "(ANDREW OR ORAL OR NOTES)"),
        ("铁路 поезд", "(铁路 OR поезд)"),
    ],
    "operators": [
        ("horses AND railway", "(horses AND railway)"),
        ("horses && railway", "(horses AND railway)"),
        ("horses OR railway", "(horses OR railway)"),
        ("horses || railway", "(horses OR railway)"),
        ("a AND b AND c", "(a AND b AND c)"),
        ("a OR b AND c OR d", "(a OR (b AND c) OR d)"),
        ("a b AND c", "(a OR (b AND c))"),
        ("(a OR b) AND c", "((a OR b) AND c)"),
        ("((a))", "a"),
        ("a AND(b OR c)", "(a AND (b OR c))"),
        ("a AND NOT b", "(a AND NOT b)"),
        ("a AND -b", "(a AND NOT b)"),
        ("a AND !b", "(a AND NOT b)"),
        ("a OR NOT b", "(a OR NOT b)"),
        ("a OR -b", "(a OR NOT b)"),
        ("NOT a", "NOT a"),
        ("-a", "NOT a"),
        ("NOT NOT a", "a"),
        ("--a", "a"),
        ("NOT (NOT a)", "a"),
        ("NOT (a b)", "NOT (a OR b)"),
        ('a AND"b c"', '(a AND "b c")'),
    ],
    "signs": [
        ("+horses -pony", "(+horses -pony)"),
        ("+horses railway -pony", "(+horses railway -pony)"),
        ("horses -pony", "(horses -pony)"),
        ("horses NOT pony", "(horses -pony)"),
        ("NOT pony horses", "(horses -pony)"),
        ("horses !pony", "(horses -pony)"),
        ("-a -b", "(-a -b)"),
        ("+horses", "horses"),
        ("++horses +pony", "(+horses +pony)"),
        ("+(a b) -(c d)", "(+(a OR b) -(c OR d))"),
        ('+"a b" -headline:c', '(+"a b" -headline:c)'),
        ("+a b AND c", "(+a (b AND c))"),
        ("+a OR b", "(+a b)"),
        ("+a (NOT b)", "(+a (NOT b))"),
        ("a -(NOT b)", "(a -(NOT b))"),
        ("well-known a-b", "(well\\-known OR a\\-b)"),
    ],
    "phrases": [
        ('"freight train"', '"freight train"'),
        ('"to be or not to be"', '"to be or not to be"'),
        ('"a AND (b) -c d* e:f"', '"a AND (b) -c d* e:f"'),
        ("“freight train”", '"freight train"'),
        ("„freight train“", '"freight train"'),
        ("«freight train»", '"freight train"'),
        ('“freight train"', '"freight train"'),
        ('a"b c"d', '(a OR "b c" OR d)'),
        ('"say \\"no\\" twice"', '"say \\"no\\" twice"'),
        ('"a \\\\ b"', '"a \\\\ b"'),
    ],
    "fields": [
        ("headline:railway", "headline:railway"),
        ("hl:railway cap:horses", "(headline:railway OR caption:horses)"),
        ("HEADLINE:railway", "headline:railway"),
        ("body: railway", "body:railway"),
        ("caption:(horses OR ponies)", "(caption:horses OR caption:ponies)"),
        ("caption:(a AND headline:b)", "(caption:a AND headline:b)"),
        ('hl:"a b"', 'headline:"a b"'),
        ("-body:pony a", "(a -body:pony)"),
        ("caption:10:30", "caption:10\\:30"),
        ("10:30", "10\\:30"),
        ("Trump: go", "(Trump\\: OR go)"),
        ("https://example.org/a", "https\\:\\/\\/example.org\\/a"),
    ],
    "metadata": [
        ('source:"Old Wire"', 'source:"Old Wire"'),
        ("source:wire", 'source:"wire"'),
        ("source:old*", "source:old*"),
        ('source:"old w"*', "source:old\\ w*"),
        ("by:brien author:lee authors:kim", '(authors:"brien" OR authors:"lee" OR authors:"kim")'),
        ("tag:chess tags:rail", '(tags:"chess" OR tags:"rail")'),
        ("section:World", 'section:"World"'),
        ("lang:pt-BR language:de", '(language:"pt-BR" OR language:"de")'),
        ("id:rail-1 article_id:A~1", '(article_id:"rail-1" OR article_id:"A~1")'),
        ("url:https://example.org/?a=1", 'url:"https://example.org/?a=1"'),
        ("source:(a OR b)", '(source:"a" OR source:"b")'),
        ("source:*", "source:*"),
        ("source:a\\*", 'source:"a*"'),
    ],
    "wildcards": [
        ("hors*", "hors*"),
        ("ho?se", "ho?se"),
        ("*horse", "*horse"),
        ("h*s?", "h*s?"),
        ("*", "*"),
        ("?*", "*"),
        ("headline:*", "headline:*"),
        ("headline:hor*", "headline:hor*"),
        ("hors*.", "hors*"),
        ("who?", "who\\?"),
        ("really?!", "really\\?\\!"),
    ],
    "dates": [
        ("date:2022", "date:[2022-01-01T00:00:00+00:00 TO 2023-01-01T00:00:00+00:00}"),
        ("published:>=2022-11", "date:[2022-11-01T00:00:00+00:00 TO *}"),
        ("date:yesterday", "date:[2022-11-15T00:00:00+00:00 TO 2022-11-16T00:00:00+00:00}"),
        (
            'date:"2022-11-02 09:30"',
            "date:[2022-11-02T09:30:00+00:00 TO 2022-11-02T09:31:00+00:00}",
        ),
        ("date:[2022 TO 2022}", "date:[2022-01-01T00:00:00+00:00 TO 2022-01-01T00:00:00+00:00}"),
        ("date:(<2022)", "date:[* TO 2022-01-01T00:00:00+00:00}"),
    ],
    "escapes": [
        ("\\AND", "\\AND"),
        ("a \\OR b", "(a OR \\OR OR b)"),
        ("\\-a", "\\-a"),
        ("\\(a\\)", "\\(a\\)"),
        ("a\\ b", "a\\ b"),
        ("headline\\:a", "headline\\:a"),
        ("hors\\*", "hors\\*"),
        ("a\\~2", "a\\~2"),
        ("\\\\", "\\\\"),
    ],
}
CASES = [
    pytest.param(query, written, id=f"{subject}-{query}")
    for subject, cases in UNDERSTOOD.items()
    for query, written in cases
]


@pytest.mark.parametrize(("query", "written"), CASES)
def test_what_is_understood(query, written):
    parsed = parse(query, now=NOW)
    assert to_query(parsed.tree) == written
    assert parsed.diagnostics == ()
    assert parse(query, now=NOW, strict=True) == parsed


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("horses railway", "(horses AND railway)"),
        ("a b OR c d", "((a AND b) OR (c AND d))"),
        ("a -b", "(a AND NOT b)"),
        ("a NOT b", "(a AND NOT b)"),
        ("+a b", "(a AND b)"),
        ("hl:(a b)", "(headline:a AND headline:b)"),
        ("(a b) c", "((a AND b) AND c)"),
        ("a AND b c", "(a AND b AND c)"),
    ],
)
def test_words_may_be_joined_by_and(query, written):
    parsed = parse(query, default_operator="and")
    assert to_query(parsed.tree) == written
    assert parsed.diagnostics == ()


def test_nodes_say_where_they_stand():
    node = parse('horses AND headline:"white pony"').tree
    assert (node.start, node.end) == (0, 32)
    assert [(child.start, child.end) for child in node.children] == [(0, 6), (20, 32)]


def test_a_place_makes_no_difference_between_nodes():
    assert tree.Word("a", start=1, end=2) == tree.Word("a")
    assert parse(" a").tree == parse("a").tree


def test_leaves_are_what_an_article_may_match():
    node = parse("+a (b OR hors*) -c AND NOT d -e * date:2022 source:f", now=NOW).tree
    written = [to_query(leaf) for leaf in tree.leaves(node)]
    assert written[:2] == ["a", "b"]
    assert not {"c", "d", "e", "*"} & set(written)
    assert written[-1] == 'source:"f"'


def test_nesting_has_a_bound():
    parsed = parse("(" * MAX_NESTING + "a" + ")" * MAX_NESTING)
    assert (to_query(parsed.tree), parsed.diagnostics) == ("a", ())
    deeper = MAX_NESTING + 7
    parsed = parse("(" * deeper + "a" + ")" * deeper + " AND b")
    assert to_query(parsed.tree) == "(a AND b)"
    (found,) = parsed.diagnostics
    assert found.message == "parentheses are nested deeper than 50"
    assert (found.start, found.end) == (MAX_NESTING, MAX_NESTING + 1)


def test_now_is_utc_unless_it_has_a_zone():
    naive = parse("date:today", now=datetime.fromisoformat("2022-11-16T23:00")).tree
    assert naive.since == datetime(2022, 11, 16, tzinfo=UTC)
    assert isinstance(parse("date:today").tree, tree.DateRange)
