"""Reads a Whoosh schema from JSON; Whoosh itself pickles its schemas.

    schema  = {"fields": [[name, field]*], "subfields": {name: [name*]},
               "dynamic": [[name, expression, field]*]}
    field   = object | {"supplied": name of the part that the program has to supply}
    object  = {name of the class: {attribute: value}}
            | {name of the class: [state]}      if it has __setstate__: its argument, or []
    value   = null | true | false | integer | float | text | [value*] | object
            | {"float": "nan" | "inf" | "-inf"} | {"bytes, date or Decimal": values.py's, in hex}
            | {"tuple": [value*]} | {"set": [value*]} | {"frozenset": [value*]}
            | {"dict": [[value, value]*]} | {"regex": [text or {"bytes...": hex}, flags]}
            | {"function": name} | {"logger": name}

A name is looked up among the imported classes and the registered functions (schema_classes.py,
schema_functions.py); nothing is imported or run for it. The state of an object is the one that
pickle would store, written as the values above. If a field contains anything else, such as a lock
or a lambda, it is marked as supplied: the program gives it when it opens the index.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable
from types import MemberDescriptorType
from typing import Any, Final
from weakref import WeakKeyDictionary

from whoosh import analysis, columns, fields, formats

from searchlib.errors import CorruptIndexError, StorageError
from searchlib.whoosh.codec.values import decode_value
from searchlib.whoosh.schema.schema_classes import (
    AmbiguousNameError,
    KnownClasses,
    UnknownNameError,
    full_name,
)
from searchlib.whoosh.schema.schema_functions import function_named
from searchlib.whoosh.schema.schema_writing import (
    COMPRESSORS,
    MAX_NESTING,
    REGEX_FLAGS,
    VALUES,
    compression,
    supplied_fields,
)

__all__ = ["decode_schema"]

_FLOATS: Final = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class _StateError(Exception):
    """A class of the program does not accept the stored state. The message names the class."""


def decode_schema(data: Any, path: str, file: str) -> Any:
    """Return the schema that encode_schema wrote.

    Raises CorruptIndexError for data that it cannot have written. Raises StorageError if the
    program has to act: a class is not imported or its name is ambiguous, a function is not
    registered, or a field could not be written.
    """
    missing: dict[str, str] = {}
    try:
        supplied = supplied_fields(data)
        if not supplied:
            schema = _schema(data, missing)
            if not missing:
                return schema
    except ImportError:  # PyStemmer is missing, and its own message says so best
        raise
    except (AmbiguousNameError, _StateError) as error:
        raise StorageError(
            f"the schema cannot be read: {error}; or open it with open_dir(dirname, schema=schema)",
            path=path,
        ) from error
    except Exception as error:
        # Whoosh's classes may raise any error when they are given a state.
        raise CorruptIndexError(
            f"the schema in {file} cannot be read: {error!r:.200}", path=path, file=file
        ) from error
    if missing:
        raise StorageError(
            f"the schema has names that this program does not know: {_listed(missing)}; before"
            " open_dir, import the module that defines such a class, and call"
            " searchlib.whoosh.register(function) for such a function; or open it with"
            " open_dir(dirname, schema=schema)",
            path=path,
        )
    raise StorageError(
        "the schema has parts that could not be written, because they were not registered or have"
        f" no name: {_listed(supplied)}; give the schema each time, with open_dir(dirname,"
        " schema=schema) or storage.open_index(schema=schema); or give the functions to"
        " searchlib.whoosh.register, then open it once with the schema and commit",
        path=path,
    )


def _listed(fields: dict[str, str]) -> str:
    return ", ".join(f"{name} ({what})" for name, what in fields.items())


def _schema(data: dict[str, Any], missing: dict[str, str]) -> Any:
    if set(data) != {"fields", "subfields", "dynamic"}:
        raise ValueError(f"it has {', '.join(data)}")
    decoder = _Decoder()

    def field(name: str, written: Any) -> Any:
        try:
            return decoder.field(written)
        except UnknownNameError as error:
            missing[name] = str(error)

    schema = fields.Schema()
    schema._fields = {_name(name): field(name, written) for name, written in data["fields"]}
    schema._subfields = {
        name: [_name(other) for other in others] for name, others in data["subfields"].items()
    }
    schema._dyn_fields = {
        _name(name): (re.compile(expression), field(name, written))
        for name, expression, written in data["dynamic"]
    }
    return schema


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise ValueError(f"{name!r} is not a name")  # noqa: TRY004  # about a file, not an argument
    return name


_PARTS: Final = {
    "format": formats.Format,
    "vector": formats.Format,
    "analyzer": analysis.acore.Composable,
    "column_type": columns.Column,
}


class _Decoder:
    """Decodes the fields of one schema."""

    def __init__(self) -> None:
        self._classes = KnownClasses()

    def field(self, data: Any) -> Any:
        field = self._decode(data, 0)
        if not isinstance(field, fields.FieldType):
            raise ValueError(f"{field!r:.80} is not a field")  # noqa: TRY004  # about a file
        for name, kind in _PARTS.items():
            part = getattr(field, name)
            if part is not None and part is not False and not isinstance(part, kind):
                raise ValueError(f"the {name} of a field is {part!r:.80}")
        return field

    def _decode(self, data: Any, depth: int) -> Any:
        # This runs for each value of the schema whenever a searcher is opened, so it is fast.
        kind = type(data)
        if kind is not dict and kind is not list:
            return data
        if depth > MAX_NESTING:
            raise ValueError(f"the schema is nested deeper than {MAX_NESTING}")
        if kind is list:
            return self._items(data, depth + 1)
        ((name, content),) = data.items()
        read = _TAGS.get(name)
        return read(self, content, depth + 1) if read else self._object(name, content, depth + 1)

    def _items(self, items: Any, depth: int) -> list[Any]:
        return [self._decode(item, depth) for item in items]

    def _dict(self, pairs: Any, depth: int) -> dict[Any, Any]:
        return {self._decode(key, depth): self._decode(value, depth) for key, value in pairs}

    def _object(self, name: str, state: Any, depth: int) -> Any:
        kind = self._classes.named(name)
        instance: Any = object.__new__(kind)
        if isinstance(state, list):
            if len(state) > 1:
                raise ValueError(f"{name:.80} has {len(state)} states")
            states = self._items(state, depth)
        else:
            states = [{key: self._decode(value, depth) for key, value in state.items()}]
        if hasattr(kind, "__setstate__"):
            _set_state(instance, states)
        else:
            _set_attributes(instance, *states)
        if compression(instance) not in COMPRESSORS:
            raise ValueError(f"the compression module {compression(instance)!r:.80}")
        return instance

    def _regex(self, content: Any, depth: int) -> re.Pattern[Any]:
        pattern, flags = content
        if flags & ~REGEX_FLAGS:  # re.DEBUG prints
            raise ValueError(f"the flags {flags} of a regular expression")
        return re.compile(self._decode(pattern, depth), flags)


def _set_state(instance: Any, states: list[Any]) -> None:
    try:
        for state in states:  # there is at most one
            instance.__setstate__(state)
    except Exception as error:
        name = full_name(type(instance))
        if name.startswith("whoosh."):
            raise
        raise _StateError(
            f"{name}.__setstate__ does not accept the stored state: {error!r:.200};"
            " use the version of the program that wrote it"
        ) from error


def _set_attributes(instance: Any, values: dict[str, Any]) -> None:
    slots = _slots(type(instance))
    for key in slots.keys() & values.keys():
        slots[key].__set__(instance, values.pop(key))
    if values:
        instance.__dict__.update(values)


_SLOTS: Final[WeakKeyDictionary[type, dict[str, Any]]] = WeakKeyDictionary()


def _slots(kind: type) -> dict[str, Any]:
    """Return the descriptors of the slots of a class, by name. No class of Whoosh has slots."""
    slots = _SLOTS.get(kind)
    if slots is None:
        slots = _SLOTS[kind] = {
            name: member
            for base in kind.__mro__
            for name, member in vars(base).items()
            if isinstance(member, MemberDescriptorType)
        }
    return slots


_TAGS: Final[dict[str, Callable[[_Decoder, Any, int], Any]]] = {
    "float": lambda _, content, __: _FLOATS[content],
    VALUES: lambda _, content, __: decode_value(bytes.fromhex(content)),
    "tuple": lambda decoder, content, depth: tuple(decoder._items(content, depth)),
    "set": lambda decoder, content, depth: set(decoder._items(content, depth)),
    "frozenset": lambda decoder, content, depth: frozenset(decoder._items(content, depth)),
    "dict": _Decoder._dict,
    "regex": _Decoder._regex,
    "function": lambda _, content, __: function_named(content),
    "logger": lambda _, content, __: logging.getLogger(content),
}
