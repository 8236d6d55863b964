"""Files that searchlib did not write stay as they are, whatever their names, whatever is called."""

from __future__ import annotations

import errno
import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import searchlib
from searchlib import Article, SearchlibError
from searchlib.cli import main
from searchlib.segment.entry import segment_file
from tests.helpers.articles import noisy_article
from tests.helpers.folders import contents, digest

NAMES = [
    *("MAIN_0.commit.new", "MAIN_1.commit.new", "MAIN_07.commit", "MAIN_1.commit.bak"),
    *("MAIN_9999999999999.commit", "MAIN_999999999999999999.commit", "MAIN_-1.commit"),
    *("MAIN_x.articles", "MAIN_x1.articles", "MAIN_0.articles", "MAIN_notes.articles"),
    *("MAIN_0123456789abcdef0123456789abcdef.articles", "MAIN_abcdef.new", "MAIN_x.articles.new"),
    *("searchlib.json.new", "searchlib.json~", "searchlib.json.bak", "DAMAGED_MAIN_x.articles"),
    *("_MAIN_1.toc", "_MAIN_1.commit", "MAIN_zkzw1oc9gjqqxwmx.seg", "_MAIN_x.docs", "MAIN.tmp"),
    *("MAIN_", "MAIN_.commit", "MAIN_notes.txt", "README.md", ".gitignore", "articles.jsonl"),
]

names = st.one_of(
    st.sampled_from(NAMES),
    st.builds("MAIN_{}.articles".format, st.from_regex(r"[0-9a-z]{1,32}", fullmatch=True)),
    st.builds("MAIN_{}.new".format, st.from_regex(r"[0-9a-z]{1,32}", fullmatch=True)),
    st.builds("MAIN_{}.commit".format, st.from_regex(r"(0[0-9]|[0-9]{13,20})", fullmatch=True)),
    st.from_regex(r"(DAMAGED_)?_?MAIN_?[0-9a-zA-Z_]{0,20}(\.[a-z]{1,8}){0,2}", fullmatch=True),
).filter(lambda name: name != "MAIN_WRITELOCK" and not _is_commit(name))


def _is_commit(name: str) -> bool:
    """A higher commit of somebody else makes the index unreadable; that has tests of its own."""
    number = name.removeprefix("MAIN_").removesuffix(".commit")
    return name == f"MAIN_{number}.commit" and number.isdecimal() and len(number) < 13


def commit(path: Path, *numbers: int) -> None:
    with searchlib.open_or_create(path) as index, index.writer() as writer:
        for number in numbers:
            writer.add(noisy_article(number))


def merge(path: Path) -> None:
    for number in range(12):
        commit(path, number)


def fail(path: Path) -> None:
    with suppress(KeyError), searchlib.open_or_create(path) as index, index.writer() as writer:
        writer.add(noisy_article(1))
        writer.delete("none")
        raise KeyError


def delete(path: Path) -> None:
    commit(path, 1, 2)
    with searchlib.open(path) as index, index.writer() as writer:
        writer.delete_matching("*")


def destroy(path: Path) -> None:
    commit(path, 1)
    searchlib.open(path).destroy()


def make_anew(path: Path) -> None:
    destroy(path)
    commit(path, 2)


def full_disk(path: Path) -> None:
    commit(path, 1)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", full)
        for act in (lambda: commit(path, 2), lambda: destroy(path)):
            with suppress(SearchlibError):
                act()


def repair_lists(path: Path) -> None:
    commit(path, *range(40))
    commit_of_it, _ = searchlib.open(path)._engine.store.latest()
    segment = path / segment_file(commit_of_it.segments[0].name)
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    searchlib.repair(path)


def repair_commit(path: Path) -> None:
    commit(path, 1)
    newest, _ = searchlib.open(path)._engine.store.latest()
    (path / newest.file_name).write_bytes(b"")
    searchlib.repair(path)


def repair_settings(path: Path) -> None:
    commit(path, 1)
    (path / "searchlib.json").write_bytes(b"")
    searchlib.repair(path)


def kill(path: Path) -> None:
    commit(path, 1)
    child = os.fork()
    if not child:
        try:
            writer = searchlib.open(path).writer()
            writer.__enter__()
            writer.add(noisy_article(2))
            writer.delete("none")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    commit(path, 3)


def command(path: Path) -> None:
    (path.parent / "in.jsonl").write_text('{"id": "c", "headline": "horses"}\n')
    for arguments in (
        ["index", str(path.parent / "in.jsonl")],
        ["query", "horses", "--format", "json"],
        ["check", "--repair"],
        ["delete", "c"],
        ["stats"],
    ):
        main([*arguments, "--index", str(path)])


CALLS: list[Callable[[Path], None]] = [
    *(commit, merge, fail, delete, destroy, make_anew, full_disk),
    *(repair_lists, repair_commit, repair_settings, command),
]
if hasattr(os, "fork"):
    CALLS.append(kill)


def put(path: Path, found: list[str], chance: random.Random) -> None:
    """Fill a directory: files, empty ones, directories with files, links to a file elsewhere."""
    path.mkdir(exist_ok=True)
    outside = path.parent / "outside"
    outside.write_text("of somebody else, elsewhere")
    for name in found:
        kind = chance.choice(["text", "empty", "folder", "link", "segment"])
        if kind == "folder":
            (path / name).mkdir()
            (path / name / "MAIN_1.commit").write_text("in a folder")
        elif kind == "link":
            (path / name).symlink_to(outside)
        else:
            data = {"text": b"of somebody else", "empty": b"", "segment": SEGMENT}[kind]
            (path / name).write_bytes(data)


def _segment() -> bytes:
    """Give a whole segment of another index: what searchlib wrote elsewhere is a copy here."""
    with searchlib.in_memory() as index:
        with index.writer() as writer:
            writer.add(Article(article_id="copy", headline="of another index"))
        files = index._engine.store.storage.files
        return next(data for name, data in files.items() if name.endswith(".articles"))


SEGMENT = _segment()


@pytest.mark.parametrize("act", CALLS)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(names, unique=True, max_size=12), seed=st.integers(0, 2**32))
def test_strangers_files_stay(act, tmp_path, found, seed) -> None:
    shutil.rmtree(tmp_path)
    path = tmp_path / "index"
    tmp_path.mkdir()
    put(path, found, random.Random(seed))
    before = contents(tmp_path)
    act(path)
    after = contents(tmp_path)
    taken = {}
    if act is repair_commit:  # without a commit every segment may be the index's own
        taken = {name for name in before if before[name] == digest(SEGMENT)}
    for name, data in before.items():
        if name not in taken:
            assert after.get(name, "gone") == data, name


@pytest.mark.parametrize("act", CALLS)
def test_all_likely_names_at_once(act, tmp_path) -> None:
    path = tmp_path / "index"
    put(path, NAMES, random.Random(3))
    before = contents(tmp_path)
    act(path)
    after = contents(tmp_path)
    for name, data in before.items():
        if not (act is repair_commit and data == digest(SEGMENT)):
            assert after.get(name, "gone") == data, name


@pytest.mark.parametrize(
    ("number", "there_before"),
    [
        (0, True),
        (1, True),
        (7, True),
        (7, False),
        (999_999_999_999, True),
        (999_999_999_999, False),
    ],
)
def test_a_commit_of_somebody_else_is_damage_and_stays(tmp_path, number, there_before) -> None:
    if not there_before:
        commit(tmp_path, 1)
    stranger = tmp_path / f"MAIN_{number}.commit"
    stranger.write_text("notes of mine")
    for act in CALLS:
        with suppress(SearchlibError):
            if act is not command and not act.__name__.startswith("repair"):
                act(tmp_path)
        assert stranger.read_text() == "notes of mine"
    if not there_before:
        searchlib.repair(tmp_path)
        assert (tmp_path / f"DAMAGED_MAIN_{number}.commit").read_text() == "notes of mine"
        with searchlib.open(tmp_path) as index:
            assert index.get("a1") == noisy_article(1)
            assert index.check() == []
        commit(tmp_path, 2)
