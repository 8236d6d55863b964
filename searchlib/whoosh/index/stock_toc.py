"""Finds the tables of contents (*.toc) of indexes that Whoosh itself has made.

It reads only their names and their headers, and unpickles nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from contextlib import closing, suppress
from typing import Any, Final

from searchlib.errors import StorageError
from searchlib.files.commit_names import WHOOSH_TOC

__all__ = ["STOCK_VERSION", "latest_toc", "toc_file", "toc_names", "toc_version"]

STOCK_VERSION: Final = -111
"""The version of the format that Whoosh 2.7 writes."""

# Three sizes of types, a number that shows the byte order, and the version.
_HEADER: Final = struct.Struct("!3Bii")
_BYTE_ORDER_MARK: Final = -12345


def toc_names(files: Iterable[str]) -> list[str]:
    """Return the names of the indexes that have a table of contents among ``files``, sorted."""
    return sorted({match[1] for file in files if (match := WHOOSH_TOC.fullmatch(file))})


def toc_file(indexname: str, generation: int) -> str:
    """Return the file name of the table of contents of a generation."""
    return f"_{indexname}_{generation}.toc"


def latest_toc(storage: Any, indexname: str) -> int:
    """Return the generation of the newest table of contents of an index, or -1."""
    matches = map(WHOOSH_TOC.fullmatch, storage.list())
    return max((int(toc[2]) for toc in matches if toc and toc[1] == indexname), default=-1)


def toc_version(storage: Any, file: str) -> int:
    """Return the version of a table of contents. The pickles after it are not read.

    If the version cannot be read, return STOCK_VERSION.
    """
    with suppress(OSError, StorageError, struct.error), closing(storage.open_file(file)) as opened:
        *_, byte_order, version = _HEADER.unpack(bytes(opened.read(_HEADER.size)))
        if byte_order == _BYTE_ORDER_MARK:
            return int(version)
    return STOCK_VERSION
