"""Faults of the operating system: the n-th call of one of its functions fails, or all from then on.

The functions are replaced where the modules of searchlib and of Whoosh look them up, for this
process and for a time. Only calls about files in one folder count. A file that is opened is one of
Python's own, buffers and all, whose raw file below them fails: so a write that fails is one of the
system's, and comes when the buffer is written.

What a disk keeps of what was synced is the matter of test_power_loss.py: to sync does nothing here.
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import io
import mmap
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, TypeVar
from unittest import mock

ERRORS: Final = ("EIO", "ENOSPC", "EACCES", "EMFILE")
INTERRUPTS: Final = ("before", "after")
"""KeyboardInterrupt in place of a call, and right after it."""

_T = TypeVar("_T")


class Fault(NamedTuple):
    """The call that fails. ``persistent``: so do all later ones of the function."""

    function: str
    number: int
    kind: str
    persistent: bool = False

    @property
    def is_interrupt(self) -> bool:
        return self.kind in INTERRUPTS


class Faults:
    """Counts calls about files in ``folder``, and has the one of ``fault`` fail, if any."""

    def __init__(self, folder: str, fault: Fault | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self.descriptors: set[int] = set()
        self._folder = folder
        self._fault = fault
        self._active = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Have the functions replaced, and the clock go on when somebody sleeps."""
        with (
            mock.patch.multiple(os, **self._of_os()),
            mock.patch.multiple(builtins, open=self._open_file),
            mock.patch.multiple(io, open=self._open_file),
            mock.patch.multiple(fcntl, flock=self._on_descriptor("flock", fcntl.flock)),
            mock.patch.multiple(mmap, mmap=self._on_descriptor("mmap", mmap.mmap)),
            quick_clock(),
        ):
            self._active = True
            try:
                yield
            finally:
                self._active = False

    def still_open(self) -> list[str]:
        """Give the files of the folder whose descriptors nobody has closed."""
        found = []
        for descriptor in self.descriptors:
            try:
                path = os.readlink(f"/proc/self/fd/{descriptor}")
            except OSError:
                continue
            if self.concerns(path.removesuffix(" (deleted)")):
                found.append(path)
        return sorted(found)

    def concerns(self, path: Any) -> bool:
        """Tell whether a path, or a descriptor, is of the folder."""
        if isinstance(path, int):
            return path in self.descriptors
        whole = os.path.abspath(os.fsdecode(path))
        return whole == self._folder or whole.startswith(self._folder + os.sep)

    def call(
        self, function: str, do: Callable[[], _T], path: object = None, *, happens: bool = False
    ) -> _T:
        """Do what the system would, or fail. What ``happens`` is done also by a call that fails."""
        if not self._active:
            return do()
        self.counts[function] += 1
        fault = self._fault
        if fault is None or fault.function != function or not self._is_due(fault):
            return do()
        if fault.kind == "before":
            raise KeyboardInterrupt
        if happens or fault.kind == "after":
            do()
        if fault.is_interrupt:
            raise KeyboardInterrupt
        number = getattr(errno, fault.kind)
        raise OSError(number, os.strerror(number), *([] if path is None else [path]))

    def _is_due(self, fault: Fault) -> bool:
        if fault.is_interrupt and threading.current_thread() is not threading.main_thread():
            return False  # Ctrl-C comes in the main one only
        count = self.counts[fault.function]
        return count >= fault.number if fault.persistent else count == fault.number

    def _of_os(self) -> dict[str, Callable[..., Any]]:
        by_path = {
            "stat": "stat", "lstat": "stat", "listdir": "listdir", "scandir": "listdir",
            "link": "link", "replace": "replace", "rename": "replace", "remove": "remove",
            "unlink": "remove", "mkdir": "mkdir", "rmdir": "rmdir",
        }  # fmt: skip
        replaced: dict[str, Callable[..., Any]] = {
            name: self._on_path(function, getattr(os, name)) for name, function in by_path.items()
        }
        replaced["fstat"] = self._on_descriptor("fstat", os.fstat)
        replaced["fsync"] = self._on_descriptor("fsync", lambda descriptor: None)
        replaced["fdatasync"] = replaced["fsync"]
        replaced["open"] = self._open_descriptor(os.open)
        replaced["close"] = self._close_descriptor(os.close)
        return replaced

    def _on_path(self, function: str, right: Callable[..., Any]) -> Callable[..., Any]:
        def called(path: Any = ".", *arguments: Any, **named: Any) -> Any:
            if not self.concerns(path):
                return right(path, *arguments, **named)
            return self.call(function, lambda: right(path, *arguments, **named), path)

        return called

    def _on_descriptor(self, function: str, right: Callable[..., Any]) -> Callable[..., Any]:
        def called(descriptor: Any, *arguments: Any, **named: Any) -> Any:
            if descriptor not in self.descriptors:
                return right(descriptor, *arguments, **named)
            return self.call(function, lambda: right(descriptor, *arguments, **named))

        return called

    def _open_descriptor(self, right: Callable[..., int]) -> Callable[..., int]:
        def opened(path: Any, *arguments: Any, **named: Any) -> int:
            if not self.concerns(path):
                return right(path, *arguments, **named)

            def do() -> int:
                descriptor = right(path, *arguments, **named)
                self.descriptors.add(descriptor)
                return descriptor

            return self.call("os.open", do, path)

        return opened

    def _close_descriptor(self, right: Callable[[int], None]) -> Callable[[int], None]:
        def closed(descriptor: int) -> None:
            if descriptor not in self.descriptors:
                right(descriptor)
                return

            def do() -> None:
                self.descriptors.discard(descriptor)
                right(descriptor)

            # Linux closes a descriptor whatever it says of what was written before.
            self.call("os.close", do, happens=True)

        return closed

    def _open_file(
        self, path: Any, mode: str = "r", buffering: int = -1, *arguments: Any, **named: Any
    ) -> Any:
        if not self.concerns(path):
            return _right_open(path, mode, buffering, *arguments, **named)
        opener, closefd = named.pop("opener", None), named.pop("closefd", True)
        raw_mode = mode.replace("b", "").replace("t", "")
        raw = self.call("open", lambda: _RawFile(self, path, raw_mode, closefd, opener), path)
        if buffering == 0:
            return raw
        kind: Any = io.BufferedReader if raw_mode == "r" else io.BufferedWriter
        file = (io.BufferedRandom if "+" in mode else kind)(raw)
        return file if "b" in mode else io.TextIOWrapper(file, *arguments, **named)


class _RawFile(io.FileIO):
    """A file below its buffer."""

    def __init__(self, faults: Faults, path: Any, mode: str, closefd: bool, opener: Any) -> None:
        self._faults = faults
        super().__init__(path, mode, closefd, opener)
        faults.descriptors.add(self.fileno())

    def write(self, data: Any) -> int:
        return self._faults.call("write", lambda: super(_RawFile, self).write(data))

    def readall(self) -> bytes:
        return self._faults.call("read", super().readall)

    def readinto(self, buffer: Any) -> int:
        return self._faults.call("read", lambda: super(_RawFile, self).readinto(buffer))

    def close(self) -> None:
        if self.closed:
            return

        def do() -> None:
            self._faults.descriptors.discard(self.fileno())
            super(_RawFile, self).close()

        self._faults.call("close", do, happens=True)


_right_open: Final = io.open


@contextmanager
def quick_clock() -> Iterator[None]:
    """Have nobody wait: who sleeps moves the clock on."""
    slept = 0.0
    sleep, clocks = time.sleep, (time.monotonic, time.time)

    def sleeps(seconds: float) -> None:
        nonlocal slept
        slept += seconds

    def reads(right: Callable[[], float]) -> Callable[[], float]:
        return lambda: right() + slept

    quick = {id(sleep): sleeps, **{id(clock): reads(clock) for clock in clocks}}
    modules = [each for name, each in sys.modules.items() if name.startswith("searchlib")]
    replaced = [
        (module, name, value)
        for module in (time, *modules)
        for name, value in vars(module).items()
        if id(value) in quick
    ]
    try:
        for module, name, value in replaced:
            setattr(module, name, quick[id(value)])
        yield
    finally:
        for module, name, value in replaced:
            setattr(module, name, value)


@contextmanager
def unsynced() -> Iterator[None]:
    """Have nothing written through to a disk, which takes milliseconds each time."""
    with mock.patch.multiple(os, fsync=lambda _: None, fdatasync=lambda _: None):
        yield
