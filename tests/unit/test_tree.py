"""The tree of the package: one can find one's way in it."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "searchlib"
MAP = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
MODULES = [
    path.relative_to(PACKAGE)
    for path in PACKAGE.rglob("*.py")
    if path.name not in {"__init__.py", "__main__.py"}
]
MAX_MODULES = 20

TESTS = ROOT / "tests"
TESTED_ELSEWHERE = {
    # Whoosh's own classes read it, so it is tested through them.
    "whoosh/articles": TESTS / "whoosh",
    # The protocol is tested with every engine that implements it, that of this process among them.
    "engine": TESTS / "engines",
    "local": TESTS / "engines",
}


def test_no_folder_has_more_files_than_one_can_look_through():
    folders = defaultdict(list)
    for path in MODULES:
        folders[path.parent].append(path.name)
    assert len(folders) > 20
    full = {str(folder): len(names) for folder, names in folders.items()}
    assert {folder: count for folder, count in full.items() if count > MAX_MODULES} == {}


def test_two_files_have_one_name_only_where_one_is_the_kernel_of_the_other():
    found = defaultdict(list)
    for path in MODULES:
        found[path.name].append(path)
    for name, paths in found.items():
        kernels = [path for path in paths if path.parts[0] == "kernels"]
        assert len(kernels) <= 1, (name, paths)
        assert len(paths) - len(kernels) <= 1, (name, paths)


def test_the_map_has_a_heading_for_each_folder():
    headings = re.findall(r"^## (.+)$", MAP, re.MULTILINE)
    named = {name for heading in headings for name in re.findall(r"(\w+)/", heading)}
    folders = {path.parts[0] for path in MODULES if len(path.parts) > 1} | {"samples"}
    assert named == folders


def test_the_map_has_each_module_at_the_top():
    top = {path.name for path in MODULES if len(path.parts) == 1}
    assert {name for name in top if name not in MAP} == set()


def test_every_link_of_the_map_leads_somewhere():
    links = re.findall(r"\]\(([^)#]+)\)", MAP)
    assert len(links) > 40
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_folder_has_its_tests():
    """Tests of kernels are in one folder, for the kernels share what they are made of."""
    folders = {path.parent.as_posix() for path in MODULES if len(path.parts) > 1}
    assert folders > TESTED_ELSEWHERE.keys()
    places = {
        folder: TESTED_ELSEWHERE.get(
            folder, TESTS / "unit" / ("kernels" if folder.startswith("kernels/") else folder)
        )
        for folder in folders
    }
    assert [folder for folder, place in places.items() if not any(place.glob("test_*.py"))] == []


def test_every_folder_of_unit_tests_has_something_to_test():
    unit = TESTS / "unit"
    folders = {path.parent.relative_to(unit) for path in unit.rglob("test_*.py")}
    assert [folder for folder in folders if not (PACKAGE / folder).is_dir()] == []
