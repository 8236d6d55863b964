"""Any string is a query: it never fails, loses nothing in silence, and costs no more than it is long."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import cycle, islice

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import searchlib
from searchlib import Article, QueryError
from searchlib.analysis import get_analyzer
from searchlib.planning import patterns
from searchlib.query import parse, tree
from searchlib.query.dates import parse_date_range
from searchlib.query.parser import MAX_NESTING, Parser
from searchlib.query.plain import parse_plain, plain_words
from searchlib.query.reading.scanner import Scanner
from searchlib.query.reading.scope import MAX_HEIGHT
from searchlib.query.regex import check_regex
from searchlib.query.tree import to_query

NOW = datetime(2022, 11, 16, 12, 30, tzinfo=UTC)

# What the parser looks at, and what breaks who is careless.
PIECES = (
    *("horses", "the", "O'Brien", "é", "铁路", "2022", "a", "I"),
    *(" AND ", " OR ", " NOT ", "AND", "OR", "NOT", "&&", "||", "!", "+", "-", " ", "\n", "\u3000"),
    *("(", ")", "[", "]", "{", "}", '"', "“", "”", "„", "«", "»", "'", "\\", "\\\\", '\\"', "\\ "),
    *(":", "headline:", "hl:", "body:(", "source:", "by:", "id:", "date:", "captoin:", "http://"),
    *("*", "?", "~", "~1", "~0", "~3", "~.8", "^", "^3.5", "^0", "^9999", "^x", "=", "==", "/"),
    *("/re.*/", "/a|(b/", "/F50/", "/\\/", " w/5 ", " not w/5 ", " NOT pre/3 ", " w/s ", " SAME "),
    *(" near5 ", " ADJ ", "adj3", "w/0", "wc>5", "wc:3..", "wc:x", "wc<0", "first5:", "first0:"),
    *("atleast3", "atleast3 ", "atleast2(", "hlp=", "by=", "hd=", "HEADLINE(", "HLEAD(", "CAPS("),
    *("ALLCAPS(", '"white horses"', "(a AND b)", "99999999999999999999"),
    *("..", ">=", "<", " TO ", "date:[2022 TO ", "7d", "2022-13", "hlp:", "-(", "+("),
    *("\u202e", "\u05d0\u200f", "\u0645", "😀", "👨\u200d👩", "\ud800", "\udfff", "\x00", "\u0301"),
)
KEYS = "".join(map(chr, range(32, 127))) + "éß铁路\u202e\u0301😀“”„«»\n\t\u3000"
queries = (
    st.text()
    | st.text(KEYS, max_size=40)
    | st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
)
operators = st.sampled_from(("or", "and"))

ANALYZER = get_analyzer("english")  # that of the index
INDEX = searchlib.in_memory()
with INDEX.writer() as writer:
    writer.add_many(
        (
            Article(
                article_id="a",
                headline="Horses cross the border",
                body="The 铁路 reopened, says O'Brien.",
                published="2022-11-02",
                source="Wire",
                authors=["Anna O'Brien"],
            ),
            Article(article_id="\ud800", body="horses \ud800", source="\ud800 wire"),
            Article(article_id="empty"),
        )
    )


def all_leaves(node: tree.Node) -> list[tree.Node]:
    """Give the leaves, those of negations and prohibited ones too."""
    match node:
        case tree.And(children) | tree.Or(children):
            return [leaf for child in children for leaf in all_leaves(child)]
        case (
            tree.Not(child)
            | tree.Boost(child)
            | tree.First(child)
            | tree.Lead(child)
            | tree.AtLeast(child)
        ):
            return all_leaves(child)
        case tree.Near(left, right):
            return [*all_leaves(left), *all_leaves(right)]
        case tree.Require(required, optional, prohibited):
            children = (*required, *optional, *prohibited)
            return [leaf for child in children for leaf in all_leaves(child)]
        case tree.Nothing():
            return []
        case _:
            return [node]


def nesting(text: str) -> int:
    """Give how deep the parentheses of ``text`` are nested, as to_query writes them."""
    bare = re.sub(r'\\.|"(?:\\.|[^"\\])*"|/(?:\\.|[^/\\])*/', "", text, flags=re.DOTALL)
    deepest = depth = 0
    for character in bare:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest


@given(queries, operators)
@example("a OR", "or")
@example("OR AND b", "or")
@example("a OR (AND)", "or")
@example('foo:"', "and")
def test_diagnostics_stand_in_the_text_and_in_order(query, operator):
    parsed = parse(query, default_operator=operator, now=NOW)
    assert parsed.text == query
    spans = [(found.start, found.end) for found in parsed.diagnostics]
    assert spans == sorted(spans)
    for found in parsed.diagnostics:
        assert 0 <= found.start <= found.end <= len(query)
        # Only of an empty query there is nothing to point at.
        assert found.start < found.end or not query
        assert found.message
        assert found.action
        line, carets = found.underlined(query).split("\n")
        assert len(line) == len(query)
        assert len(carets) <= max(len(line), 1)


@given(queries, operators)
def test_every_node_stands_where_it_was_typed(query, operator):
    for node in all_leaves(parse(query, default_operator=operator, now=NOW).tree):
        assert 0 <= node.start < node.end <= len(query)


# What is wrong with a tree, however it is written.
OF_THE_TREE = {
    "the two sides are looked for in different fields",
    "'hlp:' does not look into captions",
    "the least of these lengths is more than the most",
    "this leaves out every article",
    "a star between quotes stands for nothing",
    "this ends before it begins",
}


@given(queries, operators)
@example("headline:\\(", "or")
@example("\\AND", "or")
@example("/AND.*/", "or")
@example("*:\\*", "or")
@example('source:"a b"*', "or")
@example("a -(NOT b)", "or")
@example("a NOT -b +c", "or")
@example("wc>5", "or")
@example("-(== /F5/~2", "or")
@example("a*b\\.", "or")
@example("wc>599999999999", "or")
@example("a w/5 b w/3 (c w/2 d) not pre/s e", "or")
@example("(a AND b^2) not w/5 (c AND d)", "or")
@example("a w/5 -(b OR source:c) w/2 d", "or")
@example("first5:hlp=atleast3 (a OR headline:b)^2/F6/", "or")
@example('=\\"a \'="b c"^.000001', "or")
@example('/a\\/\\\\\\/(b|")/ /F50/', "or")
@example("\\near5 \\SAME \\wc=5 \\atleast3 SAME a ADJ", "or")
@example('a~1^2 "b"~99999999999999', "or")
@example('ALLCAPS(a "b c" d*)', "or")
@example("\ud800\ud83d\ude00", "or")
def test_a_tree_written_out_parses_to_the_same_tree(query, operator):
    node = parse(query, default_operator=operator, now=NOW).tree
    written = to_query(node)
    assume(nesting(written) <= MAX_NESTING)
    again = parse(written, now=NOW)
    assert again.tree == node
    if not isinstance(node, tree.Nothing):
        assert {found.message for found in again.diagnostics} <= OF_THE_TREE
    assert to_query(again.tree) == written


@given(queries, operators)
@example("AND horses:", "or")
@example("(", "or")
def test_no_word_is_lost_in_silence(query, operator):
    parsed = parse(query, default_operator=operator, now=NOW)
    if not all_leaves(parsed.tree):
        assert isinstance(parsed.tree, tree.Nothing)
        assert any(found.severity == "warning" for found in parsed.diagnostics)
    words = set(re.findall("horses|Brien|铁路", query))
    kept = to_query(parsed.tree)
    if not parsed.diagnostics:
        assert all(word in kept for word in words)


@settings(max_examples=20 * settings().max_examples)  # a hundred thousand at night
@given(queries, operators)
@example("source:\ud800", "or")
@example("id:\ud800", "or")
@example("by:\ud800*", "or")
@example("*\ud800", "or")
@example("headline:a\ud800*", "or")
@example("-*", "or")
@example("* !(-* OR *^2)", "and")
@example("\U00018d80", "or")  # a word, though a letter in new versions of Unicode only
def test_any_string_is_a_query(query, operator):
    parsed = parse(query, default_operator=operator, now=NOW)
    written = str(parsed)
    again = parse(written, now=NOW)
    assert again.tree == parsed.tree or nesting(written) > MAX_NESTING
    results = INDEX.search(query, default_operator=operator)
    assert results.total == len(results) <= 3
    assert results.query == query
    if not results:
        assert results.diagnostics or ANALYZER.query_tokens(query)
        filtered = INDEX.search("*", filter=query, default_operator=operator)
        assert filtered.total == 0
    for hit in results:
        explanation = hit.explain()
        assert sum(part.value for part in explanation.parts) == hit.score
        str(explanation).encode()
        for field, marks in hit.marks.items():
            assert all(0 <= a < b <= len(getattr(hit.article, field)) for a, b in marks)
        for snippet in (*hit.snippets, hit.marked_headline):
            assert snippet.html().count("<mark>") == len(snippet.marks)
        assert hit.snippet == (hit.snippets[0].text if hit.snippets else "")


@given(queries, operators)
def test_strict_refuses_just_what_changes_the_search(query, operator):
    severe = [
        found
        for found in parse(query, default_operator=operator, now=NOW).diagnostics
        if found.severity != "info"
    ]
    if not severe:
        INDEX.search(query, strict=True, default_operator=operator)
        return
    with pytest.raises(QueryError) as caught:
        INDEX.search(query, strict=True, default_operator=operator)
    assert caught.value.query == query
    assert caught.value.problem.startswith(severe[0].message)


@given(st.lists(st.sampled_from(("horses", "pony", "AND", "OR", "NOT", "-")), min_size=1))
def test_of_words_and_operators_every_word_is_kept(parts):
    words = [part for part in parts if part in ("horses", "pony")]
    found = sorted(leaf.text for leaf in all_leaves(parse(" ".join(parts)).tree))
    assert found == sorted(words)


# No clock: what takes longer than its length allows is seen from the steps it takes.

UNITS = (
    *("(", ")", "()", "(a ", "-(", "a) ", "+(a OR ", '"', '("', "“", "«a", "\\", "\\ ", "a\\:"),
    *(
        "a OR ",
        "a AND ",
        "a || b && ",
        "NOT ",
        "AND ",
        "OR ",
        "-",
        "- ",
        "+",
        "!",
        "NOT (",
        "w/5 a ",
    ),
    *(
        "=",
        "=a ",
        '="',
        "f:",
        "f: ",
        "f:(",
        "hl:",
        "hl: ",
        "hl:(",
        "first1:(",
        "atleast3 ",
        "hlp:a ",
    ),
    *("a w/5 ", "w/5 ", "a NOT w/5 ", "a not w/5 NOT ", "a SAME ", "SAME ", "a near5 (b AND c) "),
    *("(a AND b) w/5 ", "a w/5 (", "(a^2 OR b) w/3 ", "source:a w/5 ", "a w/5 b OR "),
    *("first5:", "first5:(a w/2 ", "atleast3 (", "atleast3 hlp:", "hlp=", "HEADLINE(", "CAPS("),
    *(
        "a^2",
        "a^2~1",
        "a~~",
        "~",
        "^",
        "(a)^2",
        "(a)^2^2 ",
        "a/F5/",
        "/F5/",
        "/F5/ ",
        '"a"~2^2/F5/',
    ),
    *(
        "/a/",
        "/a/ ",
        "/a",
        "/(",
        "/\\/",
        "(/",
        "wc>5",
        "wc > ",
        "date:2022 TO ",
        "[ TO",
        "/5 ",
        "wc>5 ",
        "wc:",
        "wc:[",
        "wc:1..2 ",
        "hl=",
        "=a=",
    ),
    *("*", "a*", "?", "a~ ", "a^1", "^1 ", '"a"~', '"a"*', "(a)*", "/. ", "/./ ", "url:http://a "),
    *(
        "date:[",
        "date:[ ] ",
        'date:"a',
        "date:2022 ",
        "date:..",
        "..",
        "[",
        " ",
        "\n",
        "\ud800",
        "😀",
    ),
)


class CountedScanner(Scanner):
    """Counts how many characters were gone past, those gone past again once more."""

    def __init__(self, query: str) -> None:
        self.steps = 0
        super().__init__(query)

    @property
    def at(self) -> int:
        return self._at

    @at.setter
    def at(self, place: int) -> None:
        self.steps += max(place - self._at, 0) if hasattr(self, "_at") else 0
        self._at = place


def steps(query: str, operator: str) -> int:
    """Give how many characters are gone past to parse ``query`` to its end."""
    parser = Parser(query, joins_by_and=operator == "and", now=NOW, make_scanner=CountedScanner)
    parser.read()
    assert parser.scanner.at >= len(query)
    return parser.scanner.steps


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("operator", ["or", "and"])
def test_every_character_is_read_a_few_times_at_most(unit, operator):
    query = unit * (6000 // len(unit))
    assert steps(query, operator) <= 4 * len(query)


@given(st.lists(st.sampled_from((*PIECES, *UNITS)), min_size=1, max_size=6), operators)
@example(["NOT w/5 ", "(a AND b)"], "or")
@example([" not w/5 ", "captoin:", ">="], "and")
def test_whatever_is_repeated_takes_no_more_than_its_length(pieces, operator):
    unit = "".join(pieces)
    query = unit * (2000 // len(unit))
    assert steps(query, operator) <= 4 * len(query)
    assert_not_much_larger(query, operator)


@pytest.mark.parametrize(
    ("unit", "leaves"),
    [
        ("(", 0),
        (")", 0),
        ('"', 0),
        ("NOT ", 0),
        ("-", 0),
        ("\\", 1),
        ("a OR ", 20_000),
        ("-a b ", 40_000),
        ("hl:a AND (", 10_000),
        ("a w/5 ", 16_666),
        ("a not w/5 (b OR c) ", 15_789),
        ("a w/5 (", 14_285),
        ("first5:", 0),
        ("atleast2 hlp:(a ", 6250),
        ("(a w/3 b w/3 c) w/2 ", 15_000),
        ("NOT (a AND -b w/5 first5:(", 7692),
    ],
)
def test_a_hundred_thousand_characters_are_parsed(unit, leaves):
    # Recursion without a bound would end in a RecursionError.
    query = unit * (100_000 // len(unit))
    assert len(all_leaves(parse(query).tree)) == leaves


@pytest.mark.parametrize(
    "value",
    [
        "[" + " " * 100_000 + "]",
        "[" + " TO" * 30_000 + "]",
        "[" + "]" * 100_000,
        ">" + " " * 100_000 + "x\ny",
        "." * 100_000,
        "9" * 100_000,
    ],
)
def test_no_date_takes_long_to_refuse(value):
    # With a backtracking pattern the first of these would take weeks.
    with pytest.raises(ValueError, match="is not a date"):
        parse_date_range(value, NOW)


def test_no_wildcard_takes_long():
    # So would a regular expression with this pattern.
    assert not patterns.matches(patterns.wildcard("*a" * 40 + "b"), "a" * 256)
    assert patterns.matches(patterns.wildcard("*a" * 40 + "*"), "a" * 256)


def test_ten_thousand_words_in_one_query():
    results = INDEX.search(" OR ".join(f"word{n}" for n in range(10_000)) + " OR horses")
    assert results.total == 2
    assert results.diagnostics == ()


PLAIN = (
    *("horses", "a", "AND", "OR", "NOT", "and", "or", "atleast3", "w5", "2022", "wc", " ", "x"),
    *("SAME", "same", "ADJ", "adj", "adj3", "Near5", "near", "F50", "first5", "notes"),
)


@given(
    st.lists(st.sampled_from(PLAIN), min_size=1, max_size=7).map(" ".join)
    | st.lists(st.sampled_from(PLAIN), min_size=1, max_size=4).map(lambda w: f'"{" ".join(w)}"')
    | queries,
    operators,
)
@example("OR", "or")
@example("a OR OR b", "or")
@example("a AND b OR c", "or")
@example("a a a", "and")
@example("aa a", "or")
def test_plain_queries_are_parsed_as_all_others(text, operator):
    found = parse_plain(text, operator)
    if found is None:
        return
    parser = Parser(text, joins_by_and=operator == "and", now=NOW)
    expected = parser.read()
    assert repr(found) == repr(expected)  # with the places of all nodes
    assert parser.collector.in_order() == ()


def test_most_queries_are_plain():
    for text in ("horses", "horses OR ponies", "a AND b AND c", "white horses", '"white horses"'):
        assert parse_plain(text, "or") is not None
    for text in ("the same notes", "adj near", "nearby adjacent", "w5 wc first", "+a +same"):
        assert plain_words(text, "or") is not None
    for text in (
        "a SAME b",
        "a near5 b",
        "a ADJ3 b",
        "atleast3 a",
        "a ADJ b",
        "+a +NEAR5",
        "a NEAR b",
        "first5 a",
    ):
        assert plain_words(text, "or") is None


def all_nodes(node):
    """Give every node and how deep it stands."""
    waiting = [(node, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        names = ("left", "right", "child")
        children = [getattr(node, name) for name in names if hasattr(node, name)]
        for name in ("children", "required", "optional", "prohibited"):
            children += getattr(node, name, ())
        waiting += [(child, depth + 1) for child in children]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a w/5 ", ""),
        ("a w/5 (", ")"),
        ("-x +y AND NOT z w/5 -hl:first5:(", ")/F6/^2"),
        ("x OR a w/5 atleast2 hlp:first5:(", ")/F5/"),
        ("+x -(a AND NOT (", "))^3"),
        ("(", ") w/5 b w/5 c w/5 d"),
        ("first5:(", ")^2"),
        ("hlp:", ""),
    ],
)
def test_what_reads_a_tree_may_be_recursive(before, after):
    for count in (MAX_NESTING - 1, 300):
        node = parse(before * count + "a" + after * count).tree
        assert max(depth for _, depth in all_nodes(node)) <= MAX_HEIGHT + 10
        to_query(node)
        list(tree.leaves(node))


def assert_not_much_larger(query, operator="or"):
    """Hold that the tree of a query has not many more nodes; of one that has not all are seen."""
    most = 64 * len(query)
    nodes = all_nodes(parse(query, default_operator=operator).tree)
    assert sum(1 for _ in islice(nodes, most + 1)) <= most


@pytest.mark.parametrize("size", [2, 4, 8, 9, 40])
@pytest.mark.parametrize("operators", [("w/5",), ("not w/5",), ("pre/5", "not w/s")])
def test_a_tree_is_not_much_larger_than_its_query(size, operators):
    # Each AND in a part of w/5 is taken by itself: two of 40 would be 1600.
    group = " AND ".join(f"w{n}" for n in range(size))
    query = f"({group})"
    for operator in islice(cycle(operators), 15):
        query += f" {operator} ({group})"
    assert_not_much_larger(query)


PLACED = (
    *(tree.Word, tree.Phrase, tree.Verbatim, tree.Prefix, tree.Wildcard, tree.Regex, tree.Fuzzy),
    *(tree.Near, tree.First, tree.Lead, tree.AtLeast),
)


def has_places(node):
    if isinstance(node, tree.Or):
        return all(map(has_places, node.children))
    return isinstance(node, PLACED)


@given(queries, operators)
@example("(a AND (b OR c^2))^2 w/5 d^3", "or")
@example("first5:(a -b)", "and")
@example("atleast3 (a AND (b AND c))^2", "or")
def test_what_must_have_places_has_them(query, operator):
    for node, _ in all_nodes(parse(query, default_operator=operator, now=NOW).tree):
        if isinstance(node, tree.Near):
            assert has_places(node.left)
            assert has_places(node.right)
            assert node.within in ("s", "p") or node.within >= 1
        if isinstance(node, tree.First | tree.Lead | tree.AtLeast):
            assert has_places(node.child)
        if isinstance(node, tree.First | tree.AtLeast):
            assert node.count >= 1
        if isinstance(node, tree.Boost):
            assert 0 < node.factor <= 1000
        if isinstance(node, tree.Fuzzy):
            assert node.edits in (1, 2)
        if isinstance(node, tree.Regex):
            assert check_regex(node.pattern) is None
