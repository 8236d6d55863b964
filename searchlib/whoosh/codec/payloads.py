"""What Whoosh's posting formats keep with a posting, without the pickles that they write.

    Existence        nothing
    Frequency        frequency(varint)
    Positions        { position }*
    Characters       { position start end }*
    PositionBoosts   boosts { position }*
    CharacterBoosts  boosts { position start end }*
    any other        the bytes that it gave, unread

row_payloads.py says how positions, characters and boosts are written.
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
    """Return what is kept for the ``values`` of one list, and whether it is foreign.

    Foreign are values that the format itself would not have written: they stay as they are.
    """
    payloads = _format_of(format_)
    try:
        return [payloads.encode(value) for value in values], False
    except ValueError:
        return values, True


def join_payloads(format_: Any, values: Sequence[bytes]) -> tuple[bytes, array[int], bool]:
    """Return the same one behind the other, with the size of each, and whether they are foreign."""
    known = joined_payloads(format_, values)
    if known is not None:
        return *known, False
    payloads, foreign = encode_payloads(format_, values)
    return b"".join(payloads), array("I", map(len, payloads)), foreign


def decoder_for(format_: Any, *, foreign: bool) -> PayloadFormat:
    """Return what reads payloads again."""
    return PayloadFormat(format_) if foreign else _format_of(format_)


def decoders_for(format_: Any) -> tuple[PayloadFormat, PayloadFormat]:
    """Return what decoder_for gives for payloads that are not foreign, and for those that are."""
    return _format_of(format_), PayloadFormat(format_)


def _format_of(format_: Any) -> PayloadFormat:
    """Return how the postings of a field whose Whoosh format is ``format_`` are kept."""
    kind = type(format_)
    if kind is formats.Existence:
        return Existence(format_)
    if kind is formats.Frequency:
        return Frequency(format_)
    if kind in _ROW_KINDS:
        characters, boosts = _ROW_KINDS[kind]
        return RowPayloads(format_, characters=characters, boosts=boosts)
    return PayloadFormat(format_)
