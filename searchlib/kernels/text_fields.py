"""The text fields of an article by number, in plain Python; text_fields.pxd has the same compiled.

searchlib/schema.py names them. Arrays with numbers of documents and fields have TEXT_FIELDS numbers
for each document, in the order of the fields. What the functions here do without a loop is done
for each posting: a loop of three steps takes a fifth longer.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import Final

__all__ = ["FIELD_SETS", "TEXT_FIELDS", "add_fields", "clear_fields", "has_fields"]

TEXT_FIELDS: Final = 3
"""Number of text fields: headline, body and caption."""

FIELD_SETS: Final = 8
"""Number of sets of text fields, as masks with a bit for each: 2**TEXT_FIELDS."""


def has_fields(numbers: Sequence[int], at: int) -> bool:
    """Tell whether any of the numbers of the document at ``at`` is not 0."""
    return (numbers[at] | numbers[at + 1] | numbers[at + 2]) != 0


def add_fields(numbers: Sequence[int], at: int) -> int:
    """Return the sum of the numbers of the document at ``at``."""
    return numbers[at] + numbers[at + 1] + numbers[at + 2]


def clear_fields(numbers: MutableSequence[int], at: int) -> None:
    """Set the numbers of the document at ``at`` to 0."""
    numbers[at] = 0
    numbers[at + 1] = 0
    numbers[at + 2] = 0
