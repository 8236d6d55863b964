"""Whether the kernels run as machine code or as plain Python; the results are the same."""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import searchlib.kernels

__all__ = ["count_kernels", "describe_kernels"]


def count_kernels() -> tuple[int, int]:
    """Return how many kernels this Python finds compiled, and how many there are.

    It looks at the names of files and imports nothing: 1 ms.
    """
    folder = Path(searchlib.kernels.__path__[0])
    # A module with a .pxd file is compiled into the kernels that use it, and never by itself.
    sources = [
        path
        for path in folder.rglob("*.py")
        if path.name != "__init__.py" and not path.with_suffix(".pxd").exists()
    ]
    compiled = [
        path
        for path in sources
        if any(path.with_suffix(suffix).exists() for suffix in EXTENSION_SUFFIXES)
    ]
    return len(compiled), len(sources)


def describe_kernels() -> str:
    """Say in one line how the kernels run."""
    compiled, count = count_kernels()
    if compiled == count:
        return "compiled"
    if not compiled:
        how = "plain Python (no C compiler was found when installed)"
    else:
        how = f"{compiled} of {count} compiled, {count - compiled} plain Python"
        how += " (they could not be compiled when installed)"
    return f"{how}; searches are slower, results are the same"
