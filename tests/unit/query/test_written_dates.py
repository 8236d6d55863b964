"""Dates that are written out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from searchlib.query.written_dates import plain_date, written_range

NOW = datetime(2022, 11, 16, 15, 30, tzinfo=UTC)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("2 November 2022", "2022-11-02"),
        ("2nd of Nov. 2022", "2022-11-02"),
        ("NOV 2, 2022", "2022-11-02"),
        ("november  2022", "2022-11"),
        ("Sept. 2022", "2022-09"),
        ("2022 Nov 2", "2022-11-02"),
        ("2022-nov", "2022-11"),
        ("02nov2022", "2022-11-02"),
        ("may 2022", "2022-05"),
        ("20221102", "2022-11-02"),
        # Numbers that can be read in one way only.
        ("2022/11/2", "2022-11-2"),
        ("2.11.2022", "2022-11-2"),
        ("13/11/2022", "2022-11-13"),
        ("11/13/2022", "2022-11-13"),
        ("5/5/2022", "2022-5-5"),
        ("last 30 days", "30d"),
        ("the past 2 weeks", "2w"),
        ("last 1 hour", "1h"),
        ("last 6 months", "6m"),
    ],
)
def test_what_has_a_plain_form(text, plain):
    assert plain_date(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        *("", "november", "2 november", "2022", "2/11/2022", "11/2/22", "2/11.2022", "last days"),
        *("last 1234567 days", "2 novembre 2022", "x 2022-11", "22 22 2022"),
    ],
)
def test_what_has_none(text):
    assert plain_date(text) is None


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2022-Q1", "2022-01-01", "2022-04-01"),
        ("Q4 2022", "2022-10-01", "2023-01-01"),
        ("2022 q4", "2022-10-01", "2023-01-01"),
        ("2022-W01", "2022-01-03", "2022-01-10"),
        ("2020-W53", "2020-12-28", "2021-01-04"),
        ("2021w01", "2021-01-04", "2021-01-11"),
        ("1980s", "1980-01-01", "1990-01-01"),
        ("Wednesday", "2022-11-16", "2022-11-17"),  # today
        ("thursday", "2022-11-10", "2022-11-11"),
        ("tuesday", "2022-11-15", "2022-11-16"),
    ],
)
def test_ranges(text, since, until):
    found = written_range(text, NOW)
    assert found is not None
    assert [str(moment) for moment in found] == [f"{day} 00:00:00+00:00" for day in (since, until)]


@pytest.mark.parametrize("text", ["", "2022-Q5", "q4", "198s", "day", "2022-W1", "2022"])
def test_what_is_no_range(text):
    assert written_range(text, NOW) is None


def test_a_week_that_there_is_not():
    with pytest.raises(ValueError, match="week"):
        written_range("2021-W53", NOW)


def test_days_begin_at_midnight_where_the_user_is():
    zone = timezone(timedelta(hours=10))
    since, until = written_range("thursday", NOW.astimezone(zone)) or (None, None)
    assert str(since) == "2022-11-17 00:00:00+10:00"  # where it is that day already
    assert str(until) == "2022-11-18 00:00:00+10:00"
