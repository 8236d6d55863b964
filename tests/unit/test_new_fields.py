"""More metadata fields: a line of the schema each, and in Article what type checkers see of them.

A copy of the package gets these lines and nothing else, and then knows the fields everywhere.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import searchlib

PACKAGE = Path(searchlib.__file__).parent

# By file: the beginning of a line, and what comes before it.
LINES = {
    "schema.py": {
        '    Field("metadata",': """\
    Field("edition", "key", in_queries="edition ed", elsewhere="issue",
          in_files="edition edition_name", in_headers="edition", label="an edition",
          listed="before"),
    Field("codes", "key", in_queries="code", in_files="codes", label="a code", many=True,
          folded=False, listed="after"),
    Field("copyright", "stored", in_files="copyright"),
"""
    },
    "article.py": {
        "    metadata: Mapping[str, Json]\n": """\
    edition: str
    codes: tuple[str, ...]
    copyright: str
""",
        "        metadata: Mapping[str, Json] | None": """\
        edition: str = "",
        codes: Iterable[str] = (),
        copyright: str = "",
""",
        "        made.metadata =": """\
        made.edition = _text("edition", edition)
        made.codes = _texts("codes", codes)
        made.copyright = _text("copyright", copyright)
""",
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the changed package, and an index with an article of each format."""
    folder = tmp_path_factory.mktemp("new_field")
    package = folder / "searchlib"
    package.mkdir()
    for path in PACKAGE.iterdir():
        if path.name in LINES:
            text = path.read_text(encoding="utf-8")
            for after, lines in LINES[path.name].items():
                assert text.count(after) == 1
                text = text.replace(after, lines + after)
            (package / path.name).write_text(text, encoding="utf-8")
        elif path.name != "__pycache__":
            (package / path.name).symlink_to(path)
    given = {"article_id": "json", "headline": "Horses", "Edition_Name": "Čapek", "source": "Wire"}
    given |= {"codes": ["B2", "b1"], "copyright": "The Wire"}
    (folder / "a.jsonl").write_text(json.dumps(given), encoding="utf-8")
    (folder / "b.csv").write_text(
        "article_id,headline,edition\ncsv,Horses again,Late City\n", encoding="utf-8"
    )
    (folder / "c.txt").write_text(
        "Headline: Horses\nId: text\nEdition: Late City\n\nHorses cross.\n", encoding="utf-8"
    )
    run(folder, "-m", "searchlib", "index", "a.jsonl", "b.csv", "c.txt", "--index", "index")
    return folder


def run(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1"}
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def command(folder: Path, *arguments: str) -> str:
    return run(folder, "-m", "searchlib", *arguments, "--index", "index")


def python(folder: Path, code: str) -> str:
    return run(folder, "-c", f"import searchlib; index = searchlib.open('index')\n{code}").strip()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ed:CAPEK", ["json"]),
        ('edition:"late city"', ["csv", "text"]),
        ("ed:late*", ["csv", "text"]),
        ("horses AND NOT edition:čapek", ["csv", "text"]),
        ("code:B2 AND code:b1", ["json"]),
        ("code:b2", []),
    ],
)
def test_a_query_finds_it_folded_and_by_its_names(folder, query, found):
    code = f"print(*sorted(hit.article_id for hit in index.search({query!r})))"
    assert python(folder, code).split() == found


def test_an_article_is_given_back_with_it(folder):
    assert python(folder, "print(index.get('json').edition)") == "Čapek"
    assert python(folder, "print(index.get('csv').to_dict()['edition'])") == "Late City"
    assert python(folder, "print(index.get('text').edition, index.get('text').metadata)") == (
        "Late City {}"
    )


def test_diagnostics_know_it(folder):
    asked = "for d in index.search({!r}).diagnostics: print(d.message, d.suggestion, sep='|')"
    assert python(folder, asked.format("ed:capec")) == "no article has an edition 'capec'|capek"
    assert python(folder, asked.format("editon:x")).endswith("|edition")
    assert python(folder, asked.format("issue:x")).endswith("|edition")


def test_whoosh_finds_sorts_and_shows_it(folder):
    code = (
        "from searchlib.whoosh import open_dir\n"
        "from whoosh import qparser, query\n"
        "index = open_dir('index')\n"
        "with index.searcher() as searcher:\n"
        "    parsed = qparser.QueryParser('headline', index.schema).parse('edition:ČAPEK')\n"
        "    print(*(hit['edition'] for hit in searcher.search(parsed)))\n"
        "    print(*(hit['codes'] for hit in searcher.search(query.Term('codes', 'B2'))))\n"
        "    print(*searcher.reader().lexicon('edition'), sep=b'|'.decode())\n"
        "    ordered = searcher.search(query.Every(), sortedby='edition')\n"
        "    print(*(hit['article_id'] for hit in ordered))\n"
    )
    shown, codes, terms, ordered = run(folder, "-c", code).splitlines()
    assert shown == "Čapek"
    assert codes == "['B2', 'b1']"
    assert terms == "b'capek'|b'late city'"
    assert ordered.split() == ["json", "csv", "text"]


def test_the_output_of_the_command_has_it(folder):
    (row,) = csv.DictReader(command(folder, "query", "ed:capek", "--format", "csv").splitlines())
    assert [*row][:7] == [
        *("rank", "score", "article_id", "published", "source", "section", "edition"),
    ]
    assert row["edition"] == "Čapek"
    (hit,) = json.loads(command(folder, "query", "ed:capek", "--format", "json"))["hits"]
    assert hit["edition"] == "Čapek"
    assert "Wire · Čapek · json" in command(folder, "query", "ed:capek")
    assert row["codes"] == "B2; b1"
    assert (hit["codes"], hit["copyright"]) == (["B2", "b1"], "The Wire")
    shown = command(folder, "show", "json").splitlines()
    assert {"edition: Čapek", "codes: B2, b1", "copyright: The Wire"} <= {*shown}
    assert json.loads(command(folder, "show", "json", "--format", "json"))["edition"] == "Čapek"
    # Without an index of its own.
    usage = run(folder, "-m", "searchlib", "import-whoosh", "--help")
    assert "language, edition, codes, copyright." in " ".join(usage.split())
