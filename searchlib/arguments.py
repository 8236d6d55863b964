"""Numbers that a program gives: one check for each kind, so that all of them refuse alike."""

from __future__ import annotations

import math
from typing import Final

__all__ = ["MOST_WORKERS", "seconds", "workers"]

MOST_WORKERS: Final = 1000
"""Threads or processes: more than any machine has use for, and fewer than would stop it."""

_FOR_EVER: Final = 1e12
"""Seconds that nobody waits, 30,000 years."""


def workers(name: str, value: object) -> int:
    """Return ``value``, which is how many threads or processes there are to be.

    Raises TypeError for what is no whole number, ValueError for one below 1 or above 1,000.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, not {value!r:.80}")
    if not 1 <= value <= MOST_WORKERS:
        raise ValueError(f"{name} must be 1 or more, and {MOST_WORKERS:,} at most, not {value}")
    return value


def seconds(name: str, value: object) -> float:
    """Return ``value``, which is how long to wait; infinity is for ever.

    Raises TypeError for what is no number, ValueError for one below 0 and for NaN.
    """
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number of seconds, not {value!r:.80}")
    if not value >= 0:  # NaN is neither above nor below
        raise ValueError(f"{name} must be 0 or more, not {value}")
    return math.inf if value > _FOR_EVER else float(value)
