"""The lock of an index: among processes, or among the threads of one.

A lock belongs to the thread and the process that took it. A forked child has no part in it. A
thread that already has the lock gets an error at once; otherwise it would wait for itself.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from contextlib import suppress
from typing import Final, NamedTuple

from searchlib.forks import renew_in_children

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["LOCK_CONTENT", "FileLock", "MemoryLock"]

_HELD: Final = {errno.EACCES, errno.EDEADLK} if sys.platform == "win32" else {errno.EAGAIN}
"""Errors of the system for a lock that another process has."""

LOCK_CONTENT: Final = b"searchlib\n"
"""Content of the file of a lock that searchlib has made. It deletes no lock file of others."""

# Do not follow a link: somebody else may have made it.
_FLAGS: Final = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)

_ATTEMPTS: Final = 10
_LOCKED_BYTE: Final = 2**30
"""The byte that Windows locks. It is beyond the content, as nobody can read a locked byte."""


class _Owner(NamedTuple):
    process: int
    thread: int

    @classmethod
    def of_now(cls) -> _Owner:
        return cls(os.getpid(), threading.get_ident())


_owners: dict[tuple[int, int], _Owner] = {}
"""The owner, in this process, of the lock of each file, which is named by device and inode."""


class FileLock:
    """A lock that the operating system holds on a file, and lets go when the process ends."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._file: tuple[int, int] | None = None
        self._process = os.getpid()
        self.created_file = False
        """Whether acquire() has made the file of the lock."""
        renew_in_children(self)

    def __del__(self) -> None:
        with suppress(Exception):
            self.release()

    def _renew_in_child(self) -> None:
        """Have no part in the lock of the parent: it would outlive that one."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def acquire(self) -> bool:
        """Take the lock, or tell that another one has it; do not wait."""
        while True:
            descriptor, created = _open_lock_file(self._path)
            try:
                taken = _lock(descriptor)
                file = _file_of(descriptor)
                ours = taken and self._is_of_the_path(descriptor)
                if ours:
                    self._process, self._file, self.created_file = os.getpid(), file, created
                    _owners[file] = _Owner.of_now()
                    self._descriptor = descriptor
                    return True
            except BaseException:
                # Closing frees the lock. Otherwise an exception that is stored would keep it.
                self._descriptor = None
                os.close(descriptor)
                raise
            os.close(descriptor)
            if not taken:
                return False

    def _is_of_the_path(self, descriptor: int) -> bool:
        """Return whether the file is still there: who destroys an index deletes it at the end."""
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self._path))
        except FileNotFoundError:
            return False

    def is_ours(self) -> bool:
        """Return whether this process still has the lock, on the file that is there now.

        It is lost where the file was deleted or replaced, or where something else in this process
        has unlocked it; nobody says so to who had it.
        """
        if self._descriptor is None or self._process != os.getpid():
            return False
        if not self._is_of_the_path(self._descriptor):
            return False
        # Taking a lock that is ours once more does nothing. Windows would refuse it, but lets
        # nobody delete a file that is open.
        return sys.platform == "win32" or _lock(self._descriptor)

    def held_by_this_thread(self) -> bool:
        """Return whether the thread that asks has the lock itself, through another object."""
        try:
            found = os.stat(self._path)
        except OSError:
            return False
        return _owners.get((found.st_dev, found.st_ino)) == _Owner.of_now()

    def release(self) -> None:
        """Let the lock go, if this one has it, and this process is the one that took it."""
        descriptor = self._descriptor
        if descriptor is None:
            return
        if self._process != os.getpid():
            self._renew_in_child()
            return
        if self._file is not None:
            _owners.pop(self._file, None)
            self._file = None
        try:
            # Closing alone does not free it while a forked child still has the descriptor.
            with suppress(OSError):
                _unlock(descriptor)
        finally:
            try:
                with suppress(OSError):  # it is closed all the same
                    os.close(descriptor)
            finally:  # after Ctrl-C a second call must not close another file
                self._descriptor = None


def _open_lock_file(path: str) -> tuple[int, bool]:
    """Open the file of a lock; make it where there is none, not executable, and tell so."""
    for _ in range(_ATTEMPTS):  # others may delete or make it between two steps
        try:
            return os.open(path, _FLAGS), False
        except FileNotFoundError:
            pass
        except OSError as error:
            if error.errno not in {errno.ELOOP, errno.EISDIR}:
                raise
            raise OSError(
                error.errno,
                f"{os.path.basename(path)}, the file of the lock, is a link or a directory that"
                " somebody else has made; move it away",
            ) from error
        with suppress(FileExistsError):
            descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
            with suppress(OSError):  # the lock works without content, as on a full disk
                os.write(descriptor, LOCK_CONTENT)
            return descriptor, True
    return os.open(path, _FLAGS), False


def _file_of(descriptor: int) -> tuple[int, int]:
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _HELD:
            raise
        return False
    return True


def _unlock(descriptor: int) -> None:
    if sys.platform == "win32":
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class MemoryLock:
    """A lock among the threads of this process; acquire does not wait.

    All locks of one name share the dictionary ``owners``, in which one of them stands.
    """

    created_file: Final = False

    def __init__(self, name: str, owners: dict[str, MemoryLock]) -> None:
        self._name = name
        self._owners = owners
        self.owner = _Owner.of_now()

    def acquire(self) -> bool:
        """Take the lock, or tell that another one has it."""
        self.owner = _Owner.of_now()
        return self._owners.setdefault(self._name, self) is self

    def is_ours(self) -> bool:
        """Return whether this one has the lock."""
        return self._owners.get(self._name) is self

    def held_by_this_thread(self) -> bool:
        """Return whether the thread that asks has the lock itself, through another object."""
        other = self._owners.get(self._name)
        return other is not None and other.owner == _Owner.of_now()

    def release(self) -> None:
        """Let the lock go, if this one has it."""
        if self.is_ours():
            del self._owners[self._name]
