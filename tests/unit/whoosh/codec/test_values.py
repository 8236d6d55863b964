"""Stored values: every type that can be stored comes back as itself, and nothing else does."""

from __future__ import annotations

import math
import pickle
from collections import OrderedDict
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple

import pytest

from searchlib.whoosh.codec.values import decode_value, encode_value
from tests.helpers.hostile_values import Bomb, nested

pytestmark = pytest.mark.kernels


class Point(NamedTuple):
    x: int
    y: int


ZONE = timezone(timedelta(hours=-3, minutes=-30, seconds=-1))


class Words(list):
    pass


class Level(IntEnum):
    HIGH = 3


VALUES = [
    None,
    True,
    False,
    *(
        sign * number
        for number in (0, 1, 127, 128, 255, 256, 1 << 64, 1 << 4000)
        for sign in (1, -1)
    ),
    *(0.0, -0.0, 1.5, -1e300, 5e-324, math.inf, -math.inf),
    *("", "abc", "naïve ☃ 😀", "\ud800", "\0"),
    *(b"", b"\0\xff"),
    *([], [1, "a", None], [[[]]], (), (1,), (1, [2, (3,)])),
    *(set(), {1, "a"}, frozenset(), frozenset({(1, 2)}), {frozenset({1})}),
    *({}, {"a": 1, 2: [3], None: {}, (1, 2): "x"}),
    *(date.min, date.max, date(2024, 2, 29)),
    *(time.min, time.max, time(12, 30, tzinfo=UTC), time(1, 2, 3, 4, tzinfo=ZONE)),
    *(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)),  # noqa: DTZ001
    datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=ZONE),
    *(timedelta.min, timedelta.max, timedelta(microseconds=-1), timedelta()),
    *(Decimal(0), Decimal("-1.50"), Decimal("1E+400"), Decimal("Infinity"), Decimal("-0")),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__}-{value!a:.20}")
def test_a_value_comes_back_as_itself(value):
    found = decode_value(encode_value(value))
    assert found == value
    assert type(found) is type(value)
    if not isinstance(value, (set, frozenset)):
        assert repr(found) == repr(value)  # 0.0 and -0.0, 1.5 and 1.50, an item's type


def test_what_is_not_a_number_comes_back():
    assert math.isnan(decode_value(encode_value(math.nan)))
    assert decode_value(encode_value(Decimal("NaN"))).is_nan()


def test_a_dictionary_keeps_its_order():
    value = {"b": 1, "a": 2, "c": 3}
    assert list(decode_value(encode_value(value))) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (bytearray(b"ab"), b"ab"),
        (memoryview(b"ab"), b"ab"),
        (memoryview(b"abcd")[::2], b"ac"),
        (OrderedDict(a=1), {"a": 1}),
        (Point(1, 2), (1, 2)),
        (Words("ab"), ["a", "b"]),
        (Level.HIGH, 3),
    ],
)
def test_a_value_of_a_like_type_comes_back_as_the_plain_one(value, kept):
    found = decode_value(encode_value(value))
    assert found == kept
    assert type(found) is type(kept)


def test_the_bytes_are_those_of_the_grammar():
    assert encode_value(None) == b"N"
    assert encode_value(-2) == b"I\1\xfe"
    assert encode_value({"a": [True, 1.0]}) == b"M\1S\1aL\2TD" + bytes(6) + b"\xf0\x3f"
    assert encode_value(timedelta(days=1)) == b"PI\1\1I\1\0I\1\0"
    assert encode_value("ü" * 100) == b"S\xc8\1" + "ü".encode() * 100


@pytest.mark.parametrize(
    "value", [object(), 1j, range(3), ValueError(), len, [object()], {"a": 1j}]
)
def test_another_type_is_refused(value):
    with pytest.raises(TypeError, match="cannot be stored"):
        encode_value(value)


def test_nesting_has_one_bound_for_writing_and_reading():
    assert decode_value(encode_value(nested(100))) == nested(100)
    with pytest.raises(TypeError, match="nested"):
        encode_value(nested(101))
    with pytest.raises(ValueError, match="no value"):
        decode_value(b"L\1" * 101 + b"L\0")
    endless: list = []
    endless.append(endless)
    with pytest.raises(TypeError, match="nested"):
        encode_value(endless)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__}-{value!a:.20}")
def test_a_value_that_is_cut_off_or_goes_on_is_refused(value):
    data = encode_value(value)
    for size in range(len(data)):
        with pytest.raises(ValueError, match=r"."):
            decode_value(data[:size])
    with pytest.raises(ValueError, match="more after"):
        decode_value(data + b"N")


HUGE = b"\xff" * 9 + b"\1"


@pytest.mark.parametrize(
    "data",
    [
        b"?",
        b"n",
        b"\x80\x04N.",
        *(tag + HUGE for tag in (b"I", b"S", b"B", b"L", b"U", b"E", b"Z", b"M", b"A", b"C")),
        b"L" + HUGE + b"N" * 50,
        b"S\1\xff",
        b"E\1L\0",
        b"Z\1M\0",
        b"M\1L\0N",
        b"E\1C\4sNaN",
        b"A\12024-02-30",
        b"A\12024-13-01",
        b"A\2\xc3\xbc",
        b"X\3\xed\xa0\x80",
        b"X\0",
        b"H\00525:00",
        b"C\1x",
        b"C\0251E+99999999999999999999",
        b"PNNN",
        b"PS\1aS\1bS\1c",
        b"PI\5\xff\xff\xff\xff\x7fI\1\0I\1\0",
        b"PD\0\0\0\0\0\0\xf0\x7fI\1\0I\1\0",
        b"PD\0\0\0\0\0\0\xf8\x7fI\1\0I\1\0",
    ],
)
def test_bytes_that_are_no_value_are_refused(data):
    with pytest.raises(ValueError, match=r"."):
        decode_value(data)


def test_a_pickle_is_neither_written_nor_read():
    with pytest.raises(ValueError, match="no value"):
        decode_value(pickle.dumps(Bomb()))
    with pytest.raises(TypeError, match="cannot be stored"):
        encode_value(Bomb())
