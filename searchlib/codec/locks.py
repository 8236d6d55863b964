"""The lock of an index: among processes, or among the threads of one."""

from __future__ import annotations

import errno
import os
import sys
import threading
from contextlib import suppress
from typing import Final

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["FileLock", "MemoryLock"]

_HELD: Final = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
"""What the system says of a lock that another one has."""


class FileLock:
    """A lock that the operating system holds on a file, and lets go when the process ends."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None

    def __del__(self) -> None:
        with suppress(Exception):
            self.release()

    def acquire(self) -> bool:
        """Take the lock, or tell that another one has it; do not wait."""
        while True:
            self._descriptor = os.open(self._path, os.O_CREAT | os.O_WRONLY)
            try:
                if sys.platform == "win32":
                    msvcrt.locking(self._descriptor, msvcrt.LK_NBLCK, 1)
                else:
                    fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(self._descriptor)
                self._descriptor = None
                if error.errno not in _HELD:
                    raise
                return False
            if self._is_of_the_path(self._descriptor):
                return True
            self.release()

    def _is_of_the_path(self, descriptor: int) -> bool:
        """Tell whether the file is still there: who destroys an index deletes it at the end."""
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self._path))
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let the lock go, if this one has it. Processes that were forked meanwhile lose it too."""
        if self._descriptor is not None:
            if sys.platform == "win32":
                msvcrt.locking(self._descriptor, msvcrt.LK_UNLCK, 1)
            else:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            try:
                os.close(self._descriptor)
            finally:  # Ctrl-C behind it must not have another file closed by a second call
                self._descriptor = None


class MemoryLock:
    """A lock among the threads of this process; acquire does not wait."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def acquire(self) -> bool:
        """Take the lock, or tell that another one has it."""
        return self._lock.acquire(blocking=False)

    def release(self) -> None:
        """Let the lock go."""
        self._lock.release()
