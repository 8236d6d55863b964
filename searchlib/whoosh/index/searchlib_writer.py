"""Whoosh's writer, for an index of ours."""

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
    """An index as its writer begins: with a storage of its own, and the commit that counts."""

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
    """Whoosh's writer, with a commit that is durable and cannot half-fail.

    After an error of commit nothing has changed, and the lock is free; unless the error says that
    the change is in the index. update_document replaces what this writer has added too. In a
    process that is forked meanwhile every call raises StorageError.
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
            raise TypeError("this index is written with its lock only")
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
                f"another writer has the index, and was waited for {timeout:g} seconds;"
                " writer(timeout=seconds) waits longer",
                path=storage_path(ix.storage),
            ) from None
        except BaseException:
            self._abandon()
            raise
        base = self._beginning.base
        if self.storage.folder:  # else they are in a directory that only this writer has
            self._tempstorage = RunFiles(self.storage, self.indexname, base.token)
            self.pool.tempstore = self._tempstorage
        self._publication = WhooshPublication(self.storage, self.indexname, base, self.writelock)

    def _renew_in_child(self) -> None:
        """Become one that refuses: two processes cannot write one file."""
        self.__class__ = _InheritedWriter

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
            # The writer that has taken our lock may have deleted the files of this one.
            lost = None
            try:
                if not self._publication.is_there:
                    # whoosh3 has freed the lock already.
                    lost = self._publication.overtaken(has_lock=bool(self.writelock))
            except OSError:  # the first error says more
                pass
            finally:
                self._abandon()
            if lost and isinstance(error, Exception) and not isinstance(error, LockedError):
                raise lost from error
            raise

    def cancel(self) -> None:
        if not self._abandoned:  # by a commit that failed
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
            # The program has just supplied what the commit cannot hold.
            index._schema = self.schema

    def _abandon(self) -> None:
        """Drop what this writer has written, however little of it was set up, and free the lock."""
        self._abandoned = True
        storage = self._beginning.storage
        storage.abandon_files()
        # Otherwise only a step after the publication has failed.
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
                # The changes are committed: a temporary file must not fail them.
                with suppress(OSError):
                    if self._tempstorage is not None:
                        self._tempstorage.destroy()
            finally:
                lock, self.writelock = self.writelock, None
                self.is_closed = True
                if lock:
                    lock.release()


class _InheritedWriter(SearchlibWriter):
    """A writer in a process that was forked from the one that has it."""

    def __repr__(self) -> str:
        return "<a writer of the process that has forked this one>"

    def __getattribute__(self, name: str) -> Any:
        values = object.__getattribute__(self, "__dict__")
        # A child may be forked once more.
        if name.startswith("__") or name == "_renew_in_child":
            return object.__getattribute__(self, name)
        raise StorageError(
            "this writer belongs to the process that has forked this one, and nothing was written;"
            " open the index and a writer of its own in the child",
            path=storage_path(values["_beginning"].storage),
        )
