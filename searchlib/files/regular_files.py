"""Opening files of a directory: regular ones only, and new ones that replace nothing."""

from __future__ import annotations

import errno
import io
import os
import stat
from contextlib import suppress
from typing import IO, Any, Final

from searchlib.errors import CorruptIndexError

__all__ = ["OpenFiles", "open_new", "open_regular"]

_NO_WAITING: Final = getattr(os, "O_NONBLOCK", 0)  # Windows has no pipes among its files
_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0)
_BUFFER_BYTES: Final = 1 << 16


def open_regular(folder: str, name: str) -> IO[bytes]:
    """Open a regular file to be read. CorruptIndexError for anything else, as a pipe or a device.

    Opening a pipe would wait for a writer, and a device may have no end.
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
    """A new file that only the process that has made it writes to.

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


class OpenFiles:
    """The files that are being written, so that all of them can be closed after an error."""

    def __init__(self) -> None:
        self._files: list[IO[bytes]] = []

    def add(self, file: IO[bytes]) -> None:
        """Remember a file until it is closed."""
        self._files[:] = [other for other in self._files if not other.closed]
        self._files.append(file)

    def abandon(self) -> None:
        """Close every file that is still open. An OSError, as of a full disk, is ignored."""
        for file in self._files:
            with suppress(OSError):
                file.close()
        self._files.clear()
