"""Which of the commit files of an index counts."""

from __future__ import annotations

import re

from searchlib.files.commit_names import CommitNames, files_to_drop
from searchlib.files.memory_storage import MemoryStorage
from searchlib.files.storage import DirectoryStorage
from searchlib.store.commit import COMMIT_NAMES


def write(storage: DirectoryStorage | MemoryStorage, *names: str) -> None:
    for name in names:
        storage.create_file(name).close()


def test_the_newest_generation_is_the_greatest_number(storage):
    assert COMMIT_NAMES.latest(storage) == -1
    write(storage, "MAIN_0.commit")
    assert COMMIT_NAMES.latest(storage) == 0
    write(storage, "MAIN_9.commit", "MAIN_10.commit", "MAIN_2.commit")
    assert COMMIT_NAMES.latest(storage) == 10


def test_files_with_other_names_are_no_commits(storage):
    write(storage, "MAIN_99.commit.new", "MAIN_x.commit", "OTHER_99.commit", "MAIN_-9.commit")
    write(storage, "MAIN_99.docs", "xMAIN_99.commit", f"MAIN_{'9' * 13}.commit", "MAIN_.commit")
    write(storage, "MAIN_07.commit", "MAIN_\u0663.commit", f"MAIN_{'9' * 18}.commit")
    assert COMMIT_NAMES.latest(storage) == -1


def test_the_generations_are_those_of_one_index_the_newest_first(storage):
    write(storage, "MAIN_2.commit", "MAIN_10.commit", "_MAIN_3.commit", "a.b_1.commit")
    assert COMMIT_NAMES.generations(storage) == [10, 2]
    assert CommitNames("_MAIN").generations(storage) == [3]
    assert CommitNames("a.b").generations(storage) == [1]
    assert CommitNames("axb").generations(storage) == []


def test_the_files_to_drop_are_those_that_the_commit_knows_or_that_were_begun_with_it(storage):
    write(storage, "MAIN_1.commit", "MAIN_abc1.new", "MAIN_abc2.txt", "MAIN_xyz1.new", "notes")
    found = files_to_drop(
        storage, {"MAIN_1.commit", "MAIN_0.commit"}, "MAIN_abc", re.compile(r"MAIN_\w+\.new")
    )
    assert found == {"MAIN_1.commit", "MAIN_abc1.new"}
