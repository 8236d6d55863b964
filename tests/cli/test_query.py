"""searchlib query: its formats, options, exit codes and messages."""

from __future__ import annotations

import csv
import io
import json

import pytest
from wcwidth import wcswidth

COLUMNS = "rank score article_id published source section headline snippet_field snippet url"


def hit_ids(ran):
    return [json.loads(line)["article_id"] for line in ran.out.splitlines()]


def test_json_is_one_value_with_hits_and_diagnostics(horses, run):
    ran = run("query", "headline:horses nofield:x", "--format", "json")
    assert ran.code == 0
    found = json.loads(ran.out)
    assert found["query"] == "headline:horses nofield:x"
    assert found["total"] == len(found["hits"]) == 1
    assert found["hits"][0]["article_id"] == "rail"
    assert found["hits"][0]["published"] == "2022-11-02T00:00:00+00:00"
    snippet = found["hits"][0]["snippets"][0]
    assert snippet["html"] == "<mark>Horses</mark> on the railway"
    assert [snippet["text"][start:end] for start, end in snippet["marks"]] == ["Horses"]
    assert "there is no field 'nofield'" in found["diagnostics"][0]["message"]
    assert "there is no field 'nofield'" in ran.err


def test_jsonl_is_a_value_a_hit(horses, run):
    ran = run("query", "horses", "--format", "jsonl")
    assert sorted(hit_ids(ran)) == ["fair", "race", "rail"]


def test_csv_has_a_header_and_a_row_a_hit(horses, run):
    ran = run("query", "horses", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert list(rows[0]) == COLUMNS.split()
    assert [row["rank"] for row in rows] == ["1", "2", "3"]
    assert {row["source"] for row in rows} == {"Old Wire", "Market Post"}


def test_csv_without_hits_is_its_header(horses, run):
    ran = run("query", "zebras", "--format", "csv")
    assert ran.code == 1
    assert ran.out == COLUMNS.replace(" ", ",") + "\n"


def test_plain_is_a_line_a_hit_with_tabs(horses, run):
    lines = run("query", "horses", "--format", "plain").out.splitlines()
    assert len(lines) == 3
    assert all(len(line.split("\t")) == len(COLUMNS.split()) for line in lines)


def test_values_with_tabs_quotes_and_line_breaks_stay_in_their_column(write, run):
    write("a.jsonl", {"id": "a", "headline": 'Horses,\t"and\r\nponies"', "source": "x\ny"})
    run("index", "a.jsonl")
    plain = run("query", "horses", "--format", "plain").out
    assert plain.count("\n") == 1
    assert len(plain.split("\t")) == len(COLUMNS.split())
    (row,) = csv.DictReader(io.StringIO(run("query", "horses", "--format", "csv").out))
    assert row["headline"] == 'Horses, "and ponies"'
    assert row["source"] == "x y"


def test_the_table_marks_what_matched_and_labels_the_field(horses, run):
    ran = run("query", "horses source:market")
    assert "caption: Two **horses** wait." in ran.out
    assert "3 articles match (" in ran.err
    assert "match (" not in ran.out


def test_limit_and_offset_choose_the_page(horses, run):
    everything = hit_ids(run("query", "horses", "--format", "jsonl"))
    page = run("query", "horses", "--limit", 1, "--offset", 1, "--format", "jsonl")
    assert hit_ids(page) == everything[1:2]
    assert "3 articles match, 2 to 2 shown" in page.err
    assert run("query", "horses", "-n", 0).out == ""
    behind = run("query", "horses", "--offset", 10**20)
    assert (behind.code, behind.out) == (0, "")


def test_a_filter_restricts_and_adds_no_score(horses, run):
    plain = run("query", "horses", "--format", "jsonl").out.splitlines()
    ran = run("query", "horses", "--filter", "date:2022", "--format", "jsonl")
    assert hit_ids(ran) == ["rail"]
    scores = {json.loads(line)["article_id"]: json.loads(line)["score"] for line in plain}
    assert json.loads(ran.out)["score"] == scores["rail"]


def test_sort_orders_by_date(horses, run):
    newest = hit_ids(run("query", "horses", "--sort", "newest", "--format", "jsonl"))
    oldest = hit_ids(run("query", "horses", "--sort", "oldest", "--format", "jsonl"))
    assert newest == oldest[::-1] == ["fair", "rail", "race"]


def test_operator_says_what_joins_words(horses, run):
    assert len(hit_ids(run("query", "horse won", "--format", "jsonl"))) == 3
    both = run("query", "horse", "won", "--operator", "and", "--format", "jsonl")
    assert hit_ids(both) == ["race"]


def test_a_mistake_is_told_and_refused_under_strict_only(horses, run):
    lenient = run("query", "horses AND (")
    assert lenient.code == 0
    assert "'(' is never closed" in lenient.err
    strict = run("query", "horses AND (", "--strict")
    assert (strict.code, strict.out) == (2, "")
    assert strict.err == "'(' is never closed\n  horses AND (\n             ^\n"
    assert run("query", "horses", "--filter", "(x", "--strict").code == 2


def test_what_is_wrong_is_underlined_in_query_and_filter(horses, run):
    ran = run("query", "captoin:(horses", "OR", ")) railway", "--filter", "* AND titel:x")
    assert ran.code == 1
    assert ran.err.split("\n") == [
        "there is no field 'captoin': it was searched for as a word; did you mean 'caption'?",
        "  captoin:(horses OR )) railway",
        "  ^^^^^^^^",
        "OR does not stand between two parts: it was ignored",
        "  captoin:(horses OR )) railway",
        "                  ^^",
        "')' closes nothing: it was ignored",
        "  captoin:(horses OR )) railway",
        "                      ^",
        "in the filter: there is no field 'titel': it was searched for as a word",
        "  * AND titel:x",
        "        ^^^^^^",
        "No article matches.",
        "",
    ]


def test_a_field_there_is_not_is_underlined_when_it_is_refused(horses, run):
    said = "there is no field 'captoin'; did you mean 'caption'?\n"
    refused = run("query", "horses captoin:x", "--strict")
    assert refused == (2, "", f"{said}  horses captoin:x\n         ^^^^^^^^\n")
    refused = run("query", "horses", "--filter", "a - captoin:x", "--strict")
    assert refused == (2, "", f"{said}  a - captoin:x\n      ^^^^^^^^\n")


@pytest.mark.parametrize("columns", ["20", "40"])
@pytest.mark.parametrize("strict", [(), ("--strict",)])
def test_of_a_long_query_what_is_underlined_is_shown(horses, run, monkeypatch, columns, strict):
    monkeypatch.setenv("COLUMNS", columns)
    ran = run("query", "horses " * 5000 + "captoin:鉄道 " + "wagon " * 5000, *strict)
    _, text, carets, *_ = ran.err.split("\n")
    assert wcswidth(text) == int(columns)
    assert text.startswith("  \u2026")
    assert text.endswith("\u2026")
    assert text[carets.index("^") : len(carets)] == "captoin:"


def test_the_help_names_the_language_and_shows_some_of_it(run):
    shown = run("query", "--help").out
    assert "searchlib help query" in shown
    for part in ("headline:railway AND", "w/3", "first20:", "hors*", "'=White'"):
        assert part in shown


@pytest.mark.parametrize("words", ["zebras", "", "   ", "()", "*:*:*", '"', "-", "AND OR NOT"])
def test_exit_code_1_means_no_hits(horses, run, words):
    ran = run("query", "--", words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.endswith("No article matches.\n")


def test_raw_is_for_csv_only(horses, run):
    for form in ("table", "plain", "json", "jsonl"):
        ran = run("query", "horses", "--raw", "--format", form)
        assert (ran.code, ran.out) == (2, "")
        assert "--raw is for --format csv" in ran.err
    assert run("query", "horses", "--raw").code == 2


@pytest.mark.parametrize(
    "command",
    [("query", "x", "--format", "csv"), ("query", "x"), ("show", "x"), ("explain", "x", "x")],
)
def test_an_index_that_was_named_and_is_not_there_is_exit_code_3(run, folder, monkeypatch, command):
    said = "nowhere: there is no index; make one with `searchlib index` or searchlib.create()\n"
    assert run(*command, "--index", "nowhere") == (3, "", said)
    monkeypatch.setenv("SEARCHLIB_INDEX", "nowhere")
    assert run(*command) == (3, "", said)
    assert list(folder.iterdir()) == []


def test_the_usual_index_is_one_that_was_named(run):
    assert run("query", "horses", "--index", "index").code == 3
    assert run("query", "horses").code == 0  # the samples


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("query",),
        ("query", "x", "--frobnicate"),
        ("query", "x", "--format", "xml"),
        ("query", "x", "--limit", "-1"),
        ("query", "x", "--limit", "many"),
        ("query", "x", "--index", "a.file"),
        ("index", "a.file", "--index", "a.file"),
        ("index", "nowhere.jsonl"),
        ("index", "a.file", "--format", "pdf"),
        ("index", "a.file", "--format", "text", "--processes", "0"),
        ("index", "a.file", "--format", "text", "--processes", "1001"),
        ("index", "a.file", "--format", "text", "--processes", "nan"),
        ("query", "x", "--limit", "nan"),
        ("query", "x", "--offset", "1.5"),
        ("show",),
        ("explain", "horses"),
        ("help", "frobnicate"),
        ("help", "\x1b[2J"),
        ("delete",),
        ("delete", "a", "--query", "b"),
        ("completion", "tcsh"),
    ],
)
def test_wrong_use_is_exit_code_2_and_a_message(write, run, arguments):
    write("a.file", "not a directory")
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.strip()


@pytest.mark.parametrize(
    "settings", ["", "{}", "[]", "null", "nonsense", '{"format": "x"}', "\udcff", '{"format": 99}']
)
@pytest.mark.parametrize(
    "command",
    ["query x", "index horses.jsonl", "stats", "check", "show x", "explain x x", "delete x"],
)
def test_unusable_settings_are_exit_code_3_whatever_the_command(
    horses, run, folder, settings, command
):
    file = folder / "index" / "searchlib.json"
    file.write_bytes(settings.encode("utf-8", "surrogateescape"))
    ran = run(*command.split())
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("index: ")
    if "99" in settings:
        assert "99" in ran.err
