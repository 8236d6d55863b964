"""Opens indexes that Whoosh itself has made, for reading only.

Opening such an index unpickles its schema, its list of segments and its stored fields, which can
run any code in them. No other module of searchlib unpickles. Nothing is written, and no lock is
taken.

The module keeps references to Whoosh's functions from the time of its import, because install() or
a program may replace them later.
"""

from __future__ import annotations

import errno
import os
import pickle
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from time import sleep
from typing import Any, Final

from whoosh import index as whoosh_index
from whoosh.fields import ensure_schema
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from searchlib.errors import (
    CorruptIndexError,
    IndexFormatError,
    IndexNotFoundError,
    StorageError,
)
from searchlib.files.commit_names import WHOOSH_COMMIT
from searchlib.settings import SETTINGS_FILE
from searchlib.whoosh.index.stock_toc import STOCK_VERSION, latest_toc, toc_file, toc_names
from searchlib.whoosh.index.whoosh_directory import storage_path

__all__ = ["StockIndex", "reading_stock", "stock_of", "stock_open"]

_FileStorage: Final = FileStorage
_SegmentReader: Final = SegmentReader
_FileIndex: Final = whoosh_index.FileIndex
_VersionError: Final = whoosh_index.IndexVersionError
_read_toc: Final = whoosh_index.TOC.read

_ATTEMPTS: Final = 10
"""Maximum number of attempts to open an index while a writer changes it, to bound the loop."""

_DEFAULT_NAME: Final = "MAIN"
_GLOBAL: Final = re.compile(rb"c([\w.]+)\n([\w.]+)\n")
_ATTRIBUTE: Final = re.compile(r"Can't get (?:local )?attribute '([^']+)' on <module '([^']+)'")

# Errors that damaged bytes may cause.
_DAMAGE: Final = (
    EOFError, struct.error, pickle.UnpicklingError, zlib.error, ValueError, LookupError, NameError,
    AssertionError, OverflowError, MemoryError, BufferError, whoosh_index.IndexError,
)  # fmt: skip


@dataclass(frozen=True)
class StockIndex:
    """A snapshot of an index of Whoosh: its schema, and a reader for each segment."""

    path: str
    name: str
    schema: Any
    readers: list[Any]

    @property
    def doc_count(self) -> int:
        """Number of documents that are not deleted."""
        return sum(int(reader.doc_count()) for reader in self.readers)

    def close(self) -> None:
        """Close its files."""
        for reader in self.readers:
            with suppress(Exception):  # readers may share a storage, which can be closed only once
                reader.close()


def stock_open(path: str, indexname: str | None = None, schema: Any = None) -> StockIndex:
    """Open the index with this name in a directory; ``schema``, if given, replaces the pickled one.

    Raises IndexNotFoundError if there is none, and CorruptIndexError if it is damaged. Raises
    StorageError if it is an index of searchlib, or if this Whoosh cannot read it.
    """
    name = indexname or _DEFAULT_NAME
    try:
        files = os.listdir(path)
    except FileNotFoundError:
        raise IndexNotFoundError("there is no such directory", path=path) from None
    except OSError as error:
        raise StorageError(f"the index cannot be read: {error.strerror}", path=path) from error
    names = toc_names(files)
    if name not in names:
        raise _no_index(path, name, names, files)
    return _opened(_FileStorage(path, readonly=True), path, name, schema)


def stock_of(index: Any) -> StockIndex:
    """Return a snapshot of an index that a program has opened with Whoosh, in any storage."""
    if not isinstance(index, _FileIndex):
        raise TypeError(f"convert takes an index of Whoosh or the path of one, not {index!r:.80}")
    path = storage_path(index.storage)
    if latest_toc(index.storage, index.indexname) < 0:
        raise _no_index(path, index.indexname, [], list(index.storage.list()))
    return _opened(index.storage, path, index.indexname, index._schema)


def _no_index(path: str, name: str, names: list[str], files: list[str]) -> StorageError:
    if names:
        return IndexNotFoundError(
            f"there is no Whoosh index called {name}; there is {', '.join(names)}",
            path=path,
        )
    if SETTINGS_FILE in files:
        return StorageError(
            "this is an index of searchlib, and nothing has to be converted; open it with"
            " searchlib.open, or with searchlib.whoosh.open_dir",
            path=path,
        )
    if any(map(WHOOSH_COMMIT.fullmatch, files)):
        return StorageError(
            "this is an index of searchlib.whoosh, and nothing has to be converted; open it with"
            " searchlib.whoosh.open_dir",
            path=path,
        )
    return IndexNotFoundError("there is no Whoosh index: no file name ends in .toc", path=path)


def _opened(storage: Any, path: str, name: str, schema: Any) -> StockIndex:
    for attempt in range(_ATTEMPTS):
        generation = latest_toc(storage, name)
        if generation < 0:
            raise IndexNotFoundError(f"there is no Whoosh index called {name}", path=path)
        file = toc_file(name, generation)
        try:
            with reading_stock(path, storage, file), ExitStack() as opened:
                toc = _read_toc(storage, name, gen=generation, schema=schema)
                toc_schema = ensure_schema(toc.schema)
                index = StockIndex(path, name, toc_schema, [])
                opened.callback(index.close)
                for segment in toc.segments:
                    index.readers.append(
                        _SegmentReader(storage, toc_schema, segment, generation=generation)
                    )
                opened.pop_all()
                return index
        except StorageError:
            # If a writer has deleted a file in the meantime, there is a newer generation.
            if attempt == _ATTEMPTS - 1 or latest_toc(storage, name) == generation:
                raise
            sleep(0.05)
    raise AssertionError  # the last attempt raises or returns


@contextmanager
def reading_stock(path: str, storage: Any = None, toc: str | None = None) -> Iterator[None]:
    """Convert every error of reading the index at ``path`` into a StorageError.

    Unpickling may raise any error, and so may Whoosh, whose files have no checksums.
    """
    try:
        yield
    except StorageError:
        raise
    except (Exception, SystemExit) as error:
        raise _unreadable(error, path, storage, toc) from error


def _unreadable(error: BaseException, path: str, storage: Any, toc: str | None) -> StorageError:
    reason = f"{type(error).__name__}: {error!s:.200}"
    if isinstance(error, _VersionError):
        version = getattr(error, "version", -1)
        return IndexFormatError(
            f"the index is damaged, or of a version {version} that this Whoosh does not read;"
            " open it and optimize it with the Whoosh that wrote it",
            path=path,
            found=version,
            supported=STOCK_VERSION,
        )
    if isinstance(error, ImportError) or (
        isinstance(error, AttributeError) and _ATTRIBUTE.search(str(error))
    ):
        return StorageError(
            f"the index cannot be read by this Whoosh: it needs {_missing(error, storage, toc)},"
            f" which cannot be imported ({reason}); run this where the program that made the index"
            " is installed (PYTHONPATH), or call searchlib.whoosh.convert(old, new, schema=schema)"
            " in that program",
            path=path,
        )
    if isinstance(error, FileNotFoundError):
        return CorruptIndexError(
            f"a file of the index is missing: {error.filename}; if a program is writing to the"
            " index, run this again when it has finished",
            path=path,
        )
    if (
        isinstance(error, OSError) and error.errno != errno.EINVAL
    ):  # EINVAL: seek to a negative offset
        return StorageError(f"the index cannot be read: {error.strerror or error}", path=path)
    if isinstance(error, (*_DAMAGE, OSError)) or toc is None or _is_of_whoosh(error):
        return CorruptIndexError(
            f"the index is damaged, or this Whoosh cannot read it ({reason})", path=path, file=toc
        )
    return StorageError(f"the index cannot be read by this Whoosh ({reason})", path=path)


def _is_of_whoosh(error: BaseException) -> bool:
    """Return whether code of Whoosh has raised an error, and not code that it unpickles."""
    innermost = error.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    home = innermost.tb_frame.f_globals.get("__name__", "") if innermost else ""
    return home.startswith("whoosh.") and home != "whoosh.index"


def _missing(error: BaseException, storage: Any, toc: str | None) -> str:
    """Return the names of the classes and functions that unpickling has not found."""
    attribute = _ATTRIBUTE.search(str(error))
    if attribute:
        return f"{attribute[2]}.{attribute[1]}"
    module = getattr(error, "name", None) or "a module"
    names: set[str] = set()
    with suppress(Exception):  # the names are for the message only
        data = bytes(storage.open_file(toc).read())
        for pickled_module, name in _GLOBAL.findall(data):
            home = pickled_module.decode()
            if home == module or home.startswith(f"{module}."):
                names.add(f"{home}.{name.decode()}")
    return ", ".join(sorted(names)) or str(module)
