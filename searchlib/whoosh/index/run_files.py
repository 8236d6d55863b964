"""The temporary files of a writer: runs of sorted postings."""

from __future__ import annotations

from typing import Any

from whoosh.filedb.filestore import Storage

from searchlib.files.whole_files import delete_files
from searchlib.whoosh.index.whoosh_commit import new_name

__all__ = ["RunFiles"]


class RunFiles(Storage):  # type: ignore[misc]  # whoosh has no types
    """The temporary files of a writer, in the directory of its segment, with unique names.

    Whoosh's own writer uses a directory that all writers share, and deletes it at the end.
    """

    def __init__(self, storage: Any, indexname: str, token: str) -> None:
        self._storage = storage
        self._indexname = indexname
        self._token = token
        self._names: dict[str, str] = {}

    def create_file(self, name: str, **kwargs: Any) -> Any:
        self._names[name] = new_name(self._indexname, self._token, ".run")
        return self._storage.create_file(self._names[name], **kwargs)

    def open_file(self, name: str, **kwargs: Any) -> Any:
        return self._storage.open_file(self._names[name], **kwargs)

    def delete_file(self, name: str) -> None:
        self._storage.delete_file(self._names.pop(name))

    def list(self) -> list[str]:
        return list(self._names)

    def file_exists(self, name: str) -> bool:
        return name in self._names

    def destroy(self) -> None:
        delete_files(self, self.list())
