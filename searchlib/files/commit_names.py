"""Names of commit files. They show which indexes a directory has, and which commit is newest.

An index of articles has MAIN_<generation>.commit. An index of a Whoosh program that is called NAME
has _NAME_<generation>.commit, and _NAME_<generation>.toc where Whoosh itself has made it.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from typing import Any, Final

__all__ = [
    "GENERATION",
    "MAX_GENERATION",
    "WHOOSH_COMMIT",
    "WHOOSH_TOC",
    "CommitNames",
    "files_to_drop",
]

MAX_GENERATION: Final = 999_999_999_999
"""Maximum generation of a commit, to bound names: 30 years of a thousand commits a second."""

GENERATION: Final = "(?:0|[1-9][0-9]{0,11})"
"""Regular expression of the generations up to the maximum."""

WHOOSH_COMMIT: Final = re.compile(rf"_(.+)_{GENERATION}\.commit", re.DOTALL)
"""The commit of a Whoosh index of ours. The group is the name of the index."""

WHOOSH_TOC: Final = re.compile(r"_(.+)_([0-9]+)\.toc", re.DOTALL)
"""The table of contents of an index that Whoosh itself has made: its name and its generation."""


class CommitNames:
    """The names of the commits of one index, which begin with ``prefix``."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._pattern = re.compile(rf"{re.escape(prefix)}_({GENERATION})\.commit")

    def name(self, generation: int) -> str:
        """Return the name of the commit of a generation."""
        return f"{self._prefix}_{generation}.commit"

    def generations(self, storage: Any) -> list[int]:
        """Return the generations of the commits in a storage, the newest first."""
        found = map(self._pattern.fullmatch, storage.list())
        return sorted((int(name[1]) for name in found if name), reverse=True)

    def latest(self, storage: Any) -> int:
        """Return the generation of the newest commit, or -1 if there is none."""
        return max(self.generations(storage), default=-1)


def files_to_drop(
    storage: Any, known: AbstractSet[str], begin: str, pattern: re.Pattern[str]
) -> set[str]:
    """Return the names of existing files of a commit and of the writers that began with it.

    ``known`` are the names that the commit has. The files of writers begin with ``begin``, which is
    random and in the commit, and match ``pattern``. All other files are somebody else's.
    """
    return {
        name
        for name in storage.list()
        if name in known or (name.startswith(begin) and pattern.fullmatch(name))
    }
