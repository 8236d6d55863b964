"""Every command and snippet of the documentation is run, and says what it says there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import searchlib
from searchlib.cli.app import app
from tests.docs.pages import README as README_PATH
from tests.docs.pages import ROOT, PageRunner, blocks

README = README_PATH.read_text(encoding="utf-8")


def test_the_set_up_commands_are_the_ones_that_ci_runs() -> None:
    # They take a network and a fresh environment; .ci/run takes them out of the README and runs them.
    commands = [block.text.strip() for block in blocks(README_PATH, "sh")]
    assert len(commands) == 2
    assert commands[0].endswith('python -m searchlib query "horses"')
    assert commands[1].endswith("python -m pytest")
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_first_answer_is_the_one_shown(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SEARCHLIB_INDEX"}
    ran = subprocess.run(
        [sys.executable, "-m", "searchlib", "query", "horses"],
        check=True,
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={**environment, "COLUMNS": "80", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )
    assert ran.stdout.startswith(blocks(README_PATH, "text")[0].text)
    assert "sample articles" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_sessions_and_snippets_of_the_readme_do_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    printed = PageRunner(README_PATH, folder, monkeypatch).run()
    assert "body KHASAN, Russia — Thirty <mark>horses</mark>" in printed
    assert "did you mean 'caption'?" in printed


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
