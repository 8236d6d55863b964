"""Every format that an index was ever released with: the present version reads or refuses it."""

from __future__ import annotations

import json
import re
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib import Article, IndexFormatError
from searchlib.settings import FORMAT
from searchlib.store.commit import COMMIT_VERSION
from searchlib.whoosh import open_dir
from searchlib.whoosh.index.whoosh_commit import COMMIT_VERSION as WHOOSH_COMMIT_VERSION
from tests.golden.freeze import HOME, articles_state, freeze, whoosh_state

FROZEN = sorted(HOME.glob("format-*"))
CURRENT = HOME / f"format-{FORMAT}"


@pytest.fixture
def thaw(tmp_path: Path) -> Callable[[Path], Path]:
    """Copy a frozen folder, as to open an index may write a lock beside it."""

    def copied(folder: Path) -> Path:
        shutil.copytree(folder, tmp_path / folder.name)
        return tmp_path / folder.name

    return copied


def expected(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def check_refused(open_index: Callable[[], object], found: int, supported: int) -> None:
    """See that an index of another format is refused with both formats and a way out."""
    with pytest.raises(IndexFormatError) as caught:
        open_index()
    assert (caught.value.found, caught.value.supported) == (found, supported)
    says = str(caught.value)
    assert str(found) in says
    assert str(supported) in says
    assert re.search(r"upgrade searchlib|index the (articles|documents) again", says)


def test_the_present_format_is_frozen():
    assert CURRENT in FROZEN, "run python -m tests.golden.freeze"


@pytest.mark.parametrize("folder", FROZEN, ids=lambda folder: folder.name)
def test_a_frozen_index_of_articles_is_read_or_refused(folder, thaw):
    known, path = expected(folder), thaw(folder) / "articles"
    if (known["format"], known["commit_version"]) != (FORMAT, COMMIT_VERSION):
        found, supported = (
            (known["format"], FORMAT)
            if known["format"] != FORMAT
            else (known["commit_version"], COMMIT_VERSION)
        )
        check_refused(lambda: searchlib.open(path), found, supported)
        return
    assert articles_state(path) == known["articles"]
    assert all(known["articles"]["hits"].values()), "each query is to find something"
    with searchlib.open(path) as index:
        assert index.check() == []
        with index.writer() as writer:
            writer.add(Article(article_id="later", body="The storm is back"))
        assert index.check() == []
        found = sorted(hit.article_id for hit in index.search("storm", limit=None))
        assert found == sorted([*known["articles"]["hits"]["storm"], "later"])
    assert not searchlib.repair(path).problems


@pytest.mark.parametrize("folder", FROZEN, ids=lambda folder: folder.name)
def test_a_frozen_index_of_a_whoosh_program_is_read_or_refused(folder, thaw):
    known, path = expected(folder), thaw(folder) / "whoosh"
    version = known["whoosh_commit_version"]
    if version != WHOOSH_COMMIT_VERSION:
        check_refused(lambda: open_dir(str(path)), version, WHOOSH_COMMIT_VERSION)
        return
    assert whoosh_state(path) == known["whoosh"]
    assert all(known["whoosh"]["hits"].values()), "each query is to find something"
    index = open_dir(str(path))
    with index.writer() as writer:
        writer.update_document(path="/later", title="Peace")
    assert index.doc_count() == known["whoosh"]["count"] + 1
    stored = whoosh_state(path)["stored"]
    assert stored.pop("/later") == {"path": "/later", "title": "Peace"}
    assert stored == known["whoosh"]["stored"]


def rewrite_settings(path: Path, number: int) -> None:
    file = path / "articles" / "searchlib.json"
    values = json.loads(file.read_bytes())
    del values["crc32"]
    values["format"] = number
    checksum = f"{zlib.crc32(json.dumps(values, sort_keys=True).encode()):08x}"
    file.write_text(json.dumps({**values, "crc32": checksum}))


def rewrite_commit(folder: Path, version: int) -> None:
    (file,) = folder.glob("*.commit")
    values = json.loads(file.read_bytes().partition(b"\n")[0]) | {"version": version}
    line = json.dumps(values).encode() + b"\n"
    file.write_bytes(line + b"crc32 %08x\n" % zlib.crc32(line))


@pytest.mark.parametrize("number", [FORMAT - 1, FORMAT + 1])
def test_settings_of_another_format_are_refused(thaw, number):
    path = thaw(CURRENT)
    rewrite_settings(path, number)
    check_refused(lambda: searchlib.open(path / "articles"), number, FORMAT)
    check_refused(lambda: searchlib.repair(path / "articles"), number, FORMAT)


@pytest.mark.parametrize("number", [COMMIT_VERSION - 1, COMMIT_VERSION + 1])
def test_a_commit_of_another_version_is_refused(thaw, number):
    path = thaw(CURRENT)
    rewrite_commit(path / "articles", number)
    check_refused(lambda: searchlib.open(path / "articles"), number, COMMIT_VERSION)


@pytest.mark.parametrize("number", [WHOOSH_COMMIT_VERSION - 1, WHOOSH_COMMIT_VERSION + 1])
def test_a_whoosh_commit_of_another_version_is_refused(thaw, number):
    path = thaw(CURRENT)
    rewrite_commit(path / "whoosh", number)
    check_refused(lambda: open_dir(str(path / "whoosh")), number, WHOOSH_COMMIT_VERSION)


def test_freezing_makes_the_same_files_each_time_and_replaces_none(tmp_path):
    for name in ("one", "other"):
        freeze(tmp_path / name)
    one, other = (
        {
            str(file.relative_to(tmp_path / name)): file.read_bytes()
            for file in (tmp_path / name).rglob("*")
            if file.is_file()
        }
        for name in ("one", "other")
    )
    assert one == other
    assert expected(tmp_path / "one") == expected(CURRENT)
    with pytest.raises(FileExistsError):
        freeze(tmp_path / "one")


def test_the_golden_files_are_small():
    sizes = [file.stat().st_size for file in HOME.glob("format-*/**/*") if file.is_file()]
    assert 0 < sum(sizes) < 100_000 * len(FROZEN)
