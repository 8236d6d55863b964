"""What the tests of the Whoosh codec share."""

from __future__ import annotations

import gc
import shutil
import tempfile
import warnings
from collections.abc import Iterator

import pytest

from searchlib.whoosh import create_in
from tests.whoosh.program_index import FIVE, document, make_schema
from tests.whoosh.stock_index import make_stock


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


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "index")


@pytest.fixture
def new(tmp_path):
    """A place for an index that is not there yet."""
    return str(tmp_path / "new")


@pytest.fixture
def index(folder):
    made = create_in(folder, make_schema())
    with made.writer() as writer:
        for number in range(len(FIVE)):
            writer.add_document(**document(number))
    return made


@pytest.fixture(scope="session")
def stock(tmp_path_factory):
    """An index that Whoosh itself has written, to be copied."""
    folder = str(tmp_path_factory.mktemp("stock") / "old")
    make_stock(folder)
    return folder


@pytest.fixture
def old(stock, tmp_path):
    """An index that Whoosh itself has written."""
    return shutil.copytree(stock, str(tmp_path / "old"))
