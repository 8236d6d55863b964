"""The lock between writers: of a file, and in memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from searchlib.files.locks import LOCK_CONTENT, FileLock, MemoryLock
from tests.helpers.processes import in_child

pytestmark = pytest.mark.kernels

Locks: TypeAlias = Callable[[], FileLock | MemoryLock]

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")


@pytest.fixture(params=["file", "memory"])
def new_lock(request, tmp_path: Path) -> Locks:
    """Return what makes locks of one name."""
    if request.param == "file":
        return lambda: FileLock(str(tmp_path / "lock"))
    owners: dict[str, MemoryLock] = {}
    return lambda: MemoryLock("lock", owners)


def test_one_has_it_until_it_is_released(new_lock):
    first, second = new_lock(), new_lock()
    assert not first.is_ours()
    assert first.acquire()
    assert first.is_ours()
    assert not second.acquire()
    assert not second.is_ours()
    second.release()  # which it does not have
    assert first.is_ours()
    first.release()
    assert not first.is_ours()
    assert second.acquire()
    first.release()
    assert second.is_ours()
    second.release()
    second.release()
    assert first.acquire()
    first.release()


def test_a_thread_knows_whether_it_has_the_lock_itself(new_lock):
    def in_thread(call: Callable[[], bool]) -> bool:
        given: list[bool] = []
        thread = threading.Thread(target=lambda: given.append(call()))
        thread.start()
        thread.join()
        return given[0]

    lock, other = new_lock(), new_lock()
    assert not other.held_by_this_thread()
    assert lock.acquire()
    assert other.held_by_this_thread()
    assert not in_thread(other.held_by_this_thread)
    lock.release()
    assert not other.held_by_this_thread()
    assert in_thread(lock.acquire)
    assert lock.is_ours()
    assert not other.held_by_this_thread()
    lock.release()


def test_locks_of_other_names_are_others(tmp_path):
    first, second = FileLock(str(tmp_path / "a")), FileLock(str(tmp_path / "b"))
    assert first.acquire()
    assert second.acquire()
    first.release()
    second.release()
    owners: dict[str, MemoryLock] = {}
    assert MemoryLock("a", owners).acquire()
    assert MemoryLock("b", owners).acquire()


def test_the_file_of_a_lock_says_who_made_it_and_stays(tmp_path):
    path = tmp_path / "lock"
    lock = FileLock(str(path))
    assert lock.acquire()
    assert lock.created_file
    lock.release()
    assert path.read_bytes() == LOCK_CONTENT
    again = FileLock(str(path))
    assert again.acquire()
    assert not again.created_file
    again.release()


def test_a_file_that_somebody_else_has_made_is_locked_and_not_written(tmp_path):
    path = tmp_path / "lock"
    path.write_text("mine")
    lock = FileLock(str(path))
    assert lock.acquire()
    lock.release()
    assert path.read_text() == "mine"


def test_a_lock_that_is_forgotten_is_free(tmp_path):
    lock = FileLock(str(tmp_path / "lock"))
    assert lock.acquire()
    del lock
    again = FileLock(str(tmp_path / "lock"))
    assert again.acquire()
    again.release()


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no file that is open")
@pytest.mark.parametrize("replaced", [False, True])
def test_a_lock_whose_file_is_gone_is_lost(tmp_path, replaced):
    path = tmp_path / "lock"
    lock = FileLock(str(path))
    assert lock.acquire()
    path.unlink()
    if replaced:
        path.touch()
    assert not lock.is_ours()
    other = FileLock(str(path))
    assert other.acquire()
    lock.release()  # which must not free the other one
    assert other.is_ours()
    assert not FileLock(str(path)).acquire()
    other.release()


@pytest.mark.skipif(os.name == "nt", reason="making a link takes a privilege on Windows")
@pytest.mark.parametrize("kind", ["link", "directory"])
def test_a_link_or_directory_in_the_place_of_the_file_is_refused(tmp_path, kind):
    path = tmp_path / "lock"
    if kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.mkdir()
    with pytest.raises(OSError, match="lock, the file of the lock, is a link or a directory"):
        FileLock(str(path)).acquire()
    assert not (tmp_path / "elsewhere").exists()


@FORKS
def test_a_forked_child_has_no_part_in_the_lock(tmp_path):
    lock = FileLock(str(tmp_path / "lock"))
    assert lock.acquire()

    def child() -> None:
        assert not lock.is_ours()
        assert not lock.held_by_this_thread()
        assert not FileLock(str(tmp_path / "lock")).acquire()
        lock.release()

    assert in_child(child) == 0
    assert lock.is_ours()
    lock.release()
