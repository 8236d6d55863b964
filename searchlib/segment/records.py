r"""The record of an article: its id and texts in UTF-8, then its other fields.

    record = lengths "\n" article_id headline body caption rest
    lengths = the sizes in bytes of all parts but the rest, decimal, separated by spaces

article_record.py defines the rest.
"""

from __future__ import annotations

from searchlib.article_record import Record
from searchlib.kernels.segment.records import parts

__all__ = ["decode_record"]


def decode_record(data: bytes) -> Record:
    """Decode a record. Raises ValueError if ``data`` is not a record."""
    values = parts(data)
    return Record(values[0], values[1:-1], values[-1])
