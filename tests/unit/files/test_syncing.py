"""What has files on the disk, as each system wants to be asked for it."""

from __future__ import annotations

import errno
import os

import pytest

import searchlib
from searchlib.files import syncing
from searchlib.files.storage import DirectoryStorage
from searchlib.files.syncing import sync_files
from searchlib.files.whole_files import write_new

pytestmark = pytest.mark.kernels

FULL_SYNC = 51
"""macOS's F_FULLFSYNC."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what the system is asked for; it is macOS."""
    calls: list[str] = []
    monkeypatch.setattr(syncing, "_FULL_SYNC", FULL_SYNC)
    monkeypatch.setattr(os, "fsync", lambda _: calls.append("fsync"))
    return calls


def test_macos_is_asked_to_write_through_the_disks_own_memory(asked, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(syncing.fcntl, "fcntl", lambda _, command: asked.append(f"fcntl {command}"))
    write_new(DirectoryStorage(str(tmp_path)), "a", b"data", "new")
    assert asked == [f"fcntl {FULL_SYNC}"] * 2  # the file, and the directory with its name
    sync_files(DirectoryStorage(str(tmp_path)), ["a"])
    assert asked == [f"fcntl {FULL_SYNC}"] * 4


def test_a_file_system_without_that_is_asked_for_what_it_has(asked, tmp_path, monkeypatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(syncing.fcntl, "fcntl", refused)
    sync_files(DirectoryStorage(str(tmp_path)), [])
    assert asked == ["fsync"]


def test_the_whole_list_of_what_a_commit_waits_for(tmp_path, monkeypatch) -> None:
    """Four times: each is 1 ms or more of a commit, and none can be left out."""
    synced: list[str] = []
    sync = syncing._sync
    index = searchlib.create(tmp_path / "index")
    monkeypatch.setattr(
        syncing,
        "_sync",
        lambda path, flags: (synced.append(os.path.splitext(path)[1]), sync(path, flags)),
    )
    with index.writer() as writer:
        writer.add(searchlib.Article(headline="horses"))
    assert synced == [".articles", "", ".new", ""]
