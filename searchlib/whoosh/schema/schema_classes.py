"""The classes that a schema in an index may name.

The class must be a field, a format, a column or a part of an analyzer, from Whoosh or from the
program, and it must have been imported. A name is only looked up: nothing is imported for it.
"""

from __future__ import annotations

import gc
import re
from typing import Final

from whoosh import analysis, columns, fields, formats

__all__ = ["NAME", "AmbiguousNameError", "KnownClasses", "UnknownNameError", "full_name"]

_BASES: Final = (
    fields.FieldType,
    formats.Format,
    columns.Column,
    analysis.acore.Composable,
)

NAME: Final = re.compile(r"[^\W\d]\w*(\.([^\W\d]\w*|<locals>))+")
"""A pattern of the full name of a class or function, with its module."""


class UnknownNameError(Exception):
    """There is no known class or function with this name. ``what`` is "class" or "function"."""

    def __init__(self, what: str, name: str) -> None:
        self.what = what
        self.name = name
        super().__init__(f"the {what} {name}")


class AmbiguousNameError(Exception):
    """Two classes have the same full name, so the name is ambiguous. The message has the name."""


def full_name(kind: type) -> str:
    """Return the module and the name of a class."""
    return f"{kind.__module__}.{kind.__qualname__}"


def _subclasses() -> dict[str, list[type]]:
    """Return all classes that derive from ``_BASES``, by their full names. Takes 20 µs."""
    by_name: dict[str, list[type]] = {}
    seen: set[type] = set()
    todo: list[type] = [*_BASES]
    while todo:
        kind = todo.pop()
        if kind not in seen:
            seen.add(kind)
            by_name.setdefault(full_name(kind), []).append(kind)
            todo.extend(kind.__subclasses__())
    return by_name


# Taken when this module is imported, because a program may give its own class such a name later.
_WHOOSH: Final = {
    name: kinds[0]
    for name, kinds in _subclasses().items()
    if name.startswith(("whoosh.fields.", "whoosh.formats.", "whoosh.columns.", "whoosh.analysis."))
}


class KnownClasses:
    """The classes that are imported now. Make a new object for each schema: imports may follow."""

    def __init__(self) -> None:
        self._all: dict[str, list[type]] | None = None

    def named(self, name: str) -> type:
        """Return the class with this full name.

        Raises UnknownNameError if none has been imported, AmbiguousNameError if several have this
        name, and ValueError if ``name`` cannot be the name of a class.
        """
        known = _WHOOSH.get(name)
        if known is not None:
            return known
        count = self._count(name)
        if count > 1:
            # Classes from before a module was reloaded may be unused but not collected yet.
            self._all = None
            gc.collect()
            count = self._count(name)
        if count > 1:
            self._all = None  # the traceback of the error would keep the classes alive
            raise AmbiguousNameError(
                f"{count} classes are called {name}, so the name is ambiguous: give each class a"
                " name of its own, and define none in a function that is called again; if its"
                " module was reloaded, make the schema anew or start the program again"
            )
        if not count or not self._all:
            if not NAME.fullmatch(name):
                raise ValueError(f"{name!r:.80} is not the name of a class")
            raise UnknownNameError("class", name)
        return self._all[name][0]

    def _count(self, name: str) -> int:
        if self._all is None:
            self._all = _subclasses()
        return len(self._all.get(name, ()))

    def name_of(self, value: object) -> str | None:
        """Return the full name of the class of ``value``; None if a schema may not name it.

        Raises AmbiguousNameError if another class has the same name.
        """
        kind = type(value)
        if not issubclass(kind, _BASES):
            return None
        name = full_name(kind)
        if _WHOOSH.get(name) is kind:
            return name
        if name in _WHOOSH:
            raise AmbiguousNameError(f"a class of the program is called {name}, like one of Whoosh")
        try:
            return name if self.named(name) is kind else None
        except (UnknownNameError, ValueError):
            return None
