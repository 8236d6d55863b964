"""Writing a new index so that it is there whole or not at all.

It is written into a directory beside its place, called NAME.importing-..., which is renamed at the
end. If its place is an empty directory, that directory stays, as it has its own rights and may be
the root of a mounted disk. Then the index is written into a directory inside, and its files are
moved up. The file that makes them an index is moved last. After an error or Ctrl-C all that was
written is removed. A killed process leaves the directory NAME.importing-..., which is no index.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from searchlib.errors import IndexExistsError, StorageError
from searchlib.files.directories import new_directory
from searchlib.files.disk_errors import published_errors, write_errors
from searchlib.files.syncing import sync_directory
from searchlib.store.settings import SETTINGS_FILE

__all__ = ["Stage", "staged"]

_MARK: Final = ".importing-"


class Stage:
    """The directory that is written into, ``folder``; ``abandon()`` leaves no index at the end."""

    def __init__(self, path: str, folder: str) -> None:
        self.path = path
        self.folder = folder
        self.abandoned = False
        self.last: tuple[str, tuple[int, int]] | None = None
        """Where the last step puts what it renames, and what that is, once it is begun."""
        self._is_taken = False

    def abandon(self) -> None:
        """Have no index made, though nothing is wrong."""
        self.abandoned = True

    def rename_last(self, old: str, new: str) -> None:
        """Take the last step, after which the index is there."""
        self.last = new, _identity(old)
        try:
            os.rename(old, new)
        except OSError:
            # A network file system may have renamed it and report an error.
            if not self.is_made:
                raise
        self._is_taken = True

    @property
    def is_made(self) -> bool:
        """Whether the index is there: Ctrl-C may have come between the last step and a variable."""
        if self._is_taken or self.last is None:
            return self._is_taken
        new, identity = self.last
        try:
            return _identity(new) == identity
        except OSError:
            return False


def _identity(path: str) -> tuple[int, int]:
    """Tell one file or directory from another one that somebody else puts in its place."""
    found = os.lstat(path)
    return found.st_dev, found.st_ino


@contextmanager
def staged(path: str, is_last: Callable[[str], bool]) -> Iterator[Stage]:
    """Return a directory to write an index into, which is at ``path`` when the block is left.

    ``is_last`` tells the name of the file without which the others are no index. Raises
    IndexExistsError if there is something at ``path`` but an empty directory, at the beginning or
    at the end; then and after any other error all is as it was. The error, or a note of it, says
    whether the index is there: Ctrl-C may come after the last step, and the disk may refuse to sync
    it.
    """
    place = os.path.realpath(path)
    with write_errors(path):
        inside = _is_empty_directory(path, place)
    parent = place if inside else os.path.dirname(place)
    prefix = "" if inside else os.path.basename(place)
    stage = Stage(path, os.path.join(parent, f"{prefix}{_MARK}{secrets.token_hex(4)}"))
    try:
        with (
            write_errors(path),
            _told_errors(stage, place),
            new_directory(parent),
            _temporary_directory(stage.folder),
        ):
            yield stage
            if stage.abandoned:
                raise _AbandonedError
            if inside:
                _move_up(stage, place, is_last)
            else:
                _rename(stage, place)
    except _AbandonedError:
        pass
    except BaseException as error:
        if os.path.lexists(stage.folder):
            error.add_note(f"{stage.folder} is left, as it cannot be deleted; delete it.")
        raise


class _AbandonedError(Exception):
    """There is to be no index."""


@contextmanager
def _temporary_directory(folder: str) -> Iterator[None]:
    """Make a directory, and remove it at the end if it is still there."""
    try:
        os.mkdir(folder)
        yield
    finally:
        _remove(folder)


@contextmanager
def _told_errors(stage: Stage, place: str) -> Iterator[None]:
    """Have each error, or a note of it, say whether the index is there."""
    try:
        yield
    except BaseException as error:
        if stage.is_made:
            if not isinstance(error, StorageError):  # published_errors says it
                error.add_note("interrupted; the index had been written")
            raise
        if isinstance(error, StorageError) and error.path == stage.folder:
            if isinstance(error.__cause__, OSError):
                raise error.__cause__ from None  # write_errors has the words for a full disk
            told = StorageError(error.problem, path=stage.path)
            told.add_note(_nothing_written(stage, place))
            raise told from error
        error.add_note(_nothing_written(stage, place))
        raise


def _remove(folder: str) -> None:
    """Remove a directory, as far as the disk lets it be removed."""
    with suppress(OSError):
        for name in os.listdir(folder):
            with suppress(OSError):
                os.remove(os.path.join(folder, name))
    with suppress(OSError):
        os.rmdir(folder)
        return
    with suppress(OSError):  # ignore_errors does not cover all errors
        shutil.rmtree(folder, ignore_errors=True)


def _nothing_written(stage: Stage, place: str) -> str:
    """Say so, and that there is no index; unless somebody else has put something there."""
    try:
        is_free = not os.path.lexists(place) or not os.listdir(place)
    except OSError:
        is_free = False
    return "Nothing was written" + (f"; there is no index at {stage.path}." if is_free else ".")


def _is_empty_directory(path: str, place: str) -> bool:
    """Tell whether it is there. IndexExistsError for what stands in the way."""
    if not os.path.lexists(place):
        return False
    if not os.path.isdir(place):
        raise IndexExistsError("it is a file, where a new directory is needed", path=path)
    names = sorted(os.listdir(place))
    left = [name for name in names if _MARK in name]
    if left:
        raise IndexExistsError(
            f"it is not empty: {left[0]} is what a conversion writes now, or has left when it was"
            " killed; delete that if none runs",
            path=path,
        )
    if any(name == SETTINGS_FILE or name.endswith((".commit", ".toc")) for name in names):
        raise IndexExistsError("there is an index already; give a directory that is new", path=path)
    if names:
        raise IndexExistsError(
            f"it is not empty, as there is {names[0]!r:.80}; give a directory that is new",
            path=path,
        )
    return True


def _rename(stage: Stage, place: str) -> None:
    try:
        stage.rename_last(stage.folder, place)
    except OSError:
        if os.path.lexists(place):
            raise IndexExistsError("somebody else has made it meanwhile", path=stage.path) from None
        raise
    with published_errors(stage.path):
        sync_directory(os.path.dirname(place))


def _move_up(stage: Stage, place: str, is_last: Callable[[str], bool]) -> None:
    names = sorted(os.listdir(stage.folder))
    # An older commit, which could not be deleted, is not moved: it would count for a moment.
    last = max(filter(is_last, names))
    moved: list[str] = []
    try:
        if os.listdir(place) != [os.path.basename(stage.folder)]:
            raise IndexExistsError("somebody else has written to it meanwhile", path=stage.path)
        for name in names:
            if not is_last(name):
                if os.path.lexists(os.path.join(place, name)):
                    raise IndexExistsError(
                        "somebody else has written to it meanwhile", path=stage.path
                    )
                moved.append(os.path.join(place, name))
                os.rename(os.path.join(stage.folder, name), moved[-1])
        sync_directory(place)
        stage.rename_last(os.path.join(stage.folder, last), os.path.join(place, last))
    except BaseException:
        if not stage.is_made:
            for name in moved:
                with suppress(OSError):
                    os.remove(name)
        raise
    _remove(stage.folder)
    with published_errors(stage.path):
        sync_directory(place)
