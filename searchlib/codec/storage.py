"""Where the files of an index live: a directory, or memory."""

from __future__ import annotations

import io
import mmap
import os
import threading
from collections.abc import Iterable
from contextlib import closing, suppress
from typing import Any

from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.filedb.structfile import StructFile

from searchlib.codec.container import Container
from searchlib.errors import StorageError

__all__ = [
    "DirectoryStorage",
    "MemoryStorage",
    "make_directory",
    "open_container",
    "read_file",
    "sync_files",
    "write_durably",
]


def make_directory(path: str) -> None:
    """Make a directory, and those above it, where there is none; have its name on the disk."""
    if not os.path.isdir(path):
        os.makedirs(path, exist_ok=True)
        _sync_directory(os.path.dirname(os.path.abspath(path)))


def read_file(storage: Any, name: str) -> bytes:
    """Give all of a file. FileNotFoundError (of a directory) or NameError if it is not there."""
    with closing(storage.open_file(name)) as file:
        return bytes(file.read())


def write_durably(storage: Any, name: str, data: bytes) -> None:
    """Write a file whole or not at all, and have it on the disk on return, with its name."""
    temporary = f"{name}.new"
    with closing(storage.create_file(temporary)) as file:
        file.write(data)
    sync_files(storage, [temporary])
    storage.rename_file(temporary, name)
    if isinstance(storage, DirectoryStorage):
        _sync_directory(storage.folder)


def sync_files(storage: Any, names: Iterable[str]) -> None:
    """Have files on the disk, content and name. Files in memory need none of it."""
    if isinstance(storage, DirectoryStorage):
        for name in names:
            _sync(os.path.join(storage.folder, name), os.O_RDWR)
        # A disk may keep a later change of the directory and lose an earlier one.
        _sync_directory(storage.folder)


def _sync_directory(path: str) -> None:
    if os.name != "nt":  # where a directory cannot be opened, and NTFS keeps the order
        _sync(path, os.O_RDONLY)


def _sync(path: str, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_container(storage: Any, name: str, kind: bytes) -> Container:
    """Open a file of a segment: mapped where it is on a disk."""
    folder = getattr(storage, "folder", "")
    if folder:
        path = os.path.join(folder, name)
        try:
            with open(path, "rb") as file:
                data: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            raise
        except (OSError, ValueError) as error:  # an empty file cannot be mapped
            if os.path.isfile(path) and not os.path.getsize(path):
                data = b""
            else:
                raise StorageError(f"{name} cannot be read: {error}", path=folder) from error
    else:
        file = storage.open_file(name)
        data = file.get(0, storage.file_length(name))
        file.close()
    return Container(data, kind, path=folder or "(in memory)", name=name)


class DirectoryStorage(FileStorage):  # type: ignore[misc]  # whoosh has no types
    """Files in a directory; those being written can be abandoned at any moment."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._being_written: list[Any] = []

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> StructFile:
        file = super().create_file(name, *args, **kwargs)
        self._being_written[:] = [other for other in self._being_written if not other.closed]
        self._being_written.append(file.file)
        return file

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Put a file in the place of another one at once. Whoosh deletes that one first."""
        os.replace(os.path.join(self.folder, oldname), os.path.join(self.folder, newname))

    def temp_storage(self, name: str | None = None) -> DirectoryStorage:
        temporary = DirectoryStorage(super().temp_storage(name).folder)
        temporary._being_written = self._being_written  # of the same class
        return temporary

    def abandon_files(self) -> None:
        """Close every file that is being written. What a full disk says to that is not news."""
        for file in self._being_written:
            with suppress(OSError):
                file.close()
        self._being_written.clear()


class MemoryStorage(RamStorage):  # type: ignore[misc]
    """Files in memory, the temporary ones too.

    Whoosh's RamStorage puts those into one directory, <tmp>/MAIN.tmp, that all processes share and
    each one deletes.
    """

    files: dict[str, bytes]

    def create_file(self, name: str, *_: Any, **__: Any) -> StructFile:
        return StructFile(_KeptFile(self.files, name), name=name)

    def lock(self, name: str) -> _MemoryLock:
        return _MemoryLock(super().lock(name))

    def temp_storage(self, name: str | None = None) -> MemoryStorage:
        return MemoryStorage()

    def destroy(self) -> None:
        self.files = {}

    def abandon_files(self) -> None:
        """Do nothing: a file is kept when it is closed."""


class _MemoryLock:
    """A lock with the interface of Whoosh's file locks: acquire does not wait."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def acquire(self) -> bool:
        return self._lock.acquire(blocking=False)

    def release(self) -> None:
        self._lock.release()


class _KeptFile(io.BytesIO):
    """A file whose content goes into ``files`` when it is closed."""

    def __init__(self, files: dict[str, bytes], name: str) -> None:
        super().__init__()
        self._files = files
        self._name = name

    def close(self) -> None:
        if not self.closed:
            self._files[self._name] = self.getvalue()
        super().close()
