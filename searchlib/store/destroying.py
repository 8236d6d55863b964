"""Deleting the files of an index, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from searchlib.errors import IndexLockedError, StorageError
from searchlib.files.commit_names import MAX_GENERATION
from searchlib.files.directories import remove_directories
from searchlib.files.syncing import sync_names
from searchlib.files.whole_files import delete_files
from searchlib.settings import SETTINGS_FILE
from searchlib.store.publishing import CommitPublication
from searchlib.store.store import Store

__all__ = ["destroy_store", "destroy_unwritten_store"]


def destroy_store(store: Store) -> None:
    """Delete the files of the index. Other files in its directory stay.

    Raises IndexLockedError if a writer has the index for 10 more seconds, StorageError if a file
    cannot be deleted.
    """
    with _locked(store, wait_seconds=10.0) as lock:
        _delete_index(store, lock)


def destroy_unwritten_store(store: Store) -> bool:
    """Delete the index unless a writer has committed to it or has its lock; tell whether.

    The directories that create_store has made for it are removed too, if they are empty.
    """
    try:
        with _locked(store, wait_seconds=0.0) as lock:
            unwritten = store.latest_commit().transaction == 0
            if unwritten:
                _delete_index(store, lock)
    except IndexLockedError:
        return False
    if unwritten:
        remove_directories(store.new_directories)
    return unwritten


@contextmanager
def _locked(store: Store, wait_seconds: float) -> Iterator[Any]:
    try:
        lock = store.lock(wait_seconds)
        try:
            yield lock
        finally:
            lock.release()
    except OSError as error:
        raise StorageError(
            f"the index cannot be deleted: {error.strerror or error}", path=store.path
        ) from error


def _delete_index(store: Store, lock: Any) -> None:
    """Commit an empty index, then delete all files.

    A process that is killed in between leaves an empty index, or files that create_store() deletes.
    """
    storage, last = store.storage, store.latest_commit()
    files, newest = last.droppable(storage), last.file_name
    if last.generation < MAX_GENERATION:
        generation = store.next_generation(last.generation)
        publication = CommitPublication(storage, store.path, last, generation, lock)
        try:
            empty = publication.publish([], ())
            files, newest = {*files, *empty.dropped}, empty.file_name
            sync_names(storage)
        except OSError:  # deleting must also work on a full disk
            pass
    left = delete_files(storage, [SETTINGS_FILE, *sorted(files - {newest})])
    # The newest commit comes last: from it create_store() knows what is still to be deleted.
    left = left or delete_files(storage, [newest])
    if left:
        raise StorageError(
            f"the articles are deleted, but the file {left[0]} cannot be; delete it yourself",
            path=store.path,
        )
    store.delete_lock_file(lock)
