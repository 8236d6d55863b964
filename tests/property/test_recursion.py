"""No query comes near Python's limit of recursion, also in a program that is itself deep in calls."""

from __future__ import annotations

import sys
from contextlib import contextmanager

import pytest

import searchlib
from searchlib import Article
from searchlib.query import parse
from searchlib.query.reading.scope import MAX_NESTING
from searchlib.query.syntaxes import SYNTAXES

HEADROOM = 200
"""Frames that a query may take of the 1,000 that Python has for a whole program."""

# What stands before a part and behind it, again and again; some were found by looking for what
# takes most.
ROWS = [
    ("(", "a", ")"),
    ("((", "a", ")^2)"),
    ("(headline:", "a", ")"),
    ("(foo:hlp:headline:", "a", ")"),
    ("(NOT ", "a", ")"),
    ("-(+", "a", ")"),
    ("(a AND NOT ", "b", ")"),
    ("(x OR y AND NOT ", "a b", ")"),
    ("x OR a AND -(b OR x AND -(", "a b", "))"),
    ("-(a AND NOT (x OR ", "b", "))^2"),
    ("(+x -y AND NOT ", "b", ")"),
    ("(a^2 OR (", "b", ")^2 x)^3"),
    ("(b AND (first9:", "a", "))"),
    ("(x OR NOT first3:", "a", ")"),
    ("first9:", "a", ""),
    ("atleast1 ", "a", ""),
    ("hlp:", "a", ""),
    ("HLEAD(CAPS(", "A", "))"),
    ("a w/5 ", "b", ""),
    ("(", "a w/5 b w/5 c", " w/3 d)"),
    ("(a OR b) w/2 ", "a", ""),
    ("(x OR b w/5 first9:(b w/9 ", "a", ")/F9/)/F9/"),
    ("b OR headline:=a w/9 CAPS((b OR x) w/9 atleast1 ", "a w/5 b", "/F9/ w/p a)/F9/ b)"),
    ("a^2 HLEAD(a w/5 line:(hlp:", "=a", ") OR b)/F9/)^2)"),
    ("(a w/s hlp:", "b", " w/p c)"),
    ("(", "", ""),
    ("", "", ")"),
    ("a) OR (", "", ""),
]


@pytest.fixture(scope="module")
def index():
    with searchlib.in_memory() as made:
        with made.writer() as writer:
            writer.add(Article(article_id="1", headline="a b", body="a b c d. x y", caption="A"))
            writer.add(Article(article_id="2", headline="b", body="x"))
        # Modules are imported when they are first used, which takes frames as well.
        assert everything_of("foo:=a w/s b OR (/a.?/ c*)^2 -date:x", made)
        yield made


@contextmanager
def headroom(frames):
    """Let what is called take this many frames of Python, and no more."""
    depth, frame, before = 0, sys._getframe(), sys.getrecursionlimit()
    while frame:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(depth + frames)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def shown(hit):
    snippets = [snippet.html() for snippet in hit.snippets]
    return str(hit.explain()), hit.snippet, snippets, hit.marks, hit.marked_headline.ansi()


def everything_of(query, index):
    """Parse, print, plan, search, filter and show in every way; give how many remarks there are."""
    parsed = parse(query)
    assert parse(query).tree == parsed.tree
    assert hash(parsed.tree) == hash(parse(query).tree)
    parse(str(parsed))
    for operator in ("or", "and"):
        for syntax in SYNTAXES:
            parse(query, syntax=syntax, default_operator=operator)
        for sort in ("relevance", "newest"):
            results = index.search(query, default_operator=operator, sort=sort)
            assert results.total == len(results)
            for hit in results:
                assert shown(hit)
    filtered = index.search("*", filter=query)
    assert filtered.total == len(filtered)
    index.explain(query, "1")
    return len(index.search(query).diagnostics)


@pytest.mark.parametrize(("before", "inside", "behind"), ROWS)
def test_no_query_takes_many_frames(before, inside, behind, index):
    # Half of the bounds is as deep as can be for rows with two parentheses.
    for count in (MAX_NESTING // 2, MAX_NESTING - 1, MAX_NESTING, MAX_NESTING + 5, 200):
        query = before * count + inside + behind * count
        with headroom(HEADROOM):
            remarks = everything_of(query, index)
        # What was ignored or done otherwise is told.
        assert remarks or count <= MAX_NESTING
