r"""An article as bytes: its id and texts as they are, and the rest behind them.

    record = lengths "\n" article_id headline body caption rest
    lengths = the decimal numbers of bytes of all but the rest, with a space between them

The texts are UTF-8. article_record.py says what the rest is.
"""

from __future__ import annotations

from searchlib.article_record import Record
from searchlib.kernels.segment.records import parts

__all__ = ["decode_record"]


def decode_record(data: bytes) -> Record:
    """Take a record apart. Raises ValueError for bytes that are none."""
    found = parts(data)
    return Record(found[0], found[1:-1], found[-1])
