"""What is raised over a damaged index."""

from __future__ import annotations

from types import TracebackType
from typing import Final

from searchlib.errors import CorruptIndexError, SearchlibError, StorageError

__all__ = ["corruption_guard"]


_NO_DAMAGE: Final = (SearchlibError, MemoryError, RecursionError)


class corruption_guard:  # noqa: N801  # used as a function is; a generator would take 1 µs
    """Turn what is raised over a damaged file of the index at ``path`` into CorruptIndexError.

    An OSError becomes StorageError; errors of our own pass, and those that no file is to blame for:
    MemoryError and RecursionError.
    """

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not isinstance(error, Exception) or isinstance(error, _NO_DAMAGE):
            return
        if isinstance(error, OSError):
            raise StorageError(f"the index cannot be read: {error}", path=self._path) from error
        raise CorruptIndexError(
            f"the index is damaged ({type(error).__name__}: {error}); index the articles again",
            path=self._path,
        ) from error
