"""Compile the kernels where there is a C compiler; install them as plain Python where none is.

SEARCHLIB_BOUNDS_CHECKS=1 compiles them with every array access checked, for the tests.
"""

from __future__ import annotations

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

KERNELS = sorted(
    path for path in Path("searchlib/kernels").glob("*.py") if path.name != "__init__.py"
)
CHECKED = os.environ.get("SEARCHLIB_BOUNDS_CHECKS") == "1"
# -ffp-contract=off: a fused multiply-add would give other last bits than Python does.
FLAGS = [] if os.name == "nt" else ["-O3", "-ffp-contract=off"]


class BuildWhatCompiles(build_ext):
    """Go on without an extension that cannot be compiled.

    ``Extension(optional=True)`` is for this, but setuptools (84) lets pass what is raised where
    there is no compiler, and copies into an editable install what was not built.
    """

    def build_extensions(self) -> None:
        """Compile the extensions, and forget those that do not compile."""
        for ext in list(self.extensions):
            try:
                self.build_extension(ext)
            except Exception as error:  # noqa: BLE001  # setuptools' versions differ
                self.warn(f"{ext.name} was not compiled and will run as plain Python: {error}")
                self.extensions.remove(ext)


setup(
    cmdclass={"build_ext": BuildWhatCompiles},
    ext_modules=cythonize(
        [
            Extension(f"searchlib.kernels.{path.stem}", [str(path)], extra_compile_args=FLAGS)
            for path in KERNELS
        ],
        build_dir="build",
        force=True,
        compiler_directives={
            "language_level": 3,
            "boundscheck": CHECKED,
            "wraparound": False,
            "initializedcheck": CHECKED,
            "cdivision": True,
        },
    ),
)
