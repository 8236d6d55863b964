r"""An article as bytes: its id and texts as they are, and the rest behind them.

    record = lengths "\n" article_id headline body caption rest
    lengths = the decimal numbers of bytes of all but the rest, with a space between them

The texts are UTF-8, in the order of schema.TEXT_FIELDS. The layout of ``rest`` is up to the writer:
it is JSON, see indexing/article_analysis.py.
"""

from __future__ import annotations

from typing import NamedTuple

from searchlib.kernels.segment.records import parts

__all__ = ["Record", "decode_record"]


class Record(NamedTuple):
    """The parts of a record."""

    article_id: str
    texts: tuple[str, ...]
    rest: bytes


def decode_record(data: bytes) -> Record:
    """Take a record apart. Raises ValueError for bytes that are none."""
    found = parts(data)
    return Record(found[0], found[1:-1], found[-1])
