"""The query language, case by case: what is typed, and the tree of it written out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from searchlib.query import parse, tree
from searchlib.query.parser import MAX_NESTING
from searchlib.query.reading.scope import MAX_HEIGHT
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
        ('"a AND (b) -c d e:f"', '"a AND (b) -c d e:f"'),
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
        ("date:[2022 TO 2023}", "date:[2022-01-01T00:00:00+00:00 TO 2023-01-01T00:00:00+00:00}"),
        ("date>=2022 a", "(date:[2022-01-01T00:00:00+00:00 TO *} OR a)"),
        ("published<2022", "date:[* TO 2022-01-01T00:00:00+00:00}"),
        ("Date > 2021", "date:[2022-01-01T00:00:00+00:00 TO *}"),
        (
            "date date< date\\>5 date:-7d..",
            "(date OR \\date< OR \\date>5 OR date:[2022-11-09T12:30:00+00:00 TO *})",
        ),
        ("date:(<2022)", "date:[* TO 2022-01-01T00:00:00+00:00}"),
    ],
    "verbatim": [
        ("=Horses", '="Horses"'),
        ('="To Be"', '="To Be"'),
        ("=“To Be”", '="To Be"'),
        ("headline:=Horses", 'headline:="Horses"'),
        ("hd==Horses", 'headline:="Horses"'),
        ("cap:(=US OR =WHO)", '(caption:="US" OR caption:="WHO")'),
        ("=C++ =@name", '(="C++" OR ="@name")'),
        ("=Horses^2", '(="Horses")^2'),
        ("source:=Wire", 'source:"Wire"'),
        ("date:=2022", "date:[2022-01-01T00:00:00+00:00 TO 2023-01-01T00:00:00+00:00}"),
        ("ALLCAPS(aids)", '="AIDS"'),
        ('ALLCAPS(aids OR "world health")', '(="AIDS" OR ="WORLD HEALTH")'),
        ("CAPS(apple)", '="Apple"'),
        ("headline:CAPS(apple -pie)", '(headline:="Apple" -headline:="Pie")'),
        ("a = b", "(a OR \\= OR b)"),
        ("2+2=4", "2\\+2\\=4"),
    ],
    "slop and boost": [
        ('"white horses"~3', '"white horses"~3'),
        ('"white horses"~0', '"white horses"'),
        ('headline:"a b"~2', 'headline:"a b"~2'),
        ('"a b"~3^2', '("a b"~3)^2'),
        ('"a b"^2~3', '("a b"~3)^2'),
        ('"a b"~9999999999999', '"a b"~1000000000'),
        ("horse^2", "(horse)^2"),
        ("horse^2.50 a", "((horse)^2.5 OR a)"),
        ("horse^.5.", "(horse)^0.5"),
        ("(a b)^0.5", "(a OR b)^0.5"),
        ("headline:horse^2", "(headline:horse)^2"),
        ("headline:(a b)^2", "(headline:a OR headline:b)^2"),
        ("hors*^2 *^3 /h.s/^4", "((hors*)^2 OR (*)^3 OR (/h.s/)^4)"),
        ("a^0.0000001", "(a)^0.0000001"),
        ("a^1000", "(a)^1000"),
        ("-a^2 +b^3", "(+(b)^3 -(a)^2)"),
        ("((a)^2)^3", "((a)^2)^3"),
        ('source:"a"^2', '(source:"a")^2'),
        ("date:[2022 TO *]^2", "(date:[2022-01-01T00:00:00+00:00 TO *})^2"),
        ("a\\^2", "a\\^2"),
        ("^_^ a", "(\\^_\\^ OR a)"),
    ],
    "fuzzy": [
        ("horses~", "horses~2"),
        ("horse~", "horse~1"),
        ("hat~", "hat~1"),
        ("hrose~1 hrose~2 hrose~0", "(hrose~1 OR hrose~2 OR hrose)"),
        ("up~1", "up~1"),
        ("headline:horse~1", "headline:horse~1"),
        ("horse~1^2", "(horse~1)^2"),
        ("horse~1.", "horse~1"),
        ("~ ~/home a~b", "(\\~ OR \\~\\/home OR a\\~b)"),
    ],
    "regular expressions": [
        ("/hor.es?/", "/hor.es?/"),
        ("/horse/", "/horse/"),
        ("/(white|black)horses?/", "/(white|black)horses?/"),
        ("headline:/hor.e/", "headline:/hor.e/"),
        (r"/1\/\d+/", r"/1\/\d+/"),
        (r"/a\\/ b", r"(/a\\/ OR b)"),
        ("(/a.c/ OR b)", "(/a.c/ OR b)"),
        ("/24/ and/or /usr/lib/", "(\\/24\\/ OR and\\/or OR \\/usr\\/lib\\/)"),
        ("source:/a.b/", 'source:"/a.b/"'),
    ],
    "near": [
        ("a w/5 b", "(a w/5 b)"),
        ("a W/5 b", "(a w/5 b)"),
        ("a pre/5 b", "(a pre/5 b)"),
        ("a w/s b w/p c", "(a w/s b w/p c)"),
        ("a pre/S b PRE/P c", "(a pre/s b pre/p c)"),
        ("a SAME b", "(a w/p b)"),
        ("a same b", "(a OR same OR b)"),
        ("SAME a OR SAME", "(\\SAME OR a OR \\SAME)"),
        ("a SAME", "(a OR \\SAME)"),
        ("a SAME AND b", "(a OR (\\SAME AND b))"),
        ("a near5 b NEAR5 c", "(a w/5 b w/5 c)"),
        ("a near/5 b onear/5 c", "(a w/5 b pre/5 c)"),
        ("a adj5 b ADJ c adj d", "((a pre/5 b pre/1 c) OR adj OR d)"),
        ("a not w/5 b", "(a not w/5 b)"),
        ("a NOT pre/5 b", "(a not pre/5 b)"),
        ("a not b", "(a OR not OR b)"),
        ("NOT a w/5 b", "NOT (a w/5 b)"),
        ("-a w/5 b c", "(c -(a w/5 b))"),
        ("+a w/5 b c", "(+(a w/5 b) c)"),
        ("a w/5 b AND c", "((a w/5 b) AND c)"),
        ("a w/5 b w/3 c", "(a w/5 b w/3 c)"),
        ("a w/5 (b w/3 c)", "(a w/5 (b w/3 c))"),
        ("(a OR b) w/5 (c OR d*)", "((a OR b) w/5 (c OR d*))"),
        ('"a b"w/5(c)', '("a b" w/5 c)'),
        ("headline:(a w/5 b)", "(headline:a w/5 headline:b)"),
        ("a w/5 +b", "(a w/5 b)"),
        ("atleast2 a w/5 first9:b", "(atleast2 (a) w/5 first9:(b))"),
        ("(a w/5 b)^2", "(a w/5 b)^2"),
        ("a w/99999999999 b", "(a w/1000000000 b)"),
        ("near5th w/o w/e a/w/5", "(near5th OR w\\/o OR w\\/e OR a\\/w\\/5)"),
    ],
    "among the first": [
        ("first50:horse", "first50:(horse)"),
        ("first50:(a OR b)", "first50:(a OR b)"),
        ("FIRST50: horse", "first50:(horse)"),
        ("first50:headline:horse", "first50:(headline:horse)"),
        ("headline:first50:horse", "first50:(headline:horse)"),
        ('first50:"a b"~2', 'first50:("a b"~2)'),
        ("first50:horse^2", "(first50:(horse))^2"),
        ("horse/F50/ a", "(first50:(horse) OR a)"),
        ("horse /f50/ a", "(first50:(horse) OR a)"),
        ("(a OR b)/F50/^2", "(first50:(a OR b))^2"),
        ("horse~1/F50/", "first50:(horse~1)"),
        ("a w/5 b/F9/", "(a w/5 first9:(b))"),
        ("first \\first50 50", "(first OR \\first50 OR 50)"),
        ("first50(a b)", "first50:(a OR b)"),
    ],
    "lead": [
        ("hlp:horse", "hlp:(horse)"),
        ("hlp:(a OR b)", "hlp:(a OR b)"),
        ("hlp=(a)", "hlp:(a)"),
        ("HLP:body:a", "hlp:(body:a)"),
        ("HLEAD(a b)", "hlp:(a OR b)"),
        ("HEADLINE(a b)", "(headline:a OR headline:b)"),
        ("headline(a b)", "(headline OR (a OR b))"),
    ],
    "at least": [
        ("atleast3 horses", "atleast3 (horses)"),
        ("atleast3(a OR b)", "atleast3 (a OR b)"),
        ("ATLEAST3 (a)", "atleast3 (a)"),
        ('atleast3"a b"', 'atleast3 ("a b")'),
        ("atleast3:horses", "atleast3 (horses)"),
        ("atleast3 horses^2", "(atleast3 (horses))^2"),
        ("-atleast3 a b", "(b -atleast3 (a))"),
        ("atleast atleast3x", "(atleast OR atleast3x)"),
    ],
    "length": [
        ("wc>500", "wc:501.."),
        ("WC>=500", "wc:500.."),
        ("wc<500", "wc:..499"),
        ("wc<=500", "wc:..500"),
        ("wc=500", "wc:500..500"),
        ("wc:500", "wc:500..500"),
        ("wc:>500", "wc:501.."),
        ("wc:500..800", "wc:500..800"),
        ("wc:..800", "wc:..800"),
        ("wc:500..", "wc:500.."),
        ("wc:[500 TO 800]", "wc:500..800"),
        ("wc:[500 TO *]", "wc:500.."),
        ("wc>1,500.", "wc:1501.."),
        ("wc<0", "wc:..0"),
        ("(a wc>5)", "(a OR wc:6..)"),
        ("a wc > 5 b", "(a OR wc:6.. OR b)"),
        ("a wc <= 1,500", "(a OR wc:..1500)"),
        ("wc a > 5", "(wc OR a OR \\> OR 5)"),
        ("wc wc>x \\wc>5", "(wc OR \\wc>x OR \\wc>5)"),
    ],
    "names with =": [
        ("hd=a hl=(b c)", "(headline:a OR (headline:b OR headline:c))"),
        ('by=x source="Old Wire"', '(authors:"x" OR source:"Old Wire")'),
        ("url=https://example.org/?a=1", 'url:"https://example.org/?a=1"'),
        ("title=a", "title\\=a"),
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


@pytest.mark.parametrize(
    ("query", "kind", "part"),
    [
        ("x =Horses y", tree.Verbatim, "=Horses"),
        ('x ="To Be" y', tree.Verbatim, '="To Be"'),
        ("x hrose~1^2 y", tree.Fuzzy, "hrose~1"),
        ("x hrose~1^2 y", tree.Boost, "hrose~1^2"),
        ('x "a b"~3 y', tree.Phrase, '"a b"~3'),
        ("x /a.c/ y", tree.Regex, "/a.c/"),
        ("x OR a w/5 b y", tree.Near, "a w/5 b"),
        ("x OR (a AND c) w/5 b y", tree.Near, "a AND c) w/5 b"),
        ("x first5:a y", tree.First, "first5:a"),
        ("x a/F5/ y", tree.First, "a/F5/"),
        ("x HLEAD(a) y", tree.Lead, "HLEAD(a"),
        ("x hlp=a y", tree.Lead, "hlp=a"),
        ("x atleast3 a y", tree.AtLeast, "atleast3 a"),
        ("x wc:1..5 y", tree.Length, "wc:1..5"),
        ("x horse^2, y", tree.Word, "horse"),
    ],
)
def test_every_kind_of_node_says_where_it_stands(query, kind, part):
    def found(node):
        children = [
            *(getattr(node, name) for name in ("left", "right", "child") if hasattr(node, name)),
            *getattr(node, "children", ()),
        ]
        return [node] * isinstance(node, kind) + [n for child in children for n in found(child)]

    places = {query[node.start : node.end] for node in found(parse(query).tree)}
    assert part in places


def test_a_tree_has_a_bound():
    before, after = "-x +y AND NOT z w/5 -hl:first5:(", ")/F6/^2"
    parsed = parse(before * MAX_NESTING + "a b" + after * MAX_NESTING)
    expected = f"operators are nested deeper than {MAX_HEIGHT}: its words are searched for"
    found, *_ = (remark for remark in parsed.diagnostics if str(remark) == expected)
    assert found.end < len(parsed.text)


def test_a_row_of_nearness_has_a_bound():
    parsed = parse(" w/5 ".join("a" * (MAX_NESTING + 1)))
    assert parsed.diagnostics == ()
    row = [f"w{n}" for n in range(MAX_NESTING + 3)]
    query = " w/5 ".join(row)
    parsed = parse(query)
    near, *rest = parsed.tree.children
    assert isinstance(near, tree.Near)
    one, other = row[-2:]
    assert rest == [tree.Word(one), tree.Word(other)]
    first, second = parsed.diagnostics
    message = f"'w/5' stands in a row of more than {MAX_NESTING}"
    assert str(first) == f"{message}: both sides must match, anywhere"
    assert query[first.end :] == f" {one} w/5 {other}"
    assert query[second.end :] == f" {other}"


def test_operators_before_a_word_have_a_bound():
    assert parse("first5:" * MAX_NESTING + "a").diagnostics == ()
    query = "first5:" * (MAX_NESTING + 7) + "a"
    (found,) = parse(query).diagnostics
    assert found.message == f"operators are nested deeper than {MAX_NESTING}"
    assert (found.start, found.end) == (MAX_NESTING * 7, MAX_NESTING * 7 + 7)
    assert to_query(parse(query).tree).count("first5:") == MAX_NESTING


def test_an_and_of_too_many_is_not_distributed():
    eight = " AND ".join("abcdefgh")
    assert len(parse(f"({eight}) w/5 ({eight})").tree.children) == 64
    parsed = parse(f"({eight}) w/5 ({eight} AND i)")
    (found,) = parsed.diagnostics
    assert found.severity == "warning"
    assert found.action == "both sides must match, anywhere"
    assert [len(child.children) for child in parsed.tree.children] == [8, 9]


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
    assert found.message == f"parentheses are nested deeper than {MAX_NESTING}"
    assert (found.start, found.end) == (MAX_NESTING, MAX_NESTING + 1)


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("-*", "*"),
        ("horses NOT ?*", "?*"),
        ("a OR -(** OR b)", "** OR b"),
        ("!(* AND *^2)", "* AND *^2"),
        ("a w/5 -*", "*"),
    ],
)
def test_what_leaves_out_every_article_is_said(query, part):
    expected = "this leaves out every article: no article is left in this part"
    (found,) = (remark for remark in parse(query).diagnostics if str(remark) == expected)
    assert query[found.start : found.end] == part


@pytest.mark.parametrize("query", ["--*", "* -(* AND b)", "-headline:*", "-\\*"])
def test_what_leaves_some_article_in_is_not(query):
    assert parse(query).diagnostics == ()


def test_now_is_utc_unless_it_has_a_zone():
    naive = parse("date:today", now=datetime.fromisoformat("2022-11-16T23:00")).tree
    assert naive.since == datetime(2022, 11, 16, tzinfo=UTC)
    assert isinstance(parse("date:today").tree, tree.DateRange)
