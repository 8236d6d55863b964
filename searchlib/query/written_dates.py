"""Dates as they are written out: 2 November 2022, Nov 2022, 20221102, Q4 2022, last 30 days.

What has a plain form is turned into that, for dates.py to read.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

__all__ = ["plain_date", "written_range"]

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH: Final = rf"(?P<month>sept|{'|'.join(f'{m[:3]}(?:{m[3:]})?' for m in _MONTHS)})\.?"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>\d{4})"
_GAP: Final = r"[\s,./-]{0,3}"

_WITH_MONTH: Final = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_DAY}{_GAP}(?:of\s)?{_MONTH}{_GAP}{_YEAR}",
        rf"{_MONTH}{_GAP}{_DAY}[\s,./-]{{1,3}}{_YEAR}",
        rf"{_MONTH}{_GAP}{_YEAR}",
        rf"{_YEAR}{_GAP}{_MONTH}(?:{_GAP}{_DAY})?",
    )
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SLASHED: Final = re.compile(r"(\d{1,4})([/.])(\d{1,2})\2(\d{1,4})", re.ASCII)
_LAST: Final = re.compile(
    r"(?:the\s)?(?:last|past)\s(\d{1,6})\s(h|d|w|m|y)(?:our|ay|eek|onth|ear)s?", re.ASCII
)
_QUARTER: Final = re.compile(r"(\d{4})[\s-]?q([1-4])|q([1-4])[\s/-]?(\d{4})", re.ASCII)
_WEEK: Final = re.compile(r"(\d{4})-?w(\d{2})", re.ASCII)
_DECADE: Final = re.compile(r"(\d{3})0s", re.ASCII)

_LAST_MONTH: Final = 12


def plain_date(text: str) -> str | None:
    """Return a date that is written out as dates.py reads it; None for what is none.

    >>> [plain_date(text) for text in ("2 Nov. 2022", "november 2022", "20221102", "last 30 days")]
    ['2022-11-02', '2022-11', '2022-11-02', '30d']
    """
    text = " ".join(text.casefold().split())
    for pattern in _WITH_MONTH:
        found = pattern.fullmatch(text)
        if found:
            parts = found.groupdict()
            month = [m[:3] for m in _MONTHS].index(parts["month"][:3]) + 1
            day = f"-{int(parts['day']):02}" if parts.get("day") else ""
            return f"{parts['year']}-{month:02}{day}"
    found = _COMPACT.fullmatch(text)
    if found:
        return "-".join(found.groups())
    found = _SLASHED.fullmatch(text)
    if found:
        return _slashed(*found.groups())
    found = _LAST.fullmatch(text)
    return f"{found[1]}{found[2]}" if found else None


def _slashed(first: str, sign: str, second: str, third: str) -> str | None:
    """Return a date of numbers, where only one way to read it is right."""
    if len(first) == len("2022"):
        return f"{first}-{second}-{third}"
    if len(third) != len("2022"):
        return None
    if sign == "." or int(first) > _LAST_MONTH:  # with dots nobody writes the month first
        return f"{third}-{second}-{first}"
    if int(second) > _LAST_MONTH or first == second:
        return f"{third}-{first}-{second}"
    return None


def written_range(text: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Return a quarter, a week of ISO 8601, a decade, or the last Monday, Tuesday ... up to today.

    In the zone of ``now``. Raises ValueError for a week or year that is none.

    >>> from datetime import UTC
    >>> [str(day.date()) for day in written_range("2022-Q4", datetime(2022, 11, 16, tzinfo=UTC))]
    ['2022-10-01', '2023-01-01']
    """
    text = " ".join(text.casefold().split())
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = _QUARTER.fullmatch(text)
    if found:
        year, month = int(found[1] or found[4]), 3 * int(found[2] or found[3]) - 2
        return _month(midnight, year, month), _month(midnight, year, month + 3)
    found = _WEEK.fullmatch(text)
    if found:
        monday = datetime.fromisocalendar(int(found[1]), int(found[2]), 1)
        begin = midnight.replace(year=monday.year, month=monday.month, day=monday.day)
        return begin, begin + timedelta(days=7)
    found = _DECADE.fullmatch(text)
    if found:
        year = 10 * int(found[1])
        return _month(midnight, year, 1), _month(midnight, year + 10, 1)
    if text in _DAYS:
        day = midnight - timedelta(days=(now.weekday() - _DAYS.index(text)) % 7)
        return day, day + timedelta(days=1)
    return None


def _month(midnight: datetime, year: int, month: int) -> datetime:
    return midnight.replace(year=year + (month - 1) // 12, month=(month - 1) % 12 + 1, day=1)
