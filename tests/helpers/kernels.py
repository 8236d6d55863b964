"""The kernels as they were built and as plain Python, for tests that compare the two."""

from __future__ import annotations

import functools
import importlib
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

KERNELS = Path(importlib.import_module("searchlib.kernels").__path__[0])


@functools.cache
def plain(name: str) -> ModuleType:
    """Return a kernel loaded from its source, even if a compiled one is installed."""
    (path,) = KERNELS.rglob(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"plain_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def built(name: str) -> ModuleType:
    """Return a kernel as ``import`` finds it, which is compiled if there was a compiler."""
    (path,) = KERNELS.rglob(f"{name}.py")
    return importlib.import_module(f"searchlib.kernels.{path.parent.name}.{name}")


both = pytest.mark.parametrize("load", [built, plain])
