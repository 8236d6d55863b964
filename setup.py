"""Compile the kernels where there is a C compiler; install them as plain Python where none is.

Only build_ext translates and compiles, and only what is not in ``build/kernels`` already: pip runs
this file three times for one install. SEARCHLIB_BOUNDS_CHECKS=1 compiles with every array access
checked, for the tests. The kernels share one module, ``_cyutility``, for what Cython would put
into each of them: without it both steps take four times as long.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import BaseError, CCompilerError

FOLDER = Path("searchlib/kernels")
SHARED = "searchlib.kernels._cyutility"
CHECKED = os.environ.get("SEARCHLIB_BOUNDS_CHECKS") == "1"
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": CHECKED,
    "wraparound": False,
    "initializedcheck": CHECKED,
    "cdivision": True,
}
# -ffp-contract=off: a fused multiply-add would give other last bits than Python does.
# -O2 compiles in three quarters of the time of -O3, and what it makes is no slower.
# -g0: debug information is five sixths of an extension, and a quarter of the time.
# Microsoft's compiler does all three unasked.
COMPILE_FLAGS = ["-O2", "-g0", "-ffp-contract=off"]
# Names of functions that nobody calls from outside. Apple's linker knows no such option.
LINK_FLAGS = ["-Wl,-s"] if sys.platform.startswith("linux") else []
# Variables that change what the compiler makes.
VARIABLES = """CC CXX CPP CFLAGS CPPFLAGS LDFLAGS LDSHARED ARCHFLAGS CL _CL_ LINK _LINK_ SDKROOT
    MACOSX_DEPLOYMENT_TARGET _PYTHON_HOST_PLATFORM VSCMD_ARG_TGT_ARCH""".split()
FAILURES = (BaseError, CCompilerError, OSError)
SUFFIX = str(sysconfig.get_config_var("EXT_SUFFIX"))


def kernels() -> list[Extension]:
    """Return an extension for each kernel, and the one of what Cython would put into each.

    A module with a .pxd file has functions that kernels share: they are compiled into each kernel
    that uses them, and the module itself is not.
    """
    paths = sorted(
        path
        for path in FOLDER.rglob("*.py")
        if path.name != "__init__.py" and not path.with_suffix(".pxd").exists()
    )
    return [Extension(SHARED, [])] + [
        Extension(".".join(path.with_suffix("").parts), [path.as_posix()]) for path in paths
    ]


def settings() -> str:
    """Return a digest of everything but the sources that an extension depends on."""
    from Cython import __version__ as cython  # noqa: PLC0415  # only build_ext needs it

    values = [sys.version, sysconfig.get_platform(), SUFFIX, cython, repr(CHECKED)]
    values += [f"{name}={os.environ.get(name)}" for name in VARIABLES]
    digest = hashlib.sha256("\0".join(values).encode(errors="surrogateescape"))
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:16]


class BuildKernels(build_ext):
    """Build the extensions that have changed, and go on without those that cannot be compiled.

    What was built is kept in ``build/kernels/<settings>``, as ``<name>.<digest of its sources>.<its
    own digest>``. It is found by content: times of files say nothing after a checkout or in a copy,
    and a file that a full disk or a crash has cut short ends every process that imports it.
    """

    def run(self) -> None:
        """Build; first remove from the source tree what an earlier build has left there."""
        if self.inplace:
            for path in FOLDER.rglob(f"*{SUFFIX}"):
                path.unlink()
        super().run()

    def build_extensions(self) -> None:
        """Build what is missing, and put everything that is built into its place."""
        kept = Path("build/kernels", settings())
        stems = {ext.name: f"{ext.name}.{_digest(_sources(ext))}" for ext in self.extensions}
        homes = _whole(kept, stems)
        missing = [ext for ext in self.extensions if ext.name not in homes]
        if missing and self._has_compiler():
            kept.mkdir(parents=True, exist_ok=True)
            self._build(missing, kept, stems)
            homes = _whole(kept, stems)
        if SHARED not in homes:  # no other can be imported
            homes = {}
        self.extensions = [ext for ext in self.extensions if ext.name in homes]
        for ext in self.extensions:
            path = Path(self.get_ext_fullpath(ext.name))
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(homes[ext.name], path)
        for path in kept.glob(f"*{SUFFIX}"):
            if _stem(path) not in stems.values():
                path.unlink(missing_ok=True)
        plain = stems.keys() - homes.keys() - {SHARED}
        if plain:
            self.warn(
                f"{len(plain)} of {len(stems) - 1} kernels are not compiled and run as plain"
                " Python: searches are slower, results are the same. Install a C compiler and"
                " Python's headers, and install again."
            )

    def _has_compiler(self) -> bool:
        # Tried before anything is translated, which would take seconds for nothing.
        with TemporaryDirectory() as folder:
            probe = Path(folder, "probe.c")
            probe.write_text("#include <Python.h>\n")
            try:
                self.compiler.compile([str(probe)], output_dir=folder)
            except FAILURES as error:
                self.warn(f"there is no C compiler, or it does not find Python.h: {error}")
                return False
        return True

    def _build(self, missing: list[Extension], kept: Path, stems: dict[str, str]) -> None:
        from Cython.Build import cythonize  # noqa: PLC0415  # only build_ext needs it

        with TemporaryDirectory(dir=kept) as folder, self._building_in(folder):
            translated = cythonize(
                missing,
                build_dir=os.path.relpath(folder),
                force=True,
                include_path=["."],
                # Where processes are forked; elsewhere each would run this file again.
                nthreads=(os.cpu_count() or 1) if sys.platform == "linux" else 0,
                shared_utility_qualified_name=SHARED,
                compiler_directives=DIRECTIVES,
            )
            written = {each.name: each.sources for each in translated}
            for ext in missing:
                ext.sources = written[ext.name]
            # The longest first, or the last one would keep one processor busy alone.
            missing.sort(key=lambda ext: -os.path.getsize(ext.sources[0]))
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                compiled = list(pool.map(self._compiles, missing))
            for ext, is_there in zip(missing, compiled, strict=True):
                if is_there:
                    path = Path(self.get_ext_fullpath(ext.name))
                    os.replace(path, kept / f"{stems[ext.name]}.{_own_digest(path)}{SUFFIX}")

    @contextmanager
    def _building_in(self, folder: str) -> Iterator[None]:
        before = self.build_lib, self.build_temp, self.force
        self.build_lib, self.build_temp, self.force = folder, folder, True
        try:
            yield
        finally:
            self.build_lib, self.build_temp, self.force = before

    def _compiles(self, ext: Extension) -> bool:
        if self.compiler.compiler_type != "msvc":
            ext.extra_compile_args, ext.extra_link_args = COMPILE_FLAGS, LINK_FLAGS
        try:
            self.build_extension(ext)
        except FAILURES as error:
            self.warn(f"{ext.name} was not compiled: {error}")
            return False
        return True


def _whole(kept: Path, stems: dict[str, str]) -> dict[str, Path]:
    """Return the extensions that are there by their names; remove those that are damaged."""
    names = {stem: name for name, stem in stems.items()}
    homes: dict[str, Path] = {}
    for path in sorted(kept.glob(f"*{SUFFIX}")):
        if _stem(path) not in names:
            continue
        if path.name == f"{_stem(path)}.{_own_digest(path)}{SUFFIX}":
            homes[names[_stem(path)]] = path
        else:
            path.unlink(missing_ok=True)
    return homes


def _stem(path: Path) -> str:
    """Return the name of an extension with the digest of its sources."""
    return path.name.removesuffix(SUFFIX).rpartition(".")[0]


def _own_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _sources(ext: Extension) -> list[Path]:
    """Return the files that the extension is translated from, with the declarations it cimports."""
    from Cython.Build.Dependencies import create_dependency_tree  # noqa: PLC0415  # as above

    tree = create_dependency_tree(quiet=True)
    return sorted({Path(path) for source in ext.sources for path in tree.all_dependencies(source)})


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


setup(cmdclass={"build_ext": BuildKernels}, ext_modules=kernels())
