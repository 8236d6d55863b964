"""Parses dates as they are written out: 2 November 2022, Nov 2022, 20221102, Q4 2022, last 30 days.

If a date has a form that dates.py reads, such as 2022-11-02 or 30d, it is converted to that form.
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
    """Return a written-out date in the form that dates.py reads; None if it is not such a date.

    >>> [plain_date(text) for text in ("2 Nov. 2022", "november 2022", "20221102", "last 30 days")]
    ['2022-11-02', '2022-11', '2022-11-02', '30d']
    """
    text = " ".join(text.casefold().split())
    for pattern in _WITH_MONTH:
        date = pattern.fullmatch(text)
        if date:
            parts = date.groupdict()
            month = [m[:3] for m in _MONTHS].index(parts["month"][:3]) + 1
            day = f"-{int(parts['day']):02}" if parts.get("day") else ""
            return f"{parts['year']}-{month:02}{day}"
    compact = _COMPACT.fullmatch(text)
    if compact:
        return "-".join(compact.groups())
    slashed = _SLASHED.fullmatch(text)
    if slashed:
        return _slashed(*slashed.groups())
    last = _LAST.fullmatch(text)
    return f"{last[1]}{last[2]}" if last else None


def _slashed(first: str, sign: str, second: str, third: str) -> str | None:
    """Return a date of three numbers; None if it could be read in two ways."""
    if len(first) == len("2022"):
        return f"{first}-{second}-{third}"
    if len(third) != len("2022"):
        return None
    if sign == "." or int(first) > _LAST_MONTH:  # dates with dots have the day first
        return f"{third}-{second}-{first}"
    if int(second) > _LAST_MONTH or first == second:
        return f"{third}-{first}-{second}"
    return None


def written_range(text: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Return the beginning and end of a quarter, an ISO 8601 week, a decade or a weekday.

    A weekday is its last occurrence up to today. Days are those of the zone of ``now``. Return None
    for any other text. Raises ValueError for a week or year that does not exist.

    >>> from datetime import UTC
    >>> [str(day.date()) for day in written_range("2022-Q4", datetime(2022, 11, 16, tzinfo=UTC))]
    ['2022-10-01', '2023-01-01']
    """
    text = " ".join(text.casefold().split())
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    quarter = _QUARTER.fullmatch(text)
    if quarter:
        year, month = int(quarter[1] or quarter[4]), 3 * int(quarter[2] or quarter[3]) - 2
        return _month(midnight, year, month), _month(midnight, year, month + 3)
    week = _WEEK.fullmatch(text)
    if week:
        monday = datetime.fromisocalendar(int(week[1]), int(week[2]), 1)
        begin = midnight.replace(year=monday.year, month=monday.month, day=monday.day)
        return begin, begin + timedelta(days=7)
    decade = _DECADE.fullmatch(text)
    if decade:
        year = 10 * int(decade[1])
        return _month(midnight, year, 1), _month(midnight, year + 10, 1)
    if text in _DAYS:
        day = midnight - timedelta(days=(now.weekday() - _DAYS.index(text)) % 7)
        return day, day + timedelta(days=1)
    return None


def _month(midnight: datetime, year: int, month: int) -> datetime:
    return midnight.replace(year=year + (month - 1) // 12, month=(month - 1) % 12 + 1, day=1)
