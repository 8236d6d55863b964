"""An index as files: making one, opening it, and seeing its latest commit."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic, sleep, time_ns
from typing import Any, Final, NamedTuple

from searchlib.errors import (
    CorruptIndexError,
    IndexExistsError,
    IndexLockedError,
    IndexNotFoundError,
    StorageError,
)
from searchlib.files.damage import corruption_guard
from searchlib.files.directory_stamp import Stamp, is_settled, stamp_of
from searchlib.files.locks import LOCK_CONTENT
from searchlib.files.memory_storage import MemoryStorage
from searchlib.files.storage import (
    DirectoryStorage,
    make_directory,
    missing_directories,
    publish,
    read_file,
    remove_directories,
    sync_names,
)
from searchlib.forks import renew_in_children
from searchlib.store.commit import (
    INDEX_NAME,
    MOST_GENERATION,
    Commit,
    commit_file,
    latest_generation,
)
from searchlib.store.publishing import Publication
from searchlib.store.settings import MOST_SETTINGS_BYTES, SETTINGS_FILE, Settings
from searchlib.store.snapshot import Snapshot

__all__ = ["LOCK_FILE", "Store"]

_WHOOSH_COMMIT: Final = re.compile(r"_.+_[0-9]{1,12}\.commit", re.DOTALL)
_WHOOSH_TOC: Final = re.compile(r"_.+_[0-9]+\.toc", re.DOTALL)

LOCK_FILE: Final = f"{INDEX_NAME}_WRITELOCK"

_OPENING_ATTEMPTS: Final = 10


class _Opened(NamedTuple):
    """A commit: the bytes of its file, what they say, and the segments they name."""

    data: bytes
    commit: Commit
    snapshot: Snapshot


class Store:
    """The files of one index. ``settings`` are those of the latest snapshot."""

    def __init__(self, storage: Any, path: str, settings: Settings) -> None:
        self.storage = storage
        self.path = path
        self.settings = settings
        self.made_directories: list[str] = []
        """The directories that create() has made for it, the innermost first."""
        self._opened: _Opened | None = None
        self._settled: Stamp | None = None
        self._opening = threading.Lock()
        renew_in_children(self)

    def _renew_in_child(self) -> None:
        """Replace the lock. The thread that held it does not exist in a forked child."""
        self._opening = threading.Lock()

    @classmethod
    def create(cls, path: str, settings: Settings) -> Store:
        """Make an empty index in the directory ``path``, and the directory if need be.

        Other files in the directory stay. Raises IndexExistsError if it has an index already. What
        was made is gone again where the disk fills on the way.
        """
        try:
            for _ in range(_OPENING_ATTEMPTS):
                # Another process may make the directory meanwhile, and delete it again.
                with suppress(FileNotFoundError, IndexNotFoundError):
                    return cls._created(path, settings)
            return cls._created(path, settings)
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or error
            raise StorageError(f"the index cannot be made: {problem}", path=path) from error

    @classmethod
    def _created(cls, path: str, settings: Settings) -> Store:
        made = missing_directories(path)
        try:
            make_directory(path)
            store = cls(_directory(path), path, settings)
            store._make()
            store.made_directories = made
        except BaseException:
            remove_directories(made)
            raise
        return store

    def _make(self) -> None:
        self._check_free()
        try:
            lock = self.lock(wait_seconds=10.0)
        except IndexLockedError:
            self._check_free()  # another process has made it meanwhile, and writes to it
            raise
        try:
            self._check_free()
            try:
                self._write_first()
            except BaseException:
                with suppress(OSError):
                    self.storage.abandon_files()
                    self._drop_lock(lock)
                raise
        finally:
            lock.release()

    def _check_free(self) -> None:
        if self.storage.file_exists(SETTINGS_FILE):
            raise IndexExistsError("there is an index already", path=self.path)

    @classmethod
    def open(cls, path: str) -> Store:
        """Open the index in the directory ``path``. Raises IndexNotFoundError if it has none."""
        try:
            data = _settings_data(_directory(path))
        except (FileNotFoundError, NotADirectoryError):
            if _has_segments(path):
                raise _without_settings(path) from None
            raise _not_found(path) from None
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or error
            raise StorageError(f"the index cannot be read: {problem}", path=path) from error
        store = cls(_directory(path), path, Settings.decode(data, path))
        store.snapshot()
        return store

    @classmethod
    def in_memory(cls, settings: Settings) -> Store:
        """Make an empty index in memory."""
        store = cls(MemoryStorage(), "(in memory)", settings)
        store._write_first()
        return store

    def _write_first(self) -> None:
        """Write what an empty index has. The settings come last: it is there when they are."""
        first = self._first_commit()
        files = {first.file_name: first.encode(), SETTINGS_FILE: self.settings.encode()}
        made: list[str] = []
        try:
            for name, data in files.items():
                publish(self.storage, name, data, first.new_temporary())
                made.append(name)
                sync_names(self.storage)
        except BaseException:
            # Settings are equal in many indexes, but a commit is of one: where ours is the newest,
            # nobody has come in between. Ctrl-C may come before a name is in the list.
            with suppress(OSError, CorruptIndexError):
                is_ours = first.file_name in made or (
                    read_file(self.storage, first.file_name) == files[first.file_name]
                )
                if is_ours and latest_generation(self.storage) == first.generation:
                    self._delete_all(reversed(files))
            raise
        self._delete_all(first.dropped)  # one that stays is dropped by the next commit

    def _first_commit(self) -> Commit:
        """Return the commit of an empty index, after one that a killed process may have left."""
        generation = latest_generation(self.storage)
        if generation < 0:
            return Commit(0, [])
        try:
            left = self._read_commit(generation)[1]
        except CorruptIndexError as error:
            raise CorruptIndexError(
                f"there is {commit_file(generation)} without {SETTINGS_FILE}, and it cannot be"
                " read. If it is of an index, `searchlib check --repair` saves what is whole;"
                " otherwise make the index in another directory",
                path=self.path,
                file=commit_file(generation),
            ) from error
        if left.segments:
            raise _without_settings(self.path)
        return Commit(self.after(generation), [], dropped=sorted(left.droppable(self.storage)))

    def after(self, generation: int) -> int:
        """Return the generation of the next commit. StorageError where there can be none."""
        if generation >= MOST_GENERATION:
            raise StorageError(
                f"{commit_file(generation)} has the highest number that a commit may have;"
                " make an index in another directory and index the articles again",
                path=self.path,
            )
        return generation + 1

    def _drop_lock(self, lock: Any) -> None:
        """Delete the file of the lock, which we hold, if it is searchlib that made it."""
        with suppress(OSError, CorruptIndexError):
            if lock.made or read_file(self.storage, LOCK_FILE) == LOCK_CONTENT:
                if os.name == "nt":  # where no file can be deleted that is open
                    lock.release()
                self.storage.delete_file(LOCK_FILE)

    def lock(self, wait_seconds: float) -> Any:
        """Take the lock that writers hold. Raises IndexLockedError after ``wait_seconds``.

        The operating system holds it (flock), so that it goes with its process, however that ends.
        A thread that has it already is told so at once.
        """
        lock = self.storage.lock(LOCK_FILE)
        until = monotonic() + wait_seconds
        while not self._acquired(lock):
            if lock.held_by_this_thread():
                raise IndexLockedError(
                    "this thread already has a writer open on this index; end that one first",
                    path=self.path,
                )
            if monotonic() >= until:
                raise IndexLockedError(
                    f"another writer has held the index for {wait_seconds:g} seconds;"
                    " try again later",
                    path=self.path,
                )
            sleep(0.05)
        return lock

    def _acquired(self, lock: Any) -> bool:
        try:
            taken: bool = lock.acquire()
        except FileNotFoundError:  # the directory is gone
            raise _not_found(self.path) from None
        return taken

    def snapshot(self) -> Snapshot:
        """Return the latest commit; the same object as long as there is no newer one.

        2 µs where nothing has been written.
        """
        changed = stamp_of(self.storage.folder)
        if changed is None or changed != self._settled:
            return self.latest()[1]
        assert self._opened is not None  # noqa: S101  # it is set before _settled is
        return self._opened.snapshot

    def latest(self) -> tuple[Commit, Snapshot]:
        """Return the latest commit, with its snapshot, as the files say it.

        A writer, which holds the lock, asks here: the time of a directory is what a file system
        makes of it, and anyone can set it.
        """
        with self._opening:
            for attempt in range(_OPENING_ATTEMPTS):
                changed = stamp_of(self.storage.folder)
                looked = time_ns()
                with corruption_guard(self.path):
                    try:
                        opened = self._open_latest()
                    except FileNotFoundError:
                        # A writer may have dropped the segments between two of our steps, or
                        # someone is about to make the index anew.
                        if attempt + 1 == _OPENING_ATTEMPTS:
                            if not self.storage.file_exists(SETTINGS_FILE):
                                raise _not_found(self.path) from None
                            raise
                        sleep(0.05)
                        continue
                self._settled = changed if is_settled(changed, looked) else None
                return opened.commit, opened.snapshot
        raise AssertionError("unreachable")

    def _open_latest(self) -> _Opened:
        generation = latest_generation(self.storage)
        if generation < 0:
            if not self.storage.file_exists(SETTINGS_FILE):
                raise _not_found(self.path)
            raise CorruptIndexError(
                "the commit file is missing; index the articles again", path=self.path
            )
        data, commit = self._read_commit(generation)
        opened = self._opened
        # Not the generation alone: the index may have been made anew.
        if opened is None or opened.data != data:
            settings = Settings.decode(_settings_data(self.storage), self.path)
            opened = _Opened(data, commit, Snapshot(self.storage, commit, self.path))
            self.settings, self._opened = settings, opened
        return opened

    def _read_commit(self, generation: int) -> tuple[bytes, Commit]:
        name = commit_file(generation)
        data = read_file(self.storage, name)
        opened = self._opened
        if opened is not None and opened.data == data:
            return data, opened.commit
        return data, Commit.decode(data, self.path, name)

    def latest_commit(self) -> Commit:
        """Return the newest commit as the files say it, without its segments. Needs the lock."""
        generation = latest_generation(self.storage)
        if generation < 0:
            raise _not_found(self.path)
        with corruption_guard(self.path):
            return self._read_commit(generation)[1]

    def size_bytes(self) -> int:
        """Return the size of the index's files."""
        total = 0
        for name in (SETTINGS_FILE, LOCK_FILE, *self.latest()[0].files):
            with suppress(OSError):  # a writer may just have dropped it
                total += self.storage.file_length(name)
        return total

    def destroy(self) -> None:
        """Delete the files of the index. Other files in its directory stay."""
        with self._deleting(wait_seconds=10.0) as lock:
            self._drop_all(lock)

    def destroy_unwritten(self) -> bool:
        """Delete the index unless a writer has committed to it, or is at it; tell whether.

        The directories that create() has made go too, unless somebody has put a file there.
        """
        try:
            with self._deleting(wait_seconds=0.0) as lock:
                unwritten = self.latest_commit().transaction == 0
                if unwritten:
                    self._drop_all(lock)
        except IndexLockedError:
            return False
        if unwritten:
            remove_directories(self.made_directories)
        return unwritten

    @contextmanager
    def _deleting(self, wait_seconds: float) -> Iterator[Any]:
        try:
            lock = self.lock(wait_seconds)
            try:
                yield lock
            finally:
                lock.release()
        except OSError as error:
            raise StorageError(
                f"the index cannot be deleted: {error.strerror or error}", path=self.path
            ) from error

    def _drop_all(self, lock: Any) -> None:
        """Delete the index: from one moment to the next it is empty, then its files go.

        Whoever is stopped in between leaves an empty index, or what create() takes for that of a
        process that was killed.
        """
        last = self.latest_commit()
        files, newest = last.droppable(self.storage), last.file_name
        if last.generation < MOST_GENERATION:
            generation = self.after(last.generation)
            try:
                empty = Publication(self.storage, self.path, last, generation, lock).publish([], ())
                files, newest = {*files, *empty.dropped}, empty.file_name
                sync_names(self.storage)
            except OSError:  # a full disk must not keep what fills it
                pass
        stay = self._delete_all([SETTINGS_FILE, *sorted(files - {newest})])
        # It knows what is still to be deleted: the next create() sees to that.
        stay = stay or self._delete_all([newest])
        if stay:
            raise StorageError(
                f"the articles are deleted, but the file {stay[0]} cannot be; delete it yourself",
                path=self.path,
            )
        self._drop_lock(lock)

    def _delete_all(self, names: Iterable[str]) -> list[str]:
        """Delete files; give the names of those that cannot be deleted."""
        stay: list[str] = []
        for name in names:
            try:
                self.storage.delete_file(name)
            except FileNotFoundError:
                pass
            except OSError:
                stay.append(name)
        return stay


def _directory(path: str) -> DirectoryStorage:
    """Return the storage of a path. It stays the same when the process changes its directory."""
    return DirectoryStorage(os.path.abspath(path) if path else path)


def _settings_data(storage: Any) -> bytes:
    return read_file(storage, SETTINGS_FILE, MOST_SETTINGS_BYTES)


def _not_found(path: str) -> IndexNotFoundError:
    problem = "there is no index; make one with `searchlib index` or searchlib.create()"
    with suppress(OSError):
        names = os.listdir(path)
        if any(_WHOOSH_COMMIT.fullmatch(name) for name in names):
            problem = (
                "this is an index of a Whoosh program, and not of articles; open it with"
                " searchlib.whoosh.open_dir"
            )
        elif any(_WHOOSH_TOC.fullmatch(name) for name in names):
            problem = (
                "this is an index that Whoosh itself has made; `searchlib import-whoosh` makes one"
                " of articles of it (--map)"
            )
    return IndexNotFoundError(problem, path=path)


def _without_settings(path: str) -> CorruptIndexError:
    return CorruptIndexError(
        f"{SETTINGS_FILE} is missing beside the segments of an index;"
        " `searchlib check --repair` makes it anew, with the default settings",
        path=path,
        file=SETTINGS_FILE,
    )


def _has_segments(path: str) -> bool:
    """Tell whether a directory has a commit that names segments."""
    storage = DirectoryStorage(path)
    try:
        generation = latest_generation(storage)
        name = commit_file(generation)
        return generation >= 0 and bool(
            Commit.decode(read_file(storage, name), path, name).segments
        )
    except (OSError, StorageError):
        return False
