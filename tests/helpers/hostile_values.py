"""Values that must not be loaded, or not be followed down."""

from __future__ import annotations

import pytest


class Bomb:
    """Fails the test in which a pickle of it is loaded."""

    def __reduce__(self):
        return pytest.fail, ("a pickle was loaded",)


def nested(depth: int) -> list:
    """Return an empty list in ``depth`` lists."""
    value: list = []
    for _ in range(depth):
        value = [value]
    return value
