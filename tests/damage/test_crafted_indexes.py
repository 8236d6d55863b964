"""A sample of the indexes that craft_indexes.py crafts, which is the command for thousands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from searchlib.files.container import Container
from searchlib.segment.segment import KIND
from tests.damage.crafted_bases import BASES
from tests.damage.crafting import put_together, taken_apart

pytestmark = pytest.mark.kernels

SCRIPT = Path(__file__).with_name("craft_indexes.py")


@pytest.mark.skipif(sys.platform == "win32", reason="forks, as POSIX systems do")
def test_crafted_indexes_are_used_or_refused() -> None:
    ran = subprocess.run(
        [sys.executable, SCRIPT, "--trials", "25", "--seed", "1"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "25 trials: 0 went wrong, 0 out of bounds" in ran.stdout


@pytest.mark.parametrize("base", BASES)
def test_what_is_not_changed_is_put_together_as_it_was(base: str, tmp_path: Path) -> None:
    BASES[base](tmp_path / "index")
    for file in (tmp_path / "index").glob("*.articles"):
        assert put_together(taken_apart(file.read_bytes())) == file.read_bytes()


def test_a_changed_section_has_a_right_checksum(tmp_path: Path) -> None:
    BASES["segments"](tmp_path / "index")
    (file, *_) = (tmp_path / "index").glob("*.articles")
    sections = taken_apart(file.read_bytes())
    sections["ids"] = sections["ids"][::-1]
    sections["terms"] += b"more"
    container = Container(put_together(sections), KIND, path="", name="")
    assert bytes(container.paged("ids").get(0, len(sections["ids"]))) == sections["ids"]
    assert bytes(container.section("terms")) == sections["terms"]
