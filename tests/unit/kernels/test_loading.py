"""Every kernel loads in both ways: as it was built, and as plain Python."""

from __future__ import annotations

import pytest

from tests.helpers.kernels import KERNELS, built, plain

pytestmark = pytest.mark.kernels

NAMES = sorted(path.stem for path in KERNELS.glob("*/[!_]*.py"))


def public(module: object) -> set[str]:
    return {name for name in dir(module) if not name.startswith("_")}


def test_no_two_kernels_have_one_name():
    assert len(NAMES) == len(set(NAMES)) > 20


@pytest.mark.parametrize("name", NAMES)
def test_both_have_the_same_names(name):
    source = plain(name)
    assert source.__file__ is not None
    assert source.__file__.endswith(f"{name}.py")
    # A compiled module has no modules that it took only for their types.
    assert public(built(name)) >= set(getattr(source, "__all__", ()))
    assert public(built(name)) <= public(source)
