"""Bad input gets a clear answer, with its file and line, and what is good around it is indexed."""

from __future__ import annotations

import codecs
import json
import os

import pytest

GOOD = [{"id": "good-1", "headline": "Horses"}, {"id": "good-2", "headline": "Mules"}]
FIRST, LAST = (json.dumps(record).encode() + b"\n" for record in GOOD)


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (b'{"headline": "caf\xe9"}', "it is not UTF-8: byte 17 is 0xe9; give its encoding"),
        (b'{"headline": "\xff\xfe"}', "it is not UTF-8: byte 14 is 0xff"),
        (b'{"headline": "a\0b"}', "it has NUL characters: it looks like a binary file"),
        (b"headline: Oxen", "it is not JSON: "),
        (b'{"headline": "Oxen"', "it is not JSON: "),
        (b'["Oxen"]', "it must be a JSON object, not ['Oxen']"),
        (b'{"id": "x", "words": 7}', "it has no headline, body or caption; it has 'id', 'words'"),
        (b'{"headline": {"en": "Oxen"}}', "headline must be a string, not {'en': 'Oxen'}"),
        (b'{"headline": "Oxen", "date": "soon"}', "published: 'soon' is not a date; write it as"),
        (b'{"headline": "Oxen", "date": "02/11/2022"}', "can be read in two ways"),
        (b'{"headline": "Oxen", "date": "2022-02-30"}', "'2022-02-30' is not a date"),
        (b'{"headline": "Oxen", "x": NaN}', "NaN is no JSON number"),
        (b'{"headline": "Oxen", "x": ' + b"[" * 99999, "it cannot be read as JSON"),
    ],
)
def test_a_bad_line_of_json_is_reported_with_its_line(write, run, ids, bad, problem):
    write("a.jsonl", FIRST + bad + b"\n" + LAST)
    ran = run("index", "a.jsonl")
    assert ran.code == 0
    assert ran.err.startswith("a.jsonl:2: ")
    assert problem in ran.err.splitlines()[0]
    assert "Indexed 2 articles" in ran.err
    assert "1 bad record left out" in ran.err
    assert ids() == ["good-1", "good-2"]


def test_half_a_character_in_a_value_without_a_field_of_its_own_loses_nothing(write, run, ids):
    write("a.jsonl", FIRST + b'{"id": "half", "headline": "Oxen", "x": "\\ud800"}\n' + LAST)
    assert run("index", "a.jsonl").code == 0
    assert ids() == ["good-1", "half", "good-2"]


def test_bad_records_in_json_are_reported_with_their_number(write, run, ids):
    write("a.json", json.dumps([GOOD[0], 7, {"x": 1}, GOOD[1]]))
    ran = run("index", "a.json")
    assert ran.code == 0
    assert "a.json: item 2: it must be a JSON object, not 7\n" in ran.err
    assert "a.json: item 3: it has no headline, body or caption" in ran.err
    assert "2 bad records left out" in ran.err
    assert ids() == ["good-1", "good-2"]


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (b"x,Oxen", "the record has 2 columns where the header has 3"),
        (b"x,Oxen,2022-01-01,more", "the record has 4 columns where the header has 3"),
        (b'x,"Oxen,2022-01-01', "a quote is opened on this line and never closed"),
        (b"x,Oxen,yesterday", "published: 'yesterday' is not a date"),
        (b"x,caf\xe9,2022-01-01", "it is not UTF-8: byte 5 is 0xe9"),
        (b"x,Ox\0en,2022-01-01", "it has NUL characters"),
    ],
)
def test_a_bad_record_of_csv_is_reported_with_its_line(write, run, ids, bad, problem):
    write("a.csv", b"id,headline,date\ngood-1,Horses,\n" + bad + b"\ngood-2,Mules,2022-01-02\n")
    ran = run("index", "a.csv")
    assert ran.code == 0
    assert ran.err.startswith("a.csv:3: ")
    assert problem in ran.err.splitlines()[0]
    assert "1 bad record left out" in ran.err
    assert ids() == ["good-1", "good-2"]


def test_csv_without_a_column_of_text_is_reported_with_its_header(write, run):
    write("a.csv", "id,words\n1,Horses\n")
    ran = run("index", "a.csv")
    assert ran.code == 1
    assert ran.err.startswith("a.csv:1: the header 'id,words' names no headline, body or caption")


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json", "a.csv"])
def test_a_byte_order_mark_is_no_text(write, run, name):
    content = {
        "a.txt": "Horses\n\nThey ran.\n",
        "a.jsonl": '{"headline": "Horses"}\n',
        "a.json": '[{"headline": "Horses"}]',
        "a.csv": "headline,body\nHorses,They ran.\n",
    }[name]
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        write(name, mark + content.encode(encoding))
        assert run("index", name).code == 0
        found = json.loads(run("query", "headline:horses", "--format", "json").out)
        assert [hit["headline"] for hit in found["hits"]] == ["Horses"]


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json", "a.csv"])
def test_an_empty_file_is_no_article(write, run, ids, name):
    write("good.jsonl", *GOOD)
    write(name, "")
    ran = run("index", "good.jsonl", name)
    assert ran.code == 0
    assert "Indexed 2 articles" in ran.err
    assert ids() == ["good-1", "good-2"]
    if name != "a.jsonl":  # no lines are no bad lines
        assert f"{name}: " in ran.err
        assert "1 bad record left out" in ran.err


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json", "a.csv"])
def test_a_binary_file_is_reported_and_the_others_are_indexed(write, run, ids, name):
    write("good.jsonl", *GOOD)
    write(name, b"\x7fELF\x02\x01\x01\0\0\0\x80\xff")
    ran = run("index", name, "good.jsonl")
    assert ran.code == 0
    assert ran.err.startswith(name)
    assert "it looks like a binary file" in ran.err.splitlines()[0]
    assert ids() == ["good-1", "good-2"]


def test_latin_1_says_what_to_do(write, run):
    write("a.txt", "Café in Köln\n\nGeöffnet.\n", encoding="latin-1")
    ran = run("index", "a.txt")
    assert ran.code == 1
    assert "a.txt: it is not UTF-8: byte 3 is 0xe9; give its encoding, such as" in ran.err
    assert run("index", "a.txt", "--encoding", "latin-1").code == 0
    assert run("query", "café köln geöffnet", "--operator", "and").code == 0


def test_a_path_that_is_not_there_is_reported_and_nothing_written(write, run, folder):
    write("good.jsonl", *GOOD)
    ran = run("index", "good.jsonl", "nowhere.jsonl")
    assert ran.code == 2
    assert "'nowhere.jsonl' does not exist" in ran.err
    assert "Indexed" not in ran.err
    assert not (folder / "index").exists()


def test_a_folder_that_cannot_be_listed_is_reported(write, run, ids, monkeypatch):
    # By a stand-in: the tests may run as root, who may list every folder.
    write("tree/a.jsonl", GOOD[0])
    write("tree/locked/b.jsonl", {"headline": "Secret"})
    write("tree/z.jsonl", GOOD[1])
    listdir = os.listdir

    def refuse(path="."):
        if os.fspath(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return listdir(path)

    monkeypatch.setattr(os, "listdir", refuse)
    ran = run("index", "tree")
    assert ran.code == 0
    assert "tree/locked: it cannot be read: Permission denied" in ran.err
    assert "1 bad record left out" in ran.err
    assert ids() == ["good-1", "good-2"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_reported(write, run, ids, folder):
    write("tree/a.jsonl", GOOD[0])
    write("tree/locked.jsonl", {"headline": "Secret"})
    (folder / "tree" / "locked.jsonl").chmod(0)
    ran = run("index", "tree")
    assert ran.code == 0
    assert "tree/locked.jsonl: it cannot be read: Permission denied" in ran.err
    assert ids() == ["good-1"]


def test_links_in_a_circle_end_and_are_reported(write, run, ids, folder):
    write("tree/a.jsonl", GOOD[0])
    write("tree/below/b.jsonl", GOOD[1])
    (folder / "tree" / "below" / "up").symlink_to(folder / "tree")
    (folder / "tree" / "self").symlink_to("self")
    (folder / "tree" / "gone.jsonl").symlink_to("nowhere")
    ran = run("index", "tree")
    assert ran.code == 0
    assert "tree/below/up: the link leads back to a folder that it is in" in ran.err
    assert "tree/self: it cannot be read" in ran.err
    assert "tree/gone.jsonl: it cannot be read: No such file or directory" in ran.err
    assert "Indexed 2 articles" in ran.err
    assert ids() == ["good-1", "good-2"]


def test_a_folder_that_many_links_lead_to_is_read_once(write, run, folder):
    # Each folder has two links to the next: 2**40 ways lead to the article.
    for number in range(40):
        write(f"tree/{number}/note.data", "x")
        for name in ("left", "right"):
            (folder / "tree" / str(number) / name).symlink_to(folder / "tree" / str(number + 1))
    write("tree/40/a.jsonl", GOOD[0])
    ran = run("index", "tree/0")
    assert ran.code == 0
    assert "Indexed 1 article in" in ran.err


def test_a_pipe_in_a_tree_does_not_keep_us_waiting(write, run, ids, folder):
    write("tree/a.jsonl", GOOD[0])
    os.mkfifo(folder / "tree" / "pipe.jsonl")
    assert run("index", "tree").code == 0
    assert ids() == ["good-1"]


def test_what_articles_and_names_say_cannot_command_the_terminal_in_messages(write, run):
    # As bytes: the names of files may be ASCII here, and yet a file can have this one.
    write(
        os.fsdecode("a\x1b[2J\u202e.jsonl".encode()),
        b'{"headline": {"\x1b]0;owned\x07": 1}}\n["\xc2\x9b31m"]\n',
    )
    write("b\x1b[2J.data", "x")
    ran = run("index", ".")
    assert ran.code == 1
    assert ran.err.count("\n") == 4
    for character in "\x1b\x07\x9b\u202e":
        assert character not in ran.err
    # A shell puts the names of files where options may stand.
    ran = run("index", "--\x1b[2J.jsonl")
    assert ran.code == 2
    assert "\x1b" not in ran.err
