"""What a program may rely on: the names, the tree of exceptions, and a cheap import."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import subprocess
import sys

import pytest

import searchlib
from searchlib import errors

NAMES = [
    "Article",
    "CorruptIndexError",
    "Diagnostic",
    "Explanation",
    "Hit",
    "Index",
    "IndexExistsError",
    "IndexFormatError",
    "IndexLockedError",
    "IndexNotFoundError",
    "IndexStats",
    "IngestError",
    "MalformedArticleError",
    "QueryError",
    "QuerySyntaxError",
    "Repair",
    "SearchResults",
    "SearchlibError",
    "Snippet",
    "StorageError",
    "UnknownFieldError",
    "UnsupportedFormatError",
    "Writer",
    "__version__",
    "create",
    "in_memory",
    "open",
    "open_or_create",
    "read",
    "repair",
    "sample_articles",
]


def python(code: str) -> str:
    """Run ``code`` in a fresh process; give what it prints."""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=True,
        capture_output=True,
        text=True,
    )
    return ran.stdout.strip()


def test_the_names_are_these_and_no_others():
    assert searchlib.__all__ == sorted(NAMES)
    assert set(NAMES) <= set(dir(searchlib))


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_there_and_documented(name):
    value = getattr(searchlib, name)
    if name != "__version__":
        assert value.__name__ == name
        assert value.__module__.startswith("searchlib")
        assert len(inspect.getdoc(value)) > 20


def test_each_name_can_be_imported_from_a_fresh_process():
    assert python(f"from searchlib import {', '.join(NAMES)}; print(__version__)") == (
        searchlib.__version__
    )


def test_a_name_there_is_not_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'searchlib' has no attribute 'serach'"):
        searchlib.serach  # noqa: B018
    with pytest.raises(ImportError, match="serach"):
        from searchlib import serach  # noqa: F401, PLC0415


def test_the_version_is_one():
    assert re.fullmatch(r"\d+\.\d+\.\d+", searchlib.__version__)


def test_every_public_method_is_documented():
    classes = [value for name in NAMES if inspect.isclass(value := getattr(searchlib, name))]
    undocumented = [
        f"{each.__name__}.{name}"
        for each in classes
        for name, member in vars(each).items()
        if not name.startswith("_")
        and (inspect.isfunction(member) or isinstance(member, property))
        and not inspect.getdoc(member)
    ]
    assert undocumented == []


# Exceptions


def drawn_tree() -> dict[str, str | None]:
    """Give each class that the docstring of errors draws, with the one it stands under."""
    parents: dict[str, str | None] = {}
    above: list[tuple[int, str]] = []
    for indent, name in re.findall(r"^( +)(\w+Error)\b", errors.__doc__, re.MULTILINE):
        while above and above[-1][0] >= len(indent):
            above.pop()
        parents[name] = above[-1][1] if above else None
        above.append((len(indent), name))
    return parents


def test_the_exceptions_are_the_tree_that_is_drawn():
    real = {
        name: None if value.__base__ is Exception else value.__base__.__name__
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, BaseException)
    }
    assert drawn_tree() == real
    assert len(real) == 13
    assert sorted(real) == sorted(errors.__all__)
    assert set(real) <= set(NAMES)


def test_no_other_module_makes_an_exception_of_its_own():
    made = python(
        "import pkgutil, importlib, searchlib\n"
        "for found in pkgutil.walk_packages(searchlib.__path__, 'searchlib.'):\n"
        "    if not found.name.endswith('__main__'): importlib.import_module(found.name)\n"
        "def below(cls):\n"
        "    return {cls} | {c for s in cls.__subclasses__() for c in below(s)}\n"
        "print(sorted({c.__module__ for c in below(searchlib.SearchlibError)}))"
    )
    # Whoosh programs catch Whoosh's classes.
    assert made == "['searchlib.errors', 'searchlib.whoosh.index.whoosh_errors']"


def test_the_errors_of_whoosh_indexes_are_of_both_trees():
    parents = python(
        "from searchlib.whoosh.index import whoosh_errors as found\n"
        "for name in found.__all__:\n"
        "    bases = getattr(found, name).__bases__\n"
        "    print(name, *(f'{base.__module__}.{base.__name__}' for base in bases))"
    )
    assert parents.splitlines() == [
        "LockedError searchlib.errors.IndexLockedError whoosh.index.LockError",
        "NoIndexError searchlib.errors.IndexNotFoundError whoosh.index.EmptyIndexError",
        "ReadOnlyIndexError searchlib.errors.StorageError whoosh.filedb.filestore.ReadOnlyError",
        "StockIndexError searchlib.errors.IndexFormatError whoosh.index.IndexVersionError",
    ]


# Imports

HEAVY = ("nltk", "numpy", "whoosh", "click", "tqdm", "wcwidth", "regex", "cython", "Cython")


def imported(code: str) -> set[str]:
    loaded = python(f"{code}\nimport sys; print(' '.join(sys.modules))")
    return {name.partition(".")[0] for name in loaded.split()}


@pytest.mark.parametrize(
    "code",
    [
        "import searchlib",
        "import searchlib; searchlib.Article(headline='a', published='2022-11-02')",
        "from searchlib import Article, SearchlibError, QueryError",
        "import searchlib; dir(searchlib); searchlib.__all__",
    ],
)
def test_importing_the_package_loads_nothing_heavy(code):
    assert not imported(code) & set(HEAVY)


def test_an_index_does_not_load_what_the_command_needs():
    loaded = imported("import searchlib; searchlib.in_memory().search('a')")
    # Not numpy either, but NLTK loads that where it is installed.
    assert not loaded & {"tqdm", "wcwidth"}
    assert "searchlib" in loaded


def test_an_index_of_articles_does_without_whoosh(tmp_path):
    loaded = imported(
        "import searchlib\n"
        f"for index in searchlib.create({str(tmp_path / 'index')!r}), searchlib.in_memory():\n"
        "    with index.writer() as writer:\n"
        "        writer.add(searchlib.Article(headline='Horses', body='Horses cross'))\n"
        "    assert [hit.snippet for hit in index.search('horse')]\n"
        f"searchlib.open({str(tmp_path / 'index')!r}).search('horse')"
    )
    assert "searchlib" in loaded
    assert "whoosh" not in loaded


def test_names_are_loaded_once():
    module = importlib.import_module("searchlib.library")
    assert searchlib.Index is module.Index
    assert vars(searchlib)["Index"] is module.Index
