"""Which of the commit files of an index counts."""

from __future__ import annotations

import pytest

from searchlib.files.memory_storage import MemoryStorage
from searchlib.files.storage import DirectoryStorage
from searchlib.store.commit import latest_generation

pytestmark = pytest.mark.kernels


def write(storage: DirectoryStorage | MemoryStorage, *names: str) -> None:
    for name in names:
        storage.create_file(name).close()


def test_the_newest_generation_is_the_greatest_number(storage):
    assert latest_generation(storage) == -1
    write(storage, "MAIN_0.commit")
    assert latest_generation(storage) == 0
    write(storage, "MAIN_9.commit", "MAIN_10.commit", "MAIN_2.commit")
    assert latest_generation(storage) == 10


def test_files_with_other_names_are_no_commits(storage):
    write(storage, "MAIN_99.commit.new", "MAIN_x.commit", "OTHER_99.commit", "MAIN_-9.commit")
    write(storage, "MAIN_99.docs", "xMAIN_99.commit", f"MAIN_{'9' * 13}.commit", "MAIN_.commit")
    write(storage, "MAIN_07.commit", "MAIN_\u0663.commit", f"MAIN_{'9' * 18}.commit")
    assert latest_generation(storage) == -1
