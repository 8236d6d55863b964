"""Making an empty index: in a directory, or in memory."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from searchlib.errors import (
    CorruptIndexError,
    IndexExistsError,
    IndexLockedError,
    IndexNotFoundError,
    StorageError,
)
from searchlib.files.directories import new_directory
from searchlib.files.memory_storage import MemoryStorage
from searchlib.files.syncing import sync_names
from searchlib.files.whole_files import delete_files, has_content, publish
from searchlib.settings import SETTINGS_FILE, Settings
from searchlib.store.commit import COMMIT_NAMES, Commit
from searchlib.store.no_index import without_settings
from searchlib.store.store import Store, directory_storage

__all__ = ["create_store", "memory_store"]

_ATTEMPTS: Final = 10


def create_store(path: str, settings: Settings) -> Store:
    """Make an empty index in the directory ``path``, and the directory if need be.

    Other files in the directory stay. Raises IndexExistsError if it has an index already. If the
    disk fills on the way, all that was made is removed again.
    """
    try:
        for _ in range(_ATTEMPTS):
            # Another process may make the directory meanwhile, and delete it again.
            with suppress(FileNotFoundError, IndexNotFoundError):
                return _create(path, settings)
        return _create(path, settings)
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or error
        raise StorageError(f"the index cannot be made: {problem}", path=path) from error


def memory_store(settings: Settings) -> Store:
    """Make an empty index in memory."""
    store = Store(MemoryStorage(), "(in memory)", settings)
    _write_first(store)
    return store


def _create(path: str, settings: Settings) -> Store:
    with new_directory(path) as new_directories:
        store = Store(directory_storage(path), path, settings)
        _check_free(store)
        try:
            lock = store.lock(wait_seconds=10.0)
        except IndexLockedError:
            _check_free(store)  # another process has made it meanwhile and writes to it
            raise
        try:
            _check_free(store)
            _write_or_clean_up(store, lock)
        finally:
            lock.release()
    store.new_directories = new_directories
    return store


def _check_free(store: Store) -> None:
    if store.storage.file_exists(SETTINGS_FILE):
        raise IndexExistsError("there is an index already", path=store.path)


def _write_or_clean_up(store: Store, lock: Any) -> None:
    try:
        _write_first(store)
    except BaseException:
        with suppress(OSError):
            store.storage.abandon_files()
            store.delete_lock_file(lock)
        raise


def _write_first(store: Store) -> None:
    """Write the files of an empty index. The settings come last: with them it is an index."""
    storage = store.storage
    first = _first_commit(store)
    files = {first.file_name: first.encode(), SETTINGS_FILE: store.settings.encode()}
    published: list[str] = []
    try:
        for name, data in files.items():
            publish(storage, name, data, first.new_temporary())
            published.append(name)
            sync_names(storage)
    except BaseException:
        # Many indexes have equal settings, but no two have an equal commit. If ours is the newest,
        # nobody has come in between. Ctrl-C may come before a name is in the list.
        with suppress(OSError):
            is_ours = first.file_name in published or has_content(
                storage, first.file_name, files[first.file_name], if_unreadable=False
            )
            if is_ours and COMMIT_NAMES.latest(storage) == first.generation:
                delete_files(storage, reversed(files))
        raise
    delete_files(storage, first.dropped)  # the next commit drops those that cannot be deleted


def _first_commit(store: Store) -> Commit:
    """Return the commit of an empty index, after one that a killed process may have left."""
    generation = COMMIT_NAMES.latest(store.storage)
    if generation < 0:
        return Commit(0, [])
    name = COMMIT_NAMES.name(generation)
    try:
        left = store.read_commit(generation)[1]
    except CorruptIndexError as error:
        raise CorruptIndexError(
            f"there is {name} without {SETTINGS_FILE}, and it cannot be read. If it is of an index,"
            " `searchlib check --repair` saves what is whole; otherwise make the index in another"
            " directory",
            path=store.path,
            file=name,
        ) from error
    if left.segments:
        raise without_settings(store.path)
    dropped = sorted(left.droppable(store.storage))
    return Commit(store.next_generation(generation), [], dropped=dropped)
