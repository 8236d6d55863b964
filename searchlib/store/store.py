"""An index as files: opening it, and seeing its latest commit."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from time import monotonic, sleep, time_ns
from typing import Any, Final, NamedTuple

from searchlib.errors import CorruptIndexError, IndexLockedError, StorageError
from searchlib.files.commit_names import MAX_GENERATION
from searchlib.files.damage import corruption_guard
from searchlib.files.directory_stamp import Stamp, is_settled, stamp_of
from searchlib.files.locks import LOCK_CONTENT
from searchlib.files.storage import DirectoryStorage
from searchlib.files.whole_files import delete_files, has_content, read_file
from searchlib.forks import renew_in_children
from searchlib.settings import MAX_SETTINGS_BYTES, SETTINGS_FILE, Settings
from searchlib.store.commit import COMMIT_NAMES, INDEX_NAME, Commit
from searchlib.store.no_index import has_segments, not_found, without_settings
from searchlib.store.snapshot import Snapshot

__all__ = ["LOCK_FILE", "Store", "directory_storage"]

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
        self.new_directories: list[str] = []
        """The directories that create_store has made for it, the innermost first."""
        self._opened: _Opened | None = None
        self._settled: Stamp | None = None
        self._opening = threading.Lock()
        renew_in_children(self)

    def _renew_in_child(self) -> None:
        """Replace the lock. The thread that held it does not exist in a forked child."""
        self._opening = threading.Lock()

    @classmethod
    def open(cls, path: str) -> Store:
        """Open the index in the directory ``path``. Raises IndexNotFoundError if it has none."""
        try:
            data = _read_settings(directory_storage(path))
        except (FileNotFoundError, NotADirectoryError):
            if has_segments(path):
                raise without_settings(path) from None
            raise not_found(path) from None
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or error
            raise StorageError(f"the index cannot be read: {problem}", path=path) from error
        store = cls(directory_storage(path), path, Settings.decode(data, path))
        store.snapshot()
        return store

    def next_generation(self, generation: int) -> int:
        """Return the generation of the next commit. StorageError where there can be none."""
        if generation >= MAX_GENERATION:
            raise StorageError(
                f"{COMMIT_NAMES.name(generation)} has the highest number that a commit may have;"
                " make an index in another directory and index the articles again",
                path=self.path,
            )
        return generation + 1

    def delete_lock_file(self, lock: Any) -> None:
        """Delete the file of the lock, which the caller holds, if searchlib has made it."""
        is_ours = lock.created_file or has_content(
            self.storage, LOCK_FILE, LOCK_CONTENT, if_unreadable=False
        )
        if is_ours:
            with suppress(OSError):
                if os.name == "nt":  # Windows deletes no file that is open
                    lock.release()
                delete_files(self.storage, [LOCK_FILE])

    def lock(self, wait_seconds: float) -> Any:
        """Take the lock that writers hold. Raises IndexLockedError after ``wait_seconds``.

        The operating system holds it (flock), and frees it when the process ends. A thread that
        already has the lock gets the error at once.
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
            raise not_found(self.path) from None
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
        """Return the latest commit and its snapshot, as read from the files.

        Writers, which hold the lock, use it. They cannot trust the times of the directory, as
        snapshot() does: a file system may keep coarse times, and anybody can set them.
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
                                raise not_found(self.path) from None
                            raise
                        sleep(0.05)
                        continue
                self._settled = changed if is_settled(changed, looked) else None
                return opened.commit, opened.snapshot
        raise AssertionError("unreachable")

    def _open_latest(self) -> _Opened:
        generation = COMMIT_NAMES.latest(self.storage)
        if generation < 0:
            if not self.storage.file_exists(SETTINGS_FILE):
                raise not_found(self.path)
            raise CorruptIndexError(
                "the commit file is missing; index the articles again", path=self.path
            )
        data, commit = self.read_commit(generation)
        opened = self._opened
        # Not the generation alone: the index may have been made anew.
        if opened is None or opened.data != data:
            settings = Settings.decode(_read_settings(self.storage), self.path)
            opened = _Opened(data, commit, Snapshot(self.storage, commit, self.path))
            self.settings, self._opened = settings, opened
        return opened

    def read_commit(self, generation: int) -> tuple[bytes, Commit]:
        """Return what is in a commit file, and the commit. FileNotFoundError if it is not there."""
        name = COMMIT_NAMES.name(generation)
        data = read_file(self.storage, name)
        opened = self._opened
        if opened is not None and opened.data == data:
            return data, opened.commit
        return data, Commit.decode(data, self.path, name)

    def latest_commit(self) -> Commit:
        """Return the newest commit as the files say it, without its segments. Needs the lock."""
        generation = COMMIT_NAMES.latest(self.storage)
        if generation < 0:
            raise not_found(self.path)
        with corruption_guard(self.path):
            return self.read_commit(generation)[1]

    def size_bytes(self) -> int:
        """Return the size of the index's files."""
        total = 0
        for name in (SETTINGS_FILE, LOCK_FILE, *self.latest()[0].files):
            with suppress(OSError):  # a writer may just have dropped it
                total += self.storage.file_length(name)
        return total


def directory_storage(path: str) -> DirectoryStorage:
    """Return the storage of a path. It stays the same when the process changes its directory."""
    return DirectoryStorage(os.path.abspath(path) if path else path)


def _read_settings(storage: Any) -> bytes:
    return read_file(storage, SETTINGS_FILE, MAX_SETTINGS_BYTES)
