"""How an index that Whoosh itself has made is known, and what is said of it."""

from __future__ import annotations

import re
import struct
from contextlib import closing, suppress
from typing import Any, Final

from searchlib.codec.whoosh_errors import StockIndexError
from searchlib.errors import StorageError

__all__ = ["refuse_stock_index"]

_CURRENT: Final = -111
"""The version of the format that Whoosh 2.7 writes."""

# Three sizes of types, a number that shows the order of bytes, and the version.
_BEGINNING: Final = struct.Struct("!3Bii")
_ORDER: Final = -12345


def refuse_stock_index(storage: Any, indexname: str, supported: int) -> None:
    """Raise StockIndexError if there is a table of contents that Whoosh has written."""
    pattern = re.compile(rf"_{re.escape(indexname)}_([0-9]+)\.toc")
    found = [name for name in map(pattern.fullmatch, storage.list()) if name]
    if not found:
        return
    file = max(found, key=lambda name: int(name[1]))[0]
    path = storage.folder
    raise StockIndexError(
        f"{file} is the table of contents of an index that Whoosh itself has made, with pickles:"
        " it is not opened, and nothing is written over it. Convert it into another directory with"
        f" `searchlib import-whoosh {path} NEW`, or with"
        f" searchlib.whoosh.convert({path!r}, 'NEW')",
        path=path or "(in memory)",
        found=_version(storage, file),
        supported=supported,
    )


def _version(storage: Any, file: str) -> int:
    """Read the version of a table of contents; what comes after it is pickled, and stays so."""
    with suppress(OSError, StorageError, struct.error), closing(storage.open_file(file)) as opened:
        *_, order, version = _BEGINNING.unpack(bytes(opened.read(_BEGINNING.size)))
        if order == _ORDER:
            return int(version)
    return _CURRENT
