"""Directories that are made for an index, and removed again where that fails."""

from __future__ import annotations

import os

import pytest

from searchlib.files import syncing
from searchlib.files.directories import make_directory, new_directory, remove_directories


def test_new_directories_are_removed_after_an_error(tmp_path):
    inner = tmp_path / "a" / "b"
    with pytest.raises(KeyboardInterrupt), new_directory(str(inner)) as created:  # noqa: PT012
        assert created == [str(inner), str(tmp_path / "a")]
        assert inner.is_dir()
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_new_directories_stay_without_an_error(tmp_path):
    with new_directory(str(tmp_path / "a" / "b")) as created:
        pass
    assert (tmp_path / "a" / "b").is_dir()
    remove_directories(created)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_was_there_or_has_a_file_stays(tmp_path):
    (tmp_path / "a").mkdir()
    inner = str(tmp_path / "a" / "b" / "c")
    with pytest.raises(ValueError, match="any"), new_directory(inner):  # noqa: PT012
        (tmp_path / "a" / "b" / "theirs").touch()
        raise ValueError("any")
    assert os.listdir(tmp_path / "a" / "b") == ["theirs"]


def test_a_directory_that_cannot_be_made_leaves_none_of_those_above_it(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError), new_directory(str(tmp_path / "file" / "a" / "b")):
        pytest.fail("it is not there")
    assert os.listdir(tmp_path) == ["file"]


def test_the_names_of_new_directories_are_on_the_disk(tmp_path, monkeypatch):
    synced: list[str] = []
    monkeypatch.setattr(syncing, "_sync", lambda path, _: synced.append(path))
    make_directory(str(tmp_path / "a" / "b" / "c"))
    assert synced == [str(tmp_path), str(tmp_path / "a"), str(tmp_path / "a" / "b")]
    make_directory(str(tmp_path / "a" / "b"))
    assert len(synced) == 3
