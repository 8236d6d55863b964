"""Fail unless searchlib, as it is installed, finds something and has all its kernels compiled.

An installation goes on without a kernel that does not compile. A wheel that is published must not.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import searchlib
import searchlib.kernels


def main() -> int:
    """Print what was found, and which kernels were not compiled; give the exit code."""
    folder = Path(searchlib.kernels.__path__[0])
    paths = sorted(
        path.relative_to(folder)
        for path in folder.rglob("[!_]*.py")
        if not path.with_suffix(".pxd").exists()  # compiled into the kernels that use it
    )
    names = [".".join(("searchlib", "kernels", *path.with_suffix("").parts)) for path in paths]
    modules = [importlib.import_module(name) for name in names]
    plain = [module.__name__ for module in modules if str(module.__file__).endswith(".py")]
    with searchlib.in_memory() as index:
        with index.writer() as writer:
            writer.add_many(searchlib.sample_articles())
        total = index.search("horses").total
    print(f"searchlib {searchlib.__version__} of {folder.parent}")
    print(f"{len(names) - len(plain)} of {len(names)} kernels are compiled; {total} articles found")
    for name in plain:
        print(f"{name} was not compiled", file=sys.stderr)
    return 1 if plain or not names or not total else 0


if __name__ == "__main__":
    sys.exit(main())
