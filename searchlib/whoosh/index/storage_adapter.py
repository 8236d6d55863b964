"""Adapts Whoosh storages that are not directories, such as RamStorage, to WhooshDirectory."""

from __future__ import annotations

import errno
import os
import tempfile
from typing import Any

from whoosh.filedb.filestore import Storage

from searchlib.whoosh.index.whoosh_directory import FileRecorder, WhooshDirectory

__all__ = ["StorageAdapter"]


class StorageAdapter(FileRecorder, Storage):  # type: ignore[misc]  # whoosh has no types
    """A Whoosh storage ``of``, such as RamStorage, with the methods of WhooshDirectory."""

    folder = ""

    def __init__(self, of: Any) -> None:
        self.of = of
        self._begin_recording()

    def __repr__(self) -> str:
        return repr(self.of)

    def __getattr__(self, name: str) -> Any:
        if name == "of":  # copy.copy() looks attributes up before ``of`` is set
            raise AttributeError(name)
        return getattr(self.of, name)

    @property
    def readonly(self) -> bool:
        return bool(self.of.readonly)

    def create_file(self, name: str, **kwargs: Any) -> Any:
        if self.of.file_exists(name):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
        self.created.append(name)
        return self.of.create_file(name, **kwargs)

    def open_file(self, name: str, **kwargs: Any) -> Any:
        self._check_exists(name)
        return self.of.open_file(name, **kwargs)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        self._check_exists(oldname)
        self.of.rename_file(oldname, newname, safe)

    def rename_new(self, oldname: str, newname: str) -> None:
        """Rename a file. Raises FileExistsError if there is a file with the new name."""
        if self.of.file_exists(newname):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), newname)
        self.rename_file(oldname, newname)

    def delete_file(self, name: str) -> None:
        self._check_exists(name)
        self.of.delete_file(name)

    def _check_exists(self, name: str) -> None:
        # RamStorage itself would raise NameError.
        if not self.of.file_exists(name):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)

    def list(self) -> list[str]:
        return list(self.of.list())

    def file_exists(self, name: str) -> bool:
        return bool(self.of.file_exists(name))

    def file_length(self, name: str) -> int:
        return int(self.of.file_length(name))

    def file_modified(self, name: str) -> float:
        return float(self.of.file_modified(name))

    def lock(self, name: str) -> _LockAdapter:
        return _LockAdapter(self.of.lock(name))

    def temp_storage(self, name: str | None = None) -> WhooshDirectory:
        """Return a storage in a new directory, in the system's folder for temporary files."""
        return WhooshDirectory(tempfile.gettempdir()).temp_storage(name)


class _LockAdapter:
    """A lock of another storage, which does not wait by default; that of RamStorage does."""

    def __init__(self, of: Any) -> None:
        self._of = of
        self._held = False

    def acquire(self, blocking: bool = False) -> bool:
        self._held = bool(self._of.acquire(blocking))
        return self._held

    def is_ours(self) -> bool:
        return self._held

    def held_by_this_thread(self) -> bool:
        return False

    def release(self) -> None:
        if self._held:
            self._held = False
            self._of.release()
