"""The tables of contents (*.toc) by which an index that Whoosh itself has made is known.

Nothing of them is unpickled here.
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

# Three sizes of types, a number that shows the order of bytes, and the version.
_BEGINNING: Final = struct.Struct("!3Bii")
_ORDER: Final = -12345


def toc_names(files: Iterable[str]) -> list[str]:
    """Return the names of the indexes that have a table of contents among ``files``, sorted."""
    return sorted({found[1] for file in files if (found := WHOOSH_TOC.fullmatch(file))})


def toc_file(indexname: str, generation: int) -> str:
    """Return the name of the table of contents of a generation."""
    return f"_{indexname}_{generation}.toc"


def latest_toc(storage: Any, indexname: str) -> int:
    """Return the generation of the newest table of contents of an index, or -1."""
    found = map(WHOOSH_TOC.fullmatch, storage.list())
    return max((int(toc[2]) for toc in found if toc and toc[1] == indexname), default=-1)


def toc_version(storage: Any, file: str) -> int:
    """Read the version of a table of contents. What comes after it is pickled, and stays so."""
    with suppress(OSError, StorageError, struct.error), closing(storage.open_file(file)) as opened:
        *_, order, version = _BEGINNING.unpack(bytes(opened.read(_BEGINNING.size)))
        if order == _ORDER:
            return int(version)
    return STOCK_VERSION
