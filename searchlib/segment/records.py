r"""An article as bytes: its id and texts as they are, and the rest behind them.

    record = lengths "\n" article_id headline body caption rest
    lengths = four decimal numbers of bytes, with a space between them

The texts are UTF-8. What the rest is, who wrote it knows.
"""

from __future__ import annotations

from typing import NamedTuple

from searchlib.kernels.segment.records import parts

__all__ = ["Record", "decode_record"]


class Record(NamedTuple):
    """The parts of a record."""

    article_id: str
    headline: str
    body: str
    caption: str
    rest: bytes


def decode_record(data: bytes) -> Record:
    """Take a record apart. Raises ValueError for bytes that are none."""
    return Record(*parts(data))
