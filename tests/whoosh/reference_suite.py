"""Run Whoosh's own tests on SearchlibCodec: python tests/whoosh/reference_suite.py [PATH].

They come with the source distribution of whoosh-reloaded, which pip downloads; PATH names one that
is unpacked already. It is copied first, so that nothing is written to it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

RELEASE: Final = "whoosh-reloaded==2.7.5"

CONFTEST: Final = """\
import whoosh.codec

from searchlib.codec.whoosh_codec import SearchlibCodec

whoosh.codec.default_codec = SearchlibCodec
left_out = %r


def pytest_collection_modifyitems(config, items):
    # --deselect would take all tests whose names begin so.
    unwanted = [item for item in items if item.nodeid in left_out]
    config.hook.pytest_deselected(items=unwanted)
    items[:] = [item for item in items if item.nodeid not in left_out]
"""

_ROUNDED: Final = "it asserts that lengths of fields are rounded to a byte; ours are exact"
_ROUNDED_BOUNDS: Final = "it asserts bounds of a field's length that are rounded to a byte"
_COLUMN_FILE: Final = "it looks for the file in which Whoosh's own codec keeps a column"

LEFT_OUT: Final = {
    "test_indexing.py::test_lengths": _ROUNDED,
    "test_indexing.py::test_many_lengths": _ROUNDED,
    "test_mpwriter.py::test_merge_serial": _ROUNDED,
    "test_mpwriter.py::test_merge_multi": _ROUNDED,
    "test_quality.py::test_max_field_length": _ROUNDED_BOUNDS,
    "test_quality.py::test_minmax_field_length": _ROUNDED_BOUNDS,
    "test_sorting.py::test_add_sortable": _COLUMN_FILE,
}


def download(folder: Path) -> Path:
    """Give the folder of the unpacked source distribution."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    subprocess.run([*command, "--no-binary", ":all:", RELEASE], cwd=folder, check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (tests,) = folder.glob("*/tests")
    return tests.parent


def run(source: Path, folder: Path) -> int:
    """Run the tests of ``source`` in ``folder``; give pytest's exit code."""
    tests = folder / "whoosh_tests"
    shutil.copytree(source / "tests", tests)
    (tests / "conftest.py").write_text(CONFTEST % sorted(LEFT_OUT))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    command += ["-c", "/dev/null", "--rootdir", str(tests)]
    code = subprocess.run([*command, "."], cwd=tests, check=False).returncode
    print(f"{len(LEFT_OUT)} tests of Whoosh's are left out:")
    for name, reason in LEFT_OUT.items():
        print(f"    {name}: {reason}")
    return code


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = Path(arguments[0]).resolve() if arguments else download(folder)
        return run(source, folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
