"""Payloads of Whoosh's simplest posting formats; payloads.py has the list of all formats."""

from __future__ import annotations

import struct
from typing import Any, Final

from searchlib.files.varints import read_varint, write_varint

__all__ = ["COUNT", "Existence", "Frequency", "PayloadFormat"]

COUNT: Final = struct.Struct("!I")  # whoosh.system.pack_uint


class PayloadFormat:
    """Stores the bytes that a Whoosh format wrote without change, for formats of other programs."""

    def __init__(self, format_: Any) -> None:
        self.format = format_

    def encode(self, value: bytes) -> bytes:
        """Return the payload for ``value``, the bytes of the format.

        Raises ValueError if the format cannot have written them.
        """
        return value

    def value(self, payload: bytes) -> bytes:
        """Return the bytes of the format for a payload."""
        return payload

    def value_as(self, name: str, payload: bytes) -> Any:
        """Return one aspect of a posting, such as "positions", as the format decodes it."""
        return self.format.decode_as(name, self.value(payload))


class Existence(PayloadFormat):
    """Stores nothing."""

    def encode(self, value: bytes) -> bytes:
        # For a separate spelling field Whoosh passes the value of the text field, so ignore it.
        return b""

    def value(self, payload: bytes) -> bytes:
        return b""


class Frequency(PayloadFormat):
    """Stores the frequency as a varint."""

    def encode(self, value: bytes) -> bytes:
        if len(value) != COUNT.size:
            raise ValueError("it is not a frequency")
        out = bytearray()
        write_varint(COUNT.unpack(value)[0], out)
        return bytes(out)

    def value(self, payload: bytes) -> bytes:
        number, at = read_varint(payload, 0)
        if at != len(payload) or number >= 1 << 32:
            raise ValueError("it is not a frequency")
        return COUNT.pack(number)
