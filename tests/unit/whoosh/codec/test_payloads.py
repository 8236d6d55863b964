"""What Whoosh's formats keep with a posting comes back; no pickle of theirs is ever run."""

from __future__ import annotations

import struct

import pytest
from whoosh import formats

from searchlib.whoosh.codec.payloads import PayloadFormat, decoder_for, encode_payloads

pytestmark = pytest.mark.kernels

POSITIONS = [[0], [1, 2, 3], [5, 5, 2, 0], [0, 1 << 20, 1 << 40], list(range(300)), []]
BOOSTS = [1.0, 0.5, -2.0, 1.0, 1e30]


def with_characters(positions: list[int]) -> list[tuple[int, int, int]]:
    return [(place, place * 6, place * 6 + 5) for place in positions]


def boosted(rows: list) -> list:
    return [
        (*(row if isinstance(row, tuple) else (row,)), BOOSTS[number % 5])
        for number, row in enumerate(rows)
    ]


def plain(rows: list) -> list:
    return [(*(row if isinstance(row, tuple) else (row,)), 1.0) for row in rows]


CHARACTERS = [with_characters(positions) for positions in POSITIONS]
FORMATS = {
    "positions": (formats.Positions(), POSITIONS),
    "characters": (formats.Characters(field_boost=2.0), CHARACTERS),
    "position boosts": (
        formats.PositionBoosts(),
        [*map(boosted, POSITIONS), *map(plain, POSITIONS)],
    ),
    "character boosts": (
        formats.CharacterBoosts(field_boost=0.5),
        [*map(boosted, CHARACTERS), *map(plain, CHARACTERS)],
    ),
}
KINDS = ["frequency", "weight", "positions", "characters", "position_boosts", "character_boosts"]
ROWS = [(format_, rows) for format_, lists in FORMATS.values() for rows in lists]


def given_by(format_: formats.Format, rows: list) -> bytes:
    encoded = format_.encode(rows)
    return encoded[0] if isinstance(encoded, tuple) else encoded


def decoded_again(
    format_: formats.Format, values: list[bytes]
) -> tuple[PayloadFormat, list[bytes]]:
    payloads, foreign = encode_payloads(format_, values)
    assert not foreign
    return decoder_for(format_, foreign=False), list(payloads)


@pytest.mark.parametrize(("format_", "rows"), ROWS)
def test_rows_come_back_and_are_decoded_as_the_format_would(format_, rows):
    value = given_by(format_, rows)
    decoder, [payload] = decoded_again(format_, [value])
    assert decoder.value(payload) == value
    assert len(payload) < len(value)
    for kind in KINDS:
        if format_.supports(kind):
            assert decoder.value_as(kind, payload) == format_.decode_as(kind, value)
        else:
            with pytest.raises(AttributeError):
                decoder.value_as(kind, payload)


@pytest.mark.parametrize("format_", [formats.Frequency(), formats.Frequency(field_boost=3.0)])
@pytest.mark.parametrize("frequency", [0, 1, 127, 128, (1 << 32) - 1])
def test_a_frequency_comes_back(format_, frequency):
    value = struct.pack("!I", frequency)
    decoder, [payload] = decoded_again(format_, [value])
    assert decoder.value(payload) == value
    assert decoder.value_as("frequency", payload) == frequency
    assert decoder.value_as("weight", payload) == frequency * format_.field_boost


@pytest.mark.parametrize("value", [b"", b"another field's"])
def test_existence_keeps_nothing(value):
    format_ = formats.Existence(field_boost=1.5)
    decoder, [payload] = decoded_again(format_, [value])
    assert payload == b""
    assert decoder.value(payload) == b""
    assert decoder.value_as("frequency", payload) == 1
    assert decoder.value_as("weight", payload) == 1.5


class Reversed(formats.Positions):
    """A format of a user's own."""


class Custom(formats.Format):
    def decode_text(self, value: bytes) -> str:
        return value.decode()


def test_another_format_is_kept_as_it_is():
    values = [Reversed().encode([1, 2]), b"", b"\xff"]
    decoder, payloads = decoded_again(Reversed(), values)
    assert payloads == values
    assert decoder.value_as("positions", payloads[0]) == [1, 2]
    assert decoder_for(Custom(), foreign=False).value_as("text", b"abc") == "abc"


@pytest.mark.parametrize(("format_", "_"), FORMATS.values(), ids=FORMATS)
def test_one_foreign_value_keeps_all_of_a_list_as_they_are(format_, _):
    values = [given_by(format_, ROWS_OF[type(format_)]), b"foreign"]
    payloads, foreign = encode_payloads(format_, values)
    assert foreign
    assert list(payloads) == values
    decoder = decoder_for(format_, foreign=True)
    assert [decoder.value(payload) for payload in payloads] == values
    assert decoder.value_as("positions", values[0]) == format_.decode_positions(values[0])


ROWS_OF = {type(format_): lists[1] for format_, lists in FORMATS.values()}


def test_no_values_are_no_payloads():
    assert encode_payloads(formats.Positions(), []) == ([], False)


@pytest.mark.parametrize("value", [b"", b"abc", b"abcde"])
def test_what_is_no_frequency_is_foreign(value):
    assert encode_payloads(formats.Frequency(), [value]) == ([value], True)


@pytest.mark.parametrize(
    ("format_", "payload"),
    [
        (formats.Frequency(), b""),
        (formats.Frequency(), b"\xff"),
        (formats.Frequency(), b"\xff\xff\xff\xff\x7f"),
        (formats.Positions(), b"\x02\x80"),
        (formats.Characters(), b"\x02"),
        (formats.Characters(), b"\x02\x02\x02\x02\x02"),
        (formats.PositionBoosts(), b""),
        (formats.PositionBoosts(), b"\x02\x02"),
        (formats.PositionBoosts(), b"\x01"),
        (formats.PositionBoosts(), b"\x01\x01abc"),
        (formats.PositionBoosts(), b"\x01\x01" + bytes(8) + b"\x02\x02"),
        (formats.PositionBoosts(), b"\x01\x00\x02"),
        (formats.PositionBoosts(), b"\x01\x02" + bytes(16) + b"\x02"),
        (formats.CharacterBoosts(), b"\x00\x02\x02"),
    ],
)
def test_a_payload_that_was_never_written_is_refused(format_, payload):
    with pytest.raises(ValueError, match=r"."):
        decoder_for(format_, foreign=False).value(payload)
