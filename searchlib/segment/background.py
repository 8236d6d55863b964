"""A call beside its caller, in a thread of its own: for kernels and zstd, which hold no lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["BackgroundCall", "run_both"]

_T = TypeVar("_T")


class BackgroundCall(Generic[_T]):
    """A call that runs from now on; get() waits for what it gives, or raises what it raised."""

    def __init__(self, call: Callable[[], _T]) -> None:
        self._call = call
        self._given: list[_T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._given.append(self._call())
        except BaseException as error:  # noqa: BLE001  # for the thread that has called
            self._error = error

    def get(self) -> _T:
        """Return the result."""
        self._thread.join()
        if self._error:
            raise self._error
        return self._given[0]


def run_both(first: Callable[[], _T], second: Callable[[], _T], *, beside: bool) -> tuple[_T, _T]:
    """Return what two calls give: of the second one from a thread of its own, if ``beside``."""
    if not beside:
        return first(), second()
    other = BackgroundCall(second)
    return first(), other.get()
