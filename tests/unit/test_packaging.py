"""What wheel and sdist have, against the tree that they are made of."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = 77  # of setuptools: the first that knows `license = "Apache-2.0"`


def _setuptools() -> int:
    try:
        return int(metadata.version("setuptools").split(".")[0])
    except metadata.PackageNotFoundError:
        return 0


pytestmark = [
    pytest.mark.skipif(
        _setuptools() < NEEDED, reason=f"needs setuptools {NEEDED}: pip install -e '.[test]'"
    ),
    pytest.mark.skipif(not (ROOT / "setup.py").exists(), reason="needs the source tree"),
]


def tree() -> set[str]:
    """The files under version control; in a copy without git all that git would not ignore."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
        )
        return {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()]
    names = set()
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [each for each in folders if not _is_ignored(each, [*ignored, ".git"])]
        names |= {
            (Path(folder) / file).relative_to(ROOT).as_posix()
            for file in files
            if not _is_ignored(file, ignored)
        }
    # Everything else there is somebody's index.
    return {name for name in names if not name.startswith("index/")} | {
        "index/.gitignore",
        "index/README.md",
    }


def _is_ignored(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def build(kind: str, source: Path, target: Path) -> Path:
    """Build from ``source`` as pip does, but with the packages that are installed here.

    No C compiler is found: what it makes would be in the way, and takes a minute.
    """
    code = f"from setuptools import build_meta as b; print(b.build_{kind}({str(target)!r}))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=source,
        env={**os.environ, "CC": "/bin/false", "PYTHONPATH": ""},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return target / ran.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist of a clean copy of the tree, with what an earlier build may have left there."""
    source = tmp_path_factory.mktemp("tree")
    for name in tree() | {"index/.gitignore"}:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    for name in (
        "build/kernels/0/searchlib.kernels.old.so",
        "index/SEGMENT",
        "searchlib/kernels/old.cpython-311-x86_64-linux-gnu.so",
        "searchlib/__pycache__/old.cpython-311.pyc",
        ".venv/pyvenv.cfg",
    ):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).touch()
    return build("sdist", source, tmp_path_factory.mktemp("sdist"))


def test_the_sdist_has_all_of_the_tree_and_nothing_else(sdist):
    with tarfile.open(sdist) as archive:
        names = [PurePosixPath(each.name) for each in archive.getmembers() if each.isfile()]
    files = {PurePosixPath(*name.parts[1:]).as_posix() for name in names}
    made = {"PKG-INFO", "setup.cfg"} | {each for each in files if ".egg-info/" in each}
    assert files - made == tree()


def test_a_wheel_made_of_the_sdist_has_every_file_of_the_package(sdist, tmp_path):
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    wheel = build("wheel", source, tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        files = set(archive.namelist())
    described = {name for name in files if PurePosixPath(name).parts[0].endswith(".dist-info")}
    assert files - described == {name for name in tree() if name.startswith("searchlib/")}
    assert {PurePosixPath(name).name for name in described} >= {"METADATA", "RECORD", "LICENSE"}
    assert wheel.stat().st_size < 3_000_000


@pytest.mark.parametrize("folder", [".", "..", ROOT.as_posix()])
def test_a_copy_of_the_tree_does_not_replace_the_tree(folder: str) -> None:
    # In a tree that is no repository, so that without the guard it fails before it deletes.
    ran = subprocess.run(
        [sys.executable, ".ci/copy_tree.py", folder],
        cwd=ROOT,
        env={**os.environ, "GIT_DIR": os.devnull},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 1
    assert "which would be deleted" in ran.stderr


def test_no_recipe_has_the_shell_read_the_arguments_of_its_user() -> None:
    recipes = (ROOT / "justfile").read_text(encoding="utf-8")
    taken = set(re.findall(r"(?m)^[a-z_][\w-]* [*+]?(\w+)", recipes))
    assert "extras" in taken
    assert not [name for name in taken if re.search(rf"{{{{ *{name} *}}}}", recipes)]
