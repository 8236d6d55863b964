"""Run Whoosh's own tests on SearchlibCodec: python tests/whoosh/reference_suite.py [PATH].

They run once with the codec in Whoosh's own indexes, and once with ours in the place of those, as
searchlib.whoosh.install() puts them. They come with the source distribution of whoosh-reloaded,
which pip downloads; PATH names one that is unpacked already. It is copied first, so that nothing is
written to it.
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

CODEC: Final = """\
import whoosh.codec

from searchlib.whoosh.codec.searchlib_codec import SearchlibCodec

whoosh.codec.default_codec = SearchlibCodec
"""

INSTALLED: Final = """\
import searchlib.whoosh

searchlib.whoosh.install()
"""

CONFTEST: Final = """\
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

_OTHER_CODEC: Final = "it writes with another codec, which our indexes refuse"
_CLASS: Final = "it asks for the class MpWriter; ours writes in one process, with another one"
_REUSED: Final = (
    "it wants what a refreshed searcher keeps of a buffer; ours opens the newest commit"
)

LEFT_OUT_INSTALLED: Final = {
    "test_codecs.py::test_plaintext_codec": _OTHER_CODEC,
    "test_columns.py::test_multivalue": _OTHER_CODEC,
    "test_columns.py::test_column_field": _OTHER_CODEC,
    "test_columns.py::test_column_query": _OTHER_CODEC,
    "test_results.py::test_hit_column": _OTHER_CODEC,
    "test_searching.py::test_collapse": _OTHER_CODEC,
    "test_searching.py::test_collapse_length": _OTHER_CODEC,
    "test_searching.py::test_collapse_order": _OTHER_CODEC,
    "test_mpwriter.py::test_no_add": _CLASS,
    "test_mpwriter.py::test_multisegment": _CLASS,
    "test_searching.py::test_buffered_refresh": _REUSED,
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


def run(source: Path, tests: Path, beginning: str, left_out: dict[str, str]) -> int:
    """Run the tests of ``source`` in a copy, ``tests``; give pytest's exit code."""
    shutil.copytree(source / "tests", tests)
    (tests / "conftest.py").write_text(beginning + CONFTEST % sorted(left_out))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    command += ["-c", "/dev/null", "--rootdir", str(tests)]
    code = subprocess.run([*command, "."], cwd=tests, check=False).returncode
    print(f"{len(left_out)} tests of Whoosh's are left out:")
    for name, reason in left_out.items():
        print(f"    {name}: {reason}")
    return code


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = Path(arguments[0]).resolve() if arguments else download(folder)
        code = run(source, folder / "codec_tests", CODEC, LEFT_OUT)
        more = LEFT_OUT | LEFT_OUT_INSTALLED
        return run(source, folder / "installed_tests", INSTALLED, more) or code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
