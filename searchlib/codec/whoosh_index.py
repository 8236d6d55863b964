"""A Whoosh index in a directory: our segments, our commit file, and Whoosh's writer over both.

Segments are _MAIN_<name>.docs and .terms, so that an index of articles, whose files begin with
MAIN_, may be in the same directory; the two share the lock. The commit file is that of
whoosh_commit.py.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from whoosh.fields import ensure_schema
from whoosh.filedb.filestore import ReadOnlyError
from whoosh.index import TOC, EmptyIndexError, FileIndex, LockError
from whoosh.util.filelock import try_for
from whoosh.writing import SegmentWriter

from searchlib.codec.storage import make_directory, read_file, sync_files
from searchlib.codec.whoosh_codec import SearchlibCodec
from searchlib.codec.whoosh_commit import (
    IndexCodec,
    commit_name,
    decode_commit,
    latest_generation,
    write_commit,
)
from searchlib.codec.whoosh_storage import WhooshDirectory
from searchlib.errors import (
    CorruptIndexError,
    IndexLockedError,
    IndexNotFoundError,
    StorageError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ReadOnlyIndexError", "SearchlibIndex", "WhooshStorage"]

_WHOOSH_SEGMENT: Final = re.compile(r"[^_].*_[0-9a-z]{16}\..*")
_OPENING_ATTEMPTS: Final = 10


class NoIndexError(IndexNotFoundError, EmptyIndexError):  # type: ignore[misc]  # whoosh has no types
    """There is no index. Whoosh's programs know it as EmptyIndexError."""


class LockedError(IndexLockedError, LockError):  # type: ignore[misc]
    """Another writer has the index. Whoosh's programs know it as LockError."""


class ReadOnlyIndexError(StorageError, ReadOnlyError):  # type: ignore[misc]
    """Whoosh does not write this index. Whoosh's programs know it as ReadOnlyError."""


class WhooshStorage(WhooshDirectory):
    """A directory whose indexes are ours, for programs that open them through their storage."""

    def __init__(self, path: str, *, readonly: bool = False) -> None:
        super().__init__(path)
        self.readonly = readonly

    def create_index(
        self, schema: Any, indexname: str = "MAIN", indexclass: Any = None
    ) -> FileIndex:
        return super().create_index(schema, indexname, indexclass or SearchlibIndex)

    def open_index(
        self, indexname: str = "MAIN", schema: Any = None, indexclass: Any = None
    ) -> FileIndex:
        return super().open_index(indexname, schema, indexclass or SearchlibIndex)

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if ".toc." in name or _WHOOSH_SEGMENT.fullmatch(name):
            raise TypeError(
                f"{name} is a file of Whoosh's own, whose SegmentWriter and MpWriter do not write"
                " this index; use index.writer(), which takes the same arguments"
            )
        return super().create_file(name, *args, **kwargs)


class SearchlibIndex(FileIndex):  # type: ignore[misc]
    """A Whoosh index: what programs get from create_in and open_dir."""

    def __init__(self, storage: Any, schema: Any = None, indexname: str = "MAIN") -> None:
        self.storage = storage
        self.indexname = indexname
        # As with Whoosh's own index, a schema that the program gives counts, not the one written.
        self._schema = None if schema is None else ensure_schema(schema)
        self._read_toc()

    @classmethod
    def create(cls, storage: Any, schema: Any, indexname: str = "MAIN") -> SearchlibIndex:
        """Make an empty index, in the place of the one there is, if any."""
        if storage.readonly:
            raise ReadOnlyError
        toc = TOC(ensure_schema(schema), [], 0)
        with _locked(storage, indexname):
            toc.generation = latest_generation(storage, indexname) + 1
            write_commit(storage, indexname, toc)
        return cls(storage, schema, indexname)

    def latest_generation(self) -> int:
        return latest_generation(self.storage, self.indexname)

    def last_modified(self) -> float:
        name = commit_name(self.indexname, self.latest_generation())
        return float(self.storage.file_modified(name))

    def reader(self, reuse: Any = None) -> Any:
        # Whoosh's way of using a reader again keeps what has been merged or deleted since.
        try:
            return super().reader()
        except FileNotFoundError as error:
            raise CorruptIndexError(
                f"a file of the index is missing: {error.filename}", path=self.storage.folder
            ) from error

    def writer(self, procs: int = 1, **kwargs: Any) -> SearchlibWriter:
        """Give a writer; it takes the arguments of Whoosh's, and writes in one process always.

        Raises LockError if another one has the index, after ``timeout`` seconds (0 by default).
        """
        return SearchlibWriter(self, **kwargs)

    def _read_toc(self) -> TOC:
        path = self.storage.folder
        for _ in range(_OPENING_ATTEMPTS):
            generation = self.latest_generation()
            if generation < 0:
                break
            # A writer may drop the file between two of our steps: there is a newer one then.
            with suppress(FileNotFoundError):
                data = read_file(self.storage, commit_name(self.indexname, generation))
                return decode_commit(data, path, self.indexname, generation, self._schema)
        if TOC._latest_generation(self.storage, self.indexname) >= 0:
            raise NoIndexError(
                "this is an index of Whoosh's own, with pickles, which is not opened; if you trust"
                " it, convert it once: searchlib.whoosh.convert(old, new), or"
                " searchlib import-whoosh OLD NEW",
                path=path,
            )
        raise NoIndexError(
            f"there is no index {self.indexname!r}; make one with create_in", path=path
        )


@contextmanager
def _locked(storage: Any, indexname: str) -> Iterator[None]:
    make_directory(storage.folder)
    lock = storage.lock(f"{indexname}_WRITELOCK")
    if not try_for(lock.acquire, timeout=10.0, delay=0.05):
        raise LockedError("a writer has the index; try again later", path=storage.folder)
    try:
        yield
    finally:
        lock.release()


class SearchlibWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer, with a commit that is durable and cannot half-fail.

    After an error of commit nothing has changed, and the lock is free. update_document replaces
    what this writer has added too.
    """

    writelock: Any

    def __init__(
        self, index: SearchlibIndex, timeout: float = 0.0, codec: Any = None, **kwargs: Any
    ) -> None:
        if index.storage.readonly:
            raise ReadOnlyError
        if codec is not None and not isinstance(codec, SearchlibCodec):
            raise TypeError(f"this index is written with SearchlibCodec only, not with {codec!r}")
        self._index = index
        self._added_keys: dict[str, dict[bytes, int]] = {}
        self._replaced: set[int] = set()
        self._abandoned = False
        try:
            super().__init__(index, timeout=timeout, codec=IndexCodec(), **kwargs)
        except LockError:
            raise LockedError(
                f"another writer has had the index for {timeout:g} seconds;"
                " writer(timeout=seconds) waits for it",
                path=index.storage.folder,
            ) from None
        except BaseException:
            self._abandon()
            raise

    @cached_property
    def _unique_names(self) -> list[str]:
        # Kept from the first document on: the schema does not change after it.
        return [name for name, field in self.schema.items() if field.unique]

    def _keys(self, fields: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
        for name in self._unique_names:
            value = fields.get(name)
            if value is not None and not isinstance(value, list | tuple):
                yield name, self.schema[name].to_bytes(value)

    def add_document(self, **fields: Any) -> None:
        super().add_document(**fields)
        for name, key in self._keys(fields):
            self._added_keys.setdefault(name, {})[key] = self.docnum - 1

    def update_document(self, **fields: Any) -> None:
        places = [self._added_keys.get(name, {}).get(key) for name, key in self._keys(fields)]
        super().update_document(**fields)
        self._replaced.update(place for place in places if place is not None)

    def commit(self, mergetype: Any = None, optimize: Any = None, merge: Any = None) -> None:
        self._check_state()
        try:
            super().commit(mergetype=mergetype, optimize=optimize, merge=merge)
        except BaseException:
            self._abandon()
            raise

    def cancel(self) -> None:
        if not self._abandoned:  # by a commit that failed
            self._check_state()
            self._abandon()

    def _commit_toc(self, segments: list[Any]) -> None:
        new = self.newsegment
        for doc in self._replaced:
            new.delete_document(doc)
        if new in segments:
            sync_files(self.storage, new.list_files(self.storage))
        toc = TOC(self.schema, segments, self.generation)
        if write_commit(self.storage, self.indexname, toc) and self._index._schema is None:
            # The program has just supplied what the commit cannot hold.
            self._index._schema = self.schema

    def _abandon(self) -> None:
        """Drop what this writer has written, however little of it was set up, and free the lock."""
        self._abandoned = True
        storage = self._index.storage
        storage.abandon_files()
        with suppress(OSError):
            if hasattr(self, "newsegment"):
                commit = commit_name(self.indexname, self.generation)
                if not storage.file_exists(commit):  # else only what came after it has failed
                    for name in self.newsegment.list_files(storage):
                        storage.delete_file(name)
        self._finish()

    def _finish(self) -> None:
        searcher = getattr(self, "_searcher", None)
        if searcher is not None:
            searcher._orig_close()
            self._searcher = None
        with suppress(OSError):  # the changes are committed: a temporary file must not fail them
            if hasattr(self, "_tempstorage"):
                self._tempstorage.destroy()
        if self.writelock:
            self.writelock.release()
            self.writelock = None
        self.is_closed = True
