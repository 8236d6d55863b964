"""A Whoosh schema to JSON: schema_reading.py has the grammar, and reads it."""

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
VALUES: Final = "bytes, date or Decimal"
REGEX_FLAGS: Final = re.ASCII | re.IGNORECASE | re.LOCALE | re.MULTILINE | re.DOTALL | re.VERBOSE

COMPRESSORS: Final = ("zlib", "bz2", "lzma")
"""The modules that a column may import. Its state names one."""


class _UnwritableError(Exception):
    """What cannot be written is not Whoosh's, but the program's own. The message names it."""


def supplied_fields(data: dict[str, Any]) -> dict[str, str]:
    """Return the fields that ``encode_schema`` could not write, with what of each is in the way."""
    every = [*data["fields"], *((name, field) for name, _, field in data["dynamic"])]
    return {name: field["supplied"] for name, field in every if "supplied" in field}


def encode_schema(schema: Any, path: str = "(in memory)") -> dict[str, Any]:
    """Return a schema as JSON can hold it.

    Raises StorageError, about the index at ``path``, where two classes have the name of one.
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
    # By the type itself: what a program derives from it is another.
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
            return {kind: sorted(items, key=json.dumps)}  # always in one order
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
    """Return what an object would be pickled with: its attributes, or its __getstate__'s state."""
    kind = type(value)
    try:
        object.__new__(kind)  # as it is made when it is read: not what is a dict too
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
        raise _UnwritableError(f"{name}, whose state is no dict, and which has no __setstate__")
    return [_encode(state, classes, depth)]


def compression(value: Any) -> Any:
    """Return the module that a column would import; "zlib" where it is a class that says which."""
    named = getattr(value, "_module", "zlib") if isinstance(value, columns.Column) else "zlib"
    return "zlib" if named is getattr(type(value), "_module", None) else named


def _own_name(value: Any) -> str:
    """Return what to call something of the program's own."""
    name = getattr(value, "__qualname__", type(value).__qualname__)
    module = getattr(value, "__module__", None) or type(value).__module__
    return f"{module}.{name}"
