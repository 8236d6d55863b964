"""searchlib import-whoosh: an index that Whoosh has written, from a shell."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest
import whoosh.index
from whoosh import fields, query
from whoosh.filedb.filestore import FileStorage

import searchlib
from searchlib.whoosh import open_dir
from searchlib.whoosh.stock.article_mapping import ARTICLE_FIELDS

SCHEMA = fields.Schema(
    path=fields.ID(stored=True, unique=True),
    title=fields.TEXT(stored=True),
    content=fields.TEXT,
    when=fields.DATETIME(stored=True),
    size=fields.NUMERIC(stored=True),
)


@pytest.fixture
def make(folder):
    def make_one(*documents, name="old", indexname=None):
        (folder / name).mkdir()
        index = whoosh.index.create_in(str(folder / name), SCHEMA, indexname)
        with index.writer() as writer:
            for document in documents:
                writer.add_document(**document)
        return name

    return make_one


HORSES = (
    {"path": "/a", "title": "Horses cross", "content": "They crossed.", "size": 1},
    {"path": "/b", "title": "Oxen wait"},
    {"path": "/c", "content": "No title"},
)


def test_an_index_for_programs(make, run, folder):
    ran = run("import-whoosh", make(*HORSES), "new")
    assert (ran.code, ran.out) == (0, "")
    assert re.fullmatch(r"Imported 3 documents in \d+\.\d s\.\n", ran.err)
    with open_dir("new").searcher() as searcher:
        (hit,) = searcher.search(query.Term("content", "crossed"))
        assert hit["path"] == "/a"
    assert sorted(path.name for path in folder.iterdir()) == ["new", "old"]


def test_an_index_of_articles(make, run):
    names = "headline=title, published=when,article_id = path"
    ran = run("import-whoosh", make(*HORSES), "index", "--map", names)
    assert (ran.code, ran.out) == (0, "")
    first, *lines = ran.err.splitlines()
    assert first == "old: document 3 (path '/c'): it has no title"
    assert re.fullmatch(
        r"Imported 2 articles in \d+\.\d s; 1 bad record left out; the index has 2\.", lines[0]
    )
    assert lines[1:] == [
        "Stored as metadata, which is not searched: size.",
        "Left out, because not stored or not a JSON value: content.",
    ]
    assert run("query", "horse").code == 0
    assert run("show", "/b").code == 0
    assert run("check").code == 0


def test_several_maps_and_an_analyzer(make, run):
    old = make({"title": "Häuser", "path": "/a"}, {"title": "Haus", "path": "/a"})
    ran = run(
        *("import-whoosh", old, "index", "--map", "headline=title", "--map", "article_id=path"),
        *("--analyzer", "de"),
    )
    assert ran.code == 0
    assert "Imported 2 articles" in ran.err
    assert "1 of them replaced an earlier one; the index has 1." in ran.err
    assert "map article_id" not in ran.err
    assert searchlib.open("index").stats().analyzer == "german"


def test_documents_that_become_one_article_are_said(make, run):
    old = make({"title": "Horses", "path": "/a"}, {"title": "Horses", "path": "/b"})
    ran = run("import-whoosh", old, "index", "--map", "headline=title")
    assert ran.code == 0
    assert "1 of them replaced an earlier one; the index has 1." in ran.err
    assert "map article_id to a field that is unique for each document" in ran.err


def test_no_article_is_exit_code_1_and_no_index(make, run, folder):
    ran = run("import-whoosh", make({"path": "/c"}), "index", "--map", "headline=title")
    assert ran.code == 1
    assert "1 bad record left out; no index was made." in ran.err
    assert not (folder / "index").exists()


def test_an_index_with_a_name(make, run):
    old = make(*HORSES, indexname="blog")
    refused = run("import-whoosh", old, "new")
    assert refused.code == 3
    assert "there is no Whoosh index called MAIN; there is blog" in refused.err
    assert run("import-whoosh", old, "new", "--name", "blog").code == 0
    assert open_dir("new", "blog").doc_count() == 3


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--map", "headline"], "'headline' is not of the form headline=title"),
        (["--map", "headline=title,"], "'' is not of the form"),
        (["--map", "=title"], "'=title' is not of the form"),
        (["--map", "headline=title,headline=content"], "headline is named twice"),
        (["--map", "head=title"], "an article has no field 'head'; it has article_id"),
        (["--map", "headline=content"], "not stored; stored are: path, size, title, when"),
        (["--map", "headline=title", "--analyzer", "klingon"], "there is no analyzer 'klingon'"),
        (["--map", "published=when"], "the map has no headline, body or caption"),
        (["--analyzer", "german"], "--analyzer needs --map"),
        (["--analyzer", "english"], "--analyzer needs --map"),
        (["--name", ""], "the name of the index is empty"),
        (["--name", "a\0b"], "the name of the index has a NUL"),
    ],
)
def test_wrong_use(make, run, folder, options, what):
    ran = run("import-whoosh", make(*HORSES), "new", *options)
    assert (ran.code, ran.out) == (2, "")
    assert what in ran.err
    assert not (folder / "new").exists()


@pytest.mark.parametrize("names", [[], ["--map", "headline=title"]])
def test_an_error_of_the_conversion_itself_is_not_wrong_use(make, run, monkeypatch, names):
    def fail(*_: object, **__: object) -> None:
        raise ValueError("a fault of searchlib's")

    monkeypatch.setattr("searchlib.whoosh.stock.convert.staged", fail)
    with pytest.raises(ValueError, match="a fault of searchlib's"):
        run("import-whoosh", make(*HORSES), "new", *names)


def test_empty_names_are_wrong_use(make, run):
    for arguments in (["", "new"], [make(*HORSES), ""]):
        ran = run("import-whoosh", *arguments)
        assert ran.code == 2
        assert "the name of the directory is empty" in ran.err


def test_what_cannot_be_read_or_is_in_the_way(make, run, folder):
    (folder / "full").mkdir()
    (folder / "full" / "mine").write_text("x")
    for old, new, what in (
        ("nowhere", "new", "nowhere: there is no such directory"),
        ("full", "new", "full: there is no Whoosh index: no file name ends in .toc"),
        (make(*HORSES), "full", "full: it is not empty: it has 'mine'"),
    ):
        ran = run("import-whoosh", old, new)
        assert (ran.code, ran.out) == (3, "")
        assert what in ran.err
        assert not (folder / "new").exists()


def test_the_help_says_that_it_unpickles(run):
    ran = run("import-whoosh", "--help")
    assert ran.code == 0
    text = " ".join(ran.out.split())
    assert "Reading OLD unpickles it, and so runs any code in it: import only an index that" in (
        text
    )
    assert "searchlib import-whoosh old news --map headline=title,body=content" in text
    assert f"The fields of an article: {', '.join(ARTICLE_FIELDS)}." in text
    assert "import-whoosh " in run("--help").out


def test_a_bar_on_a_terminal_and_none_elsewhere(make, on_terminal, process):
    old = make(*({"path": f"/{number}", "title": "horses " * 50} for number in range(300)))
    ran = on_terminal("import-whoosh", old, "new")
    assert ran.code == 0
    assert "/300 " in ran.out
    assert "Imported 300 documents" in ran.out
    assert "/300" not in process("import-whoosh", old, "other").err


class Interrupting(fields.TEXT):
    """What pickles as a call that does what Ctrl-C does."""

    def __reduce__(self):
        return signal.raise_signal, (signal.SIGINT,)


def test_ctrl_c_while_the_old_index_is_read(folder, process):
    (folder / "old").mkdir()
    whoosh.index.TOC.create(FileStorage("old"), fields.Schema(x=Interrupting()), "MAIN")
    ran = process("import-whoosh", "old", "new")
    assert (ran.code, ran.err.strip()) == (130, "interrupted")
    assert not (folder / "new").exists()


@pytest.mark.parametrize("names", [[], ["--map", "headline=title"]])
def test_ctrl_c_while_it_is_written(make, run, folder, monkeypatch, names):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("searchlib.cli.progress.ProgressBar.show", interrupt)
    ran = run("import-whoosh", make(*HORSES), "new", *names)
    assert ran.code == 130
    assert ran.err.strip() == "Nothing was written; there is no index at new."
    assert sorted(os.listdir(folder)) == ["old"]


def test_a_program_of_which_nothing_is_imported(folder, process):
    (folder / "news_program.py").write_text(
        "from whoosh import fields\nclass Kind(fields.TEXT):\n    pass\n"
        "if __name__ == '__main__':\n"
        "    import os, whoosh.index, news_program\n"
        "    os.mkdir('old')\n"
        "    whoosh.index.create_in('old', fields.Schema(x=news_program.Kind()))\n"
    )
    subprocess.run([sys.executable, "news_program.py"], check=True, cwd=folder)
    python_path = f"{os.environ['PYTHONPATH']}{os.pathsep}{folder}"
    assert process("import-whoosh", "old", "new", env={"PYTHONPATH": python_path}).code == 0
    (folder / "news_program.py").unlink()
    refused = process("import-whoosh", "old", "newer", env={"PYTHONSAFEPATH": "1"})
    assert refused.code == 3
    assert "it needs news_program.Kind, which cannot be imported" in refused.err
    assert "Traceback" not in refused.err
