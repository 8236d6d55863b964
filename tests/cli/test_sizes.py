"""Articles of one word and of a million; files that are too long to read whole."""

from __future__ import annotations

import json
import os

import pytest


def test_an_article_of_one_word_is_found(write, run, ids):
    write("a.txt", "Horses")
    write("b.jsonl", {"id": "b", "caption": "horse"})
    assert run("index", "a.txt", "b.jsonl").code == 0
    found = run("query", "horses", "--format", "jsonl").out.splitlines()
    assert {json.loads(line)["article_id"] for line in found} == set(ids())
    assert len(found) == 2


def test_an_article_of_a_million_words_is_found_by_its_last(write, run):
    sentence = "The freight train crossed the border on its way to the old station today. "
    words = sentence * (1_000_000 // len(sentence.split())) + "Zebras came last."
    write("a.jsonl", {"id": "long", "headline": "A long one", "body": words})
    assert run("index", "a.jsonl").code == 0
    # Without its snippet, which takes longer than all else.
    found = run("query", '"zebras came last"', "--limit", 0)
    assert found.code == 0
    assert found.err.startswith("1 article matches (")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("a.txt", "a.txt: it is longer than 64 MiB"),
        ("a.jsonl", "a.jsonl:1: the line is longer than 64 MiB"),
        ("a.csv", "a.csv:1: the line is longer than 64 MiB"),
    ],
)
def test_a_file_of_200_mb_without_a_line_end_is_reported_in_bounded_memory(
    write, process, ids, folder, name, problem
):
    resource = pytest.importorskip("resource", reason="sets limits, as POSIX systems do")
    with (folder / name).open("wb") as file:
        file.truncate(200 * 10**6)  # a hole: it takes no space
    write("good.jsonl", {"id": "good", "headline": "Horses"})
    # 300 MB are enough without the file; the text of one article may take 64 MiB, twice.
    memory = 450 * 10**6
    ran = process(
        "index",
        name,
        "good.jsonl",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory)),
    )
    assert ran.code == 0, ran.err
    assert ran.err.startswith(problem)
    assert "Indexed 1 article in" in ran.err
    assert ids() == ["good"]


def test_a_long_line_does_not_take_the_good_ones_around_it_along(write, run, ids, folder):
    good = [json.dumps({"id": name, "headline": "Horses"}).encode() + b"\n" for name in "ab"]
    with (folder / "a.jsonl").open("wb") as file:
        file.write(good[0])
        file.seek(100 * 10**6, os.SEEK_CUR)
        file.write(b"\n" + good[1])
    ran = run("index", "a.jsonl")
    assert ran.code == 0
    assert ran.err.startswith(
        "a.jsonl:2: the line is longer than 64 MiB, the limit for one article\n"
    )
    assert ids() == ["a", "b"]
