"""searchlib show, delete, stats, check, completion, --version and --help."""

from __future__ import annotations

import json
from importlib.machinery import EXTENSION_SUFFIXES

import click
import pytest

import searchlib
from searchlib.cli.app import app


def test_show_gives_the_whole_article(horses, run):
    ran = run("show", "fair")
    assert ran.code == 0
    assert ran.out.startswith("Spring fair\n\n")
    for part in (
        "published: 2023-04-10",
        "source: Market Post",
        "Cakes were sold.",
        "caption: Two",
    ):
        assert part in ran.out
    article = json.loads(run("show", "fair", "--format", "json").out)
    assert article["caption"] == "Two horses wait."


def test_show_of_an_id_that_is_not_there_is_exit_code_1(horses, run):
    ran = run("show", "nobody")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "There is no article 'nobody'.\n"


def test_delete_by_id_counts_what_was_there(horses, run, ids):
    ran = run("delete", "rail", "nobody", "race")
    assert ran.code == 0
    assert ran.err == "There is no article 'nobody'.\nDeleted 2 articles.\n"
    assert ids() == ["fair"]
    assert run("query", "freight").code == 1
    assert run("check").code == 0


def test_delete_of_nothing_is_exit_code_1(horses, run, ids):
    ran = run("delete", "nobody")
    assert ran.code == 1
    assert ran.err.endswith("Deleted 0 articles.\n")
    assert len(ids()) == 3


def test_delete_by_query_deletes_all_that_match(horses, run, ids):
    ran = run("delete", "--query", 'source:"Market Post" date:<2022')
    assert (ran.code, ran.err) == (0, "Deleted 2 articles.\n")
    assert ids() == ["rail"]


@pytest.mark.parametrize("mistake", ["horses AND (", "nofield:horses", "", "date:soon", '"horses'])
def test_delete_refuses_a_query_with_a_mistake(horses, run, ids, mistake):
    ran = run("delete", "--query", mistake)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.strip()
    assert len(ids()) == 3


@pytest.mark.parametrize("command", ["stats", "check", "delete x"])
def test_without_an_index_there_is_nothing_to_work_on(run, folder, command):
    ran = run(*command.split(), "--index", "nowhere")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("nowhere: there is no index; make one with `searchlib index`")
    assert list(folder.iterdir()) == []


def test_stats_are_figures_for_people_and_for_programs(horses, run):
    text = run("stats")
    assert text.code == 0
    assert "articles   3\n" in text.out
    assert "dates      2021-05-01 to 2023-04-10\n" in text.out
    values = json.loads(run("stats", "--format", "json").out)
    assert (values["articles"], values["analyzer"], values["sources"]) == (3, "english", 2)
    assert values["earliest"].startswith("2021-05-01")


def test_check_of_a_sound_index_is_exit_code_0(horses, run):
    ran = run("check")
    assert (ran.code, ran.out, ran.err) == (0, "", "3 articles, all sound.\n")


def test_check_counts_one_article_as_one(horses, run, ids):
    assert run("delete", *ids()[1:]).code == 0
    assert run("check").err == "1 article, all sound.\n"
    assert run("check", "--repair").err == "1 article, all sound; nothing was changed.\n"


def test_check_of_a_damaged_index_is_exit_code_3(horses, process, folder):
    # Processes: what has been opened of a damaged file is not closed before their end.
    largest = max((folder / "index").glob("MAIN_*"), key=lambda path: path.stat().st_size)
    data = largest.read_bytes()
    largest.write_bytes(data[: len(data) // 2])
    for command in ("check", "query horses"):
        ran = process(*command.split())
        assert ran.code == 3
        assert "damaged" in ran.err
        assert "Traceback" not in ran.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(process, shell):
    ran = process("completion", shell)
    assert ran.code == 0
    assert f"_SEARCHLIB_COMPLETE={shell}_complete" in ran.out


def test_commands_and_options_are_completed(process):
    env = {"_SEARCHLIB_COMPLETE": "bash_complete", "COMP_WORDS": "searchlib qu", "COMP_CWORD": "1"}
    assert process(env=env).out == "plain,query\n"
    env |= {"COMP_WORDS": "searchlib query --sort ne", "COMP_CWORD": "3"}
    assert process(env=env).out == "plain,newest\n"
    env |= {"COMP_WORDS": "searchlib e", "COMP_CWORD": "1"}
    assert process(env=env).out == "plain,explain\n"
    env |= {"COMP_WORDS": "searchlib help st", "COMP_CWORD": "2"}
    assert process(env=env).out == "plain,stats\n"
    env |= {"COMP_WORDS": "searchlib explain a b --in", "COMP_CWORD": "4"}
    assert process(env=env).out == "plain,--index\n"


def test_the_version_is_that_of_the_package(run):
    ran = run("--version")
    assert (ran.code, ran.err) == (0, "")
    first, second = ran.out.splitlines()
    assert first == f"searchlib, version {searchlib.__version__}"
    assert second.startswith("kernels: ")


SUFFIX = EXTENSION_SUFFIXES[0]
SLOWER = "; searches are slower, results are the same"


@pytest.mark.parametrize(
    ("files", "count", "said"),
    [
        ([f"a{SUFFIX}", f"folder/b{SUFFIX}", f"_cyutility{SUFFIX}"], 2, "compiled"),
        (
            ["a.cpython-27.so", "folder/b.c"],
            0,
            "plain Python (no C compiler was found when installed)" + SLOWER,
        ),
        (
            [f"folder/b{SUFFIX}"],
            1,
            "1 of 2 compiled, 1 plain Python (they could not be compiled when installed)" + SLOWER,
        ),
    ],
)
def test_a_run_says_whether_its_kernels_are_compiled(
    horses, run, monkeypatch, tmp_path, files, count, said
):
    kernels = tmp_path / "kernels"
    (kernels / "folder").mkdir(parents=True)
    for name in ("__init__.py", "a.py", "folder/__init__.py", "folder/b.py", *files):
        (kernels / name).touch()
    monkeypatch.setattr(searchlib.kernels, "__path__", [str(kernels)])
    assert run("--version").out.splitlines()[1] == f"kernels: {said}"
    assert run("stats").out.splitlines()[-1] == f"kernels    {said}"
    values = json.loads(run("stats", "--format", "json").out)
    assert values["kernels"] == {"compiled": count, "plain": 2 - count}


def test_a_query_says_nothing_of_kernels(horses, run):
    ran = run("query", "horses")
    assert "kernels" not in ran.out + ran.err


CONTEXT = click.Context(app)


@pytest.mark.parametrize("command", ["", *app.list_commands(CONTEXT)])
def test_help_shows_every_option(run, command):
    ran = run(*command.split(), "--help")
    assert (ran.code, ran.err) == (0, "")
    assert "Example" in ran.out
    for parameter in app.get_command(CONTEXT, command).params if command else ():
        for option in parameter.opts:
            if option.startswith("--"):
                assert option in ran.out


def test_the_option_goes_before_the_variable(horses, run, monkeypatch):
    monkeypatch.setenv("SEARCHLIB_INDEX", "nowhere")
    assert run("stats").code == 3
    assert run("stats", "--index", "index").code == 0
    monkeypatch.setenv("SEARCHLIB_INDEX", "index")
    assert run("stats").code == 0
