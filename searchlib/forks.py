"""What a forked child has to mend: locks that a thread of its parent held, which it has not.

A server may open an index, fork, and search in its children. A lock that some thread held at that
moment would never be free in them.
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
"""Held by what imports a module at the first search: no child is forked in the middle of that.

Python's own lock of the module would never be free in it.
"""


class Renewable(Protocol):
    """Has locks, or files that are its process's own."""

    def _renew_in_child(self) -> None:
        """Make each lock anew, and whatever the thread that held it may have left half done."""


_renewable: weakref.WeakSet[Any] = weakref.WeakSet()


def renew_in_children(owner: Renewable) -> None:
    """Have ``owner._renew_in_child()`` called in every child that is forked, while it lives."""
    _renewable.add(owner)


def _renew_all() -> None:
    # The child has one thread: nothing else adds or removes meanwhile.
    for owner in list(_renewable):
        try:
            owner._renew_in_child()  # noqa: SLF001  # what this is for, and nobody else calls
        except Exception as error:  # noqa: BLE001  # the others are to be renewed all the same
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

    class cached_property(functools.cached_property):  # noqa: N801  # as the other is called
        """functools.cached_property as it is from Python 3.12 on: without a lock.

        That of 3.11 has one for each property of a class: threads would wait for each other to cut
        their snippets, and a child for a thread that it has not.
        """

        def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
            if instance is None:
                return self
            value = self.func(instance)
            instance.__dict__[self.attrname] = value
            return value
