"""Every command and snippet of the documentation is run, and says what it says there."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import searchlib
from searchlib.cli.app import app

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the file that the README's commands begin with."""
    lines = [line for line in blocks("console")[0].splitlines() if line.startswith('{"id"')]
    assert len(lines) == 2
    (tmp_path / "articles.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_set_up_commands_are_the_ones_that_ci_runs() -> None:
    # They take a network and a fresh environment; .ci/run takes them out of the README and runs them.
    commands = [block.strip() for block in blocks("sh")]
    assert len(commands) == 2
    assert commands[0].endswith('python -m searchlib query "horses"')
    assert commands[1].endswith("python -m pytest")
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_console_sessions_print_what_they_say(folder: Path) -> None:
    command = folder / "bin" / "searchlib"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m searchlib "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "SEARCHLIB_INDEX"},
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "80",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
    }
    sessions = [
        step for block in blocks("console") for step in re.split(r"^\$ ", block, flags=re.MULTILINE)
    ]
    steps = [step.partition("\n") for step in sessions if step]
    assert len(steps) > 8
    for line, _, expected in steps:
        ran = subprocess.run(
            ["sh", "-c", f"{line} 2>&1"],
            check=True,
            capture_output=True,
            encoding="utf-8",
            env=environment,
        )
        same = doctest.OutputChecker().check_output(expected, ran.stdout, doctest.ELLIPSIS)
        assert same, f"$ {line}\n{ran.stdout}\ninstead of\n{expected}"


def test_the_first_answer_is_the_one_shown(folder: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "searchlib", "query", "horses"],
        check=True,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": "80", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )
    assert ran.stdout.startswith(blocks("text")[0])
    assert "sample articles" in ran.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["articles.jsonl"]


def test_python_snippets_run_one_after_the_other(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, object] = {}
    snippets = [snippet for snippet in blocks("python") if "install()" not in snippet]
    assert len(snippets) == 4
    for snippet in snippets:
        exec(compile(snippet, "README.md", "exec"), names)  # our own README
    printed = capsys.readouterr().out
    assert "body KHASAN, Russia — Thirty <mark>horses</mark>" in printed
    assert "did you mean 'caption'?" in printed


def test_the_snippet_that_changes_whoosh_runs_in_a_process_of_its_own(folder: Path) -> None:
    (snippet,) = [snippet for snippet in blocks("python") if "install()" in snippet]
    end = "\nassert type(more).__module__.startswith('searchlib'), type(more)"
    for count in (1, 2):  # it makes the index, then it opens it
        code = f"{snippet}{end}\nassert more.doc_count() == {count}"
        command = [sys.executable, "-W", "ignore", "-c", code]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run(command, cwd=folder, env=environment, check=True)
    assert {path.suffix for path in (folder / "more-news").iterdir()} <= {
        *(".commit", ".docs", ".terms", "")
    }


def test_every_form_of_the_query_language_is_one() -> None:
    table = README.partition("| form | finds |\n|---|---|\n")[2].partition("\n\n")[0]
    forms = [
        form for row in table.splitlines() for form in re.findall("`([^`]+)`", row.split("|")[1])
    ]
    assert len(forms) > 30
    with searchlib.in_memory() as index:
        with index.writer() as writer:
            writer.add_many(searchlib.sample_articles())
            # What the forms name and no sample has
            writer.add(searchlib.Article(source="Old Wire", authors=["Anna Brien"], tags=["chess"]))
        for form in forms:
            assert index.search(form, strict=True).diagnostics == (), form


def test_every_command_is_in_the_readme() -> None:
    for name in app.list_commands(click.Context(app)):
        assert f"searchlib {name}" in README


def test_every_command_has_help_with_an_example() -> None:
    context = click.Context(app)
    commands = [app.get_command(context, name) for name in app.list_commands(context)]
    for command in (app, *commands):
        assert command.help
        assert "Example" in (command.epilog or ""), command.name


def test_every_public_name_is_documented() -> None:
    for name in searchlib.__all__:
        value = getattr(searchlib, name)
        if not isinstance(value, str):
            assert (value.__doc__ or "").strip(), name


def test_the_version_is_told_once() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{searchlib.__version__}"' in project
    assert f"## {searchlib.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["README", "ARCHITECTURE", "CONTRIBUTING", "CHANGELOG", "SECURITY", "RELEASE"]
)
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / f"{name}.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", text):
        assert (ROOT / target).exists(), target
