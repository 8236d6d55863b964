"""An index of each engine."""

from __future__ import annotations

from functools import partial

import pytest

from searchlib import Index
from tests.engines.archive import ARTICLES
from tests.engines.engine_kinds import KINDS, MakeIndex


@pytest.fixture(params=KINDS)
def make_index(request: pytest.FixtureRequest, tmp_path) -> MakeIndex:
    """What makes an empty index of the engine, with settings."""
    return partial(KINDS[request.param], tmp_path)


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    """The archive."""
    made = make_index()
    with made.writer() as writer:
        writer.add_many(ARTICLES)
    return made
