"""The justfile is the one place where commands stand: all else calls its recipes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
JUSTFILE = (ROOT / "justfile").read_text(encoding="utf-8")
RECIPES = set(re.findall(r"^([a-z][a-z0-9-]*)(?: [^:\n]*)?:(?!=)", JUSTFILE, re.MULTILINE))
FOR_GITHUB = sorted((ROOT / ".github").rglob("*.yml"))
WORKFLOWS = [path for path in FOR_GITHUB if path.parent.name != "ISSUE_TEMPLATE"]
PAGES = ["CONTRIBUTING.md", "RELEASE.md", "tests/README.md", ".github/pull_request_template.md"]
BEFORE_ANY_RECIPE = "pip install rust-just"


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_recipes_are_found() -> None:
    wanted = {"test", "lint", "kernels", "docs", "bench", "profile", "plain", "whoosh3", "nightly"}
    assert wanted <= RECIPES


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_every_recipe_says_what_it_is_for(name: str) -> None:
    assert re.search(rf"^# \S.*\n{name}\b", JUSTFILE, re.MULTILINE)


@pytest.mark.parametrize("path", WORKFLOWS, ids=relative)
def test_every_step_of_a_workflow_is_a_recipe(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    commands = re.findall(r"^[ -]*\brun: *(.*)$", text, re.MULTILINE)
    assert len(re.findall(r"\brun:", text)) == len(commands)
    for command in commands:
        if command == BEFORE_ANY_RECIPE:
            continue
        called = re.fullmatch(r"just ([a-z0-9-]+|\$\{\{ matrix\.recipe \}\})( .*)?", command)
        assert called, command
        names = [called[1]]
        if "matrix" in called[1]:
            (listed,) = re.findall(r"^ *recipe: \[(.*)\]$", text, re.MULTILINE)
            names = [*listed.split(", "), *re.findall(r"{.*\brecipe: ([a-z0-9-]+) }", text)]
        assert set(names) <= RECIPES, command


@pytest.mark.parametrize("path", WORKFLOWS, ids=relative)
def test_nothing_that_others_write_becomes_a_part_of_a_command(path: Path) -> None:
    # The name of a branch, a tag or a title is put into the script before a shell reads it.
    for line in path.read_text(encoding="utf-8").splitlines():
        if "run:" in line:
            assert "github." not in line, line


@pytest.mark.parametrize("path", WORKFLOWS, ids=relative)
def test_every_action_has_a_version(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for action in re.findall(r"\buses: *(\S+)", text):
        if action.startswith("./"):
            assert (ROOT / action).exists(), action
        else:
            assert re.search(r"@(v\d+|release/v\d+|[0-9a-f]{40})$", action), action


def test_workflows_have_no_more_rights_than_they_need() -> None:
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        assert "\npermissions:\n  contents: read\n" in path.read_text(encoding="utf-8"), path


def test_hooks_are_recipes() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"^ *- repo: (.*)$", text, re.MULTILINE)) == {"local"}
    entries = re.findall(r"^ *entry: (.*)$", text, re.MULTILINE)
    assert len(entries) == len(re.findall(r"- id:", text))
    assert {entry.removeprefix("just ") for entry in entries} <= RECIPES


def test_the_whole_check_calls_recipes() -> None:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    called = set(re.findall(r"\bjust ([a-z0-9-]+)", text))
    assert called <= RECIPES
    assert {"kernels", "short", "lint", "docs", "whoosh3", "whoosh-suite"} <= called


@pytest.mark.parametrize("page", PAGES)
def test_pages_name_recipes_that_there_are(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    code = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^    (.*)$", text, re.MULTILINE)
    called = {found[1] for part in code if (found := re.match(r"just ([a-z0-9-]+)", part))}
    assert called
    assert called <= RECIPES


def release_version(tag: str) -> subprocess.CompletedProcess[str]:
    script = ROOT / ".ci" / "release_version.py"
    return subprocess.run(
        [sys.executable, script, tag], check=False, capture_output=True, encoding="utf-8"
    )


def test_a_tag_of_another_version_is_no_release() -> None:
    ran = release_version("v99.0.0")
    assert ran.returncode == 1
    assert "the tag is v99.0.0, the version in pyproject.toml " in ran.stderr


@pytest.mark.parametrize(
    "page", ["CONTRIBUTING.md", "RELEASE.md", "SECURITY.md", "tests/README.md"]
)
def test_pages_name_files_that_there_are(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for name in re.findall(r"`((?:tests|searchlib|benchmarks|\.ci)/[\w/.]*)`", text):
        assert (ROOT / name).exists(), name
