"""Check numbers that the caller passes, with the same errors for all functions that take them."""

from __future__ import annotations

import math
from typing import Final

__all__ = ["MAX_WORKERS", "seconds", "workers"]

MAX_WORKERS: Final = 1000
"""Maximum number of threads or processes, to bound the load of a machine."""

_FOREVER_SECONDS: Final = 1e12
"""Maximum number of seconds to wait (30,000 years). A larger number means no timeout."""


def workers(name: str, value: object) -> int:
    """Return ``value``, a number of threads or processes.

    ``name`` is the name of the argument in messages. Raises TypeError if ``value`` is not a whole
    number, and ValueError if it is below 1 or above 1,000.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, not {value!r:.80}")
    if not 1 <= value <= MAX_WORKERS:
        raise ValueError(f"{name} must be 1 or more, and {MAX_WORKERS:,} at most, not {value}")
    return value


def seconds(name: str, value: object) -> float:
    """Return ``value``, the number of seconds to wait. Infinity means no timeout.

    ``name`` is the name of the argument in messages. Raises TypeError if ``value`` is not a number,
    and ValueError if it is below 0 or NaN.
    """
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number of seconds, not {value!r:.80}")
    if not value >= 0:  # unlike `value < 0`, also true for NaN
        raise ValueError(f"{name} must be 0 or more, not {value}")
    return math.inf if value > _FOREVER_SECONDS else float(value)
