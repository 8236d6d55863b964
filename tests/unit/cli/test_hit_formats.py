"""The formats of results, on hits of an index in memory."""

from __future__ import annotations

import csv
import io
import json
import sys

import pytest

from searchlib import Article, SearchResults
from searchlib.cli.hit_formats import FORMATS, raw_csv, to_json
from searchlib.cli.terminal import Style
from tests.helpers.indexes import indexed

STYLE = Style(60, colour=False)


def results(query: str = "horses", *articles: Article, **options: object) -> SearchResults:
    return indexed(articles or [FULL, BARE]).search(query, **options)


FULL = Article(
    article_id="rail",
    headline="Horses, again",
    body="The line has reopened. Two horses crossed it before the train. They are well.",
    published="2022-11-02T09:30:00Z",
    source="Old Wire",
    section="World",
    url="https://example.org/a,b",
    authors=["Ann Lee"],
)
BARE = Article(article_id="bare", body="=horses(1)")


def written(form: str, found: SearchResults, style: Style = STYLE) -> list[str]:
    return list(FORMATS[form](found, style))


def test_the_table():
    found = results()
    first, second = (f"{hit.score:.3f}" for hit in found)
    assert written("table", found) == [
        "  1. **Horses**, again",
        f"     Old Wire · 2022-11-02 · World · rail · score {first}",
        "     body: Two **horses** crossed it before the train.",
        "",
        "  2. (no headline)",
        f"     bare · score {second}",
        "     body: =**horses**(1)",
        "",
    ]


def test_the_table_in_colour_has_no_stars():
    text = "\n".join(written("table", results(), Style(60, colour=True)))
    assert "\x1b[1m  1. \x1b[22m" in text
    assert "\x1b[1;33mhorses\x1b[22;39m" in text
    assert "**" not in text


def test_dots_stand_where_a_snippet_was_cut_out_of_a_sentence():
    long = f"it {'very ' * 60}gladly saw horses {'run ' * 60}home."
    snippet = "\n".join(written("table", results("horses", Article(body=long))))
    assert "body: … " in snippet
    assert snippet.rstrip().endswith(" …")


def test_ranks_go_on_after_an_offset():
    assert written("table", results(offset=1))[0] == "  2. (no headline)"


def test_plain_lines_have_their_columns_and_no_tabs_or_line_breaks_in_them():
    article = Article(article_id="a\tb", headline="Horses\n and \x1b[2J", body="x")
    (line,) = written("plain", results("horses", article))
    cells = line.split("\t")
    assert len(cells) == 10
    assert cells[2] == "a b"
    assert cells[6] == "Horses and \ufffd[2J"


def test_csv_has_a_row_of_names_and_guards_what_a_spreadsheet_would_run():
    rows = list(csv.reader(io.StringIO("\n".join(written("csv", results())))))
    assert rows[0][:3] == ["rank", "score", "article_id"]
    assert [dict(zip(rows[0], row, strict=True))["url"] for row in rows[1:]] == [
        "https://example.org/a,b",
        "",
    ]
    of_bare = dict(zip(rows[0], rows[2], strict=True))
    assert of_bare["snippet"] == "'=horses(1)"
    raw = list(csv.reader(io.StringIO("\n".join(raw_csv(results(), STYLE)))))
    assert dict(zip(raw[0], raw[2], strict=True))["snippet"] == "=horses(1)"
    assert [row[:2] for row in raw] == [row[:2] for row in rows]


def test_a_line_of_json_is_one_hit_with_what_its_article_has():
    found = results()
    first, second = map(json.loads, written("jsonl", found))
    assert list(second) == ["rank", "score", "article_id", "headline", "snippets"]
    assert first["published"] == "2022-11-02T09:30:00+00:00"
    assert first["authors"] == ["Ann Lee"]
    assert (first["rank"], first["score"]) == (1, found[0].score)
    (snippet,) = first["snippets"]
    assert FULL.body[snippet["start_char"] : snippet["end_char"]] == snippet["text"]
    assert [snippet["text"][start:end] for start, end in snippet["marks"]] == ["horses"]


def test_json_has_the_hits_and_what_is_said_of_the_query():
    found = results("horses AND", limit=1)
    whole = json.loads("\n".join(written("json", found)))
    assert whole["query"] == "horses AND"
    assert (whole["total"], whole["offset"], len(whole["hits"])) == (2, 0, 1)
    (said,) = whole["diagnostics"]
    assert (said["severity"], said["start"], said["end"]) == ("warning", 7, 10)
    assert whole["hits"] == [json.loads(line) for line in written("jsonl", found)]


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", '"é\\u2028\\u202e\\u0085\\u001b"'),
        ("ascii", '"\\u00e9\\u2028\\u202e\\u0085\\u001b"'),
        ("latin-1", '"\\u00e9\\u2028\\u202e\\u0085\\u001b"'),
    ],
)
def test_json_escapes_what_terminals_obey_and_what_the_output_does_not_have(
    monkeypatch, encoding, expected
):
    value = "é\u2028\u202e\x85\x1b"
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert to_json(value) == expected
    assert json.loads(to_json(value)) == value
