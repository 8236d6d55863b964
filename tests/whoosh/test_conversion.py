"""A stock index that is converted: what a program finds, and where the new index comes to be."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import whoosh.index
from whoosh import columns, fields, query
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import QueryParser

import searchlib.whoosh
from searchlib import errors
from searchlib.whoosh import convert, open_dir
from tests.helpers.folders import contents_and_times
from tests.helpers.processes import run_python
from tests.whoosh.program_index import document, state
from tests.whoosh.stock_index import make_stock, optimized


def test_a_program_finds_what_it_finds_in_the_optimized_index(old, new):
    made = convert(old, new)
    assert (made.path, made.documents, made.supplied, made.articles) == (new, 18, {}, None)
    theirs, ours = optimized(old), open_dir(new)
    assert state(ours) == state(theirs)
    assert "gone" not in ours.schema
    with theirs.searcher() as one, ours.searcher() as other:
        for text in ("war OR peace OR horse", "title:rain", "grams:ho", "my_note:peace"):
            wanted = QueryParser("body", theirs.schema).parse(text)
            assert [(hit.docnum, hit.score, hit.fields()) for hit in other.search(wanted)] == [
                (hit.docnum, hit.score, hit.fields()) for hit in one.search(wanted)
            ]
        vectors = [list(each.vector_as("weight", 3, "body")) for each in (one, other)]
        assert vectors[0] == vectors[1]


def test_it_is_an_index_as_any_other(old, new):
    convert(old, new)
    index = open_dir(new)
    with index.writer() as writer:
        writer.update_document(**document(1) | {"title": "Zebra"})
        writer.delete_by_term("path", "/2")
    with open_dir(new).searcher() as searcher:
        assert searcher.doc_count() == 17
        (hit,) = searcher.search(query.Term("title", "zebra"))
        assert hit["path"] == "/1"
    assert not [name for name in os.listdir(new) if name.endswith((".toc", ".seg"))]


def test_the_old_index_is_not_touched(old, new):
    before = contents_and_times(old)
    for folder in (Path(old), *Path(old).iterdir()):
        folder.chmod(0o555 if folder.is_dir() else 0o444)
    convert(old, new)
    Path(old).chmod(0o755)
    assert contents_and_times(old) == before


def test_a_writer_of_the_old_index_is_in_nobodys_way(old, new):
    writer = whoosh.index.open_dir(old).writer()
    assert convert(old, new).documents == 18
    writer.cancel()


def test_what_is_opened_is_one_state(old, new):
    index = whoosh.index.open_dir(old)
    assert convert(index, new).documents == 18
    assert state(open_dir(new)) == state(optimized(old))


def test_an_index_in_memory(new):
    schema = fields.Schema(path=fields.ID(stored=True), text=fields.TEXT)
    index = RamStorage().create_index(schema)
    with index.writer() as writer:
        writer.add_document(path="/a", text="horses")
    convert(index, new)
    with open_dir(new).searcher() as searcher:
        assert [hit["path"] for hit in searcher.search(query.Term("text", "horses"))] == ["/a"]


def test_a_program_in_which_whooshs_own_functions_are_others(old, new, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    for name in ("open_dir", "create_in", "exists_in", "FileIndex", "TOC"):
        monkeypatch.setattr(whoosh.index, name, refuse)
    monkeypatch.setattr(whoosh.filedb.filestore.FileStorage, "open_index", refuse)
    assert convert(old, new).documents == 18
    assert convert(old, f"{new}er", map={"headline": "title", "url": "path"}).articles == 18


def test_an_index_with_another_name_keeps_it(tmp_path, new):
    folder = str(tmp_path / "old")
    make_stock(folder)
    make_stock(folder, "blog")
    assert convert(folder, new, indexname="blog").documents == 18
    assert open_dir(new, indexname="blog").doc_count() == 18
    assert not searchlib.whoosh.exists_in(new)


@pytest.mark.parametrize("deleted", [False, True])
def test_an_index_without_documents(tmp_path, new, deleted):
    schema = fields.Schema(path=fields.ID(stored=True), text=fields.TEXT)
    folder = str(tmp_path / "old")
    os.mkdir(folder)
    index = whoosh.index.create_in(folder, schema, "empty")
    if deleted:
        with index.writer() as writer:
            writer.add_document(path="/a")
        index.delete_by_term("path", "/a")
    calls: list[Any] = []
    convert(folder, new, indexname="empty", progress=lambda *call: calls.append(call))
    assert calls in ([(0, 0)], [(0, 0), (0, 0)])
    opened = open_dir(new, "empty")
    assert (opened.doc_count_all(), opened.schema.names()) == (0, ["path", "text"])


def test_columns_of_fields_that_have_nothing_else(tmp_path, new):
    # A pattern gives the name of the field, so that only the file of the column says it.
    schema = fields.Schema(path=fields.ID(stored=True))
    schema.add("*_n", fields.COLUMN(columns.NumericColumn("i", default=-1)), glob=True)
    folder = str(tmp_path / "old")
    os.mkdir(folder)
    index = whoosh.index.create_in(folder, schema)
    for number in range(3):
        with index.writer() as writer:
            writer.merge = False
            writer.add_document(path=f"/{number}", **({"my_n": 9 - number} if number else {}))
    convert(folder, new)
    with open_dir(new).searcher() as searcher:
        found = searcher.search(query.Every(), sortedby="my_n")
        assert [hit["path"] for hit in found] == ["/0", "/2", "/1"]


def test_progress_is_told_in_documents(old, new):
    calls: list[tuple[int, int]] = []
    convert(old, new, progress=lambda done, of: calls.append((done, of)))
    assert calls[0] == (0, 18)
    assert calls[-1] == (18, 18)
    assert calls == sorted(set(calls))
    assert len(calls) > 10


def test_the_rights_of_a_new_directory_and_of_one_that_was_empty(old, tmp_path):
    (tmp_path / "plain").mkdir()
    empty = tmp_path / "empty"
    empty.mkdir(0o700)
    identity = empty.stat().st_ino
    convert(old, tmp_path / "deep" / "below")
    convert(old, str(empty))
    assert (tmp_path / "deep" / "below").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert (empty.stat().st_mode & 0o777, empty.stat().st_ino) == (0o700, identity)
    for folder in (tmp_path / "deep" / "below", empty):
        assert open_dir(str(folder)).doc_count() == 18
    assert not [name for name in os.listdir(tmp_path) if "importing" in name]


def test_a_name_that_is_a_link(old, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "there")
    convert(old, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert open_dir(str(tmp_path / "there")).doc_count() == 18


PROGRAM = """
from whoosh import analysis, fields

def stem(word):
    return word[:4]

class Shouted(fields.TEXT):
    pass

class Odd(analysis.Filter):
    def __init__(self):
        self.function = stem

    def __call__(self, tokens):
        for token in tokens:
            token.text = token.text[::-1]
            yield token
"""


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    return run_python(code, folder=folder)


def test_classes_of_the_programs_own_are_written_where_they_can_be_imported(tmp_path):
    (tmp_path / "news_program.py").write_text(PROGRAM)
    made = run(
        tmp_path,
        "import os, whoosh.index, news_program as p; from whoosh import analysis, fields\n"
        "os.mkdir('old')\n"
        "odd = fields.TEXT(analysis.RegexTokenizer() | p.Odd())\n"
        "index = whoosh.index.create_in('old', fields.Schema(text=p.Shouted(), odd=odd))\n"
        "with index.writer() as writer: writer.add_document(text='horses', odd='oxen')\n",
    )
    assert made.returncode == 0, made.stderr
    done = run(
        tmp_path,
        "from searchlib.whoosh import *; from whoosh.query import Term\n"
        "made = convert('old', 'new')\n"
        "print(made.supplied)\n"
        "import news_program as p; register(p.stem); print(convert('old', 'newer').supplied)\n"
        "print(len(open_dir('newer').searcher().search(Term('odd', 'nexo'))))\n"
        "schema = open_dir('newer').schema\n"
        "print(len(open_dir('new', schema=schema).searcher().search(Term('text', 'horses'))))\n",
    )
    assert done.stderr == ""
    assert done.stdout == "{'odd': 'news_program.stem'}\n{}\n1\n1\n"
    (tmp_path / "news_program.py").unlink()
    refused = run(tmp_path, "from searchlib.whoosh import *; convert('old', 'gone')")
    assert "StorageError: old: the index cannot be read by this Whoosh: it needs" in refused.stderr
    assert "news_program.Odd, news_program.Shouted, news_program.stem" in refused.stderr
    assert "CorruptIndexError" not in refused.stderr
    assert not (tmp_path / "gone").exists()


def test_a_schema_that_is_passed_is_not_unpickled(tmp_path):
    (tmp_path / "news_program.py").write_text(PROGRAM)
    run(
        tmp_path,
        "import os, whoosh.index, news_program as p; from whoosh import fields\n"
        "os.mkdir('old')\n"
        "index = whoosh.index.create_in('old', fields.Schema(text=p.Shouted(stored=True)))\n"
        "with index.writer() as writer: writer.add_document(text='horses')\n",
    )
    schema = fields.Schema(text=fields.TEXT(stored=True))
    new = str(tmp_path / "new")
    with pytest.raises(errors.StorageError, match=r"needs news_program\.Shouted"):
        convert(str(tmp_path / "old"), new)
    convert(str(tmp_path / "old"), new, schema=schema)
    with open_dir(new).searcher() as searcher:
        assert [hit["text"] for hit in searcher.search(query.Term("text", "horses"))] == ["horses"]
