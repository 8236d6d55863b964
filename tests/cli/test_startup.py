"""What a command loads before it does its work: NLTK takes a third of a second."""

from __future__ import annotations

import subprocess
import sys

import pytest

import searchlib
from searchlib import Article


def loaded(*arguments: str) -> set[str]:
    # In ASCII: arguments of a process may have to be.
    code = (
        f"import sys; from searchlib.cli import main; main({[*arguments]!a});"
        " print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(ran.stderr.splitlines()[-1].split())


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("startup") / "index"
    with searchlib.create(path) as index, index.writer() as writer:
        writer.add(Article(article_id="a", headline="Horses"))
    return str(path)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["query", "--help"],
        ["help", "query"],
        ["stats"],
        ["check"],
        ["show", "a"],
        ["delete", "a"],
    ],
)
def test_commands_that_analyze_no_text_do_without_nltk(arguments, path):
    index = [] if {"--help", "help"} & {*arguments} else ["--index", path]
    assert "nltk" not in loaded(*arguments, *index)


@pytest.mark.parametrize("text", ["horses", "O'Brien", '"white horses" OR Čapek', "hors*"])
def test_a_query_in_latin_letters_does_without_nltk(text, path):
    assert "nltk" not in loaded("query", text, "--index", path)


def test_an_explanation_in_latin_letters_does_without_nltk(path):
    assert "nltk" not in loaded("explain", "hors*", "a", "--index", path)


def test_a_query_in_other_letters_does_with_it(path):
    assert "nltk" in loaded("query", "лошади", "--index", path)


@pytest.mark.parametrize("arguments", [["--help"], ["import-whoosh", "--help"]])
def test_help_does_without_whoosh(arguments):
    assert not [name for name in loaded(*arguments) if name.partition(".")[0] == "whoosh"]
