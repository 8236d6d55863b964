"""How the simplest of Whoosh's posting formats are kept; payloads.py says which there are."""

from __future__ import annotations

import struct
from typing import Any, Final

from searchlib.files.varints import read_varint, write_varint

__all__ = ["COUNT", "Existence", "Frequency", "PayloadFormat"]

COUNT: Final = struct.Struct("!I")  # whoosh.system.pack_uint


class PayloadFormat:
    """Takes what a Whoosh format wrote, as it is, and gives it back: a format of its own."""

    def __init__(self, format_: Any) -> None:
        self.format = format_

    def encode(self, value: bytes) -> bytes:
        """Return the payload for what the format encoded. ValueError where it is not that."""
        return value

    def value(self, payload: bytes) -> bytes:
        """Return what the format encoded."""
        return payload

    def value_as(self, name: str, payload: bytes) -> Any:
        """Return the posting's frequency, positions ... as the format would decode them."""
        return self.format.decode_as(name, self.value(payload))


class Existence(PayloadFormat):
    """Keeps nothing."""

    def encode(self, value: bytes) -> bytes:
        # Of a separate spelling field Whoosh gives the value of another field's posting.
        return b""

    def value(self, payload: bytes) -> bytes:
        return b""


class Frequency(PayloadFormat):
    """Keeps a number."""

    def encode(self, value: bytes) -> bytes:
        if len(value) != COUNT.size:
            raise ValueError("it is no frequency")
        out = bytearray()
        write_varint(COUNT.unpack(value)[0], out)
        return bytes(out)

    def value(self, payload: bytes) -> bytes:
        number, at = read_varint(payload, 0)
        if at != len(payload) or number >= 1 << 32:
            raise ValueError("it is no frequency")
        return COUNT.pack(number)
