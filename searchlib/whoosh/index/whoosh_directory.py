"""A directory for Whoosh indexes: a Whoosh storage with the operations of a durable commit.

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

_RETRY_SECONDS: Final = 0.05
_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)


def storage_path(storage: Any) -> str:
    """Return the path of a storage, for error messages."""
    return getattr(storage, "folder", "") or "(in memory)"


def check_writable(storage: Any) -> None:
    """Raise ReadOnlyIndexError if the storage was opened with readonly=True."""
    if storage.readonly:
        raise ReadOnlyIndexError(
            "it was opened with readonly=True, and nothing was written; open it without readonly to"
            " write to it",
            path=storage_path(storage),
        )


class _Lock(FileLock):
    def __init__(self, folder: str, name: str) -> None:
        super().__init__(os.path.join(folder, name))
        self._folder = folder
        self._name = name

    def acquire(self, blocking: bool = False) -> bool:
        """Take the lock and return True. If it is taken, return False or, if ``blocking``, wait."""
        try:
            while not super().acquire():
                if not blocking:
                    return False
                time.sleep(_RETRY_SECONDS)
        except OSError as error:
            if error.errno not in {errno.ELOOP, errno.EISDIR, errno.EMLINK}:
                raise
            raise StorageError(
                f"{self._name}, the lock file of the index, is a link or a directory that searchlib"
                " has not made; nothing was written. Move it away",
                path=self._folder,
            ) from error
        return True


class FileRecorder:
    """A mixin for storages: it records new files, and can close those that are being written."""

    created: list[str]
    """The names of the files that were created, in order."""

    is_writers: bool = False
    """Whether the storage belongs to one writer."""

    _open_files: OpenFiles

    def for_writer(self) -> Any:
        """Return a copy of the storage for one writer, which records the files of that writer."""
        writers = copy.copy(self)
        writers._begin_recording()
        writers.is_writers = True
        return writers

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"created": [], "_open_files": OpenFiles()}

    def _begin_recording(self) -> None:
        self.created = []
        self._open_files = OpenFiles()

    def abandon_files(self) -> None:
        """Close every file that is being written. An OSError, such as a full disk, is ignored."""
        self._open_files.abandon()


class WhooshDirectory(FileStorage, FileRecorder):  # type: ignore[misc]  # whoosh has no types
    """A directory of files. Files that are being written can be abandoned at any moment."""

    def __init__(
        self, path: str, supports_mmap: bool = True, readonly: bool = False, debug: bool = False
    ) -> None:
        # An empty folder would mean a storage in memory.
        super().__init__(os.fspath(path) or os.curdir, supports_mmap, readonly, debug)
        self._begin_recording()

    def create_file(self, name: str, excl: bool = True, mode: str = "wb", **kwargs: Any) -> Any:
        """Create a file and open it for writing. Raises FileExistsError if it exists."""
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
        """Open a file for reading. Raises CorruptIndexError if it is a pipe, device or the like."""
        return StructFile(DirectoryStorage(self.folder).open_file(name), name=name, **kwargs)

    def list(self) -> list[str]:
        """Return the names of the files. Raises an error for a directory that cannot be read.

        Whoosh's own method returns an empty list for such a directory.
        """
        return DirectoryStorage(self.folder).list()

    def delete_file(self, name: str) -> None:
        """Delete a file. Raises FileNotFoundError if it does not exist."""
        check_writable(self)
        super().delete_file(name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a file atomically, replacing the one with the new name. Whoosh deletes it first.

        With ``safe``, raises NameError if there is a file with the new name.
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
        """Rename a file atomically. Raises FileExistsError if there is one with the new name."""
        check_writable(self)
        DirectoryStorage(self.folder).rename_new(oldname, newname)

    def lock(self, name: str) -> _Lock:
        return _Lock(self.folder, name)

    def temp_storage(self, name: str | None = None) -> WhooshDirectory:
        """Return a storage for a new directory in this one, which is created with its first file.

        Its destroy() deletes only files that it has created.
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
