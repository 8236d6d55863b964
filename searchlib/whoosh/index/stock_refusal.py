"""Refuses an index that Whoosh itself has made: it is never opened for searching or writing."""

from __future__ import annotations

import shlex
from typing import Any

from searchlib.whoosh.index.stock_toc import latest_toc, toc_file, toc_version
from searchlib.whoosh.index.whoosh_directory import storage_path
from searchlib.whoosh.index.whoosh_errors import StockIndexError

__all__ = ["refuse_stock_index"]


def refuse_stock_index(storage: Any, indexname: str, supported: int) -> None:
    """Raise StockIndexError if there is a table of contents that Whoosh has written."""
    generation = latest_toc(storage, indexname)
    if generation < 0:
        return
    file = toc_file(indexname, generation)
    raise StockIndexError(
        f"{file} is the table of contents of an index that Whoosh itself has made, with pickles:"
        " it is not opened or overwritten. Convert it into another directory with"
        f" {_conversion(storage.folder, indexname)}",
        path=storage_path(storage),
        found=toc_version(storage, file),
        supported=supported,
    )


def _conversion(folder: str, indexname: str) -> str:
    if not folder:  # only the program that has opened the storage can convert it
        return (
            "searchlib.whoosh.convert(index, 'NEW'), where index was opened by Whoosh itself; for a"
            " directory, use `searchlib import-whoosh`"
        )
    option, argument = "", ""
    if indexname != "MAIN":
        option, argument = f" --name={shlex.quote(indexname)}", f", indexname={indexname!r}"
    # A path that begins with a hyphen would be read as an option.
    path = shlex.quote(f"./{folder}" if folder.startswith("-") else folder)
    return (
        f"`searchlib import-whoosh {path} NEW{option}`, or with"
        f" searchlib.whoosh.convert({folder!r}, 'NEW'{argument})"
    )
