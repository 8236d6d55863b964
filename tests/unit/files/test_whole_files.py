"""Deleting files, and reading those that are read whole."""

from __future__ import annotations

import errno
import os

import pytest

from searchlib.errors import CorruptIndexError
from searchlib.files.whole_files import delete_files, has_content, read_file, write_new


def test_deleting_goes_on_after_a_file_that_is_missing_or_cannot_be_deleted(storage, monkeypatch):
    for name in ("a", "b", "c"):
        write_new(storage, name, b"x", f"{name}.new")
    delete = storage.delete_file

    def refusing(name: str) -> None:
        if name == "b":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        delete(name)

    monkeypatch.setattr(storage, "delete_file", refusing)
    assert delete_files(storage, ["a", "missing", "b", "c"]) == ["b"]
    assert storage.list() == ["b"]


def test_deleting_does_not_hide_ctrl_c(storage, monkeypatch):
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(storage, "delete_file", interrupt)
    with pytest.raises(KeyboardInterrupt):
        delete_files(storage, ["a"])


def test_a_file_that_is_too_long_is_not_read(storage):
    write_new(storage, "a", b"12345", "a.new")
    assert read_file(storage, "a", 5) == b"12345"
    with pytest.raises(CorruptIndexError, match="a has 5 bytes, and none is larger than 4"):
        read_file(storage, "a", 4)


def test_what_cannot_be_read_has_the_content_if_the_caller_says_so(storage, monkeypatch):
    write_new(storage, "a", b"12345", "a.new")
    assert has_content(storage, "a", b"12345", if_unreadable=False)
    assert not has_content(storage, "a", b"1234")
    assert not has_content(storage, "missing", b"")

    def refused(_: str) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(storage, "open_file", refused)
    assert has_content(storage, "a", b"another")
    assert not has_content(storage, "a", b"12345", if_unreadable=False)
    assert not has_content(storage, "missing", b"12345")
