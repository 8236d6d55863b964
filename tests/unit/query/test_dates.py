"""Dates as they are typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from searchlib.query.dates import parse_date_range

# A Wednesday.
NOW = datetime(2022, 11, 16, 12, 30, tzinfo=UTC)


def written(value: str, now: datetime = NOW) -> tuple[str, str]:
    """Give the two limits, short where they are midnight in UTC."""
    since, until = parse_date_range(value, now)
    return tuple(
        "*" if moment is None else moment.isoformat().removesuffix("T00:00:00+00:00")
        for moment in (since, until)
    )


@pytest.mark.parametrize(
    ("value", "since", "until"),
    [
        # A year, month, day ... is the whole of it.
        ("2022", "2022-01-01", "2023-01-01"),
        ("2022-11", "2022-11-01", "2022-12-01"),
        ("2022-12", "2022-12-01", "2023-01-01"),
        ("2022-1-5", "2022-01-05", "2022-01-06"),
        ("2022-12-31", "2022-12-31", "2023-01-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        (" 2022 ", "2022-01-01", "2023-01-01"),
        ("2022-11-02T09", "2022-11-02T09:00:00+00:00", "2022-11-02T10:00:00+00:00"),
        ("2022-11-02 09:30", "2022-11-02T09:30:00+00:00", "2022-11-02T09:31:00+00:00"),
        ("2022-11-02T09:30:05", "2022-11-02T09:30:05+00:00", "2022-11-02T09:30:06+00:00"),
        ("2022-11-02t09:30z", "2022-11-02T09:30:00+00:00", "2022-11-02T09:31:00+00:00"),
        (
            "2022-11-02T09:30:05.25",
            "2022-11-02T09:30:05.250000+00:00",
            "2022-11-02T09:30:05.260000+00:00",
        ),
        ("2022-11-02T09:30+10:00", "2022-11-02T09:30:00+10:00", "2022-11-02T09:31:00+10:00"),
        ("2022-11-02T09:30-0330", "2022-11-02T09:30:00-03:30", "2022-11-02T09:31:00-03:30"),
        ("0001", "0001-01-01", "0002-01-01"),
        # Ranges hold both ends in full.
        ("2022..2023", "2022-01-01", "2024-01-01"),
        ("2022-01..2022-06", "2022-01-01", "2022-07-01"),
        ("2022-11-02..", "2022-11-02", "*"),
        ("..2022-11-02", "*", "2022-11-03"),
        ("2022...2023", "2022-01-01", "2024-01-01"),
        ("yesterday..today", "2022-11-15", "2022-11-17"),
        ("2023..2022", "2023-01-01", "2023-01-01"),
        (">=2022", "2022-01-01", "*"),
        (">2022", "2023-01-01", "*"),
        ("<=2022", "*", "2023-01-01"),
        ("<2022", "*", "2022-01-01"),
        ("> 2022-11", "2022-12-01", "*"),
        ("[2022 TO 2023]", "2022-01-01", "2024-01-01"),
        ("[2022 TO 2023}", "2022-01-01", "2023-01-01"),
        ("{2022 TO 2023]", "2023-01-01", "2024-01-01"),
        ("[* TO 2022]", "*", "2023-01-01"),
        ("[ 2022  TO\t* ]", "2022-01-01", "*"),
        # From now on back.
        ("12h", "2022-11-16T00:30:00+00:00", "2022-11-16T12:30:00+00:00"),
        ("7d", "2022-11-09T12:30:00+00:00", "2022-11-16T12:30:00+00:00"),
        ("2W", "2022-11-02T12:30:00+00:00", "2022-11-16T12:30:00+00:00"),
        ("3m", "2022-08-16T12:30:00+00:00", "2022-11-16T12:30:00+00:00"),
        ("11m", "2021-12-16T12:30:00+00:00", "2022-11-16T12:30:00+00:00"),
        ("2y", "2020-11-16T12:30:00+00:00", "2022-11-16T12:30:00+00:00"),
        (">7d", "2022-11-16T12:30:00+00:00", "*"),
        # By name; weeks begin on Monday.
        ("today", "2022-11-16", "2022-11-17"),
        ("Yesterday", "2022-11-15", "2022-11-16"),
        ("thisweek", "2022-11-14", "2022-11-21"),
        ("lastweek", "2022-11-07", "2022-11-14"),
        ("thismonth", "2022-11-01", "2022-12-01"),
        ("lastmonth", "2022-10-01", "2022-11-01"),
        ("thisyear", "2022-01-01", "2023-01-01"),
        ("lastyear", "2021-01-01", "2022-01-01"),
        ("last week", "2022-11-07", "2022-11-14"),
        # Written out.
        ("2 November 2022", "2022-11-02", "2022-11-03"),
        ("2nd of Nov. 2022", "2022-11-02", "2022-11-03"),
        ("November 2, 2022", "2022-11-02", "2022-11-03"),
        ("Sept 30th, 2022", "2022-09-30", "2022-10-01"),
        ("may 2022", "2022-05-01", "2022-06-01"),
        ("2-nov-2022", "2022-11-02", "2022-11-03"),
        ("2022 Nov", "2022-11-01", "2022-12-01"),
        ("2022-Nov-02", "2022-11-02", "2022-11-03"),
        ("20221102", "2022-11-02", "2022-11-03"),
        ("2022/11/02", "2022-11-02", "2022-11-03"),
        ("25/12/2022", "2022-12-25", "2022-12-26"),
        ("12/25/2022", "2022-12-25", "2022-12-26"),
        ("02.11.2022", "2022-11-02", "2022-11-03"),
        ("2.11.2022..4.11.2022", "2022-11-02", "2022-11-05"),
        ("> 2 Nov 2022", "2022-11-03", "*"),
        ("[Nov 2022 TO Q1 2023]", "2022-11-01", "2023-04-01"),
        ("2022-Q4", "2022-10-01", "2023-01-01"),
        ("q1 2022", "2022-01-01", "2022-04-01"),
        ("2022-W46", "2022-11-14", "2022-11-21"),
        ("1990s", "1990-01-01", "2000-01-01"),
        ("last 30 days", "2022-10-17T12:30:00+00:00", "2022-11-16T12:30:00+00:00"),
        ("past 2 weeks", "2022-11-02T12:30:00+00:00", "2022-11-16T12:30:00+00:00"),
        ("Monday", "2022-11-14", "2022-11-15"),
        ("wednesday", "2022-11-16", "2022-11-17"),
        ("thursday", "2022-11-10", "2022-11-11"),
    ],
)
def test_dates(value, since, until):
    assert written(value) == (since, until)


@pytest.mark.parametrize(
    ("value", "now", "since"),
    [
        ("1m", datetime(2022, 3, 31, tzinfo=UTC), datetime(2022, 2, 28, tzinfo=UTC)),
        ("1y", datetime(2024, 2, 29, tzinfo=UTC), datetime(2023, 2, 28, tzinfo=UTC)),
        ("lastmonth", datetime(2023, 1, 31, tzinfo=UTC), datetime(2022, 12, 1, tzinfo=UTC)),
        ("thisweek", datetime(2023, 1, 1, tzinfo=UTC), datetime(2022, 12, 26, tzinfo=UTC)),
    ],
)
def test_the_calendar_is_kept(value, now, since):
    assert parse_date_range(value, now)[0] == since


def test_the_years_1_to_9999_are_all_there_are():
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert parse_date_range("9999", NOW) == (datetime(9999, 1, 1, tzinfo=UTC), last)
    assert parse_date_range("9999-12-31", NOW)[1] == last
    for value in ("999999d", "999999w", "999999m", "999999y", "999999h"):
        since, until = parse_date_range(value, NOW)
        assert until == NOW
        assert since == (NOW - timedelta(hours=999999) if value.endswith("h") else first)


def test_days_begin_in_the_zone_of_now():
    tokyo = timezone(timedelta(hours=9))
    now = datetime(2022, 11, 16, 3, tzinfo=tokyo)
    assert parse_date_range("today", now)[0] == datetime(2022, 11, 15, 15, tzinfo=UTC)
    assert parse_date_range("2022", now)[0] == datetime(2021, 12, 31, 15, tzinfo=UTC)
    assert parse_date_range("2022-11-02T00:00Z", now)[0] == datetime(2022, 11, 2, tzinfo=UTC)
    assert parse_date_range("today", datetime.fromisoformat("2022-11-16T03:00")) == (
        datetime(2022, 11, 16, tzinfo=UTC),
        datetime(2022, 11, 17, tzinfo=UTC),
    )


def test_a_day_is_as_long_as_the_zone_says():
    try:
        berlin = ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        pytest.skip("this system has no time zones")
    # The clocks of Berlin go back on 30 October 2022: the day has 25 hours.
    now = datetime(2022, 10, 30, 12, tzinfo=berlin)
    since, until = parse_date_range("today", now)
    assert until.astimezone(UTC) - since.astimezone(UTC) == timedelta(hours=25)


@pytest.mark.parametrize(
    "value",
    ["", "soon", "22", "20221", "2022-13", "2022-00", "2022-02-30", "2022-11-02T25", "..", "...",
     "2022-11-02T09:61", "2022-11-02T09:30+25:00", "7", "7x", "1234567d", "--7d", ">=", "> <2022",
     "[2022]", "[2022 2023]", "[2022 TO 2023", "[2022 TO]", "[ TO 2022]", "2022 TO 2023", "٢٠٢٢",
     "0000", "2022..soon", "\ud800", "x" * 1000],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_the_ways_to_write_one(value):
    with pytest.raises(ValueError, match=r"is not a date.*; write 2022, 2022-11,") as caught:
        parse_date_range(value, NOW)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("value", ["02/11/2022", "2.11.22"])
def test_a_date_that_can_be_read_in_two_ways_is_not_guessed(value):
    with pytest.raises(ValueError, match="may be read in two ways; write the year first"):
        parse_date_range(value, NOW)
