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

    setuptools has ``Extension(optional=True)`` for this, but lets pass what its versions raise in
    turn where there is no compiler: DistutilsExecError, CalledProcessError, OSError.
    """

    def build_extension(self, ext: Extension) -> None:
        """Compile ``ext``, or say that it will run as plain Python."""
        try:
            super().build_extension(ext)
        except Exception as error:  # noqa: BLE001  # see above
            self.warn(f"{ext.name} was not compiled and will run as plain Python: {error}")

    def copy_extensions_to_source(self) -> None:
        """Copy what was compiled, for an editable install; nothing else is there to copy."""
        self.extensions = [
            ext for ext in self.extensions if Path(self.get_ext_fullpath(ext.name)).exists()
        ]
        super().copy_extensions_to_source()


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
