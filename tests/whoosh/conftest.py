"""What the tests of the Whoosh codec share."""

from __future__ import annotations

import gc
import tempfile
import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _whoosh_is_untidy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what Whoosh leaves behind from other tests, and from other runs of this one.

    Its own codec never closes the temporary file of a writer that is cancelled. Writers of a
    storage in memory have one temporary folder for all, in which they choose names at random, and
    Hypothesis makes random the same every time.
    """
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()
