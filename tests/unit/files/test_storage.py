"""Files and locks, on a disk and in memory."""

from __future__ import annotations

import errno
import gc
import os
from pathlib import Path

import pytest

from searchlib.files import locks
from searchlib.files.memory_storage import MemoryStorage
from searchlib.files.storage import DirectoryStorage
from searchlib.files.whole_files import read_file, write_new

pytestmark = pytest.mark.kernels


@pytest.fixture(name="files")
def of_each_kind(storage: DirectoryStorage | MemoryStorage) -> DirectoryStorage | MemoryStorage:
    return storage


def no_links(_old: str, _new: str) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.mark.parametrize("links", [True, False])
def test_a_new_file_takes_the_place_of_none(files, links, monkeypatch) -> None:
    if not links:  # as exFAT
        monkeypatch.setattr(os, "link", no_links)
    write_new(files, "a", b"first", "new")
    with pytest.raises(FileExistsError):
        write_new(files, "a", b"second", "new")
    assert read_file(files, "a") == b"first"
    assert files.list() == ["a"]


@pytest.mark.parametrize("links_to", ["there", "nowhere", None])
def test_no_file_is_written_over_or_through_a_link(tmp_path: Path, links_to) -> None:
    files = DirectoryStorage(str(tmp_path / "index"))
    (tmp_path / "index").mkdir()
    (tmp_path / "there").write_bytes(b"of somebody else")
    name = tmp_path / "index" / "a"
    if links_to:
        name.symlink_to(tmp_path / links_to)
    else:
        name.write_bytes(b"of somebody else")
    with pytest.raises(FileExistsError):
        files.create_file("a")
    with pytest.raises(FileExistsError):
        write_new(files, "b", b"data", "a")
    assert (tmp_path / "there").read_bytes() == b"of somebody else"
    assert not (tmp_path / "nowhere").exists()
    assert name.is_symlink() or name.read_bytes() == b"of somebody else"


def test_a_link_that_says_that_it_failed_may_be_there(tmp_path: Path, monkeypatch) -> None:
    link = os.link

    def linked_and_failed(old: str, new: str) -> None:  # as NFS does where the answer is lost
        link(old, new)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new)

    monkeypatch.setattr(os, "link", linked_and_failed)
    files = DirectoryStorage(str(tmp_path))
    write_new(files, "a", b"first", "new")
    assert files.list() == ["a"]
    assert read_file(files, "a") == b"first"


def test_a_file_in_memory_that_nobody_closed_is_not_kept() -> None:
    files = MemoryStorage()
    file = files.create_file("a")
    file.write(b"part")
    del file
    gc.collect()
    assert files.list() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no file that is open")
def test_a_lock_whose_file_was_deleted_meanwhile_is_taken_anew(tmp_path, monkeypatch) -> None:
    path = tmp_path / "lock"
    flock = locks.fcntl.flock

    def deleted_before(descriptor: int, how: int) -> None:
        monkeypatch.setattr(locks.fcntl, "flock", flock)
        path.unlink()
        flock(descriptor, how)

    monkeypatch.setattr(locks.fcntl, "flock", deleted_before)
    files = DirectoryStorage(str(tmp_path))
    first, second = files.lock("lock"), files.lock("lock")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()
