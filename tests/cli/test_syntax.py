"""--syntax of query, explain and delete: what is found, and what is underlined."""

from __future__ import annotations

import json

import pytest


def ids(ran):
    return {json.loads(line)["article_id"] for line in ran.out.splitlines()}


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["horses", "railway"], {"fair", "race", "rail"}),
        (["horses", "railway", "--syntax", "whoosh"], {"rail"}),
        (["horses", "railway", "--syntax", "WHOOSH", "--operator", "or"], {"fair", "race", "rail"}),
        (["horses", "railway", "--syntax", "lucene", "--operator", "and"], {"rail"}),
        (["title:horses", "--syntax", "lucene"], {"rail"}),
        (["*:*", "--filter", "horses railway", "--syntax", "whoosh"], {"rail"}),
    ],
)
def test_a_query_is_read_in_its_syntax(horses, run, arguments, found):
    assert ids(run("query", *arguments, "--format", "jsonl")) == found


@pytest.mark.parametrize(
    ("syntax", "query", "lines"),
    [
        (
            "lucene",
            r"铁路 \(a titel:é",
            [
                "there is no field 'titel': it was searched for as a word",
                r"  铁路 \(a titel:é",
                "           ^^^^^^",
            ],
        ),
        (
            "whoosh",
            "é '铁 路' [a to b]",
            [
                "ranges are of dates and lengths only: it was left out",
                "  é '铁 路' [a to b]",
                "            ^^^^^^^^",
            ],
        ),
    ],
)
def test_what_was_typed_is_underlined(horses, run, syntax, query, lines):
    assert run("query", query, "--syntax", syntax).err.splitlines()[:3] == lines
    in_filter = run("query", "*:*", "--filter", query, "--syntax", syntax).err.splitlines()[:3]
    assert in_filter == [f"in the filter: {lines[0]}", *lines[1:]]
    assert run("explain", query, "rail", "--syntax", syntax).err.splitlines()[:3] == lines
    refused = run("query", query, "--syntax", syntax, "--strict")
    assert refused.code == 2
    problem, _, _ = lines[0].partition(": ")
    assert refused.err.splitlines() == [problem, *lines[1:]]
    deleted = run("delete", "--query", query, "--syntax", syntax)
    assert (deleted.code, deleted.err) == (2, refused.err)


def test_an_unknown_field_is_underlined_where_a_note_stands_before_it(horses, run):
    # The span is that of the refusal: the query is not parsed again.
    refused = run("query", "title:a AND titel:b", "--syntax", "lucene", "--strict")
    assert refused.err.splitlines() == [
        "there is no field 'titel'",
        "  title:a AND titel:b",
        "              ^^^^^^",
    ]


def test_explain_takes_the_syntax_of_the_query(horses, run):
    assert run("explain", "horses railway", "race", "--syntax", "lucene").code == 0
    assert run("explain", "horses railway", "race", "--syntax", "whoosh").code == 1


def test_delete_takes_the_syntax_of_its_query(horses, run):
    assert run("delete", "--query", "horses railway", "--syntax", "whoosh").code == 0
    assert ids(run("query", "*", "--format", "jsonl")).isdisjoint({"rail"})
    refused = run("delete", "race", "--syntax", "whoosh")
    assert refused.code == 2
    assert "--syntax whoosh is for --query: IDs have no syntax" in refused.err


def test_another_syntax_is_refused(horses, run):
    ran = run("query", "horses", "--syntax", "sql")
    assert ran.code == 2
    assert "'sql' is not one of 'searchlib', 'lucene', 'whoosh'" in ran.err
