"""What is raised over a damaged index, and what is not."""

from __future__ import annotations

import pytest

from searchlib.errors import CorruptIndexError, IndexLockedError, StorageError
from searchlib.files.damage import corruption_guard

pytestmark = pytest.mark.kernels


@pytest.mark.parametrize("error", [ValueError("x"), IndexError("x"), KeyError("x"), TypeError("x")])
def test_what_damage_makes_of_the_code_is_damage(error):
    with (
        pytest.raises(CorruptIndexError, match="the index is damaged") as raised,
        corruption_guard("there"),
    ):
        raise error
    assert raised.value.__cause__ is error
    assert raised.value.path == "there"


def test_a_disk_that_cannot_be_read_is_told_from_damage():
    with pytest.raises(StorageError, match="cannot be read") as raised, corruption_guard("there"):
        raise OSError(5, "Input/output error")
    assert not isinstance(raised.value, CorruptIndexError)


@pytest.mark.parametrize(
    "error", [MemoryError(), RecursionError(), KeyboardInterrupt(), IndexLockedError("x", path="p")]
)
def test_what_no_file_is_to_blame_for_passes(error):
    with pytest.raises(type(error)) as raised, corruption_guard("there"):
        raise error
    assert raised.value is error
