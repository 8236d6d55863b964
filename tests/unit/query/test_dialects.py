"""What Lucene's and Whoosh's spellings mean here: what is typed, and the tree of it written out."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh import query as wq
from whoosh.fields import TEXT, Schema
from whoosh.qparser import OrGroup, QueryParser

from searchlib.query import from_lucene, from_whoosh, tree
from searchlib.query.tree import to_query

LUCENE = [
    ("horses railway", "(horses OR railway)"),
    ("a && b", "(a AND b)"),
    ("a || b", "(a OR b)"),
    ("!a b", "(b -a)"),
    ("+a -b c", "(+a c -b)"),
    ("a AND NOT b", "(a AND NOT b)"),
    ("(a OR b) AND c", "((a OR b) AND c)"),
    ("a AND b AND c", "(a AND b AND c)"),
    ("a OR -b", "(a -b)"),
    ("a OR NOT b OR c", "(a c -b)"),
    ('"a b"~2', '"a b"~2'),
    ('"a b"~2.0^3', '("a b"~2)^3'),
    ('"a \\"b\\" c"', '"a \\"b\\" c"'),
    ("roam~", "roam~2"),
    ("at~", "at~2"),
    ("roam~1 roam~2 roam~0", "(roam~1 OR roam~2 OR roam)"),
    ("roam~0.5 roam~0.8 hamburger~.7", "(roam~2 OR roam OR hamburger~2)"),
    ("roam~^2", "(roam~2)^2"),
    ("/[mb]oat/", "/[mb]oat/"),
    ("te?t te*t te*", "(te?t OR te*t OR te*)"),
    ("tes? tes??^2", "(/tes./ OR (/tes../)^2)"),
    ("headline:(a b)", "(headline:a OR headline:b)"),
    ("headline:a^2", "(headline:a)^2"),
    ("date:[20220101 TO 20220630]", "date:[2022-01-01T00:00:00+00:00 TO 2022-07-01T00:00:00+00:00}"),
    ("date:{2022-01-01 TO *}", "date:[2022-01-02T00:00:00+00:00 TO *}"),
    ("date:[* TO 202202}", "date:[* TO 2022-02-01T00:00:00+00:00}"),
    ("published:20220101", "date:[2022-01-01T00:00:00+00:00 TO 2022-01-02T00:00:00+00:00}"),
    ("date:(20220101)^2", "(date:[2022-01-01T00:00:00+00:00 TO 2022-01-02T00:00:00+00:00})^2"),
    ("wc:[5 TO 10]", "wc:5..10"),
    ("a^2 (a b)^0.5", "((a)^2 OR (a OR b)^0.5)"),
    (r"\(1\+1\)\:2", r"\(1\+1\)\:2"),
    (r"\u0041b a\ b", r"(Ab OR a\ b)"),
    ("*:* (*:*)^2", "(* OR (*)^2)"),
    ("a and b", "(a OR and OR b)"),
    # What means more here than there
    ("=x hd=x a/F50/", r"(\=x OR hd\=x OR a\/F50\/)"),
    ("a w/5 b SAME c near5 d ADJ e", r"(a OR w\/5 OR b OR \SAME OR c OR \near5 OR d OR \ADJ OR e)"),
    ("wc>5 atleast3 b", r"(\wc>5 OR \atleast3 OR b)"),
    ("CAPS(a) HLEAD(b)", "(CAPS OR a OR HLEAD OR b)"),
    ("and/or http://example.org/a", r"(and\/or OR http\:\/\/example.org\/a)"),
    ("source:a/b=c", 'source:"a/b=c"'),
    ("“a b” «c", r"(\“a OR b\” OR \«c)"),
    ("wc > 5 DATE < 2022", r"(wc OR \> OR 5 OR DATE OR \< OR 2022)"),
    ("a /F50/ /f5/^2 /x/i", "(a OR /F[5]0/ OR (/f[5]/)^2 OR /x/ OR i)"),
    ("<50 NEAR a ANDNOT b", r"(\<50 OR \NEAR OR a OR \ANDNOT OR b)"),
]  # fmt: skip

WHOOSH = [
    ("horses railway", "(horses AND railway)"),
    ("a b OR c d", "(a AND (b OR c) AND d)"),
    ("a OR b AND c", "(a OR (b AND c))"),
    ("a NOT b", "(a AND NOT b)"),
    ("NOT a OR b", "(NOT a OR b)"),
    ("a ANDNOT b", "(a AND NOT b)"),
    ("a ANDNOT b OR c", "(a AND NOT (b OR c))"),
    ("a ANDNOT b ANDNOT c", "(a AND NOT b AND NOT c)"),
    ("a ANDMAYBE b", "(+a b)"),
    ("a ANDMAYBE b c", "((+a b) AND c)"),
    ("a OR b ANDMAYBE c AND d", "(+(a OR b) (c AND d))"),
    ("(a ANDMAYBE b) OR c", "((+a b) OR c)"),
    ("headline:(a OR b) c", "((headline:a OR headline:b) AND c)"),
    ('"a b"', '"a b"'),
    ('"a b"~1 "a b"~2 "a b c"~3', '("a b" AND "a b"~1 AND "a b c"~4)'),
    ('"a\\b"', '"a\\\\b"'),
    ("'a b'", r"a\ b"),
    ("'AND' '+x' 'it's' don't", r"(\AND AND \+x AND it's AND don't)"),
    ("source:'Old Wire'", 'source:"Old Wire"'),
    ("'never closed", "('never AND closed)"),
    ("aa* te?t tes?", "(aa* AND te?t AND /tes./)"),
    ("date:[20220101 to 20220630]", "date:[2022-01-01T00:00:00+00:00 TO 2022-07-01T00:00:00+00:00}"),
    ("date:{20220101 to]", "date:[2022-01-02T00:00:00+00:00 TO *}"),
    ("date:[to '202206']", "date:[* TO 2022-07-01T00:00:00+00:00}"),
    ("a^2 (a b)^.5", "((a)^2 AND (a AND b)^0.5)"),
    ("a^x a^", r"(a\^x AND a\^)"),
    ("*:*", "*"),
    # What means more here than there
    ("-a +b !c a~2", r"(\-a AND \+b AND \!c AND a\~2)"),
    ("a && b || c", r"(a AND \&\& AND b AND \|\| AND c)"),
    ("/a.b/ =x a\\b", r"(\/a.b\/ AND \=x AND a\\b)"),
    ("a w/5 b SAME c", r"(a AND w\/5 AND b AND \SAME AND c)"),
    ("a and b", "(a AND and AND b)"),
    ("“a b” «c", r"(\“a AND b\” AND \«c)"),
    ("wc > 5 DATE < 2022", r"(wc AND \> AND 5 AND DATE AND \< AND 2022)"),
    ("<50 NEAR a /F50/", r"(\<50 AND \NEAR AND a AND \/F50\/)"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "written"), LUCENE)
def test_lucene(query, written):
    parsed = from_lucene(query)
    assert to_query(parsed.tree) == written
    assert parsed.text == query
    assert parsed.diagnostics == ()


@pytest.mark.parametrize(("query", "written"), WHOOSH)
def test_whoosh(query, written):
    parsed = from_whoosh(query)
    assert to_query(parsed.tree) == written
    assert parsed.text == query
    assert parsed.diagnostics == ()


BESIDE = "AND stands beside OR, or beside words without an operator"


@pytest.mark.parametrize(
    ("read", "query", "written", "remarks"),
    [
        (from_lucene, "a OR b AND c", "(+b +c a)", [("info", "AND", BESIDE)]),
        (from_lucene, "a b && -c", "(+b a -c)", [("info", "&&", BESIDE)]),
        (from_lucene, "x (a AND b c)", "(x OR (+a +b c))", [("info", "AND", BESIDE)]),
        (from_lucene, "title:a^2 text:(b c)", "((headline:a)^2 OR (body:b OR body:c))",
         [("info", "title:", "'title' is 'headline' here"), ("info", "text:", "'text' is 'body' here")]),
        (from_lucene, "a titel:b", "(a OR (titel OR b))", [("error", "titel:", "there is no field 'titel'")]),
        (from_lucene, "first5:b", r"(\first5 OR b)", [("error", "first5:", "there is no field 'first5'")]),
        (from_lucene, "a headline:[b TO c]", "a",
         [("warning", "[b TO c]", "ranges are of dates and lengths only")]),
        (from_lucene, "tes? (a", "(/tes./ OR a)", [("warning", "(", "'(' is never closed")]),
        (from_lucene, "a AND", "a", [("warning", "AND", "AND does not stand between two parts")]),
        (from_lucene, 'a/b "c', r'(a\/b OR "c")', [("warning", '"', "the quote is never closed")]),
        (from_lucene, "", "()", [("warning", "", "there is nothing to search for")]),
        (from_whoosh, "a REQUIRE b", "(a AND b)",
         [("info", "REQUIRE", "here the right side of REQUIRE counts in the score, too")]),
        (from_whoosh, "[a to b] c", "c",
         [("warning", "[a to b]", "ranges are of dates and lengths only")]),
        (from_whoosh, "title:a x:b", "(headline:a AND (x AND b))",
         [("info", "title:", "'title' is 'headline' here"), ("error", "x:", "there is no field 'x'")]),
        (from_whoosh, "-a b) c", r"(\-a AND b AND c)", [("warning", ")", "')' closes nothing")]),
    ],
)  # fmt: skip
def test_remarks_stand_where_it_was_typed(read, query, written, remarks):
    parsed = read(query)
    assert to_query(parsed.tree) == written
    assert [
        (found.severity, query[found.start : found.end], found.message)
        for found in parsed.diagnostics
    ] == remarks


def test_nodes_stand_where_they_were_typed():
    query = "x b OR tes? y"
    node = from_whoosh(query).tree
    assert [query[child.start : child.end] for child in node.children] == ["x", "b OR tes?", "y"]
    query = "title:roam~^2"
    node = from_lucene(query).tree
    assert (query[node.start : node.end], query[node.child.start : node.child.end]) == (
        "roam~^2",
        "roam~",
    )


# Whoosh's own parser says what its queries mean: of every set of four words, which match.

WORDS = ("aa", "bb", "cc", "dd")
PARSERS = {
    "and": QueryParser("text", Schema(text=TEXT)),
    "or": QueryParser("text", Schema(text=TEXT), group=OrGroup),
}


def whoosh_matches(node, words):
    match node:
        case wq.Term():
            return node.text in words
        case wq.Not():
            return not whoosh_matches(node.query, words)
        case wq.AndNot():
            return whoosh_matches(node.a, words) and not whoosh_matches(node.b, words)
        case wq.AndMaybe():
            return whoosh_matches(node.a, words)
        case wq.Require():
            return whoosh_matches(node.a, words) and whoosh_matches(node.b, words)
        case wq.And():
            return all(whoosh_matches(child, words) for child in node)
        case wq.Or():
            return any(whoosh_matches(child, words) for child in node)
    raise TypeError(node)


def matches(node, words):
    match node:
        case tree.Word(text):
            return text in words
        case tree.Not(child):
            return not matches(child, words)
        case tree.And(children):
            return all(matches(child, words) for child in children)
        case tree.Or(children):
            return any(matches(child, words) for child in children)
        case tree.Require(required, optional, prohibited):
            some = [matches(child, words) for child in optional]
            kept = all(matches(child, words) for child in required) and (
                bool(required) or not some or any(some)
            )
            return kept and not any(matches(child, words) for child in prohibited)
    raise TypeError(node)


word = st.sampled_from(WORDS)
operator = st.sampled_from((" ", " ", " AND ", " OR ", " ANDNOT ", " ANDMAYBE ", " REQUIRE "))


def rows(part):
    signed = st.tuples(st.sampled_from(("", "", "", "NOT ")), part).map("".join)
    more = st.lists(st.tuples(operator, signed).map("".join), max_size=4).map("".join)
    return st.tuples(signed, more).map("".join)


whoosh_queries = rows(st.recursive(word, lambda part: rows(part).map("({})".format), max_leaves=6))


@given(whoosh_queries, st.sampled_from(("and", "or")))
@example("aa OR bb ANDNOT cc REQUIRE dd", "and")
@example("aa ANDMAYBE bb ANDNOT cc", "and")
@example("aa NOT bb (NOT cc dd)", "or")
def test_as_whoosh_reads_it(query, operator):
    theirs = PARSERS[operator].parse(query, normalize=False)
    ours = from_whoosh(query, default_operator=operator)
    assert all(found.severity == "info" for found in ours.diagnostics)
    for count in range(5):
        for words in itertools.combinations(WORDS, count):
            assert matches(ours.tree, words) == whoosh_matches(theirs, words), words


PIECES = (
    *("a", "bb", " ", " ", " AND ", " OR ", " NOT ", " ANDNOT ", " ANDMAYBE ", " REQUIRE ", "&&", "||"),
    *("!", "+", "-", "(", ")", '"', "'", "'a b' ", "[", "]", "{", "}", " TO ", "to", "date:", "title:"),
    *("x:", "wc:", "source:", "~", "~2", "~0.5", "^2", "^", "\\", "\\u0041", "\\\\", "/", "/a.b/", "=", "?"),
    *("*", "*:*", "20220101", ".", "SAME", "near5", "CAPS(", "\ud800", "é", "🐎", "\n", "“"),
)  # fmt: skip


@given(
    st.text() | st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.sampled_from((from_lucene, from_whoosh)),
)
@example("wc:[" + "9" * 9999 + " TO 5]", from_lucene)
@example('"a b"~' + "9" * 9999, from_whoosh)
@example("a~" + "9" * 9999, from_lucene)
def test_any_string_is_a_query(query, read):
    parsed = read(query)
    assert parsed.text == query
    for found in parsed.diagnostics:
        assert 0 <= found.start <= found.end <= len(query)
    starts = [found.start for found in parsed.diagnostics]
    assert starts == sorted(starts)
    for leaf in tree.leaves(parsed.tree):
        assert 0 <= leaf.start <= leaf.end <= len(query)
    if isinstance(parsed.tree, tree.Nothing):
        assert any(found.severity == "warning" for found in parsed.diagnostics)


@pytest.mark.parametrize("read", [from_lucene, from_whoosh])
@pytest.mark.parametrize(
    "unit",
    ["(", ")", "[a ", "'a ", '"', "/a", "/(", "a AND ", "a OR NOT ", "(a ANDMAYBE ", "\\", "title:", "a~", "NOT ", "!"],
)  # fmt: skip
def test_long_queries_are_read(read, unit):
    query = unit * (60_000 // len(unit))
    parsed = read(query)
    assert parsed.text == query
    assert parsed.diagnostics or list(tree.leaves(parsed.tree))
