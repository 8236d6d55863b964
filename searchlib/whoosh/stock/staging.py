"""Writes a new index atomically: it is complete, or it does not exist.

The index is written into a directory NAME.importing-... beside the target, which is renamed at the
end. If the target is an empty directory, that directory stays, because it has its own access rights
and may be the root of a mounted disk. Then the index is written into a directory inside it, and its
files are moved up. The file that makes them an index is moved last. After an error or Ctrl-C all
new files are removed. A killed process leaves the directory NAME.importing-..., which is not an
index.
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
from searchlib.settings import SETTINGS_FILE

__all__ = ["Stage", "staged"]

_MARK: Final = ".importing-"


class Stage:
    """The temporary directory ``folder``; after ``abandon()`` no index is made at the end."""

    def __init__(self, path: str, folder: str) -> None:
        self.path = path
        self.folder = folder
        self.abandoned = False
        self.last: tuple[str, tuple[int, int]] | None = None
        """The new path and the identity of the file that the last step renames; None before it."""
        self._is_renamed = False

    def abandon(self) -> None:
        """Make no index, without an error."""
        self.abandoned = True

    def rename_last(self, old: str, new: str) -> None:
        """Do the last step: rename ``old`` to ``new``, after which the index exists."""
        self.last = new, _identity(old)
        try:
            os.rename(old, new)
        except OSError:
            # A network file system may rename the file and still report an error.
            if not self.is_made:
                raise
        self._is_renamed = True

    @property
    def is_made(self) -> bool:
        """Whether the index exists.

        It looks at the disk, because Ctrl-C may come between the rename and the assignment.
        """
        if self._is_renamed or self.last is None:
            return self._is_renamed
        new, identity = self.last
        try:
            return _identity(new) == identity
        except OSError:
            return False


def _identity(path: str) -> tuple[int, int]:
    """Return a value that differs if another file or directory replaces the one at ``path``."""
    status = os.lstat(path)
    return status.st_dev, status.st_ino


@contextmanager
def staged(path: str, is_last: Callable[[str], bool]) -> Iterator[Stage]:
    """Yield a directory to write an index into; it becomes ``path`` when the block is left.

    ``is_last`` recognizes the name of the file without which the others are not an index. Raises
    IndexExistsError if there is anything but an empty directory at ``path``, at the beginning or at
    the end. After this and any other error nothing has changed, with two exceptions: Ctrl-C may
    come after the last step, and the disk may fail to sync it. So each error, or a note on it, says
    whether the index exists.
    """
    target = os.path.realpath(path)
    with write_errors(path):
        inside = _is_empty_directory(path, target)
    parent = target if inside else os.path.dirname(target)
    prefix = "" if inside else os.path.basename(target)
    stage = Stage(path, os.path.join(parent, f"{prefix}{_MARK}{secrets.token_hex(4)}"))
    try:
        with (
            write_errors(path),
            _errors_with_outcome(stage, target),
            new_directory(parent),
            _temporary_directory(stage.folder),
        ):
            yield stage
            if stage.abandoned:
                raise _AbandonedError
            if inside:
                _move_up(stage, target, is_last)
            else:
                _rename(stage, target)
    except _AbandonedError:
        pass
    except BaseException as error:
        if os.path.lexists(stage.folder):
            error.add_note(f"{stage.folder} could not be deleted; delete it.")
        raise


class _AbandonedError(Exception):
    """The block has abandoned the index."""


@contextmanager
def _temporary_directory(folder: str) -> Iterator[None]:
    """Create a directory, and remove it at the end if it still exists."""
    try:
        os.mkdir(folder)
        yield
    finally:
        _remove(folder)


@contextmanager
def _errors_with_outcome(stage: Stage, target: str) -> Iterator[None]:
    """Make each error, or a note on it, say whether the index exists."""
    try:
        yield
    except BaseException as error:
        if stage.is_made:
            if not isinstance(error, StorageError):  # published_errors says it
                error.add_note("interrupted; the index had been written")
            raise
        if isinstance(error, StorageError) and error.path == stage.folder:
            if isinstance(error.__cause__, OSError):
                raise error.__cause__ from None  # write_errors has the message for a full disk
            renamed = StorageError(error.problem, path=stage.path)
            renamed.add_note(_nothing_written(stage, target))
            raise renamed from error
        error.add_note(_nothing_written(stage, target))
        raise


def _remove(folder: str) -> None:
    """Remove a directory with its files, as far as possible; errors are ignored."""
    with suppress(OSError):
        for name in os.listdir(folder):
            with suppress(OSError):
                os.remove(os.path.join(folder, name))
    with suppress(OSError):
        os.rmdir(folder)
        return
    with suppress(OSError):  # ignore_errors does not cover all errors
        shutil.rmtree(folder, ignore_errors=True)


def _nothing_written(stage: Stage, target: str) -> str:
    """Return the note that nothing was written, and that there is no index if the path is free."""
    try:
        is_free = not os.path.lexists(target) or not os.listdir(target)
    except OSError:
        is_free = False
    return "Nothing was written" + (f"; there is no index at {stage.path}." if is_free else ".")


def _is_empty_directory(path: str, target: str) -> bool:
    """Return whether ``target`` is an empty directory; False if it does not exist.

    Raises IndexExistsError if anything else is there.
    """
    if not os.path.lexists(target):
        return False
    if not os.path.isdir(target):
        raise IndexExistsError("it is a file, where a new directory is needed", path=path)
    names = sorted(os.listdir(target))
    left = [name for name in names if _MARK in name]
    if left:
        raise IndexExistsError(
            f"it is not empty: {left[0]} belongs to a conversion that is running or was killed;"
            " delete it if none is running",
            path=path,
        )
    if any(name == SETTINGS_FILE or name.endswith((".commit", ".toc")) for name in names):
        raise IndexExistsError("there is an index already; give a new directory", path=path)
    if names:
        raise IndexExistsError(
            f"it is not empty: it has {names[0]!r:.80}; give a new directory",
            path=path,
        )
    return True


def _rename(stage: Stage, target: str) -> None:
    try:
        stage.rename_last(stage.folder, target)
    except OSError:
        if os.path.lexists(target):
            raise IndexExistsError(
                "another process has made it meanwhile", path=stage.path
            ) from None
        raise
    with published_errors(stage.path):
        sync_directory(os.path.dirname(target))


def _move_up(stage: Stage, target: str, is_last: Callable[[str], bool]) -> None:
    names = sorted(os.listdir(stage.folder))
    # An older commit that could not be deleted is not moved, because it would be current until the
    # last one is moved.
    last = max(filter(is_last, names))
    moved: list[str] = []
    try:
        if os.listdir(target) != [os.path.basename(stage.folder)]:
            raise IndexExistsError("another process has written to it meanwhile", path=stage.path)
        for name in names:
            if not is_last(name):
                if os.path.lexists(os.path.join(target, name)):
                    raise IndexExistsError(
                        "another process has written to it meanwhile", path=stage.path
                    )
                moved.append(os.path.join(target, name))
                os.rename(os.path.join(stage.folder, name), moved[-1])
        sync_directory(target)
        stage.rename_last(os.path.join(stage.folder, last), os.path.join(target, last))
    except BaseException:
        if not stage.is_made:
            for name in moved:
                with suppress(OSError):
                    os.remove(name)
        raise
    _remove(stage.folder)
    with published_errors(stage.path):
        sync_directory(target)
