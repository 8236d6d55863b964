"""A kernel's .py and .pyi file, and the .py and .pxd file of what kernels share, say the same."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys

import pytest

from tests.helpers.kernels import KERNELS

pytestmark = pytest.mark.kernels

PACKAGE = KERNELS.parent
SOURCES = sorted(path for path in KERNELS.rglob("*.py") if path.name != "__init__.py")
SHARED = [path for path in SOURCES if path.with_suffix(".pxd").exists()]
STUBBED = [path for path in SOURCES if path not in SHARED]

# What Cython adds to a class, and how it shows a constructor without arguments.
ADDED = r"""
searchlib\.kernels\..*\.__(reduce|setstate)_cython__
searchlib\.kernels\.analysis\.pair_numbers\.PairNumbers\.__init__
"""


def names(paths):
    return [path.relative_to(KERNELS).as_posix() for path in paths]


# A .py file and its .pyi file


def signatures(tree, prefix=""):
    """Give what can be imported: functions with the names of their parameters, by name."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found.update(signatures(node, f"{node.name}."))
        elif isinstance(node, ast.FunctionDef) and (
            node.name == "__init__" or not node.name.startswith("_")
        ):
            if any("cfunc" in ast.unparse(decorator) for decorator in node.decorator_list):
                continue
            arguments = node.args
            found[prefix + node.name] = (
                [argument.arg for argument in arguments.posonlyargs + arguments.args],
                [argument.arg for argument in arguments.kwonlyargs],
                len(arguments.defaults),
            )
    return found


def exported(tree):
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return None


@pytest.mark.parametrize("path", STUBBED, ids=names(STUBBED))
def test_a_stub_has_the_names_and_parameters_of_its_kernel(path):
    source = ast.parse(path.read_text("utf-8"))
    stub = ast.parse(path.with_suffix(".pyi").read_text("utf-8"))
    assert signatures(stub) == signatures(source)
    assert exported(stub) == exported(source)
    assert exported(source) is not None


def test_there_is_no_stub_without_a_kernel():
    assert {path.with_suffix(".py") for path in KERNELS.rglob("*.pyi")} == set(STUBBED)


@pytest.mark.parametrize("compiled", [True, False], ids=["as it is here", "plain"])
def test_stubtest_finds_nothing(compiled, tmp_path):
    pytest.importorskip("mypy.stubtest", reason="stubtest comes with the extra lint")
    root = PACKAGE.parent
    if not compiled:
        root = tmp_path
        shutil.copytree(
            PACKAGE,
            root / "searchlib",
            ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"),
        )
    allowed = tmp_path / "allowed"
    allowed.write_text(ADDED)
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\n")
    command = [sys.executable, "-m", "mypy.stubtest", "searchlib.kernels", "--concise"]
    command += ["--ignore-disjoint-bases", "--ignore-unused-allowlist"]
    command += ["--allowlist", str(allowed), "--mypy-config-file", str(config)]
    result = subprocess.run(
        command,
        cwd=root,
        env={"PYTHONPATH": str(root), "MYPY_CACHE_DIR": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


# A .py file and its .pxd file

TYPE = r"(?:const )?(?:unsigned )?(?:long long|Py_ssize_t|bint|int|char|double|void)(?:\[::1\])?"


def as_python(text):
    """Translate a .pxd file of ours: what it defines, without the types."""
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    text = re.sub(
        r'cdef extern from \*:\n    """\n    #define (\w+) (\S+)\n    """\n    const double \w+\n',
        r"\1 = \2\n",
        text,
    )
    text = re.sub(
        r"cdef enum:\n((?:    .*\n)+)", lambda match: re.sub(r"(?m)^    ", "", match[1]), text
    )
    text = re.sub(rf"cdef inline {TYPE} (\w+)\(", r"def \1(", text)
    text = re.sub(r"\) noexcept nogil:", "):", text)
    text = re.sub(rf"(?m)^    cdef {TYPE} \w+\n", "", text)
    text = re.sub(rf"cdef {TYPE} (\w+ = )", r"\1", text)
    text = re.sub(rf"<{TYPE}>", "", text)
    text = re.sub(rf"(?<=[(\s]){TYPE} (?=\w+[,)\n])", "", text)
    return ast.parse(text)


def without_types(tree):
    """Give the source of a .py file without docstrings, annotations, imports and __all__."""
    kept = []
    for node in tree.body:
        if isinstance(node, ast.AnnAssign):
            kept.append(ast.Assign([node.target], node.value, lineno=0))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) != "__all__":
            kept.append(node)
        elif isinstance(node, ast.FunctionDef):
            assert ast.get_docstring(node), node.name
            node.returns = None
            for argument in node.args.args:
                argument.annotation = None
            del node.body[0]
            kept.append(node)
    return kept


@pytest.mark.parametrize("path", SHARED, ids=names(SHARED))
def test_a_pxd_file_has_the_functions_and_constants_of_its_module(path):
    source = [ast.unparse(node) for node in without_types(ast.parse(path.read_text("utf-8")))]
    pxd = as_python(path.with_suffix(".pxd").read_text("utf-8"))
    # The order of functions is free.
    assert sorted(ast.unparse(node) for node in pxd.body) == sorted(source)


@pytest.mark.parametrize("path", SHARED, ids=names(SHARED))
def test_what_is_shared_is_not_compiled_itself(path):
    """A compiled one would be imported in the place of its source, without its functions."""
    assert [other.suffix for other in path.parent.glob(f"{path.stem}.*")].count(".py") == 1
    assert not [
        other for other in path.parent.glob(f"{path.stem}.*") if other.suffix in {".so", ".pyd"}
    ]
