"""What setup.py translates and compiles, in a small project with its setup.py."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.unit.test_packaging import ROOT, pytestmark  # noqa: F401  # skips where those do

SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")
NO_COMPILER = {"CC": "/bin/false"}
FILES = {
    "searchlib/__init__.py": "",
    "searchlib/kernels/__init__.py": "",
    "searchlib/kernels/first.py": "def number(): return 1",
    "searchlib/kernels/part/__init__.py": "",
    "searchlib/kernels/part/bits.pxd": "cdef inline int twice(int x) noexcept: return 2 * x\n",
    "searchlib/kernels/part/bits.py": "def twice(x): return 2 * x\n",
    "searchlib/kernels/part/second.py": """
import cython
if cython.compiled:
    from cython.cimports.searchlib.kernels.part.bits import twice
else:
    from searchlib.kernels.part.bits import twice
def number():
    return twice(1)
""",
    "searchlib/kernels/third.py": """
import cython
if cython.compiled:
    from cython.cimports.searchlib.kernels.part.bits import twice
else:
    from searchlib.kernels.part.bits import twice
def number():
    return twice(1) + 1
""",
}
KERNELS = {"first", "part.second", "third"}
EVERYTHING = {"_cyutility", *KERNELS}


class Built(NamedTuple):
    translated: list[str]
    compiled: list[str]
    warnings: list[str]


def build(project: Path, **variables: str) -> Built:
    """Build into the source tree, as an editable install does; say what was done, in order."""
    ran = subprocess.run(
        [sys.executable, "setup.py", "build_ext", "--inplace"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": "", **variables},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout
    translated = re.findall(r"Cythonizing searchlib/kernels/([\w/]+)\.py", ran.stdout)
    return Built(
        sorted(name.replace("/", ".") for name in translated),
        sorted(re.findall(r"building 'searchlib\.kernels\.([\w.]+)' extension", ran.stdout)),
        re.findall(r"\d of \d kernels are not compiled", ran.stdout),
    )


def in_place(project: Path) -> set[str]:
    folder = project / "searchlib" / "kernels"
    return {
        path.relative_to(folder).as_posix().removesuffix(SUFFIX).replace("/", ".")
        for path in folder.rglob(f"*{SUFFIX}")
    }


def numbers(project: Path) -> str:
    code = "from searchlib.kernels import first, third; from searchlib.kernels.part import second;"
    code += " print(first.number(), second.number(), third.number())"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=project, check=True, capture_output=True, text=True
    )
    return ran.stdout.strip()


def lay_out(project: Path) -> Path:
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, project)
    for name, content in FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(content)
    return project


def compiler(folder: Path, refused: str = "nothing.c") -> dict[str, str]:
    """A compiler that does not optimize, which takes a third of the time, nor compile a file."""
    script = folder / "cc"
    script.write_text(f'#!/bin/sh\ncase "$*" in */{refused}*) exit 1; esac\nexec cc "$@" -O0\n')
    script.chmod(0o755)
    return {"CC": str(script)}


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return compiler(tmp_path_factory.mktemp("compiler"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, fast: dict[str, str]) -> Path:
    project = lay_out(tmp_path_factory.mktemp("built"))
    done = build(project, **fast)
    if done.warnings:
        pytest.skip("no C compiler was found")
    assert done.translated == sorted(KERNELS)
    assert done.compiled == sorted(EVERYTHING)
    assert in_place(project) == EVERYTHING
    assert numbers(project) == "1 2 3"
    return project


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy, all files of which are new: nothing may depend on their times or their place."""
    return shutil.copytree(built, tmp_path / "copy", copy_function=shutil.copyfile)


def change(project: Path, name: str, old: str, new: str) -> None:
    path = project / "searchlib" / "kernels" / name
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new))


def test_a_second_build_does_nothing_again(project, fast):
    assert build(project, **fast) == ([], [], [])
    assert in_place(project) == EVERYTHING
    assert numbers(project) == "1 2 3"


def test_a_kernel_that_has_changed_is_built_anew_and_no_other(project, fast):
    change(project, "first.py", "return 1", "return 7")
    os.utime(project / "searchlib/kernels/first.py", (1, 1))  # older than what was built
    assert build(project, **fast) == (["first"], ["first"], [])
    assert numbers(project) == "7 2 3"


def test_kernels_are_built_anew_after_what_they_cimport(project, fast):
    change(project, "part/bits.pxd", "2 * x", "5 * x")
    assert build(project, **fast) == (["part.second", "third"], ["part.second", "third"], [])
    assert numbers(project) == "1 5 6"


@pytest.mark.parametrize("size", [0, 1000])
def test_what_was_cut_short_is_built_anew(project, fast, size):
    (kept,) = (project / "build" / "kernels").glob("*/*.first.*")
    kept.write_bytes(kept.read_bytes()[:size])
    assert build(project, **fast) == (["first"], ["first"], [])
    assert in_place(project) == EVERYTHING
    assert numbers(project) == "1 2 3"
    assert build(project, **fast) == ([], [], [])


def test_other_settings_build_all_anew(project, fast):
    done = build(project, SEARCHLIB_BOUNDS_CHECKS="1", **fast)
    assert done == (sorted(KERNELS), sorted(EVERYTHING), [])
    assert build(project, **fast) == ([], [], [])  # what was built before is still right


def test_without_a_compiler_nothing_is_translated_and_no_old_code_stays(project):
    assert build(project, **NO_COMPILER) == ([], [], ["3 of 3 kernels are not compiled"])
    assert in_place(project) == set()
    assert numbers(project) == "1 2 3"


def test_without_a_compiler_from_the_beginning(tmp_path):
    project = lay_out(tmp_path)
    assert build(project, **NO_COMPILER) == ([], [], ["3 of 3 kernels are not compiled"])
    assert in_place(project) == set()
    assert numbers(project) == "1 2 3"


def test_a_kernel_that_does_not_compile_takes_no_other_with_it(project, tmp_path):
    done = build(project, **compiler(tmp_path, "second.c"))
    assert done.translated == sorted(KERNELS)
    assert done.warnings == ["1 of 3 kernels are not compiled"]
    assert in_place(project) == EVERYTHING - {"part.second"}
    assert numbers(project) == "1 2 3"
