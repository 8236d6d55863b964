"""Compile the kernels where there is a C compiler; install them as plain Python where none is.

SEARCHLIB_BOUNDS_CHECKS=1 compiles them with every array access checked, for the tests.
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
# -ffp-contract=off: a fused multiply-add would give other last bits than Python does.
# -O2 compiles in three quarters of the time of -O3, and what it makes is no slower.
FLAGS = [] if os.name == "nt" else ["-O2", "-ffp-contract=off"]


class BuildWhatCompiles(build_ext):
    """Go on without an extension that cannot be compiled.

    ``Extension(optional=True)`` is for this, but setuptools (84) lets pass what is raised where
    there is no compiler, and copies into an editable install what was not built.
    """

    def build_extensions(self) -> None:
        """Compile the extensions, and forget those that do not compile."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            compiled = list(pool.map(self._compiles, self.extensions))
        self.extensions = [
            ext for ext, is_there in zip(self.extensions, compiled, strict=True) if is_there
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
        # Where processes are forked; elsewhere each would run this file again.
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
