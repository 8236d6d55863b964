"""Parses dates and date ranges as people write them in a query."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from searchlib.query.written_dates import plain_date, written_range

__all__ = ["parse_date_range"]

_HOW: Final = (
    'write 2022, 2022-11, 2022-11-02, "2 Nov 2022", 2022-01..2022-06, >=2022, 7d or yesterday'
)

_MOMENT: Final = re.compile(
    r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})"
    r"(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?",
    re.ASCII | re.IGNORECASE,
)
_AGO: Final = re.compile(r"-?(\d{1,6})([hdwmy])", re.ASCII)
# No quantifier stands before or after the word, so that a search takes linear time.
_TO: Final = re.compile(r"\sTO\s")
_COMPARED: Final = re.compile(r"(>=|<=|>|<)(.*)", re.DOTALL)
_SLASHED: Final = re.compile(r"\d{1,4}[/.]\d{1,2}[/.]\d{1,4}")

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_LATEST: Final = datetime.max.replace(tzinfo=UTC)

Range = tuple[datetime | None, datetime | None]


def parse_date_range(value: str, now: datetime) -> Range:
    """Return the beginning (inclusive) and end (exclusive) of a date or range; None is no limit.

    Days begin at midnight in the zone of ``now`` (UTC if it has none). A year, month or day means
    the whole of it, also beside "..": "2022..2023" includes both years. Raises ValueError if
    ``value`` is not a date; the message shows how to write one.

    >>> now = datetime(2022, 11, 16, 12, tzinfo=UTC)
    >>> [moment.isoformat() for moment in parse_date_range("2022-11", now)]
    ['2022-11-01T00:00:00+00:00', '2022-12-01T00:00:00+00:00']
    >>> [moment.isoformat() for moment in parse_date_range("7d", now)]
    ['2022-11-09T12:00:00+00:00', '2022-11-16T12:00:00+00:00']
    """
    now = now if now.tzinfo else now.replace(tzinfo=UTC)
    value = value.strip()
    to = _TO.search(value)
    if to and value[0] in "[{" and value[-1] in "]}":
        first, last = value[1 : to.start()].strip(), value[to.end() : -1].strip()
        since = None if first == "*" else _unit(first, now)[value[0] == "{"]
        until = None if last == "*" else _unit(last, now)[value[-1] == "]"]
        return since, until
    compared = _COMPARED.fullmatch(value)
    if compared:
        begin, end = _unit(compared[2], now)
        return {">=": (begin, None), ">": (end, None), "<=": (None, end), "<": (None, begin)}[
            compared[1]
        ]
    first, dots, last = value.partition("..")
    if dots and (first or last):
        return (
            _unit(first, now)[0] if first else None,
            _unit(last.lstrip("."), now)[1] if last else None,
        )
    return _unit(value, now)


def _unit(text: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the beginning of a year, month, day or smaller unit, and the beginning of the next."""
    named = _NAMED.get(re.sub(r"[\s_-]+", "", text.casefold()))
    if named:
        return named(now)
    try:
        written = written_range(text, now)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text[:80]!r} is not a date: {error}; {_HOW}") from None
    if written:
        return written
    text = plain_date(text) or text
    ago = _AGO.fullmatch(text.strip().casefold())
    if ago:
        return _before(now, int(ago[1]), ago[2]), now
    moment = _MOMENT.fullmatch(text.strip())
    if not moment:
        if _SLASHED.fullmatch(text.strip()):
            raise ValueError(
                f"{text!r} may be read in two ways; write the year first, as in 2022-11-02"
            )
        raise ValueError(f"{text[:80]!r} is not a date; {_HOW}")
    year, month, day, hour, minute, second, fraction, zone = moment.groups()
    try:
        begin = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "").ljust(6, "0")),
            tzinfo=_zone(zone) if zone else now.tzinfo,
        )
    except ValueError as error:
        raise ValueError(f"{text[:80]!r} is not a date: {error}; {_HOW}") from None
    return begin, _after(begin, moment)


def _zone(text: str) -> tzinfo | None:
    return datetime.fromisoformat(f"2000-01-01T00:00:00{text.upper()}").tzinfo


def _after(begin: datetime, moment: re.Match[str]) -> datetime:
    """Return the end of the unit that ``moment`` names; its smallest part decides the unit."""
    _, month, day, hour, minute, second, fraction, _ = moment.groups()
    if month is None:
        return _months_later(begin, 12)
    if day is None:
        return _months_later(begin, 1)
    if hour is None:
        return _later(begin, timedelta(days=1))
    if minute is None:
        return _later(begin, timedelta(hours=1))
    if second is None:
        return _later(begin, timedelta(minutes=1))
    return _later(begin, timedelta(microseconds=10 ** (6 - len(fraction)) if fraction else 10**6))


def _later(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:  # datetime has the years 1 to 9999 only
        return _LATEST if by > timedelta() else _EARLIEST


def _months_later(moment: datetime, months: int) -> datetime:
    """Return the same day ``months`` later or, if that month is shorter, its last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return _LATEST if months > 0 else _EARLIEST
    for day in (moment.day, 30, 29, 28):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _before(now: datetime, count: int, unit: str) -> datetime:
    if unit == "m":
        return _months_later(now, -count)
    if unit == "y":
        return _months_later(now, -12 * count)
    hours = {"h": 1, "d": 24, "w": 168}[unit]
    return _later(now, timedelta(hours=-hours * count))


def _midnight(now: datetime, days: int = 0) -> datetime:
    return _later(now.replace(hour=0, minute=0, second=0, microsecond=0), timedelta(days=days))


def _day(days: int) -> Callable[[datetime], tuple[datetime, datetime]]:
    return lambda now: (_midnight(now, days), _midnight(now, days + 1))


def _week(weeks: int) -> Callable[[datetime], tuple[datetime, datetime]]:
    def of(now: datetime) -> tuple[datetime, datetime]:
        monday = 7 * weeks - now.weekday()
        return _midnight(now, monday), _midnight(now, monday + 7)

    return of


def _months(size: int, back: int) -> Callable[[datetime], tuple[datetime, datetime]]:
    def of(now: datetime) -> tuple[datetime, datetime]:
        first = _midnight(now).replace(day=1, month=now.month if size == 1 else 1)
        begin = _months_later(first, -size * back)
        return begin, _months_later(begin, size)

    return of


_NAMED: Final[dict[str, Callable[[datetime], tuple[datetime, datetime]]]] = {
    "today": _day(0),
    "yesterday": _day(-1),
    "thisweek": _week(0),
    "lastweek": _week(-1),
    "thismonth": _months(1, 0),
    "lastmonth": _months(1, 1),
    "thisyear": _months(12, 0),
    "lastyear": _months(12, 1),
}
