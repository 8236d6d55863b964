"""searchlib index: what is read, what is counted, what is written."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma

import pytest

import searchlib
from searchlib import Article
from searchlib.cli.index_command import index
from searchlib.local.local_transaction import LocalTransaction


def test_a_file_is_indexed_and_the_summary_goes_to_standard_error(write, run, ids):
    write("a.jsonl", {"id": "a", "headline": "Horses"}, {"id": "b", "headline": "Ponies"})
    ran = run("index", "a.jsonl")
    assert ran.code == 0
    assert ran.out == ""
    assert ran.err.startswith("Indexed 2 articles in ")
    assert ran.err.endswith(" s; the index has 2.\n")
    assert ids() == ["a", "b"]


def test_several_processes_write_the_same_index(write, run, ids):
    write("a.jsonl", *({"id": f"{n:03}", "headline": "Horses"} for n in range(200)))
    ran = run("index", "a.jsonl", "--processes", "2")
    assert ran.code == 0
    assert ran.err.startswith("Indexed 200 articles in ")
    assert ids() == [f"{n:03}" for n in range(200)]
    assert run("check").code == 0
    assert run("index", "a.jsonl", "--processes", "0").code == 2


def test_several_files_of_all_formats_are_one_index(write, run, ids):
    write("a.txt", "Horses cross the border\n\nThey came by rail.\n")
    write("b.jsonl", {"id": "b", "headline": "Ponies"})
    write("c.json", json.dumps([{"id": "c", "headline": "Mules"}, {"id": "d", "title": "Oxen"}]))
    write("e.csv", "id,headline\ne,Donkeys\n")
    write("f.tsv", "id\theadline\nf\tCamels\n")
    assert run("index", "a.txt", "b.jsonl", "c.json", "e.csv", "f.tsv").code == 0
    assert ids()[1:] == ["b", "c", "d", "e", "f"]


def test_a_tree_is_read_in_the_order_of_names_without_hidden_files_and_other_formats(
    write, run, ids
):
    for name in ("z/a.jsonl", "a/b.jsonl", "c.jsonl", ".hidden/h.jsonl", "a/.h.jsonl"):
        write(f"tree/{name}", {"id": name, "headline": "Horses"})
    write("tree/photo.jpg", b"\xff\xd8\xff")
    ran = run("index", "tree")
    assert ran.code == 0
    assert ids() == ["a/b.jsonl", "c.jsonl", "z/a.jsonl"]
    assert "tree/photo.jpg: skipped, not in a known format\n" in ran.err
    assert "1 file of no known format skipped" in ran.err


def test_the_index_in_a_tree_is_not_read_as_articles(write, run, ids):
    write("a.jsonl", {"id": "a", "headline": "Horses"})
    for _ in range(2):
        ran = run("index", ".")
        assert ran.code == 0
        assert ran.err.count("\n") == 1
    assert ids() == ["a"]


@pytest.mark.parametrize(
    ("suffix", "compress"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
)
def test_compressed_files_are_read(write, run, ids, suffix, compress):
    write(f"a.jsonl.{suffix}", compress(b'{"id": "a", "headline": "Horses"}\n'))
    assert run("index", f"a.jsonl.{suffix}").code == 0
    assert ids() == ["a"]


def test_a_compressed_file_cut_short_gives_what_it_has_and_is_reported(write, run, ids):
    lines = "".join(f'{{"id": "{n}", "headline": "Horse {n * n}"}}\n' for n in range(50))
    write("a.jsonl.gz", gzip.compress(lines.encode())[:-20])
    ran = run("index", "a.jsonl.gz")
    assert ran.code == 0
    assert "a.jsonl.gz: the compressed data is damaged" in ran.err
    assert "1 bad record left out" in ran.err
    assert ids()[:20] == [str(n) for n in range(20)]


@pytest.mark.parametrize(
    "content",
    [
        b'{"id": "a", "headline": "Horses"}\n{"id": "b", "headline": "Mules"}\n',
        b'[{"id": "a", "headline": "Horses"}, {"id": "b", "headline": "Mules"}]',
        b"id,headline\na,Horses\nb,Mules\n",
    ],
)
def test_standard_input_is_recognised_by_how_it_begins(run, ids, content):
    assert run("index", "-", stdin=content).code == 0
    assert ids() == ["a", "b"]


def test_format_goes_before_what_a_name_says(write, run, ids):
    write("a.data", "id,headline\na,Horses\n")
    refused = run("index", "a.data")
    assert refused.code == 2
    assert "a.data: its name does not tell its format; say which with --format" in refused.err
    assert run("index", "a.data", "--format", "csv").code == 0
    assert ids() == ["a"]


def test_encoding_is_that_of_the_files(write, run):
    write("a.csv", "id,headline\na,Café in Köln\n", encoding="latin-1")
    assert run("index", "a.csv", "--encoding", "latin-1").code == 0
    assert json.loads(run("show", "a", "--format", "json").out)["headline"] == "Café in Köln"


@pytest.mark.parametrize("name", ["klingon", "hex", "undefined", "rot13"])
def test_an_encoding_that_is_none_is_wrong_use_and_makes_no_index(write, run, folder, name):
    # "hex" and "rot13" are codecs of Python, but not encodings of text.
    write("a.jsonl", {"headline": "Horses"})
    ran = run("index", "a.jsonl", "--encoding", name)
    assert ran.code == 2
    assert "try latin-1, cp1252 or utf-16" in ran.err
    assert not (folder / "index").exists()


def test_the_analyzer_is_that_of_a_new_index(write, run):
    write("a.jsonl", {"id": "a", "headline": "Die Häuser brennen"})
    assert run("index", "a.jsonl", "--analyzer", "de").code == 0
    assert json.loads(run("stats", "--format", "json").out)["analyzer"] == "german"
    assert run("query", "haus").code == 0
    assert run("index", "a.jsonl", "--analyzer", "german").code == 0
    refused = run("index", "a.jsonl", "--analyzer", "english")
    assert refused.code == 2
    assert "has the analyzer german; --analyzer is for a new one" in refused.err


def test_the_short_name_of_the_analyzer_that_an_index_has_is_accepted(write, run):
    write("a.jsonl", {"id": "a", "headline": "Die Häuser brennen"})
    assert run("index", "a.jsonl", "--analyzer", "de").code == 0
    assert run("index", "a.jsonl", "--analyzer", "de").code == 0


def test_an_analyzer_that_there_is_not_makes_no_index(write, run, folder):
    write("a.jsonl", {"headline": "Horses"})
    ran = run("index", "a.jsonl", "--analyzer", "klingon")
    assert ran.code == 2
    assert "there is no analyzer 'klingon'; there are " in ran.err
    assert not (folder / "index").exists()


def test_an_article_whose_id_is_there_already_replaces_that_one(write, run, ids):
    write("a.jsonl", {"id": "a", "headline": "Horses"}, {"id": "b", "headline": "Mules"})
    write("b.jsonl", {"id": "b", "headline": "Ponies"}, {"id": "c", "headline": "Oxen"})
    run("index", "a.jsonl")
    ran = run("index", "b.jsonl")
    assert ran.err.startswith("Indexed 2 articles in ")
    assert ran.err.endswith(" s; 1 of them replaced an earlier one; the index has 3.\n")
    assert ids() == ["a", "b", "c"]
    assert run("query", "mules").code == 1
    assert run("query", "ponies").code == 0


def test_the_same_article_twice_is_one(write, run, ids):
    write("a.jsonl", *[{"headline": "Horses", "body": "They ran."}] * 2)
    ran = run("index", "a.jsonl")
    assert "Indexed 2 articles" in ran.err
    assert "1 of them replaced an earlier one; the index has 1." in ran.err
    assert len(ids()) == 1


def test_strict_stops_at_the_first_bad_record_and_changes_nothing(horses, write, run, ids):
    write("b.jsonl", '{"id": "new", "headline": "Mules"}\nnonsense\n{"headline": "Oxen"}\nmore\n')
    before = ids()
    ran = run("index", "b.jsonl", "--strict")
    assert ran.code == 2
    assert "b.jsonl:2: it is not JSON" in ran.err
    assert "b.jsonl:4" not in ran.err
    assert "Nothing was written; the index is as it was." in ran.err
    assert ids() == before
    assert run("check").code == 0


def test_strict_leaves_no_index_where_there_was_none(write, run, folder):
    write("b.jsonl", '{"id": "new", "headline": "Mules"}\nnonsense\n')
    assert run("index", "b.jsonl", "--strict").code == 2
    assert sorted(path.name for path in folder.iterdir()) == ["b.jsonl"]


def test_a_folder_that_was_there_stays_with_all_that_is_in_it(write, run, folder):
    write("archive/notes.md", "Mine.")
    write("b.jsonl", "nonsense\n")
    assert run("index", "b.jsonl", "--strict", "--index", "archive").code == 2
    assert run("index", "b.jsonl", "--index", "archive").code == 1
    assert [path.name for path in (folder / "archive").iterdir()] == ["notes.md"]


def test_files_without_an_article_make_no_index_and_exit_code_1(write, run, folder):
    write("b.jsonl", "nonsense\n")
    ran = run("index", "b.jsonl")
    assert ran.code == 1
    assert "Indexed 0 articles" in ran.err
    assert "1 bad record left out; the index has 0." in ran.err
    assert not (folder / "index").exists()


def test_the_index_goes_where_the_option_or_else_the_variable_says(write, run, folder, monkeypatch):
    write("a.jsonl", {"headline": "Horses"})
    monkeypatch.setenv("SEARCHLIB_INDEX", "deep/below")
    assert run("index", "a.jsonl").code == 0
    assert run("index", "a.jsonl", "--index", "other").code == 0
    assert searchlib.open(folder / "deep" / "below").count == 1
    assert searchlib.open(folder / "other").count == 1
    assert not (folder / "index").exists()


def test_an_empty_variable_or_name_is_not_the_current_folder(write, run, folder, monkeypatch):
    write("a.jsonl", {"headline": "Horses"})
    ran = run("index", "a.jsonl", "--index", "")
    assert ran.code == 2
    assert "the name of the directory is empty" in ran.err
    assert sorted(path.name for path in folder.iterdir()) == ["a.jsonl"]
    monkeypatch.setenv("SEARCHLIB_INDEX", "")
    assert run("index", "a.jsonl").code == 0
    assert searchlib.open(folder / "index").count == 1


@pytest.mark.parametrize("own", [True, False])
def test_ctrl_c_deletes_no_new_index_that_another_process_has_written_to(
    own, write, folder, ids, monkeypatch
):
    write("a.jsonl", {"id": "a", "headline": "Horses"} if own else "nonsense")
    ended = LocalTransaction._end_processes
    calls = []

    def end_processes(self):
        calls.append(self)
        if len(calls) > 1:
            ended(self)
            return
        with searchlib.open(folder / "index") as opened, opened.writer() as other:
            other.add(Article(article_id="b"))
        raise KeyboardInterrupt

    monkeypatch.setattr(LocalTransaction, "_end_processes", end_processes)
    with pytest.raises(KeyboardInterrupt) as caught:
        index.callback(("a.jsonl",), str(folder / "index"), None, None, None, False, 1)
    said = "all articles had been written" if own else "Nothing was written"
    assert said in caught.value.__notes__[-1]
    assert ids() == (["a", "b"] if own else ["b"])


def test_no_article_deletes_no_new_index_that_another_process_has_written_to(
    write, run, folder, ids, monkeypatch
):
    write("a.jsonl", "nonsense")
    ended = LocalTransaction._end_processes

    def end_processes(self):
        ended(self)
        monkeypatch.setattr(LocalTransaction, "_end_processes", ended)
        with searchlib.open(folder / "index") as opened, opened.writer() as other:
            other.add(Article(article_id="b"))

    monkeypatch.setattr(LocalTransaction, "_end_processes", end_processes)
    ran = run("index", "a.jsonl")
    assert ran.code == 1
    assert "the index has 1." in ran.err
    assert ids() == ["b"]
