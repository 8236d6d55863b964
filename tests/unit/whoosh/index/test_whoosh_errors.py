"""Errors that both a program of Whoosh's and one of searchlib's can catch."""

from __future__ import annotations

import pytest
from whoosh.filedb.filestore import ReadOnlyError
from whoosh.index import EmptyIndexError, IndexVersionError, LockError

from searchlib import errors
from searchlib.whoosh.index.whoosh_errors import (
    LockedError,
    NoIndexError,
    ReadOnlyIndexError,
    StockIndexError,
)


@pytest.mark.parametrize(
    ("kind", "ours", "theirs"),
    [
        (NoIndexError, errors.IndexNotFoundError, EmptyIndexError),
        (LockedError, errors.IndexLockedError, LockError),
        (ReadOnlyIndexError, errors.StorageError, ReadOnlyError),
    ],
)
def test_each_is_one_of_both(kind, ours, theirs):
    error = kind("it is so", path="/index")
    assert isinstance(error, ours)
    assert isinstance(error, theirs)
    assert str(error) == "/index: it is so"
    assert error.path == "/index"


def test_an_index_of_whooshs_own_has_a_version_and_is_not_empty():
    error = StockIndexError("it is so", path="/index", found=-111, supported=4)
    assert isinstance(error, errors.IndexFormatError)
    assert isinstance(error, IndexVersionError)
    # Programs make an index in the place of one that is empty.
    assert not isinstance(error, EmptyIndexError)
    assert str(error) == "/index: it is so"
    assert (error.path, error.found, error.version, error.supported) == ("/index", -111, -111, 4)
