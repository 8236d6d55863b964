"""An index as files: making one, opening it, and seeing its latest commit."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep, time_ns
from typing import Any, Final

from searchlib.codec.commit import INDEX_NAME, Commit, latest_generation
from searchlib.codec.settings import SETTINGS_FILE, Settings
from searchlib.codec.snapshot import Snapshot, reading
from searchlib.codec.storage import (
    DirectoryStorage,
    MemoryStorage,
    make_directory,
    read_file,
    write_durably,
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


class Store:
    """The files of one index."""

    def __init__(self, storage: Any, path: str, settings: Settings) -> None:
        self.storage = storage
        self.path = path
        self.settings = settings
        self._snapshot: Snapshot | None = None
        self._settled: int | None = None
        self._opening = threading.Lock()

    @classmethod
    def create(cls, path: str, settings: Settings) -> Store:
        """Make an empty index in the directory ``path``, and the directory if need be.

        Other files in the directory stay. Raises IndexExistsError if it has an index already.
        """
        try:
            make_directory(path)
            store = cls(DirectoryStorage(path), path, settings)
            lock = store.lock(wait_seconds=10.0)
            try:
                if (Path(path) / SETTINGS_FILE).exists():
                    raise IndexExistsError("there is an index already", path=path)
                store.drop_files()
                # The settings come last: an index is there when they are.
                for name, data in (
                    (Commit(0, []).file_name, Commit(0, []).encode()),
                    (SETTINGS_FILE, settings.encode()),
                ):
                    write_durably(store.storage, name, data)
            finally:
                lock.release()
        except OSError as error:
            raise StorageError(f"the index cannot be made: {error.strerror}", path=path) from error
        return store

    @classmethod
    def open(cls, path: str) -> Store:
        """Open the index in the directory ``path``. Raises IndexNotFoundError if it has none."""
        try:
            data = (Path(path) / SETTINGS_FILE).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise IndexNotFoundError(
                "there is no index; make one with `searchlib index` or searchlib.create()",
                path=path,
            ) from None
        except (OSError, ValueError) as error:
            raise StorageError(f"the index cannot be read: {error}", path=path) from error
        store = cls(DirectoryStorage(path), path, Settings.decode(data, path))
        store.snapshot()
        return store

    @classmethod
    def in_memory(cls, settings: Settings) -> Store:
        """Make an empty index in memory."""
        storage = MemoryStorage()
        write_durably(storage, Commit(0, []).file_name, Commit(0, []).encode())
        return cls(storage, "(in memory)", settings)

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
        if changed is not None and changed == self._settled:
            return self._latest()
        with self._opening:
            for attempt in range(_OPENING_ATTEMPTS):
                changed = self._time_of_change()
                looked = time_ns()
                with reading(self.path):
                    generation = latest_generation(self.storage)
                    if self._snapshot is None or self._snapshot.generation != generation:
                        try:
                            self._snapshot = self._open_snapshot(generation)
                        except FileNotFoundError:
                            # A writer may have dropped the segments between two of our steps.
                            if attempt + 1 == _OPENING_ATTEMPTS:
                                raise
                            sleep(0.05)
                            continue
                self._settled = changed if _is_settled(changed, looked) else None
                return self._snapshot
        raise AssertionError("unreachable")

    def _latest(self) -> Snapshot:
        assert self._snapshot is not None  # noqa: S101  # it is set before _settled is
        return self._snapshot

    def _time_of_change(self) -> int | None:
        """Give when the directory was last changed; None in memory, or if it is gone."""
        try:
            return os.stat(self.storage.folder).st_mtime_ns
        except (AttributeError, OSError):
            return None

    def _open_snapshot(self, generation: int) -> Snapshot:
        return Snapshot(self.storage, self.read_commit(generation), self.path)

    def read_commit(self, generation: int) -> Commit:
        """Give a commit, with segments that are the caller's own."""
        if generation < 0:
            raise CorruptIndexError(
                "the commit file is missing; index the articles again", path=self.path
            )
        name = Commit(generation, []).file_name
        return Commit.decode(read_file(self.storage, name), self.path, name)

    def size_bytes(self) -> int:
        """Give the size of the index's files."""
        total = 0
        for name in self._file_names():
            with suppress(OSError):  # a writer may just have dropped it
                total += self.storage.file_length(name)
        return total

    def destroy(self) -> None:
        """Delete the files of the index, the settings first: without them there is no index."""
        lock = self.lock(wait_seconds=10.0)
        try:
            self.drop_files()
            with suppress(FileNotFoundError):
                self.storage.delete_file(LOCK_FILE)
        except OSError as error:
            raise StorageError(
                f"the index cannot be deleted: {error.strerror}", path=self.path
            ) from error
        finally:
            lock.release()

    def drop_files(self) -> None:
        """Delete the files of an index, or what a killed process has left of one.

        Not the lock: who made it again would not wait for us.
        """
        for name in sorted(self._file_names(), key=lambda name: name != SETTINGS_FILE):
            with suppress(FileNotFoundError):
                self.storage.delete_file(name)

    def _file_names(self) -> list[str]:
        ours = (f"{INDEX_NAME}_", SETTINGS_FILE)
        names = (name for name in self.storage.list() if name.startswith(ours))
        return [name for name in names if name != LOCK_FILE]


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
