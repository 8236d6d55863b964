"""Files in memory behave as those in a directory."""

from __future__ import annotations

import pytest

from searchlib.files.memory_storage import MemoryStorage
from searchlib.files.storage import DirectoryStorage

pytestmark = pytest.mark.kernels

Storage = DirectoryStorage | MemoryStorage


def write(storage: Storage, name: str, data: bytes) -> None:
    with storage.create_file(name) as file:
        file.write(data)


def read(storage: Storage, name: str) -> bytes:
    with storage.open_file(name) as file:
        return bytes(file.read())


def test_what_is_written_is_read(storage):
    write(storage, "a", b"first")
    write(storage, "b", b"")
    assert sorted(storage.list()) == ["a", "b"]
    assert read(storage, "a") == b"first"
    assert (storage.file_length("a"), storage.file_length("b")) == (5, 0)
    assert storage.file_exists("a")
    assert not storage.file_exists("c")


def test_no_file_is_written_over(storage):
    write(storage, "a", b"first")
    with pytest.raises(FileExistsError):
        storage.create_file("a")
    write(storage, "b", b"second")
    with pytest.raises(FileExistsError):
        storage.rename_new("b", "a")
    assert (read(storage, "a"), read(storage, "b")) == (b"first", b"second")


def test_a_file_is_renamed(storage):
    write(storage, "a", b"first")
    write(storage, "b", b"second")
    storage.rename_new("a", "c")
    assert sorted(storage.list()) == ["b", "c"]
    storage.rename_file("b", "c")  # over the one there is
    assert storage.list() == ["c"]
    assert read(storage, "c") == b"second"


def test_a_deleted_file_is_gone_for_those_that_open_it_then(storage):
    write(storage, "a", b"first")
    with storage.open_file("a") as opened:
        storage.delete_file("a")
        assert bytes(opened.read()) == b"first"
    assert storage.list() == []


@pytest.mark.parametrize(
    "act",
    [
        lambda storage: storage.open_file("none"),
        lambda storage: storage.delete_file("none"),
        lambda storage: storage.file_length("none"),
        lambda storage: storage.rename_file("none", "a"),
        lambda storage: storage.rename_new("none", "a"),
    ],
    ids=["open", "delete", "length", "rename", "rename to a new name"],
)
def test_a_file_that_is_not_there(storage, act):
    with pytest.raises(FileNotFoundError):
        act(storage)
    assert storage.list() == []


def test_a_lock_is_one_of_the_storage(storage):
    first, second = storage.lock("lock"), storage.lock("lock")
    assert first.acquire()
    assert not second.acquire()
    assert storage.lock("other").acquire()
    first.release()


def test_two_storages_in_memory_share_nothing():
    one, other = MemoryStorage(), MemoryStorage()
    write(one, "a", b"first")
    assert other.list() == []
    assert one.lock("lock").acquire()
    assert other.lock("lock").acquire()
