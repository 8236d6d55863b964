"""Rules that tests/README.md has for tests, as far as they can be seen from their text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
MODULES = sorted(TESTS.rglob("test_*.py"))
THROUGH_KERNELS = re.compile(
    r"^from (tests\.(helpers\.(kernels|sorted_tables)|property\.(posting_lists|scored_documents))"
    r"|searchlib\.kernels(\.\w+)*) import|^import searchlib\.kernels",
    re.MULTILINE,
)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


MARKED = [path for path in MODULES if "\npytestmark = pytest.mark.kernels" in text_of(path)]


def test_what_loads_a_kernel_has_the_mark() -> None:
    loading = [path for path in MODULES if THROUGH_KERNELS.search(text_of(path))]
    assert len(loading) > 10
    assert [path for path in loading if path not in MARKED] == []


def test_every_kernel_is_loaded_by_a_test_with_the_mark() -> None:
    helpers = [path for path in TESTS.rglob("*.py") if path not in MODULES]
    text = "".join(text_of(path) for path in (*MARKED, *helpers))
    kernels = [path.stem for path in (TESTS.parent / "searchlib" / "kernels").glob("*/[!_]*.py")]
    assert len(kernels) > 20
    missing = [
        name
        for name in kernels
        if not re.search(
            rf'\("{name}"\)|\bkernels\.(\w+\.)?{name}\b|kernels import .*\b{name}\b', text
        )
    ]
    assert missing == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(TESTS)))
def test_nothing_is_skipped_without_a_reason(path: Path) -> None:
    for call in re.finditer(r"mark\.(skip|skipif|xfail)\b(.{0,400})", text_of(path), re.DOTALL):
        assert "reason=" in call[2], call[0].splitlines()[0]
