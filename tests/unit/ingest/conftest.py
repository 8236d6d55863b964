"""Files to read, and what reading them gives."""

from __future__ import annotations

import os

import pytest

from searchlib.ingest import read
from tests.helpers.sources import json_line


@pytest.fixture
def put(tmp_path):
    """Write files below tmp_path; a value that is no bytes is the headline of a line of JSON."""

    def put_all(**files):
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else json_line(content))
            if not path.suffix:
                path.rename(path.with_suffix(".jsonl"))
        return tmp_path

    return put_all


@pytest.fixture
def collect():
    """Read a path; give headlines, errors and skipped files, its name taken off where it is a tree."""

    def collect_all(path, **options) -> tuple[list[str], list[str], list[str]]:
        errors: list[str] = []
        skipped: list[str] = []
        found = read(
            path,
            on_error=lambda error: errors.append(str(error)),
            on_skip=skipped.append,
            **options,
        )
        headlines = [article.headline for article in found]
        base = f"{path}{os.sep}"
        return (
            headlines,
            [error.removeprefix(base) for error in errors],
            [name.removeprefix(base) for name in skipped],
        )

    return collect_all
