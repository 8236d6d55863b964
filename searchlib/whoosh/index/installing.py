"""Replaces Whoosh's functions and classes in a whole process: see searchlib.whoosh.install."""

from __future__ import annotations

import sys
import threading
import types
import warnings
from collections.abc import Mapping
from typing import Any, Final

import whoosh.codec
import whoosh.codec.memory  # before the classes that it derives from are patched
import whoosh.filedb.filestore
import whoosh.index
import whoosh.multiproc
import whoosh.writing

from searchlib.whoosh.codec.searchlib_codec import SearchlibCodec
from searchlib.whoosh.index.searchlib_index import SearchlibIndex
from searchlib.whoosh.index.searchlib_writer import SearchlibWriter

__all__ = ["install"]

_lock: Final = threading.Lock()
_replaced: Final[dict[int, tuple[Any, Any]]] = {}
"""The objects of Whoosh that were replaced, with their replacements, by the id() of the former."""

_reported: Final[set[str]] = set()
"""The names that a warning has listed."""

_OWN: Final = ("whoosh", "searchlib")


def install(functions: Mapping[str, Any], storage: type) -> tuple[str, ...]:
    """Replace functions of whoosh.index, FileStorage, FileIndex, the codec and the writers.

    Returns the names in other modules that still refer to Whoosh's own, sorted. Warns of those that
    no earlier call has listed.
    """
    with _lock:
        if not _replaced:
            for name, ours in functions.items():
                _replace(whoosh.index, name, ours)
            _replace(whoosh.index, "FileIndex", SearchlibIndex)
            _replace(whoosh.filedb.filestore, "FileStorage", storage)
            _replace(whoosh.codec, "default_codec", SearchlibCodec)
            _patch_writers()
        _replace_in_whoosh()
        names = _stale_names()
        new = [name for name in names if name not in _reported]
        _reported.update(new)
    if new:
        warnings.warn(
            "these names were imported from Whoosh before searchlib.whoosh.install() and still"
            f" refer to Whoosh: {', '.join(new)}; call install() before their modules are imported,"
            " or import them from searchlib.whoosh",
            RuntimeWarning,
            stacklevel=3,
        )
    return names


def _replace(module: types.ModuleType, name: str, ours: Any) -> None:
    stock = getattr(module, name)
    _replaced[id(stock)] = stock, ours
    setattr(module, name, ours)


def _is_own(module: str) -> bool:
    return module.partition(".")[0] in _OWN


def _modules() -> list[tuple[str, dict[str, Any]]]:
    """Return the names of the loaded modules, each with its namespace."""
    by_id: dict[int, tuple[str, dict[str, Any]]] = {}
    for name, module in list(sys.modules.items()):
        if hasattr(module, "__dict__"):
            # A module may have two names, such as __main__ with multiprocessing. Use the first.
            by_id.setdefault(id(module), (name, module.__dict__))
    return list(by_id.values())


def _replace_in_whoosh() -> None:
    """Replace the names that other modules of Whoosh have imported."""
    for module, values in _modules():
        if module.partition(".")[0] == "whoosh":
            for name, value in list(values.items()):
                if id(value) in _replaced:
                    values[name] = _replaced[id(value)][1]


def _stale_names() -> tuple[str, ...]:
    """Return the names in other modules that still refer to Whoosh's own objects, sorted."""
    return tuple(
        sorted(
            {
                f"{module}.{name}"
                for module, values in _modules()
                if not _is_own(module)
                for name, value in list(values.items())
                if id(value) in _replaced
            }
        )
    )


def _patch_writers() -> None:
    """Make Whoosh's writer classes return a SearchlibWriter for an index of searchlib.

    The classes are not replaced, because their own methods refer to them by name.
    """
    stock = whoosh.writing.SegmentWriter
    several = {
        whoosh.multiproc.MpWriter,
        whoosh.multiproc.SerialMpWriter,
        whoosh.multiproc.MultiSegmentWriter,
    }

    def new_writer(cls: type, ix: Any = None, *_: Any, **__: Any) -> Any:
        # A SearchlibWriter is a SegmentWriter, so Python calls its __init__ with the arguments.
        return object.__new__(SearchlibWriter if cls is stock and _is_ours(ix) else cls)

    def new_mp_writer(cls: type, ix: Any = None, *_: Any, **kwargs: Any) -> Any:
        # The returned writer is not an MpWriter, so Python does not call its __init__. An index of
        # Whoosh that was opened before also gets one process, because the other processes would
        # open it as an index of searchlib.
        if cls in several and (_is_ours(ix) or isinstance(ix, whoosh.index.Index)):
            # Positional arguments are about processes and are dropped; the writer ignores keyword
            # arguments about processes.
            return ix.writer(**kwargs | {"procs": 1})
        return object.__new__(cls)

    stock.__new__ = new_writer
    whoosh.multiproc.MpWriter.__new__ = new_mp_writer


def _is_ours(index: Any) -> bool:
    if isinstance(index, whoosh.index.Index) and not hasattr(index, "_read_toc"):
        index.writer()  # an index of articles raises an error that says how to write to it
    return isinstance(index, SearchlibIndex)
