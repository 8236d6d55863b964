"""Moments as the index keeps them: microseconds from 1970 in UTC, as whole numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["microseconds", "moment"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Return the microseconds from 1970 in UTC, exactly; a float would lose some of them.

    >>> microseconds(datetime(1970, 1, 2, tzinfo=UTC))
    86400000000
    """
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """Return the moment in UTC that lies so many ``microseconds`` after 1970 began.

    Raises OverflowError for one outside of the years 1 to 9999.
    """
    return _EPOCH + timedelta(microseconds=microseconds)
