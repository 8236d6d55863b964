"""The benchmark runs, checks its lists, and writes what it says. Its figures are of no interest here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import searchlib
from benchmarks import growth, whoosh_programs
from benchmarks.__main__ import main
from benchmarks.checking import wrong_lists
from benchmarks.corpus import KINDS, make_queries
from benchmarks.whoosh_schemas import KINDS as KINDS_OF_WHOOSH
from benchmarks.whoosh_schemas import PLAIN, SCHEMAS, documents
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


def test_whoosh_programs_are_measured_on_equal_results(corpus: Path) -> None:
    arguments = [str(corpus), "--runs", "1", "--commits", "2", "--queries", "2"]
    ran = CliRunner().invoke(whoosh_programs.main, arguments)
    assert ran.exit_code == 0, ran.output
    assert "0 of 10 queries have other results" in ran.output
    # Two files of a segment and their names; the commit and its name.
    assert "calls fsync 5.0 times" in ran.output
    for name in (*SCHEMAS, "add_document", "update_document", *whoosh_programs.QUERIES):
        assert f"| {name} |" in ran.output


def test_an_index_of_whooshs_that_finds_something_else_is_seen(
    corpus: Path, tmp_path: Path
) -> None:
    articles = [*searchlib.sample_articles()]
    docs = documents(SCHEMAS[PLAIN](), articles)
    searchers = {}
    for number, (kind, made) in enumerate(KINDS_OF_WHOOSH.items()):
        path = tmp_path / str(number)
        path.mkdir()
        # Ours have a document less.
        some = docs[:-1] if number else docs
        whoosh_programs.build(kind, path, SCHEMAS[PLAIN](), some)
        searchers[kind] = made.open(path).searcher()
    word = next(
        word for word in docs[-1]["body"].lower().split() if word.isalpha() and len(word) > 3
    )
    assert whoosh_programs.wrong_queries(searchers, {"term": [(word,)]}) == [f"term {word}"]
    for searcher in searchers.values():
        searcher.close()
