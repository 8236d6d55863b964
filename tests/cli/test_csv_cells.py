"""CSV for spreadsheets: no cell is run, and our own reader gets back what was written."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import searchlib
from searchlib import Article
from searchlib.cli.hit_formats import FORMATS
from searchlib.cli.terminal import Style
from searchlib.ingest.csv_guard import guarded, unguarded
from searchlib.snippets.render import terminal_text

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
BREAKS = "\t\r\n"
RUN = [f"{sign}1+1" for sign in SIGNS] + [f"{character}1" for character in BREAKS]
NOT_RUN = [
    "",
    "1",
    "a=b",
    "'",
    "''",
    "'tis",
    "' a",
    " a",
    "\u20141",
    "\u2212 1",
    "#1",
    '"=1"',
    "'\u00e9=1",
    "' '=1",
]
STYLE = Style(80, colour=False)

texts = st.text(
    st.sampled_from(f"'{SIGNS}{BREAKS} \u00a0\u30001a,\";")
    | st.characters(exclude_categories=["Cs"]),
    max_size=8,
)


@pytest.mark.parametrize("cell", RUN)
@pytest.mark.parametrize("before", ["", "'", "''"])
def test_what_a_spreadsheet_runs_gets_an_apostrophe(cell, before):
    for text in (before + cell, before + f" {cell}", before + f"\u00a0\u3000{cell}"):
        if cell[0] in SIGNS or text == before + cell:  # a break is one at the beginning only
            assert guarded(text) == f"'{text}"
        assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("cell", NOT_RUN)
def test_what_it_does_not_run_gets_none_and_loses_none(cell):
    assert guarded(cell) == unguarded(cell) == cell


@given(texts)
@example("'=1")
@example("''\t")
def test_the_one_takes_off_what_the_other_puts_there(text):
    cell = guarded(text)
    assert unguarded(cell) == text
    assert cell.lstrip()[:1] not in [*SIGNS] or not cell
    assert cell[:1] not in [*BREAKS] or not cell


def shown(text: str) -> str:
    """Give what CSV has of a text: all white space is one space."""
    return " ".join(terminal_text(text).split())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(texts, texts, texts, texts, texts, texts), min_size=1, max_size=4))
@example([("=1+1", "@a", "-1", "+1", "'=x", "\uff1d1")])
@example([("'", "''", "'=", "''=", "' =", "a")])
def test_what_query_writes_is_read_back(tmp_path, rows):
    with searchlib.in_memory() as index:
        with index.writer() as writer:
            for number, (headline, source, section, url, article_id, body) in enumerate(rows):
                writer.add(
                    Article(
                        headline=f"{headline} horses",
                        source=source,
                        section=section,
                        url=url,
                        article_id=f"{article_id}{number}",
                        body=f"{body} horses",
                        published="2022-11-02",
                    )
                )
        results = index.search("body:horses", limit=None)
        path = tmp_path / "hits.csv"
        lines = FORMATS["csv"](results, STYLE)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
        read = list(searchlib.read(path, strict=True))
        assert len(read) == len(results) == len(rows)
        for hit, article in zip(results, read, strict=True):
            written = hit.article
            for name in ("headline", "source", "section", "url", "article_id"):
                assert getattr(article, name) == shown(getattr(written, name)), name
            assert article.published == written.published
            assert article.metadata["snippet"] == shown(hit.snippet)
            assert article.metadata["score"] == f"{hit.score:.6f}"
            assert article.metadata["rank"] == str(hit.rank)


@pytest.fixture
def formulas(write, run):
    """An index of articles whose texts are formulas."""
    write(
        "a.jsonl",
        *[
            {"id": f"{sign}id", "headline": f"{sign}cmd|' /C calc'!A0 horses", "source": sign,
             "section": f"{sign}1", "url": f"{sign}x", "body": f"{sign}2 horses"}
            for sign in SIGNS
        ],
        {"id": "quoted", "headline": "'=1 horses"},
        {"id": "plain", "headline": "A=B horses", "source": "'Tis"},
    )  # fmt: skip
    assert run("index", "a.jsonl").code == 0
    return "index"


def rows_of(ran):
    assert ran.code == 0
    return list(csv.reader(io.StringIO(ran.out)))


def test_no_cell_of_the_command_is_run_but_all_of_them_are_there(formulas, run):
    rows = rows_of(run("query", "horses", "-n", 50, "--format", "csv"))
    assert len(rows) == len(SIGNS) + 3
    assert [cell for row in rows for cell in row if cell[:1] in [*SIGNS, *BREAKS] and cell] == []
    cells = {row[2]: row for row in rows}
    assert cells["'=id"][4:7] == ["'=", "'=1", "'=cmd|' /C calc'!A0 horses"]
    assert cells["quoted"][6] == "''=1 horses"
    assert cells["plain"][4:7] == ["'Tis", "", "A=B horses"]


def test_raw_leaves_every_cell_as_it_is(formulas, run):
    raw = rows_of(run("query", "horses", "-n", 50, "--format", "csv", "--raw"))
    guarded_rows = rows_of(run("query", "horses", "-n", 50, "--format", "csv"))
    assert [[unguarded(cell) for cell in row] for row in guarded_rows] == raw
    cells = {row[2]: row for row in raw}
    assert cells["=id"][4:7] == ["=", "=1", "=cmd|' /C calc'!A0 horses"]
    assert cells["quoted"][6] == "'=1 horses"


def test_numbers_are_no_text(formulas, run):
    for row in rows_of(run("query", "horses", "--format", "csv"))[1:]:
        assert int(row[0]) > 0
        assert float(row[1]) > 0


def test_the_other_formats_change_no_text(formulas, run):
    for form in ("plain", "json", "jsonl", "table"):
        assert "=cmd|' /C calc'!A0" in run(
            "query", "horses", "-n", 50, "--format", form
        ).out.replace("**", "")
        assert "'=cmd" not in run("query", "horses", "-n", 50, "--format", form).out


def test_what_the_command_writes_it_indexes_again(formulas, run, write):
    first = run("query", "horses", "-n", 50, "--format", "csv")
    write("hits.csv", first.out)
    assert run("index", "hits.csv", "--index", "again").code == 0
    found = {}
    for index in ("index", "again"):
        ran = run("query", "headline:horses", "-n", 50, "--format", "jsonl", "--index", index)
        hits = map(json.loads, ran.out.splitlines())
        found[index] = {
            hit["article_id"]: [hit.get(name) for name in ("headline", "source", "section", "url")]
            for hit in hits
        }
    assert found["index"] == found["again"]
    assert len(found["again"]) == len(SIGNS) + 2
