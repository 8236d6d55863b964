"""Files that are read, written and deleted as a whole, in a directory or in memory.

The functions take Whoosh's storages too, which have the same methods: see whoosh_directory.py. A
file is made once, under a name that no other file has, and never changed. searchlib neither
overwrites nor deletes what somebody else has put into the directory.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import Any, Final

from searchlib.errors import CorruptIndexError
from searchlib.files.syncing import sync_contents, sync_names

__all__ = [
    "MAX_FILE_BYTES",
    "delete_files",
    "has_content",
    "publish",
    "read_file",
    "write_new",
]

MAX_FILE_BYTES: Final = 256 * 2**20
"""Maximum size of a file that is read whole, to bound memory.

A commit of this size has the numbers of 25 million deleted documents.
"""


def read_file(storage: Any, name: str, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """Return all of a file that is read whole, as the settings and commits are.

    FileNotFoundError if it is not there, CorruptIndexError for one of more than ``max_bytes``.
    """
    with closing(storage.open_file(name)) as file:
        size = storage.file_length(name)
        if size > max_bytes:
            raise CorruptIndexError(
                f"{name} has {size} bytes, and none is larger than {max_bytes}",
                path=storage.folder or "(in memory)",
                file=name,
            )
        return bytes(file.read())


def has_content(storage: Any, name: str, data: bytes, *, if_unreadable: bool = True) -> bool:
    """Return whether there is a file with this name that holds ``data``.

    ``if_unreadable`` is the answer for a file that is there and cannot be read, for example because
    too many files are open.
    """
    try:
        return read_file(storage, name) == data
    except CorruptIndexError:  # too long, or no regular file
        return False
    except OSError:
        return if_unreadable and bool(storage.file_exists(name))


def publish(
    storage: Any, name: str, data: bytes, temporary: str, files: Iterable[str] = ()
) -> None:
    """Write a new file, which appears under its name as a whole, at one moment.

    On return its content is on the disk, its name perhaps not yet: see sync_names. ``files`` are
    those that it names: they are on the disk, as after sync_files, before it appears. Until then it
    is called ``temporary``; a process that is killed may leave a file of that name. FileExistsError
    if there is another file called ``name``.
    """
    file = None
    try:
        file = storage.create_file(temporary)
        with closing(file):
            file.write(data)
        before = list(files)
        sync_contents(storage, [*before, temporary])
        if before:
            sync_names(storage)
        storage.rename_new(temporary, name)
    except BaseException as error:
        if file is None and isinstance(error, FileExistsError):
            raise  # somebody else's file has the temporary name
        delete_files(storage, [temporary])
        # A network file system may have renamed it and report an error.
        if not isinstance(error, OSError) or not has_content(
            storage, name, data, if_unreadable=False
        ):
            raise


def write_new(storage: Any, name: str, data: bytes, temporary: str) -> None:
    """Do what publish does, and have the name on the disk on return."""
    publish(storage, name, data, temporary)
    sync_names(storage)


def delete_files(storage: Any, names: Iterable[str]) -> list[str]:
    """Delete files in the order given; return the names of those that could not be deleted.

    A file that is not there counts as deleted. Windows, for example, deletes no file that is mapped
    into memory.
    """
    left: list[str] = []
    for name in names:
        try:
            storage.delete_file(name)
        except FileNotFoundError:
            pass
        except OSError:
            left.append(name)
    return left
