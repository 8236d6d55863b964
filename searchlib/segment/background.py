"""Run a call in a thread of its own. Kernels and zstd release the GIL, so it runs in parallel."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["BackgroundCall", "run_both"]

_T = TypeVar("_T")


class BackgroundCall(Generic[_T]):
    """A call that runs in a new thread. get() waits for its result."""

    def __init__(self, call: Callable[[], _T]) -> None:
        self._call = call
        self._results: list[_T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._results.append(self._call())
        except BaseException as error:  # noqa: BLE001  # get() raises it in the calling thread
            self._error = error

    def get(self) -> _T:
        """Wait for the end of the call. Return its result, or raise its exception."""
        self._thread.join()
        if self._error:
            raise self._error
        return self._results[0]


def run_both(
    first: Callable[[], _T], second: Callable[[], _T], *, in_parallel: bool
) -> tuple[_T, _T]:
    """Return the results of two calls. If ``in_parallel``, the second one runs in a new thread."""
    if not in_parallel:
        return first(), second()
    background = BackgroundCall(second)
    return first(), background.get()
