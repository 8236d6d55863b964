"""Whoosh's writer for an index in searchlib's format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from whoosh.index import LockError
from whoosh.reading import ReaderClosed, SegmentReader
from whoosh.writing import SegmentWriter

from searchlib.errors import StorageError
from searchlib.files.whole_files import delete_files
from searchlib.forks import cached_property, renew_in_children
from searchlib.whoosh.codec.searchlib_codec import SearchlibCodec
from searchlib.whoosh.codec.terms_reading import TermsReader
from searchlib.whoosh.index.run_files import RunFiles
from searchlib.whoosh.index.whoosh_commit import IndexCodec, WhooshCommit
from searchlib.whoosh.index.whoosh_directory import check_writable, storage_path
from searchlib.whoosh.index.whoosh_errors import LockedError
from searchlib.whoosh.index.whoosh_publishing import WhooshPublication, next_generation

__all__ = ["SearchlibWriter"]


class _Beginning:
    """The index that Whoosh's writer is given: with its own storage, and the newest commit."""

    base: WhooshCommit

    def __init__(self, index: Any) -> None:
        self.index = index
        self.indexname = index.indexname
        self.storage = index.storage.for_writer()

    def lock(self, name: str) -> Any:
        return self.index.lock(name)

    def _read_toc(self) -> WhooshCommit:
        self.base = self.index._read_toc()
        next_generation(self.base, storage_path(self.storage))
        return self.base


class SearchlibWriter(SegmentWriter):  # type: ignore[misc]  # whoosh has no types
    """Whoosh's writer, with a commit that is durable and atomic.

    After an error of ``commit`` the lock is free, and nothing has changed unless the error says
    that the change is in the index. ``update_document`` also replaces documents that this writer
    has added. In a process that is forked from the writer's, every call raises StorageError.
    """

    writelock: Any = None
    _searcher: Any = None
    _tempstorage: Any = None
    _publication: Any = None

    def __init__(
        self,
        ix: Any,
        poolclass: Any = None,
        timeout: float = 0.0,
        delay: float = 0.1,
        _lk: bool = True,
        limitmb: int = 128,
        docbase: int = 0,
        codec: Any = None,
        compound: bool = True,
        **kwargs: Any,
    ) -> None:
        check_writable(ix.storage)
        if codec is not None and not isinstance(codec, SearchlibCodec):
            raise TypeError(f"this index is written with SearchlibCodec only, not with {codec!r}")
        if not _lk:
            raise TypeError("this index cannot be written without its lock (_lk=False)")
        self._added_keys: dict[str, dict[bytes, int]] = {}
        self._replaced: set[int] = set()
        self._abandoned = False
        self._beginning = _Beginning(ix)
        renew_in_children(self)
        try:
            super().__init__(
                self._beginning,
                timeout=timeout,
                delay=delay,
                limitmb=limitmb,
                docbase=docbase,
                codec=IndexCodec(lambda: self._beginning.base.token),
                compound=compound,
                **kwargs,
            )
        except LockError:
            raise LockedError(
                f"another writer still has the index after {timeout:g} seconds;"
                " writer(timeout=seconds) waits longer",
                path=storage_path(ix.storage),
            ) from None
        except BaseException:
            self._abandon()
            raise
        base = self._beginning.base
        if self.storage.folder:  # else Whoosh uses a directory that only this writer has
            self._tempstorage = RunFiles(self.storage, self.indexname, base.token)
            self.pool.tempstore = self._tempstorage
        self._publication = WhooshPublication(self.storage, self.indexname, base, self.writelock)

    def _renew_in_child(self) -> None:
        """Refuse all further calls, because two processes cannot write the same file."""
        self.__class__ = _InheritedWriter

    @cached_property
    def _unique_names(self) -> list[str]:
        # Cached at the first document, after which the schema does not change.
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
        docs = [self._added_keys.get(name, {}).get(key) for name, key in self._keys(fields)]
        super().update_document(**fields)
        self._replaced.update(doc for doc in docs if doc is not None)

    def add_postings_to_pool(self, reader: Any, startdoc: int, docmap: Any) -> None:
        terms = getattr(reader, "_terms", None)
        if type(reader) is not SegmentReader or not isinstance(terms, TermsReader):
            super().add_postings_to_pool(reader, startdoc, docmap)
            return
        if reader.is_closed:
            raise ReaderClosed
        postings = terms.postings(reader.schema, reader.deleted_docs_set)
        add = self.pool.add
        for posting in self._process_posts(postings, startdoc, docmap):
            add(posting)

    def commit(self, mergetype: Any = None, optimize: Any = None, merge: Any = None) -> None:
        self._check_state()
        try:
            if error := self._publication.overtaken():
                raise error
            super().commit(mergetype=mergetype, optimize=optimize, merge=merge)
        except BaseException as error:
            # If another writer has taken the lock, it may have deleted this writer's files.
            lost = None
            try:
                if not self._publication.is_there:
                    # whoosh3 has released the lock before this.
                    lost = self._publication.overtaken(has_lock=bool(self.writelock))
            except OSError:  # the first error is more useful
                pass
            finally:
                self._abandon()
            if lost and isinstance(error, Exception) and not isinstance(error, LockedError):
                raise lost from error
            raise

    def cancel(self) -> None:
        if not self._abandoned:  # a failed commit has abandoned it
            self._check_state()
            self._abandon()

    def _commit_toc(self, segments: list[Any]) -> None:
        new = self.newsegment
        for doc in self._replaced:
            new.delete_document(doc)
        commit = WhooshCommit(self.indexname, self.schema, segments, self.generation)
        files = commit.files.intersection(self.storage.created) if new in segments else ()
        index = self._beginning.index
        if self._publication.publish(commit, files) and index._schema is None:
            # The program has just supplied fields that the commit cannot store.
            index._schema = self.schema

    def _abandon(self) -> None:
        """Delete the files of this writer and release the lock, even if __init__ has failed."""
        self._abandoned = True
        storage = self._beginning.storage
        storage.abandon_files()
        # If the commit is published, only a later step has failed, and the files are needed.
        if self._publication is None or not self._publication.is_there:
            delete_files(storage, sorted({*storage.created}))
        self._finish()

    def _finish(self) -> None:
        searcher, self._searcher = self._searcher, None
        try:
            if searcher is not None:
                searcher._orig_close()
        finally:
            try:
                # An error about a temporary file must not fail a commit that is published.
                with suppress(OSError):
                    if self._tempstorage is not None:
                        self._tempstorage.destroy()
            finally:
                lock, self.writelock = self.writelock, None
                self.is_closed = True
                if lock:
                    lock.release()


class _InheritedWriter(SearchlibWriter):
    """The copy of a writer in a forked child process."""

    def __repr__(self) -> str:
        return "<a forked copy of the parent process's writer>"

    def __getattribute__(self, name: str) -> Any:
        values = object.__getattribute__(self, "__dict__")
        # The child may fork again.
        if name.startswith("__") or name == "_renew_in_child":
            return object.__getattribute__(self, name)
        raise StorageError(
            "this is a forked copy of the parent process's writer, and nothing was written; open"
            " the index and a new writer in the child process",
            path=storage_path(values["_beginning"].storage),
        )
