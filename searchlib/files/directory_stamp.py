"""Whether a directory has changed since it was looked at: one stat() tells, almost always."""

from __future__ import annotations

import os
from typing import Final, NamedTuple

__all__ = ["Stamp", "is_settled", "stamp_of"]

_COARSE_NS: Final = 3_000_000_000
_FINE_NS: Final = 20_000_000


class Stamp(NamedTuple):
    """When a directory was changed, in nanoseconds, and which one it is."""

    modified: int
    changed: int
    inode: int
    device: int


def stamp_of(folder: str) -> Stamp | None:
    """Return the stamp of a directory, or None if there is no directory, as for an index in memory.

    The time of its last change is not enough: anybody can set it, as rsync does, and another
    directory may have been put in its place.
    """
    try:
        found = os.stat(folder) if folder else None
    except OSError:
        return None
    if found is None:
        return None
    return Stamp(found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev)


def is_settled(stamp: Stamp | None, looked: int) -> bool:
    """Return whether any later commit will give the directory another stamp.

    A commit changes the times of the directory. Where they are coarse, two changes can have one
    time; then the files are looked at. Linux updates times once per tick, at most 10 ms apart. Some
    file systems keep whole seconds, FAT two of them. A time in the future, as after the clock was
    set back, proves nothing.
    """
    if stamp is None:
        return False
    times = stamp.modified, stamp.changed
    is_coarse = any(time % 1_000_000_000 == 0 for time in times)
    return looked - max(times) > (_COARSE_NS if is_coarse else _FINE_NS)
