"""A conversion that does not come to its end: there is no new index, and the old one is as it was."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from whoosh import fields

import searchlib
from searchlib import errors
from searchlib.whoosh import convert, create_in, exists_in, open_dir
from searchlib.whoosh.stock import staging
from tests.helpers.folders import contents_and_times
from tests.helpers.processes import run_python

MAPS = {"whole": None, "articles": {"headline": "title", "body": "body"}}


@pytest.fixture(params=["missing", "deep", "empty"])
def new(request, tmp_path):
    """A place for the new index. Whatever is in its parent directory at the end is left over."""
    place = tmp_path / "place"
    place.mkdir()
    if request.param == "empty":
        (place / "new").mkdir()
    return place / ("deep/new" if request.param == "deep" else "new")


def is_as_it_was(new: Path) -> bool:
    place = new.parents[1] if new.parent.name == "deep" else new.parent
    return sorted(path.name for path in place.rglob("*")) in ([], ["new"]) and not is_index(new)


def is_index(folder: Path) -> bool:
    return folder.is_dir() and (
        exists_in(str(folder)) or any(path.is_file() for path in folder.iterdir())
    )


class Stop:
    """An error at one of the calls of a function."""

    def __init__(self, error: BaseException, at: int, *, after: Any = None) -> None:
        self.error, self.at, self.after, self.calls = error, at, after, 0

    def __call__(self, *arguments: Any) -> Any:
        self.calls += 1
        if self.calls == self.at:
            if self.after:
                self.after(*arguments)
            raise self.error
        return self.after(*arguments) if self.after else None


@pytest.mark.parametrize("names", MAPS.values(), ids=MAPS)
@pytest.mark.parametrize("at", [1, 2, 8, 15, "last"])
def test_ctrl_c_and_errors_of_the_program(old, new, names, at):
    before = contents_and_times(old)
    calls: list[Any] = []
    if at == "last":
        convert(old, f"{old}-whole", map=names, progress=lambda *call: calls.append(call))
        at = len(calls)
    for error in (KeyboardInterrupt(), RuntimeError("mine"), BrokenPipeError("mine")):
        with pytest.raises(type(error)) as caught:
            convert(old, new, map=names, progress=Stop(error, at))
        assert caught.value.__notes__ == [f"Nothing was written; there is no index at {new}."]
        assert is_as_it_was(new)
    assert contents_and_times(old) == before
    convert(old, new, map=names)
    assert is_index(new)


@pytest.mark.parametrize("names", MAPS.values(), ids=MAPS)
@pytest.mark.parametrize("step", ["mkdir", "rename"])
@pytest.mark.parametrize("after", [False, True])
def test_ctrl_c_at_the_first_and_at_the_last_steps(old, new, names, step, after, monkeypatch):
    real = getattr(os, step)
    for at in range(1, 9):
        stop = Stop(KeyboardInterrupt(), at, after=real if after else None)
        with monkeypatch.context() as patch:
            patch.setattr(
                staging.os,
                step,
                lambda *args, stop=stop: stop(*args) if stop.at == stop.calls + 1 or after
                else (real(*args), setattr(stop, "calls", stop.calls + 1)),
            )  # fmt: skip
            try:
                convert(old, new, map=names)
            except KeyboardInterrupt as error:
                (note,) = error.__notes__
            else:
                note = "interrupted; the index had been written"
        if is_index(new):
            assert note == "interrupted; the index had been written"
            assert not list(new.parent.rglob("*importing*"))
            opened = searchlib.open(new) if names else open_dir(str(new))
            assert (opened.count if names else opened.doc_count()) == 18
            return
        assert note.startswith("Nothing was written")
        assert is_as_it_was(new)
    raise AssertionError("it never came to its end")


LIMITED = """
import resource, sys
from searchlib.errors import StorageError
from searchlib.whoosh import convert
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    convert(sys.argv[1], sys.argv[2], map=eval(sys.argv[4]))
except StorageError as error:
    print(error)
"""
KILLED = """
import os, signal, sys
from searchlib.whoosh import convert
calls = 0
def progress(*call):
    global calls
    calls += 1
    if calls == int(sys.argv[3]) or call[0] == call[1]:
        os.kill(os.getpid(), signal.SIGKILL)
convert(sys.argv[1], sys.argv[2], map=eval(sys.argv[4]), progress=progress)
"""


@pytest.mark.parametrize("names", MAPS.values(), ids=MAPS)
@pytest.mark.parametrize("limit", [10, 800, 3000])
def test_a_full_disk(old, new, names, limit):
    ran = run_python(LIMITED, old, new, limit, names)
    assert ran.stdout == (
        f"{new}: the disk is full; nothing was written. Free some space and run it again\n"
    ), ran.stderr
    assert ran.stderr == ""
    assert is_as_it_was(new)


@pytest.mark.parametrize("names", MAPS.values(), ids=MAPS)
@pytest.mark.parametrize("at", [3, 1000])
def test_a_process_that_is_killed_leaves_no_index(old, new, names, at):
    ran = run_python(KILLED, old, new, at, names)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert not is_index(new)
    (left,) = [path for path in new.parent.rglob("*.importing-*") if path.is_dir()]
    if left.parent == new:
        with pytest.raises(errors.IndexExistsError, match="is running or was killed; delete"):
            convert(old, new, map=names)
    else:
        convert(old, new, map=names)
        assert is_index(new)


@pytest.mark.parametrize("names", MAPS.values(), ids=MAPS)
@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("what", ["file", "index", "articles"])
def test_somebody_else_makes_the_new_one_meanwhile(old, tmp_path, names, inside, what):
    new = tmp_path / "new"
    if inside:
        new.mkdir()

    theirs: dict[str, Any] = {}

    def progress(done, of):
        if done == of and not theirs:
            if what == "file":
                new.mkdir(exist_ok=True)
                (new / "theirs").write_text("theirs")
            elif what == "articles":
                searchlib.open_or_create(new).close()
            else:
                create_in(str(new), fields.Schema(theirs=fields.TEXT))
            theirs.update(
                (name, each)
                for name, each in contents_and_times(new).items()
                if "importing" not in name
            )

    with pytest.raises(errors.IndexExistsError, match="another process has") as caught:
        convert(old, new, map=names, progress=progress)
    assert caught.value.__notes__ == ["Nothing was written."]
    assert contents_and_times(new) == theirs
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old"]


@pytest.mark.parametrize("names", MAPS.values(), ids=MAPS)
@pytest.mark.parametrize("after", [False, True])
def test_ctrl_c_beside_the_index_of_somebody_else(old, tmp_path, names, after, monkeypatch):
    """Theirs comes at the last moment: what is there is not what was written here."""
    new = tmp_path / "new"
    new.mkdir()
    real = os.rename

    def rename(source, target):
        if not list(new.glob("*.commit")):
            searchlib.open_or_create(new).close()
            create_in(str(new), fields.Schema(theirs=fields.TEXT))
        if after:
            real(source, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(staging.os, "rename", rename)
    with pytest.raises((KeyboardInterrupt, errors.IndexExistsError)) as caught:
        convert(old, new, map=names)
    assert caught.value.__notes__ == ["Nothing was written."]
    assert open_dir(str(new)).schema.names() == ["theirs"]
    assert searchlib.open(new).count == 0


@pytest.mark.parametrize("names", MAPS.values(), ids=MAPS)
def test_a_disk_that_does_not_sync_the_last_step(old, new, names, monkeypatch):
    real = staging.sync_directory

    def fail(storage):
        if is_made(new, names):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(storage)

    monkeypatch.setattr(staging, "sync_directory", fail)
    with pytest.raises(errors.StorageError, match="the change is in the index, but") as caught:
        convert(old, new, map=names)
    assert caught.value.path == str(new)
    assert getattr(caught.value, "__notes__", []) == []
    assert "nothing was" not in str(caught.value).lower()
    opened = searchlib.open(new) if names else open_dir(str(new))
    assert (opened.count if names else opened.doc_count()) == 18
    assert not list(new.parent.rglob("*importing*"))


def is_made(new: Path, names: Any) -> bool:
    return bool(list(new.glob("searchlib.json" if names else "*.commit")))


@pytest.mark.parametrize("names", MAPS.values(), ids=MAPS)
def test_a_step_that_the_disk_denies_and_has_done(old, new, names, monkeypatch):
    """As a file system of the network may."""
    real = os.rename

    def rename(source, target):
        real(source, target)
        if is_made(new, names):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(staging.os, "rename", rename)
    convert(old, new, map=names)
    assert is_index(new)
    assert not list(new.parent.rglob("*importing*"))


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_directory_that_cannot_be_removed_at_the_end(old, tmp_path, step, monkeypatch):
    new = tmp_path / "new"
    new.mkdir()
    real, calls = os.rmdir, 0

    def fail(path, *arguments, **options):
        nonlocal calls
        calls += 1
        if calls <= step:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(path, *arguments, **options)

    monkeypatch.setattr(staging.os, "rmdir", fail)
    convert(old, new)
    monkeypatch.undo()
    assert open_dir(str(new)).doc_count() == 18
    assert step == 3 or not list(new.glob(".importing-*"))


def test_what_cannot_be_deleted_is_named(old, new, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(staging.os, "rmdir", fail)
        with pytest.raises(KeyboardInterrupt) as caught:
            convert(old, new, progress=Stop(KeyboardInterrupt(), 3))
    said = "\n".join(caught.value.__notes__)
    assert "Nothing was written" in said
    (left,) = new.parent.rglob("*.importing-*")
    assert f"{left} could not be deleted; delete it." in said


def test_an_older_commit_that_cannot_be_deleted_is_not_the_index_for_a_moment(
    old, tmp_path, monkeypatch
):
    new = tmp_path / "new"
    new.mkdir()
    remove, rename, seen = os.remove, os.rename, []

    def refuse(path, *arguments, **options):
        if str(path).endswith("_0.commit"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        remove(path, *arguments, **options)

    def look(source, target):
        rename(source, target)
        if exists_in(str(new)):
            seen.append(open_dir(str(new)).doc_count())

    monkeypatch.setattr(os, "remove", refuse)
    monkeypatch.setattr(staging.os, "rename", look)
    convert(old, new)
    assert seen == [18]
    assert not list(new.glob("*_0.commit"))


def test_a_directory_that_cannot_be_made(old, tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(staging.os, "mkdir", refuse)
    with pytest.raises(errors.StorageError, match="new: the index cannot be written: Permission"):
        convert(old, tmp_path / "new")
