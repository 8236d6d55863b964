"""Running the commands: in this process, as another one, and on a terminal."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from typing import NamedTuple

import pytest

from searchlib.cli import main
from tests.helpers.processes import ROOT

COMMAND = [sys.executable, "-m", "searchlib"]


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty current folder, and an environment without wishes."""
    monkeypatch.chdir(tmp_path)
    for name in ("SEARCHLIB_INDEX", "NO_COLOR", "_SEARCHLIB_COMPLETE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTHONUTF8", "1")
    return tmp_path


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command in this process: run("query", "horses"). Whatever it is, no traceback."""

    def run_here(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Ran(code, *capsys.readouterr())

    return run_here


@pytest.fixture
def start():
    """Start a command as a process of its own; it is killed at the end of the test."""
    started = []

    def start_one(*arguments, **options):
        process = subprocess.Popen([*COMMAND, *map(str, arguments)], **options)
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()


@pytest.fixture
def process():
    """Run a command as a process of its own, to its end."""

    def run_there(*arguments, env=None, **options):
        ran = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            check=False,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **(env or {})},
            **options,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    return run_there


@pytest.fixture
def on_terminal(start):
    """Run a command whose output, and messages, go to a terminal. ``out`` has both."""

    pty = pytest.importorskip("pty", reason="opens a terminal, as POSIX systems do")
    termios = pytest.importorskip("termios", reason="opens a terminal, as POSIX systems do")

    def run_there(*arguments, env=None, **options):
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        options = {"stdout": theirs, "stderr": theirs, "stdin": subprocess.DEVNULL, **options}
        child = start(*arguments, env={**os.environ, **(env or {})}, **options)
        os.close(theirs)
        written = b""
        try:
            while piece := os.read(ours, 1 << 16):
                written += piece
        except OSError as error:
            if error.errno != errno.EIO:  # how Linux says that the other side is closed
                raise
        os.close(ours)
        return Ran(child.wait(), written.decode().replace("\r\n", "\n"), "")

    return run_there


@pytest.fixture
def write(folder):
    """Write a file: text, bytes, or records as JSON lines."""

    def write_it(name, *content, encoding="utf-8"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content and isinstance(content[0], bytes):
            path.write_bytes(b"".join(content))
        elif content and isinstance(content[0], dict):
            lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in content]
            path.write_text("".join(lines), encoding=encoding)
        else:
            path.write_text("".join(content), encoding=encoding)
        return name

    return write_it


@pytest.fixture
def ids(run):
    """Give the ids of the articles in an index, in the order of insertion."""

    def ids_in(index="index"):
        ran = run("query", "*", "--index", index, "-n", 1000, "--format", "jsonl")
        assert "sample" not in ran.err
        return [json.loads(line)["article_id"] for line in ran.out.splitlines()]

    return ids_in


@pytest.fixture
def horses(write, run):
    """An index with three articles about horses."""
    write(
        "horses.jsonl",
        {"id": "rail", "headline": "Horses on the railway", "body": "Freight came back.",
         "date": "2022-11-02", "source": "Old Wire", "tags": ["rail"]},
        {"id": "fair", "headline": "Spring fair", "body": "Cakes were sold.",
         "caption": "Two horses wait.", "date": "2023-04-10", "source": "Market Post"},
        {"id": "race", "headline": "A race", "body": "The horse won, and a horse lost.",
         "date": "2021-05-01", "source": "Market Post"},
    )  # fmt: skip
    assert run("index", "horses.jsonl").code == 0
    return "index"
