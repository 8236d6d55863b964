"""The payloads of Whoosh's posting formats, stored without pickles.

    Existence        nothing
    Frequency        frequency(varint)
    Positions        { position }*
    Characters       { position start end }*
    PositionBoosts   boosts { position }*
    CharacterBoosts  boosts { position start end }*
    any other        the bytes of the format, unchanged

row_payloads.py describes the encoding of positions, characters and boosts.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, Final

from whoosh import formats

from searchlib.whoosh.codec.payload_formats import Existence, Frequency, PayloadFormat
from searchlib.whoosh.codec.pickled_payloads import joined_payloads
from searchlib.whoosh.codec.row_payloads import RowPayloads

__all__ = [
    "PayloadFormat",
    "decoder_for",
    "decoders_for",
    "encode_payloads",
    "join_payloads",
]

_ROW_KINDS: Final[dict[type, tuple[bool, bool]]] = {
    formats.Positions: (False, False),
    formats.Characters: (True, False),
    formats.PositionBoosts: (False, True),
    formats.CharacterBoosts: (True, True),
}


def encode_payloads(format_: Any, values: Sequence[bytes]) -> tuple[Sequence[bytes], bool]:
    """Return the payloads for the ``values`` of one list, and whether they are foreign.

    If the format cannot have written one of the values, all of them are foreign and stay unchanged.
    """
    payloads = _format_of(format_)
    try:
        return [payloads.encode(value) for value in values], False
    except ValueError:
        return values, True


def join_payloads(format_: Any, values: Sequence[bytes]) -> tuple[bytes, array[int], bool]:
    """Return the concatenated payloads, the size of each, and whether they are foreign."""
    joined = joined_payloads(format_, values)
    if joined is not None:
        return *joined, False
    payloads, foreign = encode_payloads(format_, values)
    return b"".join(payloads), array("I", map(len, payloads)), foreign


def decoder_for(format_: Any, *, foreign: bool) -> PayloadFormat:
    """Return the decoder of payloads."""
    return PayloadFormat(format_) if foreign else _format_of(format_)


def decoders_for(format_: Any) -> tuple[PayloadFormat, PayloadFormat]:
    """Return the decoders of payloads that are not foreign and of those that are, in this order."""
    return _format_of(format_), PayloadFormat(format_)


def _format_of(format_: Any) -> PayloadFormat:
    """Return the payload format for a field whose Whoosh format is ``format_``."""
    kind = type(format_)
    if kind is formats.Existence:
        return Existence(format_)
    if kind is formats.Frequency:
        return Frequency(format_)
    if kind in _ROW_KINDS:
        characters, boosts = _ROW_KINDS[kind]
        return RowPayloads(format_, characters=characters, boosts=boosts)
    return PayloadFormat(format_)
