"""Where the files of an index live: a directory, or memory.

What is done with files through functions here works on Whoosh's storages too, which have the same
methods: see index_directory.py.

A file is made once, under a name that no other has, and never changed: what somebody else has put
into the directory is neither written over nor deleted.
"""

from __future__ import annotations

import errno
import io
import mmap
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import IO, Any, Final

from searchlib.errors import CorruptIndexError, StorageError
from searchlib.files.container import Container
from searchlib.files.locks import FileLock

if sys.platform == "win32":
    fcntl = None
else:
    import fcntl

__all__ = [
    "MOST_FILE_BYTES",
    "DirectoryStorage",
    "change_is_there",
    "has_content",
    "make_directory",
    "missing_directories",
    "open_container",
    "open_new",
    "publish",
    "read_file",
    "remove_directories",
    "sync_files",
    "sync_names",
    "write_new",
    "writing",
]

MOST_FILE_BYTES: Final = 256 * 2**20
"""Of a file that is read whole: a commit, with the numbers of 25 million deleted documents."""

_NO_WAITING: Final = getattr(os, "O_NONBLOCK", 0)  # Windows has no pipes among its files
_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0)
_DELETING_ATTEMPTS: Final = 2
_BUFFER_BYTES: Final = 1 << 16
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# fsync of macOS leaves the data in the memory of the disk.
_FULL_SYNC: Final = getattr(fcntl, "F_FULLFSYNC", None)


@contextmanager
def writing(path: str) -> Iterator[None]:
    """Turn the errors of the disk, while the index at ``path`` is written, into StorageError.

    For what comes before a commit is published: they say that nothing was written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            problem = "the disk is full; nothing was written. Free some space and run it again"
        else:
            problem = f"the index cannot be written: {error.strerror or error}; nothing was written"
        raise StorageError(problem, path=path) from error


@contextmanager
def change_is_there(path: str) -> Iterator[None]:
    """Turn the errors of the disk after a commit is published into a StorageError that says so."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            "the change is in the index, but it may not outlive a loss of power, as the disk says:"
            f" {error.strerror or error}; do not run it again",
            path=path,
        ) from error


def make_directory(path: str) -> None:
    """Make a directory, and those above it, where there is none; have their names on the disk."""
    if os.path.isdir(path):
        return
    path = os.path.abspath(path)
    parent = os.path.dirname(path)
    if parent != path and not os.path.exists(parent):
        make_directory(parent)
    os.makedirs(path, exist_ok=True)
    _sync_directory(parent)


def missing_directories(path: str) -> list[str]:
    """Return what make_directory would make, the innermost first."""
    missing: list[str] = []
    path = os.path.abspath(path)
    while not os.path.lexists(path) and (parent := os.path.dirname(path)) != path:
        missing.append(path)
        path = parent
    return missing


def remove_directories(paths: Iterable[str]) -> None:
    """Remove directories that are empty, the innermost first, up to one that is not."""
    with suppress(OSError):
        for path in paths:
            os.rmdir(path)


def read_file(storage: Any, name: str, most_bytes: int = MOST_FILE_BYTES) -> bytes:
    """Return all of a file that is read whole, as the settings and commits are.

    FileNotFoundError if it is not there, CorruptIndexError for one of more than ``most_bytes``.
    """
    with closing(storage.open_file(name)) as file:
        size = storage.file_length(name)
        if size > most_bytes:
            raise CorruptIndexError(
                f"{name} has {size} bytes, and none is larger than {most_bytes}",
                path=storage.folder or "(in memory)",
                file=name,
            )
        return bytes(file.read())


def has_content(storage: Any, name: str, data: bytes, *, if_unreadable: bool = True) -> bool:
    """Tell whether there is a file with this name that holds ``data``.

    ``if_unreadable`` is the answer where there is one that cannot be read: too many files are open,
    say.
    """
    try:
        return read_file(storage, name) == data
    except CorruptIndexError:  # longer than any that is written here, or no file
        return False
    except OSError:
        return if_unreadable and bool(storage.file_exists(name))


def publish(
    storage: Any, name: str, data: bytes, temporary: str, files: Iterable[str] = ()
) -> None:
    """Write a file whole under a new name, at once: before, nobody sees it; after, everybody.

    Its content is on the disk then, its name perhaps not yet: see sync_names. ``files``, which it
    speaks of, are on the disk before it has its name, as after sync_files. ``temporary`` is the
    name that it has before; a process that is killed may leave it. FileExistsError if there is
    another file called ``name``.
    """
    file = None
    try:
        file = storage.create_file(temporary)
        with closing(file):
            file.write(data)
        before = list(files)
        _sync_contents(storage, [*before, temporary])
        if before:
            sync_names(storage)
        storage.rename_new(temporary, name)
    except BaseException as error:
        if file is None and isinstance(error, FileExistsError):
            raise  # of somebody else
        with suppress(OSError):
            storage.delete_file(temporary)
        # A file system of the network may have done it, and say that it has not.
        if not isinstance(error, OSError) or not has_content(
            storage, name, data, if_unreadable=False
        ):
            raise


def write_new(storage: Any, name: str, data: bytes, temporary: str) -> None:
    """Do what publish does, and have the name on the disk on return."""
    publish(storage, name, data, temporary)
    sync_names(storage)


def sync_files(storage: Any, names: Iterable[str]) -> None:
    """Have files on the disk, content and name. Files in memory need none of it."""
    _sync_contents(storage, list(names))
    # A disk may keep a later change of the directory and lose an earlier one.
    sync_names(storage)


def _sync_contents(storage: Any, names: list[str]) -> None:
    if not storage.folder:
        return
    paths = [os.path.join(storage.folder, name) for name in names]
    if len(paths) > 1:
        for path in paths:
            _begin_to_write(path)
    for path in paths:
        _sync(path, os.O_RDWR)


def _begin_to_write(path: str) -> None:
    """Have the system begin to write a file, so that several that are synced wait together.

    Else each has to wait for a place on the disk, which it is given when it is written, and for the
    journal to say so: with this a commit of two files and itself waits 0.8 times as long.
    """
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):  # it is advice
            descriptor = os.open(path, os.O_RDWR)
            try:
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def sync_names(storage: Any) -> None:
    """Have the names of all files on the disk."""
    if storage.folder:
        _sync_directory(storage.folder)


def _sync_directory(path: str) -> None:
    if os.name != "nt":  # where a directory cannot be opened, and NTFS keeps the order
        _sync(path, os.O_RDONLY)


def _sync(path: str, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        if _FULL_SYNC is not None:
            try:
                fcntl.fcntl(descriptor, _FULL_SYNC)
            except OSError:  # not every file system of macOS has it
                os.fsync(descriptor)
        else:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_container(storage: Any, name: str, kind: bytes) -> Container:
    """Open a file of a segment: mapped where it is on a disk, if its storage lets it be."""
    folder = getattr(storage, "folder", "")
    if folder and getattr(storage, "supports_mmap", True):
        path = os.path.join(folder, name)
        try:
            with _opened(folder, name) as file:
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


def _opened(folder: str, name: str) -> IO[bytes]:
    """Open a file to be read. CorruptIndexError for what is none, as a pipe or a device.

    To open a pipe would wait for somebody who writes into it, and a device may have no end.
    """
    path = os.path.join(folder, name)

    def opener(found: str, flags: int) -> int:
        return os.open(found, flags | _NO_WAITING)

    try:
        file = open(path, "rb", opener=opener)  # noqa: SIM115  # the caller's to close
    except OSError as error:
        if error.errno not in {errno.EISDIR, errno.ELOOP}:
            raise
        raise CorruptIndexError(f"{name} is no regular file", path=folder, file=name) from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise CorruptIndexError(f"{name} is no regular file", path=folder, file=name)
    return file


class _OwnFile(io.FileIO):
    """A new file, written by the process that has made it.

    A forked child has a copy of the buffer. Without this class it would write the buffer a second
    time when it ends.
    """

    def __init__(self, path: str) -> None:
        self._process = os.getpid()
        super().__init__(path, "xb", opener=_open_no_link)

    def write(self, data: Any) -> Any:
        if os.getpid() != self._process:
            return len(memoryview(data).cast("B"))
        return super().write(data)


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_LINKS, 0o666)


def open_new(path: str) -> IO[bytes]:
    """Make a file and open it to be written, in this process only.

    FileExistsError if there is anything of this name, including a dangling symbolic link.
    """
    return io.BufferedWriter(_OwnFile(path), _BUFFER_BYTES)


class DirectoryStorage:
    """Files in a directory; those being written can be abandoned at any moment."""

    def __init__(self, path: str) -> None:
        self.folder = path
        self._being_written: list[IO[bytes]] = []

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def create_file(self, name: str) -> IO[bytes]:
        """Make a file, and open it to be written. FileExistsError if there is one."""
        file = open_new(self._path(name))
        self._being_written[:] = [other for other in self._being_written if not other.closed]
        self._being_written.append(file)
        return file

    def open_file(self, name: str) -> IO[bytes]:
        """Open a file to be read. FileNotFoundError if it is not there."""
        return _opened(self.folder, name)

    def rename_file(self, old: str, new: str) -> None:
        """Put a file in the place of another one, if any, at once."""
        os.replace(self._path(old), self._path(new))

    def rename_new(self, old: str, new: str) -> None:
        """Rename a file at once. FileExistsError if there is one with its new name."""
        try:
            os.link(self._path(old), self._path(new))
        except FileExistsError:
            raise
        except OSError:  # not every file system has second names, exFAT has none
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
        """Tell whether there is a file with this name."""
        return os.path.exists(self._path(name))

    def file_length(self, name: str) -> int:
        """Return the size of a file in bytes."""
        return os.path.getsize(self._path(name))

    def lock(self, name: str) -> FileLock:
        """Return a lock, which its file stands for; it is free until it is acquired."""
        return FileLock(self._path(name))

    def abandon_files(self) -> None:
        """Close every file that is being written. What a full disk says to that is not news."""
        for file in self._being_written:
            with suppress(OSError):
                file.close()
        self._being_written.clear()
