"""An index as files: making one, opening it, and seeing its latest commit."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic, sleep, time_ns
from typing import Any, Final, NamedTuple

from searchlib.codec.commit import INDEX_NAME, Commit, is_index_file, latest_generation
from searchlib.codec.damage import reading
from searchlib.codec.settings import MOST_SETTINGS_BYTES, SETTINGS_FILE, Settings
from searchlib.codec.snapshot import Snapshot
from searchlib.codec.storage import (
    DirectoryStorage,
    MemoryStorage,
    make_directory,
    missing_directories,
    read_file,
    remove_directories,
    write_new,
)
from searchlib.errors import (
    CorruptIndexError,
    IndexExistsError,
    IndexLockedError,
    IndexNotFoundError,
    StorageError,
)

__all__ = ["LOCK_FILE", "Store"]

LOCK_FILE: Final = f"{INDEX_NAME}_WRITELOCK"

_OPENING_ATTEMPTS: Final = 10
_COARSE_NS: Final = 3_000_000_000
_FINE_NS: Final = 20_000_000


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
        self._opened: _Opened | None = None
        self._settled: int | None = None
        self._opening = threading.Lock()

    @classmethod
    def create(cls, path: str, settings: Settings) -> Store:
        """Make an empty index in the directory ``path``, and the directory if need be.

        Other files in the directory stay. Raises IndexExistsError if it has an index already. What
        was made is gone again where the disk fills on the way.
        """
        try:
            made = missing_directories(path)
            try:
                make_directory(path)
                store = cls(DirectoryStorage(path), path, settings)
                store._make()
            except BaseException:
                remove_directories(made)
                raise
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or error
            raise StorageError(f"the index cannot be made: {problem}", path=path) from error
        return store

    def _make(self) -> None:
        lock = self.lock(wait_seconds=10.0)
        try:
            if self.storage.file_exists(SETTINGS_FILE):
                raise IndexExistsError("there is an index already", path=self.path)
            try:
                self.drop_files()
                self._write_first()
            except BaseException:
                with suppress(OSError):
                    self.storage.abandon_files()
                    self._drop_all()
                raise
        finally:
            lock.release()

    @classmethod
    def open(cls, path: str) -> Store:
        """Open the index in the directory ``path``. Raises IndexNotFoundError if it has none."""
        try:
            data = _settings_data(DirectoryStorage(path))
        except (FileNotFoundError, NotADirectoryError):
            raise _not_found(path) from None
        except (OSError, ValueError) as error:
            raise StorageError(f"the index cannot be read: {error}", path=path) from error
        store = cls(DirectoryStorage(path), path, Settings.decode(data, path))
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
        first = Commit(0, [])
        write_new(self.storage, first.file_name, first.encode())
        write_new(self.storage, SETTINGS_FILE, self.settings.encode())

    def lock(self, wait_seconds: float) -> Any:
        """Take the lock that writers hold. Raises IndexLockedError after ``wait_seconds``.

        The operating system holds it (flock), so that it goes with its process, however that ends.
        """
        lock = self.storage.lock(LOCK_FILE)
        until = monotonic() + wait_seconds
        while not lock.acquire():
            if monotonic() >= until:
                raise IndexLockedError(
                    f"another writer has held the index for {wait_seconds:g} seconds;"
                    " try again later",
                    path=self.path,
                )
            sleep(0.05)
        return lock

    def snapshot(self) -> Snapshot:
        """Give the latest commit; the same object as long as there is no newer one.

        2 µs where nothing has been written.
        """
        changed = self._time_of_change()
        if changed is None or changed != self._settled:
            return self.latest()[1]
        assert self._opened is not None  # noqa: S101  # it is set before _settled is
        return self._opened.snapshot

    def latest(self) -> tuple[Commit, Snapshot]:
        """Give the latest commit, with its snapshot, as the files say it.

        A writer, which holds the lock, asks here: the time of a directory is what a file system
        makes of it, and anyone can set it.
        """
        with self._opening:
            for attempt in range(_OPENING_ATTEMPTS):
                changed = self._time_of_change()
                looked = time_ns()
                with reading(self.path):
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
                self._settled = changed if _is_settled(changed, looked) else None
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
        name = Commit(generation, []).file_name
        data = read_file(self.storage, name)
        opened = self._opened
        # Not the generation alone: the index may have been made anew.
        if opened is None or opened.data != data:
            commit = Commit.decode(data, self.path, name)
            settings = Settings.decode(_settings_data(self.storage), self.path)
            opened = _Opened(data, commit, Snapshot(self.storage, commit, self.path))
            self.settings, self._opened = settings, opened
        return opened

    def _time_of_change(self) -> int | None:
        """Give when the directory was last changed; None in memory, or if it is gone."""
        try:
            return os.stat(self.storage.folder).st_mtime_ns
        except (AttributeError, OSError):
            return None

    def size_bytes(self) -> int:
        """Give the size of the index's files."""
        total = 0
        for name in self._file_names():
            with suppress(OSError):  # a writer may just have dropped it
                total += self.storage.file_length(name)
        return total

    def destroy(self) -> None:
        """Delete the files of the index, the settings first: without them there is no index."""
        with self._deleting(wait_seconds=10.0):
            self._drop_all()

    def destroy_unwritten(self) -> bool:
        """Delete the index unless a writer has committed to it, or is at it; tell whether."""
        try:
            with self._deleting(wait_seconds=0.0):
                unwritten = latest_generation(self.storage) <= 0
                if unwritten:
                    self._drop_all()
                return unwritten
        except IndexLockedError:
            return False

    @contextmanager
    def _deleting(self, wait_seconds: float) -> Iterator[None]:
        try:
            lock = self.lock(wait_seconds)
            try:
                yield
            finally:
                lock.release()
        except OSError as error:
            raise StorageError(
                f"the index cannot be deleted: {error.strerror}", path=self.path
            ) from error

    def _drop_all(self) -> None:
        self.drop_files()
        with suppress(FileNotFoundError):
            self.storage.delete_file(LOCK_FILE)

    def drop_files(self) -> None:
        """Delete the files of an index, or what a killed process has left of one.

        Not the lock: who made it again would not wait for us.
        """
        for name in sorted(self._file_names(), key=lambda name: name != SETTINGS_FILE):
            with suppress(FileNotFoundError):
                self.storage.delete_file(name)

    def _file_names(self) -> list[str]:
        return list(filter(is_index_file, self.storage.list()))


def _settings_data(storage: Any) -> bytes:
    return read_file(storage, SETTINGS_FILE, MOST_SETTINGS_BYTES)


def _not_found(path: str) -> IndexNotFoundError:
    return IndexNotFoundError(
        "there is no index; make one with `searchlib index` or searchlib.create()", path=path
    )


def _is_settled(changed: int | None, looked: int) -> bool:
    """Tell whether any later commit will give the directory another time than ``changed``.

    A commit changes the directory, whose time says so; but it may be coarse, and a change that came
    right after another could be missed: then the files are looked at. Linux's move on with its
    ticks, of 10 ms at most. One of whole seconds may be of a file system that has no others, FAT's
    have two of them.
    """
    if changed is None:
        return False
    return looked - changed > (_COARSE_NS if changed % 1_000_000_000 == 0 else _FINE_NS)
