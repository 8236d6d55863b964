"""Make objects usable in a forked child: replace locks that a thread of the parent held.

A server may open an index, fork, and search in its children. If a thread holds a lock during the
fork, the child has the locked lock but not the thread, so the lock would never be released.
"""

from __future__ import annotations

import functools
import os
import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final, Protocol

__all__ = ["Renewable", "cached_property", "importing", "renew_in_children"]

importing: Final = threading.RLock()
"""Held while a module is imported on first use, so that no child is forked during the import.

Otherwise Python's own lock of the module would never be released in the child.
"""


class Renewable(Protocol):
    """An object with locks, or with files that belong to one process."""

    def _renew_in_child(self) -> None:
        """Replace each lock, and reset the data that the thread with the lock may have changed."""


_renewable: weakref.WeakSet[Any] = weakref.WeakSet()


def renew_in_children(owner: Renewable) -> None:
    """Call ``owner._renew_in_child()`` in every forked child, as long as ``owner`` exists."""
    _renewable.add(owner)


def _renew_all() -> None:
    # No lock is needed: the child has only this thread.
    for owner in list(_renewable):
        try:
            owner._renew_in_child()  # noqa: SLF001  # private, because only this function calls it
        except Exception as error:  # noqa: BLE001  # the other objects must still be renewed
            sys.excepthook(type(error), error, error.__traceback__)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
    os.register_at_fork(
        before=importing.acquire,
        after_in_parent=importing.release,
        after_in_child=importing.release,
    )


if TYPE_CHECKING or sys.version_info >= (3, 12):
    cached_property = functools.cached_property
else:

    class cached_property(functools.cached_property):  # noqa: N801  # the name in functools
        """functools.cached_property without a lock, as it is in Python 3.12 and later.

        In Python 3.11 all instances of a class share one lock for each property. Threads would wait
        for each other to make snippets, and a forked child for a thread that it does not have.
        """

        def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
            if instance is None:
                return self
            value = self.func(instance)
            instance.__dict__[self.attrname] = value
            return value
