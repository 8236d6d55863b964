"""Pages of documentation as runnable blocks: console sessions, Python, doctest sessions.

The blocks of a page run in the order of the page, in one folder and with one set of Python names.

- ``console``: each line that begins with "$ " is run; the lines below it are what it prints, where
  "..." stands for anything. A file that is shown with `$ cat NAME` is made before the page runs.
- ``python`` is executed; ``pycon`` is a doctest session.
- ``python`` with "install()" changes Whoosh for a whole process, so it runs in one of its own.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from searchlib.cli.app import run

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
PAGES = sorted((ROOT / "docs").glob("*.md"))
RUNNABLE = ("console", "python", "pycon")
_FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SHELL = set("|&;<>()$`\\*?#~\n")


class Block(NamedTuple):
    """A fenced block: what stands behind the fence, its text, and the line it begins on."""

    language: str
    text: str
    line: int


def blocks(page: Path, *languages: str) -> list[Block]:
    """Return the blocks of ``page`` in its order; only those in ``languages``, if any are given."""
    text = page.read_text(encoding="utf-8")
    found = [
        Block(match[1].strip(), match[2], text.count("\n", 0, match.start()) + 1)
        for match in _FENCE.finditer(text)
    ]
    return [block for block in found if not languages or block.language in languages]


def steps(session: str) -> list[tuple[str, str]]:
    """Return the commands of a console session, each with what it prints."""
    parts = [part for part in re.split(r"^\$ ", session, flags=re.MULTILINE) if part]
    return [(line, printed) for line, _, printed in (part.partition("\n") for part in parts)]


def make_files(page: Path, folder: Path) -> None:
    """Make the files that ``page`` shows with `$ cat NAME`."""
    for block in blocks(page, "console"):
        for line, printed in steps(block.text):
            name = re.fullmatch(r"cat ([\w./-]+)", line)
            if name:
                path = folder / name[1]
                assert not path.exists(), f"{page.name} shows {name[1]} twice"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(printed, encoding="utf-8")


class PageRunner:
    """One page in one folder."""

    def __init__(self, page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.page = page
        self._folder = folder
        self._names: dict[str, object] = {"__name__": "__main__"}
        bin_folder = folder.parent / "bin"
        bin_folder.mkdir()
        for name, arguments in (("searchlib", "-m searchlib "), ("python", "")):
            command = bin_folder / name
            command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments}"$@"\n')
            command.chmod(0o755)
        monkeypatch.chdir(folder)
        for name in ("SEARCHLIB_INDEX", "NO_COLOR"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PATH", f"{bin_folder}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        monkeypatch.setenv("PYTHONUTF8", "1")
        make_files(page, folder)

    def run(self) -> str:
        """Run the blocks; return what the Python of the page has printed."""
        printed = io.StringIO()
        for block in blocks(self.page, *RUNNABLE):
            where = f"{self.page.name}, line {block.line}"
            if block.language == "console":
                self._console(block, where)
            elif block.language == "pycon":
                self._doctest(block, where)
            elif "install()" in block.text:
                command = [sys.executable, "-W", "ignore", "-c", block.text]
                subprocess.run(command, cwd=self._folder, check=True)
            else:
                code = compile("\n" * block.line + block.text, str(self.page), "exec")
                with redirect_stdout(printed):
                    exec(code, self._names)  # our own pages
        return printed.getvalue()

    def _console(self, block: Block, where: str) -> None:
        for line, expected in steps(block.text):
            printed = _printed(line)
            same = doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS)
            assert same, f"{where}\n$ {line}\n{printed}\ninstead of\n{expected}"

    def _doctest(self, block: Block, where: str) -> None:
        test = doctest.DocTestParser().get_doctest(block.text, {}, where, None, block.line)
        test.globs = self._names
        assert test.examples, f"{where}: a pycon block without >>>"
        wrong: list[str] = []
        runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
        runner.run(test, out=wrong.append, clear_globs=False)
        assert not wrong, "".join(wrong)


def _printed(line: str) -> str:
    """Run a command; return what it prints, errors among it."""
    words = shlex.split(line)
    if words[0] == "searchlib" and not _SHELL & set(re.sub(r"'[^']*'", "", line)):
        # In this process: to start another one takes 50 times as long as most commands.
        output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with redirect_stdout(output), redirect_stderr(output):
            code = run(words[1:])
        assert code in {0, 1}, f"$ {line}\nexit code {code}"
        return output.buffer.getvalue().decode()
    ran = subprocess.run(
        ["sh", "-c", line],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    return ran.stdout
