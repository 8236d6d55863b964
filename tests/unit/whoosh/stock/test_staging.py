"""A directory that is there whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from searchlib.errors import IndexExistsError, StorageError
from searchlib.whoosh.stock.staging import staged
from tests.helpers.folders import contents

NAMES = ("a", "b", "z.last")


def is_last(name: str) -> bool:
    return name == "z.last"


def write(folder: str) -> None:
    for name in NAMES:
        Path(folder, name).write_text(name)


@pytest.fixture(params=["missing", "deep", "empty"])
def place(request, tmp_path: Path) -> Path:
    """A place for an index; whatever is left beside it is in the way of the test."""
    if request.param == "empty":
        (tmp_path / "new").mkdir()
    return tmp_path / ("deep/new" if request.param == "deep" else "new")


def test_all_files_are_there_when_the_block_is_left(place, tmp_path):
    with staged(str(place), is_last) as stage:
        write(stage.folder)
        assert not any((place / name).exists() for name in NAMES)
    assert stage.is_made
    assert sorted(os.listdir(place)) == list(NAMES)
    assert [path.name for path in tmp_path.rglob("*.importing-*")] == []


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_leaves_all_as_it_was(place, tmp_path, error):
    before = contents(tmp_path)
    with pytest.raises(error) as caught, staged(str(place), is_last) as stage:  # noqa: PT012
        write(stage.folder)
        raise error
    assert contents(tmp_path) == before
    assert caught.value.__notes__ == [f"Nothing was written; there is no index at {place}."]
    assert not stage.is_made


def test_what_is_abandoned_leaves_all_as_it_was(place, tmp_path):
    before = contents(tmp_path)
    with staged(str(place), is_last) as stage:
        write(stage.folder)
        stage.abandon()
    assert contents(tmp_path) == before


@pytest.mark.parametrize("file", ["notes.txt", "MAIN_1.commit", "x.importing-1234"])
def test_a_directory_that_is_not_empty_is_refused(tmp_path, file):
    place = tmp_path / "new"
    place.mkdir()
    (place / file).touch()
    with pytest.raises(IndexExistsError), staged(str(place), is_last):
        pytest.fail("it is taken")
    assert os.listdir(place) == [file]


def test_a_file_in_its_place_is_refused(tmp_path):
    (tmp_path / "new").write_text("mine")
    with (
        pytest.raises(IndexExistsError, match="it is a file"),
        staged(str(tmp_path / "new"), is_last),
    ):
        pytest.fail("it is taken")
    assert (tmp_path / "new").read_text() == "mine"


def test_what_somebody_else_has_put_there_meanwhile_stays(place):
    def write_beside_another() -> None:
        with staged(str(place), is_last) as stage:
            write(stage.folder)
            place.mkdir(exist_ok=True)
            (place / "theirs").write_text("theirs")

    with pytest.raises(IndexExistsError, match=r"another process has (made it|written to it)"):
        write_beside_another()
    assert os.listdir(place) == ["theirs"]


def test_a_directory_below_a_file_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(StorageError), staged(str(tmp_path / "file" / "new"), is_last):
        pytest.fail("it cannot be made")
    assert contents(tmp_path) == before
