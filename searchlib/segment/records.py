r"""An article as bytes: its id and texts as they are, and the rest behind them.

    record = lengths "\n" article_id headline body caption rest
    lengths = the decimal numbers of bytes of all but the rest, with a space between them

The texts are UTF-8, in the order of schema.TEXT_FIELDS. The layout of ``rest`` is up to the writer:
it is JSON, see indexing/article_analysis.py.
"""

from __future__ import annotations

from typing import NamedTuple

from searchlib.kernels.segment.records import parts
from searchlib.schema import TEXT_FIELDS, TextField

__all__ = ["Record", "decode_record"]


class Record(NamedTuple):
    """The parts of a record. ``texts`` are in the order of TEXT_FIELDS."""

    article_id: str
    texts: tuple[str, ...]
    rest: bytes

    def text(self, field: TextField) -> str:
        """Return the text of a field."""
        return self.texts[TEXT_FIELDS.index(field)]


def decode_record(data: bytes) -> Record:
    """Take a record apart. Raises ValueError for bytes that are none."""
    found = parts(data)
    return Record(found[0], found[1:-1], found[-1])
