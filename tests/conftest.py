"""What all tests share."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.helpers.processes import VARIABLES

# A small profile by default; SEARCHLIB_HYPOTHESIS=nightly runs a hundred times as many examples.
settings.register_profile(
    "default", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "nightly", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("SEARCHLIB_HYPOTHESIS", "default"))


# Where it is ignored, as it may be in what is inherited, no exit code of a child is known.
signal.signal(signal.SIGCHLD, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def environment() -> Iterator[None]:
    """An environment without wishes."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in VARIABLES.items():
            if value is None:
                patch.delenv(name, raising=False)
            else:
                patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of the news corpora, which are not part of this repository."""
    named = os.environ.get("SEARCHLIB_DATA")
    if not named:
        pytest.skip("SEARCHLIB_DATA does not name a folder of news corpora")
    if not Path(named).is_dir():
        pytest.skip(f"there is no folder {named}, which SEARCHLIB_DATA names")
    return Path(named)
