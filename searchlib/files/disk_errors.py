"""Errors of the disk while an index is written, as StorageError: before and after a commit."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from searchlib.errors import StorageError

__all__ = ["published_errors", "write_errors"]

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def write_errors(path: str) -> Iterator[None]:
    """Turn each OSError while the index at ``path`` is written into StorageError.

    Use it up to the moment at which a commit is published: the messages say that nothing was
    written.
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
def published_errors(path: str) -> Iterator[None]:
    """Turn each OSError after a commit is published into StorageError: the change is there."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            "the change is in the index, but it may not outlive a loss of power, as the disk says:"
            f" {error.strerror or error}; do not run it again",
            path=path,
        ) from error
