"""Convert moments to the form of the index: whole microseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["microseconds", "moment"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Return the exact number of microseconds since 1970 in UTC. A float would be rounded.

    >>> microseconds(datetime(1970, 1, 2, tzinfo=UTC))
    86400000000
    """
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """Return the moment in UTC that is ``microseconds`` after the beginning of 1970.

    Raises OverflowError if it is not in the years 1 to 9999.
    """
    return _EPOCH + timedelta(microseconds=microseconds)
