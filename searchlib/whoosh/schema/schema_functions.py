"""The functions that a schema in an index may name: some of Whoosh's, and what is registered.

A name is looked up, and that is all: nothing is imported and nothing called for it.
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
    """Return those of Whoosh's, and some types of Python's. Made late: there are many stemmers."""
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
    functions: list[Any]  # the last one counts; those before are of loads of the module before
    load: object


_REGISTERED: Final[dict[str, _Registered]] = {}


def register(function: _F) -> _F:
    """Let schemas name a function of the program's own, and give it back: it is a decorator too.

    An index keeps its module and name, such as ``myprogram.stem``. Who opens the index has to
    register it first; a classmethod, a class, and a method of an object that has no state are
    registered in the same way. What was registered before a module was reloaded, or typed anew at
    the prompt, is replaced.

    Raises ValueError for what no name leads to: a lambda, a function in a function, a partial, a
    method of an object with a state (write a function that calls it), and a second function of the
    same name. TypeError for what cannot be called.
    """
    if not callable(function):
        raise TypeError(f"register takes a function, not {function!r:.80}")
    name = _own_name(function)
    known = _whoosh_functions().get(name)
    if known is not None:
        if known is function:
            return function
        raise ValueError(f"{name} is the name of a function of Whoosh's; choose another one")
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
    """Return what stands for one load of a function's module: each has another spec."""
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    return getattr(module, "__spec__", None)


def _own_name(function: Any) -> str:
    """Return the full name of a function of the program's; ValueError for what has none."""
    owner = getattr(function, "__self__", None)
    if isinstance(function, MethodType) and not isinstance(owner, type):
        if not _is_stateless(owner):
            raise ValueError(
                f"{function.__qualname__} is a method of an object with a state, which its name"
                " does not say; register a function that calls it: def stem(word): return"
                f" stemmer.{function.__name__}(word)"
            )
        owner = type(owner)
    module: Any
    name: Any
    if isinstance(owner, type):
        module, name = owner.__module__, f"{owner.__qualname__}.{function.__name__}"
    elif owner is None or isinstance(owner, ModuleType):
        home = getattr(function, "__objclass__", function)  # that of str.lower is str
        module, name = getattr(home, "__module__", None), getattr(function, "__qualname__", None)
    else:
        raise ValueError(
            f"{function!r:.80} is a method of an object, which its name does not say; register a"
            " function that calls it"
        )
    if not isinstance(module, str) or not isinstance(name, str):
        raise ValueError(  # noqa: TRY004  # as for the others that have no name
            f"{function!r:.80} has no name of its own; register a function made by def"
        )
    if not NAME.fullmatch(f"{module}.{name}") or "<" in name:
        raise ValueError(
            f"{module}.{name} is made anew when it is called for, so that its name leads to"
            " nothing; register a function that stands in a module, made by def"
        )
    return f"{module}.{name}"


def _is_stateless(owner: object) -> bool:
    try:
        reduced = owner.__reduce_ex__(2)  # as for pickling; it refuses what has a state in C
    except Exception:  # noqa: BLE001  # it may be anyone's
        return False
    return (
        isinstance(reduced, tuple)
        and reduced[1] == (type(owner),)
        and all(part is None for part in reduced[2:])
    )


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, MethodType) and isinstance(other, MethodType):
        same_owner = (
            one.__self__ is other.__self__
            if isinstance(one.__self__, type)
            else type(one.__self__) is type(other.__self__) and _is_stateless(other.__self__)
        )
        return same_owner and one.__func__ is other.__func__
    return one is other or (
        isinstance(one, BuiltinFunctionType) and isinstance(other, BuiltinFunctionType)
        and one == other
    )  # fmt: skip


def function_name(value: Any) -> str | None:
    """Return the name by which a schema names a function or type, or None."""
    if isinstance(value, MethodType):
        # Whoosh's stemmers are methods of objects without a state worth keeping.
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
    return name if entry and any(_is_same(one, value) for one in entry.functions) else None


def function_named(name: Any) -> Callable[..., Any]:
    """Return the function of this name. UnknownNameError if it is not registered."""
    known = _whoosh_functions().get(name)
    if known is not None:
        return known
    if name in _REGISTERED:
        found: Callable[..., Any] = _REGISTERED[name].functions[-1]
        return found
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(f"{name!r:.80} is no name of a function")
    raise UnknownNameError("function", name)
