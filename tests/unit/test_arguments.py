"""Numbers that a program gives: what is none, or out of range, is refused at once, and by name."""

from __future__ import annotations

import math
import threading
from datetime import UTC, datetime

import pytest

import searchlib
from searchlib import Article, IndexLockedError
from searchlib.arguments import MAX_WORKERS, seconds, workers

HUGE = [2**70, 10**400]
NO_NUMBERS = ["3", b"3", [3], {}, object()]
NO_INTEGERS = [math.nan, math.inf, -math.inf, 1.5, 1.0, -0.0, True, False, *NO_NUMBERS]


def shown(value):
    return f"{value!r:.12}"


@pytest.fixture
def index():
    with searchlib.in_memory() as index:
        with index.writer() as writer:
            writer.add(Article(article_id="a", headline="Horses"))
        yield index


def calls_with_workers(index):
    return {
        "threads": lambda value: index.search_many(["horses"] * 3, threads=value),
        "processes": lambda value: index.writer(processes=value),
    }


@pytest.mark.parametrize("name", ["threads", "processes"])
@pytest.mark.parametrize("value", NO_INTEGERS, ids=shown)
def test_a_number_of_workers_that_is_no_integer(index, name, value):
    with pytest.raises(TypeError, match=rf"^{name} must be a whole number, not "):
        calls_with_workers(index)[name](value)


@pytest.mark.parametrize("name", ["threads", "processes"])
@pytest.mark.parametrize("value", [0, -1, -(2**70), MAX_WORKERS + 1, *HUGE], ids=shown)
def test_a_number_of_workers_out_of_range(index, name, value):
    with pytest.raises(
        ValueError, match=rf"^{name} must be 1 or more, and 1,000 at most, not -?\d"
    ):
        calls_with_workers(index)[name](value)


@pytest.mark.parametrize("threads", [None, 1, 2, MAX_WORKERS])
def test_any_number_of_threads_gives_the_same(index, threads):
    found = index.search_many(["horses", "zebras", "*"], threads=threads)
    assert [results.total for results in found] == [1, 0, 1]


def test_as_many_processes_as_may_be_are_a_writer(tmp_path):
    index = searchlib.create(tmp_path / "index")
    index.writer(processes=MAX_WORKERS)  # they start when it is entered
    assert workers("processes", MAX_WORKERS) == MAX_WORKERS


def calls_that_wait(path):
    return (
        lambda value: searchlib.open(path).writer(wait_seconds=value),
        lambda value: searchlib.repair(path, wait_seconds=value),
    )


@pytest.mark.parametrize("value", [None, True, False, *NO_NUMBERS], ids=shown)
def test_a_time_to_wait_that_is_no_number(tmp_path, value):
    searchlib.create(tmp_path / "index").close()
    for call in calls_that_wait(tmp_path / "index"):
        with pytest.raises(TypeError, match=r"^wait_seconds must be a number of seconds, not "):
            call(value)


@pytest.mark.parametrize(
    "value", [math.nan, -math.inf, -1, -0.001, -(2**70), -(10**400)], ids=shown
)
def test_a_time_to_wait_out_of_range(tmp_path, value):
    searchlib.create(tmp_path / "index").close()
    for call in calls_that_wait(tmp_path / "index"):
        with pytest.raises(ValueError, match=r"^wait_seconds must be 0 or more, not "):
            call(value)


@pytest.mark.parametrize("value", [0, 0.0, -0.0, 1.5, math.inf, 1e300, *HUGE], ids=shown)
def test_a_time_to_wait_may_be_nothing_or_for_ever(tmp_path, value):
    index = searchlib.create(tmp_path / "index")
    with index.writer(wait_seconds=value) as writer:
        writer.add(Article(article_id="a"))
    assert index.count == 1
    assert searchlib.repair(tmp_path / "index", wait_seconds=value).problems == ()


def test_who_waits_for_ever_gets_the_lock_when_it_is_free(tmp_path):
    index = searchlib.create(tmp_path / "index")
    waiting = threading.Event()

    def write():
        late = index.writer(wait_seconds=math.inf)
        waiting.set()
        with late as writer:
            writer.add(Article(article_id="late"))

    with index.writer() as writer:
        writer.add(Article(article_id="first"))
        with pytest.raises(IndexLockedError, match="this thread already has a writer"):
            index.writer(wait_seconds=0).__enter__()
        thread = threading.Thread(target=write)
        thread.start()
        assert waiting.wait(60)
    thread.join(60)
    assert [hit.article_id for hit in index.search("*")] == ["first", "late"]


def test_infinity_stays_infinite_and_what_nobody_waits_becomes_it():
    assert seconds("wait_seconds", math.inf) == math.inf == seconds("wait_seconds", 10**400)
    assert (seconds("wait_seconds", 2), seconds("wait_seconds", 0.5)) == (2.0, 0.5)


def calls_for_a_page(index):
    return (
        lambda **page: index.search("horses", **page),
        lambda **page: index.search("horses", sort="newest", **page),
        lambda **page: index.search("horses", filter="*", **page),
    )


@pytest.mark.parametrize("name", ["limit", "offset"])
@pytest.mark.parametrize("value", NO_INTEGERS, ids=shown)
def test_a_place_in_a_list_that_is_no_integer(index, name, value):
    for call in calls_for_a_page(index):
        with pytest.raises(TypeError, match=rf"^{name} must be a whole number"):
            call(**{name: value})
    if name == "limit":
        for queries in ([], ["horses"]):
            with pytest.raises(TypeError, match=r"^limit must be a whole number"):
                index.search_many(queries, limit=value)


@pytest.mark.parametrize("name", ["limit", "offset"])
@pytest.mark.parametrize("value", [-1, -(2**70)], ids=shown)
def test_a_place_in_a_list_below_zero(index, name, value):
    for call in calls_for_a_page(index):
        with pytest.raises(ValueError, match=rf"^{name} is -\d+; it must be 0 or more"):
            call(**{name: value})
    if name == "limit":
        for queries in ([], ["horses"]):
            with pytest.raises(ValueError, match=r"^limit is -\d+; it must be 0 or more"):
                index.search_many(queries, limit=value)


@pytest.mark.parametrize("value", [0, *HUGE], ids=shown)
def test_a_page_may_be_of_any_size_and_begin_anywhere(index, value):
    for call in calls_for_a_page(index):
        assert len(call(limit=value)) == bool(value)
        for limit in (10, None, value):
            page = call(offset=value, limit=limit)
            assert (page.total, len(page)) == (1, not value and limit != 0)
    assert len(index.search_many(["horses"], limit=value)[0]) == bool(value)


def ranking_calls(index, tmp_path):
    return (
        lambda **options: index.search("horses", **options),
        lambda **options: index.explain("horses", "a", **options),
        lambda **options: searchlib.in_memory(**options),
        lambda **options: searchlib.create(tmp_path / "new", **options),
        lambda **options: searchlib.open_or_create(tmp_path / "new", **options),
    )


OUT_OF_RANGE = [math.nan, math.inf, -math.inf, -1, -0.001, True, *HUGE, -(10**400), *NO_NUMBERS]


@pytest.mark.parametrize("value", OUT_OF_RANGE, ids=shown)
def test_a_parameter_of_ranking_out_of_range(index, tmp_path, value):
    for call in ranking_calls(index, tmp_path):
        for name in ("k1", "b"):
            with pytest.raises(ValueError, match=rf"^{name} must be from 0 to 1"):
                call(**{name: value})
        with pytest.raises(ValueError, match=r"^the weight of body must be from 0 to 1e6, not "):
            call(weights={"body": value})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "weights", [5, 0, True, math.nan, "body", [("body", 1.0)], {"body"}], ids=shown
)
def test_weights_that_are_no_mapping(index, tmp_path, weights):
    for call in ranking_calls(index, tmp_path):
        with pytest.raises(TypeError, match=r"^weights must map fields to numbers, not "):
            call(weights=weights)


@pytest.mark.parametrize("name", [5, None, math.nan, b"body", "title", ("body",)], ids=shown)
def test_a_weight_of_no_field(index, tmp_path, name):
    for call in ranking_calls(index, tmp_path):
        with pytest.raises(
            ValueError, match=r"^weights names .*; there are headline, body, caption$"
        ):
            call(weights={name: 1.0, "zzz": 1.0, 7: 1.0})


@pytest.mark.parametrize("analyzer", [math.nan, 5, None, True, b"en", ["en"]], ids=shown)
def test_an_analyzer_that_is_no_string(tmp_path, analyzer):
    for make in (searchlib.create, searchlib.open_or_create):
        with pytest.raises(TypeError, match=r"^analyzer must be a string, not "):
            make(tmp_path / "new", analyzer=analyzer)
    with pytest.raises(TypeError, match=r"^analyzer must be a string, not "):
        searchlib.in_memory(analyzer=analyzer)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("now", [math.nan, 5, 0, "2022", True], ids=shown)
def test_a_moment_that_is_none_deletes_nothing_and_the_writer_goes_on(index, now):
    with index.writer() as writer:
        with pytest.raises(TypeError, match=r"^now must be a datetime or None, not "):
            writer.delete_matching("horses", now=now)
        writer.delete_matching("date:yesterday", now=datetime(2022, 11, 3, tzinfo=UTC))
        writer.add(Article(article_id="b"))
    assert index.count == 2
