"""The functions that a schema in an index may name: some of Whoosh's, and registered ones.

A name is only looked up: nothing is imported or called for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from types import BuiltinFunctionType, MethodType, ModuleType
from typing import Any, Final, NamedTuple, TypeVar

from searchlib.whoosh.schema.schema_classes import NAME, UnknownNameError, full_name

__all__ = ["function_name", "function_named", "register"]

_F = TypeVar("_F", bound=Callable[..., Any])


@cache
def _whoosh_functions() -> dict[str, Callable[..., Any]]:
    """Return some functions of Whoosh and types of Python, by name.

    It runs at the first use, because it creates many stemmers.
    """
    from whoosh.lang import isri, lovins, paicehusk, phonetic, porter, porter2, snowball  # noqa: PLC0415

    found: dict[str, Callable[..., Any]] = {
        f"{module.__name__}.stem": module.stem for module in (porter, porter2, lovins, paicehusk)
    }
    for name in ("soundex_en", "soundex_esp", "soundex_ar"):
        found[f"whoosh.lang.phonetic.{name}"] = getattr(phonetic, name)
    for kind in (isri.ISRIStemmer, *snowball.classes.values()):
        found[full_name(kind)] = kind().stem
    for kind in (int, float, str, bool, bytes, Decimal):
        found[full_name(kind)] = kind
    return found


class _Registered(NamedTuple):
    functions: list[Any]
    """The last one is current. The others are from earlier loads of the module."""
    load: object
    """Identifies the load of the module from which the last function is."""


_REGISTERED: Final[dict[str, _Registered]] = {}


def register(function: _F) -> _F:
    """Allow schemas to name a function of the program; return it, for use as a decorator.

    The index stores the function's module and name, such as ``myprogram.stem``. A program must
    register the function before it opens the index. Classes, classmethods and methods of objects
    without state can be registered, too. If a module is reloaded, or a function is typed again at
    the prompt, the new function replaces the old one.

    Raises ValueError for a function that cannot be found by a name: a lambda, a function in a
    function, a partial, or a method of an object with state (write a function that calls it).
    Raises ValueError for a second function with the same name, and TypeError for an object that
    cannot be called.
    """
    if not callable(function):
        raise TypeError(f"register takes a function, not {function!r:.80}")
    name = _own_name(function)
    known = _whoosh_functions().get(name)
    if known is not None:
        if known is function:
            return function
        raise ValueError(f"{name} is the name of a function of Whoosh; choose another name")
    load = _load_of(function)
    entry = _REGISTERED.get(name)
    if entry is None:
        _REGISTERED[name] = _Registered([function], load)
    elif not _is_same(entry.functions[-1], function):
        if entry.load is load and not hasattr(sys, "ps1"):
            raise ValueError(
                f"another function is registered as {name}; give each a name of its own"
            )
        _REGISTERED[name] = _Registered([*entry.functions, function], load)
    return function


def _load_of(function: Any) -> object:
    """Return the spec of a function's module, which is a new object after each load."""
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    return getattr(module, "__spec__", None)


def _own_name(function: Any) -> str:
    """Return the full name of a function of the program. Raises ValueError if it has none."""
    owner = getattr(function, "__self__", None)
    if isinstance(function, MethodType) and not isinstance(owner, type):
        if not _is_stateless(owner):
            raise ValueError(
                f"{function.__qualname__} is a method of an object with state, which its name"
                " does not contain; register a function that calls it: def stem(word): return"
                f" stemmer.{function.__name__}(word)"
            )
        owner = type(owner)
    module: Any
    name: Any
    if isinstance(owner, type):
        module, name = owner.__module__, f"{owner.__qualname__}.{function.__name__}"
    elif owner is None or isinstance(owner, ModuleType):
        home = getattr(function, "__objclass__", function)  # for str.lower it is str
        module, name = getattr(home, "__module__", None), getattr(function, "__qualname__", None)
    else:
        raise ValueError(
            f"{function!r:.80} is a method of an object, which its name does not contain; register"
            " a function that calls it"
        )
    if not isinstance(module, str) or not isinstance(name, str):
        raise ValueError(  # noqa: TRY004  # like the other functions without a name
            f"{function!r:.80} has no name of its own; register a function made by def"
        )
    if not NAME.fullmatch(f"{module}.{name}") or "<" in name:
        raise ValueError(
            f"{module}.{name} cannot be found by its name; register a function that is defined with"
            " def at the top of a module"
        )
    return f"{module}.{name}"


def _is_stateless(owner: object) -> bool:
    try:
        reduced = owner.__reduce_ex__(2)  # as for pickling; it refuses objects with state in C
    except Exception:  # noqa: BLE001  # it may be code of the program, which can raise anything
        return False
    return (
        isinstance(reduced, tuple)
        and reduced[1] == (type(owner),)
        and all(part is None for part in reduced[2:])
    )


def _is_same(left: Any, right: Any) -> bool:
    if isinstance(left, MethodType) and isinstance(right, MethodType):
        same_owner = (
            left.__self__ is right.__self__
            if isinstance(left.__self__, type)
            else type(left.__self__) is type(right.__self__) and _is_stateless(right.__self__)
        )
        return same_owner and left.__func__ is right.__func__
    return left is right or (
        isinstance(left, BuiltinFunctionType) and isinstance(right, BuiltinFunctionType)
        and left == right
    )  # fmt: skip


def function_name(value: Any) -> str | None:
    """Return the name of a function or type for a schema; None if a schema may not name it."""
    if isinstance(value, MethodType):
        # Whoosh's stemmers are methods of objects whose state need not be stored.
        kind = full_name(type(value.__self__))
        named = _whoosh_functions().get(kind)
        if isinstance(named, MethodType) and named.__func__ is value.__func__:
            return kind
    for known, function in _whoosh_functions().items():
        if function is value or (isinstance(value, MethodType) and function == value):
            return known
    if not callable(value):
        return None
    try:
        name = _own_name(value)
    except ValueError:
        return None
    entry = _REGISTERED.get(name)
    return name if entry and any(_is_same(each, value) for each in entry.functions) else None


def function_named(name: Any) -> Callable[..., Any]:
    """Return the function with this name. Raises UnknownNameError if it is not registered."""
    known = _whoosh_functions().get(name)
    if known is not None:
        return known
    if name in _REGISTERED:
        function: Callable[..., Any] = _REGISTERED[name].functions[-1]
        return function
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(f"{name!r:.80} is not the name of a function")
    raise UnknownNameError("function", name)
