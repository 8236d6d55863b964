"""A damaged index after repair: sound, with every article that can still be read."""

from __future__ import annotations

import errno
import itertools
import os
import random
from pathlib import Path

import pytest

import searchlib
from searchlib import Article, CorruptIndexError, IndexNotFoundError, StorageError
from searchlib.files import storage
from searchlib.files.frames import FrameReader
from searchlib.segment import builder as article_writing
from searchlib.store import surviving_segments
from tests.damage.conftest import stored_state
from tests.helpers.articles import noisy_article
from tests.helpers.folders import contents

GROUPS = 4
IN_GROUP = 30


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "index"
    with searchlib.create(path, analyzer="plain", k1=1.5) as index:
        for group in range(GROUPS):
            with index.writer() as writer:
                writer.add_many(noisy_article(group * IN_GROUP + n) for n in range(IN_GROUP))
        with index.writer() as writer:
            writer.delete("a7")
            writer.add(Article(article_id="a8", headline="again"))
    return path


def test_a_sound_index_is_left_as_it_is(path: Path) -> None:
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    done = searchlib.repair(path)
    assert done.problems == ()
    assert done.articles == GROUPS * IN_GROUP - 1
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before


def test_a_segment_whose_lists_are_damaged_gives_all_its_articles(path: Path, sound: Path) -> None:
    segments = sorted(path.glob("*.articles"), key=lambda file: file.stat().st_size)
    data = bytearray(segments[-1].read_bytes())
    data[-4000] ^= 1  # behind the articles
    segments[-1].write_bytes(data)
    with pytest.raises(CorruptIndexError):
        searchlib.open(path)
    done = searchlib.repair(path)
    assert done.problems
    assert stored_state(path) == stored_state(sound)
    assert len(list(path.glob("DAMAGED_*"))) == 1
    with searchlib.open(path) as index:
        assert [hit.article_id for hit in index.search("again")] == ["a8"]
        assert index.get("a7") is None


def test_articles_that_are_damaged_themselves_are_named_and_the_others_kept(
    path: Path, sound: Path
) -> None:
    (segment, *_) = sorted(path.glob("*.articles"), key=lambda file: -file.stat().st_size)
    data = bytearray(segment.read_bytes())
    data[30] ^= 1  # in the first page of articles: all of a small segment
    segment.write_bytes(data)
    done = searchlib.repair(path)
    assert any("is lost" in problem for problem in done.problems)
    left = stored_state(path)
    whole = stored_state(sound)
    assert left.items() <= whole.items()
    assert len(whole) - IN_GROUP <= len(left) == done.articles < len(whole)


def test_a_lost_commit_brings_every_article_back_once(path: Path, sound: Path) -> None:
    for file in path.glob("*.commit"):
        file.write_bytes(b"")
    with pytest.raises(CorruptIndexError):
        searchlib.open(path)
    done = searchlib.repair(path)
    assert any("deleted articles may be back" in problem for problem in done.problems)
    assert any("killed before their commit" in problem for problem in done.problems)
    left = stored_state(path)
    assert left.pop("a7") == noisy_article(7)
    assert left == stored_state(sound)


def test_lost_settings_are_the_default_ones(path: Path, sound: Path) -> None:
    (path / "searchlib.json").unlink()
    done = searchlib.repair(path)
    assert any("default settings" in problem for problem in done.problems)
    assert stored_state(path) == stored_state(sound)


def test_a_segment_that_is_gone_is_named(path: Path, sound: Path) -> None:
    (segment, *_) = sorted(path.glob("*.articles"), key=lambda file: -file.stat().st_size)
    segment.unlink()
    done = searchlib.repair(path)
    assert any(segment.name in problem for problem in done.problems)
    assert stored_state(path).items() < stored_state(sound).items()


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_flipped_or_cut_what_is_left_is_right(
    seed: int, path: Path, sound: Path
) -> None:
    chance = random.Random(seed)
    file = chance.choice(sorted(file for file in path.iterdir() if file.stat().st_size))
    data = bytearray(file.read_bytes())
    if chance.random() < 0.5:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    else:
        del data[chance.randrange(len(data)) :]
    file.write_bytes(data)
    searchlib.repair(path)
    left, whole = stored_state(path), stored_state(sound)
    assert {name: each for name, each in left.items() if name != "a7"}.items() <= whole.items()
    if file.suffix != ".articles":
        assert left.keys() >= whole.keys()
    again = searchlib.repair(path)
    assert again.problems == ()


def damage_lists(path: Path) -> None:
    """Damage the largest segment, but none of its articles."""
    segment = max(path.glob("*.articles"), key=lambda file: file.stat().st_size)
    data = bytearray(segment.read_bytes())
    data[-4000] ^= 1
    segment.write_bytes(data)


def test_a_large_segment_is_written_anew_as_several(
    path: Path, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage_lists(path)
    before = {file.name for file in path.glob("MAIN_*.articles")}
    monkeypatch.setattr(surviving_segments, "_RECORDS_AT_ONCE", 5)
    monkeypatch.setattr(article_writing, "_MAX_TOKENS", 300)
    searchlib.repair(path)
    new = {file.name for file in path.glob("MAIN_*.articles")} - before
    assert len(new) == IN_GROUP // 5
    assert stored_state(path) == stored_state(sound)
    with searchlib.open(path) as index:
        order = [hit.article_id for hit in index.search("*", limit=None)]
    assert order == list(stored_state(sound))


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EACCES, errno.EIO])
def test_what_cannot_be_read_for_the_moment_is_no_damage(
    number: int, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage_lists(path)
    before = contents(path)
    sound = min(path.glob("*.articles"), key=lambda file: file.stat().st_size)
    mapped = storage.mmap.mmap

    def refused(descriptor: int, *arguments: object, **named: object) -> object:
        if os.path.samestat(os.fstat(descriptor), sound.stat()):
            raise OSError(number, os.strerror(number))
        return mapped(descriptor, *arguments, **named)

    monkeypatch.setattr(storage.mmap, "mmap", refused)
    with pytest.raises(StorageError, match="cannot be read") as caught:
        searchlib.repair(path)
    assert not isinstance(caught.value, CorruptIndexError)
    assert contents(path) == before


def test_memory_that_runs_out_is_no_damage(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(path)
    unpack = FrameReader.unpack
    calls = itertools.count()

    def refused(self: FrameReader, frame: memoryview) -> bytes:
        if next(calls) == 7:
            raise MemoryError
        return unpack(self, frame)

    monkeypatch.setattr(FrameReader, "unpack", refused)
    with pytest.raises(MemoryError):
        searchlib.repair(path)
    assert contents(path) == before
    assert searchlib.repair(path).problems == ()


@pytest.mark.parametrize("step", ["finish", "add"])
def test_a_repair_that_fails_leaves_nothing(
    step: str, path: Path, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage_lists(path)
    before = contents(path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(article_writing.SegmentBuilder, step, full)
        with pytest.raises(StorageError, match="the disk is full"):
            searchlib.repair(path)
    assert contents(path) == before
    searchlib.repair(path)
    assert stored_state(path) == stored_state(sound)


def test_a_commit_under_another_name_is_damage(path: Path, sound: Path) -> None:
    (commit,) = path.glob("*.commit")
    commit.rename(path / "MAIN_99.commit")
    with pytest.raises(CorruptIndexError, match="MAIN_99"):
        searchlib.open(path)
    assert searchlib.repair(path).problems
    assert stored_state(path).keys() == stored_state(sound).keys() | {"a7"}


def test_files_of_others_stay(path: Path) -> None:
    damage_lists(path)
    for name in ("MAIN_notes.txt", "MAIN_Notes.articles", "other.commit"):
        (path / name).write_text("mine")
    searchlib.repair(path)
    for name in ("MAIN_notes.txt", "MAIN_Notes.articles", "other.commit"):
        assert (path / name).read_text() == "mine"


def test_where_there_is_no_index_nothing_is_made(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(IndexNotFoundError):
            searchlib.repair(path)
    assert list(tmp_path.iterdir()) == []


def test_a_writer_keeps_its_index(path: Path) -> None:
    with searchlib.open(path) as index, index.writer(), pytest.raises(StorageError):
        searchlib.repair(path, wait_seconds=0.0)


@pytest.mark.parametrize("name", ["searchlib.json", "MAIN_999999999999.commit", "MAIN_{}7.commit"])
@pytest.mark.parametrize("kind", ["text", "folder", "link to nowhere", "link to itself"])
def test_damage_of_one_name_is_put_aside_again_and_again(path: Path, name: str, kind: str) -> None:
    whole = stored_state(path)
    wanted = name
    for times in range(1, 4):
        name = wanted.format(times)  # above the one that was made last
        if name == "searchlib.json":
            (path / name).unlink()
        if kind == "text":
            (path / name).write_text("{}")
        elif kind == "folder":
            (path / name).mkdir()
        else:
            (path / name).symlink_to("nowhere" if kind == "link to nowhere" else name)
        done = searchlib.repair(path)
        assert done.problems
        assert not any("stays where it is" in problem for problem in done.problems)
        assert {each: whole[each] for each in whole} == {
            each: article for each, article in stored_state(path).items() if each in whole
        }
        assert searchlib.repair(path).problems == ()
        aside = [each.name for each in path.iterdir() if each.name.endswith(name)]
        expected = times if name == wanted else 1
        assert len([each for each in aside if each.startswith("DAMAGED_")]) == expected
        with searchlib.open(path) as index, index.writer() as writer:
            writer.add(noisy_article(1000 + times))
        whole = stored_state(path)


def test_nothing_that_has_the_name_for_what_is_damaged_is_replaced(path: Path) -> None:
    for name in ("DAMAGED_searchlib.json", "DAMAGED_2_searchlib.json"):
        (path / name).symlink_to("/nowhere/mine")
    (path / "searchlib.json").write_text("{}")
    assert searchlib.repair(path).problems
    for name in ("DAMAGED_searchlib.json", "DAMAGED_2_searchlib.json"):
        assert os.readlink(path / name) == "/nowhere/mine"
    assert (path / "DAMAGED_3_searchlib.json").read_text() == "{}"


def test_a_stranger_alone_makes_no_index(tmp_path: Path) -> None:
    (tmp_path / "MAIN_letters.articles").write_text("mine")
    with pytest.raises(IndexNotFoundError):
        searchlib.repair(tmp_path)
    assert os.listdir(tmp_path) == ["MAIN_letters.articles"]
