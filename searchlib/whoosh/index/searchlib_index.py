"""A Whoosh index in a directory: our segments, our commit file, and Whoosh's writer over both.

Segments are _MAIN_<name>.docs and .terms, so that an index of articles, whose files begin with
MAIN_, may be in the same directory; the two share the lock. The commit file is that of
whoosh_commit.py.
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
"""What Whoosh's own writer makes: a table of contents in the making, or a part of a segment."""

_OWN_WAYS: Final = ("create_file", "open_file", "delete_file", "rename_file", "list", "lock")
"""What a storage may do in a way of its own, so that it is more than a directory."""


class _Indexes(Storage):  # type: ignore[misc]  # whoosh has no types
    """A storage whose indexes are ours, for programs that open them through it."""

    def create_index(
        self, schema: Any, indexname: str = "MAIN", indexclass: Any = None
    ) -> FileIndex:
        """Make an empty index, in the place of the one of this name that is ours, if any."""
        check_writable(self)
        return super().create_index(schema, indexname, indexclass or SearchlibIndex)

    def open_index(
        self, indexname: str = "MAIN", schema: Any = None, indexclass: Any = None
    ) -> FileIndex:
        """Open an index. Raises EmptyIndexError if there is none."""
        return super().open_index(indexname, schema, indexclass or SearchlibIndex)

    def index_exists(self, indexname: str | None = None) -> bool:
        """Tell whether there is an index; StockIndexError for one that is Whoosh's own."""
        return exists(self, indexname or "MAIN")


class IndexDirectory(_Indexes, WhooshDirectory):
    """A directory with indexes."""

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if found := _WHOOSH_FILE.fullmatch(name):
            self._refuse_whooshs(name, found[1] or found[2])
        return super().create_file(name, *args, **kwargs)

    def temp_storage(self, name: str | None = None) -> WhooshDirectory:
        # Whoosh's own writer asks for it first. Ours uses the storage that for_writer() returns.
        if name and not self.is_writers:
            self._refuse_whooshs(name, name.removesuffix(".tmp"))
        return super().temp_storage(name)

    def _refuse_whooshs(self, name: str, indexname: str) -> None:
        if commit_names(indexname).latest(self) >= 0:
            raise TypeError(
                f"{name} is a file of Whoosh's own, whose SegmentWriter and MpWriter do not write"
                " this index; use index.writer(), which takes the same arguments, or call"
                " searchlib.whoosh.install() first"
            )

    def clean(self, ignore: bool = False) -> None:
        """Delete the Whoosh indexes that searchlib has made here; other files stay.

        One that is damaged, or that a writer has, stays. Raises CorruptIndexError or LockError for
        the first of them when the others are deleted, or nothing with ``ignore``.
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
        read_commit(self, indexname, Schema())  # raises before a lock is made if it is damaged
        with locked(self, indexname) as held:
            commit = read_commit(self, indexname, Schema())
            if not held.is_ours():
                raise LockedError(
                    "the lock was deleted or replaced, so that others may be writing; nothing was"
                    " deleted",
                    path=self.folder,
                )
            if commit is not None:
                last = commit_names(indexname).name(commit.generation)
                delete_files(self, sorted(droppable(self, indexname, commit) - {last}))
                self.delete_file(last)
            lock = lock_file(indexname)
            # Otherwise it is somebody else's.
            if has_content(self, lock, LOCK_CONTENT, if_unreadable=False):
                delete_files(self, [lock])

    def destroy(self) -> None:
        """Do what clean does, then remove the directory, if nothing else is in it."""
        self.clean()
        with suppress(OSError):
            os.rmdir(self.folder)


class _OtherIndexes(_Indexes, StorageAdapter):
    """Another storage with indexes."""


def our_storage(storage: Any) -> Any:
    """Return a storage for our indexes over one of Whoosh's."""
    if isinstance(storage, WhooshDirectory | StorageAdapter):
        return storage
    kind = type(storage)
    if isinstance(storage, FileStorage) and all(
        getattr(kind, name) is getattr(FileStorage, name) for name in _OWN_WAYS
    ):
        return IndexDirectory(storage.folder, storage.supports_mmap, storage.readonly)
    if not isinstance(storage, Storage):
        raise ValueError(f"{storage!r} is not a Storage object")  # noqa: TRY004  # as Whoosh says
    return _OtherIndexes(storage)


class SearchlibIndex(FileIndex):  # type: ignore[misc]
    """A Whoosh index: what programs get from create_in and open_dir."""

    def __init__(self, storage: Any, schema: Any = None, indexname: str = "MAIN") -> None:
        self.storage = our_storage(storage)
        self.indexname = _checked(indexname)
        # As with Whoosh's own index, a schema that the program gives counts, not the one written.
        self._schema = None if schema is None else ensure_schema(schema)
        self._read_toc()

    @classmethod
    def create(cls, storage: Any, schema: Any, indexname: str = "MAIN") -> SearchlibIndex:
        """Make an empty index, in the place of the one of ours there is, if any.

        Raises StockIndexError where Whoosh itself has made one, CorruptIndexError where the one
        there is cannot be read, IndexFormatError where another version has made it. Nothing is
        deleted then.
        """
        storage = our_storage(storage)
        indexname = _checked(indexname)
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
        # Whoosh reuses segments of the old reader that have been merged or deleted since.
        try:
            return super().reader()
        except FileNotFoundError as error:
            raise CorruptIndexError(
                f"a file of the index is missing: {error.filename}", path=storage_path(self.storage)
            ) from error

    def writer(self, procs: int = 1, **kwargs: Any) -> SearchlibWriter:
        """Return a writer; it takes the arguments of Whoosh's, and writes in one process always.

        Raises LockError if another one has the index, after ``timeout`` seconds (0 by default).
        """
        return SearchlibWriter(self, **kwargs)

    def _read_toc(self) -> WhooshCommit:
        commit = read_commit(self.storage, self.indexname, self._schema)
        if commit is not None:
            return commit
        exists(self.storage, self.indexname)
        raise NoIndexError(
            f"there is no index {self.indexname!r}; make one with create_in",
            path=storage_path(self.storage),
        )


def _checked(indexname: Any) -> str:
    if not isinstance(indexname, str):
        raise ValueError(f"indexname {indexname!r} is not a string")  # noqa: TRY004  # as Whoosh says
    if os.path.basename(indexname) != indexname or "\0" in indexname:
        raise ValueError(f"indexname {indexname!r} cannot be part of the name of a file")
    return indexname
