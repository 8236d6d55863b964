from __future__ import annotations

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

import searchlib
from searchlib import errors

ERRORS = [
    errors.SearchlibError("it failed"),
    errors.IngestError("a.txt: it failed"),
    errors.UnsupportedFormatError("a.pdf: no format"),
    errors.MalformedArticleError("it is empty", source="a.csv", line=3),
    errors.MalformedArticleError("it is empty"),
    errors.StorageError("it failed", path="index"),
    errors.IndexNotFoundError("there is no index", path="index"),
    errors.IndexExistsError("there is one", path="index"),
    errors.IndexLockedError("it is locked", path="index"),
    errors.IndexFormatError("it is newer", path="index", found=2, supported=1),
    errors.CorruptIndexError("damaged", path="index", file="MAIN_1.seg", offset=12),
    errors.QueryError("it failed", query="a b"),
    errors.QuerySyntaxError("'(' is never closed", query="(a", start=0, end=1),
    errors.UnknownFieldError(
        "unknown field", query="x:a", start=0, end=1, field="x", known=["body"]
    ),
]


def test_every_error_is_tried():
    assert {type(error).__name__ for error in ERRORS} == set(errors.__all__)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    "copied", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy]
)
def test_an_error_can_be_pickled_and_copied(error, copied):
    error = copy.deepcopy(error)
    error.add_note("a note")
    again = copied(error)
    assert type(again) is type(error)
    assert (str(again), again.args) == (str(error), error.args)
    assert vars(again) == vars(error)


def test_a_process_pool_hands_on_the_error_of_a_process(tmp_path):
    path = str(tmp_path / "nowhere")
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        pytest.raises(errors.IndexNotFoundError) as raised,
    ):
        pool.submit(searchlib.open, path).result()
    assert raised.value.path == path


def test_an_error_without_a_span_is_about_the_whole_query():
    error = errors.QueryError("it failed", query="a b")
    assert (error.start, error.end) == (0, 3)
