"""Files of an index in a directory, and containers in any storage."""

from __future__ import annotations

import errno
import mmap
import os
from contextlib import closing, suppress
from typing import IO, Any, Final

from searchlib.errors import StorageError
from searchlib.files.container import Container
from searchlib.files.locks import FileLock
from searchlib.files.regular_files import OpenFiles, open_new, open_regular

__all__ = ["DirectoryStorage", "open_container"]

_DELETING_ATTEMPTS: Final = 2


def open_container(storage: Any, name: str, kind: bytes) -> Container:
    """Open a file of a segment: mapped where it is on a disk, if its storage lets it be."""
    folder = getattr(storage, "folder", "")
    if folder and getattr(storage, "supports_mmap", True):
        path = os.path.join(folder, name)
        try:
            with open_regular(folder, name) as file:
                data: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            raise
        except (OSError, ValueError) as error:  # an empty file cannot be mapped
            if os.path.isfile(path) and not os.path.getsize(path):
                data = b""
            else:
                raise StorageError(f"{name} cannot be read: {error}", path=folder) from error
    else:
        with closing(storage.open_file(name)) as file:
            data = bytes(file.read())
    return Container(data, kind, path=folder or "(in memory)", name=name)


class DirectoryStorage:
    """Files in a directory; those being written can be abandoned at any moment."""

    def __init__(self, path: str) -> None:
        self.folder = path
        self._open_files = OpenFiles()

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def create_file(self, name: str) -> IO[bytes]:
        """Make a file, and open it to be written. FileExistsError if there is one."""
        file = open_new(self._path(name))
        self._open_files.add(file)
        return file

    def open_file(self, name: str) -> IO[bytes]:
        """Open a file to be read. FileNotFoundError if it is not there."""
        return open_regular(self.folder, name)

    def rename_file(self, old: str, new: str) -> None:
        """Put a file in the place of another one, if any, at once."""
        os.replace(self._path(old), self._path(new))

    def rename_new(self, old: str, new: str) -> None:
        """Rename a file at once. FileExistsError if there is one with its new name."""
        try:
            os.link(self._path(old), self._path(new))
        except FileExistsError:
            raise
        except OSError:  # some file systems, as exFAT, have no hard links
            if os.path.lexists(self._path(new)):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new) from None
            self.rename_file(old, new)
        else:
            for _ in range(_DELETING_ATTEMPTS):  # the file has its new name
                with suppress(OSError):
                    self.delete_file(old)
                    break

    def delete_file(self, name: str) -> None:
        """Delete a file. FileNotFoundError if it is not there."""
        os.remove(self._path(name))

    def list(self) -> list[str]:
        """Return the names of the files; there are none where there is no directory."""
        try:
            return os.listdir(self.folder)
        except (FileNotFoundError, NotADirectoryError):
            return []

    def file_exists(self, name: str) -> bool:
        """Return whether there is a file with this name."""
        return os.path.exists(self._path(name))

    def file_length(self, name: str) -> int:
        """Return the size of a file in bytes."""
        return os.path.getsize(self._path(name))

    def lock(self, name: str) -> FileLock:
        """Return a lock, which its file stands for; it is free until it is acquired."""
        return FileLock(self._path(name))

    def abandon_files(self) -> None:
        """Close every file that is being written. An OSError, as of a full disk, is ignored."""
        self._open_files.abandon()
