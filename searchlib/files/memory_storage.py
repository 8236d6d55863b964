"""The files of an index in memory, with the methods of those in a directory."""

from __future__ import annotations

import errno
import io
import os
from typing import IO, Final

from searchlib.files.locks import MemoryLock
from searchlib.forks import renew_in_children

__all__ = ["MemoryStorage"]


class MemoryStorage:
    """Files in memory, with the methods of DirectoryStorage."""

    folder: Final = ""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._lock_owners: dict[str, MemoryLock] = {}
        renew_in_children(self)

    def _renew_in_child(self) -> None:
        """Free all locks: the memory of the child is its own."""
        self._lock_owners.clear()

    def create_file(self, name: str) -> IO[bytes]:
        """Open a new file to be written; it is there when it is closed."""
        if name in self.files:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
        return _MemoryFile(self.files, name)

    def _data(self, name: str) -> bytes:
        try:
            return self.files[name]
        except KeyError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name) from None

    def open_file(self, name: str) -> IO[bytes]:
        """Open a file to be read. FileNotFoundError if it is not there."""
        return io.BytesIO(self._data(name))

    def rename_file(self, old: str, new: str) -> None:
        """Put a file in the place of another one, if any."""
        self.files[new] = self._data(old)
        del self.files[old]

    def rename_new(self, old: str, new: str) -> None:
        """Rename a file. FileExistsError if there is one with its new name."""
        if new in self.files:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new)
        self.rename_file(old, new)

    def delete_file(self, name: str) -> None:
        """Delete a file. FileNotFoundError if it is not there."""
        self._data(name)
        del self.files[name]

    def list(self) -> list[str]:
        """Return the names of the files."""
        return list(self.files)

    def file_exists(self, name: str) -> bool:
        """Return whether there is a file with this name."""
        return name in self.files

    def file_length(self, name: str) -> int:
        """Return the size of a file in bytes."""
        return len(self._data(name))

    def lock(self, name: str) -> MemoryLock:
        """Return a lock; it is free until it is acquired."""
        return MemoryLock(name, self._lock_owners)

    def abandon_files(self) -> None:
        """Do nothing: a file is kept only when it is closed."""


class _MemoryFile(io.BytesIO):
    """A file whose content goes into ``files`` when it is closed, and nowhere if it never is."""

    def __init__(self, files: dict[str, bytes], name: str) -> None:
        super().__init__()
        self._files = files
        self._name = name

    def close(self) -> None:
        if not self.closed:
            self._files[self._name] = self.getvalue()
        super().close()

    def __del__(self) -> None:
        """Do nothing: io's own closes a file, which was abandoned."""
