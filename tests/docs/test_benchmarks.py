"""The benchmark runs, checks its lists, and writes what it says. Its figures are of no interest here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import searchlib
from benchmarks import growth
from benchmarks.__main__ import main
from benchmarks.checking import wrong_lists
from benchmarks.corpus import KINDS, make_queries
from searchlib import Article


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    lines = [json.dumps(article.to_dict()) for article in searchlib.sample_articles()]
    path = tmp_path / "samples.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_it_compares_searchlib_with_whoosh(corpus: Path) -> None:
    arguments = [str(corpus), "--engines", "searchlib,whoosh", "--queries", "2", "--rounds", "1"]
    ran = CliRunner().invoke(main, arguments)
    assert ran.exit_code == 0, ran.output
    assert "0 of 10 lists of searchlib differ" in ran.output
    for kind in KINDS:
        assert f"| {kind} |" in ran.output


def test_an_engine_that_there_is_not(corpus: Path) -> None:
    ran = CliRunner().invoke(main, [str(corpus), "--engines", "lucene"])
    assert ran.exit_code == 2
    assert "there is no engine 'lucene'" in ran.output


def test_wrong_lists_are_found() -> None:
    class Wrong:
        def search(self, kind: str, words: object) -> list[str]:
            return ["no such article"]

        def snippets(self, words: object) -> list[str]:
            return []

    articles = [
        Article(article_id=str(number), body="seven white horses crossed the river border today")
        for number in range(3)
    ]
    queries = make_queries(articles, 2)
    assert len(wrong_lists(articles, Wrong(), queries, lambda _: None)) == 10


def test_growth_is_measured_on_articles_no_two_the_same(corpus: Path) -> None:
    articles = [*searchlib.sample_articles()]
    more = [*growth.grown(articles, 3)]
    assert more[: len(articles)] == articles
    assert len({article.article_id for article in more}) == len(more) == 3 * len(articles)
    arguments = [str(corpus), "--engines", "searchlib", "--times", "2", "--queries", "2"]
    ran = CliRunner().invoke(growth.main, [*arguments, "--rounds", "1"])
    assert ran.exit_code == 0, ran.output
    for kind in KINDS:
        assert f"| {kind} |" in ran.output
