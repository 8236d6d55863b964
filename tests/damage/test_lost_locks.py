"""A writer whose lock is gone, beside others that have committed since: none of theirs is lost."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import searchlib
from searchlib import Article, IndexLockedError, StorageError
from searchlib.files import locks, publication
from searchlib.files.storage import DirectoryStorage
from searchlib.store import creating
from searchlib.store import repair as repairing
from tests.helpers.indexes import add, stored_ids

LOCK = "MAIN_WRITELOCK"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows deletes no file that is open")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with searchlib.create(tmp_path / "index") as index:
        add(index, "before")
    return tmp_path / "index"


def deleted(path: Path) -> None:
    (path / LOCK).unlink()


def replaced(path: Path) -> None:
    deleted(path)
    (path / LOCK).touch()


def unlocked(path: Path) -> None:
    """Unlock it as a library that knows no better does, which closes what a child inherited."""
    (descriptor,) = {
        int(each.name)
        for each in Path("/proc/self/fd").iterdir()
        if each.exists() and each.samefile(path / LOCK)
    }
    locks.fcntl.flock(descriptor, locks.fcntl.LOCK_UN)


@pytest.mark.parametrize("lose", [deleted, replaced, unlocked])
@pytest.mark.parametrize("others", [0, 1, 2, 3])
def test_a_lost_lock_loses_no_commit(path, lose, others) -> None:
    if lose is unlocked and not Path("/proc/self/fd").exists():
        pytest.skip("there is no /proc, which says what files are open")
    index = searchlib.open(path)
    writer = index.writer(wait_seconds=0.0)
    writer.__enter__()
    writer.add(Article(article_id="mine", body="horses mine"))
    writer.delete("none")  # so that it is written already
    lose(path)
    for number in range(others):
        add(searchlib.open(path), f"other{number}")
    kept = ["before", *(f"other{number}" for number in range(others))]
    if lose is unlocked and not others:
        writer.__exit__(None, None, None)  # it has taken it again
        assert stored_ids(path, "horses") == ["before", "mine"]
        return
    with pytest.raises(IndexLockedError, match="nothing of this one was written: run it again"):
        writer.__exit__(None, None, None)
    assert not writer.committed
    assert stored_ids(path, "horses") == kept
    add(index, "mine")
    assert stored_ids(path, "horses") == [*kept[:1], "mine", *kept[1:]]
    assert len(list(path.glob("*.commit"))) == 1
    assert not list(path.glob("*.new"))


@pytest.mark.parametrize("others", [1, 2, 3])
def test_a_lock_that_is_lost_after_the_last_look_loses_no_commit(path, others, monkeypatch) -> None:
    """The other writers come between the look at the lock and the new name of the commit."""
    publish = publication.publish
    calls = 0

    def publish_late(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            deleted(path)
            for number in range(others):
                add(searchlib.open(path), f"other{number}")
        publish(*arguments)

    monkeypatch.setattr(publication, "publish", publish_late)
    index = searchlib.open(path)
    with pytest.raises(IndexLockedError, match="run it again"):
        add(index, "mine")
    assert calls == 1 + others
    assert stored_ids(path, "horses") == ["before", *(f"other{number}" for number in range(others))]
    add(index, "mine")
    assert len(stored_ids(path, "horses")) == others + 2
    assert len(list(path.glob("*.commit"))) == 1


@pytest.mark.parametrize("others", [1, 2])
def test_files_that_the_next_writer_has_deleted_are_a_lost_lock(path, others, monkeypatch) -> None:
    """The other writers come when the commit is written under its temporary name."""
    rename_new = DirectoryStorage.rename_new

    def rename_late(storage: DirectoryStorage, old: str, new: str) -> None:
        monkeypatch.undo()
        deleted(path)
        for number in range(others):
            add(searchlib.open(path), f"other{number}")
        rename_new(storage, old, new)

    monkeypatch.setattr(DirectoryStorage, "rename_new", rename_late)
    index = searchlib.open(path)
    with pytest.raises(IndexLockedError, match="run it again"):
        add(index, "mine")
    assert stored_ids(path, "horses") == ["before", *(f"other{number}" for number in range(others))]
    assert len(list(path.glob("*.commit"))) == 1


@pytest.mark.parametrize("others", [1, 3])
def test_a_commit_that_others_have_built_upon_already_is_there(path, others, monkeypatch) -> None:
    """The other writers come between the new name of the commit and the second look."""
    publish = publication.publish
    calls = 0

    def publish_early(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        first = calls == 1
        publish(*arguments)
        if first:
            deleted(path)
            for number in range(others):
                add(searchlib.open(path), f"other{number}")

    monkeypatch.setattr(publication, "publish", publish_early)
    index = searchlib.open(path)
    add(index, "mine")
    assert stored_ids(path, "horses") == [
        "before",
        "mine",
        *(f"other{number}" for number in range(others)),
    ]
    add(index, "after")
    assert len(list(path.glob("*.commit"))) == 1


def test_a_directory_that_was_put_in_the_place_of_the_index_is_not_written_to(path) -> None:
    copy = path.with_name("copy")
    shutil.copytree(path, copy)
    with pytest.raises(StorageError, match="run it again"), searchlib.open(path).writer() as writer:  # noqa: PT012
        writer.add(Article(article_id="mine", body="horses"))
        path.rename(path.with_name("moved"))
        copy.rename(path)
    assert not writer.committed
    assert stored_ids(path, "horses") == stored_ids(path.with_name("moved")) == ["before"]


def test_an_index_that_was_made_anew_meanwhile_is_not_written_to(path) -> None:
    with pytest.raises(StorageError, match="run it again"), searchlib.open(path).writer() as writer:  # noqa: PT012
        writer.add(Article(article_id="mine", body="horses"))
        deleted(path)
        searchlib.open(path).destroy()
        with searchlib.create(path) as anew:
            add(anew, "new")
    assert stored_ids(path, "horses") == ["new"]


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.EMFILE, errno.ENOLCK])
@pytest.mark.parametrize("function", ["stat", "fstat", "flock"])
def test_an_error_over_the_lock_leaves_it_free(path, monkeypatch, function, number) -> None:
    index = searchlib.open(path)
    if function == "flock" and number == errno.EACCES:
        pytest.skip("that is how some systems say that another one has it")
    called = 0

    def fail(*_: object) -> None:
        nonlocal called
        called += 1
        raise OSError(number, os.strerror(number))

    held: list[BaseException] = []
    with monkeypatch.context() as patched:
        patched.setattr(locks.fcntl if function == "flock" else locks.os, function, fail)
        with pytest.raises(StorageError, match="nothing was written") as caught:
            index.writer(wait_seconds=0.0).__enter__()
        held.append(caught.value)
    assert called
    add(index, "after")  # while the exception is still there
    assert stored_ids(path, "horses") == ["after", "before"]


def test_the_file_of_the_lock_is_no_program_and_follows_no_link(path, tmp_path) -> None:
    for made in (path, tmp_path / "whoosh"):
        if made != path:
            searchlib.create(made)
        assert (made / LOCK).stat().st_mode & 0o111 == 0
    target = tmp_path / "target"
    (path / LOCK).unlink()
    (path / LOCK).symlink_to(target)
    for exists in (False, True):
        with pytest.raises(StorageError):
            add(searchlib.open(path), "mine")
        assert target.exists() == exists
        target.write_bytes(b"of somebody else")
        assert target.read_bytes() == b"of somebody else"
    with suppress(StorageError):
        searchlib.open(path).destroy()
    assert target.read_bytes() == b"of somebody else"


def lost_at(monkeypatch: pytest.MonkeyPatch, module: object, name: str, others: Callable) -> None:
    """Have the lock go, and other writers commit, at the first call of a function."""
    call = getattr(module, name)

    def called(*arguments: object, **named: object) -> object:
        monkeypatch.setattr(module, name, call)
        others()
        return call(*arguments, **named)

    monkeypatch.setattr(module, name, called)


@pytest.mark.parametrize("others", [1, 2])
def test_destroying_without_the_lock_deletes_nothing(path, monkeypatch, others) -> None:
    index = searchlib.open(path)

    def commit() -> None:
        deleted(path)
        for number in range(others):
            add(searchlib.open(path), f"other{number}")

    lost_at(monkeypatch, publication, "publish", commit)
    with pytest.raises(IndexLockedError, match="nothing of this one was written"):
        index.destroy()
    assert stored_ids(path, "horses") == ["before", *(f"other{number}" for number in range(others))]


@pytest.mark.parametrize("others", [1, 2])
@pytest.mark.parametrize("step", ["before the look", "before the name"])
def test_repairing_without_the_lock_changes_nothing(path, monkeypatch, others, step) -> None:
    with searchlib.open(path).writer() as writer:
        writer.add_many(Article(article_id=f"a{n}", body=f"horses w{n} " * 50) for n in range(50))
    (newest,) = path.glob("*.commit")
    segment = max(path.glob("*.articles"), key=lambda each: each.stat().st_size)
    data = bytearray(segment.read_bytes())
    data[100] ^= 1  # of the articles, which the next commits do not read
    segment.write_bytes(data)

    def commit() -> None:
        deleted(path)
        for number in range(others):
            add(searchlib.open(path), f"other{number}")

    if step == "before the look":
        lost_at(monkeypatch, repairing, "sync_files", commit)
    else:
        lost_at(monkeypatch, publication, "publish", commit)
    with pytest.raises(IndexLockedError, match="run it again"):
        searchlib.repair(path)
    assert segment.read_bytes() == bytes(data)
    assert not newest.exists()
    assert not list(path.glob("DAMAGED_*"))
    found = {hit.article_id for hit in searchlib.open(path).search("horses", limit=None)}
    assert found >= {"before", *(f"other{number}" for number in range(others))}
    assert searchlib.repair(path).problems
    assert searchlib.repair(path).problems == ()


def test_making_an_index_without_the_lock_deletes_none_of_another(tmp_path, monkeypatch) -> None:
    path = tmp_path / "index"
    sync = creating.sync_names
    calls = 0

    def lost_and_failing(storage: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            sync(storage)
            return
        monkeypatch.setattr(creating, "sync_names", sync)
        deleted(path)
        add(searchlib.open(path), "other")
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(creating, "sync_names", lost_and_failing)
    with pytest.raises(StorageError, match="cannot be made"):
        searchlib.create(path)
    with searchlib.open(path) as index:
        assert index.check() == []
        assert index.get("other") is not None
