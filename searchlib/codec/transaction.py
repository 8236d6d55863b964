"""Changing an index: everything that one writer does becomes one commit, or nothing does."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from whoosh.writing import SegmentWriter

from searchlib.article import TEXT_FIELDS
from searchlib.codec.commit import INDEX_NAME, Commit
from searchlib.codec.documents import Document
from searchlib.codec.schema import ARTICLE_ID, NO_DATE, article_schema, words_field
from searchlib.codec.settings import SETTINGS_FILE
from searchlib.codec.snapshot import Snapshot, reading
from searchlib.codec.storage import DirectoryStorage, sync_files, write_durably
from searchlib.codec.store import LOCK_FILE, Store
from searchlib.codec.whoosh_codec import SearchlibCodec
from searchlib.errors import StorageError

__all__ = ["Transaction"]

Selection = Callable[[Snapshot], Iterable[int]]


@contextmanager
def _writing(path: str) -> Iterator[None]:
    """Turn the errors of the disk into StorageError."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            problem = "the disk is full; nothing was written. Free some space and run it again"
        else:
            problem = f"the index cannot be written: {error.strerror or error}"
        raise StorageError(problem, path=path) from error


class Transaction:
    """The changes of one writer. It holds the index's lock until commit or rollback.

    Raises IndexLockedError if the lock is not free within ``wait_seconds``, StorageError where
    the disk is full or not writable; after an error only rollback is of use.
    """

    def __init__(self, store: Store, wait_seconds: float) -> None:
        self._path = store.path
        self._changed = False
        self._added: dict[str, int] = {}
        self._deleted: list[int] = []
        self._selections: list[tuple[int, Selection]] = []
        on_disk = isinstance(store.storage, DirectoryStorage)
        # A storage of its own knows which files this transaction has opened.
        self._storage = DirectoryStorage(store.path) if on_disk else store.storage
        with _writing(self._path):
            self._lock = store.lock(wait_seconds)
        try:
            with _writing(self._path):
                self._before = store.snapshot()
                self._sequence = max(self._before.inserted(), default=-1) + 1
                commit = store.read_commit(self._before.generation)
                self._writer = _Writer(self._storage, commit, self._finish_segments)
        except BaseException:
            self._storage.abandon_files()
            self._lock.release()
            raise

    @property
    def committed(self) -> bool:
        """Whether the changes are in the index, for good.

        The files say so, and not a variable: Ctrl-C may come between the two.
        """
        return self._writer.has_commit()

    def add(self, document: Document) -> None:
        """Add ``document`` in place of the one that has its article_id, if any."""
        self.delete(document.article_id)
        fields: dict[str, Any] = {
            ARTICLE_ID: (document.article_id,),
            "published": NO_DATE if document.published_us is None else document.published_us,
            "inserted": self._sequence,
            "article": document.article,
        }
        for field in TEXT_FIELDS:
            fields[f"{field}_length"] = document.lengths.get(field, 0)
            if document.terms.get(field):
                fields[field] = document.terms[field]
                fields[words_field(field)] = document.words[field]
        fields.update({name: values for name, values in document.keys.items() if values})
        with _writing(self._path):
            self._added[document.article_id] = self._writer.docnum
            self._writer.add_document(**fields)
        self._sequence += 1
        self._changed = True

    def delete(self, article_id: str) -> bool:
        """Delete the article with this id; tell whether there was one."""
        place = self._added.pop(article_id, None)
        if place is not None:
            self._deleted.append(place)
            return True
        doc = self._before.find(article_id)
        if doc is None or self._writer.is_deleted(doc):
            return False
        self._writer.delete_document(doc)
        self._changed = True
        return True

    def delete_where(self, select: Selection) -> None:
        """Delete the documents that ``select`` gives, as the index stands after earlier calls.

        It is called at the commit, with a snapshot of all changes; what it gives of articles that
        were added after this call stays.
        """
        self._selections.append((self._sequence, select))
        self._changed = True

    def commit(self) -> None:
        """Make the changes the newest commit. Without any there is none."""
        if not self._changed:
            self.rollback()
            return
        with _writing(self._path):
            self._writer.commit()
        self._release()

    def rollback(self) -> None:
        """Drop the changes and free the lock, whatever state the disk is in."""
        self._storage.abandon_files()
        if not self.committed:
            with suppress(OSError):
                self._writer.drop_files()
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            # Ctrl-C may have come at the end of an earlier release: there is nothing left then.
            with suppress(Exception):
                self._lock.release()
            self._lock = None

    def _finish_segments(self, segments: list[Any]) -> None:
        """Apply the deletions that need the new segment: Whoosh knows it only once it is whole."""
        new = self._writer.newsegment
        for doc in self._deleted:
            new.delete_document(doc)
        for sequence, select in self._selections:
            with reading(self._path):
                commit = Commit(self._writer.generation, segments)
                snapshot = Snapshot(self._storage, commit, self._path)
                inserted = snapshot.inserted()
                chosen = [doc for doc in select(snapshot) if inserted[doc] < sequence]
            base = 0
            for segment in segments:
                limit = base + segment.doc_count_all()
                for doc in chosen:
                    if base <= doc < limit:
                        segment.delete_document(doc - base)
                base = limit


class _Writer(SegmentWriter):  # type: ignore[misc]  # whoosh has no types
    """Whoosh's writer, with a last step before the commit and a commit that cannot half-fail."""

    def __init__(
        self, storage: Any, commit: Commit, finish_segments: Callable[[list[Any]], None]
    ) -> None:
        self._finish_segments = finish_segments
        try:
            super().__init__(_Location(storage, commit), _lk=False, codec=SearchlibCodec())
        except BaseException:
            self.storage = storage
            with suppress(OSError):
                self.drop_files()
            raise

    def _commit_toc(self, segments: list[Any]) -> None:
        self._finish_segments(segments)
        if self.newsegment in segments:
            sync_files(self.storage, self.newsegment.list_files(self.storage))
        commit = Commit(self.generation, segments)
        write_durably(self.storage, commit.file_name, commit.encode())
        with suppress(OSError, NameError):  # files that stay are dropped by the next commit
            self._drop_all_but(commit)

    def _drop_all_but(self, commit: Commit) -> None:
        """Delete what earlier commits had, and what killed writers left."""
        prefixes = tuple(f"{segment.segment_id()}." for segment in commit.segments)
        kept = {commit.file_name, SETTINGS_FILE, LOCK_FILE}
        for name in self.storage.list():
            is_old = name.startswith(f"{INDEX_NAME}_") and not name.startswith(prefixes)
            if is_old and name not in kept:
                self.storage.delete_file(name)

    def _finish(self) -> None:
        with suppress(OSError):  # the changes are committed: a temporary file must not fail them
            self._tempstorage.destroy()
        self.is_closed = True

    def has_commit(self) -> bool:
        """Tell whether this writer's commit is there."""
        return bool(self.storage.file_exists(Commit(self.generation, []).file_name))

    def drop_files(self) -> None:
        """Delete what this writer has written, however little of it was set up."""
        if hasattr(self, "newsegment"):
            mine = (f"{self.newsegment.segment_id()}.", f"{Commit(self.generation, []).file_name}.")
            for name in self.storage.list():
                if name.startswith(mine):
                    self.storage.delete_file(name)
        self.storage.temp_storage(f"{INDEX_NAME}.tmp").destroy()


class _Location:
    """What Whoosh's writer needs to know of an index."""

    indexname = INDEX_NAME

    def __init__(self, storage: Any, commit: Commit) -> None:
        self.storage = storage
        self._commit = commit

    def _read_toc(self) -> _Location:
        self.schema = article_schema()
        self.generation = self._commit.generation
        self.segments = list(self._commit.segments)
        return self
