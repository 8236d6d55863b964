"""A Whoosh schema as JSON and back, where Whoosh pickles it.

    schema  = {"fields": [[name, field]*], "subfields": {name: [name*]},
               "dynamic": [[name, expression, field]*]}
    field   = object | {"supplied": name of what the program has to supply}
    object  = {name of the class: {attribute: value}}
    value   = null | true | false | integer | float | text | [value*] | object
            | {"float": "nan" | "inf" | "-inf"} | {"bytes, date or Decimal": values.py's, in hex}
            | {"tuple": [value*]} | {"set": [value*]} | {"frozenset": [value*]}
            | {"dict": [[value, value]*]} | {"regex": [text or {"bytes...": hex}, flags]}
            | {"function": name} | {"logger": name}

A name is looked up in tables of Whoosh's own classes and functions; nothing is imported or run for
it. A field with anything else in it, like a filter of the program's own, is noted as such, and the
program supplies it when it opens the index.
"""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache
from types import MethodType
from typing import Any, Final

from whoosh import analysis, columns, fields, formats

from searchlib.codec.values import decode_value, encode_value
from searchlib.errors import CorruptIndexError, StorageError

__all__ = ["decode_schema", "encode_schema", "supplied_fields"]

_MAX_NESTING: Final = 50
_VALUES: Final = "bytes, date or Decimal"
_REGEX_FLAGS: Final = re.ASCII | re.IGNORECASE | re.LOCALE | re.MULTILINE | re.DOTALL | re.VERBOSE
_FLOATS: Final = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}

# A column imports the module that its state names.
_COMPRESSORS: Final = {"zlib", "bz2", "lzma"}


def _subclasses(base: type, module: str) -> dict[str, type]:
    """Give the classes of Whoosh's that derive from ``base``, by their full names."""
    found, todo = {}, [base]
    while todo:
        kind = todo.pop()
        todo.extend(kind.__subclasses__())
        if kind.__module__ == module or kind.__module__.startswith(f"{module}."):
            found[f"{kind.__module__}.{kind.__qualname__}"] = kind
    return found


# One made when this module is imported: what a program derives, and names alike, is not in it.
_CLASSES: Final[dict[str, type]] = {
    **_subclasses(fields.FieldType, "whoosh.fields"),
    **_subclasses(formats.Format, "whoosh.formats"),
    **_subclasses(columns.Column, "whoosh.columns"),
    **_subclasses(analysis.acore.Composable, "whoosh.analysis"),
}


@cache
def _functions() -> dict[str, Callable[..., Any]]:
    """Give the functions and types that a schema may name. Made late: there are many stemmers."""
    from whoosh.lang import isri, lovins, paicehusk, phonetic, porter, porter2, snowball  # noqa: PLC0415

    found: dict[str, Callable[..., Any]] = {
        f"{module.__name__}.stem": module.stem for module in (porter, porter2, lovins, paicehusk)
    }
    for name in ("soundex_en", "soundex_esp", "soundex_ar"):
        found[f"whoosh.lang.phonetic.{name}"] = getattr(phonetic, name)
    for kind in (isri.ISRIStemmer, *snowball.classes.values()):
        found[_full_name(kind)] = kind().stem
    for kind in (int, float, str, bool, bytes, Decimal):
        found[_full_name(kind)] = kind
    return found


def _full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


class _UnwritableError(Exception):
    """What cannot be written is not Whoosh's, but the program's own. The message names it."""


def supplied_fields(data: dict[str, Any]) -> dict[str, str]:
    """Give the fields that ``encode_schema`` could not write, with what of each is in the way."""
    every = [*data["fields"], *((name, field) for name, _, field in data["dynamic"])]
    return {name: field["supplied"] for name, field in every if "supplied" in field}


def encode_schema(schema: Any) -> dict[str, Any]:
    """Give a schema as JSON can hold it."""
    return {
        "fields": [[name, _encode_field(field)] for name, field in schema._fields.items()],
        "subfields": {name: list(others) for name, others in schema._subfields.items()},
        "dynamic": [
            [name, expression.pattern, _encode_field(field)]
            for name, (expression, field) in schema._dyn_fields.items()
        ],
    }


def _encode_field(field: Any) -> Any:
    try:
        return _encode(field, 0)
    except _UnwritableError as error:
        return {"supplied": str(error)}


def _encode(value: Any, depth: int) -> Any:  # noqa: C901  # a case a type
    if depth > _MAX_NESTING:
        raise _UnwritableError(f"something nested deeper than {_MAX_NESTING}")
    depth += 1
    # By the type itself: what a program derives from it is another.
    match type(value).__qualname__ if type(value).__module__ == "builtins" else None:
        case "NoneType" | "bool" | "int" | "str":
            return value
        case "float":
            return value if math.isfinite(value) else {"float": str(value)}
        case "list":
            return [_encode(item, depth) for item in value]
        case "tuple":
            return {"tuple": [_encode(item, depth) for item in value]}
        case ("set" | "frozenset") as kind:
            items = [_encode(item, depth) for item in value]
            return {kind: sorted(items, key=json.dumps)}  # always in one order
        case "dict":
            pairs = [[_encode(part, depth) for part in pair] for pair in value.items()]
            return {"dict": pairs}
    if isinstance(value, bytes | date | time | timedelta | Decimal):
        return {_VALUES: encode_value(value).hex()}
    if isinstance(value, re.Pattern):
        flags = value.flags & _REGEX_FLAGS
        return {"regex": [_encode(value.pattern, depth), flags]}
    if isinstance(value, logging.Logger):
        return {"logger": value.name}
    name = _full_name(type(value))
    if _CLASSES.get(name) is type(value):
        return {name: _encode_state(value, depth)}
    return {"function": _function_name(value)}


def _encode_state(value: Any, depth: int) -> dict[str, Any]:
    state = value.__getstate__() or {}
    if state.get("_module", "zlib") not in _COMPRESSORS:
        raise _UnwritableError(f"the compression module {state['_module']!r}")
    return {name: _encode(part, depth) for name, part in state.items()}


def _function_name(value: Any) -> str:
    """Give the name of a function or type in the table, or refuse it by its own name."""
    name = getattr(value, "__qualname__", type(value).__qualname__)
    module = getattr(value, "__module__", None) or type(value).__module__
    if isinstance(value, MethodType):
        # Stemmers are methods of objects without a state worth keeping.
        kind = _full_name(type(value.__self__))
        named = _functions().get(kind)
        if isinstance(named, MethodType) and named.__func__ is value.__func__:
            return kind
    for known, function in _functions().items():
        if function is value or (isinstance(value, MethodType) and function == value):
            return known
    raise _UnwritableError(f"{module}.{name}")


def decode_schema(data: Any, path: str, file: str) -> Any:
    """Give the schema that encode_schema wrote.

    Raises CorruptIndexError for what it never wrote, and StorageError if the program has to supply
    a field.
    """
    try:
        supplied = supplied_fields(data)
        if not supplied:
            return _schema(data)
    except ImportError:  # PyStemmer, which says so best itself
        raise
    except Exception as error:
        # Whoosh's classes take their state with errors of all kinds.
        raise CorruptIndexError(
            f"the schema in {file} cannot be read: {error!r:.200}", path=path, file=file
        ) from error
    names = ", ".join(f"{name} ({what})" for name, what in supplied.items())
    raise StorageError(
        f"a part of the schema is the program's own and is not in the index: {names};"
        " open it with open_dir(dirname, schema=schema)",
        path=path,
    )


def _schema(data: dict[str, Any]) -> Any:
    if set(data) != {"fields", "subfields", "dynamic"}:
        raise ValueError(f"it has {', '.join(data)}")
    schema = fields.Schema()
    schema._fields = {_name(name): _decode_field(field) for name, field in data["fields"]}
    schema._subfields = {
        name: [_name(other) for other in others] for name, others in data["subfields"].items()
    }
    schema._dyn_fields = {
        _name(name): (re.compile(expression), _decode_field(field))
        for name, expression, field in data["dynamic"]
    }
    return schema


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise ValueError(f"{name!r} is no name")  # noqa: TRY004  # of a file, not of arguments
    return name


_PARTS: Final = {
    "format": formats.Format,
    "vector": formats.Format,
    "analyzer": analysis.acore.Composable,
    "column_type": columns.Column,
}


def _decode_field(data: Any) -> Any:
    field = _decode(data, 0)
    if not isinstance(field, fields.FieldType):
        raise ValueError(f"{field!r:.80} is no field")  # noqa: TRY004  # of a file, not of arguments
    for name, kind in _PARTS.items():
        part = getattr(field, name)
        if part is not None and part is not False and not isinstance(part, kind):
            raise ValueError(f"the {name} of a field is {part!r:.80}")
    return field


def _decode(data: Any, depth: int) -> Any:
    # Every searcher that is opened comes through here for each value of the schema.
    kind = type(data)
    if kind is not dict and kind is not list:
        return data
    if depth > _MAX_NESTING:
        raise ValueError(f"the schema is nested deeper than {_MAX_NESTING}")
    if kind is list:
        return [_decode(item, depth + 1) for item in data]
    ((name, content),) = data.items()
    read = _TAGS.get(name)
    return read(content, depth + 1) if read else _object(name, content, depth + 1)


def _object(name: str, state: dict[str, Any], depth: int) -> Any:
    kind = _CLASSES[name]
    made: Any = object.__new__(kind)
    values = {key: _decode(value, depth) for key, value in state.items()}
    if "_module" in values and values["_module"] not in _COMPRESSORS:
        raise ValueError(f"the compression module {values['_module']!r}")
    if hasattr(kind, "__setstate__"):
        made.__setstate__(values)
    else:
        made.__dict__.update(values)
    return made


def _regex(content: Any, depth: int) -> re.Pattern[Any]:
    pattern, flags = content
    if flags & ~_REGEX_FLAGS:  # re.DEBUG prints
        raise ValueError(f"the flags {flags} of a regular expression")
    return re.compile(_decode(pattern, depth), flags)


_TAGS: Final[dict[str, Callable[[Any, int], Any]]] = {
    "float": lambda content, _: _FLOATS[content],
    _VALUES: lambda content, _: decode_value(bytes.fromhex(content)),
    "tuple": lambda content, depth: tuple(_decode(item, depth) for item in content),
    "set": lambda content, depth: {_decode(item, depth) for item in content},
    "frozenset": lambda content, depth: frozenset(_decode(item, depth) for item in content),
    "dict": lambda content, depth: {
        _decode(key, depth): _decode(value, depth) for key, value in content
    },
    "regex": _regex,
    "function": lambda content, _: _functions()[content],
    "logger": lambda content, _: logging.getLogger(content),
}
