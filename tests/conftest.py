"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent

# A small profile by default; SEARCHLIB_HYPOTHESIS=nightly runs a hundred times as many examples.
settings.register_profile(
    "default", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "nightly", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("SEARCHLIB_HYPOTHESIS", "default"))


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of the news corpora, which are not part of this repository."""
    folder = Path(os.environ.get("SEARCHLIB_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no news corpora at {folder}; SEARCHLIB_DATA names their folder")
    return folder
