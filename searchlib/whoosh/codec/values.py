"""Encodes the values of stored fields as bytes and decodes them, without pickle.

    value = tag(1 byte) content

    N none, T true, F false        (nothing)
    I int                          length(varint) bytes, little-endian, two's complement
    D float                        8 bytes, IEEE 754
    S str, B bytes                 length(varint) bytes; str in UTF-8
    L list, U tuple, E set, Z frozenset    number(varint) value*
    M dict                         number(varint) {key value}*
    A date, H time, X datetime     str in ISO 8601
    P timedelta                    days, seconds, microseconds as values
    C Decimal                      str

Decoding creates values of these types only and runs no code from the data.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from searchlib.files.varints import read_varint, write_varint

__all__ = ["decode_value", "encode_value"]

_FLOAT: Final = struct.Struct("<d")
_MAX_NESTING: Final = 100
"""Maximum nesting of a value, to bound recursion."""


def encode_value(value: object) -> bytes:
    """Return ``value`` as bytes. Raises TypeError for a type that is not in the list above."""
    out = bytearray()
    _encode(value, out, 0)
    return bytes(out)


def _encode(value: object, out: bytearray, depth: int) -> None:  # noqa: C901, PLR0912  # a case a type
    if depth > _MAX_NESTING:
        raise TypeError(f"a stored value is nested deeper than {_MAX_NESTING}")
    match value:
        case None:
            out += b"N"
        case bool():
            out += b"T" if value else b"F"
        case int():
            data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
            _tagged(b"I", data, out)
        case float():
            out += b"D" + _FLOAT.pack(value)
        case str():
            _tagged(b"S", value.encode(errors="surrogatepass"), out)
        case bytes() | bytearray() | memoryview():
            _tagged(b"B", bytes(value), out)
        case datetime():
            _tagged(b"X", value.isoformat().encode(), out)
        case date():
            _tagged(b"A", value.isoformat().encode(), out)
        case time():
            _tagged(b"H", value.isoformat().encode(), out)
        case timedelta():
            out += b"P"
            for part in (value.days, value.seconds, value.microseconds):
                _encode(part, out, depth + 1)
        case Decimal():
            _tagged(b"C", str(value).encode(), out)
        case dict():
            out += b"M"
            write_varint(len(value), out)
            for key, item in value.items():
                _encode(key, out, depth + 1)
                _encode(item, out, depth + 1)
        case list() | tuple() | set() | frozenset():
            kinds = (tag for kind, tag in _COLLECTION_TAGS if isinstance(value, kind))
            out += next(kinds)
            write_varint(len(value), out)
            for item in value:
                _encode(item, out, depth + 1)
        case _:
            raise TypeError(
                f"{value!r:.80} cannot be stored: it is of the type {type(value).__name__};"
                " store text, bytes, numbers, dates, or lists and dictionaries of them"
            )


_COLLECTION_TAGS: Final = ((list, b"L"), (tuple, b"U"), (set, b"E"), (frozenset, b"Z"))


def _tagged(tag: bytes, data: bytes, out: bytearray) -> None:
    out += tag
    write_varint(len(data), out)
    out += data


def decode_value(data: bytes | memoryview) -> Any:
    """Return the value of bytes from encode_value. Raises ValueError for any other bytes."""
    reader = _Reader(bytes(data))
    value = reader.value(0)
    if reader.at != len(reader.data):
        raise ValueError("there is more after the value")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        if len(taken) != count:
            raise ValueError("the value is cut off")
        self.at += count
        return taken

    def varint(self) -> int:
        number, self.at = read_varint(self.data, self.at)
        return number

    def tagged(self) -> bytes:
        return self.take(self.varint())

    def text(self) -> str:
        return self.tagged().decode(errors="surrogatepass")

    def items(self, depth: int) -> list[Any]:
        return [self.value(depth + 1) for _ in range(self.varint())]

    def value(self, depth: int) -> Any:
        tag = self.take(1)
        read = _READERS.get(tag)
        if read is None or depth > _MAX_NESTING:
            raise ValueError(f"there is no value with the tag {tag!r}")
        try:
            return read(self, depth)
        except (TypeError, OverflowError, InvalidOperation) as error:
            raise ValueError(str(error)) from error


def _pairs(reader: _Reader, depth: int) -> dict[Any, Any]:
    return {reader.value(depth + 1): reader.value(depth + 1) for _ in range(reader.varint())}


_READERS: Final[dict[bytes, Callable[[_Reader, int], Any]]] = {
    b"N": lambda _, __: None,
    b"T": lambda _, __: True,
    b"F": lambda _, __: False,
    b"I": lambda reader, _: int.from_bytes(reader.tagged(), "little", signed=True),
    b"D": lambda reader, _: _FLOAT.unpack(reader.take(8))[0],
    b"S": lambda reader, _: reader.text(),
    b"B": lambda reader, _: reader.tagged(),
    b"X": lambda reader, _: datetime.fromisoformat(reader.text()),
    b"A": lambda reader, _: date.fromisoformat(reader.text()),
    b"H": lambda reader, _: time.fromisoformat(reader.text()),
    b"P": lambda reader, depth: timedelta(*(reader.value(depth + 1) for _ in range(3))),
    b"C": lambda reader, _: Decimal(reader.text()),
    b"M": _pairs,
    b"L": lambda reader, depth: reader.items(depth),
    b"U": lambda reader, depth: tuple(reader.items(depth)),
    b"E": lambda reader, depth: set(reader.items(depth)),
    b"Z": lambda reader, depth: frozenset(reader.items(depth)),
}
