"""Where there is no index: the sample articles for people, an error for programs."""

from __future__ import annotations

import json

import pytest

FIRST = "thirty-horses-on-first-train"
SAID = "There is no index at index: these are the sample articles that come with searchlib.\n"
FOR_PEOPLE = [
    ("query", "horses"),
    ("query", "horses", "--format", "table"),
    ("show", FIRST),
    ("show", FIRST, "--format", "text"),
    ("explain", "horses", FIRST),
]
FOR_PROGRAMS = [
    *[("query", "horses", "--format", form) for form in ("plain", "json", "jsonl", "csv")],
    ("query", "horses", "--format", "csv", "--raw"),
    ("query", "horses", "--format", "jsonl", "--limit", "0"),
    ("query", "horses AND (", "--strict", "--format", "json"),
    ("query", "zebras", "--format", "csv"),
    ("show", FIRST, "--format", "json"),
    ("show", "nobody", "--format", "json"),
]
WITHOUT_SAMPLES = [
    ("stats",),
    ("stats", "--format", "json"),
    ("check",),
    ("check", "--repair"),
    ("delete", FIRST),
    ("delete", "--query", "horses"),
]


@pytest.mark.parametrize("arguments", FOR_PEOPLE, ids=" ".join)
def test_people_are_shown_the_samples_also_in_a_pipe(run, folder, arguments):
    ran = run(*arguments)
    assert ran.code == 0
    assert "horses" in ran.out
    assert ran.err.startswith(SAID)
    assert "searchlib index PATH..." in ran.err
    assert list(folder.iterdir()) == []


def test_people_are_shown_the_samples_on_a_terminal(on_terminal, folder):
    shown = on_terminal("query", "horses")
    assert shown.code == 0
    assert "Thirty" in shown.out
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("arguments", FOR_PROGRAMS, ids=" ".join)
def test_programs_get_an_error_and_are_told_what_to_do(run, folder, arguments):
    ran = run(*arguments)
    assert (ran.code, ran.out) == (3, "")
    first, second, end = ran.err.split("\n")
    assert first == (
        "index: there is no index; make one with `searchlib index` or searchlib.create()"
    )
    form = "table" if arguments[0] == "query" else "text"
    assert f"`--format {form}` shows them" in second
    assert end == ""
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("arguments", FOR_PROGRAMS, ids=" ".join)
def test_an_index_that_was_named_has_no_samples_and_nothing_is_said_of_them(run, arguments):
    ran = run(*arguments, "--index", "nowhere")
    assert (ran.code, ran.out) == (3, "")
    assert "sample" not in ran.err


@pytest.mark.parametrize("arguments", WITHOUT_SAMPLES, ids=" ".join)
def test_what_is_about_an_index_has_no_samples(run, folder, arguments):
    ran = run(*arguments)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("index: there is no index")
    assert "sample" not in ran.err
    assert list(folder.iterdir()) == []


def test_a_script_that_hides_the_messages_exports_nothing(process):
    for form in ("csv", "jsonl"):
        ran = process("query", "horses", "--format", form)
        assert (ran.code, ran.out) == (3, "")


def test_a_variable_that_is_empty_names_no_index(run, monkeypatch):
    monkeypatch.setenv("SEARCHLIB_INDEX", "")
    assert run("query", "horses").err.startswith(SAID)
    assert run("query", "horses", "--format", "csv").code == 3


def test_a_directory_without_an_index_is_none(run, folder):
    (folder / "index").mkdir()
    assert run("query", "horses").err.startswith(SAID)
    assert run("query", "horses", "--format", "csv").code == 3


def test_an_empty_index_is_one(horses, run):
    assert run("delete", "rail", "fair", "race").code == 0
    for form in ("table", "plain", "jsonl"):
        ran = run("query", "horses", "--format", form)
        assert (ran.code, ran.out) == (1, "")
        assert "sample" not in ran.err
    assert json.loads(run("query", "horses", "--format", "json").out)["hits"] == []


@pytest.mark.parametrize("command", ["query", "show", "explain"])
def test_the_help_says_so(run, command):
    assert "sample articles" in " ".join(run(command, "--help").out.split())
