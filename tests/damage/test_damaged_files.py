"""Files that are cut off, gone or changed: a SearchlibError or a right answer, nothing else.

Every file has checksums: whatever is cut off or changed is found before it is used, and check()
finds it in any case.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib import Article, CorruptIndexError, Index, SearchlibError

SETTINGS = "searchlib.json"
MARKER = "zzyzxquark"
"""A word of one article, which no name or number in the files has in it."""

ARTICLES = [
    Article(
        article_id=f"a{n}",
        headline=f"Horses and trains {n}",
        body=f"The border opens at noon {MARKER if n == 2 else ''}. Horses first.",
        caption="A white horse" if n % 2 else "",
        published=f"2022-11-0{n + 1}",
        source="Wire",
        language="en" if n else "",
    )
    for n in range(4)
]

Answers = dict[str, Any]


def ids(query: str, **options: Any) -> Callable[[Index], list[tuple[str, str]]]:
    def search(index: Index) -> list[tuple[str, str]]:
        hits = index.search(query, limit=None, **options)
        return [(hit.article_id, "|".join(s.html() for s in hit.snippets)) for hit in hits]

    return search


QUESTIONS: dict[str, Callable[[Index], Any]] = {
    "count": lambda index: index.count,
    "get": lambda index: [index.get(article.article_id) for article in ARTICLES],
    "get nothing": lambda index: index.get("none"),
    "word": ids("horse"),
    "marker": ids(MARKER),
    "phrase": ids('"border opens"'),
    "prefix": ids("tra*"),
    "any ending": ids("*ses"),
    "metadata": ids("source:wire AND lang:en"),
    "dates": ids("date:2022-11", sort="newest"),
    "stats": lambda index: index.stats().terms,
    "check": lambda index: index.check(),
}


def ask(index: Index) -> Answers:
    """Ask all questions; a SearchlibError is an answer, every other exception goes through."""
    answers: Answers = {}
    for name, question in QUESTIONS.items():
        try:
            answers[name] = question(index)
        except SearchlibError as error:
            answers[name] = error
    return answers


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two commits, the second with a replacement and a deletion."""
    path = tmp_path_factory.mktemp("sound") / "index"
    with searchlib.create(path, weights={"caption": 2.0}, k1=0.9, b=0.4) as index:
        with index.writer() as writer:
            writer.add_many([*ARTICLES[:2], Article(article_id="gone", body="horse")])
        with index.writer() as writer:
            writer.add_many(ARTICLES[1:])
            writer.delete("gone")
    return path


@pytest.fixture(scope="module")
def right(sound: Path) -> Answers:
    with searchlib.open(sound) as index:
        answers = ask(index)
    assert answers["check"] == []
    assert answers["get"] == ARTICLES
    assert [article_id for article_id, _ in answers["marker"]] == ["a2"]
    return answers


def opened(path: Path) -> Index | None:
    """Open the index, or see that the error says which one it is about."""
    try:
        return searchlib.open(path)
    except SearchlibError as error:
        message = str(error)
    assert str(path) in message
    return None


def found_out(path: Path, right: Answers) -> bool:
    """Use a damaged index; tell whether anything said so.

    Only check() may give other answers than those of the sound index.
    """
    index = opened(path)
    if index is None:
        return True
    with index:
        answers = ask(index)
    wrong = {name: answer for name, answer in answers.items() if answer != right[name]}
    problems = wrong.pop("check", right["check"])
    refused = [answer for answer in wrong.values() if isinstance(answer, SearchlibError)]
    assert len(refused) == len(wrong), wrong
    return bool(refused) or problems != right["check"]


def files(path: Path) -> list[Path]:
    """Give all files of an index but that of its lock, which readers do not look at."""
    return sorted(
        each for each in path.rglob("*") if each.is_file() and each.name != "MAIN_WRITELOCK"
    )


def test_every_file_cut_off(path, right) -> None:
    unnoticed: dict[str, list[int]] = {}
    for file in files(path):
        whole = file.read_bytes()
        ends = {0, 1, 2, 3, len(whole) - 3, len(whole) - 2, len(whole) - 1}
        for length in sorted(ends | set(range(0, len(whole), 7))):
            if not 0 <= length < len(whole):
                continue
            file.write_bytes(whole[:length])
            if not found_out(path, right):
                unnoticed.setdefault(file.name, []).append(length)
        file.write_bytes(whole)
    # The newline at the end of the settings is not missed.
    assert unnoticed == {SETTINGS: [len((path / SETTINGS).read_bytes()) - 1]}
    assert not found_out(path, right)


def test_every_file_deleted(path, right) -> None:
    deleted = 0
    for file in files(path):
        whole = file.read_bytes()
        file.unlink()
        # An empty file is a lock, and made again.
        assert found_out(path, right) == bool(whole), file
        file.write_bytes(whole)
        deleted += 1
    assert deleted >= 4
    assert not found_out(path, right)


def test_a_directory_in_the_place_of_each_file(path, right) -> None:
    for file in files(path):
        whole = file.read_bytes()
        file.unlink()
        file.mkdir()
        assert found_out(path, right) == bool(whole), file
        file.rmdir()
        file.write_bytes(whole)


def test_files_that_are_longer_than_they_were(path, right) -> None:
    for file in files(path):
        if file.name == SETTINGS:
            continue
        whole = file.read_bytes()
        file.write_bytes(whole + bytes(4096))
        found_out(path, right)  # asserts that no answer is wrong
        file.write_bytes(whole)


def test_flipped_bits(path, right) -> None:
    # A bit of every fifth byte; each bit of every byte in the nightly profile.
    nightly = os.environ.get("SEARCHLIB_HYPOTHESIS") == "nightly"
    chance = random.Random(7)
    flipped = unnoticed = 0
    for file in files(path):
        whole = file.read_bytes()
        for place in range(0, len(whole), 1 if nightly else 5):
            for bit in range(8) if nightly else [chance.randrange(8)]:
                damaged = bytearray(whole)
                damaged[place] ^= 1 << bit
                file.write_bytes(damaged)
                flipped += 1
                if not found_out(path, right):
                    # White space between the settings may be other white space.
                    assert file.name == SETTINGS
                    assert damaged.split() == whole.split()
                    unnoticed += 1
        file.write_bytes(whole)
    assert flipped > 500
    assert unnoticed < 100


def signed(values: str) -> bytes:
    """Settings with a right checksum: somebody meant what they say."""
    line = json.dumps(json.loads(values), sort_keys=True).encode()
    return values[:-1].encode() + f', "crc32": "{zlib.crc32(line):08x}"}}'.encode()


@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 100,
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": 4, "analyzer": "english"}',
        signed('{"format": 4, "analyzer": "klingon"}'),
        signed('{"format": 4, "analyzer": 7}'),
        signed('{"format": 4, "analyzer": "english", "k1": NaN}'),
        signed('{"format": 4, "analyzer": "english", "k1": 1e999}'),
        signed('{"format": 4, "analyzer": "english", "weights": []}'),
        signed('{"format": 4, "analyzer": "english", "weights": {"body": null}}'),
        signed('{"format": 4, "analyzer": "english", "more": 1}'),
        b'{"format": 2, "k1": ' + b"9" * 5000 + b"}",
    ],
)
def test_settings_that_nobody_wrote(path, content) -> None:
    (path / SETTINGS).write_bytes(content)
    with pytest.raises(CorruptIndexError) as caught:
        searchlib.open(path)
    assert (caught.value.path, caught.value.file) == (str(path), SETTINGS)


def test_a_word_that_is_no_text(path, right) -> None:
    changed = 0
    for file in files(path):
        whole = file.read_bytes()
        damaged = whole.replace(MARKER.encode(), b"\xff" * len(MARKER))
        changed += damaged != whole
        file.write_bytes(damaged)
    assert changed
    assert found_out(path, right)


ARTICLE = '{"id": "new", "headline": "Horses"}'


@pytest.mark.parametrize(
    "arguments",
    [["query", "horse"], ["check"], ["stats"], ["show", "a1"], ["index", "-", "--format", "jsonl"]],
)
def test_the_command_says_what_is_wrong_and_changes_nothing(arguments, path) -> None:
    for file in files(path):
        if file.name != SETTINGS:
            file.write_bytes(file.read_bytes()[:100])
    before = {file: file.read_bytes() for file in files(path)}
    done = subprocess.run(
        [sys.executable, "-m", "searchlib", *arguments, "--index", path],
        input=ARTICLE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert str(path) in done.stderr
    assert "index the articles again" in done.stderr
    assert "Traceback" not in done.stderr
    assert {file: file.read_bytes() for file in files(path)} == before
