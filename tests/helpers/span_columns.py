"""Spans as their kernels take them."""

from __future__ import annotations

from array import array
from collections.abc import Collection


def columns(spans: Collection[tuple[int, int]]) -> tuple[array[int], array[int]]:
    """Return the first occurrences of the spans, and the last ones."""
    return array("Q", [first for first, _ in spans]), array("Q", [last for _, last in spans])
