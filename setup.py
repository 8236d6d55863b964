"""Compile the kernels if there is a C compiler; otherwise install them as plain Python.

SEARCHLIB_BOUNDS_CHECKS=1 compiles them with a check of every array access, for the tests.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

KERNELS = sorted(
    path for path in Path("searchlib/kernels").rglob("*.py") if path.name != "__init__.py"
)
CHECKED = os.environ.get("SEARCHLIB_BOUNDS_CHECKS") == "1"
# -ffp-contract=off: the last bits of a fused multiply-add would differ from those of Python.
# -O2 takes three quarters of the time of -O3 to compile, and the result is as fast.
FLAGS = [] if os.name == "nt" else ["-O2", "-ffp-contract=off"]


class BuildWhatCompiles(build_ext):
    """Continue without the extensions that cannot be compiled.

    ``Extension(optional=True)`` is meant for this. But without a compiler setuptools (84) still
    raises an error, and it copies extensions that were not built into an editable install.
    """

    def build_extensions(self) -> None:
        """Compile the extensions, and remove those that do not compile from the list."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            compiled = list(pool.map(self._compiles, self.extensions))
        self.extensions = [
            ext for ext, is_compiled in zip(self.extensions, compiled, strict=True) if is_compiled
        ]

    def _compiles(self, ext: Extension) -> bool:
        try:
            self.build_extension(ext)
        except Exception as error:  # noqa: BLE001  # setuptools' versions differ
            self.warn(f"{ext.name} was not compiled and will run as plain Python: {error}")
            return False
        return True


setup(
    cmdclass={"build_ext": BuildWhatCompiles},
    ext_modules=cythonize(
        [
            Extension(".".join(path.with_suffix("").parts), [str(path)], extra_compile_args=FLAGS)
            for path in KERNELS
        ],
        build_dir="build",
        force=True,
        # Only on Linux, which forks processes. On other systems each would run this file again.
        nthreads=(os.cpu_count() or 1) if sys.platform == "linux" else 0,
        compiler_directives={
            "language_level": 3,
            "boundscheck": CHECKED,
            "wraparound": False,
            "initializedcheck": CHECKED,
            "cdivision": True,
        },
    ),
)
