"""What unit tests of several folders share."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchlib.files.memory_storage import MemoryStorage
from searchlib.files.storage import DirectoryStorage


@pytest.fixture(params=["directory", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> DirectoryStorage | MemoryStorage:
    """Each kind of storage, without files."""
    return DirectoryStorage(str(tmp_path)) if request.param == "directory" else MemoryStorage()
