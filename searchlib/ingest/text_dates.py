"""Parse the dates that news files write."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

from searchlib.errors import MalformedArticleError

__all__ = ["parse_date"]

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
_ZONE_HOURS: Final = {  # the zones of RFC 2822; other names are ambiguous
    **dict.fromkeys(("gmt", "utc", "ut", "z"), 0),
    "edt": -4,
    "est": -5,
    "cdt": -5,
    "cst": -6,
    "mdt": -6,
    "mst": -7,
    "pdt": -7,
    "pst": -8,
}
_ZONE: Final = rf"(?P<zone>[+-]\d{{2}}:?\d{{2}}|{'|'.join(_ZONE_HOURS)})"
_MONTH: Final = r"(?P<month>[A-Za-z]{3,9})\.?"
_TIME: Final = (
    r"(?:,?\s+(?:at\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    rf"(?:\s*(?P<half>[ap])\.?m\.?)?(?:\s+{_ZONE})?)?"
)
_WRITTEN: Final = tuple(
    re.compile(rf"(?:[A-Za-z]{{3,9}}day,?\s+|[A-Za-z]{{3}}\.?,\s+)?{order}{_TIME}", re.IGNORECASE)
    for order in (
        rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}})",
    )
)
# The mail parser is too lenient: it reads "9:30 PM" as 09:30, and an unknown zone as UTC. So it
# reads only texts of this form.
_MAIL: Final = re.compile(
    rf"(?:[a-z]{{3}},?\s+)?\d{{1,2}}\s+[a-z]{{3}}\s+\d{{2,4}}\s+\d{{1,2}}:\d{{2}}(?::\d{{2}})?"
    rf"\s+{_ZONE}(?:\s+\([^()]*\))?",
    re.IGNORECASE,
)
_SLASHED: Final = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")


def parse_date(value: object) -> datetime | None:
    """Return the date and time of ``value``; None for None and for an empty string.

    The zone is UTC, unless the value has a zone. The value may be in ISO 8601, in RFC 2822 ("Wed,
    02 Nov 2022 09:30:00 +1000"), or written as "2 November 2022" or "Nov. 2, 2022, 9:30 a.m.". A
    number means seconds since 1970. Raises MalformedArticleError for anything else, and for
    02/11/2022, which can be read in two ways.

    >>> parse_date("Nov. 2, 2022, 9:30 p.m.").isoformat()
    '2022-11-02T21:30:00+00:00'
    """
    if value is None or value == "":
        return None
    moment = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        moment = _from_number(value)
    elif isinstance(value, str):
        text = " ".join(value.split())
        moment = _from_iso(text) or _from_words(text) or _from_mail(text)
        if moment is None and _SLASHED.match(text):
            raise MalformedArticleError(
                f"the date {text[:80]!r} can be read in two ways; write it as 2022-11-02"
            )
    if moment is None:
        raise MalformedArticleError(
            f"{value!r:.80} is not a date; write it as 2022-11-02 or 2022-11-02T09:30:00+10:00"
        )
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise MalformedArticleError(
            f"the date {value!r:.80} lies outside the years 1 to 9999"
        ) from None
    return moment


def _from_number(value: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _from_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _from_words(text: str) -> datetime | None:
    for pattern in _WRITTEN:
        match = pattern.fullmatch(text)
        month = match and _MONTHS.get(match["month"][:3].casefold())
        if not match or not month:
            continue
        hour = int(match["hour"] or 0)
        if match["half"]:
            hour = hour % 12 + (12 if match["half"] in "pP" else 0)
        try:
            return datetime(
                int(match["year"]),
                month,
                int(match["day"]),
                hour,
                int(match["minute"] or 0),
                int(match["second"] or 0),
                tzinfo=_zone(match["zone"]),
            )
        except ValueError:
            return None
    return None


def _zone(name: str | None) -> timezone:
    if name is None or name.casefold() in _ZONE_HOURS:
        return timezone(timedelta(hours=_ZONE_HOURS[(name or "utc").casefold()]))
    offset = timedelta(hours=int(name[1:3]), minutes=int(name[-2:]))
    return timezone(-offset if name[0] == "-" else offset)


def _from_mail(text: str) -> datetime | None:
    if not _MAIL.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
