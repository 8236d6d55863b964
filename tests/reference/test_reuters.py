"""Reuters-21578 whole, through the command line, against the exhaustive oracle."""

from __future__ import annotations

import fcntl
import math
import os
import pty
import random
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path

import pytest

import searchlib
from searchlib import Article, Index
from tests.helpers.processes import ROOT
from tests.reference.oracle import Oracle

ARTICLES = 21_578
QUERIES = 200
SEED = 21_578

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def corpus(data_dir: Path) -> Path:
    return data_dir / "reuters21578.jsonl.xz"


@pytest.fixture(scope="module")
def indexed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Index, str]:
    """The index that the command made, and what it showed on a terminal while it did."""
    path = tmp_path_factory.mktemp("reuters") / "index"
    command = [sys.executable, "-m", "searchlib", "index", str(corpus), "--index", str(path)]
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        command, cwd=path.parent, stderr=slave, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            data = os.read(master, 4096)
        except OSError:  # Linux says EIO where the other end is closed
            break
        if not data:
            break
        shown += data
    os.close(master)
    assert process.wait() == 0
    return searchlib.open(path), shown.decode()


@pytest.fixture(scope="module")
def articles(corpus: Path) -> list[Article]:
    return list(searchlib.read(corpus, strict=True))


@pytest.fixture(scope="module")
def oracle(articles: list[Article]) -> Oracle:
    return Oracle(articles)


def test_the_command_indexes_all_and_shows_how_far_it_is(indexed: tuple[Index, str]) -> None:
    index, shown = indexed
    assert index.count == ARTICLES
    assert re.search(r"Indexed 21,578 articles in [\d.]+ s; the index has 21,578\.", shown)
    percents = [int(found) for found in re.findall(r"(\d+)%\|", shown)]
    assert percents == sorted(percents)
    assert len(set(percents)) > 5


def test_generated_queries_give_what_the_oracle_gives(
    indexed: tuple[Index, str], oracle: Oracle, articles: Sequence[Article]
) -> None:
    index, _ = indexed
    for query in generated(articles):
        expected = oracle.search(query)
        found = index.search(query, limit=None)
        assert [hit.article_id for hit in found] == [article_id for article_id, _ in expected], (
            query
        )
        for hit, (_, score) in zip(found, expected, strict=True):
            assert math.isclose(hit.score, score, rel_tol=0.0, abs_tol=1e-6), query
        # A page is the beginning of the whole.
        ten = index.search(query, limit=10)
        assert [hit.article_id for hit in ten] == [article_id for article_id, _ in expected[:10]]
        assert ten.total == len(expected)


def generated(articles: Sequence[Article]) -> list[str]:
    """Queries of words that stand together in one article, of every form of the language."""
    chance = random.Random(SEED)
    texts = [words for article in articles if len(words := article.body.split()) > 20]
    queries = []
    for number in range(QUERIES):
        words = [re.sub(r"[^\w'&.-]|^[-.']+|[-.']+$", "", word) for word in chance.choice(texts)]
        # A word in capitals may be an operator.
        words = [word for word in words if word and word not in ("AND", "OR", "NOT")]
        at = chance.randrange(len(words) - 3)
        a, b, c = chance.sample(words, 3)
        forms = (
            a,
            f"{a} {b}",
            f"{a} {b} {c}",
            f"{a} AND {b}",
            f'"{words[at]} {words[at + 1]}"',
            f'"{words[at]} {words[at + 1]} {words[at + 2]}" OR {a}',
            f"headline:{a} {b}",
            f"+{a} {b} -{c}",
            f"({a} OR {b}) AND NOT {c}",
            f"{a[:4]}* {b}",
        )
        queries.append(forms[number % len(forms)])
    return queries
