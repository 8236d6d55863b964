"""A directory for Whoosh's indexes: a storage of Whoosh's, with what a durable commit needs.

It overwrites no file, and deletes only files that it has made.
"""

from __future__ import annotations

import copy
import errno
import os
import time
from contextlib import suppress
from typing import Any, Final

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from searchlib.errors import StorageError
from searchlib.files.locks import FileLock
from searchlib.files.regular_files import OpenFiles, open_new
from searchlib.files.storage import DirectoryStorage
from searchlib.files.whole_files import delete_files
from searchlib.whoosh.index.whoosh_errors import ReadOnlyIndexError

__all__ = ["FileRecorder", "WhooshDirectory", "check_writable", "storage_path"]

_ASKING_SECONDS: Final = 0.05
_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)


def storage_path(storage: Any) -> str:
    """Return the path of a storage, as errors name it."""
    return getattr(storage, "folder", "") or "(in memory)"


def check_writable(storage: Any) -> None:
    """Raise ReadOnlyIndexError for a storage that was opened to be read only."""
    if storage.readonly:
        raise ReadOnlyIndexError(
            "it was opened with readonly=True, and nothing was written; open it without that to"
            " write to it",
            path=storage_path(storage),
        )


class _Lock(FileLock):
    def __init__(self, folder: str, name: str) -> None:
        super().__init__(os.path.join(folder, name))
        self._folder = folder
        self._name = name

    def acquire(self, blocking: bool = False) -> bool:
        """Take the lock, or tell that another one has it; or wait for it, as Whoosh's locks do."""
        try:
            while not super().acquire():
                if not blocking:
                    return False
                time.sleep(_ASKING_SECONDS)
        except OSError as error:
            if error.errno not in {errno.ELOOP, errno.EISDIR, errno.EMLINK}:
                raise
            raise StorageError(
                f"{self._name}, the lock of the index, is a link or a directory that somebody else"
                " has made; nothing was written. Move it away",
                path=self._folder,
            ) from error
        return True


class FileRecorder:
    """A mixin for storages: it records the files that are made, and closes them after an error."""

    created: list[str]
    """The names of the files that were made, in order."""

    is_writers: bool = False
    """Whether it is of one writer."""

    _open_files: OpenFiles

    def for_writer(self) -> Any:
        """Return the same storage for one writer, to know the files of that one from others'."""
        other = copy.copy(self)
        other._begin_recording()
        other.is_writers = True
        return other

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"created": [], "_open_files": OpenFiles()}

    def _begin_recording(self) -> None:
        self.created = []
        self._open_files = OpenFiles()

    def abandon_files(self) -> None:
        """Close every file that is being written. An OSError, as of a full disk, is ignored."""
        self._open_files.abandon()


class WhooshDirectory(FileStorage, FileRecorder):  # type: ignore[misc]  # whoosh has no types
    """Files in a directory; those being written can be abandoned at any moment."""

    def __init__(
        self, path: str, supports_mmap: bool = True, readonly: bool = False, debug: bool = False
    ) -> None:
        # A storage without a folder is one in memory.
        super().__init__(os.fspath(path) or os.curdir, supports_mmap, readonly, debug)
        self._begin_recording()

    def create_file(self, name: str, excl: bool = True, mode: str = "wb", **kwargs: Any) -> Any:
        """Make a file and open it to be written. FileExistsError if there is one, always."""
        check_writable(self)
        path = self._fpath(name)
        if mode == "wb":
            file: Any = open_new(path)
        else:
            file = open(path, mode, opener=_open_no_other)  # noqa: SIM115  # the caller's to close
        self.created.append(name)
        self._open_files.add(file)
        return StructFile(file, name=name, **kwargs)

    def open_file(self, name: str, **kwargs: Any) -> Any:
        """Open a file to be read. CorruptIndexError for what is none, as a pipe or a device."""
        return StructFile(DirectoryStorage(self.folder).open_file(name), name=name, **kwargs)

    def list(self) -> list[str]:
        """Return the names of the files. Whoosh takes an unreadable directory for an empty one."""
        return DirectoryStorage(self.folder).list()

    def delete_file(self, name: str) -> None:
        """Delete a file. FileNotFoundError if it is not there."""
        check_writable(self)
        super().delete_file(name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Put a file in the place of another one at once. Whoosh deletes that one first.

        With ``safe``, NameError if there is another one.
        """
        check_writable(self)
        if not safe:
            os.replace(self._fpath(oldname), self._fpath(newname))
            return
        try:
            self.rename_new(oldname, newname)
        except FileExistsError:
            raise NameError(f"File {newname!r} exists") from None

    def rename_new(self, oldname: str, newname: str) -> None:
        """Rename a file at once. FileExistsError if there is one with its new name."""
        check_writable(self)
        DirectoryStorage(self.folder).rename_new(oldname, newname)

    def lock(self, name: str) -> _Lock:
        return _Lock(self.folder, name)

    def temp_storage(self, name: str | None = None) -> WhooshDirectory:
        """Return a storage in a new directory in this one, which is made with its first file.

        Its destroy() deletes what was made with it, and nothing else.
        """
        folder = f"{(name or 'searchlib').removesuffix('.tmp')}.{os.urandom(8).hex()}.tmp"
        return _TemporaryDirectory(os.path.join(self.folder, folder))


def _open_no_other(path: str, flags: int) -> int:
    flags &= ~os.O_TRUNC
    return os.open(path, flags | os.O_CREAT | os.O_EXCL | _NO_LINKS | _BINARY, 0o666)


class _TemporaryDirectory(WhooshDirectory):
    def create_file(self, name: str, excl: bool = True, mode: str = "wb", **kwargs: Any) -> Any:
        with suppress(FileExistsError):
            os.mkdir(self.folder)
        return super().create_file(name, excl, mode, **kwargs)

    def clean(self, ignore: bool = False) -> None:
        self.abandon_files()
        delete_files(self, self.created)
        self.created.clear()

    def destroy(self) -> None:
        self.clean()
        with suppress(OSError):
            os.rmdir(self.folder)
