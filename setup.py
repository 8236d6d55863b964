"""Compile the kernels where there is a C compiler; install them as plain Python where none is.

SEARCHLIB_BOUNDS_CHECKS=1 compiles them with every array access checked, for the tests.
"""

from __future__ import annotations

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

KERNELS = sorted(
    path for path in Path("searchlib/kernels").glob("*.py") if path.name != "__init__.py"
)
CHECKED = os.environ.get("SEARCHLIB_BOUNDS_CHECKS") == "1"
# -ffp-contract=off: a fused multiply-add would give other last bits than Python does.
FLAGS = [] if os.name == "nt" else ["-O3", "-ffp-contract=off"]

setup(
    ext_modules=cythonize(
        [
            Extension(
                f"searchlib.kernels.{path.stem}",
                [str(path)],
                extra_compile_args=FLAGS,
                optional=True,  # no compiler: go on without
            )
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
    )
)
