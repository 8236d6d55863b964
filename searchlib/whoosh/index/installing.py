"""Our indexes in place of Whoosh's own, in a whole process: see searchlib.whoosh.install."""

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
"""What of Whoosh's has been replaced, and by what, by the identity of the first."""

_named: Final[set[str]] = set()
_OWN: Final = ("whoosh", "searchlib")


def install(functions: Mapping[str, Any], storage: type) -> tuple[str, ...]:
    """Replace functions of whoosh.index, FileStorage, FileIndex, the codec and the writers.

    Returns the names in other modules that still are Whoosh's own, sorted, and warns of new ones.
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
        names = _held_elsewhere()
        new = [name for name in names if name not in _named]
        _named.update(new)
    if new:
        warnings.warn(
            "these were imported from Whoosh before searchlib.whoosh.install() and are still"
            f" Whoosh's own: {', '.join(new)}; call install() before their modules are imported, or"
            " import them from searchlib.whoosh",
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
    """Return the names of the modules that are loaded, and what each has."""
    found: dict[int, tuple[str, dict[str, Any]]] = {}
    for name, module in list(sys.modules.items()):
        if hasattr(module, "__dict__"):
            # One module may have two names, as __main__ with multiprocessing: the first counts.
            found.setdefault(id(module), (name, module.__dict__))
    return list(found.values())


def _replace_in_whoosh() -> None:
    """Replace what other modules of Whoosh's have imported by name."""
    for module, values in _modules():
        if module.partition(".")[0] == "whoosh":
            for name, value in list(values.items()):
                if id(value) in _replaced:
                    values[name] = _replaced[id(value)][1]


def _held_elsewhere() -> tuple[str, ...]:
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
    """Have Whoosh's writers, called with an index of ours, give one that can write it.

    They name themselves in their methods, so that no other class can stand under their names.
    """
    stock = whoosh.writing.SegmentWriter
    several = {
        whoosh.multiproc.MpWriter,
        whoosh.multiproc.SerialMpWriter,
        whoosh.multiproc.MultiSegmentWriter,
    }

    def new_writer(cls: type, ix: Any = None, *_: Any, **__: Any) -> Any:
        # It is a SegmentWriter too, so that Python calls its __init__ with the same arguments.
        return object.__new__(SearchlibWriter if cls is stock and _is_ours(ix) else cls)

    def new_mp_writer(cls: type, ix: Any = None, *_: Any, **kwargs: Any) -> Any:
        # What is given is no MpWriter: Python does not call its __init__. An index of Whoosh's own,
        # that was opened before, gets one process too: others would open it as one of ours.
        if cls in several and (_is_ours(ix) or isinstance(ix, whoosh.index.Index)):
            # Arguments by position are about processes; a writer passes over others that are.
            return ix.writer(**kwargs | {"procs": 1})
        return object.__new__(cls)

    stock.__new__ = new_writer
    whoosh.multiproc.MpWriter.__new__ = new_mp_writer


def _is_ours(index: Any) -> bool:
    if isinstance(index, whoosh.index.Index) and not hasattr(index, "_read_toc"):
        index.writer()  # an index of articles says how it is written
    return isinstance(index, SearchlibIndex)
