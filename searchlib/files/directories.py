"""Making directories, and removing them again if what they are for fails."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from searchlib.files.syncing import sync_directory

__all__ = ["make_directory", "new_directory", "remove_directories"]


@contextmanager
def new_directory(path: str) -> Iterator[list[str]]:
    """Make a directory as make_directory does; return what was made, the innermost first.

    After an error, also one of the block, the new directories that are empty are removed.
    """
    created = _missing_directories(path)
    try:
        make_directory(path)
        yield created
    except BaseException:
        remove_directories(created)
        raise


def make_directory(path: str) -> None:
    """Make a directory and the missing ones above it. Their names are on the disk on return."""
    if os.path.isdir(path):
        return
    path = os.path.abspath(path)
    parent = os.path.dirname(path)
    if parent != path and not os.path.exists(parent):
        make_directory(parent)
    os.makedirs(path, exist_ok=True)
    sync_directory(parent)


def _missing_directories(path: str) -> list[str]:
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
