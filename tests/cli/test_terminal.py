"""What a terminal shows: colours, widths, a progress bar, and nothing an article smuggled in."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from wcwidth import wcswidth

FORMATS = ["table", "plain", "json", "jsonl", "csv"]
SMUGGLED = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\u2066x\x08\x7f\r\n\x0b\x85\u2028"


def test_colours_are_for_a_terminal_only(horses, on_terminal, run):
    shown = on_terminal("query", "horses")
    assert shown.code == 0
    assert "\x1b[1;33mhorses\x1b[22;39m" in shown.out
    assert "**" not in shown.out
    assert "\x1b" not in run("query", "horses").out


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_none_is_wanted(horses, on_terminal, env):
    shown = on_terminal("query", "horses", env=env)
    assert "\x1b" not in shown.out
    assert "**horses**" in shown.out


def test_the_progress_bar_is_on_a_terminal_only_and_goes_away(write, on_terminal, run):
    write("a.jsonl", {"headline": "Horses"})
    shown = on_terminal("index", "a.jsonl")
    assert shown.code == 0
    assert "0%|" in shown.out
    assert shown.out.rpartition("\r")[2].startswith("Indexed 1 article in ")
    assert "%|" not in run("index", "a.jsonl").err


def test_no_progress_bar_where_only_the_output_is_a_terminal(write, on_terminal):
    write("a.jsonl", {"headline": "Horses"})
    shown = on_terminal("index", "a.jsonl", stderr=subprocess.DEVNULL)
    assert (shown.code, shown.out) == (0, "")


@pytest.mark.parametrize("columns", [20, 21, 40, 80, 133])
def test_no_line_of_the_table_is_wider_than_the_terminal(write, run, monkeypatch, columns):
    chinese = "中文新聞報導火車開通鐵路運輸馬匹" * 20
    write(
        "a.jsonl",
        {"id": "zh", "headline": chinese[:90], "body": chinese + "。", "language": "zh"},
        {"id": "url", "headline": "Horses " + "h" * 300, "body": "See x.org/" + "horses/" * 90},
        {
            "id": "long",
            "headline": "Horses",
            "body": "horses and ponies, " * 60,
            "source": "S" * 99,
        },
    )
    run("index", "a.jsonl")
    monkeypatch.setenv("COLUMNS", str(columns))
    ran = run("query", "火車 馬匹 horses ponies")
    assert {"zh", "url", "long"} <= set(re.findall(r"\w+", ran.out))
    assert "**火車**" in ran.out
    assert "**horses**" in ran.out
    for line in ran.out.splitlines():
        assert 0 <= wcswidth(line) <= columns, line


def test_values_of_any_length_are_cut_for_people_and_for_nobody_else(write, run):
    long = "horses " * 20_000
    name = long.replace(" ", "-")
    write("a.jsonl", {"id": name, "headline": long, "source": name, "language": name})
    run("index", "a.jsonl")
    for arguments in (("query", "horses"), ("stats",)):
        ran = run(*arguments)
        assert ran.code == 0
        assert "\u2026" in ran.out
        assert len(ran.out) < 5000
    for form in ("plain", "csv", "json", "jsonl"):
        assert name in run("query", "horses", "--format", form).out
    assert name in run("stats", "--format", "json").out


def test_a_headline_of_spaces_is_none(write, run):
    write("a.jsonl", {"id": "a", "headline": " \t ", "body": "Horses ran."})
    run("index", "a.jsonl")
    ran = run("query", "horses")
    assert ran.code == 0
    assert ran.out.startswith("  1. (no headline)\n")


@pytest.fixture
def hostile(write, run):
    """An index with an article that says in every value what a terminal would obey."""
    text = f"Horses {SMUGGLED} ran"
    names = ("headline", "body", "caption", "source", "section", "url", "language")
    record = dict.fromkeys(names, text)
    record |= {"id": f"id{SMUGGLED}", "authors": [text], "tags": [text], f"key{SMUGGLED}": text}
    write("a.jsonl", json.dumps(record) + "\n")
    assert run("index", "a.jsonl").code == 0
    return record


def assert_harmless(text):
    assert "ran" in text
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028]", text) == []


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_in_an_article_commands_the_terminal(hostile, run, form):
    ran = run("query", "horses", "--format", form)
    assert ran.code == 0
    assert_harmless(ran.out.replace("\t", " ") if form == "plain" else ran.out)
    if form == "json":  # and yet nothing of it is lost
        assert json.loads(ran.out)["hits"][0]["headline"] == hostile["headline"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_in_an_article_commands_the_terminal_when_it_is_shown(hostile, run, form):
    ran = run("show", hostile["id"], "--format", form)
    assert ran.code == 0
    assert_harmless(ran.out)


def test_what_is_typed_does_not_command_the_terminal_either(hostile, run):
    for arguments in (("query", "nofield:\x1b[2J"), ("show", "\x1b[2J"), ("delete", "\x1b[2J")):
        ran = run(*arguments)
        assert "[2J" in ran.err
        assert "\x1b" not in ran.err
