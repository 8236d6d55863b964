"""Replaces the two column types of Whoosh that pickle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import columns

from searchlib.whoosh.codec.values import decode_value, encode_value

__all__ = ["storable"]


def storable(column: Any) -> Any:
    """Return the column type to write for ``column``.

    In place of a PickleColumn, it is a column for the types of values.py. In place of a
    CompressedBlockColumn, it compresses each value by itself. Other columns stay as they are.
    """
    if isinstance(column, columns.PickleColumn):
        return _ValuesColumn(storable(column._child))
    if isinstance(column, columns.CompressedBlockColumn):
        return _CompressedColumn()
    return column


class _CompressedColumn(columns.CompressedBytesColumn):  # type: ignore[misc]  # whoosh has no types
    class Reader(columns.CompressedBytesColumn.Reader):  # type: ignore[misc]
        def __iter__(self) -> Iterator[bytes]:
            # Whoosh's own decompresses missing values too, which are empty, and fails.
            return map(self.__getitem__, range(self._doccount))


class _ValuesColumn(columns.WrappedColumn):  # type: ignore[misc]
    class Writer(columns.WrappedColumnWriter):  # type: ignore[misc]
        def add(self, docnum: int, v: object) -> None:
            self._child.add(docnum, b"" if v is None else encode_value(v))

    class Reader(columns.WrappedColumnReader):  # type: ignore[misc]
        def __getitem__(self, docnum: int) -> Any:
            data = self._child[docnum]
            return decode_value(data) if data else None

        def __iter__(self) -> Iterator[Any]:
            for data in self._child:
                yield decode_value(data) if data else None
