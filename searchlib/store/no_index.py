"""What is said of a directory without an index of articles that can be opened."""

from __future__ import annotations

import os
from contextlib import suppress

from searchlib.errors import CorruptIndexError, IndexNotFoundError, StorageError
from searchlib.files.commit_names import WHOOSH_COMMIT, WHOOSH_TOC
from searchlib.files.storage import DirectoryStorage
from searchlib.files.whole_files import read_file
from searchlib.settings import SETTINGS_FILE
from searchlib.store.commit import COMMIT_NAMES, Commit

__all__ = ["has_segments", "not_found", "without_settings"]


def not_found(path: str) -> IndexNotFoundError:
    """Return the error of a directory without an index: it names an index of another kind."""
    problem = "there is no index; make one with `searchlib index` or searchlib.create()"
    with suppress(OSError):
        names = os.listdir(path)
        if any(WHOOSH_COMMIT.fullmatch(name) for name in names):
            problem = (
                "this is an index of a Whoosh program, and not of articles; open it with"
                " searchlib.whoosh.open_dir"
            )
        elif any(WHOOSH_TOC.fullmatch(name) for name in names):
            problem = (
                "this is an index that Whoosh itself has made; `searchlib import-whoosh` makes one"
                " of articles of it (--map)"
            )
    return IndexNotFoundError(problem, path=path)


def without_settings(path: str) -> CorruptIndexError:
    """Return the error of an index whose settings file is missing."""
    return CorruptIndexError(
        f"{SETTINGS_FILE} is missing beside the segments of an index;"
        " `searchlib check --repair` makes it anew, with the default settings",
        path=path,
        file=SETTINGS_FILE,
    )


def has_segments(path: str) -> bool:
    """Return whether a directory has a commit that names segments."""
    storage = DirectoryStorage(path)
    try:
        generation = COMMIT_NAMES.latest(storage)
        name = COMMIT_NAMES.name(generation)
        return generation >= 0 and bool(
            Commit.decode(read_file(storage, name), path, name).segments
        )
    except (OSError, StorageError):
        return False
