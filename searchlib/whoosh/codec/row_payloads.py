"""Payloads of positions, with or without characters and boosts, without Whoosh's pickles.

Whoosh pickles lists of rows. They are read by an unpickler that knows only numbers, lists and
tuples. Anything else raises ValueError, and such postings are stored unchanged.

A position is a signed varint (zigzag), the difference to the previous position. ``start`` is the
difference to the previous end, and ``end`` is the difference to ``start``. ``boosts`` is 0(u8) if
all are 1, or 1(u8) number(varint) f64*.
"""

from __future__ import annotations

import io
import pickle
import re
from array import array
from collections.abc import Iterator, Sequence
from sys import byteorder
from typing import Any, Final

from searchlib.files.container import little_endian
from searchlib.files.varints import read_varint, signed, write_signed, write_varint
from searchlib.whoosh.codec.payload_formats import COUNT, PayloadFormat
from searchlib.whoosh.codec.pickled_payloads import payload_positions, pickled_value

__all__ = ["RowPayloads"]

_FLOAT_BYTES: Final = 4

Row = tuple[Any, ...]

_PICKLE_ERRORS: Final = (pickle.UnpicklingError, AttributeError, IndexError, TypeError)

# Lists, tuples, numbers, and memo indexes below 2**20, in protocol 2. Other opcodes and greater
# indexes can make the unpickler use all memory.
_PICKLED_NUMBERS: Final = re.compile(
    rb"\x80\x02(?:[\](eat\x85-\x87]|K.|M..|J.{4}|G.{8}|q.|r..[\0-\x0f]\0"
    rb"|\x8a(?:\x05.{5}|\x06.{6}|\x07.{7}|\x08.{8}|\x09.{9}))*+\.",
    re.DOTALL,
)

_ROW_NAMES: Final = {
    "positions": ("position",),
    "characters": ("position", "start", "end"),
    "position_boosts": ("position", "boost"),
    "character_boosts": ("position", "start", "end", "boost"),
}


class _Numbers(pickle.Unpickler):
    """An unpickler that refuses classes."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is not a number")


class RowPayloads(PayloadFormat):
    """Stores rows: tuples of a position, if any its start and end character, and if any a boost."""

    def __init__(self, format_: Any, *, characters: bool, boosts: bool) -> None:
        super().__init__(format_)
        self._characters = characters
        self._boosts = boosts

    def encode(self, value: bytes) -> bytes:
        rows = self._decoded(value)
        out = bytearray()
        if self._boosts:
            boosts = array("d", map(_float, (row[-1] for row in rows)))
            if all(boost == 1.0 for boost in boosts):
                out.append(0)
            else:
                out.append(1)
                write_varint(len(boosts), out)
                out += little_endian(boosts)
        for row in rows:
            for number in row[: 3 if self._characters else 1]:
                write_signed(number, out)
        payload = bytes(out)
        if self.value(payload) != value:
            raise ValueError("the format does not write such bytes")
        return payload

    def _decoded(self, value: bytes) -> list[Row]:
        """Return the rows that the format pickled. Its numbers are the differences stored here."""
        skipped = COUNT.size + (_FLOAT_BYTES if self._boosts else 0)
        pickled = value[skipped:]
        if not _PICKLED_NUMBERS.fullmatch(pickled):
            raise ValueError("it is not a list of numbers")
        try:
            rows = _Numbers(io.BytesIO(pickled)).load()
        except _PICKLE_ERRORS as error:
            raise ValueError(f"it is not a list of numbers: {error}") from None
        width = (3 if self._characters else 1) + self._boosts
        if not isinstance(rows, list):
            raise ValueError("it is not a list")  # noqa: TRY004  # about bytes, not an argument
        if width == 1:
            rows = [(row,) for row in rows]
        for row in rows:
            if not isinstance(row, tuple) or len(row) != width:
                raise ValueError("a row has a wrong length")
            if not all(isinstance(number, int) for number in row[: width - self._boosts]):
                raise ValueError("a row has a value that is not a whole number")
            if self._boosts and not isinstance(row[-1], int | float):
                raise ValueError("a boost is not a number")
        return rows

    def value(self, payload: bytes) -> bytes:
        value = pickled_value(self.format, payload)
        if value is not None:
            return value
        rows = self._rows(payload)
        try:
            encoded = self.format.encode(
                rows if len(self._columns()) > 1 else [row[0] for row in rows]
            )
        except OverflowError as error:  # the format has four bytes for the sum of the boosts
            raise ValueError(str(error)) from None
        # CharacterBoosts returns a pair with the sum of the boosts.
        return bytes(encoded[0] if isinstance(encoded, tuple) else encoded)

    def value_as(self, name: str, payload: bytes) -> Any:
        columns = _ROW_NAMES.get(name)
        if name == "frequency":
            return len(self._rows(payload))
        if columns is None or not self.format.supports(name):
            return super().value_as(name, payload)
        if name == "positions":  # every phrase needs them, so use the kernel
            positions = payload_positions(self.format, payload)
            if positions is not None:
                return positions
        stored = self._columns()
        rows = self._rows(payload)
        if columns == ("position",):
            return [row[0] for row in rows]
        return [
            tuple(row[stored.index(column)] if column in stored else 1 for column in columns)
            for row in rows
        ]

    def _columns(self) -> tuple[str, ...]:
        characters = ("start", "end") if self._characters else ()
        return ("position", *characters, *(("boost",) if self._boosts else ()))

    def _rows(self, payload: bytes) -> list[Row]:
        at = 0
        boosts: Sequence[float] | None = None
        if self._boosts:
            at, boosts = _read_boosts(payload)
        numbers = map(signed, _varints(payload, at))
        rows: list[Row] = []
        position = end = 0
        try:
            for gap in numbers:
                position += gap
                row: Row = (position,)
                if self._characters:
                    start = end + next(numbers)
                    end = start + next(numbers)
                    row = (position, start, end)
                if self._boosts:
                    row = (*row, 1.0 if boosts is None else boosts[len(rows)])
                rows.append(row)
        except (StopIteration, IndexError):
            raise ValueError("the rows are cut off") from None
        if boosts is not None and len(boosts) != len(rows):
            raise ValueError("there are more boosts than rows")
        return rows


def _varints(data: bytes, at: int) -> Iterator[int]:
    while at < len(data):
        number, at = read_varint(data, at)
        yield number


def _float(number: float) -> float:
    try:
        return float(number)
    except OverflowError as error:
        raise ValueError(str(error)) from None


def _read_boosts(payload: bytes) -> tuple[int, array[float] | None]:
    if payload[:1] == b"\0":
        return 1, None
    if payload[:1] != b"\1":
        raise ValueError("the first byte must be 0 or 1, for boosts")
    count, at = read_varint(payload, 1)
    boosts = array("d", payload[at : at + 8 * count])
    if byteorder == "big":
        boosts.byteswap()
    return at + 8 * count, boosts
