"""Writes a Whoosh schema as JSON; schema_reading.py has the grammar and reads it."""

from __future__ import annotations

import json
import logging
import math
import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final

from whoosh import columns

from searchlib.errors import StorageError
from searchlib.whoosh.codec.values import encode_value
from searchlib.whoosh.schema.schema_classes import AmbiguousNameError, KnownClasses
from searchlib.whoosh.schema.schema_functions import function_name

__all__ = [
    "COMPRESSORS",
    "MAX_NESTING",
    "REGEX_FLAGS",
    "VALUES",
    "compression",
    "encode_schema",
    "supplied_fields",
]

MAX_NESTING: Final = 50
"""Maximum nesting of a schema, to bound recursion."""

VALUES: Final = "bytes, date or Decimal"
"""The tag of values that are encoded by values.py."""

REGEX_FLAGS: Final = re.ASCII | re.IGNORECASE | re.LOCALE | re.MULTILINE | re.DOTALL | re.VERBOSE

COMPRESSORS: Final = ("zlib", "bz2", "lzma")
"""The modules that a column may import; its state has the name of one."""


class _UnwritableError(Exception):
    """A part of the schema that belongs to the program cannot be written. The message names it."""


def supplied_fields(data: dict[str, Any]) -> dict[str, str]:
    """Return the fields that ``encode_schema`` could not write, each with the part that it has."""
    fields = [*data["fields"], *((name, field) for name, _, field in data["dynamic"])]
    return {name: field["supplied"] for name, field in fields if "supplied" in field}


def encode_schema(schema: Any, path: str = "(in memory)") -> dict[str, Any]:
    """Return a schema as values that JSON can hold.

    Raises StorageError, with ``path`` as that of the index, if two classes have the same name.
    """
    classes = KnownClasses()
    try:
        return {
            "fields": [
                [name, _encode_field(field, classes)] for name, field in schema._fields.items()
            ],
            "subfields": {name: list(others) for name, others in schema._subfields.items()},
            "dynamic": [
                [name, expression.pattern, _encode_field(field, classes)]
                for name, (expression, field) in schema._dyn_fields.items()
            ],
        }
    except AmbiguousNameError as error:
        raise StorageError(f"the schema cannot be written: {error}", path=path) from None


def _encode_field(field: Any, classes: KnownClasses) -> Any:
    try:
        return _encode(field, classes, 0)
    except _UnwritableError as error:
        return {"supplied": str(error)}


def _encode(value: Any, classes: KnownClasses, depth: int) -> Any:  # noqa: C901  # a case a type
    if depth > MAX_NESTING:
        raise _UnwritableError(f"something nested deeper than {MAX_NESTING}")
    depth += 1
    # The exact type counts, because a program's subclass may behave differently.
    match type(value).__qualname__ if type(value).__module__ == "builtins" else None:
        case "NoneType" | "bool" | "int" | "str":
            return value
        case "float":
            return value if math.isfinite(value) else {"float": str(value)}
        case "list":
            return [_encode(item, classes, depth) for item in value]
        case "tuple":
            return {"tuple": [_encode(item, classes, depth) for item in value]}
        case ("set" | "frozenset") as kind:
            items = [_encode(item, classes, depth) for item in value]
            return {kind: sorted(items, key=json.dumps)}  # so that equal sets are written equally
        case "dict":
            pairs = [[_encode(part, classes, depth) for part in pair] for pair in value.items()]
            return {"dict": pairs}
    if isinstance(value, bytes | date | time | timedelta | Decimal):
        return {VALUES: encode_value(value).hex()}
    if isinstance(value, re.Pattern):
        flags = value.flags & REGEX_FLAGS
        return {"regex": [_encode(value.pattern, classes, depth), flags]}
    if isinstance(value, logging.Logger):
        return {"logger": value.name}
    name = classes.name_of(value)
    if name is not None:
        return {name: _encode_state(value, name, classes, depth)}
    name = function_name(value)
    if name is None:
        raise _UnwritableError(_own_name(value))
    return {"function": name}


def _encode_state(value: Any, name: str, classes: KnownClasses, depth: int) -> Any:
    """Return the state that pickle would store: the attributes, or the result of __getstate__."""
    kind = type(value)
    try:
        object.__new__(kind)  # the reader does the same; it fails for a subclass of dict
        state = value.__getstate__()
    except Exception as error:  # of the program's code
        raise _UnwritableError(f"{name}: {error}") from error
    if compression(value) not in COMPRESSORS:
        raise _UnwritableError(f"the compression module {compression(value)!r:.80}")
    takes_state = hasattr(kind, "__setstate__")
    if state is None:
        return [] if takes_state else {}
    if not takes_state and isinstance(state, tuple) and len(state) == 2:
        attributes, slots = state
        state = {**(attributes or {}), **slots}
    if type(state) is dict and all(type(key) is str for key in state):
        return {key: _encode(part, classes, depth) for key, part in state.items()}
    if not takes_state:
        raise _UnwritableError(f"{name}, whose state is not a dict and needs a __setstate__")
    return [_encode(state, classes, depth)]


def compression(value: Any) -> Any:
    """Return the compression module that a column would import; "zlib" if its state names none."""
    module = getattr(value, "_module", "zlib") if isinstance(value, columns.Column) else "zlib"
    return "zlib" if module is getattr(type(value), "_module", None) else module


def _own_name(value: Any) -> str:
    """Return the name of an object of the program, for messages."""
    name = getattr(value, "__qualname__", type(value).__qualname__)
    module = getattr(value, "__module__", None) or type(value).__module__
    return f"{module}.{name}"
