"""A process that writes, and what an index holds, for all tests of damage."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import searchlib
from searchlib import Article, Index
from tests.helpers.processes import ROOT


class WritingProcess:
    """Runs the jobs of writing_process.py, which says what a job is, one at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.damage.writing_process"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, index: Path, **job: object) -> dict:
        """Begin a job; give its first answer."""
        self.send(json.dumps({"index": str(index), **job}))
        return self.answer()

    def send(self, line: str) -> None:
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def answer(self) -> dict:
        told = json.loads(self._process.stdout.readline())
        assert "failed" not in told, "the process raised what it should not; see its traceback"
        return told

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="session")
def writing_process() -> Iterator[WritingProcess]:
    process = WritingProcess()
    yield process
    process.close()


@pytest.fixture
def path(sound: Path, tmp_path: Path) -> Path:
    """A copy of the module's sound index, to be damaged."""
    return Path(shutil.copytree(sound, tmp_path / "index"))


def state(index: Index) -> dict[str, Article]:
    """Give the articles of a sound index by id, in the order of insertion."""
    assert index.check() == []
    hits = index.search("*", limit=None)
    articles = {hit.article_id: hit.article for hit in hits}
    assert index.count == hits.total == len(hits) == len(articles)
    assert {article_id: index.get(article_id) for article_id in articles} == articles
    for generation in range(3):
        found = {hit.article_id for hit in index.search(f"generation{generation}", limit=None)}
        assert found == {
            article_id
            for article_id, article in articles.items()
            if f"generation{generation}" in article.headline
        }
    return articles


def stored_state(path: Path) -> dict[str, Article]:
    with searchlib.open(path) as index:
        return state(index)
