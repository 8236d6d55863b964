"""The door of the other syntaxes: one function, whose options hold and whose spans are as typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from searchlib import QueryError, QuerySyntaxError, UnknownFieldError
from searchlib.query import from_lucene, from_whoosh, parse, tree
from searchlib.query.syntaxes import DEFAULT_OPERATORS, SYNTAXES, default_operator_of

NOW = datetime(2022, 11, 16, 12, 30, tzinfo=UTC)


def test_the_functions_and_the_door_are_the_same():
    query = "title:horse* AND roam~ REQUIRE b"
    assert parse(query, syntax="lucene") == from_lucene(query)
    assert parse(query, syntax="whoosh") == from_whoosh(query)
    assert parse(query, syntax="searchlib") == parse(query)


@pytest.mark.parametrize(
    ("syntax", "operator", "written"),
    [
        ("searchlib", None, "(a OR b)"),
        ("searchlib", "and", "(a AND b)"),
        ("lucene", None, "(a OR b)"),
        ("lucene", "or", "(a OR b)"),
        ("lucene", "and", "(a AND b)"),
        ("whoosh", None, "(a AND b)"),
        ("whoosh", "and", "(a AND b)"),
        ("whoosh", "or", "(a OR b)"),
    ],
)
def test_each_syntax_has_a_default_operator_which_can_be_changed(syntax, operator, written):
    assert str(parse("a b", syntax=syntax, default_operator=operator)) == written
    found = default_operator_of(syntax, operator)
    assert found == (operator or DEFAULT_OPERATORS[syntax])
    assert str(parse("a b", syntax=syntax, default_operator=found)) == written


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"syntax": "sql"}, "syntax must be one of searchlib, lucene, whoosh, not 'sql'"),
        ({"syntax": None}, "syntax must be one of searchlib, lucene, whoosh, not None"),
        ({"syntax": "Lucene"}, "syntax must be one of searchlib, lucene, whoosh, not 'Lucene'"),
        ({"default_operator": "xor"}, "default_operator must be 'or' or 'and', not 'xor'"),
        (
            {"syntax": "whoosh", "default_operator": "OR"},
            "default_operator must be 'or' or 'and', not 'OR'",
        ),
    ],
)
def test_other_choices_are_refused(choice, message):
    with pytest.raises(ValueError, match=message):
        parse("a", **choice)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_now_is_what_dates_count_from(syntax):
    node = parse("date:yesterday", syntax=syntax, now=NOW).tree
    assert node == parse("date:2022-11-15").tree
    assert node != parse("date:yesterday", syntax=syntax).tree


# What is wrong in each syntax, and the words that a message has of it.
MISTAKES = {
    "searchlib": (
        ("captoin:x", "captoin:", "there is no field 'captoin'"),
        ("date:2022-13", "2022-13", "is not a date"),
        ("wc:x", "wc:x", "is not a length"),
        ("/a(/", "/a(/", "does not parse"),
        ("within/5", "within/5", "joins nothing"),
        ("b^0", "^0", "a boost is a number above 0"),
    ),
    "lucene": (
        ("captoin:x", "captoin:", "there is no field 'captoin'"),
        ("title:é", "title:", "'title' is 'headline' here"),
        ("date:20221399", "20221399", "is not a date"),
        ("date:[20221399 TO *]", "[20221399 TO *]", "is not a date"),
        ("[a TO b]", "[a TO b]", "ranges are of dates and lengths only"),
        ("/a(/", "/a(/", "does not parse"),
        ("roam^0", "^0", "a boost is a number above 0"),
    ),
    "whoosh": (
        ("captoin:x", "captoin:", "there is no field 'captoin'"),
        ("title:é", "title:", "'title' is 'headline' here"),
        ("date:20221399", "20221399", "is not a date"),
        ("[a to b]", "[a to b]", "ranges are of dates and lengths only"),
        ("b^0", "^0", "a boost is a number above 0"),
    ),
}
CASES = [(syntax, *case) for syntax, cases in MISTAKES.items() for case in cases]
AROUND = st.lists(
    st.sampled_from(
        ("horses", "铁路", "é", "👨\u200d👩", "e\u0301", r"a\:b", r"\*x", '"a b"', "te?t", "(c d)")
    ),
    max_size=5,
).map(" ".join)


@pytest.mark.parametrize(("syntax", "mistake", "meant", "message"), CASES)
@given(before=AROUND, after=AROUND)
@example(before="", after="")
@example(before=r"\:x é a\:b te?t", after="铁路")
def test_a_mistake_is_where_it_was_typed(syntax, mistake, meant, message, before, after):
    query = f"{before} {mistake} {after}"
    start = len(before) + 1 + mistake.index(meant)
    spans = [
        (found.start, found.end)
        for found in parse(query, syntax=syntax).diagnostics
        if message in found.message
    ]
    assert spans == [(start, start + len(meant))]


@pytest.mark.parametrize(("syntax", "mistake", "meant", "message"), CASES)
@given(before=AROUND.map("horses {}".format))
def test_strict_refuses_it_there(syntax, mistake, meant, message, before):
    query = f"{before} {mistake}"
    parsed = parse(query, syntax=syntax)
    if all(found.severity == "info" for found in parsed.diagnostics):
        assert parse(query, syntax=syntax, strict=True) == parsed
        return
    with pytest.raises(QueryError) as caught:
        parse(query, syntax=syntax, strict=True)
    error = caught.value
    assert error.query == query
    assert query[error.start : error.end] == meant
    assert message in error.problem
    if isinstance(error, UnknownFieldError):
        assert error.field == "captoin"
        assert "caption" in error.known
    else:
        assert isinstance(error, QuerySyntaxError)


PIECES = (
    *("horses", "铁路", "é", "👨\u200d👩", "e\u0301", " ", " ", " AND ", " OR ", " NOT ", " ANDNOT ", "\\"),
    *(" ANDMAYBE ", " REQUIRE ", "&&", "||", "!", "+", "-", "(", ")", '"', "'", "[", "]", "{", "}", " TO "),
    *("date:", "title:", "x:", "first5:", "wc:", "source:", "~", "~0.5", "^2", "^", "\\u00e9", "\\:", "\\\\"),
    *("/", "/a.b/", "/a(/", "=", "?", "*", "*:*", "20220101", "SAME", "near5", "wc>5", "CAPS(", "\ud800", "\n"),
)  # fmt: skip


@given(
    st.text() | st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.sampled_from(SYNTAXES),
    st.sampled_from((None, "or", "and")),
)
@example("a OR\\", "lucene", "and")
@example("title:x (", "lucene", None)
@example("(" * 25 + "a", "whoosh", "or")
@example("a ANDMAYBE (" * 25, "whoosh", None)
def test_every_span_is_inside_what_was_typed(query, syntax, operator):
    parsed = parse(query, syntax=syntax, default_operator=operator, now=NOW)
    assert parsed.text == query
    spans = [(found.start, found.end) for found in parsed.diagnostics]
    assert spans == sorted(spans)
    for start, end in spans:
        assert 0 <= start <= end <= len(query)
        # Only of an empty query there is nothing to point at.
        assert start < end or not query
    for leaf in tree.leaves(parsed.tree):
        assert 0 <= leaf.start < leaf.end <= len(query)
    severe = [found for found in parsed.diagnostics if found.severity != "info"]
    if severe:
        with pytest.raises(QueryError) as caught:
            parse(query, syntax=syntax, default_operator=operator, now=NOW, strict=True)
        error = caught.value
        assert (error.start, error.end) == (severe[0].start, severe[0].end)
        assert error.problem.startswith(severe[0].message)


OURS = (
    *"SAME ADJ near5 NEAR5 adj3 Adj3 first50 FIRST5 atleast3 HEADLINE HLEAD CAPS ALLCAPS".split(),
    *"wc date published WC wc>5 date<2022 published>=2022 NEAR WITHIN BUTNOT <50 >=2022".split(),
    *"TO w/5 w/s pre/5 onear/3 near/5 within/5 /5 «a a» “a”".split(),
)


@pytest.mark.parametrize("syntax", ["lucene", "whoosh"])
@pytest.mark.parametrize("word", OURS)
def test_what_is_an_operator_here_is_a_word_there(syntax, word):
    for query in (f"a {word} b", f"a {word} > 5 b", f"{word} b", f"a ({word} b)", f"a {word} (b)"):
        parsed = parse(query, syntax=syntax)
        assert parsed.diagnostics == ()
        leaves = [leaf.text for leaf in tree.leaves(parsed.tree) if isinstance(leaf, tree.Word)]
        assert leaves == re.findall(r"[^\s()]+", query)


# Lucene's own rules, from QueryParserBase.addClause(): of every set of words, which match.


def lucene_signs(clauses, operator):
    """Give "+", "-" or "" for each clause: (the operator before it, its sign, what it is)."""
    signs = []
    for conjunction, modifier, _ in clauses:
        if signs and conjunction == "AND" and signs[-1] != "-":
            signs[-1] = "+"
        if signs and operator == "and" and conjunction == "OR" and signs[-1] != "-":
            signs[-1] = ""
        prohibited = modifier == "-"
        if operator == "or":
            required = modifier == "+" or (conjunction == "AND" and not prohibited)
        else:
            required = not prohibited and conjunction != "OR"
        signs.append("-" if prohibited else "+" if required else "")
    return signs


def lucene_matches(clauses, operator, words):
    signs = lucene_signs(clauses, operator)
    held = [
        part in words if isinstance(part, str) else lucene_matches(part, operator, words)
        for _, _, part in clauses
    ]
    kinds = {
        kind: [is_held for sign, is_held in zip(signs, held, strict=True) if sign == kind]
        for kind in ("+", "", "-")
    }
    # Where all is prohibited, Lucene finds nothing; here it is all the rest, as without it.
    some = any(kinds[""]) or not kinds[""] or bool(kinds["+"])
    return all(kinds["+"]) and some and not any(kinds["-"])


def spelled(clauses):
    def part(value):
        return value if isinstance(value, str) else f"({spelled(value)})"

    return " ".join(f"{before} {sign}{part(value)}".strip() for before, sign, value in clauses)


def our_matches(node, words):
    match node:
        case tree.Word(text):
            return text in words
        case tree.Not(child):
            return not our_matches(child, words)
        case tree.And(children):
            return all(our_matches(child, words) for child in children)
        case tree.Or(children):
            return any(our_matches(child, words) for child in children)
        case tree.Require(required, optional, prohibited):
            some = [our_matches(child, words) for child in optional]
            kept = all(our_matches(child, words) for child in required) and (
                bool(required) or not some or any(some)
            )
            return kept and not any(our_matches(child, words) for child in prohibited)
    raise TypeError(node)


WORDS = ("aa", "bb", "cc", "dd")


def rows(part):
    clause = st.tuples(
        st.sampled_from(("", "", "AND", "OR")), st.sampled_from(("", "", "", "+", "-")), part
    )
    return st.lists(clause, min_size=1, max_size=4).map(
        lambda clauses: [("", *clauses[0][1:]), *clauses[1:]]
    )


@given(rows(st.sampled_from(WORDS) | rows(st.sampled_from(WORDS))), st.sampled_from(("or", "and")))
@example([("", "", "aa"), ("OR", "", "bb"), ("", "", "cc")], "and")
@example([("", "+", "aa"), ("OR", "+", "bb"), ("AND", "", "cc")], "and")
@example([("", "-", "aa"), ("OR", "", "bb"), ("AND", "", "cc")], "and")
@settings(max_examples=10 * settings().max_examples)
def test_as_lucene_reads_it(clauses, operator):
    # One part by itself is not a list here: NOT of it is every other article, also inside.
    assume(all(len(part) > 1 for _, _, part in clauses if not isinstance(part, str)))
    query = spelled(clauses)
    parsed = parse(query, syntax="lucene", default_operator=operator)
    assert all(found.severity == "info" for found in parsed.diagnostics)
    for count in range(5):
        for words in combinations(WORDS, count):
            expected = lucene_matches(clauses, operator, words)
            assert our_matches(parsed.tree, words) == expected, (query, str(parsed), words)
