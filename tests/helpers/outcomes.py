"""The result of a call that may be refused, for tests of damaged data and of two implementations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def outcome(call: Callable[[], Any]) -> Any:
    """Return the result of ``call``, or the message of its ValueError."""
    try:
        return call()
    except ValueError as error:
        return str(error)


def unless_refused(call: Callable[[], Any], refusal: type[Exception] = ValueError) -> Any:
    """Return the result of ``call``, or None if it raises ``refusal``."""
    try:
        return call()
    except refusal:
        return None
