"""The readers of a query, each by itself: with a scanner, a collector, and what it depends on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from searchlib.query import tree
from searchlib.query.collector import Collector
from searchlib.query.operators import operator
from searchlib.query.reading.leaf_reader import LeafReader
from searchlib.query.reading.list_reader import ListReader
from searchlib.query.reading.nesting import Nesting
from searchlib.query.reading.operand_reader import OperandReader
from searchlib.query.reading.prefix_reader import PREFIX, PendingPrefix, PrefixReader
from searchlib.query.reading.proximity import Proximity
from searchlib.query.reading.scanner import Scanner
from searchlib.query.reading.scope import MAX_NESTING, Scope
from searchlib.query.reading.suffix_reader import SuffixReader

NOW = datetime(2022, 11, 16, 12, 30, tzinfo=UTC)


class Parts:
    """Everything that reads ``query``, each made of those before it."""

    def __init__(self, query, *, joins_by_and=False):
        self.scanner = scanner = Scanner(query)
        self.collector = collector = Collector(query)
        self.nesting = Nesting(scanner, collector)
        self.proximity = Proximity(collector)
        self.suffixes = SuffixReader(scanner, collector, self.proximity)
        self.leaves = LeafReader(scanner, collector, self.suffixes, NOW)
        context = scanner, collector, self.nesting, self.proximity
        self.prefixes = PrefixReader(*context, self.leaves, joins_by_and=joins_by_and)
        self.operands = OperandReader(
            *context, self.suffixes, self.leaves, self.prefixes, joins_by_and=joins_by_and
        )
        self.lists = ListReader(*context, self.operands, joins_by_and=joins_by_and)

    @property
    def messages(self):
        return [found.message for found in self.collector.in_order()]


def no_list(scope):
    raise AssertionError("there are no parentheses")


def test_nesting_ends_at_a_parenthesis_and_at_the_end():
    parts = Parts("  ) a")
    assert parts.nesting.at_end()
    parts.scanner.at = 3
    assert not parts.nesting.at_end()
    parts.scanner.at = 5
    assert parts.nesting.at_end()


def test_nesting_ignores_what_closes_an_ignored_parenthesis():
    parts = Parts("((a)) b")
    parts.nesting.depth = MAX_NESTING
    assert parts.nesting.is_full
    for start in (0, 1):
        parts.scanner.at = start + 1
        parts.nesting.ignore_opening(start)
    assert parts.messages == [f"parentheses are nested deeper than {MAX_NESTING}"]
    parts.scanner.at = 3
    assert not parts.nesting.at_end()
    assert parts.scanner.at == 6


@pytest.mark.parametrize(
    ("suffix", "written", "end"),
    [
        ("", "a", 0),
        ("^2 b", "(a)^2", 2),
        (" /F5/ b", "first5:(a)", 5),
        ("*^2", "(a)^2", 3),
        ("^2^3", "(a)^2", 4),
    ],
)
def test_suffixes_are_read_behind_any_node(suffix, written, end):
    parts = Parts(suffix)
    node = parts.suffixes.read(tree.Word("a"))
    assert (str(node), parts.scanner.at) == (written, end)


def test_suffixes_of_nothing_are_read_and_make_nothing():
    parts = Parts("~2^3 a")
    assert parts.suffixes.read(None) is None
    assert parts.scanner.at == 4


def test_leaves_are_read_in_a_scope():
    parts = Parts('"a b"~2 ="C"')
    assert parts.leaves.phrase(Scope(), 0) == tree.Phrase("a b", slop=2)
    parts.scanner.at = 9
    headline = Scope(("headline",))
    assert parts.leaves.verbatim(headline, 8) == tree.Verbatim("C", ("headline",))
    assert parts.leaves.length(">5", 0) == tree.Length(6, None)
    assert parts.leaves.value("source", Scanner("wire*").chunk()) == tree.Metadata(
        "source", "wire", prefix=True
    )
    assert str(parts.leaves.date("yesterday", 0)) == (
        "date:[2022-11-15T00:00:00+00:00 TO 2022-11-16T00:00:00+00:00}"
    )
    assert parts.messages == []


def test_a_prefix_waits_for_its_operand():
    parts = Parts("first5:a")
    pending = parts.prefixes.operator(PendingPrefix(Scope()), PREFIX.match("first5:a"))
    assert isinstance(pending, PendingPrefix)
    assert parts.scanner.at == 7
    assert parts.nesting.depth == 1
    assert pending.make(tree.Word("x")) == tree.First(tree.Word("x"), 5)
    assert pending.make(None) is None


@pytest.mark.parametrize("joins_by_and", [False, True])
def test_a_name_that_is_no_field_is_a_word_beside_its_value(joins_by_and):
    parts = Parts("foo:a", joins_by_and=joins_by_and)
    chunk = parts.scanner.chunk()
    assert parts.prefixes.may_be_field("foo", chunk, 3)
    pending = parts.prefixes.unknown_field(Scope(), "foo", chunk, 3)
    both = tree.Word("foo"), tree.Word("a")
    assert pending.make(both[1]) == (tree.And if joins_by_and else tree.Or)(both)
    assert parts.collector.unknown_fields == {0: "foo"}


def test_an_operand_is_read_without_the_rest():
    parts = Parts("first5:headline:a^2 b")
    node = parts.operands.read(Scope(), no_list)
    assert str(node) == "(first5:(headline:a))^2"
    assert parts.scanner.at == 19
    assert parts.nesting.depth == 0


def test_what_stands_in_parentheses_is_read_by_what_is_given():
    parts = Parts("hl:(...) b")

    def read_list(scope):
        assert parts.nesting.depth == 1
        parts.scanner.at += 3
        return tree.Word("inside", scope.fields)

    assert parts.operands.read(Scope(), read_list) == tree.Word("inside", ("headline",))
    assert parts.scanner.at == 8


def test_a_list_ends_at_a_parenthesis():
    parts = Parts("a AND b OR -c) d")
    assert str(parts.lists.read(Scope())) == "((a AND b) OR NOT c)"
    assert parts.scanner.at == 13


@pytest.mark.parametrize(
    ("name", "count", "child", "written", "messages"),
    [
        ("First", 5, tree.Word("a"), "first5:(a)", []),
        ("First", 0, tree.Word("a"), "a", ["there is no word among the first 0"]),
        ("AtLeast", 0, tree.Word("a"), "a", ["every article has 0 of anything"]),
        ("Lead", 0, tree.Word("a", ("caption",)), "hlp:(caption:a)",
         ["'x' does not look into captions"]),
        ("First", 5, tree.Everything(), "*",
         ["'x' takes words and phrases, alone or joined by OR"]),
    ],
)  # fmt: skip
def test_a_filter_is_made_from_its_row(name, count, child, written, messages):
    parts = Parts("x")
    made = parts.proximity.restrict(child, operator(name), count, "x", (0, 1))
    assert (str(made), parts.messages) == (written, messages)
