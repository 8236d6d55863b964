"""Numbers seen in bytes."""

from __future__ import annotations

import pytest

from searchlib.files import views
from searchlib.files.views import numbers_of

pytestmark = pytest.mark.kernels

DATA = bytes(range(1, 17))
"""The bytes of two numbers of eight bytes, or four of four."""


@pytest.mark.parametrize(
    ("typecode", "expected"),
    [
        ("I", [0x04030201, 0x08070605, 0x0C0B0A09, 0x100F0E0D]),
        ("Q", [0x0807060504030201, 0x100F0E0D0C0B0A09]),
        ("q", [0x0807060504030201, 0x100F0E0D0C0B0A09]),
    ],
)
def test_numbers_are_little_endian(typecode, expected):
    found = numbers_of(memoryview(DATA), typecode)
    assert found.format == typecode
    assert list(found) == expected


def test_the_sign_of_a_number():
    assert list(numbers_of(memoryview(b"\xff" * 8), "q")) == [-1]
    assert list(numbers_of(memoryview(b"\xff" * 8), "Q")) == [2**64 - 1]
    assert list(numbers_of(memoryview(b""), "Q")) == []


def test_nothing_is_copied():
    data = bytearray(DATA)
    found = numbers_of(memoryview(data), "I")
    data[0] = 9
    assert found[0] == 0x04030209


@pytest.mark.parametrize(("typecode", "size"), [("I", 15), ("Q", 12), ("q", 1)])
def test_bytes_that_are_no_whole_numbers_are_refused(typecode, size):
    with pytest.raises(ValueError, match="cut off"):
        numbers_of(memoryview(DATA[:size]), typecode)


def test_a_machine_that_is_big_endian_turns_the_bytes_around(monkeypatch):
    monkeypatch.setattr(views, "byteorder", "big")
    # On this machine the turned bytes are those of the number read from the other end.
    assert numbers_of(memoryview(DATA), "I")[0] == 0x01020304
