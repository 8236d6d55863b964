"""What calls give that may refuse what they are given, for tests that hold damaged data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def outcome(call: Callable[[], Any]) -> Any:
    """Give what a call gives, or the message of its ValueError."""
    try:
        return call()
    except ValueError as error:
        return str(error)


def unless_refused(call: Callable[[], Any]) -> Any:
    """Give what a call gives, or None where it raises ValueError."""
    try:
        return call()
    except ValueError:
        return None
