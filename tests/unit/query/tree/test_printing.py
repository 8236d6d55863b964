"""Trees written out as queries, which parse to the same trees."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from searchlib.query import parse
from searchlib.query.tree import (
    And,
    Boost,
    DateRange,
    Everything,
    Fuzzy,
    Length,
    Metadata,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Regex,
    Require,
    Verbatim,
    Wildcard,
    Word,
    to_query,
)

A, B, C = map(Word, "abc")


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (Word("horses"), "horses"),
        (Word("horses", ("caption",)), "caption:horses"),
        # Words that would be something else.
        (Word("AND"), "\\AND"),
        (Word("and"), "and"),
        (Word("w/5"), "w\\/5"),
        (Word("first50"), "\\first50"),
        (Word("a:b*"), "a\\:b\\*"),
        (Word("-a"), "\\-a"),
        (Word('"'), '\\"'),
        (Phrase('a "b" \\'), '"a \\"b\\" \\\\"'),
        (Phrase("a b", ("body",), 3), 'body:"a b"~3'),
        (Verbatim("O'Brien"), '="O\'Brien"'),
        (Prefix("rail"), "rail*"),
        (Wildcard("r?il*y"), "r?il*y"),
        (Wildcard("a*b."), "a*b\\."),
        (Regex("a/b.?"), "/a\\/b.?/"),
        (Fuzzy("horses", 1), "horses~1"),
        (Boost(A, 2.0), "(a)^2"),
        (Boost(A, 0.000001), "(a)^0.000001"),
        (Boost(Or((A, B)), 1000.0), "(a OR b)^1000"),
        (Length(5, None), "wc:5.."),
        (Length(None, 9), "wc:..9"),
        (Metadata("source", 'The "Wire"'), 'source:"The \\"Wire\\""'),
        (Metadata("source", "Wi re", prefix=True), "source:Wi\\ re*"),
        (
            DateRange(datetime(2024, 1, 2, tzinfo=UTC), None),
            "date:[2024-01-02T00:00:00+00:00 TO *}",
        ),
        (Everything(), "*"),
        (And((A, Or((B, C)))), "(a AND (b OR c))"),
        (Not(And((A, B))), "NOT (a AND b)"),
        (And((A, Not(B))), "(a AND NOT b)"),
        (Require((A,), (B,), (C,)), "(+a b -c)"),
        (Require((A,), (Not(B),)), "(+a (NOT b))"),
        (Near(A, B, 5), "(a w/5 b)"),
        (Near(A, B, "p", ordered=True), "(a pre/p b)"),
        (Near(A, B, 5, negated=True), "(a not w/5 b)"),
        (Near(Near(A, B, 2), C, 3), "(a w/2 b w/3 c)"),
        (Near(A, Near(B, C, 3), 2), "(a w/2 (b w/3 c))"),
    ],
    ids=str,
)
def test_a_tree_is_written_and_read(node: Node, text: str):
    assert to_query(node) == str(node) == text
    parsed = parse(text)
    assert parsed.tree == node
    assert parsed.diagnostics == ()
