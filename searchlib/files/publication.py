"""Making a commit the newest one, unless another writer has come in between.

A writer can lose its lock: somebody deletes the lock file, or replaces the directory. So the lock
is checked again just before the commit gets its name. Two commits cannot have one name, but the
next writer may have committed, and dropped, a commit of our generation. So the newest commit is
read once more afterwards. If it is newer than ours and was not made from ours, ours is withdrawn.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from searchlib.errors import IndexLockedError, StorageError
from searchlib.files.commit_names import CommitNames
from searchlib.files.whole_files import delete_files, has_content, publish, read_file

__all__ = ["Publication"]


class Publication(ABC):
    """What one writer publishes: at most one commit. The subclass says how commits are read."""

    def __init__(self, storage: Any, path: str, names: CommitNames, lock: Any) -> None:
        self._storage = storage
        self._path = path
        self._names = names
        self._lock = lock
        self._written: tuple[str, bytes] | None = None
        self._is_there = False

    @property
    def is_begun(self) -> bool:
        """Whether the commit may have got its name."""
        return self._written is not None

    @property
    def is_there(self) -> bool:
        """Whether the commit is in the index, for good; or may be, if its file cannot be read.

        The files say so, as Ctrl-C may come between them and a variable. It is certain only as long
        as the lock is ours: the next writer drops our commit for its own.
        """
        if not self._is_there and self._written is not None:
            self._is_there = has_content(self._storage, *self._written)
        return self._is_there

    @abstractmethod
    def overtaken(self) -> IndexLockedError | None:
        """Return the error to raise if the lock was lost, or another writer has committed."""

    @abstractmethod
    def _lost_to(self, generation: int) -> IndexLockedError:
        """Return the error to raise as another writer has committed this generation."""

    @abstractmethod
    def _follows(self, data: bytes, generation: int) -> bool:
        """Return whether the commit of ``generation``, in a file of ``data``, is made from ours."""

    def _publish(
        self, generation: int, data: bytes, temporary: str, files: Iterable[str] = ()
    ) -> None:
        """Make the commit of ``generation``, whose file holds ``data``, the newest one.

        ``files``, which it names, are on the disk before. Its content is on the disk then, its name
        perhaps not yet: see sync_names. Raises IndexLockedError if another writer was faster:
        nothing of this one is there then. OSError if the disk fails; ``is_there`` says whether the
        commit counts.
        """
        if error := self.overtaken():
            raise error
        name = self._names.name(generation)
        self._written = name, data
        try:
            publish(self._storage, name, data, temporary, files)
        except FileExistsError:
            raise self._lost_to(generation) from None
        except FileNotFoundError:
            # The next writer deletes the files of this one: to it they are those of a killed one.
            newest = self._names.latest(self._storage)
            if newest < generation:
                raise
            raise self._lost_to(newest) from None
        self._is_there = True
        newest = self._left_out_by(generation)
        if newest:
            self._is_there, self._written = False, None
            # If it cannot be deleted, nobody reads it beside a higher one.
            delete_files(self._storage, [name])
            raise self._lost_to(newest)

    def _left_out_by(self, generation: int) -> int:
        """Return the generation of a newer commit that was not made from ours, or 0."""
        try:
            newest = self._names.latest(self._storage)
            if newest <= generation:
                return 0
            follows = self._follows(read_file(self._storage, self._names.name(newest)), newest)
        except (OSError, StorageError):
            return 0  # ours is there, and nothing says otherwise
        return 0 if follows else newest
