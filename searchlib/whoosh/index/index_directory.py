"""A directory for Whoosh's indexes: a storage of Whoosh's, with what a durable commit needs.

No file is written over, and none is deleted that was not made here.
"""

from __future__ import annotations

import copy
import errno
import os
import time
from contextlib import suppress
from typing import Any, Final

from whoosh.filedb.filestore import FileStorage, Storage
from whoosh.filedb.structfile import StructFile

from searchlib.errors import StorageError
from searchlib.files.locks import FileLock
from searchlib.files.storage import DirectoryStorage, open_new
from searchlib.whoosh.index.index_commit import new_name
from searchlib.whoosh.index.whoosh_errors import ReadOnlyIndexError

__all__ = ["Making", "RunFiles", "WhooshDirectory", "check_writable", "place_of"]

_ASKING_SECONDS: Final = 0.05
_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)


def place_of(storage: Any) -> str:
    """Return the path of a storage, as errors name it."""
    return getattr(storage, "folder", "") or "(in memory)"


def check_writable(storage: Any) -> None:
    """Raise ReadOnlyIndexError for a storage that was opened to be read only."""
    if storage.readonly:
        raise ReadOnlyIndexError(
            "it was opened with readonly=True, and nothing was written; open it without that to"
            " write to it",
            path=place_of(storage),
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


class Making:
    """Keeps what a storage makes: the files being written, and the names of all of them."""

    made: list[str]
    is_writers: bool = False
    _being_written: list[Any]

    def for_writer(self) -> Any:
        """Return the same storage for one writer, to know the files of that one from others'."""
        other = copy.copy(self)
        other.made = []
        other.is_writers = True
        other._being_written = []
        return other

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"made": [], "_being_written": []}

    def _note(self, name: str, file: Any) -> None:
        self.made.append(name)
        self._being_written[:] = [other for other in self._being_written if not other.closed]
        self._being_written.append(file)

    def abandon_files(self) -> None:
        """Close every file that is being written. What a full disk says to that is not news."""
        for file in self._being_written:
            with suppress(OSError):
                file.close()
        self._being_written.clear()


class WhooshDirectory(FileStorage, Making):  # type: ignore[misc]  # whoosh has no types
    """Files in a directory; those being written can be abandoned at any moment."""

    def __init__(
        self, path: str, supports_mmap: bool = True, readonly: bool = False, debug: bool = False
    ) -> None:
        # A storage without a folder is one in memory.
        super().__init__(os.fspath(path) or os.curdir, supports_mmap, readonly, debug)
        self.made = []
        self._being_written = []

    def create_file(self, name: str, excl: bool = True, mode: str = "wb", **kwargs: Any) -> Any:
        """Make a file and open it to be written. FileExistsError if there is one, always."""
        check_writable(self)
        path = self._fpath(name)
        if mode == "wb":
            file: Any = open_new(path)
        else:
            file = open(path, mode, opener=_open_no_other)  # noqa: SIM115  # the caller's to close
        self._note(name, file)
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
        for name in self.made:
            with suppress(OSError):
                self.delete_file(name)
        self.made.clear()

    def destroy(self) -> None:
        self.clean()
        with suppress(OSError):
            os.rmdir(self.folder)


class RunFiles(Storage):  # type: ignore[misc]
    """The temporary files of a writer, beside its segment, with names that are the writer's.

    Whoosh's writer has them in a directory that is the same for all writers, and deletes that.
    """

    def __init__(self, storage: Any, indexname: str, token: str) -> None:
        self._storage = storage
        self._indexname = indexname
        self._token = token
        self._names: dict[str, str] = {}

    def create_file(self, name: str, **kwargs: Any) -> Any:
        self._names[name] = new_name(self._indexname, self._token, ".run")
        return self._storage.create_file(self._names[name], **kwargs)

    def open_file(self, name: str, **kwargs: Any) -> Any:
        return self._storage.open_file(self._names[name], **kwargs)

    def delete_file(self, name: str) -> None:
        self._storage.delete_file(self._names.pop(name))

    def list(self) -> list[str]:
        return list(self._names)

    def file_exists(self, name: str) -> bool:
        return name in self._names

    def destroy(self) -> None:
        for name in self.list():
            with suppress(OSError):
                self.delete_file(name)
