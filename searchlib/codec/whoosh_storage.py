"""A directory for Whoosh's indexes: a storage of Whoosh's, with what a durable commit needs."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

from whoosh.filedb.filestore import FileStorage

__all__ = ["WhooshDirectory"]


class WhooshDirectory(FileStorage):  # type: ignore[misc]  # whoosh has no types
    """Files in a directory; those being written can be abandoned at any moment."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._being_written: list[Any] = []

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        file = super().create_file(name, *args, **kwargs)
        self._being_written[:] = [other for other in self._being_written if not other.closed]
        self._being_written.append(file.file)
        return file

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Put a file in the place of another one at once. Whoosh deletes that one first."""
        os.replace(os.path.join(self.folder, oldname), os.path.join(self.folder, newname))

    def temp_storage(self, name: str | None = None) -> WhooshDirectory:
        temporary = WhooshDirectory(super().temp_storage(name).folder)
        temporary._being_written = self._being_written  # of the same class
        return temporary

    def abandon_files(self) -> None:
        """Close every file that is being written. What a full disk says to that is not news."""
        for file in self._being_written:
            with suppress(OSError):
                file.close()
        self._being_written.clear()
