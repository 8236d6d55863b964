"""Dates in the forms that papers, feeds and databases write."""

from __future__ import annotations

import pytest

from searchlib.errors import MalformedArticleError
from searchlib.ingest.text_dates import parse_date


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("2022-11-02", "2022-11-02T00:00:00+00:00"),
        ("20221102", "2022-11-02T00:00:00+00:00"),
        ("2022-11-02T09:30:00Z", "2022-11-02T09:30:00+00:00"),
        ("2022-11-02 09:30", "2022-11-02T09:30:00+00:00"),
        ("2022-11-02T09:30:00+10:00", "2022-11-02T09:30:00+10:00"),
        ("Wed, 02 Nov 2022 09:30:00 +1000", "2022-11-02T09:30:00+10:00"),
        ("Wed, 02 Nov 22 09:30:00 GMT", "2022-11-02T09:30:00+00:00"),
        ("02 Nov 2022 09:30:00 -0500 (New York)", "2022-11-02T09:30:00-05:00"),
        ("2 November 2022", "2022-11-02T00:00:00+00:00"),
        ("Wednesday 2nd November, 2022", "2022-11-02T00:00:00+00:00"),
        ("2-Nov-2022", "2022-11-02T00:00:00+00:00"),
        ("November 2, 2022", "2022-11-02T00:00:00+00:00"),
        ("Sept. 3rd 2022", "2022-09-03T00:00:00+00:00"),
        ("NOV. 2, 2022", "2022-11-02T00:00:00+00:00"),
        ("  November\n 2,\t2022 ", "2022-11-02T00:00:00+00:00"),
        ("Nov. 2, 2022, 9:30 a.m.", "2022-11-02T09:30:00+00:00"),
        ("Nov. 2, 2022 at 9:30pm", "2022-11-02T21:30:00+00:00"),
        ("Nov. 2, 2022, 12:05 a.m.", "2022-11-02T00:05:00+00:00"),
        ("Nov. 2, 2022, 12:05 p.m.", "2022-11-02T12:05:00+00:00"),
        ("2 Nov 2022 13.30 GMT", "2022-11-02T13:30:00+00:00"),
        ("2 Nov 2022 9:30 PM +0900", "2022-11-02T21:30:00+09:00"),
        ("Nov. 2, 2022 9:30 p.m. EST", "2022-11-02T21:30:00-05:00"),
        (1667381400, "2022-11-02T09:30:00+00:00"),
        (1667381400.0, "2022-11-02T09:30:00+00:00"),
        (0, "1970-01-01T00:00:00+00:00"),
        (-86400, "1969-12-31T00:00:00+00:00"),
    ],
)
def test_forms(value, iso):
    moment = parse_date(value)
    assert moment is not None
    assert moment.isoformat() == iso


@pytest.mark.parametrize("value", [None, ""])
def test_nothing(value):
    assert parse_date(value) is None


@pytest.mark.parametrize(
    "value",
    [
        " ",
        "yesterday",
        "2022",
        "138",
        "2022-13-01",
        "31 February 2022",
        "2 November 2022 25:00",
        "2 Smarch 2022",
        "12 horses 2022",
        "2 Nov 2022 21:30 BST",  # British summer time, or Bangladesh's
        "2 Nov 2022 21:30 +9999",
        "1667381400",
        "\ud800",
        "9" * 5000,
        "2" + "-" * 100_000,
        "Nov" * 100_000,
        1667381400000,
        10**30,
        float("inf"),
        float("nan"),
        True,
        [2022],
        {"year": 2022},
    ],
    ids=lambda value: repr(value)[:30],
)
def test_no_dates(value):
    with pytest.raises(MalformedArticleError, match="is not a date; write it as 2022-11-02"):
        parse_date(value)


@pytest.mark.parametrize("value", ["02/11/2022", "2.11.2022", "1/2/03", "02/11/2022 09:30"])
def test_dates_with_two_meanings(value):
    with pytest.raises(MalformedArticleError, match="two ways"):
        parse_date(value)


@pytest.mark.parametrize("value", ["0001-01-01T00:00+01:00", "9999-12-31T23:59-01:00"])
def test_dates_that_utc_cannot_say(value):
    with pytest.raises(MalformedArticleError, match="years 1 to 9999"):
        parse_date(value)
