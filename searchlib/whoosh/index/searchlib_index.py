"""A Whoosh index in a directory: searchlib's segments and commit file, and Whoosh's writer.

Segments are called _MAIN_<name>.docs and .terms. So an index of articles, whose files begin with
MAIN_, may be in the same directory; the two share the lock. whoosh_commit.py describes the commit
file.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import Any, Final

from whoosh.fields import Schema, ensure_schema
from whoosh.filedb.filestore import FileStorage, Storage
from whoosh.index import FileIndex

from searchlib.errors import CorruptIndexError, StorageError
from searchlib.files.directories import make_directory
from searchlib.files.disk_errors import published_errors
from searchlib.files.locks import LOCK_CONTENT
from searchlib.files.whole_files import delete_files, has_content
from searchlib.whoosh.index.latest_commit import exists, lock_file, locked, read_commit
from searchlib.whoosh.index.searchlib_writer import SearchlibWriter
from searchlib.whoosh.index.storage_adapter import StorageAdapter
from searchlib.whoosh.index.whoosh_commit import (
    WhooshCommit,
    commit_names,
    droppable,
    index_names,
)
from searchlib.whoosh.index.whoosh_directory import (
    WhooshDirectory,
    check_writable,
    storage_path,
)
from searchlib.whoosh.index.whoosh_errors import LockedError, NoIndexError
from searchlib.whoosh.index.whoosh_publishing import WhooshPublication, next_generation

__all__ = ["IndexDirectory", "SearchlibIndex"]

_WHOOSH_FILE: Final = re.compile(r"_(.+)_[0-9]+\.toc\..*|([^_].*)_[0-9a-z]{16}\..*", re.DOTALL)
"""Files of Whoosh's own writer: an unfinished table of contents, or a part of a segment."""

_STORAGE_METHODS: Final = (
    "create_file",
    "open_file",
    "delete_file",
    "rename_file",
    "list",
    "lock",
)
"""A subclass of FileStorage that overrides one of these methods is more than a directory."""


class _Indexes(Storage):  # type: ignore[misc]  # whoosh has no types
    """A storage that creates and opens indexes of searchlib."""

    def create_index(
        self, schema: Any, indexname: str = "MAIN", indexclass: Any = None
    ) -> FileIndex:
        """Create an empty index; it replaces the index of searchlib with this name, if any."""
        check_writable(self)
        return super().create_index(schema, indexname, indexclass or SearchlibIndex)

    def open_index(
        self, indexname: str = "MAIN", schema: Any = None, indexclass: Any = None
    ) -> FileIndex:
        """Open an index. Raises EmptyIndexError if there is none."""
        return super().open_index(indexname, schema, indexclass or SearchlibIndex)

    def index_exists(self, indexname: str | None = None) -> bool:
        """Return whether there is an index. Raises StockIndexError if Whoosh itself has made it."""
        return exists(self, indexname or "MAIN")


class IndexDirectory(_Indexes, WhooshDirectory):
    """A directory with indexes."""

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if match := _WHOOSH_FILE.fullmatch(name):
            self._refuse_stock_writer(name, match[1] or match[2])
        return super().create_file(name, *args, **kwargs)

    def temp_storage(self, name: str | None = None) -> WhooshDirectory:
        # Whoosh's own writer calls this first. SearchlibWriter uses the storage of for_writer().
        if name and not self.is_writers:
            self._refuse_stock_writer(name, name.removesuffix(".tmp"))
        return super().temp_storage(name)

    def _refuse_stock_writer(self, name: str, indexname: str) -> None:
        """Raise TypeError if Whoosh's own writer begins to write an index of searchlib."""
        if commit_names(indexname).latest(self) >= 0:
            raise TypeError(
                f"{name} is a file of Whoosh's SegmentWriter or MpWriter, which cannot write this"
                " index; use index.writer(), which takes the same arguments, or call"
                " searchlib.whoosh.install() first"
            )

    def clean(self, ignore: bool = False) -> None:
        """Delete the Whoosh indexes that searchlib has made here; other files stay.

        An index that is damaged, or that a writer has locked, stays, too. When the others are
        deleted, the first CorruptIndexError or LockError is raised, unless ``ignore`` is true.
        """
        check_writable(self)
        errors: list[Exception] = []
        for name in index_names(self):
            try:
                self._delete_index(name)
            except (StorageError, OSError) as error:
                errors.append(error)
        if errors and not ignore:
            raise errors[0]

    def _delete_index(self, indexname: str) -> None:
        read_commit(self, indexname, Schema())  # if it is damaged, raise before a lock is made
        with locked(self, indexname) as lock:
            commit = read_commit(self, indexname, Schema())
            if not lock.is_ours():
                raise LockedError(
                    "the lock was deleted or replaced, so others may be writing; nothing was"
                    " deleted",
                    path=self.folder,
                )
            if commit is not None:
                last = commit_names(indexname).name(commit.generation)
                delete_files(self, sorted(droppable(self, indexname, commit) - {last}))
                self.delete_file(last)
            lock_name = lock_file(indexname)
            # A file with another content was not written by searchlib.
            if has_content(self, lock_name, LOCK_CONTENT, if_unreadable=False):
                delete_files(self, [lock_name])

    def destroy(self) -> None:
        """Do the same as ``clean``, then remove the directory if it is empty."""
        self.clean()
        with suppress(OSError):
            os.rmdir(self.folder)


class _OtherIndexes(_Indexes, StorageAdapter):
    """A storage that is not a directory, with indexes of searchlib."""


def our_storage(storage: Any) -> Any:
    """Return a storage for indexes of searchlib that uses the Whoosh storage ``storage``."""
    if isinstance(storage, WhooshDirectory | StorageAdapter):
        return storage
    kind = type(storage)
    if isinstance(storage, FileStorage) and all(
        getattr(kind, name) is getattr(FileStorage, name) for name in _STORAGE_METHODS
    ):
        return IndexDirectory(storage.folder, storage.supports_mmap, storage.readonly)
    if not isinstance(storage, Storage):
        raise ValueError(f"{storage!r} is not a Storage object")  # noqa: TRY004  # as Whoosh says
    return _OtherIndexes(storage)


class SearchlibIndex(FileIndex):  # type: ignore[misc]
    """A Whoosh index in searchlib's format; create_in and open_dir return it."""

    def __init__(self, storage: Any, schema: Any = None, indexname: str = "MAIN") -> None:
        self.storage = our_storage(storage)
        self.indexname = _check_name(indexname)
        # As in Whoosh, a schema from the program is used in place of the stored one.
        self._schema = None if schema is None else ensure_schema(schema)
        self._read_toc()

    @classmethod
    def create(cls, storage: Any, schema: Any, indexname: str = "MAIN") -> SearchlibIndex:
        """Create an empty index; it replaces the index of searchlib with this name, if any.

        Raises StockIndexError if Whoosh itself has made the existing index, CorruptIndexError if
        it cannot be read, and IndexFormatError if another version has made it. In these cases
        nothing is deleted.
        """
        storage = our_storage(storage)
        indexname = _check_name(indexname)
        schema = ensure_schema(schema)
        check_writable(storage)
        exists(storage, indexname)
        if storage.folder:
            make_directory(storage.folder)
        with locked(storage, indexname) as lock:
            exists(storage, indexname)
            base = read_commit(storage, indexname, schema)
            generation = next_generation(base, storage_path(storage))
            commit = WhooshCommit(indexname, schema, [], generation)
            WhooshPublication(storage, indexname, base, lock).publish(commit)
        with published_errors(storage_path(storage)):
            return cls(storage, schema, indexname)

    def latest_generation(self) -> int:
        return commit_names(self.indexname).latest(self.storage)

    def last_modified(self) -> float:
        name = commit_names(self.indexname).name(self.latest_generation())
        return float(self.storage.file_modified(name))

    def reader(self, reuse: Any = None) -> Any:
        # ``reuse`` is ignored: Whoosh reuses segments that have been merged or changed since.
        try:
            return super().reader()
        except FileNotFoundError as error:
            raise CorruptIndexError(
                f"a file of the index is missing: {error.filename}", path=storage_path(self.storage)
            ) from error

    def writer(self, procs: int = 1, **kwargs: Any) -> SearchlibWriter:
        """Return a writer. It takes Whoosh's arguments, and always writes in one process.

        Raises LockError if another writer still has the index after ``timeout`` seconds (0 by
        default).
        """
        return SearchlibWriter(self, **kwargs)

    def _read_toc(self) -> WhooshCommit:
        commit = read_commit(self.storage, self.indexname, self._schema)
        if commit is not None:
            return commit
        exists(self.storage, self.indexname)
        raise NoIndexError(
            f"there is no index {self.indexname!r}; create one with create_in",
            path=storage_path(self.storage),
        )


def _check_name(indexname: Any) -> str:
    if not isinstance(indexname, str):
        raise ValueError(f"indexname {indexname!r} is not a string")  # noqa: TRY004  # as Whoosh says
    if os.path.basename(indexname) != indexname or "\0" in indexname:
        raise ValueError(f"indexname {indexname!r} cannot be part of a file name")
    return indexname
