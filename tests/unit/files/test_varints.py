"""Whole numbers in few bytes."""

from __future__ import annotations

import pytest

from searchlib.files.varints import read_varint, signed, write_signed, write_varint

pytestmark = pytest.mark.kernels

EDGES = [
    0,
    1,
    127,
    128,
    300,
    (1 << 14) - 1,
    1 << 14,
    1 << 32,
    (1 << 63) - 1,
    1 << 63,
    (1 << 64) - 1,
]


def written(number: int) -> bytes:
    out = bytearray()
    write_varint(number, out)
    return bytes(out)


def folded(number: int) -> bytes:
    out = bytearray()
    write_signed(number, out)
    return bytes(out)


@pytest.mark.parametrize("number", EDGES)
def test_a_number_comes_back_and_takes_a_byte_for_seven_bits(number):
    data = written(number)
    assert read_varint(data, 0) == (number, len(data))
    assert len(data) == max(1, -(-number.bit_length() // 7))
    assert all(byte >= 128 for byte in data[:-1])
    assert data[-1] < 128


def test_the_examples_of_the_docstring():
    assert written(300).hex(" ") == "ac 02"
    assert [folded(number) for number in (0, -1, 1, -2)] == [b"\0", b"\1", b"\2", b"\3"]


def test_numbers_stand_one_behind_the_other():
    data = b"".join(map(written, EDGES))
    at = 0
    found = []
    while at < len(data):
        number, at = read_varint(data, at)
        found.append(number)
    assert found == EDGES


@pytest.mark.parametrize(
    "number", [0, 1, -1, 63, -64, 64, -65, (1 << 62), -(1 << 63), (1 << 63) - 1]
)
def test_a_signed_number_comes_back(number):
    data = folded(number)
    folded_number, at = read_varint(data, 0)
    assert signed(folded_number) == number
    assert at == len(data)


@pytest.mark.parametrize("number", [*EDGES[1:]])
def test_a_number_that_is_cut_off_is_refused(number):
    data = written(number)
    for size in range(len(data)):
        with pytest.raises(ValueError, match="damaged"):
            read_varint(data[:size], 0)


@pytest.mark.parametrize("data", [b"\xff" * 10, b"\x80" * 10 + b"\0", b"\x80" * 1000 + b"\1"])
def test_a_number_without_an_end_is_refused(data):
    with pytest.raises(ValueError, match="damaged"):
        read_varint(data, 0)


@pytest.mark.parametrize("at", [1, 2, 1 << 70])
def test_there_is_no_number_behind_the_end(at):
    with pytest.raises(ValueError, match="damaged"):
        read_varint(b"\1", at)


def test_a_negative_number_is_refused():
    with pytest.raises(ValueError, match="range"):
        written(-1)


def test_a_number_of_more_than_64_bits_is_damage():
    out = bytearray()
    write_varint((1 << 64) - 1, out)
    assert read_varint(bytes(out), 0) == ((1 << 64) - 1, len(out))
    for number in (1 << 64, (1 << 70) - 1, 1 << 70):
        out = bytearray()
        write_varint(number, out)
        with pytest.raises(ValueError, match="damaged"):
            read_varint(bytes(out), 0)
