"""How many text fields an article has, in plain Python; text_fields.pxd has it compiled.

searchlib/schema.py names them. Arrays with numbers of documents and fields have TEXT_FIELDS numbers
for each document, in the order of the fields.
"""

from __future__ import annotations

from typing import Final

__all__ = ["FIELD_SETS", "TEXT_FIELDS"]

TEXT_FIELDS: Final = 3
"""Number of text fields: headline, body and caption."""

FIELD_SETS: Final = 8
"""Number of sets of text fields, as masks with a bit for each: 2**TEXT_FIELDS."""
