"""A program whose schema has classes and functions of its own, in one process after the other."""

from __future__ import annotations

import subprocess

import pytest

from tests.helpers.processes import run_python

MODULE = """
from searchlib.whoosh import register
from whoosh import analysis, fields

@register
def stem(word):
    return word[:4]

class Shouting(analysis.Filter):
    def __call__(self, tokens):
        for token in tokens:
            token.text = token.text.upper()
            yield token

class Shouted(fields.TEXT):
    def __init__(self, **options):
        words = analysis.RegexTokenizer() | analysis.StemFilter(stem, cachesize=10) | Shouting()
        super().__init__(words, **options)
        self.more = {"options": sorted(options)}
"""
MAKE = """
schema = fields.Schema(path=fields.ID(stored=True), text=news_program.Shouted(stored=True))
with create_in("index", schema).writer() as writer:
    writer.add_document(path="/a", text="horses cross borders")
"""
READ = """
from whoosh.qparser import QueryParser
index = open_dir("index")
with index.searcher() as searcher:
    query = QueryParser("text", index.schema).parse("horseshoe BORDER")
    print([hit["path"] for hit in searcher.search(query)], list(searcher.lexicon("text")))
print(index.schema["text"].more)
"""
WRITE = """
index = open_dir("index")
with index.writer() as writer:
    writer.add_document(path="/b", text="horses")
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "news_program.py").write_text(MODULE)

    def run_one(code: str) -> subprocess.CompletedProcess[str]:
        code = "from whoosh import fields\nfrom searchlib.whoosh import *\n" + code
        return run_python(code, folder=tmp_path)

    return run_one


def test_the_program_opens_its_index_without_a_schema(run):
    made = run("import news_program" + MAKE)
    assert made.returncode == 0, made.stderr
    for _ in range(2):
        read = run("import news_program" + READ)
        assert read.returncode == 0, read.stderr
        assert read.stdout.startswith("['/a'] [b'BORD', b'CROS', b'HORS']\n{'options': ['stored']}")
    assert run("import news_program" + WRITE).returncode == 0
    assert run("import news_program" + READ.replace("horseshoe", "")).returncode == 0


@pytest.mark.parametrize("use", [READ, WRITE])
def test_a_process_that_has_not_imported_the_module_is_told_which(run, use):
    assert run("import news_program" + MAKE).returncode == 0
    refused = run(use)
    assert refused.returncode == 1
    assert "StorageError: index: the schema has names that this program does not know: text" in (
        refused.stderr
    )
    assert "(the class news_program.Shouted); before open_dir, import the module" in refused.stderr


def test_a_schema_that_is_passed_counts_whatever_is_imported(run):
    assert run("import news_program" + MAKE).returncode == 0
    read = run(
        READ.replace('"index")', '"index", schema=schema)', 1).replace(
            "index = open_dir",
            "import news_program\n"
            "schema = fields.Schema(path=fields.ID(stored=True), text=news_program.Shouted())\n"
            "index = open_dir",
        )
    )
    assert read.returncode == 0, read.stderr
