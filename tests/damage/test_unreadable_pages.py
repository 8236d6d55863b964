"""A segment that a merge cannot read stays as it is; commits go on, and check() names it."""

from __future__ import annotations

import random

import pytest

import searchlib
from searchlib import Article, CorruptIndexError, Index
from searchlib.files.container import Container
from searchlib.segment.entry import segment_file
from searchlib.segment.segment import KIND
from searchlib.store import due_merges

COMMITS = 60


def add(index: Index, number: int) -> None:
    with index.writer(wait_seconds=0.0) as writer:
        noise = random.Random(number)
        words = " ".join(f"{noise.getrandbits(40):x}" for _ in range(300))
        writer.add(Article(article_id=f"a{number}", body=f"horses {words}"))


@pytest.mark.parametrize("section", ["stored", "postings", None])
@pytest.mark.parametrize("damaged", [0, 1, 2])
def test_a_damaged_segment_is_left_alone(tmp_path, section, damaged) -> None:
    path = tmp_path / "index"
    index = searchlib.create(path)
    names: list[str] = []
    for number in range(3):
        add(index, number)
        (new,) = {each.name for each in path.glob("*.articles")} - set(names)
        names.append(new)
    assert len(names) == len(list(path.glob("*.articles"))) == 3
    # Mapped by this index already: damage is found where it is read.
    victim = path / names[damaged]
    data = victim.read_bytes()
    container = Container(data, KIND, path=str(path), name=victim.name)
    start, length, _ = container._entries[section] if section else (0, 1, 0)
    with victim.open("r+b") as file:
        file.seek(start + length // 2)
        file.write(bytes([data[start + length // 2] ^ 1]))
    if not section:  # nothing of it can be opened
        with pytest.raises(searchlib.CorruptIndexError):
            searchlib.open(path)
        return
    for number in range(3, COMMITS):
        add(index, number)
    assert victim.exists()
    named = {segment_file(each.name) for each in index._engine.store.latest()[0].segments}
    assert {each.name for each in path.glob("*.articles")} == named  # no half of a merge
    assert len(list(path.glob("*.articles"))) < 20
    assert index.count == COMMITS
    assert any(victim.name in problem for problem in index.check())
    done = searchlib.repair(path)
    assert any(victim.name in problem for problem in done.problems)
    with searchlib.open(path) as repaired:
        assert repaired.check() == []
        found = {hit.article_id for hit in repaired.search("horses", limit=None)}
    assert found >= {f"a{n}" for n in range(COMMITS)} - {f"a{damaged}"}


def test_a_merge_that_fails_for_no_reason_that_is_found_is_not_due_again(
    tmp_path, monkeypatch
) -> None:
    index = searchlib.create(tmp_path)
    merges = 0

    def damaged(*_: object) -> None:
        nonlocal merges
        merges += 1
        raise CorruptIndexError("nobody knows why", path=str(tmp_path))

    monkeypatch.setattr(due_merges, "merge", damaged)
    for number in range(9):
        add(index, number)
    assert merges == 1
    assert [entry.readable for entry in index._engine.store.latest()[0].segments].count(True) == 4
    monkeypatch.undo()
    for number in range(9, 20):
        add(index, number)
    assert index.count == 20
    assert index.check() == []
    assert searchlib.repair(tmp_path).problems == ()


def test_what_cannot_be_read_for_the_moment_is_merged_later(tmp_path, monkeypatch) -> None:
    index = searchlib.create(tmp_path)

    def refused(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(due_merges, "merge", refused)
    for number in range(12):
        add(index, number)
    assert len(list(tmp_path.glob("*.articles"))) == 12
    assert all(entry.readable for entry in index._engine.store.latest()[0].segments)
    monkeypatch.undo()
    add(index, 12)
    assert len(list(tmp_path.glob("*.articles"))) < 12
    assert index.count == 13
    assert index.check() == []
