"""How an index that Whoosh itself has made is known, and what is said of it."""

from __future__ import annotations

import re
import shlex
import struct
from contextlib import closing, suppress
from typing import Any, Final

from searchlib.errors import StorageError
from searchlib.whoosh.index.index_directory import place_of
from searchlib.whoosh.index.whoosh_errors import StockIndexError

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
    raise StockIndexError(
        f"{file} is the table of contents of an index that Whoosh itself has made, with pickles:"
        " it is not opened, and nothing is written over it. Convert it into another directory with"
        f" {_conversion(storage.folder, indexname)}",
        path=place_of(storage),
        found=_version(storage, file),
        supported=supported,
    )


def _conversion(folder: str, indexname: str) -> str:
    if not folder:  # only the program that has it can convert it
        return (
            "searchlib.whoosh.convert(index, 'NEW'), where index is what Whoosh itself has opened;"
            " `searchlib import-whoosh` does that with a directory"
        )
    option, argument = "", ""
    if indexname != "MAIN":
        option, argument = f" --name={shlex.quote(indexname)}", f", indexname={indexname!r}"
    # What begins with a hyphen would be an option.
    path = shlex.quote(f"./{folder}" if folder.startswith("-") else folder)
    return (
        f"`searchlib import-whoosh {path} NEW{option}`, or with"
        f" searchlib.whoosh.convert({folder!r}, 'NEW'{argument})"
    )


def _version(storage: Any, file: str) -> int:
    """Read the version of a table of contents; what comes after it is pickled, and stays so."""
    with suppress(OSError, StorageError, struct.error), closing(storage.open_file(file)) as opened:
        *_, order, version = _BEGINNING.unpack(bytes(opened.read(_BEGINNING.size)))
        if order == _ORDER:
            return int(version)
    return _CURRENT
