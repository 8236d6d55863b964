"""The examples of every command's help, which the pages show, run."""

from __future__ import annotations

import gzip
import io
import re
import shlex
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import whoosh.index
from whoosh import fields

import searchlib
from searchlib.cli.app import app, run
from tests.docs.test_names import commands


def examples(text: str) -> list[str]:
    """Return the command lines of a help text, without what is said of them."""
    lines = [part for line in text.splitlines() for part in line.split("; ")]
    found = [re.search(r"(?:^|: |\(|\| )(searchlib .*)", line.strip()) for line in lines]
    return [re.split(r"\s{2,}|\)\"| > ", match[1])[0] for match in found if match]


EXAMPLES = [
    example for command in (app, *commands().values()) for example in examples(command.epilog or "")
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files and indexes that the examples name."""
    root = tmp_path_factory.mktemp("files")
    line = b'{"id": "rzd-1", "title": "Horses", "source": "Old Wire", "date": "2000-01-01"}\n'
    (root / "articles").mkdir()
    (root / "articles" / "a.jsonl").write_bytes(line)
    (root / "wire.jsonl").write_bytes(line)
    (root / "wire.jsonl.gz").write_bytes(gzip.compress(line))
    with searchlib.create(root / "index").writer() as writer:
        writer.add_many(searchlib.sample_articles())
        writer.add_many(searchlib.read(root / "wire.jsonl"))
    for path in ("archive/index", "news"):
        shutil.copytree(root / "index", root / path)
    (root / "old").mkdir()
    stored = fields.TEXT(stored=True)
    schema = fields.Schema(title=stored, content=stored, date=fields.DATETIME(stored=True))
    for name in ("MAIN", "blog"):
        with whoosh.index.create_in(root / "old", schema, name).writer() as writer:
            writer.add_document(title="Horses", content="They cross.")
    return root


def test_every_command_has_an_example() -> None:
    for name in commands():
        assert any(example.split()[1] == name for example in EXAMPLES), name
    assert len(EXAMPLES) > 25


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_does_its_work(
    example: str, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(files, tmp_path / "here")
    words = shlex.split(example)[1:]
    if words[0] == "import-whoosh":
        shutil.rmtree(folder / "news")  # it makes this one
    monkeypatch.chdir(folder)
    monkeypatch.delenv("SEARCHLIB_INDEX", raising=False)
    output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with (
        open(folder / "wire.jsonl", "rb") as piped,
        redirect_stdout(output),
        redirect_stderr(output),
    ):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(piped))
        code = run(words)
    assert code == 0, output.buffer.getvalue().decode()
